import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../../conferences/conference.entity.js';
import { ConferenceGate, mayOnConference } from '../../conferences/conference.gate.js';
import type { Actor } from '../../platform/actor.js';
import { Allow, Subject, Who, type ConcordRequest } from '../../platform/policy.js';
import { refuseField } from '../../platform/refusal.js';
import { parse } from '../../platform/validate.js';
import { RetentionDto } from '../../rights/retention.dto.js';
import { Retention } from '../../rights/retention.service.js';
import { RETENTION_KEYS } from '../../rights/retention-rules.js';
import { formOf, pick, whole } from '../form.js';
import { formKey, Pages, type Again } from '../pages.js';
import { organisePaths, type FormValues } from '../views/organise-parts.js';
import { keepingPage } from '../views/privacy.view.js';
import { Frame } from './frame.js';

/** How long the conference keeps what it no longer needs. */
@Controller('conferences/:slug/organise/keeping')
export class OrganiseKeepingPages {
  constructor(
    private readonly pages: Pages,
    private readonly frame: Frame,
    private readonly retention: Retention,
  ) {}

  @Get()
  @Allow(ConferenceGate, 'inspect')
  async show(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    this.pages.send(reply, await this.render(request, actor, conference));
  }

  @Post()
  @Allow(ConferenceGate, 'organise')
  async change(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() body: unknown,
  ): Promise<void> {
    const form = formOf(body);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const empty = RETENTION_KEYS.find((key) => whole(form, key) === undefined);
        if (empty) throw refuseField(empty, 'required');
        const values = Object.fromEntries(RETENTION_KEYS.map((key) => [key, whole(form, key)]));
        await this.retention.change(actor, conference, parse(RetentionDto, values));
        return `${organisePaths.keeping(conference.slug)}?done=saved`;
      },
      (again) => this.render(request, actor, conference, again, pick(form, RETENTION_KEYS)),
    );
  }

  private async render(
    request: ConcordRequest,
    actor: Actor,
    conference: Conference,
    again?: Again,
    typed?: FormValues,
  ): Promise<string> {
    const days = await this.retention.of(conference.id);
    return keepingPage(await this.frame.view(request, conference, again), {
      days,
      version: (typed && actor.request.seenVersion) ?? days.version,
      mayEdit: mayOnConference(actor, conference.id, 'organise'),
      idempotencyKey: formKey(),
      ...(again && { errors: again.errors }),
      ...(typed && { values: typed }),
    });
  }
}
