import { problemOf } from './problem.js';
import { weightsOf } from './weights.js';

const of = (submissions: number, reviewers: number, group?: number) =>
  problemOf({
    places: new Int32Array(submissions),
    reviewers: Array.from({ length: reviewers }, () => ({
      least: 0,
      most: 1,
      ...(group !== undefined && { group }),
    })),
    pairs: [],
  });

describe('weightsOf', () => {
  it('lets each rule outweigh all that a change may bring below it', () => {
    const { open, balance, least, proven } = weightsOf(of(5, 3, 0), 100);
    expect(least).toBeGreaterThan(100 * 4);
    expect(balance).toBeGreaterThan(100 * 4 + 2 * least);
    expect(open).toBeGreaterThan(100 * 4 + 2 * least + 2 * 4 * balance);
    expect(proven).toBe(true);
    expect(weightsOf(of(5, 3), 100)).toMatchObject({ open: balance, balance, least });
  });

  it('stays where numbers are exact, and says when that proves less', () => {
    const { open, proven } = weightsOf(of(20_000, 20_000, 0), 1_000_000);
    expect(open).toBe(1e15);
    expect(proven).toBe(false);
  });
});
