import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../../conferences/conference.entity.js';
import { ConferenceGate } from '../../conferences/conference.gate.js';
import { ViewIdentityDto } from '../../conferences/safeguarding.dto.js';
import { Safeguarding } from '../../conferences/safeguarding.service.js';
import type { Actor } from '../../platform/actor.js';
import { Allow, Subject, Who, type ConcordRequest } from '../../platform/policy.js';
import { notFound } from '../../platform/refusal.js';
import { parse } from '../../platform/validate.js';
import { formOf, pick } from '../form.js';
import { formKey, Pages, withProblem, type Again } from '../pages.js';
import { protectedListPage, protectedPersonPage } from '../views/organise-protected.view.js';

/** Who is protected in a conference, and for its safeguarding officers who they are. */
@Controller('conferences/:slug/organise/protected')
export class OrganiseProtectedPages {
  constructor(
    private readonly pages: Pages,
    private readonly safeguarding: Safeguarding,
  ) {}

  @Get()
  @Allow(ConferenceGate, 'safeguard')
  async list(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    const view = await this.pages.view(request, conference);
    this.pages.send(
      reply,
      protectedListPage(view, {
        zone: conference.timeZone,
        rows: await this.safeguarding.list(conference),
        second: (await this.safeguarding.others(actor, conference)).length > 0,
      }),
    );
  }

  @Get(':whom')
  @Allow(ConferenceGate, 'safeguard')
  async ask(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Param('whom') personId: string,
  ): Promise<void> {
    this.pages.send(reply, await this.render(request, actor, conference, personId));
  }

  /** What is revealed is on the answer to the form and nowhere else: it has no address of its own. */
  @Post(':whom')
  @Allow(ConferenceGate, 'safeguard')
  async look(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Param('whom') personId: string,
    @Body() body: unknown,
  ): Promise<void> {
    const values = pick(formOf(body), ['reason']);
    await this.pages.attemptPage(
      request,
      reply,
      async () => {
        const dto = parse(ViewIdentityDto, values);
        const revealed = await this.safeguarding.reveal(actor, conference, personId, dto);
        const view = await this.pages.view(request, conference);
        return protectedPersonPage(view, {
          personId,
          publicName: revealed.publicName,
          readable: true,
          second: true,
          revealed,
          reason: dto.reason,
          idempotencyKey: formKey(),
        });
      },
      (again) => this.render(request, actor, conference, personId, again, values.reason),
    );
  }

  private async render(
    request: ConcordRequest,
    actor: Actor,
    conference: Conference,
    personId: string,
    again?: Again,
    reason = '',
  ): Promise<string> {
    const person = (await this.safeguarding.list(conference)).find((one) => one.personId === personId);
    if (!person) throw notFound();
    const view = await this.pages.view(request, conference);
    return protectedPersonPage(withProblem(view, again), {
      personId,
      publicName: person.publicName,
      readable: person.readable,
      second: (await this.safeguarding.others(actor, conference)).length > 0,
      revealed: null,
      reason,
      idempotencyKey: formKey(),
      ...(again && { errors: again.errors }),
    });
  }
}
