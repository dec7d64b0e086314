import { Body, Controller, Get, Patch, Post, Query, Res } from '@nestjs/common';
import { Type } from '@sinclair/typebox';
import type { FastifyReply } from 'fastify';
import { Conference } from '../conferences/conference.entity.js';
import { ConferenceGate } from '../conferences/conference.gate.js';
import { Conferences } from '../conferences/conferences.service.js';
import type { Page } from '../conferences/page.js';
import type { Actor } from '../platform/actor.js';
import { Answers, pageOf } from '../platform/answers.js';
import { Allow, KeyRequired, Subject, Versioned, Who } from '../platform/policy.js';
import { RegistrationGate } from './registration.gate.js';
import { Registration } from './registration.entity.js';
import {
  heldRegistrationSchema,
  registrationSchema,
  registrationView,
  type HeldRegistrationView,
  type RegistrationView,
} from './registration.view.js';
import { ChangeRegistrationDto, RegistrationDto, RegistrationQuery } from './registrations.dto.js';
import { Registrations } from './registrations.service.js';

@Controller('api/v1')
export class RegistrationsController {
  constructor(
    private readonly registrations: Registrations,
    private readonly conferences: Conferences,
  ) {}

  @Post('conferences/:slug/registrations')
  @Allow(ConferenceGate, 'read')
  @KeyRequired()
  @Answers(Type.Union([registrationSchema, heldRegistrationSchema]), 201)
  async register(
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() input: RegistrationDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RegistrationView | HeldRegistrationView> {
    const { id, registration } = await this.registrations.register(actor, conference, input);
    return registration ? this.answer(registration, reply) : { id, status: 'held' };
  }

  @Get('conferences/:slug/registrations')
  @Allow(ConferenceGate, 'organise')
  @Answers(pageOf(registrationSchema))
  async list(
    @Subject() conference: Conference,
    @Query() query: RegistrationQuery,
  ): Promise<Page<RegistrationView>> {
    const page = await this.registrations.list(conference, query);
    return { items: page.items.map((row) => registrationView(row, conference.slug)), next: page.next };
  }

  @Get('me/registrations')
  @Allow('signedIn')
  @Answers(pageOf(registrationSchema))
  async mine(@Who() actor: Actor): Promise<Page<RegistrationView>> {
    const rows = await this.registrations.mine(actor.personId!);
    const conferences = await this.conferences.byIds(rows.map((row) => row.conferenceId));
    const slugs = new Map(conferences.map((conference) => [conference.id, conference.slug]));
    return { items: rows.map((row) => registrationView(row, slugs.get(row.conferenceId)!)), next: null };
  }

  @Get('registrations/:id')
  @Allow(RegistrationGate, 'read')
  @Answers(registrationSchema)
  one(
    @Subject() registration: Registration,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RegistrationView> {
    return this.answer(registration, reply);
  }

  @Patch('registrations/:id')
  @Allow(RegistrationGate, 'change')
  @Versioned()
  @Answers(registrationSchema)
  async change(
    @Who() actor: Actor,
    @Subject() registration: Registration,
    @Body() input: ChangeRegistrationDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RegistrationView> {
    return this.answer(await this.registrations.change(actor, registration.id, input), reply);
  }

  @Post('registrations/:id/cancel')
  @Allow(RegistrationGate, 'cancel')
  @Answers(registrationSchema)
  async cancel(
    @Who() actor: Actor,
    @Subject() registration: Registration,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RegistrationView> {
    return this.answer(await this.registrations.cancel(actor, registration.id), reply);
  }

  private async answer(registration: Registration, reply: FastifyReply): Promise<RegistrationView> {
    const conference = await this.conferences.byId(registration.conferenceId);
    void reply.header('etag', `"${registration.version}"`);
    return registrationView(registration, conference.slug);
  }
}
