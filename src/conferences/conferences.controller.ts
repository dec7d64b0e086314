import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import { Type } from '@sinclair/typebox';
import type { FastifyReply } from 'fastify';
import type { Actor } from '../platform/actor.js';
import { Answers, pageOf } from '../platform/answers.js';
import { Clock } from '../platform/clock.js';
import { PageQuery } from '../platform/paging.js';
import { Allow, Subject, Versioned, Who } from '../platform/policy.js';
import { Conference } from './conference.entity.js';
import { ConferenceGate, mayOnConference, OperatorGate } from './conference.gate.js';
import {
  conferenceSchema,
  conferenceView,
  roleHolderSchema,
  roleHolderView,
  type ConferenceDetailView,
  type RoleHolderView,
} from './conference.view.js';
import {
  ChangeConferenceDto,
  CreateConferenceDto,
  CriteriaDto,
  GrantRoleDto,
  TopicsDto,
} from './conferences.dto.js';
import { Conferences } from './conferences.service.js';
import { ConferenceLists } from './lists.service.js';
import type { Page } from './page.js';
import { ConferenceRoles } from './roles.service.js';

@Controller('api/v1/conferences')
export class ConferencesController {
  constructor(
    private readonly conferences: Conferences,
    private readonly lists: ConferenceLists,
    private readonly roles: ConferenceRoles,
    private readonly clock: Clock,
  ) {}

  private async answer(
    conference: Conference,
    reply: FastifyReply,
    inspects: boolean,
  ): Promise<ConferenceDetailView> {
    const parts = await this.conferences.detail(conference);
    void reply.header('etag', `"${conference.version}"`);
    return conferenceView(parts, inspects, await this.clock.now());
  }

  @Get()
  @Allow('anyone')
  @Answers(pageOf(conferenceSchema))
  async list(@Who() actor: Actor, @Query() query: PageQuery): Promise<Page<ConferenceDetailView>> {
    const page = await this.conferences.list(actor, query);
    const now = await this.clock.now();
    const items = page.items.map((parts) =>
      conferenceView(parts, mayOnConference(actor, parts.conference.id, 'inspect'), now),
    );
    return { items, next: page.next };
  }

  @Post()
  @Allow(OperatorGate, 'operate')
  @Answers(conferenceSchema, 201)
  async create(
    @Who() actor: Actor,
    @Body() input: CreateConferenceDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConferenceDetailView> {
    return this.answer(await this.conferences.create(actor, input), reply, true);
  }

  @Get(':slug')
  @Allow(ConferenceGate, 'read')
  @Answers(conferenceSchema)
  read(
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConferenceDetailView> {
    return this.answer(conference, reply, mayOnConference(actor, conference.id, 'inspect'));
  }

  @Patch(':slug')
  @Allow(ConferenceGate, 'organise')
  @Versioned()
  @Answers(conferenceSchema)
  async change(
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() input: ChangeConferenceDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConferenceDetailView> {
    return this.answer(await this.conferences.update(actor, conference, input), reply, true);
  }

  @Put(':slug/topics')
  @Allow(ConferenceGate, 'organise')
  @Versioned()
  @Answers(conferenceSchema)
  async topics(
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() input: TopicsDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConferenceDetailView> {
    return this.answer(await this.lists.replaceTopics(actor, conference, input), reply, true);
  }

  @Put(':slug/criteria')
  @Allow(ConferenceGate, 'organise')
  @Versioned()
  @Answers(conferenceSchema)
  async criteria(
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() input: CriteriaDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConferenceDetailView> {
    return this.answer(await this.lists.replaceCriteria(actor, conference, input), reply, true);
  }

  @Post(':slug/reviewing')
  @Allow(ConferenceGate, 'organise')
  @Answers(conferenceSchema)
  async startReviewing(
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConferenceDetailView> {
    return this.answer(await this.conferences.startReviewing(actor, conference), reply, true);
  }

  @Get(':slug/roles')
  @Allow(ConferenceGate, 'inspect')
  @Answers(Type.Object({ items: Type.Array(roleHolderSchema) }, { additionalProperties: false }))
  async listRoles(@Subject() conference: Conference): Promise<{ items: RoleHolderView[] }> {
    return { items: (await this.roles.list(conference)).map(roleHolderView) };
  }

  @Post(':slug/roles')
  @Allow(ConferenceGate, 'roles')
  @Answers(roleHolderSchema, 201)
  async grantRole(
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() input: GrantRoleDto,
  ): Promise<RoleHolderView> {
    return roleHolderView(await this.roles.grant(actor, conference, input));
  }

  @Delete(':slug/roles/:personId/:role')
  @Allow(ConferenceGate, 'roles')
  @Answers(null, 204)
  async revokeRole(
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Param('personId') personId: string,
    @Param('role') role: string,
  ): Promise<void> {
    await this.roles.revoke(actor, conference, personId, role);
  }
}
