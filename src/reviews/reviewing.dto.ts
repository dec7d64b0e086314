import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsInt, IsOptional, IsString } from 'class-validator';
import { Day } from '../conferences/conference.fields.js';
import { fits, Flag, Rule, Text, Whole } from '../platform/fields.js';
import { cleanLine, tooManyMarks } from '../platform/text.js';
import { FURTHEST_REMINDER, MOST_REMINDERS } from './reviewing-rules.js';

const SCALE = 5;
const WORD_LENGTH = 60;
/** Longest note, post, response or meta-review, in characters. */
export const LONGEST_TEXT = 10_000;

const on =
  (...decorators: PropertyDecorator[]): PropertyDecorator =>
  (target, property) => {
    for (const decorator of decorators) decorator(target, property);
  };

/** Words for 1 to 5, or an empty list for the usual ones. */
const ScaleWords = (): PropertyDecorator =>
  on(
    Transform(({ value }: { value: unknown }) =>
      Array.isArray(value)
        ? value.map((text: unknown) => (typeof text === 'string' ? cleanLine(text) : text))
        : (value ?? undefined),
    ),
    IsOptional(),
    IsArray(),
    IsString({ each: true }),
    Rule('anchors', (value) => !Array.isArray(value) || [0, SCALE].includes(value.length), SCALE),
    Rule(
      'anchorLength',
      (value) => !Array.isArray(value) || value.every((text) => fits(String(text), WORD_LENGTH)),
      WORD_LENGTH,
    ),
    Rule('marks', (value) => !Array.isArray(value) || !value.some((text) => tooManyMarks(String(text))), 4),
  );

/** How a call reviews; what is absent stays. */
export class ReviewingDto {
  @ScaleWords() overallWords?: string[];
  @ScaleWords() confidenceWords?: string[];
  /** Days after the due date on which a review is still taken. */
  @Whole(0, 60, { optional: true }) lateDays?: number;

  /** Days from the due day: negative before it. */
  @IsOptional()
  @IsArray()
  @IsInt({ each: true })
  @ArrayMaxSize(MOST_REMINDERS, { context: { limit: MOST_REMINDERS } })
  @Rule(
    'reminderDay',
    (value) => !Array.isArray(value) || value.every((day) => Math.abs(Number(day)) <= FURTHEST_REMINDER),
    FURTHEST_REMINDER,
  )
  reminderDays?: number[];

  @Flag({ optional: true }) discussion?: boolean;
  @Whole(50, 2000, { optional: true }) responseWordLimit?: number;
  @Flag({ optional: true }) responseScores?: boolean;
}

/** Authors may respond until the end of this day, in the call's zone. */
export class OpenResponsesDto {
  @Day() closesDay: string;
}

/** What a reviewer notes for themselves; empty: nothing more. */
export class NoteDto {
  @Text(LONGEST_TEXT, { optional: true }) text?: string;
}

/** What one of a panel says. */
export class PostDto {
  @Text(LONGEST_TEXT) text: string;
}

/** The authors' response; empty: none any more. */
export class ResponseDto {
  @Text(LONGEST_TEXT * 2, { optional: true }) text?: string;
}

/** A chair's summary. */
export class MetaReviewDto {
  @Text(LONGEST_TEXT) text: string;
  /** Whether authors read it with the decision; not, unless given. */
  @Flag({ optional: true }) forAuthors?: boolean;
}
