import { Type, type Static } from '@sinclair/typebox';
import { instant, orNull } from '../platform/answers.js';
import type { Disagreement } from './reviewing-rules.js';

const strict = { additionalProperties: false };
const words = (...list: string[]) => Type.Union(list.map((word) => Type.Literal(word)));
const point = orNull(Type.Integer({ minimum: 1, maximum: 5 }));

/** One of a panel: the letter of their place, and their name where the viewer may know it. */
interface Voice {
  letter: string;
  name: string | null;
  own: boolean;
}

/** A review as the rest of the panel reads it: without what was told to the organisers alone. */
export interface TalkReview extends Voice {
  scores: Record<string, number>;
  overall: number | null;
  confidence: number | null;
  commentsToAuthors: string;
  revisedAt: Date | null;
  overallBefore: number | null;
}

export interface TalkPost extends Voice {
  id: string;
  text: string;
  version: number;
  postedAt: Date;
  editedAt: Date | null;
  /** Earlier texts, newest first. */
  edits: { text: string; until: Date }[];
}

/** The discussion of a submission, for one viewer. */
export interface PanelTalk {
  submission: { id: string; title: string };
  /** Whether the call lets panels discuss. */
  enabled: boolean;
  state: 'none' | 'open' | 'closed';
  openedAt: Date | null;
  version: number;
  /** The viewer's own. */
  letter: string | null;
  reviews: TalkReview[];
  posts: TalkPost[];
  /** Where the scores lie apart; `title` is that of a criterion. */
  apart: (Disagreement & { title: string | null })[];
}

const voice = {
  letter: Type.String(),
  name: orNull(Type.String({ description: 'Null while reviewers are hidden from each other' })),
  own: Type.Boolean(),
};
const postSchema = Type.Object(
  {
    id: Type.String(),
    ...voice,
    text: Type.String(),
    version: Type.Integer(),
    postedAt: instant,
    editedAt: orNull(instant),
    edits: Type.Array(Type.Object({ text: Type.String(), until: instant }, strict)),
  },
  strict,
);

export const discussionSchema = Type.Object(
  {
    submission: Type.String(),
    state: words('none', 'open', 'closed'),
    openedAt: orNull(instant),
    version: Type.Integer(),
    letter: orNull(Type.String()),
    reviews: Type.Array(
      Type.Object(
        {
          ...voice,
          scores: Type.Record(Type.String(), Type.Integer({ minimum: 1, maximum: 5 })),
          overall: point,
          confidence: point,
          commentsToAuthors: Type.String(),
          revisedAt: orNull(instant),
          overallBefore: point,
        },
        strict,
      ),
    ),
    posts: Type.Array(postSchema),
    apart: Type.Array(
      Type.Object(
        {
          on: Type.String({ description: '`overall`, or the id of a criterion' }),
          lowest: Type.Integer(),
          highest: Type.Integer(),
        },
        strict,
      ),
    ),
  },
  { ...strict, $id: 'Discussion' },
);
export type DiscussionView = Omit<Static<typeof discussionSchema>, 'state'> & Pick<PanelTalk, 'state'>;

/** What leaves the system about a panel's discussion: names are in it only where `Discussions` has put them. */
export function projectDiscussion(talk: PanelTalk): DiscussionView {
  return {
    submission: talk.submission.id,
    state: talk.state,
    openedAt: talk.openedAt?.toISOString() ?? null,
    version: talk.version,
    letter: talk.letter,
    reviews: talk.reviews.map((review) => ({
      letter: review.letter,
      name: review.name,
      own: review.own,
      scores: review.scores,
      overall: review.overall,
      confidence: review.confidence,
      commentsToAuthors: review.commentsToAuthors,
      revisedAt: review.revisedAt?.toISOString() ?? null,
      overallBefore: review.overallBefore,
    })),
    posts: talk.posts.map((post) => ({
      id: post.id,
      letter: post.letter,
      name: post.name,
      own: post.own,
      text: post.text,
      version: post.version,
      postedAt: post.postedAt.toISOString(),
      editedAt: post.editedAt?.toISOString() ?? null,
      edits: post.edits.map(({ text, until }) => ({ text, until: until.toISOString() })),
    })),
    apart: talk.apart.map(({ on, lowest, highest }) => ({ on, lowest, highest })),
  };
}
