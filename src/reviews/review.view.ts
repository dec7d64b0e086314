import { Type, type Static } from '@sinclair/typebox';
import { instant, orNull } from '../platform/answers.js';
import {
  maySeeAuthors,
  maySeeReviewers,
  type Progress,
  type Promises,
} from '../conferences/who-sees-whom.js';
import type { Review } from './review.entity.js';
import type { PanelScore } from './score-rules.js';

const strict = { additionalProperties: false };
const words = (...list: string[]) => Type.Union(list.map((word) => Type.Literal(word)));
const scores = Type.Record(Type.String(), Type.Integer({ minimum: 1, maximum: 5 }));
const point = orNull(Type.Integer({ minimum: 1, maximum: 5 }));

/** A review as whoever wrote it sees it. */
export const reviewSchema = Type.Object(
  {
    status: words('draft', 'handed_in'),
    scores,
    overall: point,
    confidence: point,
    commentsToAuthors: Type.String(),
    commentsToOrganisers: Type.String(),
    version: Type.Integer(),
    updatedAt: instant,
    handedInAt: orNull(instant),
    revisedAt: orNull(
      Type.String({ format: 'date-time', description: "Last change after having seen the others' reviews" }),
    ),
    overallBefore: orNull(
      Type.Integer({ minimum: 1, maximum: 5, description: 'The overall score before the first such change' }),
    ),
  },
  { ...strict, $id: 'Review' },
);
export type ReviewView = Omit<Static<typeof reviewSchema>, 'status'> & Pick<Review, 'status'>;

/** What leaves the system about a review, to its reviewer. */
export function projectReview(review: Review): ReviewView {
  return {
    status: review.status,
    scores: review.scores,
    overall: review.overall,
    confidence: review.confidence,
    commentsToAuthors: review.commentsToAuthors,
    commentsToOrganisers: review.commentsToOrganisers,
    version: review.version,
    updatedAt: review.updatedAt.toISOString(),
    handedInAt: review.handedInAt?.toISOString() ?? null,
    revisedAt: review.revisedAt?.toISOString() ?? null,
    overallBefore: review.overallBefore,
  };
}

const conference = Type.Object({ slug: Type.String(), name: Type.String() }, strict);
const topics = Type.Array(Type.Object({ id: Type.String(), title: Type.String() }, strict));

/** A row of a reviewer's work. */
export interface MyAssignment {
  id: string;
  conference: { slug: string; name: string };
  submission: { id: string; title: string; wordCount: number };
  review: 'none' | 'draft' | 'handed_in';
  reviewVersion: number | null;
  /** Whether a review may be written now. */
  open: boolean;
  dueAt: Date | null;
  assignedAt: Date;
}

export const myAssignmentSchema = Type.Object(
  {
    id: Type.String(),
    conference,
    submission: Type.Object({ id: Type.String(), title: Type.String(), wordCount: Type.Integer() }, strict),
    review: words('none', 'draft', 'handed_in'),
    reviewVersion: orNull(Type.Integer()),
    open: Type.Boolean(),
    dueAt: orNull(instant),
    assignedAt: instant,
  },
  strict,
);
export type MyAssignmentView = Omit<Static<typeof myAssignmentSchema>, 'review'> &
  Pick<MyAssignment, 'review'>;

/** What leaves the system about an assignment in its reviewer's list. */
export function projectMyAssignment(row: MyAssignment): MyAssignmentView {
  return {
    id: row.id,
    conference: row.conference,
    submission: row.submission,
    review: row.review,
    reviewVersion: row.reviewVersion,
    open: row.open,
    dueAt: row.dueAt?.toISOString() ?? null,
    assignedAt: row.assignedAt.toISOString(),
  };
}

/** Everything that a reviewer needs for one review. */
export interface ReviewTask {
  id: string;
  conference: { slug: string; name: string };
  submission: { id: string; title: string; abstract: string; wordCount: number };
  topics: { id: string; title: string }[];
  authors: { name: string; affiliation: string | null; country: string | null }[];
  criteria: { id: string; title: string; anchors: string[]; weight: number }[];
  call: Promises;
  progress: Progress;
  /** The others who have handed in a review of it. */
  panel: { name: string; affiliation: string | null }[];
  /** The copy that reviewers get. */
  paper: { pages: number; size: number } | null;
  /** Words of 1 to 5 where the organisers have set their own; otherwise empty. */
  overallWords: string[];
  confidenceWords: string[];
  discussion: 'none' | 'open' | 'closed';
  /** Until when a late review is taken; null without an end. */
  takenUntil: Date | null;
  open: boolean;
  dueAt: Date | null;
  review: Review | null;
  privateNote: string;
}

