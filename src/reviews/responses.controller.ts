import { Body, Controller, Get, Post, Put, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../conferences/conference.entity.js';
import { ConferenceGate } from '../conferences/conference.gate.js';
import type { Actor } from '../platform/actor.js';
import { Answers, orNull } from '../platform/answers.js';
import { Allow, Subject, Who } from '../platform/policy.js';
import { Submission } from '../submissions/submission.entity.js';
import { SubmissionGate } from '../submissions/submission.gate.js';
import { Assignment } from './assignment.entity.js';
import { AssignmentGate } from './assignments.gate.js';
import {
  metaReviewSchema,
  projectMetaReview,
  projectResponse,
  responseSchema,
} from './author-response.view.js';
import { AuthorResponses } from './author-responses.service.js';
import { MetaReviews } from './meta-reviews.service.js';
import { MetaReviewDto, OpenResponsesDto, ResponseDto } from './reviewing.dto.js';
import { projectReviewing, reviewingSchema } from './reviewing.view.js';

/** What authors answer, and what chairs sum up. */
@Controller('api/v1')
export class ResponsesController {
  constructor(
    private readonly responses: AuthorResponses,
    private readonly metaReviews: MetaReviews,
  ) {}

  @Post('conferences/:slug/author-responses')
  @Allow(ConferenceGate, 'organise')
  @Answers(reviewingSchema)
  async open(@Who() actor: Actor, @Subject() conference: Conference, @Body() input: OpenResponsesDto) {
    return projectReviewing(await this.responses.open(actor, conference, input));
  }

  /** For its authors, and for organisers who are none of them. */
  @Get('submissions/:id/response')
  @Allow(SubmissionGate, 'read')
  @Answers(orNull(responseSchema))
  async read(@Subject() submission: Submission, @Res({ passthrough: true }) reply: FastifyReply) {
    const standing = await this.responses.of(submission.id);
    if (standing) void reply.header('etag', `"${standing.version}"`);
    return standing && projectResponse(standing);
  }

  @Put('submissions/:id/response')
  @Allow(SubmissionGate, 'edit')
  @Answers(responseSchema)
  async answer(
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Body() input: ResponseDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const standing = await this.responses.answer(actor, submission, input);
    void reply.header('etag', `"${standing.version}"`);
    return projectResponse(standing);
  }

  /** The same for a reviewer whose own review is in: the authors may speak of the others'. */
  @Get('assignments/:id/response')
  @Allow(AssignmentGate, 'review')
  @Answers(orNull(responseSchema))
  async forReviewer(@Subject() assignment: Assignment) {
    const standing = await this.responses.forReviewer(assignment);
    return standing && projectResponse(standing);
  }

  @Get('submissions/:id/meta-review')
  @Allow(SubmissionGate, 'inspect')
  @Answers(metaReviewSchema)
  async metaReview(@Subject() submission: Submission, @Res({ passthrough: true }) reply: FastifyReply) {
    const row = await this.metaReviews.of(submission.id);
    if (row) void reply.header('etag', `"${row.version}"`);
    return projectMetaReview(submission.id, row);
  }

  @Put('submissions/:id/meta-review')
  @Allow(SubmissionGate, 'decide')
  @Answers(metaReviewSchema)
  async writeMetaReview(
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Body() input: MetaReviewDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const row = await this.metaReviews.write(actor, submission, input);
    void reply.header('etag', `"${row.version}"`);
    return projectMetaReview(submission.id, row);
  }
}
