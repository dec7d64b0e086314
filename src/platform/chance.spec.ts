import { between, chance, oneOf } from './chance.js';

describe('chance', () => {
  it('gives the same numbers for the same seed, others for another', () => {
    const [one, same, other] = [chance(7), chance(7), chance(8)];
    const first = [one(), one(), one()];
    expect([same(), same(), same()]).toEqual(first);
    expect([other(), other(), other()]).not.toEqual(first);
    for (const number of first) expect(number >= 0 && number < 1).toBe(true);
  });

  it('chooses within both ends', () => {
    const random = chance(1);
    const drawn = new Set(Array.from({ length: 200 }, () => between(random, 3, 5)));
    expect([...drawn].toSorted((a, b) => a - b)).toEqual([3, 4, 5]);
    expect(['a', 'b']).toContain(oneOf(random, ['a', 'b']));
    expect(() => oneOf(random, [])).toThrow('nothing to choose from');
  });
});
