import { Body, Controller, Get, Patch, Post, Query, Res } from '@nestjs/common';
import { Type } from '@sinclair/typebox';
import type { FastifyReply } from 'fastify';
import { Conference } from '../conferences/conference.entity.js';
import { ConferenceGate } from '../conferences/conference.gate.js';
import type { Actor } from '../platform/actor.js';
import { Answers, instant, pageOf } from '../platform/answers.js';
import { Allow, KeyRequired, Subject, Versioned, Who } from '../platform/policy.js';
import { CreateSubmissionDto, SubmissionDto, WithdrawDto } from './submission.dto.js';
import { Submission } from './submission.entity.js';
import { SubmissionGate } from './submission.gate.js';
import { SubmissionList, SubmissionQuery } from './submission-list.js';
import {
  projectSubmission,
  submissionItemSchema,
  submissionSchema,
  type SubmissionView,
  type WholeSubmission,
} from './submission.view.js';
import { Submissions } from './submissions.service.js';

const versionSchema = Type.Object(
  {
    version: Type.Integer(),
    status: Type.String(),
    title: Type.String(),
    abstract: Type.String(),
    wordCount: Type.Integer(),
    textHash: Type.String(),
    at: instant,
  },
  { additionalProperties: false },
);

@Controller('api/v1')
export class SubmissionsController {
  constructor(
    private readonly submissions: Submissions,
    private readonly list: SubmissionList,
  ) {}

  @Post('conferences/:slug/submissions')
  @Allow(ConferenceGate, 'submit')
  @KeyRequired()
  @Answers(submissionSchema, 201)
  async create(
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() dto: CreateSubmissionDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubmissionView> {
    return this.answerWhole(await this.submissions.create(actor, conference, dto), reply);
  }

  @Get('conferences/:slug/submissions')
  @Allow(ConferenceGate, 'inspect')
  @Answers(pageOf(submissionItemSchema))
  page(@Who() actor: Actor, @Subject() conference: Conference, @Query() query: SubmissionQuery) {
    return this.list.page(actor, conference.id, query);
  }

  @Get('me/submissions')
  @Allow('signedIn')
  @Answers(pageOf(submissionSchema))
  async mine(@Who() actor: Actor) {
    const whole = await this.submissions.whole(await this.submissions.mine(actor.personId!));
    return { items: whole.map(projectSubmission), next: null };
  }

  @Get('submissions/:id')
  @Allow(SubmissionGate, 'read')
  @Answers(submissionSchema)
  one(
    @Subject() submission: Submission,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubmissionView> {
    return this.answer(submission, reply);
  }

  @Get('submissions/:id/history')
  @Allow(SubmissionGate, 'read')
  @Answers(pageOf(versionSchema))
  async history(@Subject() submission: Submission) {
    const versions = await this.submissions.history(submission.id);
    return {
      items: versions.map(({ version, status, title, abstract, wordCount, textHash, at }) => ({
        version,
        status,
        title,
        abstract,
        wordCount,
        textHash,
        at: at.toISOString(),
      })),
      next: null,
    };
  }

  @Patch('submissions/:id')
  @Allow(SubmissionGate, 'edit')
  @Versioned()
  @Answers(submissionSchema)
  async update(
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Body() dto: SubmissionDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubmissionView> {
    return this.answer(await this.submissions.update(actor, submission.id, dto), reply);
  }

  @Post('submissions/:id/submit')
  @Allow(SubmissionGate, 'edit')
  @KeyRequired()
  @Answers(submissionSchema)
  async submit(
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubmissionView> {
    return this.answer(await this.submissions.submit(actor, submission.id), reply);
  }

  @Post('submissions/:id/withdraw')
  @Allow(SubmissionGate, 'edit')
  @Answers(submissionSchema)
  async withdraw(
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Body() dto: WithdrawDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubmissionView> {
    return this.answer(await this.submissions.withdraw(actor, submission.id, dto), reply);
  }

  @Post('submissions/:id/restore')
  @Allow(SubmissionGate, 'edit')
  @Answers(submissionSchema)
  async restore(
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubmissionView> {
    return this.answer(await this.submissions.restore(actor, submission.id), reply);
  }

  @Post('submissions/:id/joined-authors/seen')
  @Allow(SubmissionGate, 'organise')
  @Answers(null, 204)
  async seeJoined(@Who() actor: Actor, @Subject() submission: Submission): Promise<void> {
    await this.submissions.seeJoined(actor, submission);
  }

  private async answer(submission: Submission, reply: FastifyReply): Promise<SubmissionView> {
    return this.answerWhole((await this.submissions.whole([submission]))[0]!, reply);
  }

  private answerWhole(whole: WholeSubmission, reply: FastifyReply): SubmissionView {
    void reply.header('etag', `"${whole.submission.version}"`);
    return projectSubmission(whole);
  }
}
