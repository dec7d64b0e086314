import { Type, type Static } from '@sinclair/typebox';
import { instant, orNull } from '../platform/answers.js';
import { OUTCOMES, STATUSES, type Outcome, type Status } from '../submissions/submission-states.js';
import { countOutcomes } from './decision-rules.js';
import { listHash, type FrozenLine } from './release-list-rules.js';
import type { Decision, DecisionRelease, PendingDecision } from './decision.entity.js';

const strict = { additionalProperties: false };
const outcome = Type.Union(OUTCOMES.map((word) => Type.Literal(word)));
const counts = Type.Object(
  {
    accepted: Type.Integer(),
    conditionally_accepted: Type.Integer(),
    waitlisted: Type.Integer(),
    rejected: Type.Integer(),
  },
  strict,
);

export const decisionSchema = Type.Object(
  {
    submission: Type.String(),
    released: orNull(
      Type.Object(
        {
          version: Type.Integer(),
          outcome,
          textToAuthors: Type.String(),
          conditions: Type.String({ description: 'What a conditional acceptance asks for' }),
          comments: Type.Array(Type.String(), { description: "The reviewers' comments to the authors" }),
          reviewers: orNull(
            Type.Array(
              Type.Object(
                { name: Type.String(), affiliation: orNull(Type.String()), comment: Type.String() },
                strict,
              ),
              { description: 'Who has reviewed it, with what each has written; null while they are hidden' },
            ),
          ),
          releasedAt: instant,
        },
        strict,
      ),
    ),
    pending: orNull(
      Type.Object(
        {
          outcome,
          reason: Type.String(),
          textToAuthors: Type.String(),
          conditions: Type.String(),
          rank: orNull(Type.Integer()),
          decidedAt: instant,
          version: Type.Integer(),
        },
        { ...strict, description: 'For organisers who are no authors of it; null for everybody else' },
      ),
    ),
  },
  { ...strict, $id: 'Decision' },
);
export interface ReleasedView {
  version: number;
  outcome: Outcome;
  textToAuthors: string;
  conditions: string;
  comments: string[];
  releasedAt: string;
}

/** A reviewer with the comment to the authors that they have signed, empty where they left none. */
export interface SignedComment {
  name: string;
  affiliation: string | null;
  comment: string;
}
export interface DecisionView {
  submission: string;
  released: (ReleasedView & { reviewers: SignedComment[] | null }) | null;
  pending: {
    outcome: Outcome;
    reason: string;
    textToAuthors: string;
    conditions: string;
    rank: number | null;
    decidedAt: string;
    version: number;
  } | null;
}

/** An announced decision as authors and organisers see it. */
export const projectReleased = (decision: Decision): ReleasedView => ({
  version: decision.version,
  outcome: decision.outcome,
  textToAuthors: decision.textToAuthors,
  conditions: decision.conditions,
  comments: decision.comments,
  releasedAt: decision.releasedAt.toISOString(),
});

/**
 * What leaves the system about a submission's decision.
 * @param inspects whether the viewer organises the conference and is no author of the submission: nobody else learns
 *   that something is pending.
 * @param reviewers who has reviewed it, where the viewer may know; see `Decisions.signed`.
 */
export function projectDecision(
  submissionId: string,
  released: Decision | null,
  pending: PendingDecision | null,
  inspects: boolean,
  reviewers: SignedComment[] | null,
): DecisionView {
  return {
    submission: submissionId,
    released: released && { ...projectReleased(released), reviewers },
    pending:
      inspects && pending
        ? {
            outcome: pending.outcome,
            reason: pending.reason,
            textToAuthors: pending.textToAuthors,
            conditions: pending.conditions,
            rank: pending.rank,
            decidedAt: pending.decidedAt.toISOString(),
            version: pending.version,
          }
        : null,
  };
}

/** A submission on the board where chairs decide. */
export interface BoardRow {
  id: string;
  title: string;
  status: Status;
  /** Version of the submission. */
  version: number;
  /** Mean of the overall scores, and of the weighted criteria; null without reviews. */
  mean: number | null;
  criteriaMean: number | null;
  /** Standard deviation of the overall scores; null with fewer than two. */
  spread: number | null;
  /** The mean without the strictness of the reviewers, with its interval; null where that would change nothing. */
  calibrated: CalibratedMean | null;
  reviewsIn: number;
  reviewsExpected: number;
  pendingOutcome: Outcome | null;
  pendingVersion: number | null;
  /** Place on the waiting list that is to be announced. */
  pendingRank: number | null;
  /** Version of the latest announced decision. */
  releasedVersion: number | null;
}

/** See `calibrate`; the interval holds what the submission deserves in 95 of 100 cases. */
export interface CalibratedMean {
  score: number;
  low: number;
  high: number;
}

