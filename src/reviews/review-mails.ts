import type { MailKind } from '../mail/kinds.js';

/** An instant as it stands in a mail. */
export const mailInstant = (instant: Date): string =>
  `${instant.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** The invitation of a reviewer. */
export const INVITATION_MAIL: MailKind = {
  kind: 'reviewer_invitation',
  variables: {
    invitedBy: 'name of the organiser who invites, or empty',
    reviewsDue: 'when reviews are due, or empty',
    invitationUrl: 'page on which the invited answers',
  },
  sample: {
    invitedBy: 'Olivia Example',
    reviewsDue: '2027-12-01 12:00 UTC',
    invitationUrl: 'https://conference.example.org/invitations/example',
  },
};

/**
 * Tells a reviewer of new assignments: one message for a whole run. It names no submission: organisers read the outbox,
 * and one of them may be an author.
 */
export const ASSIGNED_MAIL: MailKind = {
  kind: 'reviewer_assigned',
  variables: {
    count: 'how many submissions',
    reviewsDue: 'when reviews are due, or empty',
    reviewsUrl: 'page with all reviews of the reviewer',
  },
  sample: {
    count: 2,
    reviewsDue: '2027-12-01 12:00 UTC',
    reviewsUrl: 'https://conference.example.org/me/reviews',
  },
};
