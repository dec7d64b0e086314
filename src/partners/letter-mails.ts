import type { MailKind } from '../mail/kinds.js';

const variables = {
  organisation: 'Name of the organisation',
  receivedAt: 'When the letter arrived, in UTC',
  wordCount: 'Words in the letter by the written rule',
  statusUrl: 'Page where the sender follows it',
};

const sample = {
  organisation: 'Example Foundation',
  receivedAt: '2027-09-02 09:30:00 UTC',
  wordCount: 312,
  statusUrl: 'https://concord.example/letters/example',
};

/** Mails to the contact of a letter of interest. */
export const LETTER_MAILS: MailKind[] = [
  { kind: 'letter_receipt', variables, sample },
  {
    kind: 'letter_answered',
    variables: {
      ...variables,
      welcomed: 'Whether the organisation is welcome as a partner; if not, it is declined',
      answer: 'What the organisers wrote, or null',
    },
    sample: { ...sample, welcomed: true, answer: 'We look forward to working with you.' },
  },
];
