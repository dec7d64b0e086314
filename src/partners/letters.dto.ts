import { EmailLine } from '../people/email-field.js';
import { Line, OneOf, Rule, Text } from '../platform/fields.js';
import { PageQuery } from '../platform/paging.js';
import { ClearableCountry } from '../conferences/conference.fields.js';
import {
  ANSWERS,
  CONTRIBUTIONS,
  isWebsite,
  LETTER_STATUSES,
  WEBSITE_LENGTH,
  type Contribution,
  type LetterAnswer,
  type LetterStatus,
} from './letter-rules.js';

/** A letter of interest. */
export class LetterDto {
  @Line(300) organisation: string;
  @ClearableCountry() country?: string;
  @Line(WEBSITE_LENGTH, { optional: true })
  @Rule('website', (value) => typeof value !== 'string' || isWebsite(value))
  website?: string;
  @Line(200) contactName: string;
  /** Where the answer goes; somebody signed in may leave it out. */
  @EmailLine({ optional: true }) email?: string;
  @OneOf(CONTRIBUTIONS) contribution: Contribution;
  @Text(20_000) letter: string;
}

/** The organisers' answer. */
export class AnswerLetterDto {
  @OneOf(ANSWERS) status: LetterAnswer;
  @Text(5000, { optional: true }) text?: string;
}

/** Which letters are wanted. */
export class LetterQuery extends PageQuery {
  @OneOf(LETTER_STATUSES, { optional: true }) status?: LetterStatus;
}
