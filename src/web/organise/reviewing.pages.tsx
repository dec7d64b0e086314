import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../../conferences/conference.entity.js';
import { ConferenceGate, mayOnConference } from '../../conferences/conference.gate.js';
import { Conferences } from '../../conferences/conferences.service.js';
import type { Actor } from '../../platform/actor.js';
import { Allow, KeyRequired, Subject, Who, type ConcordRequest } from '../../platform/policy.js';
import { notFound, refuseField } from '../../platform/refusal.js';
import { parse } from '../../platform/validate.js';
import { AssignDto } from '../../reviews/assignment.dto.js';
import { Assignments } from '../../reviews/assignments.service.js';
import { AuthorResponses } from '../../reviews/author-responses.service.js';
import { FreePlaces } from '../../reviews/free-places.service.js';
import { Reminders } from '../../reviews/reminders.service.js';
import { OpenResponsesDto, ReviewingDto } from '../../reviews/reviewing.dto.js';
import { Reviewing } from '../../reviews/reviewing.service.js';
import { Submission } from '../../submissions/submission.entity.js';
import { SubmissionGate } from '../../submissions/submission.gate.js';
import { checked, formOf, pick, text, whole, type Form } from '../form.js';
import { formKey, Pages, type Again } from '../pages.js';
import { organisePaths, type FormValues } from '../views/organise-parts.js';
import { placesPage, reviewingPage } from '../views/organise-reviewing.view.js';
import { Frame } from './frame.js';
import { daysOf, wordsOf } from './reviewing-form.js';

/** Reminders that the page shows; all of them are in the API. */
const MOST_REMINDERS = 100;

/** How the call reviews, who was reminded, and who could step in where a reviewer gave something back. */
@Controller('conferences/:slug/organise')
export class OrganiseReviewingPages {
  constructor(
    private readonly pages: Pages,
    private readonly frame: Frame,
    private readonly conferences: Conferences,
    private readonly reviewing: Reviewing,
    private readonly responses: AuthorResponses,
    private readonly reminders: Reminders,
    private readonly places: FreePlaces,
    private readonly assignments: Assignments,
  ) {}

  @Get('reviewing')
  @Allow(ConferenceGate, 'inspect')
  async show(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    this.pages.send(reply, await this.render(request, actor, conference));
  }

  @Post('reviewing')
  @Allow(ConferenceGate, 'organise')
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
        for (const field of ['lateDays', 'responseWordLimit'])
          if (whole(form, field) === undefined) throw refuseField(field, 'required');
        await this.reviewing.change(actor, conference, parse(ReviewingDto, inputOf(form)));
        return `${organisePaths.reviewing(conference.slug)}?done=saved`;
      },
      (again) => this.render(request, actor, conference, again, form as FormValues),
    );
  }

  @Post('reviewing/responses')
  @Allow(ConferenceGate, 'organise')
  async openResponses(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() body: unknown,
  ): Promise<void> {
    const values = pick(formOf(body), ['closesDay']);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        if (values.closesDay === '') throw refuseField('closesDay', 'required');
        await this.responses.open(actor, conference, parse(OpenResponsesDto, values));
        return `${organisePaths.reviewing(conference.slug)}?done=authorsAsked#responses`;
      },
      async (again) => {
        const { settings } = await this.settingsOf(conference);
        // What the other form holds is not what was posted.
        const stored = { ...values, ...(settings.discussion && { discussion: 'true' }) };
        const shown = { ...stored, ...(settings.responseScores && { responseScores: 'true' }) };
        return this.render(request, actor, conference, again, shown);
      },
    );
  }

  @Get('places')
  @Allow(ConferenceGate, 'inspect')
  async free(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    this.pages.send(reply, await this.renderPlaces(request, actor, conference));
  }

  @Post('places/:id')
  @Allow(SubmissionGate, 'organise')
  @KeyRequired()
  async fill(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Param('slug') slug: string,
    @Body() body: unknown,
  ): Promise<void> {
    const conference = await this.conferences.bySlug(slug);
    if (conference.id !== submission.conferenceId) throw notFound();
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.assignments.assign(actor, submission, parse(AssignDto, pick(formOf(body), ['reviewer'])));
        return `${organisePaths.places(slug)}?done=assigned`;
      },
      (again) => this.renderPlaces(request, actor, conference, again),
    );
  }

  private async settingsOf(conference: Conference) {
    const call = await this.conferences.callOf(conference.id);
    return { call, settings: await this.reviewing.of(call.id) };
  }

  private async render(
    request: ConcordRequest,
    actor: Actor,
    conference: Conference,
    again?: Again,
    values?: FormValues,
  ): Promise<string> {
    const view = await this.frame.view(request, conference, again);
    const { call, settings } = await this.settingsOf(conference);
    const { items: sent } = await this.reminders.sent(actor, conference.id, { limit: MOST_REMINDERS });
    return reviewingPage(view, {
      settings,
      call,
      zone: conference.timeZone,
      answers: await this.responses.counts(actor, conference.id),
      sent,
      mayEdit: mayOnConference(actor, conference.id, 'organise'),
      version: (values && actor.request.seenVersion) ?? settings.version,
      idempotencyKey: formKey(),
      ...(again && { errors: again.errors }),
      ...(values && { values }),
    });
  }

  private async renderPlaces(
    request: ConcordRequest,
    actor: Actor,
    conference: Conference,
    again?: Again,
  ): Promise<string> {
    return placesPage(await this.frame.view(request, conference, again), {
      places: await this.places.list(actor, conference.id),
      zone: conference.timeZone,
      mayAssign: mayOnConference(actor, conference.id, 'organise'),
      idempotencyKey: formKey(),
    });
  }
}

/** The form as the API would get it. */
const inputOf = (form: Form): Record<string, unknown> => ({
  overallWords: wordsOf(form['overallWords']),
  confidenceWords: wordsOf(form['confidenceWords']),
  lateDays: whole(form, 'lateDays'),
  reminderDays: daysOf(text(form, 'reminderDays')),
  discussion: checked(form, 'discussion'),
  responseWordLimit: whole(form, 'responseWordLimit'),
  responseScores: checked(form, 'responseScores'),
});
