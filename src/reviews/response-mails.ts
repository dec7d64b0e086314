import type { MailKind } from '../mail/kinds.js';

/** Tells the authors that they may respond to the reviewers' comments. */
export const RESPONSE_MAIL: MailKind = {
  kind: 'author_response',
  variables: {
    code: 'code of the submission',
    title: 'title of the submission',
    closesAt: 'until when they may respond',
    wordLimit: 'most words of a response',
    responseUrl: 'page with the comments and the form',
  },
  sample: {
    code: 'PSC-7KQF3',
    title: 'An example',
    closesAt: '2027-12-10 12:00 UTC',
    wordLimit: 300,
    responseUrl: 'https://conference.example.org/submissions/example/response',
  },
};
