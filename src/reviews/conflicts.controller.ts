import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { Type } from '@sinclair/typebox';
import type { Actor } from '../platform/actor.js';
import { Answers, pageOf } from '../platform/answers.js';
import { Allow, Subject, Who } from '../platform/policy.js';
import { Submission } from '../submissions/submission.entity.js';
import { SubmissionGate } from '../submissions/submission.gate.js';
import { AddConflictDto, OverrideConflictDto } from './conflict.dto.js';
import { conflictSchema, namedSchema, projectConflict } from './conflict.view.js';
import { Conflicts } from './conflicts.service.js';
import { Reviewer } from './reviewer.entity.js';
import { ReviewerGate } from './reviewers.gate.js';

const submissionConflicts = Type.Object(
  { items: Type.Array(conflictSchema), named: Type.Array(namedSchema) },
  { additionalProperties: false },
);

@Controller('api/v1')
export class ConflictsController {
  constructor(private readonly conflicts: Conflicts) {}

  @Get('submissions/:id/conflicts')
  @Allow(SubmissionGate, 'inspect')
  @Answers(submissionConflicts)
  ofSubmission(@Subject() submission: Submission) {
    return this.list(submission);
  }

  @Get('reviewers/:id/conflicts')
  @Allow(ReviewerGate, 'organise')
  @Answers(pageOf(conflictSchema))
  async ofReviewer(@Who() actor: Actor, @Subject() reviewer: Reviewer) {
    return { items: (await this.conflicts.ofReviewer(actor, reviewer)).map(projectConflict), next: null };
  }

  @Post('submissions/:id/conflicts')
  @Allow(SubmissionGate, 'organise')
  @Answers(submissionConflicts, 201)
  async add(@Who() actor: Actor, @Subject() submission: Submission, @Body() input: AddConflictDto) {
    await this.conflicts.add(actor, submission, input);
    return this.list(submission);
  }

  @Delete('submissions/:id/conflicts/:reviewer')
  @Allow(SubmissionGate, 'organise')
  @Answers(null, 204)
  async takeBack(
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Param('reviewer') reviewer: string,
  ) {
    await this.conflicts.takeBack(actor, submission, reviewer);
  }

  @Post('submissions/:id/conflict-overrides')
  @Allow(SubmissionGate, 'organise')
  @Answers(submissionConflicts, 201)
  async override(@Who() actor: Actor, @Subject() submission: Submission, @Body() input: OverrideConflictDto) {
    await this.conflicts.override(actor, submission, input);
    return this.list(submission);
  }

  @Delete('submissions/:id/conflict-overrides/:reviewer')
  @Allow(SubmissionGate, 'organise')
  @Answers(null, 204)
  async endOverride(
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Param('reviewer') reviewer: string,
  ) {
    await this.conflicts.endOverride(actor, submission, reviewer);
  }

  private async list(submission: Submission) {
    const { conflicts, named } = await this.conflicts.ofSubmission(submission);
    return {
      items: conflicts.map(projectConflict),
      named: named.map(({ name, affiliation, address, reason, matched }) => ({
        name,
        affiliation,
        email: address,
        reason,
        matched,
      })),
    };
  }
}
