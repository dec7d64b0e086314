import { Slots } from './slots.js';

describe('Slots', () => {
  it('lets no more than its size through, and the waiting in order', async () => {
    const slots = new Slots(2);
    const log: number[] = [];
    await slots.acquire();
    expect(slots.grab(5)).toBe(1);
    expect(slots.grab(1)).toBe(0);
    const first = slots.acquire().then(() => log.push(1));
    const second = slots.acquire().then(() => log.push(2));
    slots.release();
    await first;
    expect(log).toEqual([1]);
    slots.release(2);
    await second;
    expect(log).toEqual([1, 2]);
    expect(slots.grab(5)).toBe(1);
  });
});