/** Everything that is to be decided or was, and how its reviewers differ. */
export interface Board {
  /** Best mean first. */
  rows: BoardRow[];
  /** Null with too few reviews. */
  strictness: {
    /** Whether reviewers differ by more than chance. */
    matters: boolean;
    /** The part of the scores' variance that their strictness explains, from 0 to 1. */
    share: number;
    /** Groups of submissions that share no reviewer and cannot be compared by scores; 1 is best. */
    islands: number;
  } | null;
}

export const boardRowSchema = Type.Object(
  {
    id: Type.String(),
    title: Type.String(),
    status: Type.Union(STATUSES.map((word) => Type.Literal(word))),
    version: Type.Integer(),
    mean: orNull(Type.Number()),
    criteriaMean: orNull(Type.Number()),
    spread: orNull(Type.Number()),
    calibrated: orNull(
      Type.Object(
        { score: Type.Number(), low: Type.Number(), high: Type.Number() },
        {
          ...strict,
          description:
            "The mean without the reviewers' strictness, and its 95 % interval; null where reviewers differ by no more than chance",
        },
      ),
    ),
    reviewsIn: Type.Integer(),
    reviewsExpected: Type.Integer(),
    pendingOutcome: orNull(outcome),
    pendingVersion: orNull(Type.Integer()),
    pendingRank: orNull(Type.Integer()),
    releasedVersion: orNull(Type.Integer()),
  },
  strict,
);

/** What leaves the system about a row of the board, to organisers; rows of the viewer's own are not among them. */
export const projectBoardRow = (row: BoardRow): BoardRow => ({
  id: row.id,
  title: row.title,
  status: row.status,
  version: row.version,
  mean: row.mean,
  criteriaMean: row.criteriaMean,
  spread: row.spread,
  calibrated: row.calibrated && {
    score: row.calibrated.score,
    low: row.calibrated.low,
    high: row.calibrated.high,
  },
  reviewsIn: row.reviewsIn,
  reviewsExpected: row.reviewsExpected,
  pendingOutcome: row.pendingOutcome,
  pendingVersion: row.pendingVersion,
  pendingRank: row.pendingRank,
  releasedVersion: row.releasedVersion,
});

/** A pending decision in the list that is about to be announced. */
export interface PreviewRow extends FrozenLine {
  title: string;
  status: Status;
  /** Messages that the release would write. */
  mails: number;
  /**
   * Why it must be left out: `state` the submission has moved on, as by a withdrawal; `words` the conference asks for words to
   * the authors, or conditions are missing; null where it can be released.
   */
  problem: 'state' | 'words' | null;
}

export const previewSchema = Type.Object(
  {
    counts,
    total: Type.Integer(),
    mails: Type.Integer(),
    listHash: Type.String({ description: 'Of the releasable rows' }),
    items: Type.Array(
      Type.Object(
        {
          submission: Type.String(),
          title: Type.String(),
          outcome,
          version: Type.Integer(),
          mails: Type.Integer(),
          releasable: Type.Boolean(),
          problem: orNull(Type.Union([Type.Literal('state'), Type.Literal('words')])),
        },
        strict,
      ),
    ),
  },
  { ...strict, $id: 'DecisionReleasePreview' },
);
export interface PreviewView {
  counts: Record<Outcome, number>;
  total: number;
  mails: number;
  listHash: string;
  items: {
    submission: string;
    title: string;
    outcome: Outcome;
    version: number;
    mails: number;
    releasable: boolean;
    problem: PreviewRow['problem'];
  }[];
}

/** What leaves the system about a release before it is made, to chairs. */
export function projectPreview(rows: readonly PreviewRow[]): PreviewView {
  const releasable = rows.filter((row) => row.problem === null);
  return {
    counts: countOutcomes(releasable),
    total: releasable.length,
    mails: releasable.reduce((sum, row) => sum + row.mails, 0),
    listHash: listHash(releasable),
    items: rows.map((row) => ({
      submission: row.submissionId,
      title: row.title,
      outcome: row.outcome,
      version: row.version,
      mails: row.mails,
      releasable: row.problem === null,
      problem: row.problem,
    })),
  };
}

/** A release with what it has announced to authors; the viewer's own submissions are not counted. */
export interface ReleaseRow {
  release: DecisionRelease;
  counts: Record<Outcome, number>;
}

export const releaseSchema = Type.Object(
  { id: Type.String(), releasedAt: instant, listHash: Type.String(), size: Type.Integer(), counts },
  { ...strict, $id: 'DecisionRelease' },
);
export type ReleaseView = Static<typeof releaseSchema>;

/** What leaves the system about a release, to organisers. */
export const projectRelease = ({ release, counts: announced }: ReleaseRow): ReleaseView => ({
  id: release.id,
  releasedAt: release.releasedAt.toISOString(),
  listHash: release.listHash,
  size: release.size,
  counts: announced,
});
