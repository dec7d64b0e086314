import type { MailKind } from '../mail/kinds.js';

/** Reminds a reviewer, in one message for everything that waits; it counts nothing and names no submission. */
export const REMINDER_MAIL: MailKind = {
  kind: 'review_reminder',
  variables: {
    isOver: 'whether the due date has passed',
    reviewsDue: 'when reviews are or were due',
    takenUntil: 'until when late reviews are taken, or empty',
    reviewsUrl: 'page with all reviews of the reviewer',
  },
  sample: {
    isOver: false,
    reviewsDue: '2027-12-01 12:00 UTC',
    takenUntil: '',
    reviewsUrl: 'https://conference.example.org/me/reviews',
  },
};
