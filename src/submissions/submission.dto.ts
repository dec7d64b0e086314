import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsObject, ValidateNested } from 'class-validator';
import { EmailLine } from '../people/email-field.js';
import { Country, Flag, Line, OneOf, Optional, Strings, Text } from '../platform/fields.js';

/** One author in the order of the list. What is missing or wrong in a draft is told when it is submitted. */
export class AuthorDto {
  @Line(200, { optional: true }) name?: string;
  @Line(200, { optional: true }) nativeName?: string;
  @Line(300, { optional: true }) affiliation?: string;
  /** The affiliation's iD in the Research Organization Registry, with or without its address. */
  @Line(64, { optional: true }) ror?: string;
  /** ISO 3166-1 alpha-2; absent means "prefer not to say". */
  @Country() country?: string;
  @EmailLine({ optional: true }) email?: string;
  @Line(40, { optional: true }) orcid?: string;
  @Flag({ optional: true }) corresponding?: boolean;
  @Flag({ optional: true }) presenting?: boolean;
  /** Demands a public name. */
  @Flag({ optional: true }) protect?: boolean;
  /** Their identity is to be protected, and they appear under this name. */
  @Line(200, { optional: true }) publicName?: string;
}

/** Somebody who should not review the submission, and why; organisers read it, reviewers never. */
export class NamedConflictDto {
  @Line(200, { optional: true }) name?: string;
  @Line(300, { optional: true }) affiliation?: string;
  @EmailLine({ optional: true }) email?: string;
  @Text(500, { optional: true }) reason?: string;
}

/** What an author writes. A draft may be unfinished; completeness is a rule of submitting. */
export class SubmissionDto {
  @Line(300, { optional: true }) title?: string;
  @Text(20_000, { optional: true }) abstract?: string;
  @Strings(0, 20, { optional: true }) topics?: string[];
  @Optional()
  @IsArray()
  @ArrayMaxSize(200, { context: { limit: 200 } })
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => AuthorDto)
  authors?: AuthorDto[];
  /** Language tag of the text, one of the call's; the floor's where it is absent. */
  @Line(35, { optional: true }) language?: string;
  @Optional()
  @IsArray()
  @ArrayMaxSize(20, { context: { limit: 20 } })
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => NamedConflictDto)
  namedConflicts?: NamedConflictDto[];
}

export class CreateSubmissionDto extends SubmissionDto {
  @OneOf(['draft', 'submitted']) status: 'draft' | 'submitted';
}

export class WithdrawDto {
  @Text(2000, { optional: true }) reason?: string;
}
