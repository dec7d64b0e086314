import type { AssignmentProblem } from './problem.js';

/**
 * What breaking a rule costs against affinity. A place left open is worse than any breach of the balance, a breach worse than
 * any review short of somebody's least number, and that worse than any affinity: so nothing is relaxed that need not be.
 */
export interface Weights {
  readonly open: number;
  readonly balance: number;
  readonly least: number;
  /** Whether the order above is proven. Beyond some 15,000 submissions and reviewers numbers would grow inexact; see below. */
  readonly proven: boolean;
}

/** Prices are sums of a few weights and stay below 2^53. */
const HIGHEST_WEIGHT = 1e15;

/**
 * Two assignments differ by simple cycles of the network. One visits each submission and reviewer at most once, so it changes
 * affinity by at most `gain` times the visits, two reviewers' least numbers, two bounds in each panel, and two open places. The
 * weights make each rule outweigh all that a cycle may change below it. Where the highest would be inexact it is lowered;
 * results that break no rule are as exact as ever, only the order of relaxing is then not proven.
 */
export function weightsOf(problem: AssignmentProblem, gain: number): Weights {
  const visits = Math.min(problem.places.length, problem.most.length) + 1;
  const least = gain * visits + 1;
  const balance = 3 * least;
  const open = problem.group.some((group) => group >= 0) ? 2 * visits * balance + 3 * least : balance;
  const proven = open <= HIGHEST_WEIGHT;
  return { open: Math.min(open, HIGHEST_WEIGHT), balance, least, proven };
}
