import { Transform } from 'class-transformer';
import { ClearableLine, ClearableText, Many } from '../conferences/conference.fields.js';
import { fits, Line, Rule, Strings, Text, Whole } from '../platform/fields.js';
import { cleanLine, tooManyMarks } from '../platform/text.js';
import { isDoiPattern, isDoiPrefix, isIsbn, isIssn } from './identifiers.js';
import { LICENCES } from './licences.js';

const MOST_SECTIONS = 200;
const MOST_PAPERS = 5000;

/** A section as it shall be: with an id one that is there, without one a new one. */
export class VolumeSectionDto {
  @Line(40, { optional: true }) id?: string;
  @Line(300) title: string;
  /** Ids of its papers in printed order; absent means that it keeps those it has. */
  @Strings(0, MOST_PAPERS, { optional: true }) papers?: string[];
}

/** A page before the papers; the text in the small Markdown of `formats/rich-text.ts`. */
export class VolumePageDto {
  @Line(200) title: string;
  @Text(20_000) text: string;
}

/** A rule for a text that may be empty. */
const EmptyOr = (code: string, holds: (text: string) => boolean): PropertyDecorator =>
  Rule(code, (value) => typeof value !== 'string' || value === '' || holds(value));

/** Changes to a volume; what is absent stays. Sections are the whole list, in printed order. */
export class VolumeDto {
  @Line(300, { optional: true }) title?: string;
  @ClearableText(300) subtitle?: string;
  @Line(200, { optional: true }) publisher?: string;

  @Whole(1900, 2200, { optional: true })
  // A form sends digits.
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{4}$/.test(value) ? Number(value) : value,
  )
  year?: number;

  @ClearableLine(100) place?: string;

  /** Names as they are printed, in order. */
  @Strings(0, 30, { optional: true })
  @Transform(({ value }: { value: unknown }) =>
    Array.isArray(value)
      ? value.map((name: unknown) => (typeof name === 'string' ? cleanLine(name) : name))
      : value,
  )
  @Rule(
    'editors',
    (value) =>
      !Array.isArray(value) ||
      value.every((name) => typeof name !== 'string' || (name !== '' && fits(name, 200))),
    200,
  )
  @Rule(
    'marks',
    (value) => !Array.isArray(value) || !value.some((name) => typeof name === 'string' && tooManyMarks(name)),
    4,
  )
  editors?: string[];

  @ClearableLine(20) @EmptyOr('isbn', isIsbn) isbn?: string;
  @ClearableLine(9) @EmptyOr('issn', isIssn) issn?: string;
  @ClearableLine(20) @EmptyOr('doiPrefix', isDoiPrefix) doiPrefix?: string;
  @Line(100, { optional: true }) @EmptyOr('doiPattern', isDoiPattern) doiPattern?: string;
  @ClearableLine(20) @EmptyOr('licence', (value) => Object.hasOwn(LICENCES, value)) licence?: string;
  @ClearableText(2000) erratum?: string;
  /** The whole list, in printed order. */
  @Many(() => VolumePageDto, 20, { optional: true }) pages?: VolumePageDto[];

  @Many(() => VolumeSectionDto, MOST_SECTIONS, { optional: true }) sections?: VolumeSectionDto[];
}

/** Which build becomes the next published version. */
export class PublishDto {
  @Line(40) build: string;
}
