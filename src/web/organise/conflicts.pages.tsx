import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../../conferences/conference.entity.js';
import { ConferenceGate, mayOnConference } from '../../conferences/conference.gate.js';
import { Conferences } from '../../conferences/conferences.service.js';
import { dayBefore } from '../../conferences/deadline.js';
import type { Actor } from '../../platform/actor.js';
import { Allow, Subject, Who, type ConcordRequest } from '../../platform/policy.js';
import { notFound } from '../../platform/refusal.js';
import { parse } from '../../platform/validate.js';
import { BiddingDto } from '../../reviews/bid.dto.js';
import { Bids } from '../../reviews/bids.service.js';
import { AddConflictDto, OverrideConflictDto } from '../../reviews/conflict.dto.js';
import { Conflicts } from '../../reviews/conflicts.service.js';
import { Reviewer } from '../../reviews/reviewer.entity.js';
import { ReviewerGate } from '../../reviews/reviewers.gate.js';
import { Reviewers } from '../../reviews/reviewers.service.js';
import { Submission } from '../../submissions/submission.entity.js';
import { SubmissionGate } from '../../submissions/submission.gate.js';
import { formOf, pick, text } from '../form.js';
import { formKey, Pages, type Again } from '../pages.js';
import {
  conferenceConflictsPage,
  conflictPaths,
  reasonField,
  reviewerConflictsPage,
  submissionConflictsPage,
} from '../views/organise-conflicts.view.js';
import type { FormValues } from '../views/organise-parts.js';
import { Frame } from './frame.js';

/** Reviewers of whom a form lets one choose: nobody looks through more. */
const MOST = 200;

/** Conflicts of interest as organisers keep them, and the bidding. */
@Controller('conferences/:slug/organise')
export class OrganiseConflictsPages {
  constructor(
    private readonly pages: Pages,
    private readonly frame: Frame,
    private readonly conferences: Conferences,
    private readonly conflicts: Conflicts,
    private readonly bids: Bids,
    private readonly reviewers: Reviewers,
  ) {}

  @Get('conflicts')
  @Allow(ConferenceGate, 'inspect')
  async list(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    this.pages.send(reply, await this.render(request, actor, conference));
  }

