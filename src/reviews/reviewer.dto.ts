import { EmailLine } from '../people/email-field.js';
import { normaliseEmail } from '../people/email.js';
import { normaliseRor } from '../people/ror.js';
import { Country, Line, Rule, Strings, Text, Whole } from '../platform/fields.js';

/** Whom an organiser invites to review. */
export class InviteReviewerDto {
  @Rule('email', (value) => typeof value !== 'string' || value === '' || normaliseEmail(value) !== undefined)
  @EmailLine()
  email: string;
  @Line(200) name: string;
  @Line(300) affiliation: string;
  @Rule('ror', (value) => typeof value !== 'string' || value === '' || normaliseRor(value) !== undefined)
  @Line(64, { optional: true })
  ror?: string;
  /** ISO 3166-1 alpha-2; absent means "prefer not to say". */
  @Country() country?: string;
  /** Ids of the conference's topics. */
  @Strings(0, 100, { optional: true }) topics?: string[];
  /** Six when absent. */
  @Whole(0, 200, { optional: true }) maxLoad?: number;
}

/** What the invited may set when they accept; what is absent stays as the organisers have guessed it. */
export class AcceptInvitationDto {
  @Strings(0, 100, { optional: true }) topics?: string[];
  /** Tags of the languages in which they can review; none: the floor's alone. */
  @Strings(0, 20, { optional: true }) languages?: string[];
  /** What they know about, in their own words; it is compared with the words of abstracts. */
  @Text(2000, { optional: true }) expertise?: string;
  /** Their affiliation's iD in the Research Organization Registry. */
  @Rule('ror', (value) => typeof value !== 'string' || value === '' || normaliseRor(value) !== undefined)
  @Line(64, { optional: true })
  ror?: string;
  @Whole(0, 200, { optional: true }) maxLoad?: number;
}

export class DeclineInvitationDto {
  @Text(2000, { optional: true }) reason?: string;
}
