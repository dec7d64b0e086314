import { Transform } from 'class-transformer';
import { IsArray, IsString } from 'class-validator';
import { EmailLine } from '../people/email-field.js';
import { ROLES, type Role } from '../platform/actor.js';
import { fits, Flag, Line, OneOf, Rule, Text, Whole } from '../platform/fields.js';
import { cleanLine, tooManyMarks } from '../platform/text.js';
import {
  ClearableAddress,
  ClearableDay,
  ClearableLine,
  ClearableText,
  Day,
  Language,
  Languages,
  Many,
  One,
  Zone,
} from './conference.fields.js';
import { OPENINGS, type Blindness, type Promises } from './who-sees-whom.js';

const BLINDNESS: readonly Blindness[] = ['open', 'single', 'double'];
const REVIEWERS_OPEN = ['decision', 'never'] as const;
const PAPER = ['none', 'optional', 'required'] as const;
const KINDS = ['real', 'example', 'rehearsal'] as const;
const ANCHORS = 5;
const ANCHOR_LENGTH = 300;

/** A topic as wanted: with its id, or new. */
export class TopicDto {
  @Line(60, { optional: true }) id?: string;
  @Line(200) title: string;
}

/** A criterion as wanted: with its id, or new. */
export class CriterionDto {
  @Line(60, { optional: true }) id?: string;
  @Line(120) title: string;

  /** What scores 1 to 5 mean. */
  @Transform(({ value }: { value: unknown }) =>
    Array.isArray(value)
      ? value.map((text: unknown) => (typeof text === 'string' ? cleanLine(text) : text))
      : value,
  )
  @IsArray()
  @IsString({ each: true })
  @Rule('anchors', (value) => !Array.isArray(value) || value.length === ANCHORS, ANCHORS)
  @Rule(
    'anchorLength',
    (value) => !Array.isArray(value) || value.every((text) => fits(String(text), ANCHOR_LENGTH)),
    ANCHOR_LENGTH,
  )
  @Rule('marks', (value) => !Array.isArray(value) || !value.some((text) => tooManyMarks(String(text))), 4)
  anchors: string[];

  @Whole(1, 10, { optional: true }) weight?: number;
}

/** The call of a new conference. */
export class NewCallDto {
  /** Day on which it opens, in the conference's zone; absent means at once. */
  @Day({ optional: true }) opensOn?: string;
  /** Last day on which abstracts are taken, in `deadlineZone`. */
  @Day() deadlineDay: string;
  /** Anywhere on Earth unless given. */
  @Zone({ optional: true }) deadlineZone?: string;
  @Whole(0, 1440, { optional: true }) graceMinutes?: number;
  @Whole(50, 5000, { optional: true }) wordLimit?: number;
  @OneOf(BLINDNESS, { optional: true }) blindness?: Blindness;
  /** When reviewers learn who wrote, authors who reviewed, and reviewers of each other; never unless given. */
  @OneOf(OPENINGS, { optional: true }) authorsOpen?: Promises['authorsOpen'];
  @OneOf(REVIEWERS_OPEN, { optional: true }) reviewersOpen?: Promises['reviewersOpen'];
  @OneOf(OPENINGS, { optional: true }) panelOpen?: Promises['panelOpen'];
  /** Whether a paper is asked for beside the abstract; none unless given. */
  @OneOf(PAPER, { optional: true }) paper?: (typeof PAPER)[number];
  @Whole(1, 50, { optional: true }) paperLimitMb?: number;
  @Text(20_000, { optional: true }) rules?: string;
  @Whole(1, 20, { optional: true }) reviewsPerSubmission?: number;
  /** Last day for reviews, in `deadlineZone`. */
  @Day({ optional: true }) reviewsDueDay?: string;
  @Day({ optional: true }) decisionsOn?: string;
}

/** A new conference. */
export class CreateConferenceDto {
  @Line(60)
  @Rule('slug', (value) => typeof value !== 'string' || /^[a-z0-9]+(-[a-z0-9]+)*$/.test(value))
  slug: string;

  @Line(5)
  @Rule('codePrefix', (value) => typeof value !== 'string' || /^[A-Z]{2,5}$/.test(value))
  codePrefix: string;