  @Post('conflicts/bidding')
  @Allow(ConferenceGate, 'organise')
  async bidding(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() body: unknown,
  ): Promise<void> {
    const values = pick(formOf(body), ['opensOn', 'closesOn']);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.bids.open(actor, conference, parse(BiddingDto, values));
        return `${conflictPaths.conference(conference.slug)}?done=saved#bidding`;
      },
      (again) => this.render(request, actor, conference, again, values),
    );
  }

  @Get('submissions/:id/conflicts')
  @Allow(SubmissionGate, 'inspect')
  async ofSubmission(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Param('slug') slug: string,
  ): Promise<void> {
    this.pages.send(reply, await this.renderOne(request, actor, slug, submission));
  }

  @Post('submissions/:id/conflicts')
  @Allow(SubmissionGate, 'organise')
  async add(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Param('slug') slug: string,
    @Body() body: unknown,
  ): Promise<void> {
    const values = pick(formOf(body), ['reviewer', 'reason']);
    await this.act(
      request,
      reply,
      actor,
      slug,
      submission,
      'conflictAdded',
      { values, overriding: null },
      () => this.conflicts.add(actor, submission, parse(AddConflictDto, values)),
    );
  }

  @Post('submissions/:id/conflicts/take-back')
  @Allow(SubmissionGate, 'organise')
  async takeBack(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Param('slug') slug: string,
    @Body() body: unknown,
  ): Promise<void> {
    await this.act(request, reply, actor, slug, submission, 'conflictTakenBack', {}, () =>
      this.conflicts.takeBack(actor, submission, text(formOf(body), 'reviewer')),
    );
  }

  @Post('submissions/:id/overrides')
  @Allow(SubmissionGate, 'organise')
  async override(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Param('slug') slug: string,
    @Body() body: unknown,
  ): Promise<void> {
    const form = formOf(body);
    const reviewer = text(form, 'reviewer');
    const field = reasonField(reviewer);
    const values = { [field]: text(form, field) };
    await this.act(
      request,
      reply,
      actor,
      slug,
      submission,
      'conflictSetAside',
      { values, overriding: reviewer },
      () =>
        this.conflicts.override(
          actor,
          submission,
          parse(OverrideConflictDto, { reviewer, reason: text(form, field) }),
        ),
    );
  }

  @Post('submissions/:id/overrides/end')
  @Allow(SubmissionGate, 'organise')
  async endOverride(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Param('slug') slug: string,
    @Body() body: unknown,
  ): Promise<void> {
    await this.act(request, reply, actor, slug, submission, 'conflictCounts', {}, () =>
      this.conflicts.endOverride(actor, submission, text(formOf(body), 'reviewer')),
    );
  }

  @Get('reviewers/:id/conflicts')
  @Allow(ReviewerGate, 'organise')
  async ofReviewer(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() reviewer: Reviewer,
    @Param('slug') slug: string,
  ): Promise<void> {
    const conference = await this.conferences.bySlug(slug);
    if (conference.id !== reviewer.conferenceId) throw notFound();
    const view = await this.frame.view(request, conference);
    this.pages.send(
      reply,
      reviewerConflictsPage(view, {
        zone: conference.timeZone,
        name: reviewer.name,
        conflicts: await this.conflicts.ofReviewer(actor, reviewer),
      }),
    );
  }

  private async act(
    request: ConcordRequest,
    reply: FastifyReply,
    actor: Actor,
    slug: string,
    submission: Submission,
    done: string,
    form: { values?: FormValues; overriding?: string | null },
    act: () => Promise<void>,
  ): Promise<void> {
    if ((await this.conferences.bySlug(slug)).id !== submission.conferenceId) throw notFound();
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await act();
        return `${conflictPaths.submission(slug, submission.id)}?done=${done}`;
      },
      (again) => this.renderOne(request, actor, slug, submission, again, form),
    );
  }

  private async render(
    request: ConcordRequest,
    actor: Actor,
    conference: Conference,
    again?: Again,
    values?: FormValues,
  ): Promise<string> {
    const view = await this.frame.view(request, conference, again);
    const bidding = await this.bids.bidding(actor, conference);
    const day = (instant: string | null, exclusive: boolean): string => {
      if (instant === null) return '';
      const at = new Date(new Date(instant).getTime() + (exclusive ? 0 : 1));
      return dayBefore(at, conference.timeZone);
    };
    return conferenceConflictsPage(view, {
      zone: conference.timeZone,
      ...(await this.conflicts.ofConference(actor, conference.id)),
      bidding,
      days: { opensOn: day(bidding.opensAt, false), closesOn: day(bidding.closesAt, true) },
      may: mayOnConference(actor, conference.id, 'organise'),
      idempotencyKey: formKey(),
      ...(again && { errors: again.errors }),
      ...(values && { values }),
    });
  }

  private async renderOne(
    request: ConcordRequest,
    actor: Actor,
    slug: string,
    submission: Submission,
    again?: Again,
    form: { values?: FormValues; overriding?: string | null } = {},
  ): Promise<string> {
    const conference = await this.conferences.bySlug(slug);
    if (conference.id !== submission.conferenceId) throw notFound();
    const view = await this.frame.view(request, conference, again);
    const { items } = await this.reviewers.list(actor, conference.id, { status: 'accepted', limit: MOST });
    const { conflicts, named } = await this.conflicts.ofSubmission(submission);
    return submissionConflictsPage(view, {
      zone: conference.timeZone,
      id: submission.id,
      title: submission.title,
      conflicts,
      named,
      reviewers: items.map(({ id, name }) => ({ id, name })),
      may: mayOnConference(actor, conference.id, 'organise'),
      overriding: form.overriding ?? null,
      idempotencyKey: formKey(),
      ...(again && { errors: errorsFor(again.errors, form.overriding) }),
      ...(form.values && { values: form.values }),
    });
  }
}

/** The messages by the names that the fields have on the page. */
function errorsFor(
  errors: Record<string, string>,
  overriding: string | null | undefined,
): Record<string, string> {
  const { reason, ...others } = errors;
  if (!overriding || reason === undefined) return errors;
  return { ...others, [reasonField(overriding)]: reason };
}
