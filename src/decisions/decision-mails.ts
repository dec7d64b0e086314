import type { MailKind } from '../mail/kinds.js';
import { OUTCOMES, type Outcome } from '../submissions/submission-states.js';

/** Kind of the mail that announces an outcome. */
export const decisionMail = (outcome: Outcome): string => `decision_${outcome}`;

/** The mails of a release, one kind for each outcome. */
export const DECISION_MAILS: MailKind[] = OUTCOMES.map((outcome) => ({
  kind: decisionMail(outcome),
  variables: {
    code: "the submission's public code",
    title: 'its title',
    textToAuthors: 'what the chair has written to the authors, or empty',
    statusUrl: "the submission's page, with the reviewers' comments",
  },
  sample: {
    code: 'PSC-7KQF3',
    title: 'Return without trust',
    textToAuthors: 'The committee was struck by the interviews in the second part.',
    statusUrl: 'https://conference.example.org/submissions/PSC-7KQF3',
  },
}));
