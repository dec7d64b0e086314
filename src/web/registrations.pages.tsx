import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../conferences/conference.entity.js';
import { ConferenceGate } from '../conferences/conference.gate.js';
import { Conferences } from '../conferences/conferences.service.js';
import type { Actor } from '../platform/actor.js';
import { Allow, KeyRequired, Subject, Who, type ConcordRequest } from '../platform/policy.js';
import { parse } from '../platform/validate.js';
import { RegistrationGate } from '../registrations/registration.gate.js';
import { Registration } from '../registrations/registration.entity.js';
import { ChangeRegistrationDto, RegistrationDto } from '../registrations/registrations.dto.js';
import { Registrations } from '../registrations/registrations.service.js';
import { formOf, pick } from './form.js';
import { formKey, Pages, withProblem, type Again } from './pages.js';
import { formatCalendarDay, paths, type View } from './view.js';
import { registerPage, registrationPage, type RegistrationValues } from './views/register.view.js';

const NAMES = [
  'name',
  'email',
  'publicName',
  'affiliation',
  'country',
  'attendance',
  'interpretation',
  'accessNeeds',
] as const;

/** Registering to attend, changing and cancelling it. */
@Controller()
export class RegistrationsPages {
  constructor(
    private readonly pages: Pages,
    private readonly conferences: Conferences,
    private readonly registrations: Registrations,
  ) {}

  @Get('conferences/:slug/register')
  @Allow(ConferenceGate, 'read')
  async form(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    const values = {
      ...(pick({}, NAMES) as RegistrationValues),
      name: actor.greeting?.name ?? '',
      email: actor.greeting?.address ?? '',
    };
    this.pages.send(reply, await this.render(request, conference, values, formKey()));
  }

  @Post('conferences/:slug/register')
  @Allow(ConferenceGate, 'read')
  @KeyRequired()
  async register(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() body: unknown,
  ): Promise<void> {
    const values = pick(formOf(body), NAMES) as RegistrationValues;
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const { id, registration } = await this.registrations.register(
          actor,
          conference,
          parse(RegistrationDto, values),
        );
        return registration
          ? `${paths.registration(id)}?done=registered`
          : this.pages.heldAt(reply, conference.slug, values.email);
      },
      (again) => this.render(request, conference, values, actor.request.idempotencyKey!, again),
    );
  }

  @Get('registrations/:id')
  @Allow(RegistrationGate, 'change')
  async one(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Subject() registration: Registration,
  ): Promise<void> {
    this.pages.send(reply, await this.status(request, registration));
  }

  @Get('registrations/:id/edit')
  @Allow(RegistrationGate, 'change')
  async edit(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Subject() registration: Registration,
  ): Promise<void> {
    const conference = await this.conferences.byId(registration.conferenceId);
    const values = {
      name: registration.name,
      email: registration.address,
      publicName: '',
      affiliation: registration.affiliation ?? '',
      country: registration.country ?? '',
      attendance: registration.attendance,
      interpretation: registration.interpretation ?? '',
      accessNeeds: registration.accessNeeds ?? '',
    };
    this.pages.send(
      reply,
      await this.render(request, conference, values, formKey(), undefined, registration),
    );
  }

  @Post('registrations/:id/edit')
  @Allow(RegistrationGate, 'change')
  async change(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() registration: Registration,
    @Body() body: unknown,
  ): Promise<void> {
    const values = pick(formOf(body), NAMES) as RegistrationValues;
    const { email: _fixed, publicName: _place, ...changes } = values;
    const conference = await this.conferences.byId(registration.conferenceId);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.registrations.change(actor, registration.id, parse(ChangeRegistrationDto, changes));
        return `${paths.registration(registration.id)}?done=registrationChanged`;
      },
      (again) => this.render(request, conference, values, formKey(), again, registration),
    );
  }

  @Post('registrations/:id/cancel')
  @Allow(RegistrationGate, 'change')
  async cancel(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() registration: Registration,
  ): Promise<void> {
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.registrations.cancel(actor, registration.id);
        return `${paths.registration(registration.id)}?done=registrationCancelled`;
      },
      (again) => this.status(request, registration, again),
    );
  }

  private async render(
    request: ConcordRequest,
    conference: Conference,
    values: RegistrationValues,
    idempotencyKey: string,
    again?: Again,
    changing?: Registration,
  ): Promise<string> {
    const view = await this.pages.view(request, conference);
    return registerPage(withProblem(view, again), {
      slug: conference.slug,
      conference: conference.name,
      open: conference.registrationOpen || changing !== undefined,
      when: whenAndWhere(view, conference),
      floorLanguage: conference.floorLanguage,
      interpretation: conference.interpretation,
      seatsLeft: true,
      values,
      idempotencyKey,
      guest: request.actor.kind === 'guest',
      ...(changing && {
        changing: { id: changing.id, version: request.actor.request.seenVersion ?? changing.version },
      }),
      ...(again && { errors: again.errors }),
    });
  }

  private async status(request: ConcordRequest, registration: Registration, again?: Again): Promise<string> {
    const conference = await this.conferences.byId(registration.conferenceId);
    const view = await this.pages.view(request, conference);
    const active = registration.status === 'registered';
    return registrationPage(withProblem(view, again), {
      id: registration.id,
      conference: conference.name,
      when: whenAndWhere(view, conference),
      name: registration.name,
      email: registration.address,
      affiliation: registration.affiliation,
      country: registration.country,
      attendance: registration.attendance,
      interpretation: registration.interpretation,
      accessNeeds: registration.accessNeeds,
      state: registration.heldUntil ? 'held' : registration.status,
      registeredAt: registration.createdAt,
      zone: conference.timeZone,
      can: { change: active, cancel: active },
      idempotencyKey: formKey(),
      version: registration.version,
    });
  }
}

/** Days and place in words, or that they are still to come. */
function whenAndWhere(view: View, conference: Conference): string {
  const days = conference.startsOn
    ? [conference.startsOn, conference.endsOn]
        .filter((day): day is string => day !== null)
        .filter((day, index, all) => all.indexOf(day) === index)
        .map((day) => formatCalendarDay(view, day))
        .join(' – ')
    : '';
  return [days, conference.venue].filter(Boolean).join(', ') || view.t('register:later');
}
