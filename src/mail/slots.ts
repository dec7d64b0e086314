/** At most `size` things at once; the others wait in line. */
export class Slots {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  /** Waits for a slot. */
  async acquire(): Promise<void> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Takes up to `most` slots that are free now. @returns how many. */
  grab(most: number): number {
    const taken = Math.min(most, this.free);
    this.free -= taken;
    return taken;
  }

  /** Whether somebody waits for a slot. */
  get wanted(): boolean {
    return this.waiting.length > 0;
  }

  release(count = 1): void {
    for (let i = 0; i < count; i += 1) {
      const next = this.waiting.shift();
      if (next) next();
      else this.free += 1;
    }
  }
}
