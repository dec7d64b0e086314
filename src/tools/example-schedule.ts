import type { Outcome } from '../submissions/submission-states.js';

/**
 * What becomes of each submission of the example, by its position among the abstracts. All times are spans before or after
 * the moments that they are named after, so that the example is as old on any day on which it is made.
 */
export type Fate =
  | { kind: 'draft' }
  | { kind: 'withdrawn'; hoursAfterSubmitting: number }
  | { kind: 'withdrawnInReview'; daysAgo: number }
  | { kind: 'released'; outcome: Outcome; release: 1 | 2; corrected?: Outcome }
  | { kind: 'pending'; outcome: Outcome }
  | { kind: 'underReview' };

export interface ScheduledSubmission {
  /** Hours before the deadline at which it was handed in, or begun where it stayed a draft. */
  hoursBefore: number;
  /** Hours earlier at which its draft was begun; absent where it was handed in at once. */
  draftedHoursEarlier?: number;
  /** Hours after handing in at which the authors changed it once more, still before the deadline. */
  changedHoursLater?: number;
  fate: Fate;
  /** What its reviewers will think of it, from 1 to 5. */
  quality: number;
}

/** Few at first, half of them in the last two days, one half an hour before the end. */
const HOURS_BEFORE = [
  960, 905, 820, 733, 640, 552, 468, 390, 320, 255, 200, 160, 126, 100, 82, 73, 66, 58, 49, 43, 38, 34, 30.5,
  27, 25, 22, 19, 16, 12.5, 9.5, 7, 5.2, 3.6, 2.2, 1.2, 0.5,
];

/** Positions are spread over the list, so that neither early nor late ones fare better. */
const FATES: Readonly<Record<number, Fate>> = {
  3: { kind: 'released', outcome: 'accepted', release: 1 },
  8: { kind: 'released', outcome: 'accepted', release: 1 },
  14: { kind: 'released', outcome: 'accepted', release: 1 },
  21: { kind: 'released', outcome: 'accepted', release: 1 },
  29: { kind: 'released', outcome: 'accepted', release: 2 },
  5: { kind: 'released', outcome: 'conditionally_accepted', release: 1, corrected: 'accepted' },
  26: { kind: 'released', outcome: 'conditionally_accepted', release: 2 },
  17: { kind: 'released', outcome: 'waitlisted', release: 1 },
  11: { kind: 'released', outcome: 'rejected', release: 1 },
  32: { kind: 'released', outcome: 'rejected', release: 2 },
  1: { kind: 'pending', outcome: 'accepted' },
  12: { kind: 'pending', outcome: 'accepted' },
  24: { kind: 'pending', outcome: 'accepted' },
  7: { kind: 'pending', outcome: 'conditionally_accepted' },
  19: { kind: 'pending', outcome: 'conditionally_accepted' },
  28: { kind: 'pending', outcome: 'waitlisted' },
  15: { kind: 'pending', outcome: 'rejected' },
  33: { kind: 'pending', outcome: 'rejected' },
  9: { kind: 'withdrawn', hoursAfterSubmitting: 75 },
  13: { kind: 'withdrawnInReview', daysAgo: 15 },
  30: { kind: 'withdrawnInReview', daysAgo: 4 },
  22: { kind: 'draft' },
  35: { kind: 'draft' },
};

const QUALITY: Record<Outcome, number> = {
  accepted: 4.6,
  conditionally_accepted: 3.7,
  waitlisted: 3.1,
  rejected: 1.9,
};

const qualityOf = (fate: Fate, index: number): number => {
  if ('corrected' in fate) return QUALITY.conditionally_accepted;
  return 'outcome' in fate ? QUALITY[fate.outcome] : 2.2 + ((index * 5) % 12) / 5;
};

/** The example's submissions, earliest first. */
export const SCHEDULE: readonly ScheduledSubmission[] = HOURS_BEFORE.map((hoursBefore, index) => {
  const fate = FATES[index] ?? { kind: 'underReview' };
  return {
    hoursBefore,
    ...(fate.kind !== 'draft' && index % 5 === 2 && { draftedHoursEarlier: 19 + index }),
    ...(fate.kind !== 'withdrawn' &&
      fate.kind !== 'draft' &&
      index % 9 === 4 && { changedHoursLater: hoursBefore / 3 }),
    fate,
    quality: qualityOf(fate, index),
  };
});

/** The submissions of the author whose sign-in link is printed: an accepted one, one under review, a draft. */
export const OWN_OF_AUTHOR: readonly number[] = [8, 20, 35];

/** Submissions that the organiser gives to the printed reviewer by hand: they stay open, or no further than begun. */
export const BY_HAND: readonly { submission: number; review: 'none' | 'draft' }[] = [
  { submission: 2, review: 'draft' },
  { submission: 16, review: 'none' },
  { submission: 27, review: 'none' },
];

/** How many reviews of a submission that is not decided yet are in; the rest is open or begun. */
export const reviewsIn = (fate: Fate, order: number): number =>
  fate.kind === 'released' || fate.kind === 'pending'
    ? 3
    : fate.kind === 'underReview'
      ? [1, 1, 0, 2, 1][order % 5]!
      : 0;

/** Days before now at which the first and the second decisions were announced. */
export const RELEASED_DAYS_AGO: Record<1 | 2, number> = { 1: 6, 2: 3 };
