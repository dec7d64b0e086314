import { Type, type Static } from '@sinclair/typebox';
import { instant, orNull } from '../platform/answers.js';
import type { ShownReview } from './author-response.entity.js';
import type { MetaReview } from './meta-review.entity.js';

const strict = { additionalProperties: false };
const point = Type.Integer({ minimum: 1, maximum: 5 });

/** The response of a submission's authors, with what they respond to. */
export interface ResponseStanding {
  submission: string;
  title: string;
  reviews: ShownReview[];
  criteria: { id: string; title: string; anchors: string[] }[];
  text: string;
  wordCount: number;
  wordLimit: number;
  answeredAt: Date | null;
  closesAt: Date;
  /** Whether it may be written now. */
  open: boolean;
  version: number;
}

export const responseSchema = Type.Object(
  {
    submission: Type.String(),
    reviews: Type.Array(
      Type.Object(
        {
          comment: Type.String(),
          overall: Type.Optional(point),
          scores: Type.Optional(Type.Record(Type.String(), point)),
        },
        strict,
      ),
      { description: 'The reviews as they were when responses opened, without their reviewers' },
    ),
    text: Type.String(),
    wordCount: Type.Integer(),
    wordLimit: Type.Integer(),
    answeredAt: orNull(instant),
    closesAt: instant,
    open: Type.Boolean(),
    version: Type.Integer(),
  },
  { ...strict, $id: 'AuthorResponse' },
);
export type ResponseView = Static<typeof responseSchema>;

/** What leaves the system about an authors' response: who of them wrote it is told to nobody. */
export function projectResponse(row: ResponseStanding): ResponseView {
  return {
    submission: row.submission,
    reviews: row.reviews.map(({ comment, overall, scores }) => ({
      comment,
      ...(overall !== undefined && { overall }),
      ...(scores !== undefined && { scores }),
    })),
    text: row.text,
    wordCount: row.wordCount,
    wordLimit: row.wordLimit,
    answeredAt: row.answeredAt?.toISOString() ?? null,
    closesAt: row.closesAt.toISOString(),
    open: row.open,
    version: row.version,
  };
}

export const metaReviewSchema = Type.Object(
  {
    submission: Type.String(),
    text: Type.String({ description: 'Empty while there is none' }),
    forAuthors: Type.Boolean({ description: 'Whether authors read it with the decision' }),
    writtenAt: orNull(instant),
    version: Type.Integer(),
  },
  { ...strict, $id: 'MetaReview' },
);

/** A chair's summary, for organisers. */
export function projectMetaReview(
  submissionId: string,
  row: MetaReview | null,
): Static<typeof metaReviewSchema> {
  return {
    submission: submissionId,
    text: row?.text ?? '',
    forAuthors: row?.forAuthors ?? false,
    writtenAt: row?.writtenAt.toISOString() ?? null,
    version: row?.version ?? 0,
  };
}
