import type { MailKind } from '../mail/kinds.js';

/** A letter of a list, sent to the chair who tries it. */
export const TEST_LETTER = 'release_test';
/** To the chairs: a release that was to happen by itself did not. */
export const RELEASE_STOPPED = 'release_stopped';

/** Mails around a release that do not tell authors anything. Their bodies are not kept: they speak of what is not announced. */
export const RELEASE_MAILS: MailKind[] = [
  {
    kind: TEST_LETTER,
    variables: {
      letterTo: 'whom the letter is for',
      letterSubject: 'its subject',
      letter: 'its text',
      listUrl: 'the page of the list',
    },
    sample: {
      letterTo: 'Ani Example',
      letterSubject: 'PSC-7KQF3: accepted for the conference',
      letter: 'Dear Ani Example,\n\nWe are glad to tell you…',
      listUrl: 'https://conference.example.org/conferences/psc/organise/decisions/lists/x',
    },
    secret: true,
  },
  {
    kind: RELEASE_STOPPED,
    variables: {
      size: 'decisions on the list',
      changed: 'how many of them had changed',
      unconfirmed: 'whether the second chair was missing',
      listUrl: 'the page of the list',
    },
    sample: {
      size: 42,
      changed: 1,
      unconfirmed: false,
      listUrl: 'https://conference.example.org/conferences/psc/organise/decisions/lists/x',
    },
    secret: true,
  },
];
