import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conferences } from '../conferences/conferences.service.js';
import type { Actor } from '../platform/actor.js';
import { Allow, Subject, Who, type ConcordRequest } from '../platform/policy.js';
import { parse } from '../platform/validate.js';
import { BidQuery, BidsDto } from '../reviews/bid.dto.js';
import { Bids } from '../reviews/bids.service.js';
import { Reviewer } from '../reviews/reviewer.entity.js';
import { ReviewerGate } from '../reviews/reviewers.gate.js';
import { formOf, text, type Form } from './form.js';
import { formKey, Pages, withProblem, type Again } from './pages.js';
import { paths } from './view.js';
import { bidsPage } from './views/bids.view.js';

/** Abstracts on one page. */
const SHOWN = 50;

/** What a reviewer says of the abstracts that they could review. */
@Controller('invitations/:id/bids')
export class BidsPages {
  constructor(
    private readonly pages: Pages,
    private readonly conferences: Conferences,
    private readonly bids: Bids,
  ) {}

  @Get()
  @Allow(ReviewerGate, 'own')
  async list(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Subject() reviewer: Reviewer,
  ): Promise<void> {
    this.pages.send(reply, await this.render(request, reviewer));
  }

  @Post()
  @Allow(ReviewerGate, 'own')
  async save(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() reviewer: Reviewer,
    @Body() body: unknown,
  ): Promise<void> {
    const form = formOf(body);
    const bids = formOf(form['bids']);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const list = Object.entries(bids).map(([submission, bid]) => ({ submission, bid }));
        await this.bids.bid(actor, reviewer, parse(BidsDto, { bids: list }).bids);
        const query = new URLSearchParams(filtersOf(request));
        if (text(form, 'next')) query.set('after', text(form, 'next'));
        query.set('done', 'bidsSaved');
        return `${paths.bids(reviewer.id)}?${query.toString()}`;
      },
      (again) => this.render(request, reviewer, bids, again),
    );
  }

  private async render(
    request: ConcordRequest,
    reviewer: Reviewer,
    typed?: Form,
    again?: Again,
  ): Promise<string> {
    const conference = await this.conferences.byId(reviewer.conferenceId);
    const view = await this.pages.view(request, conference);
    const filters = filtersOf(request);
    const after = text(formOf(request.query), 'after');
    const query = { ...filters, limit: SHOWN, ...(after && { after }) };
    return bidsPage(withProblem(view, again), {
      id: reviewer.id,
      conference: conference.name,
      zone: conference.timeZone,
      list: await this.bids.list(reviewer, parse(BidQuery, query)),
      topics: (await this.conferences.topicsOf(conference.id)).map(({ id, title }) => ({ id, title })),
      filters,
      idempotencyKey: formKey(),
      ...(typed && {
        values: Object.fromEntries(Object.keys(typed).map((id) => [id, text(typed, id)] as const)),
      }),
      ...(again && { errors: again.errors }),
    });
  }
}

/** What the address asks for; anything odd is not asked for. */
function filtersOf(request: ConcordRequest): { topic?: string; bid?: string } {
  const query = formOf(request.query);
  const topic = text(query, 'topic').slice(0, 40);
  return { ...(topic && { topic }), ...(text(query, 'bid') === 'none' && { bid: 'none' }) };
}
