import type { Conference } from '../conferences/conference.entity.js';
import type { MailKind } from '../mail/kinds.js';
import type { NewMessage } from '../mail/outbox.service.js';
import type { Submission, SubmissionAuthor } from './submission.entity.js';

const variables = {
  name: 'The author this copy goes to',
  title: 'Title of the submission',
  code: 'Its public code',
  authors: 'All authors in order',
  wordCount: 'Words in the abstract by the written rule',
  submittedAt: 'When it was submitted, in UTC',
  textHash: 'SHA-256 of title, line feed, abstract',
  withdrawnAt: 'When it was withdrawn, in UTC, or empty',
  changedAt: 'When it was last changed, in UTC',
  receipt: 'The signed receipt, or empty where none could be signed',
  receiptUrl: 'Page where anybody can check a receipt',
  statusUrl: 'Page where the author follows it',
};

const sample = {
  name: 'Ani Example',
  title: 'Return without trust',
  code: 'PSC-7KQF3',
  authors: 'Ani Example, Elnur Example',
  wordCount: 246,
  submittedAt: '2027-10-08 14:02:11 UTC',
  textHash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  withdrawnAt: '',
  changedAt: '2027-10-08 14:02:11 UTC',
  receipt: 'Concord receipt 1\nlog: …\nend of receipt',
  receiptUrl: 'https://concord.example/record/receipt',
  statusUrl: 'https://concord.example/submissions/PSC-7KQF3',
};

/** Mails about a submission: the receipt of each version, of a change after the decision, and the withdrawal. */
export const SUBMISSION_MAILS: MailKind[] = [
  { kind: 'submission_receipt', variables, sample },
  { kind: 'submission_changed', variables, sample },
  { kind: 'submission_withdrawn', variables, sample },
];

const inUtc = (at: Date | null): string =>
  at ? `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC` : '';

/**
 * The messages of one occasion, the submission's version, to every author with an address. The outbox keeps one for each
 * address, so two authors who share one get one.
 */
export function authorMails(
  kind: string,
  about: { submission: Submission; conference: Conference; authors: readonly SubmissionAuthor[] },
  publicUrl: string,
): NewMessage[] {
  const { submission, conference, authors } = about;
  const values = {
    title: submission.title,
    code: submission.id,
    authors: authors.map((author) => author.name).join(', '),
    wordCount: submission.wordCount,
    submittedAt: inUtc(submission.submittedAt),
    withdrawnAt: inUtc(submission.withdrawnAt),
    changedAt: inUtc(submission.updatedAt),
    textHash: submission.textHash,
    receipt: submission.receipt ?? '',
    receiptUrl: `${publicUrl}/record/receipt`,
    statusUrl: `${publicUrl}/submissions/${submission.id}`,
  };
  return authors
    .filter((author) => author.address !== null)
    .map((author) => ({
      kind,
      conference: { id: conference.id, name: conference.name, contactAddress: conference.contactAddress },
      to: { personId: author.personId, address: author.address!, name: author.name },
      subjectId: submission.id,
      occasion: `v${submission.version}`,
      values: { ...values, name: author.name },
    }));
}
