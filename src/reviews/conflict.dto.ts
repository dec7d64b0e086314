import { Line, Text } from '../platform/fields.js';

/** An organiser records a conflict that nothing else shows. */
export class AddConflictDto {
  /** Id of the reviewer (of the invitation). */
  @Line(40) reviewer: string;
  @Text(500) reason: string;
}

/** An organiser sets the inferred conflicts of a pair aside. */
export class OverrideConflictDto {
  @Line(40) reviewer: string;
  /** Why it is none, for the other organisers and the record. */
  @Text(500) reason: string;
}
