import type { SignedHead } from '../audit/tree-head.js';
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
    conditions: 'what a conditional acceptance asks for, or empty',
    earlierOn: 'the day of the message whose place this one takes, or empty',
    statusUrl: "the submission's page, with the reviewers' comments",
    recordSize: 'entries of the record under the last head before the release, or empty',
    recordRoot: 'their root in hex, or empty',
    recordAt: 'when that head was signed, in UTC, or empty',
    recordUrl: 'the page of the record',
  },
  sample: {
    code: 'PSC-7KQF3',
    title: 'Return without trust',
    textToAuthors: 'The committee was struck by the interviews in the second part.',
    conditions: 'Please say in the abstract how many people were interviewed.',
    earlierOn: '',
    statusUrl: 'https://conference.example.org/submissions/PSC-7KQF3',
    recordSize: 1204,
    recordRoot: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    recordAt: '2027-12-01T09:00:04.120Z',
    recordUrl: 'https://conference.example.org/record',
  },
}));

/** What stands at the foot of a decision mail: the head before the decision, kept by everybody who is told of it. */
export const headValues = (head: SignedHead | null, publicUrl: string): Record<string, unknown> => ({
  recordSize: head?.size ?? '',
  recordRoot: head?.root ?? '',
  recordAt: head?.at ?? '',
  recordUrl: `${publicUrl}/record`,
});
