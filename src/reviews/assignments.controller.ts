import { Body, Controller, Delete, Get, Post, Put } from '@nestjs/common';
import { Type } from '@sinclair/typebox';
import type { Actor } from '../platform/actor.js';
import { Answers, pageOf } from '../platform/answers.js';
import { Allow, Subject, Who } from '../platform/policy.js';
import { Submission } from '../submissions/submission.entity.js';
import { SubmissionGate } from '../submissions/submission.gate.js';
import { AssignDto, DeclineAssignmentDto, LockDto } from './assignment.dto.js';
import { Assignment } from './assignment.entity.js';
import { panelMemberSchema, projectPanelMember, type PanelMemberView } from './assignment.view.js';
import { AssignmentGate } from './assignments.gate.js';
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

  @Put('assignments/:id/lock')
  @Allow(AssignmentGate, 'organise')
  @Answers(panelMemberSchema)
  async lock(
    @Who() actor: Actor,
    @Subject() assignment: Assignment,
    @Body() input: LockDto,
  ): Promise<PanelMemberView> {
    return projectPanelMember(await this.assignments.lock(actor, assignment.id, input.locked));
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
}
