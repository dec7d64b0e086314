import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../conferences/conference.entity.js';
import { ConferenceGate } from '../conferences/conference.gate.js';
import { Allow, Subject, type ConcordRequest } from '../platform/policy.js';
import { Retention } from '../rights/retention.service.js';
import { Pages } from './pages.js';
import { privacyPage } from './views/privacy.view.js';

/** What a conference keeps about people, made from its settings. */
@Controller('conferences/:slug/privacy')
export class PrivacyPages {
  constructor(
    private readonly pages: Pages,
    private readonly retention: Retention,
  ) {}

  @Get()
  @Allow(ConferenceGate, 'read')
  async show(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Subject() conference: Conference,
  ): Promise<void> {
    const days = await this.retention.of(conference.id);
    const view = await this.pages.view(request, conference);
    this.pages.send(
      reply,
      privacyPage(view, {
        organiserName: conference.organiserName,
        contactAddress: conference.contactAddress,
        days,
      }),
    );
  }
}
