/**
 * A place where modules further down attach to a change further up. Listeners run in the transaction of the change,
 * in the order in which `app.ts` connects them; there is no other such mechanism.
 */
export class Port<Listener> {
  private listeners: readonly Listener[] = [];

  connect(...listeners: Listener[]): void {
    this.listeners = listeners;
  }

  async each(call: (listener: Listener) => Promise<void>): Promise<void> {
    for (const listener of this.listeners) await call(listener);
  }
}
