import type { AssignmentProblem } from './problem.js';
import { tallyOf } from './tally.js';

/** What an organiser is told of an assignment. Of the balance it has totals only, never by submission, panel or reviewer. */
export interface AssignmentReport {
  readonly pairs: number;
  readonly total: number;
  /** The least affinity of a chosen pair that was free; undefined when none was. */
  readonly worstPair: number | undefined;
  /** At index n the number of reviewers with n reviews. */
  readonly loads: number[];
  /** At index n the number of pairs with an affinity from n tenths of the highest up; the highest itself counts in the last. */
  readonly affinities: number[];
  /** The submissions whose panels fit least, by the mean affinity of those who are there. */
  readonly worstServed: { submission: number; mean: number; lowest: number }[];
  /**
   * Places that nobody can fill. `few`: fewer may review the submission than it has places, so it needs somebody without a
   * conflict who reads its language. `full`: those who may have their maximum, so a higher maximum helps as well.
   */
  readonly open: { submission: number; missing: number; because: 'few' | 'full' }[];
  /** Reviewers with fewer reviews than they should have at least. */
  readonly short: { reviewer: number; missing: number }[];
  /** `extraOutside`: how many more reviews by people from outside the parties would do, at least. */
  readonly balance: { met: boolean; tooMany: number; outsideMissing: number; extraOutside: number };
}

const WORST_SERVED = 10;
const TENTH = 100_000;

export function reportOf(problem: AssignmentProblem, pairs: Int32Array): AssignmentReport {
  const { first, affinity, locked, most, reviewer } = problem;
  const tally = tallyOf(problem, pairs);
  const free = Array.from(pairs).filter((pair) => locked[pair] === 0);
  const affinities = Array.from({ length: 10 }, () => 0);
  for (const pair of pairs) affinities[Math.min(9, Math.floor(affinity[pair]! / TENTH))]! += 1;

  const panels: { submission: number; mean: number; lowest: number }[] = [];
  const open: AssignmentReport['open'] = [];
  let at = 0;
  for (let s = 0; s < problem.places.length; s += 1) {
    const members: number[] = [];
    for (; at < pairs.length && pairs[at]! < first[s + 1]!; at += 1) members.push(affinity[pairs[at]!]!);
    if (members.length > 0)
      panels.push({
        submission: s,
        mean: Math.round(members.reduce((sum, one) => sum + one, 0) / members.length),
        lowest: Math.min(...members),
      });
    if (tally.open[s]! > 0) {
      const mayStill = reviewer.subarray(first[s], first[s + 1]).filter((r) => most[r]! > 0).length;
      open.push({
        submission: s,
        missing: tally.open[s]!,
        because: mayStill < problem.places[s]! ? 'few' : 'full',
      });
    }
  }
  return {
    pairs: pairs.length,
    total: tally.total,
    worstPair:
      free.length === 0 ? undefined : free.reduce((low, pair) => Math.min(low, affinity[pair]!), Infinity),
    loads: countsOf(tally.load),
    affinities,
    worstServed: panels
      .toSorted((a, b) => a.mean - b.mean || a.lowest - b.lowest || a.submission - b.submission)
      .slice(0, WORST_SERVED),
    open,
    short: Array.from(tally.short, (missing, r) => ({ reviewer: r, missing })).filter(
      ({ missing }) => missing > 0,
    ),
    balance: {
      met: tally.tooMany + tally.outsideMissing === 0,
      tooMany: tally.tooMany,
      outsideMissing: tally.outsideMissing,
      // One from outside the parties ends one breach of each kind at most.
      extraOutside: Math.max(tally.tooMany, tally.outsideMissing),
    },
  };
}

/** How many have how many. */
function countsOf(numbers: Int32Array): number[] {
  const counts: number[] = [];
  for (const number of numbers) {
    while (counts.length <= number) counts.push(0);
    counts[number]! += 1;
  }
  return counts;
}

/** What an assignment changes of another one of the same problem. */
export function differenceOf(
  before: Int32Array,
  after: Int32Array,
): { kept: Int32Array; added: Int32Array; gone: Int32Array } {
  const [old, now] = [new Set(before), new Set(after)];
  return {
    kept: after.filter((pair) => old.has(pair)),
    added: after.filter((pair) => !old.has(pair)),
    gone: before.filter((pair) => !now.has(pair)),
  };
}
