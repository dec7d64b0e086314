import { Line, OneOf, Strings, Text } from '../platform/fields.js';
import { OUTCOMES, type Outcome } from '../submissions/submission-states.js';

/** A decision that is not announced yet. */
export class DecideDto {
  @OneOf(OUTCOMES) outcome: Outcome;
  /** For the organisers only. */
  @Text(10_000, { optional: true }) reason?: string;
  @Text(10_000, { optional: true }) textToAuthors?: string;
}

/** What is to be announced: exactly these. */
export class ReleaseDto {
  @Strings(1, 5000) submissions: string[];
  /** The hash that the preview has shown; a list that differs is refused. */
  @Line(64, { optional: true }) listHash?: string;
}
