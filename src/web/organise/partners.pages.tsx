import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { Conference } from '../../conferences/conference.entity.js';
import { ConferenceGate } from '../../conferences/conference.gate.js';
import { LETTER_STATUSES } from '../../partners/letter-rules.js';
import { LetterOfInterest } from '../../partners/letter-of-interest.entity.js';
import { AnswerLetterDto } from '../../partners/letters.dto.js';
import { Letters } from '../../partners/letters.service.js';
import type { Actor } from '../../platform/actor.js';
import { Allow, Subject, Who, type ConcordRequest } from '../../platform/policy.js';
import { notFound } from '../../platform/refusal.js';
import { parse } from '../../platform/validate.js';
import { countryName } from '../components/country.js';
import { formOf, pick } from '../form.js';
import { formKey, Pages, type Again } from '../pages.js';
import { organiserLetterPage, partnersPage } from '../views/organise-partners.view.js';
import { organisePaths, type FormValues } from '../views/organise-parts.js';
import { Frame, nameIn } from './frame.js';
import { neighbours, oneOf, PAGE_ROWS, present, startOf } from './slice.js';

/** Letters of interest as those who answer them see them. */
@Controller('conferences/:slug/organise/partners')
export class OrganisePartnersPages {
  constructor(
    private readonly pages: Pages,
    private readonly frame: Frame,
    private readonly db: DataSource,
    private readonly letters: Letters,
  ) {}

  @Get()
  @Allow(ConferenceGate, 'partners')
  async list(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Subject() conference: Conference,
  ): Promise<void> {
    const query = formOf(request.query);
    const start = startOf(query);
    const filters = present({ status: oneOf(query, 'status', LETTER_STATUSES) });
    const rows = await this.page(conference.id, filters.status, start);
    const counts = await this.letters.counts(conference.id);
    const view = await this.frame.view(request, conference);
    const total = LETTER_STATUSES.reduce((sum, status) => sum + counts[status], 0);
    const matching = filters.status ? counts[filters.status] : total;
    this.pages.send(
      reply,
      partnersPage(view, {
        zone: conference.timeZone,
        filters,
        statuses: LETTER_STATUSES.filter((status) => counts[status] > 0).map((status) => ({
          status,
          count: counts[status],
        })),
        rows: rows.map((row) => ({ ...row, country: row.country && countryName(view, row.country) })),
        matching,
        total,
        ...neighbours(start, matching),
      }),
    );
  }

  @Get(':id')
  @Allow(ConferenceGate, 'partners')
  async one(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Subject() conference: Conference,
    @Param('id') id: string,
  ): Promise<void> {
    this.pages.send(reply, await this.render(request, conference, await this.letter(conference, id)));
  }

  @Post(':id/answer')
  @Allow(ConferenceGate, 'partners')
  async answer(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<void> {
    const letter = await this.letter(conference, id);
    const values = pick(formOf(body), ['status', 'text']);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.letters.answer(actor, letter.id, parse(AnswerLetterDto, values));
        return `${organisePaths.letter(conference.slug, letter.id)}?done=answered`;
      },
      (again) => this.render(request, conference, letter, again, values),
    );
  }

  /** A letter whose address nobody has confirmed is not there. */
  private async letter(conference: Conference, id: string): Promise<LetterOfInterest> {
    const letter = await this.letters.one(id);
    if (letter.conferenceId !== conference.id || letter.heldUntil !== null) throw notFound();
    return letter;
  }

  private async page(
    conferenceId: string,
    status: string | undefined,
    start: number,
  ): Promise<
    (Pick<LetterOfInterest, 'id' | 'organisation' | 'country' | 'contribution' | 'status'> & { at: Date })[]
  > {
    return this.db.query(
      `select id, organisation, country, contribution, status, created_at as at from letter_of_interest
       where conference_id = $1 and held_until is null and ($2::text is null or status = $2)
       order by created_at desc, id limit $3 offset $4`,
      [conferenceId, status ?? null, PAGE_ROWS, start],
    );
  }

  private async render(
    request: ConcordRequest,
    conference: Conference,
    letter: LetterOfInterest,
    again?: Again,
    values?: FormValues,
  ): Promise<string> {
    const view = await this.frame.view(request, conference, again);
    const names = await this.frame.names([letter.answeredBy]);
    return organiserLetterPage(view, {
      zone: conference.timeZone,
      id: letter.id,
      version: again ? (request.actor.request.seenVersion ?? letter.version) : letter.version,
      organisation: letter.organisation,
      country: letter.country && countryName(view, letter.country),
      website: letter.website,
      contactName: letter.contactName,
      address: letter.address,
      contribution: letter.contribution,
      letter: letter.letter,
      wordCount: letter.wordCount,
      status: letter.status,
      at: letter.createdAt,
      answer:
        letter.answeredAt === null
          ? null
          : { text: letter.answer ?? '', by: nameIn(names, letter.answeredBy) ?? '', at: letter.answeredAt },
      may: { answer: true },
      idempotencyKey: formKey(),
      ...(again && { errors: again.errors }),
      ...(values && { values }),
    });
  }
}
