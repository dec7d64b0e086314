import { ClearableCountry, ClearableLine, ClearableText } from '../conferences/conference.fields.js';
import { EmailLine } from '../people/email-field.js';
import { Line, OneOf } from '../platform/fields.js';
import { PageQuery } from '../platform/paging.js';
import { ATTENDANCES, type Attendance } from './registration-rules.js';

/** A registration. */
export class RegistrationDto {
  @Line(200) name: string;
  /** Somebody signed in may leave it out. */
  @EmailLine({ optional: true }) email?: string;
  /** The name under which the attendee appears, where their identity is to be protected. */
  @Line(200, { optional: true }) publicName?: string;
  @Line(300, { optional: true }) affiliation?: string;
  @ClearableCountry() country?: string;
  @OneOf(ATTENDANCES) attendance: Attendance;
  /** Language tag of one of the conference's interpretations. */
  @Line(35, { optional: true }) interpretation?: string;
  /** What the attendee needs in order to take part. */
  @ClearableText(2000) accessNeeds?: string;
}

/** Changes to a registration; what is absent stays, null and the empty string clear. */
export class ChangeRegistrationDto {
  @Line(200, { optional: true }) name?: string;
  @ClearableLine(300) affiliation?: string;
  @ClearableCountry() country?: string;
  @OneOf(ATTENDANCES, { optional: true }) attendance?: Attendance;
  @ClearableLine(35) interpretation?: string;
  @ClearableText(2000) accessNeeds?: string;
}

/** Which registrations are wanted. */
export class RegistrationQuery extends PageQuery {
  @OneOf(['registered', 'cancelled'], { optional: true }) status?: 'registered' | 'cancelled';
  @OneOf(ATTENDANCES, { optional: true }) attendance?: Attendance;
}
