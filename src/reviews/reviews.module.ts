import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Assignment, DeclaredConflict } from './assignment.entity.js';
import { AssignmentProof, AssignmentRun } from './assignment-run.entity.js';
import { AssignmentRule, PanelSize, Perspective } from './assignment-rule.entity.js';
import { AssignmentRunsController } from './assignment-runs.controller.js';
import { AssignmentRuns } from './assignment-runs.service.js';
import { AssignmentSettingsController } from './assignment-settings.controller.js';
import { AssignmentSettings } from './assignment-settings.service.js';
import { AssignmentsController } from './assignments.controller.js';
import { AssignmentGate, RunGate } from './assignments.gate.js';
import { Assignments } from './assignments.service.js';
import { AssignmentFlag, Bidding, BidRow, ConflictOverride } from './pairing.entity.js';
import { BidsController } from './bids.controller.js';
import { Bids } from './bids.service.js';
import { Conflicts } from './conflicts.service.js';
import { ConflictsController } from './conflicts.controller.js';
import { Pairing } from './pairing.service.js';
import { PerspectivesData } from './perspectives.data.js';
import { Perspectives } from './perspectives.service.js';
import { Review } from './review.entity.js';
import { Reviewer, ReviewerTopic } from './reviewer.entity.js';
import { ReviewersController } from './reviewers.controller.js';
import { ReviewerGate } from './reviewers.gate.js';
import { Reviewers } from './reviewers.service.js';
import { ReviewsData } from './reviews.data.js';
import { ReviewsController } from './reviews.controller.js';
import { Reviews } from './reviews.service.js';
import { RunLoader } from './run-loader.service.js';
import { RunSolver } from './run-solver.service.js';
import { ReviewWithdrawalNotices } from './withdrawal-notices.js';

const services = [
  ReviewWithdrawalNotices,
  Reviewers,
  Pairing,
  Conflicts,
  Bids,
  Assignments,
  AssignmentRuns,
  RunLoader,
  RunSolver,
  Perspectives,
  PerspectivesData,
  AssignmentSettings,
  Reviews,
  ReviewerGate,
  AssignmentGate,
  RunGate,
  ReviewsData,
];

@Global()
@Module({
  imports: [
    TypeOrmModule.forFeature([
      Reviewer,
      ReviewerTopic,
      DeclaredConflict,
      ConflictOverride,
      BidRow,
      Bidding,
      Assignment,
      AssignmentFlag,
      AssignmentRun,
      AssignmentProof,
      AssignmentRule,
      PanelSize,
      Perspective,
      Review,
    ]),
  ],
  controllers: [
    ReviewersController,
    AssignmentsController,
    AssignmentRunsController,
    AssignmentSettingsController,
    ConflictsController,
    BidsController,
    ReviewsController,
  ],
  providers: services,
  exports: services,
})
export class ReviewsModule {}
