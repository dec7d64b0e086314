import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../../conferences/conference.entity.js';
import { ConferenceGate, mayOnConference } from '../../conferences/conference.gate.js';
import { Conferences } from '../../conferences/conferences.service.js';
import { Deciding } from '../../conferences/deciding-settings.service.js';
import { dayBefore } from '../../conferences/deadline.js';
import { atWallTime } from '../../conferences/wall-time.js';
import { ConfirmListDto, FreezeDto } from '../../decisions/release-list.dto.js';
import { ReleaseList } from '../../decisions/release-list.entity.js';
import { ReleaseListGate } from '../../decisions/release-list.gate.js';
import { ReleaseLists } from '../../decisions/release-lists.service.js';
import type { Actor } from '../../platform/actor.js';
import { decodeCursor, encodeCursor } from '../../platform/cursor.js';
import { Allow, Subject, Who, type ConcordRequest } from '../../platform/policy.js';
import { notFound, refuseField } from '../../platform/refusal.js';
import { parse } from '../../platform/validate.js';
import { formOf, pick, text, texts, type Form } from '../form.js';
import { formKey, Pages, type Again } from '../pages.js';
import { decidingPaths } from '../views/deciding-ways.js';
import type { FormValues } from '../views/organise-parts.js';
import { recipientsPage, releaseListPage, releaseListsPage } from '../views/organise-release-list.view.js';
import { Frame, nameIn } from './frame.js';

/** Submissions whose letters stand on a page. */
const LETTERS = 20;
const RECIPIENTS = 100;

/** Lists that are frozen, looked at, confirmed and released. */
@Controller('conferences/:slug/organise/decisions')
export class OrganiseReleaseListsPages {
  constructor(
    private readonly pages: Pages,
    private readonly frame: Frame,
    private readonly conferences: Conferences,
    private readonly deciding: Deciding,
    private readonly lists: ReleaseLists,
  ) {}

  @Get('lists')
  @Allow(ConferenceGate, 'inspect')
  async all(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    const lists = await this.lists.list(actor, conference.id);
    const counts = await this.lists.counts(lists.map(({ id }) => id));
    const names = await this.frame.names(lists.map(({ createdBy }) => createdBy));
    const html = releaseListsPage(await this.frame.view(request, conference), {
      zone: conference.timeZone,
      lists: lists.map((list) => ({
        ...list,
        createdBy: nameIn(names, list.createdBy),
        counts: counts.get(list.id)!,
      })),
      may: { decide: mayOnConference(actor, conference.id, 'decide') },
    });
    this.pages.send(reply, html);
  }

