import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../../conferences/conference.entity.js';
import { ConferenceGate } from '../../conferences/conference.gate.js';
import { Conferences } from '../../conferences/conferences.service.js';
import { Outbox } from '../../mail/outbox.service.js';
import type { Actor } from '../../platform/actor.js';
import { Allow, KeyRequired, Subject, Who, type ConcordRequest } from '../../platform/policy.js';
import { notFound, Refusal } from '../../platform/refusal.js';
import { parse } from '../../platform/validate.js';
import { Assignments } from '../../reviews/assignments.service.js';
import { InviteReviewerDto } from '../../reviews/reviewer.dto.js';
import { Reviewer } from '../../reviews/reviewer.entity.js';
import { ReviewerGate } from '../../reviews/reviewers.gate.js';
import { Reviewers } from '../../reviews/reviewers.service.js';
import { formOf, pick, texts, whole } from '../form.js';
import { formKey, Pages, type Again } from '../pages.js';
import { organisePaths, type FormValues } from '../views/organise-parts.js';
import { reviewersPage } from '../views/organise-reviewers.view.js';
import { Frame } from './frame.js';
import { ReviewerQueries } from './reviewers.queries.js';
import { neighbours, oneOf, present, searched, startOf } from './slice.js';

const STATUSES = ['invited', 'accepted', 'declined', 'removed'] as const;
const USUAL_LOAD = 6;

/** The organisers' reviewers: inviting, reminding, removing. */
@Controller('conferences/:slug/organise/reviewers')
export class OrganiseReviewersPages {
  constructor(
    private readonly pages: Pages,
    private readonly frame: Frame,
    private readonly queries: ReviewerQueries,
    private readonly conferences: Conferences,
    private readonly reviewers: Reviewers,
    private readonly assignments: Assignments,
    private readonly outbox: Outbox,
  ) {}

  @Get()
  @Allow(ConferenceGate, 'inspect')
  async list(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    this.pages.send(reply, await this.render(request, actor, conference));
  }

  @Post()
  @Allow(ConferenceGate, 'organise')
  @KeyRequired()
  async invite(
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
        const dto = parse(InviteReviewerDto, {
          ...pick(form, ['email', 'name', 'affiliation', 'country']),
          topics: texts(form, 'topics'),
          maxLoad: whole(form, 'maxLoad'),
        });
        await this.reviewers.invite(actor, conference, dto);
        return `${organisePaths.reviewers(conference.slug)}?done=invited`;
      },
      (again) => this.render(request, actor, conference, again, form as FormValues),
    );
  }

  @Post(':id/remind')
  @Allow(ReviewerGate, 'organise')
  @KeyRequired()
  async remind(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() reviewer: Reviewer,
    @Param('slug') slug: string,
  ): Promise<void> {
    await this.act(request, reply, actor, reviewer, slug, 'reminded', async () => {
      const mail = await this.queries.reminder(actor, reviewer);
      if (mail === null) throw new Refusal('conflict', 'reviewer.nothingToRemind');
      await this.outbox.resend(actor, mail);
    });
  }

  @Post(':id/remove')
  @Allow(ReviewerGate, 'organise')
  async remove(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() reviewer: Reviewer,
    @Param('slug') slug: string,
  ): Promise<void> {
    await this.act(request, reply, actor, reviewer, slug, 'reviewerRemoved', () =>
      this.assignments.removeReviewer(actor, reviewer),
    );
  }

  private async act(
    request: ConcordRequest,
    reply: FastifyReply,
    actor: Actor,
    reviewer: Reviewer,
    slug: string,
    done: string,
    act: () => Promise<void>,
  ): Promise<void> {
    const conference = await this.conferences.bySlug(slug);
    if (conference.id !== reviewer.conferenceId) throw notFound();
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await act();
        return `${organisePaths.reviewers(slug)}?done=${done}`;
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
  ): Promise<string> {
    const query = formOf(request.query);
    const start = startOf(query);
    const filters = present({ status: oneOf(query, 'status', STATUSES), q: searched(query) });
    const rows = await this.queries.rows(actor, conference.id, filters, start);
    const facets = await this.queries.facets(actor, conference.id, filters);
    const topics = await this.conferences.topicsOf(conference.id);
    const view = await this.frame.view(request, conference, again);
    return reviewersPage(view, {
      zone: conference.timeZone,
      filters,
      statuses: STATUSES.filter((status) => facets.statuses[status]).map((status) => ({
        status,
        count: facets.statuses[status]!,
      })),
      rows,
      matching: facets.matching,
      total: facets.total,
      ...neighbours(start, facets.matching),
      topics: topics.map(({ id, title }) => ({ id, title })),
      defaultMaxLoad: USUAL_LOAD,
      need: { places: facets.places, room: facets.room },
      idempotencyKey: formKey(),
      // Without typed values there is no form to show open again; the problem stands above the page.
      ...(again && values && { errors: again.errors }),
      ...(values && { values }),
    });
  }
}
