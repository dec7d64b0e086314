import { applyDecorators } from '@nestjs/common';
import { Flag, Line, OneOf, Rule, Text, Whole } from '../platform/fields.js';
import { OBJECTIVES } from './assignment-run.entity.js';

/** An assignment by hand. */
export class AssignDto {
  /** Id of the reviewer (of the invitation). */
  @Line(40) reviewer: string;
}

/** 25, 50 or 75. */
function LikelyAtMost(): PropertyDecorator {
  return applyDecorators(
    Whole(25, 75, { optional: true }),
    Rule('quarters', (value) => typeof value !== 'number' || value % 25 === 0),
  );
}

/** Whether runs must leave an assignment as it is. */
export class LockDto {
  @Flag() locked: boolean;
}

/** A run of the automatic assignment. */
export class ProposeDto {
  /** Reviewers wanted for each submission; the call's number when absent. */
  @Whole(1, 20, { optional: true }) perSubmission?: number;
  /** A smaller maximum for everybody, below each reviewer's own. */
  @Whole(1, 200, { optional: true }) maxLoad?: number;
  /** `worst pair` when absent: the least fitting pair as good as can be, then the total. */
  @OneOf(OBJECTIVES, { optional: true }) objective?: string;
  /** By chance: how likely a pair may be at most, in percent; 50 when absent. */
  @LikelyAtMost() likelyAtMost?: number;
  /** The same seed and the same start give the same proposal. */
  @Whole(0, 2_147_483_647, { optional: true }) seed?: number;
}

/** A reviewer gives an assignment back. */
export class DeclineAssignmentDto {
  @Text(2000, { optional: true }) reason?: string;
  /** The reason is a conflict of interest: the submission must never come to this reviewer again. */
  @Flag({ optional: true }) conflict?: boolean;
}
