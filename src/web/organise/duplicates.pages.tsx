import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../../conferences/conference.entity.js';
import { ConferenceGate } from '../../conferences/conference.gate.js';
import type { Actor } from '../../platform/actor.js';
import { Allow, Subject, Who, type ConcordRequest } from '../../platform/policy.js';
import { parse } from '../../platform/validate.js';
import { JoinDto } from '../../rights/merges.dto.js';
import type { Side } from '../../rights/merge-rules.js';
import { Merges } from '../../rights/merges.service.js';
import { movingOf } from '../../rights/rights-rules.js';
import { formOf, pick } from '../form.js';
import { formKey, Pages, type Again } from '../pages.js';
import { duplicatesPage, mergePage, type SideData } from '../views/organise-duplicates.view.js';
import { organisePaths } from '../views/organise-parts.js';
import { Frame } from './frame.js';

/** People of a conference who look alike, and the joining of two who are one. */
@Controller('conferences/:slug/organise/duplicates')
export class OrganiseDuplicatesPages {
  constructor(
    private readonly pages: Pages,
    private readonly frame: Frame,
    private readonly merges: Merges,
  ) {}

  @Get()
  @Allow(ConferenceGate, 'inspect')
  async list(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    const view = await this.frame.view(request, conference);
    this.pages.send(reply, duplicatesPage(view, { pairs: await this.merges.duplicates(actor, conference) }));
  }

  @Get(':one/:other')
  @Allow(ConferenceGate, 'inspect')
  async preview(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Param('one') one: string,
    @Param('other') other: string,
  ): Promise<void> {
    this.pages.send(reply, await this.render(request, actor, conference, { one, other }));
  }

  @Post(':one/:other')
  @Allow(ConferenceGate, 'organise')
  async join(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Param('one') one: string,
    @Param('other') other: string,
    @Body() body: unknown,
  ): Promise<void> {
    const pair = { one, other };
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const dto = parse(JoinDto, { ...pick(formOf(body), ['hash']), ...pair });
        const done = await this.merges.join(actor, conference, dto);
        return `${organisePaths.duplicates(conference.slug)}?done=${done === 'joined' ? 'peopleJoined' : 'mergeAsked'}`;
      },
      (again) => this.render(request, actor, conference, pair, again),
    );
  }

  private async render(
    request: ConcordRequest,
    actor: Actor,
    conference: Conference,
    pair: { one: string; other: string },
    again?: Again,
  ): Promise<string> {
    const preview = await this.merges.preview(actor, conference, pair.one, pair.other);
    const view = await this.frame.view(request, conference, again);
    return mergePage(view, {
      from: sideOf(preview.from),
      into: sideOf(preview.into),
      collisions: preview.collisions,
      way: preview.way,
      hash: preview.hash,
      idempotencyKey: formKey(),
    });
  }
}

const sideOf = (side: Side): SideData => ({
  id: side.id,
  name: side.name,
  nativeName: side.nativeName,
  affiliation: side.affiliation,
  country: side.country,
  address: side.address,
  effects: movingOf(side.holdings),
});
