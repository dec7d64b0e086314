import type { Stage } from '../views/organise-overview.view.js';

/** What the stage of a conference follows from. */
export interface StageFacts {
  now: Date;
  opensAt: Date;
  /** Exclusive. */
  closesAt: Date;
  reviewingSince: Date | null;
  /** First instant of the conference's first day, and of the day after its last; null while they are not known. */
  startsAt: Date | null;
  endsAt: Date | null;
  /** Assignments that stand, and reviews handed in. */
  assigned: number;
  handedIn: number;
  /** Submissions that wait for a decision, pending decisions, and submissions with an announced one. */
  undecided: number;
  pending: number;
  released: number;
}

/** Proceedings come before the conference until it is this near. */
const NEAR_MS = 14 * 86_400_000;

/** Where a conference stands: what happened last counts, and its own days count most. */
export function stageOf(facts: StageFacts): Stage {
  const { now, startsAt, endsAt } = facts;
  if (endsAt && now >= endsAt) return 'over';
  if (startsAt && now >= startsAt) return 'conference';
  if (now < facts.opensAt) return 'before';
  if (now < facts.closesAt) return 'open';
  if (!facts.reviewingSince) return 'closed';
  const allDecided = facts.released > 0 && facts.undecided === 0 && facts.pending === 0;
  if (allDecided)
    return startsAt && startsAt.getTime() - now.getTime() <= NEAR_MS ? 'conference' : 'proceedings';
  const allIn = facts.assigned > 0 && facts.handedIn >= facts.assigned;
  return allIn || facts.pending > 0 || facts.released > 0 ? 'deciding' : 'reviewing';
}

/** Steps of half a point over the scale from 1 to 5; a mean on an edge belongs to the step above, 5 to the last. */
export const SCORE_STEPS = 8;

/** How many means are in each step of the scale, with the step's own words. */
export function scoreBins(means: readonly number[]): { label: string; count: number }[] {
  const bins = Array.from({ length: SCORE_STEPS }, (_, step) => ({
    label: `${(1 + step / 2).toFixed(1)}–${(1.5 + step / 2).toFixed(1)}`,
    count: 0,
  }));
  for (const mean of means)
    bins[Math.min(SCORE_STEPS - 1, Math.max(0, Math.floor((mean - 1) * 2)))]!.count += 1;
  return bins;
}

/** The days from the first to the last with their counts, without gaps; at most `most` of them, the last ones. Days are `YYYY-MM-DD`. */
export function everyDay(
  counts: Readonly<Record<string, number>>,
  most: number,
): { day: string; count: number }[] {
  const known = Object.keys(counts).toSorted();
  const first = known[0];
  const last = known.at(-1);
  if (first === undefined || last === undefined) return [];
  const days: { day: string; count: number }[] = [];
  for (let at = Date.parse(last); at >= Date.parse(first) && days.length < most; at -= 86_400_000) {
    const day = new Date(at).toISOString().slice(0, 10);
    days.unshift({ day, count: counts[day] ?? 0 });
  }
  return days;
}
