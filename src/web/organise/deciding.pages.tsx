import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../../conferences/conference.entity.js';
import { ConferenceGate, mayOnConference } from '../../conferences/conference.gate.js';
import { DecidingSettingsDto } from '../../conferences/deciding-settings.dto.js';
import { Deciding, lastDay } from '../../conferences/deciding-settings.service.js';
import { ConferenceRoles } from '../../conferences/roles.service.js';
import { PendingDecisions } from '../../decisions/pending-decisions.service.js';
import { ChairOrganisationDto } from '../../decisions/release-list.dto.js';
import { ReleaseLists } from '../../decisions/release-lists.service.js';
import type { Actor } from '../../platform/actor.js';
import { Allow, Subject, Who, type ConcordRequest } from '../../platform/policy.js';
import { parse } from '../../platform/validate.js';
import { checked, formOf, text, texts, whole, type Form } from '../form.js';
import { formKey, Pages, type Again } from '../pages.js';
import { decidingPaths } from '../views/deciding-ways.js';
import { decidingPage } from '../views/organise-deciding.view.js';
import { organisePaths, type FormValues } from '../views/organise-parts.js';
import { Frame } from './frame.js';

/** How a conference decides: what is needed before an announcement, and what follows it. */
@Controller('conferences/:slug/organise/decisions')
export class OrganiseDecidingPages {
  constructor(
    private readonly pages: Pages,
    private readonly frame: Frame,
    private readonly deciding: Deciding,
    private readonly roles: ConferenceRoles,
    private readonly lists: ReleaseLists,
    private readonly pending: PendingDecisions,
  ) {}

  @Get('settings')
  @Allow(ConferenceGate, 'inspect')
  async show(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    this.pages.send(reply, await this.render(request, actor, conference));
  }

  @Post('settings')
  @Allow(ConferenceGate, 'decide')
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
        await this.deciding.change(actor, conference, parse(DecidingSettingsDto, settingsIn(form)));
        return `${decidingPaths.settings(conference.slug)}?done=saved`;
      },
      (again) => this.render(request, actor, conference, again, form as FormValues),
    );
  }

  @Post('settings/organisations')
  @Allow(ConferenceGate, 'decide')
  async organisation(
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
        const organisation = text(form, text(form, 'field'));
        const dto = parse(ChairOrganisationDto, { person: text(form, 'person'), organisation });
        await this.lists.actsFor(actor, conference, dto);
        return `${decidingPaths.settings(conference.slug)}?done=saved`;
      },
      (again) =>
        this.render(request, actor, conference, again, undefined, {
          [text(form, 'field')]: text(form, text(form, 'field')),
        }),
    );
  }

  /** Undoes the chair's last change of pending decisions, and leads back to the board. */
  @Post('undo')
  @Allow(ConferenceGate, 'decide')
  async undo(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const undone = await this.pending.undo(actor, conference.id);
        return `${organisePaths.decisions(conference.slug)}${undone > 0 ? '?done=undone' : ''}`;
      },
      (again) => this.render(request, actor, conference, again),
    );
  }

  private async render(
    request: ConcordRequest,
    actor: Actor,
    conference: Conference,
    again?: Again,
    values?: FormValues,
    organisation?: Readonly<Record<string, string>>,
  ): Promise<string> {
    const settings = await this.deciding.of(conference.id);
    const organisations = await this.lists.organisations(conference.id);
    const chairs = (await this.roles.list(conference)).filter(({ role }) => role === 'chair');
    return decidingPage(await this.frame.view(request, conference, again), {
      zone: conference.timeZone,
      ...settings,
      confirmOn: lastDay(settings.confirmBy, conference),
      editOn: lastDay(settings.editUntil, conference),
      chairs: chairs.map(({ personId, name }) => ({
        personId,
        name,
        organisation: organisations.get(personId) ?? '',
      })),
      may: { decide: mayOnConference(actor, conference.id, 'decide') },
      idempotencyKey: formKey(),
      version: (values && actor.request.seenVersion) ?? settings.version,
      ...(again && { errors: again.errors }),
      ...(values && { values }),
      ...(organisation && { organisation }),
    });
  }
}

/** The whole form: what is not ticked or filled in is taken away. */
function settingsIn(form: Form): Record<string, unknown> {
  const days = text(form, 'reminderDays')
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map((word) => (/^\d{1,4}$/.test(word) ? Number(word) : word));
  return {
    textRequired: texts(form, 'textRequired'),
    twoPersons: checked(form, 'twoPersons'),
    twoOrganisations: checked(form, 'twoOrganisations'),
    places: whole(form, 'places') ?? 0,
    confirmOn: text(form, 'confirmOn') || null,
    reminderDays: days,
    editFields: texts(form, 'editFields'),
    editOn: text(form, 'editOn') || null,
  };
}
