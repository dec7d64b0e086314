import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { Type } from '@sinclair/typebox';
import { Conference } from '../conferences/conference.entity.js';
import { ConferenceGate } from '../conferences/conference.gate.js';
import type { Actor } from '../platform/actor.js';
import { Answers, pageOf } from '../platform/answers.js';
import { PageQuery } from '../platform/paging.js';
import { Allow, KeyRequired, Subject, Who } from '../platform/policy.js';
import { Submission } from '../submissions/submission.entity.js';
import { SubmissionGate } from '../submissions/submission.gate.js';
import { AssignDto, DeclineAssignmentDto, ProposeDto } from './assignment.dto.js';
import { Assignment, AssignmentRun } from './assignment.entity.js';
import {
  panelMemberSchema,
  projectPanelMember,
  projectRun,
  projectRunItem,
  runItemSchema,
  runSchema,
  type PanelMemberView,
  type RunView,
} from './assignment.view.js';
import { AssignmentGate, RunGate } from './assignments.gate.js';
import { Assignments } from './assignments.service.js';
import { Reviewer } from './reviewer.entity.js';
import { ReviewerGate } from './reviewers.gate.js';

const declinedSchema = Type.Object(
  { id: Type.String(), status: Type.Literal('declined') },
  { additionalProperties: false },
);

@Controller('api/v1')
export class AssignmentsController {
  constructor(private readonly assignments: Assignments) {}

  @Post('conferences/:slug/assignment-runs')
  @Allow(ConferenceGate, 'organise')
  @Answers(runSchema, 201)
  async propose(
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() input: ProposeDto,
  ): Promise<RunView> {
    return this.view(actor, await this.assignments.propose(actor, conference, input));
  }

  @Get('conferences/:slug/assignment-runs')
  @Allow(ConferenceGate, 'inspect')
  @Answers(pageOf(runItemSchema))
  async runs(@Who() actor: Actor, @Subject() conference: Conference, @Query() query: PageQuery) {
    const { items, next } = await this.assignments.runs(conference.id, query);
    const own = await this.assignments.ownSubmissions(actor, conference.id);
    return { items: items.map((run) => projectRunItem(run, own)), next };
  }

  @Get('assignment-runs/:id')
  @Allow(RunGate, 'inspect')
  @Answers(runSchema)
  run(@Who() actor: Actor, @Subject() run: AssignmentRun): Promise<RunView> {
    return this.view(actor, run);
  }

  @Post('assignment-runs/:id/apply')
  @Allow(RunGate, 'organise')
  @KeyRequired()
  @Answers(runSchema)
  async apply(@Who() actor: Actor, @Subject() run: AssignmentRun): Promise<RunView> {
    return this.view(actor, await this.assignments.apply(actor, run));
  }

  @Post('assignment-runs/:id/discard')
  @Allow(RunGate, 'organise')
  @Answers(runSchema)
  async discard(@Who() actor: Actor, @Subject() run: AssignmentRun): Promise<RunView> {
    return this.view(actor, await this.assignments.discard(actor, run));
  }

  @Post('submissions/:id/assignments')
  @Allow(SubmissionGate, 'organise')
  @Answers(panelMemberSchema, 201)
  async assign(
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Body() input: AssignDto,
  ): Promise<PanelMemberView> {
    return projectPanelMember(await this.assignments.assign(actor, submission, input));
  }

  @Get('submissions/:id/assignments')
  @Allow(SubmissionGate, 'inspect')
  @Answers(pageOf(panelMemberSchema))
  async panel(@Who() actor: Actor, @Subject() submission: Submission) {
    return {
      items: (await this.assignments.panel(actor, submission.id)).map(projectPanelMember),
      next: null,
    };
  }

  @Delete('assignments/:id')
  @Allow(AssignmentGate, 'organise')
  @Answers(null, 204)
  async unassign(@Who() actor: Actor, @Subject() assignment: Assignment): Promise<void> {
    await this.assignments.unassign(actor, assignment.id);
  }

  @Post('assignments/:id/decline')
  @Allow(AssignmentGate, 'decline')
  @Answers(declinedSchema)
  async decline(@Who() actor: Actor, @Subject() assignment: Assignment, @Body() input: DeclineAssignmentDto) {
    await this.assignments.decline(actor, assignment.id, input);
    return { id: assignment.id, status: 'declined' as const };
  }

  @Delete('reviewers/:id')
  @Allow(ReviewerGate, 'organise')
  @Answers(null, 204)
  async removeReviewer(@Who() actor: Actor, @Subject() reviewer: Reviewer): Promise<void> {
    await this.assignments.removeReviewer(actor, reviewer);
  }

  private async view(actor: Actor, run: AssignmentRun): Promise<RunView> {
    return projectRun(run, await this.assignments.ownSubmissions(actor, run.conferenceId));
  }
}
