import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../../conferences/conference.entity.js';
import { ConferenceGate } from '../../conferences/conference.gate.js';
import { Allow, Subject, type ConcordRequest } from '../../platform/policy.js';
import { ATTENDANCES } from '../../registrations/registration-rules.js';
import { formOf, type Form } from '../form.js';
import { Pages } from '../pages.js';
import { registrationsPage } from '../views/organise-registrations.view.js';
import { Frame } from './frame.js';
import { RegistrationQueries, type RegistrationFilters } from './registrations.queries.js';
import { neighbours, oneOf, present, searched, startOf } from './slice.js';

/** Filters of the list as the address gives them. */
export const registrationFilters = (
  query: Form,
  { floorLanguage, interpretation }: Conference,
): RegistrationFilters =>
  present({
    attendance: oneOf(query, 'attendance', ATTENDANCES),
    interpretation: oneOf(query, 'interpretation', [floorLanguage, ...interpretation]),
    status: oneOf(query, 'status', ['registered', 'cancelled']),
    q: searched(query),
  });

/** Who comes, how, and with which interpretation. */
@Controller('conferences/:slug/organise/registrations')
export class OrganiseRegistrationsPages {
  constructor(
    private readonly pages: Pages,
    private readonly frame: Frame,
    private readonly queries: RegistrationQueries,
  ) {}

  @Get()
  @Allow(ConferenceGate, 'organise')
  async list(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Subject() conference: Conference,
  ): Promise<void> {
    const query = formOf(request.query);
    const start = startOf(query);
    const { floorLanguage, interpretation } = conference;
    const filters = registrationFilters(query, conference);
    const rows = await this.queries.rows(conference.id, floorLanguage, filters, start);
    const facets = await this.queries.facets(conference.id, floorLanguage, filters);
    const view = await this.frame.view(request, conference);
    // Languages that are no longer offered keep their place after the others as long as somebody has asked for them.
    const languages = new Set([...interpretation, ...Object.keys(facets.interpretation).filter(Boolean)]);
    this.pages.send(
      reply,
      registrationsPage(view, {
        zone: conference.timeZone,
        filters,
        attendance: { in_person: facets.inPerson, online: facets.online },
        interpretation: [
          { language: null, count: facets.interpretation[''] ?? 0 },
          ...[...languages].map((language) => ({ language, count: facets.interpretation[language] ?? 0 })),
        ],
        floorLanguage,
        accessNeeds: facets.accessNeeds,
        cancelled: facets.cancelled,
        rows,
        matching: facets.matching,
        total: facets.total,
        ...neighbours(start, facets.matching),
      }),
    );
  }
}
