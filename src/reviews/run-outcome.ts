import type { Pair, RunInput, RunProblem, StandingPair } from './run-problem.js';
import type { AssignmentProblem } from './solver/problem.js';
import { reportOf } from './solver/report.js';
import { tallyOf } from './solver/tally.js';

/**
 * A pair with how well it fits, 0 to 1,000,000, as organisers may see it: without the reviewer's bid, for which the solver's
 * affinity counts too.
 */
export interface RatedPair extends Pair {
  fit: number;
}

/** How well a reviewer fits a submission, without their bid. */
export type FitOf = (submissionId: string, reviewerId: string) => number;

/** What a run proposes, and what it started from. */
export interface StoredProposal {
  seed: number;
  /** What comes: assignments that would be made. */
  pairs: RatedPair[];
  /** What stays, of the submissions that the run was about. */
  stays: RatedPair[];
  /** What goes: assignments that stand and would end, because somebody else fits better or there is a conflict now. */
  goes: Pair[];
  /** Assignments that stood when it was computed, all of them. */
  standing: Pair[];
  /** Ids of the reviewers among whom it chose. */
  reviewers: string[];
}

/**
 * Why a place stays open. `none`: nobody has accepted to review. `few`: too few may review it, whatever their load. `full`:
 * those who may have their maximum.
 */
export type OpenBecause = 'none' | 'few' | 'full';

/** Of the balance totals for the whole run, never less; panels in which anything is locked are not counted. */
export interface BalanceReport {
  panels: number;
  /** Members too many of a party, and members missing from outside the parties, over all panels. */
  tooMany: number;
  outsideMissing: number;
}

/** A place that nobody can fill. */
export interface OpenPlace {
  submissionId: string;
  missing: number;
  because: OpenBecause;
}

export interface RunReport {
  openPlaces: OpenPlace[];
  /** Reviewers with fewer reviews than they should have at least. */
  short: { reviewerId: string; missing: number }[];
  /** Null where the conference has no rule of balance, or too few panels to tell nothing about a person. */
  balance: BalanceReport | null;
}

/** Fewer panels or reviewers than this, and how balanced they are would tell of single people. */
export const FEWEST_FOR_BALANCE = 10;

/** What the solver's answer means: what comes, stays and goes, and what could not be kept. */
export function outcomeOf(
  input: Pick<RunInput, 'submissions' | 'reviewers' | 'standing' | 'balance'>,
  { problem, stands }: RunProblem,
  chosen: Int32Array,
  seed: number,
  fitOf: FitOf,
): { proposal: StoredProposal; report: RunReport } {
  const { submissions, reviewers, standing } = input;
  const submissionOf = new Int32Array(problem.reviewer.length);
  for (let s = 0; s < submissions.length; s += 1)
    submissionOf.fill(s, problem.first[s], problem.first[s + 1]);
  const rated = (pair: number): RatedPair => {
    const submissionId = submissions[submissionOf[pair]!]!.id;
    const reviewerId = reviewers[problem.reviewer[pair]!]!.id;
    return { submissionId, reviewerId, fit: fitOf(submissionId, reviewerId) };
  };
  const stood = new Set(stands);
  const report = reportOf(problem, chosen);
  return {
    proposal: {
      seed,
      pairs: Array.from(
        chosen.filter((pair) => !stood.has(pair)),
        rated,
      ),
      stays: Array.from(
        chosen.filter((pair) => stood.has(pair)),
        rated,
      ),
      goes: goesOf(input, problem, chosen),
      standing: standing.map(({ submissionId, reviewerId }) => ({ submissionId, reviewerId })),
      reviewers: reviewers.map(({ id }) => id),
    },
    report: {
      openPlaces: report.open.map(({ submission, missing, because }) => ({
        submissionId: submissions[submission]!.id,
        missing,
        because: reviewers.length === 0 ? 'none' : because,
      })),
      short: report.short.map(({ reviewer, missing }) => ({ reviewerId: reviewers[reviewer]!.id, missing })),
      balance: balanceOf(problem, chosen),
    },
  };
}

/** Standing assignments between submissions and reviewers of the run that are not in its result. */
function goesOf(
  {
    submissions,
    reviewers,
    standing,
  }: {
    submissions: RunInput['submissions'];
    reviewers: RunInput['reviewers'];
    standing: readonly StandingPair[];
  },
  { first, reviewer }: AssignmentProblem,
  chosen: Int32Array,
): Pair[] {
  const kept = new Set<string>();
  const known = new Set(reviewers.map(({ id }) => id));
  let at = 0;
  for (const [s, { id }] of submissions.entries())
    for (; at < chosen.length && chosen[at]! < first[s + 1]!; at += 1)
      kept.add(`${id} ${reviewers[reviewer[chosen[at]!]!]!.id}`);
  const touched = new Set(submissions.map(({ id }) => id));
  return standing
    .filter((pair) => touched.has(pair.submissionId) && known.has(pair.reviewerId))
    .filter((pair) => !kept.has(`${pair.submissionId} ${pair.reviewerId}`))
    .map(({ submissionId, reviewerId }) => ({ submissionId, reviewerId }));
}

/**
 * How balanced the panels are that the run composed freely. A panel with a locked assignment is left out, so that nobody can
 * lock two reviewers together and read from the total whether they belong to the same side.
 */
function balanceOf(problem: AssignmentProblem, chosen: Int32Array): BalanceReport | null {
  const { balance, first, locked, places, most } = problem;
  if (balance.groups.length === 0) return null;
  const counted = Uint8Array.from(places, (wanted, s) =>
    Number(wanted > 0 && !locked.subarray(first[s], first[s + 1]).includes(1)),
  );
  const panels = counted.reduce((sum, one) => sum + one, 0);
  if (panels < FEWEST_FOR_BALANCE || most.length < FEWEST_FOR_BALANCE) return null;
  // A panel that is not counted is emptied, and so lacks everybody from outside; those are taken off again.
  const inCounted = new Uint8Array(problem.reviewer.length);
  for (const [s, one] of counted.entries()) inCounted.fill(one, first[s], first[s + 1]);
  const { tooMany, outsideMissing } = tallyOf(
    problem,
    chosen.filter((pair) => inCounted[pair] === 1),
  );
  return {
    panels,
    tooMany,
    outsideMissing: outsideMissing - (places.length - panels) * balance.outsideAtLeast,
  };
}
