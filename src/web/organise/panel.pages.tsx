import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Conference } from '../../conferences/conference.entity.js';
import { mayOnConference } from '../../conferences/conference.gate.js';
import { Conferences } from '../../conferences/conferences.service.js';
import type { Actor } from '../../platform/actor.js';
import { Allow, Subject, Who, type ConcordRequest } from '../../platform/policy.js';
import { notFound } from '../../platform/refusal.js';
import { parse } from '../../platform/validate.js';
import { AuthorResponses } from '../../reviews/author-responses.service.js';
import { Discussions } from '../../reviews/discussions.service.js';
import { MetaReviews } from '../../reviews/meta-reviews.service.js';
import { REVIEWABLE } from '../../reviews/review-rules.js';
import { MetaReviewDto } from '../../reviews/reviewing.dto.js';
import { Reviewing } from '../../reviews/reviewing.service.js';
import { Submission } from '../../submissions/submission.entity.js';
import { SubmissionGate } from '../../submissions/submission.gate.js';
import { checked, formOf, pick, text } from '../form.js';
import { formKey, Pages, type Again } from '../pages.js';
import { panelScales } from '../panel-scales.js';
import { organisePaths, type FormValues } from '../views/organise-parts.js';
import { organiserPanelPage } from '../views/panel.view.js';
import { Frame } from './frame.js';

/** The panel of a submission, for its organisers: reviews side by side, what is said, what authors answer, the summary. */
@Controller('conferences/:slug/organise/submissions/:id')
export class OrganisePanelPages {
  constructor(
    private readonly pages: Pages,
    private readonly frame: Frame,
    private readonly conferences: Conferences,
    private readonly reviewing: Reviewing,
    private readonly discussions: Discussions,
    private readonly responses: AuthorResponses,
    private readonly metaReviews: MetaReviews,
  ) {}

  @Get('panel')
  @Allow(SubmissionGate, 'inspect')
  async show(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Param('slug') slug: string,
  ): Promise<void> {
    const conference = await this.conferenceOf(slug, submission);
    this.pages.send(reply, await this.render(request, actor, conference, submission));
  }

  @Post('panel/open')
  @Allow(SubmissionGate, 'organise')
  async open(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Param('slug') slug: string,
  ): Promise<void> {
    await this.act(request, reply, actor, submission, slug, async () => {
      await this.discussions.open(actor, submission);
      return 'panelOpened';
    });
  }

  @Post('panel/close')
  @Allow(SubmissionGate, 'organise')
  async close(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Param('slug') slug: string,
  ): Promise<void> {
    await this.act(request, reply, actor, submission, slug, async () => {
      await this.discussions.close(actor, submission);
      return 'panelClosed';
    });
  }

  @Post('meta-review')
  @Allow(SubmissionGate, 'decide')
  async summarise(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Param('slug') slug: string,
    @Body() body: unknown,
  ): Promise<void> {
    const form = formOf(body);
    await this.act(
      request,
      reply,
      actor,
      submission,
      slug,
      async () => {
        const input = { text: text(form, 'text'), forAuthors: checked(form, 'forAuthors') };
        await this.metaReviews.write(actor, submission, parse(MetaReviewDto, input));
        return 'saved';
      },
      pick(form, ['text', 'forAuthors']),
    );
  }

  private async act(
    request: ConcordRequest,
    reply: FastifyReply,
    actor: Actor,
    submission: Submission,
    slug: string,
    act: () => Promise<string>,
    values?: FormValues,
  ): Promise<void> {
    const conference = await this.conferenceOf(slug, submission);
    await this.pages.attempt(
      request,
      reply,
      async () => `${organisePaths.panel(slug, submission.id)}?done=${await act()}`,
      (again) => this.render(request, actor, conference, submission, again, values),
    );
  }

  private async conferenceOf(slug: string, submission: Submission): Promise<Conference> {
    const conference = await this.conferences.bySlug(slug);
    if (conference.id !== submission.conferenceId) throw notFound();
    return conference;
  }

  private async render(
    request: ConcordRequest,
    actor: Actor,
    conference: Conference,
    submission: Submission,
    again?: Again,
    values?: FormValues,
  ): Promise<string> {
    const view = await this.frame.view(request, conference, again);
    const meta = await this.metaReviews.of(submission.id);
    const underReview = REVIEWABLE.includes(submission.status);
    return organiserPanelPage(view, {
      code: submission.id,
      title: submission.title,
      talk: await this.discussions.forOrganiser(submission),
      scales: panelScales(
        view.t,
        await this.conferences.criteriaOf(submission.callId),
        await this.reviewing.of(submission.callId),
      ),
      response: await this.responses.of(submission.id),
      zone: conference.timeZone,
      meta: {
        text: meta?.text ?? '',
        forAuthors: meta?.forAuthors ?? false,
        version: (values && actor.request.seenVersion) ?? meta?.version ?? 0,
      },
      may: {
        organise: underReview && mayOnConference(actor, conference.id, 'organise'),
        summarise: underReview && mayOnConference(actor, conference.id, 'decide'),
      },
      idempotencyKey: formKey(),
      ...(again && { errors: again.errors }),
      ...(values && { values }),
    });
  }
}
