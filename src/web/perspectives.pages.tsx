import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Actor } from '../platform/actor.js';
import { Allow, Subject, Who, type ConcordRequest } from '../platform/policy.js';
import { parse } from '../platform/validate.js';
import { PerspectiveDto } from '../reviews/assignment-settings.dto.js';
import { Perspectives } from '../reviews/perspectives.service.js';
import { Reviewer } from '../reviews/reviewer.entity.js';
import { ReviewerGate } from '../reviews/reviewers.gate.js';
import { formOf, text } from './form.js';
import { formKey, Pages, withProblem, type Again } from './pages.js';
import { paths } from './view.js';
import { perspectivesPage } from './views/perspectives.view.js';

/** What a reviewer privately says about themselves, for themselves alone. */
@Controller('me/perspectives')
export class PerspectivesPages {
  constructor(
    private readonly pages: Pages,
    private readonly perspectives: Perspectives,
  ) {}

  @Get()
  @Allow('signedIn')
  async show(@Req() request: ConcordRequest, @Res() reply: FastifyReply, @Who() actor: Actor): Promise<void> {
    this.pages.send(reply, await this.render(request, actor));
  }

  @Post(':id')
  @Allow(ReviewerGate, 'own')
  async declare(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() reviewer: Reviewer,
    @Body() body: unknown,
  ): Promise<void> {
    const group = text(formOf(body), `group-${reviewer.id}`);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const input = parse(PerspectiveDto, group === 'none' || group === '' ? {} : { group });
        await this.perspectives.declare(reviewer, input.group ?? null);
        return `${paths.perspectives}?done=perspectiveSaved`;
      },
      (again) => this.render(request, actor, again),
    );
  }

  private async render(request: ConcordRequest, actor: Actor, again?: Again): Promise<string> {
    const forms = await this.perspectives.forms(actor);
    return perspectivesPage(withProblem(await this.pages.view(request), again), {
      forms,
      idempotencyKey: formKey(),
    });
  }
}
