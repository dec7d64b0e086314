import { Type, type Static } from '@sinclair/typebox';
import { instant, orNull } from '../platform/answers.js';
import { OUTCOMES, type Outcome } from '../submissions/submission-states.js';
import type { ReleaseList } from './release-list.entity.js';
import type { ListChange } from './release-list-rules.js';
import type { Letters, ReleaseRecipient } from './release-lists.service.js';

const strict = { additionalProperties: false };
const outcome = Type.Union(OUTCOMES.map((word) => Type.Literal(word)));
const why = Type.Union(
  ['author', 'shared', 'noAddress'].map((word) => Type.Literal(word)),
  {
    description:
      'author: gets the message; shared: it goes to the same address for another author; noAddress: cannot be written to',
  },
);

export const releaseListSchema = Type.Object(
  {
    id: Type.String(),
    status: Type.Union(['open', 'released', 'stopped', 'discarded'].map((word) => Type.Literal(word))),
    listHash: Type.String(),
    size: Type.Integer(),
    counts: Type.Record(Type.String(), Type.Integer()),
    createdAt: instant,
    confirmedAt: orNull(instant),
    dueAt: orNull(instant),
    settledAt: orNull(instant),
    release: orNull(Type.String()),
    changes: Type.Array(Type.Object({ submission: Type.String(), change: Type.String() }, strict), {
      description: 'What differs from the list as it was frozen',
    }),
    version: Type.Integer(),
  },
  { ...strict, $id: 'ReleaseList' },
);
export type ReleaseListView = Static<typeof releaseListSchema>;

/** What leaves the system about a frozen list, to organisers who may know of it. */
export const projectReleaseList = (
  list: ReleaseList,
  counts: Record<Outcome, number>,
  changes: readonly ListChange[],
): ReleaseListView => ({
  id: list.id,
  status: list.status,
  listHash: list.listHash,
  size: list.size,
  counts,
  createdAt: list.createdAt.toISOString(),
  confirmedAt: list.confirmedAt?.toISOString() ?? null,
  dueAt: list.dueAt?.toISOString() ?? null,
  settledAt: list.settledAt?.toISOString() ?? null,
  release: list.releaseId,
  changes: changes.map(({ submissionId, change }) => ({ submission: submissionId, change })),
  version: list.version,
});

export const lettersSchema = Type.Object(
  {
    submission: Type.String(),
    title: Type.String(),
    outcome,
    letters: Type.Array(
      Type.Object({ to: Type.String(), subject: Type.String(), text: Type.String() }, strict),
    ),
    authors: Type.Array(Type.Object({ position: Type.Integer(), name: Type.String(), why }, strict)),
  },
  strict,
);
export type LettersView = Static<typeof lettersSchema>;

/** What leaves the system of letters before they are sent, to chairs. */
export const projectLetters = (letters: Letters): LettersView => ({
  submission: letters.submissionId,
  title: letters.title,
  outcome: letters.outcome,
  letters: letters.letters.map(({ to, subject, text }) => ({ to: to.address, subject, text })),
  authors: letters.authors.map(({ position, name, why: reason }) => ({ position, name, why: reason })),
});

export const recipientSchema = Type.Object(
  {
    submission: Type.String(),
    outcome,
    position: Type.Integer(),
    name: Type.String(),
    why,
    mail: orNull(Type.String({ description: 'Its message in the outbox' })),
    state: orNull(Type.String()),
  },
  strict,
);
export type RecipientView = Static<typeof recipientSchema>;

/** What leaves the system of whom a release was for, to organisers. */
export const projectRecipient = (row: ReleaseRecipient): RecipientView => ({
  submission: row.submissionId,
  outcome: row.outcome,
  position: row.position,
  name: row.name,
  why: row.why,
  mail: row.mailId,
  state: row.state,
});
