import { Body, Controller, Get, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Actor } from '../platform/actor.js';
import { Answers, pageOf } from '../platform/answers.js';
import { PageQuery } from '../platform/paging.js';
import { Allow, Subject, Who } from '../platform/policy.js';
import { sendUploaded } from '../platform/upload.js';
import { Papers } from '../submissions/papers.service.js';
import { Submission } from '../submissions/submission.entity.js';
import { SubmissionGate } from '../submissions/submission.gate.js';
import { Assignment } from './assignment.entity.js';
import { AssignmentGate } from './assignments.gate.js';
import { ReviewDto } from './review.dto.js';
import {
  myAssignmentSchema,
  panelReviewsSchema,
  projectMyAssignment,
  projectPanelReviews,
  projectReview,
  projectReviewTask,
  reviewSchema,
  reviewTaskSchema,
  type PanelReviewsView,
  type ReviewTaskView,
  type ReviewView,
} from './review.view.js';
import { Reviews } from './reviews.service.js';

@Controller('api/v1')
export class ReviewsController {
  constructor(
    private readonly reviews: Reviews,
    private readonly papers: Papers,
  ) {}

  @Get('me/assignments')
  @Allow('signedIn')
  @Answers(pageOf(myAssignmentSchema))
  async mine(@Who() actor: Actor, @Query() query: PageQuery) {
    const { items, next } = await this.reviews.mine(actor, query);
    return { items: items.map(projectMyAssignment), next };
  }

  @Get('me/assignments/:id')
  @Allow(AssignmentGate, 'review')
  @Answers(reviewTaskSchema)
  async task(
    @Subject() assignment: Assignment,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReviewTaskView> {
    const task = await this.reviews.task(assignment);
    if (task.review) void reply.header('etag', `"${task.review.version}"`);
    return projectReviewTask(task);
  }

  /** The paper beside the abstract, in the copy that names nobody. */
  @Get('me/assignments/:id/paper')
  @Allow(AssignmentGate, 'review')
  @Answers(null)
  async paper(@Subject() assignment: Assignment, @Res() reply: FastifyReply): Promise<void> {
    const { name, file } = await this.papers.copy(assignment.submissionId);
    sendUploaded(reply, name, file);
  }

  @Put('assignments/:id/review')
  @Allow(AssignmentGate, 'review')
  @Answers(reviewSchema)
  async save(
    @Who() actor: Actor,
    @Subject() assignment: Assignment,
    @Body() input: ReviewDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReviewView> {
    const review = await this.reviews.save(actor, assignment.id, input);
    void reply.header('etag', `"${review.version}"`);
    return projectReview(review);
  }

  @Get('submissions/:id/reviews')
  @Allow(SubmissionGate, 'inspect')
  @Answers(panelReviewsSchema)
  async ofSubmission(@Subject() submission: Submission): Promise<PanelReviewsView> {
    const { reviews, score } = await this.reviews.ofSubmission(submission);
    return projectPanelReviews(reviews, score);
  }
}
