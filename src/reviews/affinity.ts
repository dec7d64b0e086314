import { HIGHEST_AFFINITY } from './solver/problem.js';

/** What a reviewer says of a submission that they could review; `conflict` declares a conflict of interest. */
export const BIDS = ['yes', 'maybe', 'no', 'conflict'] as const;
export type Bid = (typeof BIDS)[number];

/** What is known about how well a reviewer fits a submission. */
export interface Fit {
  /** Number of topics that both have, and of topics that the submission has. */
  sharedTopics: number;
  topics: number;
  /** How near the words of the submission are to the reviewer's, 0 to 1; see {@link WordFits}. */
  words?: number;
  bid?: Bid | undefined;
}

/** What the conference knows at all: what it knows of nobody counts for nothing, and the rest for all. */
export interface Known {
  /** Some reviewer has said or written something that can be compared. */
  words: boolean;
  /** Some reviewer has bid. */
  bids: boolean;
}

/**
 * Of a thousand points: 550 for the topics, 150 for the words, 300 for the bid. Topics weigh more than words and bid together,
 * so that no bid, true or strategic, lifts a pair without a topic in common above one with all of them.
 */
export const POINTS = { topics: 550, words: 150, bid: 300 } as const;

/** Saying nothing stands between `maybe` and `no`. */
const BID_SHARE: Record<Bid, number> = { yes: 1, maybe: 2 / 3, no: 0, conflict: 0 };
const NO_BID_SHARE = 1 / 2;

/** How well they fit, whole, 0 to `HIGHEST_AFFINITY`. Says nothing about conflicts. */
export function affinityOf(
  { sharedTopics, topics, words = 0, bid }: Fit,
  known: Known = { words: false, bids: false },
): number {
  let points = topics === 0 ? 0 : (POINTS.topics * sharedTopics) / topics;
  let of: number = POINTS.topics;
  if (known.words) {
    points += POINTS.words * words;
    of += POINTS.words;
  }
  if (known.bids) {
    points += POINTS.bid * (bid ? BID_SHARE[bid] : NO_BID_SHARE);
    of += POINTS.bid;
  }
  return Math.round((HIGHEST_AFFINITY * points) / of);
}

/** From this cosine on the words are as near as can be told: measured on the example, the nearest of strangers have about 0.2. */
const NEAREST = 0.3;

/**
 * How near texts are to reviewers by their words (cosine of the words that both have, rarer ones among the reviewers weighing
 * more), 0 to 1. A word is a lexeme of PostgreSQL's text search: stemmed, without the commonest. Built once; a text costs as many steps
 * as reviewers have used its words.
 */
export class WordFits {
  private readonly users = new Map<string, number[]>();
  private readonly weights = new Map<string, number>();
  private readonly lengths: Float64Array;

  /** @param reviewers the words of each; answers are in this order */
  constructor(private readonly reviewers: readonly ReadonlySet<string>[]) {
    for (const [place, words] of reviewers.entries())
      for (const word of words) {
        const users = this.users.get(word);
        if (users) users.push(place);
        else this.users.set(word, [place]);
      }
    const writing = reviewers.filter(({ size }) => size > 0).length;
    this.lengths = new Float64Array(reviewers.length);
    for (const [word, users] of this.users) {
      const weight = Math.log(1 + writing / users.length);
      this.weights.set(word, weight);
      for (const place of users) this.lengths[place]! += weight ** 2;
    }
  }

  /** For each reviewer, 0 for one of whom no word is known. */
  of(text: Iterable<string>): Float64Array {
    const near = new Float64Array(this.reviewers.length);
    let length = 0;
    for (const word of text) {
      const weight = this.weights.get(word);
      // What nobody has used has the weight of what one has: it makes the text longer, and nobody nearer.
      length += (weight ?? Math.log(1 + this.reviewers.length)) ** 2;
      if (weight !== undefined) for (const place of this.users.get(word)!) near[place]! += weight ** 2;
    }
    for (const [place, product] of near.entries())
      if (product > 0)
        near[place] = Math.min(1, product / Math.sqrt(length * this.lengths[place]!) / NEAREST);
    return near;
  }
}
