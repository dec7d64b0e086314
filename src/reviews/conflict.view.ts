import { Type, type Static } from '@sinclair/typebox';
import { instant, orNull } from '../platform/answers.js';
import { CONFLICT_REASONS, INFERRED, type ConflictReason } from './conflicts.js';

const strict = { additionalProperties: false };
const words = (list: readonly string[]) => Type.Union(list.map((word) => Type.Literal(word)));

/** A pair that must not be, with every reason; for organisers and auditors who are no authors of the submission. */
export const conflictSchema = Type.Object(
  {
    submission: Type.String(),
    title: Type.String(),
    reviewer: Type.String({ description: 'Id of the reviewer' }),
    name: Type.String({ description: 'Of the reviewer' }),
    reasons: Type.Array(words(CONFLICT_REASONS), { description: 'The gravest first' }),
    overridable: Type.Boolean({ description: 'Every reason is inferred' }),
    override: orNull(Type.Object({ reason: Type.String(), by: orNull(Type.String()), at: instant }, strict)),
    assigned: Type.Boolean({ description: 'They review it all the same' }),
  },
  { ...strict, $id: 'Conflict' },
);

/** Whom the authors of a submission have named, and whether a reviewer was found who may be meant. */
export const namedSchema = Type.Object(
  {
    name: Type.String(),
    affiliation: orNull(Type.String()),
    email: orNull(Type.String()),
    reason: Type.String(),
    matched: Type.Boolean(),
  },
  strict,
);

export interface ConflictRow {
  submissionId: string;
  title: string;
  reviewerId: string;
  name: string;
  affiliation: string | null;
  reasons: ConflictReason[];
  /** An organiser has recorded it, and may take that back. */
  added: boolean;
  override: { reason: string; by: string | null; at: Date } | null;
  /** Id of the assignment that stands all the same. */
  assignmentId: string | null;
}

export const isOverridable = ({ reasons }: Pick<ConflictRow, 'reasons'>): boolean =>
  reasons.length > 0 && reasons.every((reason) => INFERRED.includes(reason));

export type ConflictView = Static<typeof conflictSchema>;

export const projectConflict = (row: ConflictRow): ConflictView => ({
  submission: row.submissionId,
  title: row.title,
  reviewer: row.reviewerId,
  name: row.name,
  reasons: row.reasons,
  overridable: isOverridable(row),
  override: row.override && { ...row.override, at: row.override.at.toISOString() },
  assigned: row.assignmentId !== null,
});
