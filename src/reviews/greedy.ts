import { chance } from '../platform/chance.js';

/** What an automatic assignment starts from. Orders of lists do not change the result's quality, only break ties. */
export interface ProposalInput {
  /** Reviewers wanted for each submission. */
  perSubmission: number;
  /** Ties are broken by chance; the same seed breaks them in the same way. */
  seed: number;
  submissions: readonly { id: string; topics: readonly string[] }[];
  reviewers: readonly { id: string; topics: readonly string[]; maxLoad: number }[];
  /** Assignments that stand already; they count for loads and for the number of reviewers wanted. */
  standing: readonly Pair[];
  /** Pairs that must never be, such as conflicts and assignments that were declined. */
  forbidden(submissionId: string, reviewerId: string): boolean;
}

export interface Pair {
  submissionId: string;
  reviewerId: string;
}

export interface Proposal {
  pairs: Pair[];
  report: ProposalReport;
}

export interface ProposalReport {
  /** Number of proposed pairs. */
  assigned: number;
  /** Submissions that would have fewer reviewers than wanted, and how many are missing. */
  openPlaces: { submissionId: string; missing: number }[];
  /** At index n the number of reviewers with n assignments, standing and proposed together. */
  loads: number[];
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

/**
 * One plain greedy assignment: in each round every submission that lacks a reviewer gets one, those with the smallest choice
 * first; of the reviewers that may, the one who shares most topics, then the one with the smallest load, then by chance.
 * Nobody gets more than their maximum. Takes O(perSubmission x submissions x reviewers).
 */
export function propose(input: ProposalInput): Proposal {
  const random = chance(input.seed);
  const { reviewers } = input;
  const index = new Map(reviewers.map((reviewer, at) => [reviewer.id, at]));
  const luck = Float64Array.from(reviewers, () => random());
  const load = new Int32Array(reviewers.length);
  const maxLoad = Int32Array.from(reviewers, (reviewer) => reviewer.maxLoad);
  const knows = new Map<string, number[]>();
  for (const [at, reviewer] of reviewers.entries())
    for (const topic of new Set(reviewer.topics)) knows.set(topic, [...(knows.get(topic) ?? []), at]);

  const panels = new Map<string, { size: number; members: number[] }>();
  for (const { submissionId, reviewerId } of input.standing) {
    const at = index.get(reviewerId);
    if (at !== undefined) load[at]! += 1;
    const panel = panels.get(submissionId) ?? { size: 0, members: [] };
    panel.size += 1;
    if (at !== undefined) panel.members.push(at);
    panels.set(submissionId, panel);
  }

  const places = input.submissions.map(({ id, topics }) => {
    // Per reviewer: -1 where the pair must not be (again), else the number of topics that both have.
    const fit = new Int16Array(reviewers.length);
    for (const topic of topics) for (const at of knows.get(topic) ?? []) fit[at]! += 1;
    for (const [at, reviewer] of reviewers.entries()) if (input.forbidden(id, reviewer.id)) fit[at] = -1;
    const panel = panels.get(id);
    for (const at of panel?.members ?? []) fit[at] = -1;
    return { id, fit, size: panel?.size ?? 0, choices: 0, luck: random() };
  });
  const free = (fit: Int16Array, at: number): boolean => fit[at]! >= 0 && load[at]! < maxLoad[at]!;

  const pairs: Pair[] = [];
  for (let round = 1; round <= input.perSubmission; round += 1) {
    // A panel that already has as many as others will have after this round waits.
    const open = places.filter((place) => place.size < round);
    for (const place of open) {
      place.choices = 0;
      for (let at = 0; at < reviewers.length; at += 1) if (free(place.fit, at)) place.choices += 1;
    }
    open.sort((a, b) => a.choices - b.choices || a.size - b.size || a.luck - b.luck);
    for (const place of open) {
      let best = -1;
      for (let at = 0; at < reviewers.length; at += 1) {
        if (!free(place.fit, at)) continue;
        const better =
          best < 0 ||
          place.fit[at]! > place.fit[best]! ||
          (place.fit[best] === place.fit[at] &&
            (load[at]! < load[best]! || (load[at] === load[best] && luck[at]! < luck[best]!)));
        if (better) best = at;
      }
      if (best < 0) continue;
      load[best]! += 1;
      place.size += 1;
      place.fit[best] = -1;
      pairs.push({ submissionId: place.id, reviewerId: reviewers[best]!.id });
    }
  }
  return {
    pairs,
    report: {
      assigned: pairs.length,
      openPlaces: places
        .map(({ id, size }) => ({ submissionId: id, missing: input.perSubmission - size }))
        .filter(({ missing }) => missing > 0),
      loads: histogram(load),
    },
  };
}