export const reviewTaskSchema = Type.Object(
  {
    id: Type.String(),
    conference,
    submission: Type.Object(
      {
        id: Type.String(),
        title: Type.String(),
        abstract: Type.String(),
        wordCount: Type.Integer(),
        topics,
        authors: orNull(
          Type.Array(
            Type.Object(
              { name: Type.String(), affiliation: orNull(Type.String()), country: orNull(Type.String()) },
              strict,
            ),
            { description: 'Null while reviewers do not see who has written it' },
          ),
        ),
      },
      strict,
    ),
    criteria: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          title: Type.String(),
          anchors: Type.Array(Type.String(), { description: 'What 1, 2, 3, 4 and 5 mean' }),
          weight: Type.Integer(),
        },
        strict,
      ),
    ),
    panel: orNull(
      Type.Array(Type.Object({ name: Type.String(), affiliation: orNull(Type.String()) }, strict), {
        description: 'The others who have handed in a review of it; null while they are hidden',
      }),
    ),
    paper: orNull(
      Type.Object(
        { pages: Type.Integer(), size: Type.Integer({ description: 'Bytes' }) },
        {
          ...strict,
          description: 'The paper beside the abstract, cleaned of metadata; null where there is none',
        },
      ),
    ),
    overallWords: Type.Array(Type.String(), {
      description: 'What 1 to 5 of the overall score mean; empty for the usual words',
    }),
    confidenceWords: Type.Array(Type.String(), { description: 'The same of confidence' }),
    open: Type.Boolean(),
    dueAt: orNull(instant),
    takenUntil: orNull(
      Type.String({
        format: 'date-time',
        description: 'Until when it is taken, from dueAt on as a late one',
      }),
    ),
    discussion: words('none', 'open', 'closed'),
    review: orNull(reviewSchema),
    privateNote: Type.String({ description: 'What the reviewer notes for themselves; nobody else reads it' }),
  },
  { ...strict, $id: 'ReviewTask' },
);
export type ReviewTaskView = Omit<Static<typeof reviewTaskSchema>, 'review' | 'discussion'> & {
  review: ReviewView | null;
  discussion: ReviewTask['discussion'];
};

/** An abstract as its reviewer may see it: with its authors and the others who review it only when the call opens them. */
export function projectReviewTask(task: ReviewTask): ReviewTaskView {
  return {
    id: task.id,
    conference: { slug: task.conference.slug, name: task.conference.name },
    submission: {
      id: task.submission.id,
      title: task.submission.title,
      abstract: task.submission.abstract,
      wordCount: task.submission.wordCount,
      topics: task.topics.map(({ id, title }) => ({ id, title })),
      authors: maySeeAuthors(task.call, 'reviewer', task.progress)
        ? task.authors.map(({ name, affiliation, country }) => ({ name, affiliation, country }))
        : null,
    },
    criteria: task.criteria.map(({ id, title, anchors, weight }) => ({ id, title, anchors, weight })),
    panel: maySeeReviewers(task.call, 'reviewer', task.progress)
      ? task.panel.map(({ name, affiliation }) => ({ name, affiliation }))
      : null,
    paper: task.paper && { pages: task.paper.pages, size: task.paper.size },
    overallWords: task.overallWords,
    confidenceWords: task.confidenceWords,
    open: task.open,
    dueAt: task.dueAt?.toISOString() ?? null,
    takenUntil: task.takenUntil?.toISOString() ?? null,
    // Whether the others discuss tells that they are done.
    discussion: task.progress.handedIn ? task.discussion : 'none',
    review: task.review ? projectReview(task.review) : null,
    privateNote: task.privateNote,
  };
}

/** A review of a submission with its reviewer, for the organisers. */
export interface PanelReview {
  assignmentId: string;
  reviewer: { id: string; name: string; affiliation: string | null };
  review: Review | null;
}

export const panelReviewSchema = Type.Object(
  {
    assignment: Type.String(),
    reviewer: Type.Object(
      { id: Type.String(), name: Type.String(), affiliation: orNull(Type.String()) },
      strict,
    ),
    status: words('none', 'draft', 'handed_in'),
    scores,
    overall: point,
    confidence: point,
    commentsToAuthors: Type.String(),
    commentsToOrganisers: Type.String(),
    handedInAt: orNull(instant),
    revisedAt: orNull(instant),
    overallBefore: point,
  },
  strict,
);
export const panelReviewsSchema = Type.Object(
  {
    items: Type.Array(panelReviewSchema),
    next: Type.Null(),
    score: Type.Object(
      {
        reviews: Type.Integer({ description: 'Handed in' }),
        expected: Type.Integer({ description: 'Assigned' }),
        mean: orNull(Type.Number({ description: 'Of the overall scores' })),
        criteriaMean: orNull(
          Type.Number({ description: "Of the reviews' weighted means over the criteria" }),
        ),
        spread: orNull(Type.Number({ description: 'Standard deviation of the overall scores' })),
      },
      strict,
    ),
  },
  { ...strict, $id: 'PanelReviews' },
);
export type PanelReviewsView = Omit<Static<typeof panelReviewsSchema>, 'items'> & {
  items: PanelReviewView[];
};
export type PanelReviewView = Omit<Static<typeof panelReviewSchema>, 'status'> & {
  status: 'none' | 'draft' | 'handed_in';
};

/** What leaves the system about a submission's reviews, to organisers: of drafts only that they are there. */
export function projectPanelReviews(reviews: readonly PanelReview[], score: PanelScore): PanelReviewsView {
  return {
    items: reviews.map(({ assignmentId, reviewer, review }) => {
      const done = review?.status === 'handed_in' ? review : null;
      return {
        assignment: assignmentId,
        reviewer: { id: reviewer.id, name: reviewer.name, affiliation: reviewer.affiliation },
        status: review?.status ?? 'none',
        scores: done?.scores ?? {},
        overall: done?.overall ?? null,
        confidence: done?.confidence ?? null,
        commentsToAuthors: done?.commentsToAuthors ?? '',
        commentsToOrganisers: done?.commentsToOrganisers ?? '',
        handedInAt: done?.handedInAt?.toISOString() ?? null,
        revisedAt: done?.revisedAt?.toISOString() ?? null,
        overallBefore: done?.overallBefore ?? null,
      };
    }),
    next: null,
    score: {
      reviews: score.reviews,
      expected: reviews.length,
      mean: score.mean,
      criteriaMean: score.criteriaMean,
      spread: score.spread,
    },
  };
}
