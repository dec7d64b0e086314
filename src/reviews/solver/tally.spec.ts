import { problemOf } from './problem.js';
import { tallyOf } from './tally.js';

const problem = problemOf({
  places: [2, 2],
  reviewers: [
    { least: 1, most: 2, group: 0 },
    { least: 0, most: 2, group: 0 },
    { least: 1, most: 2, group: 1 },
    { least: 0, most: 1 },
  ],
  pairs: [0, 1, 2, 3].flatMap((reviewer) =>
    [0, 1].map((submission) => ({ submission, reviewer, affinity: 10 + reviewer })),
  ),
  balance: { groups: [{ most: 1, outside: false }, { outside: true }], outsideAtLeast: 1 },
});

describe('tallyOf', () => {
  it('counts what is given and what is broken', () => {
    const { total, open, load, short, tooMany, outsideMissing, isRelaxed } = tallyOf(
      problem,
      Int32Array.of(0, 1, 7),
    );
    expect(total).toBe(10 + 11 + 13);
    expect(Array.from(open)).toEqual([0, 1]);
    expect(Array.from(load)).toEqual([1, 1, 0, 1]);
    expect(Array.from(short)).toEqual([0, 0, 1, 0]);
    expect([tooMany, outsideMissing, isRelaxed]).toEqual([1, 2, true]);
  });

  it('finds nothing broken where nothing is', () => {
    expect(tallyOf(problem, Int32Array.of(0, 2, 6, 7))).toMatchObject({ total: 47, isRelaxed: false });
  });

  it('counts in units where pairs are chosen in parts', () => {
    const half = tallyOf(problem, Int32Array.of(0, 2), Int32Array.of(1, 1), 2);
    expect(half).toMatchObject({ total: 22, tooMany: 0, outsideMissing: 3, isRelaxed: true });
    expect(Array.from(half.open)).toEqual([2, 4]);
    expect(Array.from(half.short)).toEqual([1, 0, 1, 0]);
  });
});
