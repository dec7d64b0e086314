import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, IsInt, Max, Min } from 'class-validator';
import { Flag, Optional, Strings, Whole } from '../platform/fields.js';
import { ClearableDay } from './conference.fields.js';
import { REVISABLE_FIELDS } from './deciding-settings.entity.js';

const DECIDED = ['accepted', 'conditionally_accepted', 'waitlisted', 'rejected'];
const REMINDERS = 5;
const LONGEST = 60;

const limited = (limit: number | string) => ({ context: { limit } });

/** How a conference decides; what is absent stays. Days are calendar days in the conference's zone, and count as a whole. */
export class DecidingSettingsDto {
  @Strings(0, 4, { optional: true })
  @IsIn(DECIDED, { each: true, ...limited(DECIDED.join(', ')) })
  textRequired?: string[];
  @Flag({ optional: true }) twoPersons?: boolean;
  @Flag({ optional: true }) twoOrganisations?: boolean;
  /** 0 takes the number away. */
  @Whole(0, 100_000, { optional: true }) places?: number;
  @ClearableDay() confirmOn?: string | null;
  @Optional()
  @IsArray()
  @ArrayMaxSize(REMINDERS, limited(REMINDERS))
  @ArrayUnique(limited('once'))
  @IsInt({ each: true })
  @Min(1, { each: true, ...limited(1) })
  @Max(LONGEST, { each: true, ...limited(LONGEST) })
  reminderDays?: number[];
  @Strings(0, 4, { optional: true })
  @IsIn(REVISABLE_FIELDS, { each: true, ...limited(REVISABLE_FIELDS.join(', ')) })
  editFields?: string[];
  @ClearableDay() editOn?: string | null;
}
