import type { Pair } from './run-problem.js';
import type { OpenPlace, RatedPair, RunReport, StoredProposal } from './run-outcome.js';

/** What a viewer may see of a proposal: nothing that concerns the submissions that are hidden from them. */
export interface VisibleProposal {
  pairs: RatedPair[];
  stays: RatedPair[];
  goes: Pair[];
  openPlaces: OpenPlace[];
  /** At index n the number of reviewers with n assignments once it is applied. */
  loads: number[];
  /** At index n the number of pairs, coming or staying, that fit from n tenths of the highest up. */
  fits: number[];
  /** Sum of fit over these pairs, and the least of one, without bids; null where there is no pair. */
  total: number;
  worstPair: number | null;
  /** Submissions whose panels fit least, by the mean affinity of their members. */
  worstServed: { submissionId: string; mean: number; lowest: number }[];
  /** Reviewers with fewer reviews than they should have; empty for a viewer from whom a submission is hidden. */
  short: RunReport['short'];
}

const TENTH = 100_000;
const WORST_SERVED = 10;

/** A proposal without the submissions that are hidden from its viewer; numbers are counted anew, not subtracted. */
export function visibleProposal(
  proposal: StoredProposal,
  report: Pick<RunReport, 'openPlaces' | 'short'>,
  hidden: ReadonlySet<string>,
): VisibleProposal {
  const shown = (pair: { submissionId: string }): boolean => !hidden.has(pair.submissionId);
  const pairs = proposal.pairs.filter(shown);
  const stays = proposal.stays.filter(shown);
  const goes = proposal.goes.filter(shown);
  const loads = loadsAfter(proposal, hidden);
  const panels = new Map<string, number[]>();
  const fits = Array.from({ length: 10 }, () => 0);
  let total = 0;
  let worstPair: number | null = null;
  for (const { submissionId, fit } of [...stays, ...pairs]) {
    const panel = panels.get(submissionId);
    if (panel) panel.push(fit);
    else panels.set(submissionId, [fit]);
    fits[Math.min(9, Math.floor(fit / TENTH))]! += 1;
    total += fit;
    worstPair = Math.min(worstPair ?? fit, fit);
  }
  return {
    pairs,
    stays,
    goes,
    openPlaces: report.openPlaces.filter(shown),
    loads: histogram(proposal.reviewers.map((id) => loads.get(id) ?? 0)),
    fits,
    total,
    worstPair,
    worstServed: Array.from(panels, ([submissionId, members]) => ({
      submissionId,
      mean: Math.round(members.reduce((sum, one) => sum + one, 0) / members.length),
      lowest: Math.min(...members),
    }))
      .toSorted(
        (a, b) => a.mean - b.mean || a.lowest - b.lowest || (a.submissionId < b.submissionId ? -1 : 1),
      )
      .slice(0, WORST_SERVED),
    short: hidden.size > 0 ? [] : report.short,
  };
}

/** How many assignments each reviewer has once a proposal is applied, without those that are hidden. */
export function loadsAfter(proposal: StoredProposal, hidden: ReadonlySet<string>): Map<string, number> {
  const loads = new Map<string, number>();
  const count = (pairs: readonly Pair[], by: number): void => {
    for (const { submissionId, reviewerId } of pairs)
      if (!hidden.has(submissionId)) loads.set(reviewerId, (loads.get(reviewerId) ?? 0) + by);
  };
  count(proposal.standing, 1);
  count(proposal.goes, -1);
  count(proposal.pairs, 1);
  return loads;
}

/** How many reviewers have how many assignments. */
export function histogram(loads: Iterable<number>): number[] {
  const counts: number[] = [];
  for (const load of loads) {
    while (counts.length <= load) counts.push(0);
    counts[load]! += 1;
  }
  return counts;
}

/** Whether the same assignments stand as when a proposal was computed; the order does not matter. */
export function samePairs(one: readonly Pair[], other: readonly Pair[]): boolean {
  const keys = new Set(one.map(keyOf));
  return keys.size === other.length && other.every((pair) => keys.has(keyOf(pair)));
}

const keyOf = (pair: Pair): string => `${pair.submissionId} ${pair.reviewerId}`;
