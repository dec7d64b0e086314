import { Body, Controller, Delete, Get, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../conferences/conference.entity.js';
import { ConferenceGate } from '../conferences/conference.gate.js';
import type { Actor } from '../platform/actor.js';
import { Answers, pageOf } from '../platform/answers.js';
import { decodeCursor, encodeCursor } from '../platform/cursor.js';
import { OneOf } from '../platform/fields.js';
import { limitOf, PageQuery } from '../platform/paging.js';
import { Allow, KeyRequired, Subject, Who } from '../platform/policy.js';
import { STATUSES } from '../submissions/submission-states.js';
import { Submission } from '../submissions/submission.entity.js';
import { SubmissionGate } from '../submissions/submission.gate.js';
import { boardOrder } from './decision-rules.js';
import { DecideDto, ReleaseDto } from './decision.dto.js';
import { DecisionGate, type DecisionSubject } from './decision.gate.js';
import {
  boardRowSchema,
  decisionSchema,
  previewSchema,
  projectBoardRow,
  projectDecision,
  projectPreview,
  projectRelease,
  releaseSchema,
  type DecisionView,
  type PreviewView,
  type ReleaseView,
} from './decision.view.js';
import { Decisions } from './decisions.service.js';
import { PendingDecisions } from './pending-decisions.service.js';
import { Releases } from './releases.service.js';

export class BoardQuery extends PageQuery {
  @OneOf(STATUSES, { optional: true }) status?: string;
}

@Controller('api/v1')
export class DecisionsController {
  constructor(
    private readonly decisions: Decisions,
    private readonly pending: PendingDecisions,
    private readonly announcing: Releases,
  ) {}

  @Get('submissions/:id/decision')
  @Allow(DecisionGate, 'read')
  @Answers(decisionSchema)
  one(
    @Subject() subject: DecisionSubject,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DecisionView> {
    return this.answer(subject, reply);
  }

  @Put('submissions/:id/decision')
  @Allow(SubmissionGate, 'decide')
  @Answers(decisionSchema)
  async decide(
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Body() input: DecideDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DecisionView> {
    const pending = await this.pending.decide(actor, submission, input);
    void reply.header('etag', `"${pending.version}"`);
    const released = await this.decisions.released(submission.id);
    const signed = await this.decisions.signed(released, submission, 'organiser');
    return projectDecision(submission.id, released, pending, true, signed);
  }

  @Delete('submissions/:id/decision')
  @Allow(SubmissionGate, 'decide')
  @Answers(null, 204)
  async clear(@Who() actor: Actor, @Subject() submission: Submission): Promise<void> {
    await this.pending.clear(actor, submission);
  }

  @Get('conferences/:slug/decisions')
  @Allow(ConferenceGate, 'inspect')
  @Answers(pageOf(boardRowSchema))
  async board(@Who() actor: Actor, @Subject() conference: Conference, @Query() query: BoardQuery) {
    const limit = limitOf(query);
    let { rows } = await this.decisions.board(actor, conference.id);
    if (query.status) rows = rows.filter((row) => row.status === query.status);
    if (query.after) {
      const [mean, criteriaMean, id] = decodeCursor(query.after, ['number', 'number', 'text']);
      const last = { mean: Number(mean), criteriaMean: Number(criteriaMean), id: String(id) };
      rows = rows.filter((row) => boardOrder(row, last) > 0);
    }
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return {
      items: items.map(projectBoardRow),
      next:
        rows.length > limit && last ? encodeCursor([last.mean ?? 0, last.criteriaMean ?? 0, last.id]) : null,
    };
  }

  @Get('conferences/:slug/decision-releases/preview')
  @Allow(ConferenceGate, 'decide')
  @Answers(previewSchema)
  async preview(@Who() actor: Actor, @Subject() conference: Conference): Promise<PreviewView> {
    return projectPreview(await this.announcing.preview(actor, conference.id));
  }

  @Post('conferences/:slug/decision-releases')
  @Allow(ConferenceGate, 'decide')
  @KeyRequired()
  @Answers(releaseSchema, 201)
  async release(
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() input: ReleaseDto,
  ): Promise<ReleaseView> {
    return projectRelease(await this.announcing.release(actor, conference, input));
  }

  @Get('conferences/:slug/decision-releases')
  @Allow(ConferenceGate, 'inspect')
  @Answers(pageOf(releaseSchema))
  async releases(@Who() actor: Actor, @Subject() conference: Conference) {
    return { items: (await this.decisions.releases(actor, conference.id)).map(projectRelease), next: null };
  }

  /** The ETag is the version of the pending decision for who may see it (0: none), else of the announced one. */
  private async answer(
    { submission, inspects }: DecisionSubject,
    reply: FastifyReply,
  ): Promise<DecisionView> {
    const released = await this.decisions.released(submission.id);
    const pending = inspects ? await this.pending.of(submission.id) : null;
    void reply.header('etag', `"${(inspects ? pending?.version : released?.version) ?? 0}"`);
    const signed = await this.decisions.signed(released, submission, inspects ? 'organiser' : 'author');
    return projectDecision(submission.id, released, pending, inspects, signed);
  }
}
