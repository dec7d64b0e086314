import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { Type } from '@sinclair/typebox';
import { Conference } from '../conferences/conference.entity.js';
import { ConferenceGate } from '../conferences/conference.gate.js';
import { Conferences } from '../conferences/conferences.service.js';
import type { Actor } from '../platform/actor.js';
import { Answers, pageOf } from '../platform/answers.js';
import { decodeCursor, encodeCursor } from '../platform/cursor.js';
import { limitOf, PageQuery } from '../platform/paging.js';
import { Allow, KeyRequired, Subject, Who } from '../platform/policy.js';
import {
  ChairOrganisationDto,
  ConfirmListDto,
  FreezeDto,
  ScheduleDto,
  TestSendDto,
} from './release-list.dto.js';
import { ReleaseList } from './release-list.entity.js';
import { ReleaseListGate } from './release-list.gate.js';
import {
  lettersSchema,
  projectLetters,
  projectRecipient,
  projectReleaseList,
  recipientSchema,
  releaseListSchema,
  type ReleaseListView,
} from './release-list.view.js';
import { ReleaseLists } from './release-lists.service.js';

const strict = { additionalProperties: false };
const sentSchema = Type.Object({ sent: Type.Integer() }, { ...strict, $id: 'TestLetters' });

/** Lists of decisions that are frozen, looked at, confirmed and released as one. */
@Controller('api/v1')
export class ReleaseListsController {
  constructor(
    private readonly lists: ReleaseLists,
    private readonly conferences: Conferences,
  ) {}

  private async answer(actor: Actor, list: ReleaseList): Promise<ReleaseListView> {
    const counts = await this.lists.counts([list.id]);
    return projectReleaseList(list, counts.get(list.id)!, await this.lists.changes(actor, list));
  }

  @Get('conferences/:slug/release-lists')
  @Allow(ConferenceGate, 'inspect')
  @Answers(pageOf(releaseListSchema))
  async all(@Who() actor: Actor, @Subject() conference: Conference) {
    const lists = await this.lists.list(actor, conference.id);
    const counts = await this.lists.counts(lists.map(({ id }) => id));
    return {
      items: lists.map((list) => projectReleaseList(list, counts.get(list.id)!, list.changes)),
      next: null,
    };
  }

  @Post('conferences/:slug/release-lists')
  @Allow(ConferenceGate, 'decide')
  @KeyRequired()
  @Answers(releaseListSchema, 201)
  async freeze(
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() input: FreezeDto,
  ): Promise<ReleaseListView> {
    return this.answer(actor, await this.lists.freeze(actor, conference, input));
  }

  @Get('release-lists/:id')
  @Allow(ReleaseListGate, 'inspect')
  @Answers(releaseListSchema)
  one(@Who() actor: Actor, @Subject() list: ReleaseList): Promise<ReleaseListView> {
    return this.answer(actor, list);
  }

  @Get('release-lists/:id/letters')
  @Allow(ReleaseListGate, 'decide')
  @Answers(pageOf(lettersSchema))
  async letters(@Who() actor: Actor, @Subject() list: ReleaseList, @Query() query: PageQuery) {
    const limit = limitOf(query);
    const conference = await this.conferences.byId(list.conferenceId);
    const after = query.after ? String(decodeCursor(query.after, ['text'])[0]) : '';
    const { items, next } = await this.lists.letters(actor, conference, list, { after, limit });
    return { items: items.map(projectLetters), next: next && encodeCursor([next]) };
  }

  @Post('release-lists/:id/confirm')
  @Allow(ReleaseListGate, 'decide')
  @Answers(releaseListSchema)
  async confirm(@Who() actor: Actor, @Subject() list: ReleaseList, @Body() input: ConfirmListDto) {
    return this.answer(actor, await this.lists.confirm(actor, list.id, input.listHash));
  }

  @Post('release-lists/:id/release')
  @Allow(ReleaseListGate, 'decide')
  @KeyRequired()
  @Answers(releaseListSchema)
  async release(@Who() actor: Actor, @Subject() list: ReleaseList): Promise<ReleaseListView> {
    return this.answer(actor, await this.lists.release(actor, list.id));
  }

  @Put('release-lists/:id/schedule')
  @Allow(ReleaseListGate, 'decide')
  @Answers(releaseListSchema)
  async schedule(@Who() actor: Actor, @Subject() list: ReleaseList, @Body() input: ScheduleDto) {
    const at = input.at === undefined ? null : new Date(input.at);
    return this.answer(actor, await this.lists.schedule(actor, list.id, at));
  }

  @Post('release-lists/:id/discard')
  @Allow(ReleaseListGate, 'decide')
  @Answers(releaseListSchema)
  async discard(@Who() actor: Actor, @Subject() list: ReleaseList): Promise<ReleaseListView> {
    return this.answer(actor, await this.lists.discard(actor, list.id));
  }

  /** Sends letters of the list to the caller alone. */
  @Post('release-lists/:id/test')
  @Allow(ReleaseListGate, 'decide')
  @Answers(sentSchema)
  async tryOut(@Who() actor: Actor, @Subject() list: ReleaseList, @Body() input: TestSendDto) {
    const conference = await this.conferences.byId(list.conferenceId);
    return { sent: await this.lists.tryOut(actor, conference, list, input.submission) };
  }

  @Get('conferences/:slug/decision-releases/:release/recipients')
  @Allow(ConferenceGate, 'inspect')
  @Answers(pageOf(recipientSchema))
  async recipients(
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Param('release') release: string,
    @Query() query: PageQuery,
  ) {
    const limit = limitOf(query);
    const after = query.after ? String(decodeCursor(query.after, ['text'])[0]) : '';
    const rows = await this.lists.recipients(actor, conference.id, release, { after, limit });
    const last = rows.at(-1);
    const place = last && `${last.submissionId} ${String(last.position).padStart(4, '0')}`;
    return {
      items: rows.map(projectRecipient),
      next: place && rows.length === limit ? encodeCursor([place]) : null,
    };
  }

  @Put('conferences/:slug/chair-organisations')
  @Allow(ConferenceGate, 'decide')
  @HttpCode(204)
  @Answers(null, 204)
  async actsFor(@Who() actor: Actor, @Subject() conference: Conference, @Body() input: ChairOrganisationDto) {
    await this.lists.actsFor(actor, conference, input);
  }
}
