import { Flag, Line, Text, Whole } from '../platform/fields.js';

/** An assignment by hand. */
export class AssignDto {
  /** Id of the reviewer (of the invitation). */
  @Line(40) reviewer: string;
}

/** A run of the automatic assignment. */
export class ProposeDto {
  /** Reviewers wanted for each submission; the call's number when absent. */
  @Whole(1, 20, { optional: true }) perSubmission?: number;
  /** A smaller maximum for everybody, below each reviewer's own. */
  @Whole(1, 200, { optional: true }) maxLoad?: number;
  /** The same seed and the same start give the same proposal. */
  @Whole(0, 2_147_483_647, { optional: true }) seed?: number;
}

/** A reviewer gives an assignment back. */
export class DeclineAssignmentDto {
  @Text(2000, { optional: true }) reason?: string;
  /** The reason is a conflict of interest: the submission must never come to this reviewer again. */
  @Flag({ optional: true }) conflict?: boolean;
}
