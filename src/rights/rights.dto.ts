import { Country, Line } from '../platform/fields.js';

/** What a person says of themselves; what is absent is emptied. */
export class CorrectionDto {
  @Line(200) name: string;
  @Line(200, { optional: true }) nativeName?: string;
  @Line(300, { optional: true }) affiliation?: string;
  @Country() country?: string;
  @Line(40, { optional: true }) orcid?: string;
}