  @Post('lists')
  @Allow(ConferenceGate, 'decide')
  async freeze(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() body: unknown,
  ): Promise<void> {
    const form = formOf(body);
    const outcomes = texts(form, 'outcomes');
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const dto = parse(FreezeDto, { ...(outcomes.length > 0 && { outcomes }) });
        const list = await this.lists.freeze(actor, conference, dto);
        return `${decidingPaths.list(conference.slug, list.id)}?done=frozen`;
      },
      async (again) => {
        const view = await this.frame.view(request, conference, again);
        return releaseListsPage(view, {
          zone: conference.timeZone,
          lists: [],
          may: { decide: true },
        });
      },
    );
  }

  @Get('lists/:id')
  @Allow(ReleaseListGate, 'inspect')
  async one(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() list: ReleaseList,
    @Param('slug') slug: string,
  ): Promise<void> {
    this.pages.send(reply, await this.render(request, actor, await this.conferenceOf(slug, list), list.id));
  }

  @Post('lists/:id')
  @Allow(ReleaseListGate, 'decide')
  async act(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() list: ReleaseList,
    @Param('slug') slug: string,
    @Body() body: unknown,
  ): Promise<void> {
    const conference = await this.conferenceOf(slug, list);
    const form = formOf(body);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const done = await this.deed(actor, conference, list, form);
        return `${decidingPaths.list(slug, list.id)}?done=${done}`;
      },
      (again) =>
        this.render(request, actor, conference, list.id, again, pick(form, ['confirmation', 'day', 'time'])),
    );
  }

  private async deed(actor: Actor, conference: Conference, list: ReleaseList, form: Form): Promise<string> {
    switch (text(form, 'act')) {
      case 'confirm': {
        const { listHash } = parse(ConfirmListDto, pick(form, ['listHash']));
        await this.lists.confirm(actor, list.id, listHash);
        return 'listConfirmed';
      }
      case 'release': {
        const typed = text(form, 'confirmation').trim();
        if (typed !== String(list.size)) throw refuseField('confirmation', 'confirmation', list.size, typed);
        await this.lists.release(actor, list.id);
        return 'released';
      }
      case 'schedule': {
        const { day, time } = pick(form, ['day', 'time']);
        const at = atWallTime(day, time, conference.timeZone);
        if (!at) throw refuseField(/^\d\d:\d\d$/.test(time) ? 'day' : 'time', 'day', undefined, day);
        await this.lists.schedule(actor, list.id, at);
        return 'scheduled';
      }
      case 'unschedule':
        await this.lists.schedule(actor, list.id, null);
        return 'unscheduled';
      case 'discard':
        await this.lists.discard(actor, list.id);
        return 'discarded';
      case 'test':
        await this.lists.tryOut(actor, conference, list);
        return 'tried';
      default:
        throw notFound();
    }
  }

  @Get('recipients/:release')
  @Allow(ConferenceGate, 'inspect')
  async recipients(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Param('release') releaseId: string,
  ): Promise<void> {
    const rows = await this.lists.recipients(actor, conference.id, releaseId, {
      after: afterIn(request),
      limit: RECIPIENTS,
    });
    if (rows.length === 0) throw notFound();
    const last = rows.at(-1)!;
    const html = recipientsPage(await this.frame.view(request, conference), {
      zone: conference.timeZone,
      releaseId,
      rows,
      ...(rows.length === RECIPIENTS && {
        next: encodeCursor([`${last.submissionId} ${String(last.position).padStart(4, '0')}`]),
      }),
    });
    this.pages.send(reply, html);
  }

  private async conferenceOf(slug: string, list: ReleaseList): Promise<Conference> {
    const conference = await this.conferences.bySlug(slug);
    if (conference.id !== list.conferenceId) throw notFound();
    return conference;
  }

  private async render(
    request: ConcordRequest,
    actor: Actor,
    conference: Conference,
    id: string,
    again?: Again,
    values?: FormValues,
  ): Promise<string> {
    const list = (await this.lists.one(id))!;
    const decides = mayOnConference(actor, conference.id, 'decide');
    const counts = await this.lists.counts([id]);
    const names = await this.frame.names([list.createdBy, list.confirmedBy]);
    const { twoPersons } = await this.deciding.of(conference.id);
    const changes = await this.lists.changes(actor, list);
    const after = afterIn(request);
    const { items, next } =
      decides && list.status === 'open'
        ? await this.lists.letters(actor, conference, list, { after, limit: LETTERS })
        : { items: [], next: null };
    const view = await this.frame.view(request, conference, again);
    return releaseListPage(view, {
      zone: conference.timeZone,
      list: {
        ...list,
        createdBy: nameIn(names, list.createdBy),
        confirmedBy: nameIn(names, list.confirmedBy),
        counts: counts.get(id)!,
      },
      changes,
      two: twoPersons,
      letters: items,
      ...(after && { previous: 'first' }),
      ...(next && { next: encodeCursor([next]) }),
      may: { decide: decides, confirm: list.createdBy !== actor.personId },
      idempotencyKey: formKey(),
      values: values ?? { day: dayBefore(view.now, conference.timeZone), time: '09:00' },
      ...(again && { errors: again.refusal.code === 'fields' ? again.errors : {} }),
    });
  }
}

const afterIn = (request: ConcordRequest): string => {
  const after = text(formOf(request.query), 'after');
  return after ? String(decodeCursor(after, ['text'])[0]) : '';
};
