interface Waiting<In, Out> {
  item: In;
  resolve: (result: Out) => void;
  reject: (error: unknown) => void;
}

/**
 * Joins what is asked for while an answer is on its way into one question: many at once cost as much as one, and one alone
 * waits for nobody.
 */
export class Gather<In, Out> {
  private waiting: Waiting<In, Out>[] = [];
  private asking = false;

  /** @param ask gets at most `most` items, one lot after the other, and answers in their order */
  constructor(
    private readonly ask: (items: readonly In[]) => Promise<readonly Out[]>,
    private readonly most: number,
  ) {}

  /** @throws whatever `ask` throws, to everybody whose item was in that lot */
  add(item: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (!this.asking) void this.go();
    });
  }

  private async go(): Promise<void> {
    this.asking = true;
    while (this.waiting.length > 0) {
      const lot = this.waiting.splice(0, this.most);
      try {
        const results = await this.ask(lot.map(({ item }) => item));
        for (const [index, { resolve }] of lot.entries()) resolve(results[index]!);
      } catch (error) {
        for (const { reject } of lot) reject(error);
      }
    }
    this.asking = false;
  }
}
