import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../../conferences/conference.entity.js';
import { ConferenceGate, mayOnConference } from '../../conferences/conference.gate.js';
import { Conferences } from '../../conferences/conferences.service.js';
import type { Actor } from '../../platform/actor.js';
import { Allow, Subject, Who, type ConcordRequest } from '../../platform/policy.js';
import { Refusal } from '../../platform/refusal.js';
import { parse } from '../../platform/validate.js';
import { AssignmentSettingsDto, PanelSizeDto } from '../../reviews/assignment-settings.dto.js';
import { AssignmentSettings } from '../../reviews/assignment-settings.service.js';
import { USUAL_GROUPS } from '../../reviews/balance.js';
import { SubmissionGate } from '../../submissions/submission.gate.js';
import { checked, formOf, listOf, pick, text, whole, type Form } from '../form.js';
import { formKey, Pages, type Again } from '../pages.js';
import { assignmentSettingsPage } from '../views/organise-assignment-settings.view.js';
import { organisePaths, type FormValues } from '../views/organise-parts.js';
import { Frame } from './frame.js';

/** What every proposal keeps to: sizes of panels, least loads, balance. */
@Controller('conferences/:slug/organise/assignment')
export class OrganiseAssignmentSettingsPages {
  constructor(
    private readonly pages: Pages,
    private readonly frame: Frame,
    private readonly conferences: Conferences,
    private readonly settings: AssignmentSettings,
    private readonly gate: SubmissionGate,
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
  @Allow(ConferenceGate, 'organise')
  async set(
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
        await this.settings.set(actor, conference, parse(AssignmentSettingsDto, settingsIn(form)));
        return `${organisePaths.assignmentSettings(conference.slug)}?done=assignmentSettings`;
      },
      (again) => this.render(request, actor, conference, again, form as FormValues),
    );
  }

  @Post('sizes')
  @Allow(ConferenceGate, 'organise')
  async size(
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
        const submission = await this.submissionIn(actor, conference, text(form, 'submission').trim());
        await this.settings.size(actor, submission, parse(PanelSizeDto, { places: whole(form, 'places') }));
        return `${organisePaths.assignmentSettings(conference.slug)}?done=panelSized`;
      },
      (again) => this.render(request, actor, conference, again, pick(form, ['submission', 'places'])),
    );
  }

  /** A typed code is no address: what is not there, and what is not for this organiser, are the same field's problem. */
  private async submissionIn(actor: Actor, conference: Conference, code: string) {
    const unknown = new Refusal('rule', 'fields', {
      fields: [{ field: 'submission', code: 'unknownSubmission', value: code }],
    });
    try {
      const submission = await this.gate.pass(actor, 'organise', { id: code });
      if (submission.conferenceId === conference.id) return submission;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
    throw unknown;
  }

  private async render(
    request: ConcordRequest,
    actor: Actor,
    conference: Conference,
    again?: Again,
    values?: FormValues,
  ): Promise<string> {
    const call = await this.conferences.callOf(conference.id);
    const rule = await this.settings.of(conference.id);
    const sizes = await this.settings.sizes(actor, conference.id);
    const view = await this.frame.view(request, conference, again);
    const isNew = rule.version === 0;
    return assignmentSettingsPage(view, {
      zone: conference.timeZone,
      version: rule.version,
      perSubmission: call.reviewsPerSubmission,
      leastLoad: rule.leastLoad,
      asks: rule.groups !== null,
      groups: rule.groups ?? USUAL_GROUPS.map((group) => ({ ...group, id: '' })),
      mostOfParty: isNew ? 1 : rule.mostOfParty,
      outsideAtLeast: isNew ? 1 : rule.outsideAtLeast,
      sizes,
      may: { change: mayOnConference(actor, conference.id, 'organise') },
      idempotencyKey: formKey(),
      ...(again && { errors: again.errors }),
      ...(values && { values }),
    });
  }
}

/** Groups without a name are left out; without the tick nothing about groups is kept. */
function settingsIn(form: Form): object {
  const groups = listOf(form, 'groups')
    .map((row) => formOf(row))
    .filter((row) => text(row, 'name').trim() !== '')
    .map((row) => ({ ...(text(row, 'id') && { id: text(row, 'id') }), ...pick(row, ['name', 'counts']) }));
  return {
    leastLoad: whole(form, 'leastLoad'),
    mostOfParty: whole(form, 'mostOfParty'),
    outsideAtLeast: whole(form, 'outsideAtLeast'),
    ...(checked(form, 'asks') && { groups }),
  };
}
