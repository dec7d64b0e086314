import { problemOf, troublesOf, withPairs } from './problem.js';

const reviewers = [
  { least: 0, most: 2, group: 1 },
  { least: 1, most: 1 },
];

describe('problemOf', () => {
  it('orders pairs by submission and reviewer', () => {
    const problem = problemOf({
      places: [1, 2],
      reviewers,
      pairs: [
        { submission: 1, reviewer: 1, affinity: 5, locked: true },
        { submission: 1, reviewer: 0, affinity: 7 },
        { submission: 0, reviewer: 1, affinity: 9 },
      ],
    });
    expect(Array.from(problem.first)).toEqual([0, 1, 3]);
    expect(Array.from(problem.reviewer)).toEqual([1, 0, 1]);
    expect(Array.from(problem.affinity)).toEqual([9, 7, 5]);
    expect(Array.from(problem.locked)).toEqual([0, 0, 1]);
    expect(Array.from(problem.group)).toEqual([1, -1]);
    expect(problem.balance).toEqual({ groups: [], outsideAtLeast: 0 });

    const { problem: fewer, kept } = withPairs(problem, (pair) => pair !== 1);
    expect(Array.from(kept)).toEqual([0, 2]);
    expect(Array.from(fewer.first)).toEqual([0, 1, 2]);
    expect(Array.from(fewer.reviewer)).toEqual([1, 1]);
    expect(Array.from(fewer.affinity)).toEqual([9, 5]);
    expect(Array.from(fewer.locked)).toEqual([0, 1]);
  });
});

describe('troublesOf', () => {
  it('finds nothing in what can be solved, were it by leaving all places open', () => {
    expect(troublesOf(problemOf({ places: [3], reviewers: [], pairs: [] }))).toEqual([]);
  });

  it('names every contradiction', () => {
    const pair = (submission: number, reviewer: number, affinity: number, locked = false) => ({
      submission,
      reviewer,
      affinity,
      locked,
    });
    const problem = problemOf({
      places: [1, 3],
      reviewers: [...reviewers, { least: 3, most: 2 }],
      pairs: [
        pair(0, 0, 1, true),
        pair(0, 1, 1, true),
        pair(0, 2, -1),
        pair(1, 0, 1_000_001),
        pair(1, 1, 2, true),
        pair(1, 2, 3),
        pair(1, 2, 4),
      ],
    });
    expect(troublesOf(problem)).toEqual([
      { kind: 'affinity', submission: 0, reviewer: 2 },
      { kind: 'locked beyond places', submission: 0, locked: 2, places: 1 },
      { kind: 'affinity', submission: 1, reviewer: 0 },
      { kind: 'pair twice', submission: 1, reviewer: 2 },
      { kind: 'locked beyond most', reviewer: 1, locked: 2, most: 1 },
      { kind: 'least beyond most', reviewer: 2, least: 3, most: 2 },
    ]);
  });
});
