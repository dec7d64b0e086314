import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsISO31661Alpha2, ValidateNested } from 'class-validator';
import { normaliseEmail } from '../people/email.js';
import { normaliseOrcid } from '../people/orcid.js';
import { Flag, Line, OneOf, Optional, Rule, Strings, Text } from '../platform/fields.js';

const given = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** One author in the order of the list. */
export class AuthorDto {
  @Line(200) name: string;
  @Line(200, { optional: true }) nativeName?: string;
  @Line(300, { optional: true }) affiliation?: string;
  /** ISO 3166-1 alpha-2; absent means "prefer not to say". */
  @Optional() @IsISO31661Alpha2() country?: string;
  @Rule('email', (value) => !given(value) || normaliseEmail(value) !== undefined)
  @Line(254, { optional: true })
  email?: string;
  @Rule('orcid', (value) => !given(value) || normaliseOrcid(value) !== undefined)
  @Line(40, { optional: true })
  orcid?: string;
  @Flag({ optional: true }) corresponding?: boolean;
  @Flag({ optional: true }) presenting?: boolean;
}

/** What an author writes. A draft may be unfinished; completeness is a rule of submitting. */
export class SubmissionDto {
  @Line(300, { optional: true }) title?: string;
  @Text(20_000, { optional: true }) abstract?: string;
  @Strings(0, 20, { optional: true }) topics?: string[];
  @Optional()
  @IsArray()
  @ArrayMaxSize(200, { context: { limit: 200 } })
  @ValidateNested({ each: true })
  @Type(() => AuthorDto)
  authors?: AuthorDto[];
}

export class CreateSubmissionDto extends SubmissionDto {
  @OneOf(['draft', 'submitted']) status: 'draft' | 'submitted';
}

export class WithdrawDto {
  @Text(2000, { optional: true }) reason?: string;
}
