import { Transform } from 'class-transformer';
import { ClearableText, Many } from '../conferences/conference.fields.js';
import { Line, Strings, Whole } from '../platform/fields.js';

const MOST_SECTIONS = 200;
const MOST_PAPERS = 5000;

/** A section as it shall be: with an id one that is there, without one a new one. */
export class VolumeSectionDto {
  @Line(40, { optional: true }) id?: string;
  @Line(300) title: string;
  /** Ids of its papers in printed order; absent means that it keeps those it has. */
  @Strings(0, MOST_PAPERS, { optional: true }) papers?: string[];
}

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

  @Many(() => VolumeSectionDto, MOST_SECTIONS, { optional: true }) sections?: VolumeSectionDto[];
}
