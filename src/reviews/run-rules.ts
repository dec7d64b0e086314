import type { Pair, Proposal } from './greedy.js';
import { histogram } from './greedy.js';

/** What a viewer may see of a proposal: nothing that concerns the submissions that are hidden from them. */
export interface VisibleProposal {
  pairs: Pair[];
  openPlaces: Proposal['report']['openPlaces'];
  /** At index n the number of reviewers with n assignments, standing and proposed together. */
  loads: number[];
}

/** A proposal without the submissions that are hidden from its viewer; numbers are counted anew, not subtracted. */
export function visibleProposal(
  proposal: { pairs: readonly Pair[]; standing: readonly Pair[]; reviewers: readonly string[] },
  openPlaces: Proposal['report']['openPlaces'],
  hidden: ReadonlySet<string>,
): VisibleProposal {
  const shown = (pair: { submissionId: string }): boolean => !hidden.has(pair.submissionId);
  const pairs = proposal.pairs.filter(shown);
  const loads = new Map<string, number>(proposal.reviewers.map((id) => [id, 0]));
  for (const pair of [...proposal.standing.filter(shown), ...pairs]) {
    const load = loads.get(pair.reviewerId);
    if (load !== undefined) loads.set(pair.reviewerId, load + 1);
  }
  return { pairs, openPlaces: openPlaces.filter(shown), loads: histogram(loads.values()) };
}

/** Whether the same assignments stand as when a proposal was computed; the order does not matter. */
export function samePairs(one: readonly Pair[], other: readonly Pair[]): boolean {
  const keys = new Set(one.map(keyOf));
  return keys.size === other.length && other.every((pair) => keys.has(keyOf(pair)));
}

const keyOf = (pair: Pair): string => `${pair.submissionId} ${pair.reviewerId}`;
