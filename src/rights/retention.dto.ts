import { Whole } from '../platform/fields.js';

const LONGEST = 3650;

/** How long a conference keeps what it no longer needs, in days; what is absent stays. */
export class RetentionDto {
  @Whole(1, LONGEST, { optional: true }) draftsDays?: number;
  @Whole(1, LONGEST, { optional: true }) accessNeedsDays?: number;
  @Whole(1, LONGEST, { optional: true }) lettersDays?: number;
  @Whole(1, LONGEST, { optional: true }) mailDays?: number;
}
