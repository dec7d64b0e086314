import { Body, Controller, Get, Put, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Actor } from '../platform/actor.js';
import { Answers } from '../platform/answers.js';
import { Allow, Subject, Who } from '../platform/policy.js';
import { Conference } from './conference.entity.js';
import { ConferenceGate } from './conference.gate.js';
import { DecidingSettingsDto } from './deciding-settings.dto.js';
import { Deciding } from './deciding-settings.service.js';
import { decidingSchema, projectDeciding, type DecidingView } from './deciding-settings.view.js';

/** How a conference decides: seen by its organisers, set by its chairs. */
@Controller('api/v1/conferences/:slug/deciding')
export class DecidingController {
  constructor(private readonly deciding: Deciding) {}

  @Get()
  @Allow(ConferenceGate, 'inspect')
  @Answers(decidingSchema)
  async one(
    @Subject() conference: Conference,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DecidingView> {
    const settings = await this.deciding.of(conference.id);
    void reply.header('etag', `"${settings.version}"`);
    return projectDeciding(settings);
  }

  @Put()
  @Allow(ConferenceGate, 'decide')
  @Answers(decidingSchema)
  async change(
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() input: DecidingSettingsDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DecidingView> {
    const settings = await this.deciding.change(actor, conference, input);
    void reply.header('etag', `"${settings.version}"`);
    return projectDeciding(settings);
  }
}
