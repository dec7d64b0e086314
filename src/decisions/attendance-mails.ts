import type { MailKind } from '../mail/kinds.js';

/** Asks authors of what is accepted, once more, to confirm that they take part. */
export const ATTENDANCE_REMINDER: MailKind = {
  kind: 'attendance_reminder',
  optional: true,
  variables: {
    code: "the submission's public code",
    title: 'its title',
    confirmOn: 'the last day on which they are asked to confirm',
    statusUrl: "the submission's page, with the button",
  },
  sample: {
    code: 'PSC-7KQF3',
    title: 'Return without trust',
    confirmOn: '2028-02-28',
    statusUrl: 'https://conference.example.org/submissions/PSC-7KQF3',
  },
};

/** Tells all authors that one of them has confirmed. */
export const ATTENDANCE_CONFIRMED: MailKind = {
  kind: 'attendance_confirmed',
  variables: {
    code: "the submission's public code",
    title: 'its title',
    statusUrl: "the submission's page",
  },
  sample: {
    code: 'PSC-7KQF3',
    title: 'Return without trust',
    statusUrl: 'https://conference.example.org/submissions/PSC-7KQF3',
  },
};

/** Tells organisers of a withdrawal. */
export const WITHDRAWAL_NOTICE: MailKind = {
  kind: 'withdrawal_notice',
  variables: {
    code: "the submission's public code",
    title: 'its title',
    decided: 'whether it was accepted, so that a place is free',
    waitlistUrl: 'the waiting list',
  },
  sample: {
    code: 'PSC-7KQF3',
    title: 'Return without trust',
    decided: true,
    waitlistUrl: 'https://conference.example.org/conferences/psc/organise/decisions/waitlist',
  },
};
