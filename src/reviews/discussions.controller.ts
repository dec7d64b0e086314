import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { Conference } from '../conferences/conference.entity.js';
import { ConferenceGate } from '../conferences/conference.gate.js';
import { Conferences } from '../conferences/conferences.service.js';
import type { Actor } from '../platform/actor.js';
import { Answers, pageOf } from '../platform/answers.js';
import { PageQuery } from '../platform/paging.js';
import { Allow, Subject, Who } from '../platform/policy.js';
import { Submission } from '../submissions/submission.entity.js';
import { SubmissionGate } from '../submissions/submission.gate.js';
import { Assignment } from './assignment.entity.js';
import { AssignmentGate } from './assignments.gate.js';
import { discussionSchema, projectDiscussion, type DiscussionView } from './discussion.view.js';
import { Discussions } from './discussions.service.js';
import { FreePlaces } from './free-places.service.js';
import { freePlacesSchema, projectFreePlaces, projectReminder, reminderSchema } from './reminder.view.js';
import { Reminders } from './reminders.service.js';
import { ReviewNotes } from './review-notes.service.js';
import { NoteDto, PostDto, ReviewingDto } from './reviewing.dto.js';
import { Reviewing } from './reviewing.service.js';
import { projectReviewing, reviewingSchema } from './reviewing.view.js';

/** How a call reviews, private notes, and what panels say. */
@Controller('api/v1')
export class DiscussionsController {
  constructor(
    private readonly conferences: Conferences,
    private readonly reviewing: Reviewing,
    private readonly notes: ReviewNotes,
    private readonly discussions: Discussions,
    private readonly reminders: Reminders,
    private readonly places: FreePlaces,
  ) {}

  @Get('conferences/:slug/reviewing-settings')
  @Allow(ConferenceGate, 'inspect')
  @Answers(reviewingSchema)
  async settings(@Subject() conference: Conference) {
    const { id } = await this.conferences.callOf(conference.id);
    return projectReviewing(await this.reviewing.of(id));
  }

  @Put('conferences/:slug/reviewing-settings')
  @Allow(ConferenceGate, 'organise')
  @Answers(reviewingSchema)
  async change(@Who() actor: Actor, @Subject() conference: Conference, @Body() input: ReviewingDto) {
    return projectReviewing(await this.reviewing.change(actor, conference, input));
  }

  /** Which reminders went out. */
  @Get('conferences/:slug/review-reminders')
  @Allow(ConferenceGate, 'inspect')
  @Answers(pageOf(reminderSchema))
  async sent(@Who() actor: Actor, @Subject() conference: Conference, @Query() query: PageQuery) {
    const { items, next } = await this.reminders.sent(actor, conference.id, query);
    return { items: items.map(projectReminder), next };
  }

  /** Where a reviewer is missing because somebody gave a submission back, with who could step in. */
  @Get('conferences/:slug/free-places')
  @Allow(ConferenceGate, 'inspect')
  @Answers(freePlacesSchema)
  async freePlaces(@Who() actor: Actor, @Subject() conference: Conference) {
    return projectFreePlaces(await this.places.list(actor, conference.id));
  }

  @Put('assignments/:id/note')
  @Allow(AssignmentGate, 'review')
  @Answers(null, 204)
  async note(@Who() actor: Actor, @Subject() assignment: Assignment, @Body() input: NoteDto): Promise<void> {
    await this.notes.save(actor, assignment.id, input.text ?? '');
  }

  @Get('assignments/:id/discussion')
  @Allow(AssignmentGate, 'review')
  @Answers(discussionSchema)
  async read(@Subject() assignment: Assignment): Promise<DiscussionView> {
    return projectDiscussion(await this.discussions.forReviewer(assignment));
  }

  @Post('assignments/:id/discussion/posts')
  @Allow(AssignmentGate, 'review')
  @Answers(discussionSchema, 201)
  async post(
    @Who() actor: Actor,
    @Subject() assignment: Assignment,
    @Body() input: PostDto,
  ): Promise<DiscussionView> {
    await this.discussions.post(actor, assignment, input);
    return projectDiscussion(await this.discussions.forReviewer(assignment));
  }

  @Put('assignments/:id/discussion/posts/:post')
  @Allow(AssignmentGate, 'review')
  @Answers(discussionSchema)
  async edit(
    @Who() actor: Actor,
    @Subject() assignment: Assignment,
    @Param('post') post: string,
    @Body() input: PostDto,
  ): Promise<DiscussionView> {
    await this.discussions.edit(actor, assignment, post, input);
    return projectDiscussion(await this.discussions.forReviewer(assignment));
  }

  @Get('submissions/:id/discussion')
  @Allow(SubmissionGate, 'inspect')
  @Answers(discussionSchema)
  async ofSubmission(@Subject() submission: Submission): Promise<DiscussionView> {
    return projectDiscussion(await this.discussions.forOrganiser(submission));
  }

  @Post('submissions/:id/discussion')
  @Allow(SubmissionGate, 'organise')
  @Answers(discussionSchema, 200)
  async open(@Who() actor: Actor, @Subject() submission: Submission): Promise<DiscussionView> {
    await this.discussions.open(actor, submission);
    return projectDiscussion(await this.discussions.forOrganiser(submission));
  }

  @Post('submissions/:id/discussion/close')
  @Allow(SubmissionGate, 'organise')
  @Answers(discussionSchema, 200)
  async close(@Who() actor: Actor, @Subject() submission: Submission): Promise<DiscussionView> {
    await this.discussions.close(actor, submission);
    return projectDiscussion(await this.discussions.forOrganiser(submission));
  }
}
