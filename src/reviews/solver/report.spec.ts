import { problemOf } from './problem.js';
import { differenceOf, reportOf } from './report.js';

const pair = (submission: number, reviewer: number, affinity: number, locked = false) => ({
  submission,
  reviewer,
  affinity,
  locked,
});
const problem = problemOf({
  places: [2, 1, 2, 1],
  reviewers: [
    { least: 0, most: 2, group: 0 },
    { least: 0, most: 1, group: 0 },
    { least: 1, most: 0 },
  ],
  pairs: [
    pair(0, 0, 1_000_000),
    pair(0, 1, 250_000, true),
    pair(1, 0, 99_999),
    pair(2, 0, 500_000),
    pair(2, 1, 5),
    pair(3, 2, 7),
  ],
  balance: { groups: [{ most: 1, outside: false }], outsideAtLeast: 1 },
});

describe('reportOf', () => {
  it('says how it is, and why places stay open', () => {
    expect(reportOf(problem, Int32Array.of(0, 1, 2))).toEqual({
      pairs: 3,
      total: 1_349_999,
      worstPair: 99_999,
      loads: [1, 1, 1],
      affinities: [1, 0, 1, 0, 0, 0, 0, 0, 0, 1],
      worstServed: [
        { submission: 1, mean: 99_999, lowest: 99_999 },
        { submission: 0, mean: 625_000, lowest: 250_000 },
      ],
      open: [
        { submission: 2, missing: 2, because: 'full' },
        { submission: 3, missing: 1, because: 'few' },
      ],
      short: [{ reviewer: 2, missing: 1 }],
      balance: { met: false, tooMany: 1, outsideMissing: 4, extraOutside: 4 },
    });
  });

  it('has no worst pair where all are locked, and tells equal submissions apart', () => {
    expect(reportOf(problem, Int32Array.of(1)).worstPair).toBeUndefined();
    const even = problemOf({
      places: [1, 1, 2],
      reviewers: [
        { least: 0, most: 3 },
        { least: 0, most: 1 },
      ],
      pairs: [pair(0, 0, 4), pair(1, 0, 4), pair(2, 0, 2), pair(2, 1, 6)],
    });
    const { worstServed, balance } = reportOf(even, Int32Array.of(0, 1, 2, 3));
    expect(worstServed.map(({ submission }) => submission)).toEqual([2, 0, 1]);
    expect(balance.met).toBe(true);
  });
});

describe('differenceOf', () => {
  it('tells what stays, comes and goes', () => {
    expect(differenceOf(Int32Array.of(1, 2, 3), Int32Array.of(2, 3, 4))).toEqual({
      kept: Int32Array.of(2, 3),
      added: Int32Array.of(4),
      gone: Int32Array.of(1),
    });
  });
});
