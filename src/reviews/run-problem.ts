import type { AssignmentProblem, BalanceRule } from './solver/problem.js';

/** One submission with one reviewer. */
export interface Pair {
  submissionId: string;
  reviewerId: string;
}

/** An assignment that stands when a run is computed. */
export interface StandingPair extends Pair {
  /** It stays: an organiser wants it so, or its review is begun. */
  locked: boolean;
}

/** What a run starts from. Nothing of it can be relaxed that concerns pairs: those that may not be are not in it. */
export interface RunInput {
  submissions: readonly {
    id: string;
    /** Reviews wanted. */
    places: number;
  }[];
  reviewers: readonly {
    id: string;
    /** The least and the most reviews in the whole conference. */
    least: number;
    most: number;
    /** Index in the balance's groups, or -1. */
    group: number;
  }[];
  /** All assignments that stand, also of submissions that the run does not touch: they count for loads. */
  standing: readonly StandingPair[];
  /** Pairs that may be: those of submission s from `first[s]` up to `first[s + 1]`, by rising reviewer. */
  eligible: { first: Int32Array; reviewer: Int32Array; affinity: Int32Array };
  balance: BalanceRule;
}

/** A question to the solver, and what its numbers mean. */
export interface RunProblem {
  problem: AssignmentProblem;
  /** Pairs of the problem that stand now, rising. */
  stands: Int32Array;
  /** Locked assignments between two who must not meet: nothing can be computed before a person has settled them. */
  lockedInConflict: Pair[];
}

/**
 * How much less a pair counts that does not stand yet, in affinity: a thousandth of the highest. So people who know of
 * their assignment keep it unless somebody else fits better by more than that, and a small change moves few.
 */
export const STANDING_BONUS = 1000;

/**
 * Puts a run into numbers. An assignment that was locked or made by hand beyond a panel's places or a reviewer's maximum is
 * somebody's decision and stays: the panel is as large, the reviewer has as many.
 */
export function runProblem(input: RunInput): RunProblem {
  const { submissions, reviewers, standing, eligible, balance } = input;
  const submissionAt = new Map(submissions.map(({ id }, at) => [id, at]));
  const reviewerAt = new Map(reviewers.map(({ id }, at) => [id, at]));
  const pairs = eligible.reviewer.length;
  const stand = new Uint8Array(pairs);
  const locked = new Uint8Array(pairs);
  const places = Int32Array.from(submissions, (one) => one.places);
  const held = new Int32Array(submissions.length);
  const elsewhere = new Int32Array(reviewers.length);
  const heldBy = new Int32Array(reviewers.length);
  const lockedInConflict: Pair[] = [];
  let hasFree = false;
  for (const pair of standing) {
    const s = submissionAt.get(pair.submissionId);
    const r = reviewerAt.get(pair.reviewerId);
    if (s === undefined) {
      if (r !== undefined) elsewhere[r]! += 1;
      continue;
    }
    // Whoever is no reviewer any more keeps what they have begun, and nobody else gets the place.
    if (r === undefined) {
      places[s]! -= 1;
      continue;
    }
    const at = placeOf(eligible, s, r);
    if (at >= 0) stand[at] = 1;
    if (!pair.locked) hasFree ||= at >= 0;
    else if (at < 0) lockedInConflict.push({ submissionId: pair.submissionId, reviewerId: pair.reviewerId });
    else {
      locked[at] = 1;
      held[s]! += 1;
      heldBy[r]! += 1;
    }
  }
  const most = Int32Array.from(reviewers, (one, r) => Math.max(one.most - elsewhere[r]!, heldBy[r]!));
  return {
    problem: {
      places: places.map((wanted, s) => Math.max(wanted, held[s]!, 0)),
      least: Int32Array.from(reviewers, (one, r) =>
        Math.min(Math.max(0, one.least - elsewhere[r]!), most[r]!),
      ),
      most,
      first: eligible.first,
      reviewer: eligible.reviewer,
      affinity: hasFree
        ? eligible.affinity.map((one, pair) => preferring(one, stand[pair] === 1))
        : eligible.affinity,
      locked,
      group: Int8Array.from(reviewers, (one) => one.group),
      balance,
    },
    stands: Int32Array.from(stand.keys()).filter((pair) => stand[pair] === 1),
    lockedInConflict,
  };
}

/**
 * What a pair counts where others of its run stand. What stands counts as it is and everything else a little less, so that the
 * prices of an earlier run still hold for what stands, and a search from there has little to do.
 */
export const preferring = (affinity: number, stands: boolean): number =>
  stands ? affinity : Math.max(0, affinity - STANDING_BONUS);

function placeOf({ first, reviewer }: RunInput['eligible'], submission: number, wanted: number): number {
  let low = first[submission]!;
  let high = first[submission + 1]!;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reviewer[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low < first[submission + 1]! && reviewer[low] === wanted ? low : -1;
}
