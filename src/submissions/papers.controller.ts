import { Controller, Get, Param, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Actor } from '../platform/actor.js';
import { Answers, pageOf } from '../platform/answers.js';
import { Allow, Subject, Who, type ConcordRequest } from '../platform/policy.js';
import { Refusal } from '../platform/refusal.js';
import { received, sendUploaded } from '../platform/upload.js';
import { paperSchema, projectPaper, type PaperView } from './paper.view.js';
import { Papers, tooLarge } from './papers.service.js';
import { Submission } from './submission.entity.js';
import { SubmissionGate } from './submission.gate.js';

@Controller('api/v1')
export class PapersController {
  constructor(private readonly papers: Papers) {}

  /** The body is the file itself, as `application/pdf`. */
  @Put('submissions/:id/paper')
  @Allow(SubmissionGate, 'edit')
  @Answers(paperSchema)
  async upload(
    @Req() request: ConcordRequest,
    @Who() actor: Actor,
    @Subject() submission: Submission,
  ): Promise<PaperView> {
    if (!/^application\/pdf\b/i.test(request.headers['content-type'] ?? ''))
      throw new Refusal('unsupported', 'paper.type');
    const limit = await this.papers.allowance(actor, submission);
    return projectPaper(
      await this.papers.upload(actor, submission, await received(request, limit, () => tooLarge(limit))),
    );
  }

  @Get('submissions/:id/papers')
  @Allow(SubmissionGate, 'read')
  @Answers(pageOf(paperSchema))
  async versions(@Subject() submission: Submission) {
    return { items: (await this.papers.versions(submission.id)).map(projectPaper), next: null };
  }

  @Get('submissions/:id/papers/:version')
  @Allow(SubmissionGate, 'read')
  @Answers(null)
  async original(
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Param('version') version: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { name, file } = await this.papers.original(actor, submission.id, version);
    sendUploaded(reply, name, file);
  }
}
