import { IsIn } from 'class-validator';
import { Line, Rule, Strings, Text } from '../platform/fields.js';
import { OUTCOMES, type Outcome } from '../submissions/submission-states.js';

/** What goes on a list: exactly these submissions, or everything that can be announced, of some outcomes or of all. */
export class FreezeDto {
  @Strings(1, 5000, { optional: true }) submissions?: string[];
  @Strings(1, 4, { optional: true })
  @IsIn(OUTCOMES, { each: true, context: { limit: OUTCOMES.join(', ') } })
  outcomes?: Outcome[];
  /** The hash that was seen; a list that differs is refused. */
  @Line(64, { optional: true }) listHash?: string;
}

/** The second chair agrees to exactly this list. */
export class ConfirmListDto {
  @Line(64) listHash: string;
}

/** When the list is to be released by itself; absent takes the time away. */
export class ScheduleDto {
  /** An instant in ISO 8601 with its offset. */
  @Rule('instant', (value) => value === undefined || !Number.isNaN(Date.parse(String(value))))
  @Line(40, { optional: true })
  at?: string;
}

/** Which letter is tried on oneself: the first one of a submission; absent: one for each outcome. */
export class TestSendDto {
  @Line(40, { optional: true }) submission?: string;
}

/** For which organisation a chair acts; empty takes it away. */
export class ChairOrganisationDto {
  @Line(40) person: string;
  @Line(200, { optional: true }) organisation?: string;
}

/** What is written when a submission gets a place from the waiting list. */
export class PromoteDto {
  /** For the organisers only. */
  @Text(10_000, { optional: true }) reason?: string;
  @Text(10_000, { optional: true }) textToAuthors?: string;
}
