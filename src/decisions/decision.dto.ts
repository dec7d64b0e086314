import { Line, OneOf, Strings, Text, Whole } from '../platform/fields.js';
import { Many } from '../conferences/conference.fields.js';
import { OUTCOMES, type Outcome } from '../submissions/submission-states.js';

/** A decision that is not announced yet. */
export class DecideDto {
  @OneOf(OUTCOMES) outcome: Outcome;
  /** For the organisers only. */
  @Text(10_000, { optional: true }) reason?: string;
  @Text(10_000, { optional: true }) textToAuthors?: string;
  /** Of a conditional acceptance. */
  @Text(10_000, { optional: true }) conditions?: string;
  /** On the waiting list, lowest first. */
  @Whole(1, 100_000, { optional: true }) rank?: number;
}

/** One submission in a move of many. */
export class MoveLineDto {
  @Line(40) submission: string;
  /** Absent: the pending decision is taken back. */
  @OneOf(OUTCOMES, { optional: true }) outcome?: Outcome;
  /** Version of the pending decision that was seen; absent where there was none. */
  @Whole(1, 1_000_000_000, { optional: true }) version?: number;
  /** What is absent of the words stays as it is. */
  @Text(10_000, { optional: true }) reason?: string;
  @Text(10_000, { optional: true }) textToAuthors?: string;
  @Text(10_000, { optional: true }) conditions?: string;
  @Whole(1, 100_000, { optional: true }) rank?: number;
}

/** Many pending decisions at once, all or none. */
export class MoveDto {
  @Many(() => MoveLineDto, 500) moves: MoveLineDto[];
}

/** What is to be announced: exactly these, or everything that can be. */
export class ReleaseDto {
  @Strings(1, 5000, { optional: true }) submissions?: string[];
  /** The hash that the preview has shown; a list that differs is refused. Needed where `submissions` is absent. */
  @Line(64, { optional: true }) listHash?: string;
}
