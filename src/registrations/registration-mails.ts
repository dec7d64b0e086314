import type { MailKind } from '../mail/kinds.js';

const variables = {
  name: 'The attendee',
  attendance: 'In person or online, in words',
  interpretation: 'Own name of the language of interpretation, or null',
  when: 'Days of the conference in words, or null while they are not known',
  venue: 'Where it is held, or null while it is not known',
  statusUrl: 'Page where the attendee changes or cancels it',
};

const sample = {
  name: 'Leyla Example',
  attendance: 'In person',
  interpretation: 'Azərbaycan',
  when: '12–14 May 2028',
  venue: 'Example Hall',
  statusUrl: 'https://concord.example/registrations/example',
};

/** Mails to an attendee. */
export const REGISTRATION_MAILS: MailKind[] = [
  { kind: 'registration_confirmation', variables, sample },
  { kind: 'registration_changed', variables, sample },
  { kind: 'registration_cancelled', variables, sample },
];
