import { byAffinity } from './start.js';

describe('byAffinity', () => {
  const affinity = Int32Array.from({ length: 1000 }, (_, pair) => (pair * 7919) % 1_000_001);
  const all = affinity.map((_, pair) => pair);

  it('puts what fits better first, each pair once', () => {
    const order = byAffinity(all, affinity, 3);
    expect(order.toSorted()).toEqual(all);
    for (let at = 1; at < order.length; at += 1)
      expect(affinity[order[at]!]! >> 8).toBeLessThanOrEqual(affinity[order[at - 1]!]! >> 8);
    expect(
      Array.from(
        byAffinity(
          Int32Array.of(5, 9),
          Int32Array.from({ length: 10 }, (_, n) => n << 9),
          1,
        ),
      ),
    ).toEqual([9, 5]);
    expect(byAffinity(new Int32Array(), affinity, 1)).toHaveLength(0);
  });

  it('scatters what fits alike by the seed', () => {
    const alike = affinity.map(() => 4);
    expect(byAffinity(all, alike, 3)).toEqual(byAffinity(all, alike, 3));
    expect(byAffinity(all, alike, 3)).not.toEqual(byAffinity(all, alike, 4));
  });
});
