import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Assignment, AssignmentRun, DeclaredConflict } from './assignment.entity.js';
import { AssignmentRunsController } from './assignment-runs.controller.js';
import { AssignmentRuns } from './assignment-runs.service.js';
import { AssignmentsController } from './assignments.controller.js';
import { AssignmentGate, RunGate } from './assignments.gate.js';
import { Assignments } from './assignments.service.js';
import { Pairing } from './pairing.service.js';
import { Review } from './review.entity.js';
import { Reviewer, ReviewerTopic } from './reviewer.entity.js';
import { ReviewersController } from './reviewers.controller.js';
import { ReviewerGate } from './reviewers.gate.js';
import { Reviewers } from './reviewers.service.js';
import { ReviewsData } from './reviews.data.js';
import { ReviewsController } from './reviews.controller.js';
import { Reviews } from './reviews.service.js';

const services = [
  Reviewers,
  Pairing,
  Assignments,
  AssignmentRuns,
  Reviews,
  ReviewerGate,
  AssignmentGate,
  RunGate,
  ReviewsData,
];

@Global()
@Module({
  imports: [
    TypeOrmModule.forFeature([Reviewer, ReviewerTopic, DeclaredConflict, Assignment, AssignmentRun, Review]),
  ],
  controllers: [ReviewersController, AssignmentsController, AssignmentRunsController, ReviewsController],
  providers: services,
  exports: services,
})
export class ReviewsModule {}
