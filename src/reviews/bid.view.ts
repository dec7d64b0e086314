import { Type, type Static } from '@sinclair/typebox';
import { instant, orNull } from '../platform/answers.js';
import { BIDS, type Bid } from './affinity.js';
import { HIGHEST_AFFINITY } from './solver/problem.js';

const strict = { additionalProperties: false };
const bid = Type.Union(BIDS.map((word) => Type.Literal(word)));

/** A submission to bid on, as its would-be reviewer sees it. */
export const bidItemSchema = Type.Object(
  {
    submission: Type.String(),
    title: Type.String(),
    abstract: Type.String(),
    language: Type.String(),
    topics: Type.Array(Type.String()),
    authors: orNull(Type.Array(Type.String(), { description: 'Null where the call hides them' })),
    fit: Type.Integer({ description: `0 to ${HIGHEST_AFFINITY}, without the bid` }),
    sharedTopics: Type.Integer(),
    words: Type.Number({ description: 'How near its words are to the reviewer’s, 0 to 1' }),
    bid: orNull(bid),
  },
  { ...strict, $id: 'BidItem' },
);

export const bidListSchema = Type.Object(
  {
    open: Type.Boolean(),
    opensAt: orNull(instant),
    closesAt: orNull(instant),
    total: Type.Integer({ description: 'Submissions to bid on' }),
    done: Type.Integer({ description: 'Of them, those with a bid' }),
    items: Type.Array(bidItemSchema),
    next: orNull(Type.String()),
  },
  { ...strict, $id: 'BidList' },
);
export type BidListView = Omit<Static<typeof bidListSchema>, 'items'> & { items: BidItem[] };

export interface BidItem {
  submission: string;
  title: string;
  abstract: string;
  language: string;
  topics: string[];
  authors: string[] | null;
  fit: number;
  sharedTopics: number;
  words: number;
  bid: Bid | null;
}

/** When reviewers may bid, and what they have said in all; never who of what. */
export const biddingSchema = Type.Object(
  {
    opensAt: orNull(instant),
    closesAt: orNull(instant),
    open: Type.Boolean(),
    version: Type.Integer(),
    reviewers: Type.Integer({ description: 'Who have accepted' }),
    bidders: Type.Integer({ description: 'Of them, those who have bid' }),
    bids: Type.Object(
      { yes: Type.Integer(), maybe: Type.Integer(), no: Type.Integer(), conflict: Type.Integer() },
      strict,
    ),
    submissions: Type.Integer(),
    wanted: Type.Integer({ description: 'Submissions with at least one yes or maybe' }),
  },
  { ...strict, $id: 'Bidding' },
);
export type BiddingView = Static<typeof biddingSchema>;
