import { Body, Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../../conferences/conference.entity.js';
import { ConferenceGate, mayOnConference } from '../../conferences/conference.gate.js';
import { ChangeConferenceDto, CriteriaDto, TopicsDto } from '../../conferences/conferences.dto.js';
import { Conferences } from '../../conferences/conferences.service.js';
import { dayBefore } from '../../conferences/deadline.js';
import { ConferenceLists } from '../../conferences/lists.service.js';
import type { Actor } from '../../platform/actor.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { Allow, Subject, Who, type ConcordRequest } from '../../platform/policy.js';
import { notFound, refuseField } from '../../platform/refusal.js';
import { parse } from '../../platform/validate.js';
import { formOf, text } from '../form.js';
import { formKey, Pages, type Again } from '../pages.js';
import { organisePaths, type FormValues } from '../views/organise-parts.js';
import { settingsPage } from '../views/organise-settings.view.js';
import { Frame } from './frame.js';
import {
  changedRows,
  changeOf,
  CHANGING_PARTS,
  criteriaOf,
  criterionRows,
  emptied,
  filledRows,
  languagesOf,
  topicRows,
  topicsOf,
  type ChangingPart,
} from './settings-form.js';
import { SettingsQueries } from './settings.queries.js';

const NEW_TOPIC = { id: '', title: '' };
const NEW_CRITERION = { id: '', title: '', weight: '1', anchors: ['', '', '', '', ''] };

/** What is set of a conference, part by part, and the two deeds: closing the call and starting the reviewing. */
@Controller('conferences/:slug/organise/settings')
export class OrganiseSettingsPages {
  constructor(
    private readonly pages: Pages,
    private readonly frame: Frame,
    private readonly queries: SettingsQueries,
    private readonly conferences: Conferences,
    private readonly lists: ConferenceLists,
    @Inject(CONFIG) private readonly config: Config,
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

  @Post('topics')
  @Allow(ConferenceGate, 'organise')
  async topics(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() body: unknown,
  ): Promise<void> {
    const form = formOf(body);
    const rows = topicRows(form);
    const changed = changedRows(rows, text(form, 'act'), NEW_TOPIC);
    if (changed)
      return this.pages.send(
        reply,
        await this.render(request, actor, conference, undefined, values({ topics: changed })),
      );
    const filled = filledRows(rows);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.lists.replaceTopics(actor, conference, parse(TopicsDto, { topics: topicsOf(filled) }));
        return `${organisePaths.settings(conference.slug)}?done=saved#topics`;
      },
      (again) => this.render(request, actor, conference, again, values({ topics: filled })),
    );
  }

  @Post('criteria')
  @Allow(ConferenceGate, 'organise')
  async criteria(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() body: unknown,
  ): Promise<void> {
    const form = formOf(body);
    const rows = criterionRows(form);
    const changed = changedRows(rows, text(form, 'act'), NEW_CRITERION);
    if (changed)
      return this.pages.send(
        reply,
        await this.render(request, actor, conference, undefined, values({ criteria: changed })),
      );
    const filled = filledRows(rows);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.lists.replaceCriteria(
          actor,
          conference,
          parse(CriteriaDto, { criteria: criteriaOf(filled) }),
        );
        return `${organisePaths.settings(conference.slug)}?done=saved#criteria`;
      },
      (again) => this.render(request, actor, conference, again, values({ criteria: filled })),
    );
  }

  @Post('start-reviewing')
  @Allow(ConferenceGate, 'organise')
  async startReviewing(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.conferences.startReviewing(actor, conference);
        return `${organisePaths.settings(conference.slug)}?done=reviewingStarted#deeds`;
      },
      (again) => this.render(request, actor, conference, again),
    );
  }

  @Post(':part')
  @Allow(ConferenceGate, 'organise')
  async change(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Param('part') name: string,
    @Body() body: unknown,
  ): Promise<void> {
    const part = CHANGING_PARTS.find((one): one is ChangingPart => one === name);
    if (!part) throw notFound();
    const form = formOf(body);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const empty = emptied(part, form);
        if (empty) throw refuseField(empty, 'required');
        const call = await this.conferences.callOf(conference.id);
        const change = changeOf(part, form, openingDay(call.opensAt, conference.timeZone));
        await this.conferences.update(actor, conference, parse(ChangeConferenceDto, change));
        const done = part === 'close-call' ? 'callClosed' : 'saved';
        return `${organisePaths.settings(conference.slug)}?done=${done}#${part === 'close-call' ? 'deeds' : part}`;
      },
      (again) => this.render(request, actor, conference, closing(part, again), form as FormValues),
    );
  }

  private async render(
    request: ConcordRequest,
    actor: Actor,
    conference: Conference,
    again?: Again,
    typed?: FormValues,
  ): Promise<string> {
    const current = await this.conferences.byId(conference.id);
    const { call, topics, criteria } = await this.conferences.detail(current);
    const use = await this.queries.use(actor, current.id);
    const view = await this.frame.view(request, current, again);
    const seen = actor.request.seenVersion;
    return settingsPage(view, {
      zone: current.timeZone,
      // What was typed was typed over the version that was seen.
      version: typed && seen !== undefined ? seen : current.version,
      call: {
        opensAt: call.opensAt,
        closesAt: call.closesAt,
        zone: call.zone,
        graceMinutes: call.graceMinutes,
        wordLimit: call.wordLimit,
        blindness: call.blindness,
        authorsOpen: call.authorsOpen,
        reviewersOpen: call.reviewersOpen,
        panelOpen: call.panelOpen,
        paper: call.paper,
        paperLimitMb: call.paperLimitMb,
        mostPaperMb: this.config.maxPaperMb,
        reviewsPerSubmission: call.reviewsPerSubmission,
        reviewsDueAt: call.reviewsDueAt,
        decisionsOn: call.decisionsOn,
        reviewingSince: call.reviewingSince,
        rules: call.rules,
      },
      name: current.name,
      subtitle: current.subtitle,
      organiserName: current.organiserName,
      description: current.description,
      venue: current.venue,
      contactAddress: current.contactAddress,
      startsOn: current.startsOn,
      endsOn: current.endsOn,
      floorLanguage: current.floorLanguage,
      interpretation: current.interpretation,
      languages: languagesOf(current.floorLanguage, current.interpretation),
      lettersOpen: current.lettersOpen,
      registrationOpen: current.registrationOpen,
      topics: topics.map(({ id, title }) => ({ id, title, used: use.topics[id] ?? 0 })),
      criteria: criteria.map(({ id, title, weight, anchors }) => ({
        id,
        title,
        weight,
        anchors,
        used: use.criteria[id] ?? 0,
      })),
      counts: { submitted: use.submitted, drafts: use.drafts, held: use.held },
      may: { edit: mayOnConference(actor, current.id, 'organise') },
      idempotencyKey: formKey(),
      ...(again && { errors: again.errors }),
      ...(typed && { values: typed }),
    });
  }
}

/** The day of opening as the form shows it. */
const openingDay = (opensAt: Date, zone: string): string => dayBefore(new Date(opensAt.getTime() + 1), zone);

const values = (rows: object): FormValues => rows as FormValues;

/** The closing form has its own field for the reason. */
function closing(part: ChangingPart, again: Again): Again {
  const { 'call.reason': reason, ...errors } = again.errors;
  if (part !== 'close-call' || reason === undefined) return again;
  return { ...again, errors: { ...errors, closeReason: reason } };
}
