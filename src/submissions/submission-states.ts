/**
 * The states of a submission and the moves between them, as data. A service locks the row, asks {@link canMove}, checks
 * what the table cannot know (is the call open, which state did a withdrawn one come from), and writes.
 */

export const STATUSES = [
  'draft',
  'submitted',
  'under_review',
  'accepted',
  'conditionally_accepted',
  'waitlisted',
  'rejected',
  'confirmed',
  'published',
  'withdrawn',
] as const;

export type Status = (typeof STATUSES)[number];

/** From each state the states that may follow it. */
export const transitions: Readonly<Record<Status, readonly Status[]>> = {
  draft: ['submitted', 'withdrawn'],
  submitted: ['under_review', 'withdrawn'],
  under_review: ['accepted', 'conditionally_accepted', 'waitlisted', 'rejected', 'withdrawn'],
  // From one decision to another: by a new decision version only, until it is published.
  accepted: ['confirmed', 'published', 'conditionally_accepted', 'waitlisted', 'rejected', 'withdrawn'],
  conditionally_accepted: ['accepted', 'rejected', 'waitlisted', 'withdrawn'],
  waitlisted: ['accepted', 'rejected', 'conditionally_accepted', 'withdrawn'],
  rejected: ['accepted', 'conditionally_accepted', 'waitlisted', 'withdrawn'],
  confirmed: ['published', 'accepted', 'conditionally_accepted', 'waitlisted', 'rejected', 'withdrawn'],
  // A tombstone stays in its place.
  published: ['withdrawn'],
  // Back to the state before it, which the service knows. A confirmation is given anew.
  withdrawn: [
    'draft',
    'submitted',
    'under_review',
    'accepted',
    'conditionally_accepted',
    'waitlisted',
    'rejected',
  ],
};

/** The states that a decision puts a submission in: what a chair may choose. */
export const OUTCOMES = [
  'accepted',
  'conditionally_accepted',
  'waitlisted',
  'rejected',
] as const satisfies Status[];

export type Outcome = (typeof OUTCOMES)[number];

/** The states in which a decision has been released and stands: the outcomes and what follows from them. */
export const DECIDED = [...OUTCOMES, 'confirmed', 'published'] as const satisfies Status[];

/** Whether the table has the move; staying where one is, is no move. */
export function canMove(from: Status, to: Status): boolean {
  return transitions[from].includes(to);
}

/** Whether a released decision stands. Of a withdrawn submission it is false, whatever it was before. */
export function isDecided(status: Status): boolean {
  return (DECIDED as readonly Status[]).includes(status);
}