  @Line(300) name: string;
  @Line(300, { optional: true }) subtitle?: string;
  @Line(200) organiserName: string;
  @Text(20_000, { optional: true }) description?: string;
  @Line(300, { optional: true }) venue?: string;
  @ClearableAddress() contactAddress?: string;
  @Day({ optional: true }) startsOn?: string;
  @Day({ optional: true }) endsOn?: string;
  @Zone() timeZone: string;
  @Language({ optional: true }) floorLanguage?: string;
  @Languages() interpretation?: string[];
  /** Slug of the edition before this one. */
  @Line(60, { optional: true }) previous?: string;
  @OneOf(KINDS, { optional: true }) kind?: (typeof KINDS)[number];
  @One(() => NewCallDto) call: NewCallDto;
  @Many(() => TopicDto, 60, { optional: true }) topics?: TopicDto[];
  @Many(() => CriterionDto, 20, { optional: true }) criteria?: CriterionDto[];
}

/** Changes to a call; what is absent stays. */
export class ChangeCallDto {
  @Day({ optional: true }) opensOn?: string;
  @Day({ optional: true }) deadlineDay?: string;
  @Zone({ optional: true }) deadlineZone?: string;
  @Whole(0, 1440, { optional: true }) graceMinutes?: number;
  /** Closes the call at once and ends its grace. */
  @Flag({ optional: true }) closeNow?: boolean;
  /** Why the deadline of an open call moves; kept in the record. */
  @Line(500, { optional: true }) reason?: string;
  @Whole(50, 5000, { optional: true }) wordLimit?: number;
  @OneOf(BLINDNESS, { optional: true }) blindness?: Blindness;
  /** When reviewers learn who wrote, authors who reviewed, and reviewers of each other; never unless given. */
  @OneOf(OPENINGS, { optional: true }) authorsOpen?: Promises['authorsOpen'];
  @OneOf(REVIEWERS_OPEN, { optional: true }) reviewersOpen?: Promises['reviewersOpen'];
  @OneOf(OPENINGS, { optional: true }) panelOpen?: Promises['panelOpen'];
  /** Whether a paper is asked for beside the abstract; none unless given. */
  @OneOf(PAPER, { optional: true }) paper?: (typeof PAPER)[number];
  @Whole(1, 50, { optional: true }) paperLimitMb?: number;
  @ClearableText(20_000) rules?: string;
  @Whole(1, 20, { optional: true }) reviewsPerSubmission?: number;
  @ClearableDay() reviewsDueDay?: string | null;
  @ClearableDay() decisionsOn?: string | null;
}

/** Changes to a conference; what is absent stays, null and the empty string clear what can be cleared. */
export class ChangeConferenceDto {
  @Line(300, { optional: true }) name?: string;
  @ClearableLine(300) subtitle?: string;
  @Line(200, { optional: true }) organiserName?: string;
  @ClearableText(20_000) description?: string;
  @ClearableLine(300) venue?: string;
  @ClearableAddress() contactAddress?: string;
  @ClearableDay() startsOn?: string | null;
  @ClearableDay() endsOn?: string | null;
  @Zone({ optional: true }) timeZone?: string;
  @Language({ optional: true }) floorLanguage?: string;
  @Languages() interpretation?: string[];
  @Flag({ optional: true }) lettersOpen?: boolean;
  @Flag({ optional: true }) registrationOpen?: boolean;
  @One(() => ChangeCallDto, { optional: true }) call?: ChangeCallDto;
}

/** The whole list of topics, in their order. */
export class TopicsDto {
  @Many(() => TopicDto, 60) topics: TopicDto[];
}

/** The whole list of criteria, in their order. */
export class CriteriaDto {
  @Many(() => CriterionDto, 20) criteria: CriterionDto[];
}

/** A role for the person behind an address. */
export class GrantRoleDto {
  @EmailLine() email: string;
  /** Used where nobody is known by the address yet. */
  @Line(200, { optional: true }) name?: string;
  @OneOf(ROLES.filter((role) => role !== 'operator')) role: Exclude<Role, 'operator'>;
}
