import { Type, type Static } from '@sinclair/typebox';
import { instant, orNull } from '../platform/answers.js';
import { namingsIn, NAMING_KINDS, type NamedAuthor, type Naming } from './naming-rules.js';
import type { NamedConflict } from './named-conflict.entity.js';
import type { Submission, SubmissionAuthor } from './submission.entity.js';

const strict = { additionalProperties: false };

const words = (...list: readonly string[]) => Type.Union(list.map((word) => Type.Literal(word)));

const authorSchema = Type.Object(
  {
    name: Type.String(),
    nativeName: orNull(Type.String()),
    affiliation: orNull(Type.String()),
    ror: orNull(Type.String({ description: 'iD in the Research Organization Registry' })),
    country: orNull(Type.String()),
    email: orNull(Type.String()),
    orcid: orNull(Type.String()),
    corresponding: Type.Boolean(),
    presenting: Type.Boolean(),
    protect: Type.Boolean({ description: 'Goes by a public name; the address is a stand-in' }),
    publicName: orNull(Type.String()),
  },
  strict,
);

/** A submission as its authors and its organisers see it. */
export const submissionSchema = Type.Object(
  {
    id: Type.String(),
    conference: Type.String({ description: 'Slug' }),
    status: Type.String(),
    title: Type.String(),
    abstract: Type.String(),
    wordCount: Type.Integer(),
    textHash: Type.String({ description: 'SHA-256 of title, line feed, abstract, in hex' }),
    topics: Type.Array(Type.String()),
    authors: Type.Array(authorSchema),
    language: orNull(Type.String({ description: 'Language tag; null for the language of the floor' })),
    namedConflicts: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          affiliation: orNull(Type.String()),
          email: orNull(Type.String()),
          reason: Type.String(),
        },
        strict,
      ),
      { description: 'Whom the authors ask to be kept from reviewing it' },
    ),
    version: Type.Integer(),
    createdAt: instant,
    updatedAt: instant,
    submittedAt: orNull(instant),
    withdrawnAt: orNull(instant),
    withdrawalReason: orNull(Type.String()),
    receipt: orNull(Type.String({ description: 'Signed; checked at /record/receipt' })),
    held: Type.Boolean({ description: 'Waits for its address to be confirmed' }),
    warnings: Type.Array(
      Type.Object(
        {
          field: words('title', 'abstract'),
          kind: words(...NAMING_KINDS),
          words: Type.String({ description: 'As they stand in the text' }),
        },
        strict,
      ),
      {
        description:
          'What may tell reviewers who wrote it, where they are not to know; nothing is refused for it',
      },
    ),
  },
  { ...strict, $id: 'Submission' },
);
export type SubmissionView = Static<typeof submissionSchema>;

export const submissionItemSchema = Type.Object(
  {
    id: Type.String(),
    status: Type.String(),
    title: Type.String(),
    authors: Type.Array(Type.String()),
    topics: Type.Array(Type.String()),
    wordCount: Type.Integer(),
    submittedAt: orNull(instant),
    version: Type.Integer(),
  },
  strict,
);
export type SubmissionItem = Static<typeof submissionItemSchema>;

/** A submission with what hangs on it. */
export interface WholeSubmission {
  submission: Submission;
  slug: string;
  /** Whether its call hides authors from reviewers. */
  hidesAuthors: boolean;
  topics: readonly string[];
  authors: readonly ShownAuthor[];
  namedConflicts: readonly NamedConflict[];
}

/** A place in a submission's words that may tell who wrote it. */
export type TextWarning = Naming & { field: 'title' | 'abstract' };

/** What in title and abstract may tell reviewers who wrote them; empty where reviewers see it anyhow. */
export function warningsOf(
  text: { title: string; abstract: string },
  authors: readonly NamedAuthor[],
  hidesAuthors: boolean,
): TextWarning[] {
  if (!hidesAuthors) return [];
  return (['title', 'abstract'] as const).flatMap((field) =>
    namingsIn(text[field], authors).map((naming) => ({ field, ...naming })),
  );
}

/** An author as a reader of the submission sees them; in a draft with the words that its writer typed. */
export type ShownAuthor = SubmissionAuthor & { publicName: string | null };

/** What leaves the system about a submission, to its authors and organisers; nobody else passes its gate. */
export function projectSubmission({
  submission,
  slug,
  hidesAuthors,
  topics,
  authors,
  namedConflicts,
}: WholeSubmission): SubmissionView {
  return {
    id: submission.id,
    conference: slug,
    status: submission.status,
    title: submission.title,
    abstract: submission.abstract,
    wordCount: submission.wordCount,
    textHash: submission.textHash,
    topics: [...topics],
    authors: authors.map((author) => ({
      name: author.name,
      nativeName: author.nativeName,
      affiliation: author.affiliation,
      ror: author.ror,
      country: author.country,
      email: author.address,
      orcid: author.orcid,
      corresponding: author.corresponding,
      presenting: author.presenting,
      protect: author.protected,
      publicName: author.publicName,
    })),
    language: submission.language,
    namedConflicts: namedConflicts.map(({ name, affiliation, address, reason }) => ({
      name,
      affiliation,
      email: address,
      reason,
    })),
    version: submission.version,
    createdAt: submission.createdAt.toISOString(),
    updatedAt: submission.updatedAt.toISOString(),
    submittedAt: submission.submittedAt?.toISOString() ?? null,
    withdrawnAt: submission.withdrawnAt?.toISOString() ?? null,
    withdrawalReason: submission.withdrawalReason,
    receipt: submission.receipt,
    held: submission.heldUntil !== null,
    warnings: warningsOf(submission, authors, hidesAuthors).map(({ field, kind, words: found }) => ({
      field,
      kind,
      words: found,
    })),
  };
}
