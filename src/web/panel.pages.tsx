import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conferences } from '../conferences/conferences.service.js';
import type { Actor } from '../platform/actor.js';
import { Allow, Subject, Who, type ConcordRequest } from '../platform/policy.js';
import { notFound, Refusal } from '../platform/refusal.js';
import { parse } from '../platform/validate.js';
import { Assignment } from '../reviews/assignment.entity.js';
import { AssignmentGate } from '../reviews/assignments.gate.js';
import { AuthorResponses } from '../reviews/author-responses.service.js';
import type { PanelTalk } from '../reviews/discussion.view.js';
import { Discussions } from '../reviews/discussions.service.js';
import { PostDto, ResponseDto } from '../reviews/reviewing.dto.js';
import { Reviewing } from '../reviews/reviewing.service.js';
import { Submission } from '../submissions/submission.entity.js';
import { SubmissionGate } from '../submissions/submission.gate.js';
import { Submissions } from '../submissions/submissions.service.js';
import { countWords } from '../submissions/words.js';
import { formOf, pick, text } from './form.js';
import { formKey, Pages, withProblem, type Again } from './pages.js';
import { panelScales, scaleWords } from './panel-scales.js';
import { paths } from './view.js';
import type { FormValues } from './views/organise-parts.js';
import { authorResponsePage, reviewerPanelPage } from './views/panel.view.js';

/** What happens around a review: the panel's discussion and the authors' response. */
@Controller()
export class PanelPages {
  constructor(
    private readonly pages: Pages,
    private readonly conferences: Conferences,
    private readonly submissions: Submissions,
    private readonly reviewing: Reviewing,
    private readonly discussions: Discussions,
    private readonly responses: AuthorResponses,
  ) {}

  @Get('me/reviews/:id/panel')
  @Allow(AssignmentGate, 'review')
  async panel(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Subject() assignment: Assignment,
  ): Promise<void> {
    const editing = text(formOf(request.query), 'post') || null;
    this.pages.send(reply, await this.renderPanel(request, assignment, editing));
  }

  @Post('me/reviews/:id/panel')
  @Allow(AssignmentGate, 'review')
  async post(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() assignment: Assignment,
    @Body() body: unknown,
  ): Promise<void> {
    const values = pick(formOf(body), ['text', 'post']);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const input = parse(PostDto, { text: values.text });
        if (values.post) await this.discussions.edit(actor, assignment, values.post, input);
        else await this.discussions.post(actor, assignment, input);
        return `${paths.reviewPanel(assignment.id)}?done=posted`;
      },
      (again) => this.renderPanel(request, assignment, values.post || null, again, values),
    );
  }

  @Get('submissions/:id/response')
  @Allow(SubmissionGate, 'edit')
  async response(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Subject() submission: Submission,
  ): Promise<void> {
    this.pages.send(reply, await this.renderResponse(request, submission));
  }

  @Post('submissions/:id/response')
  @Allow(SubmissionGate, 'edit')
  async answer(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Body() body: unknown,
  ): Promise<void> {
    const values = pick(formOf(body), ['text']);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.responses.answer(actor, submission, parse(ResponseDto, values));
        return `${paths.submissionResponse(submission.id)}?done=saved`;
      },
      (again) => this.renderResponse(request, submission, again, values),
    );
  }

  private async renderPanel(
    request: ConcordRequest,
    assignment: Assignment,
    editing: string | null,
    again?: Again,
    values?: FormValues,
  ): Promise<string> {
    const submission = await this.submissions.one(assignment.submissionId);
    const conference = await this.conferences.byId(submission.conferenceId);
    const view = await this.pages.view(request, conference);
    const talk = await this.talkOf(assignment);
    return reviewerPanelPage(withProblem(view, again), {
      assignmentId: assignment.id,
      code: submission.id,
      title: submission.title,
      talk,
      scales: panelScales(
        view.t,
        await this.conferences.criteriaOf(submission.callId),
        await this.reviewing.of(submission.callId),
      ),
      response: talk && (await this.responses.forReviewer(assignment)),
      zone: conference.timeZone,
      editing,
      idempotencyKey: formKey(),
      ...(again && { errors: again.errors }),
      ...(values && { values }),
    });
  }

  /** Null before the reviewer's own review is in. */
  private async talkOf(assignment: Assignment): Promise<PanelTalk | null> {
    try {
      return await this.discussions.forReviewer(assignment);
    } catch (error) {
      if (error instanceof Refusal && error.code === 'discussion.notYet') return null;
      throw error;
    }
  }

  private async renderResponse(
    request: ConcordRequest,
    submission: Submission,
    again?: Again,
    values?: FormValues,
  ): Promise<string> {
    const standing = await this.responses.of(submission.id);
    if (!standing) throw notFound();
    const conference = await this.conferences.byId(submission.conferenceId);
    const view = await this.pages.view(request, conference);
    const typed = values?.['text'];
    return authorResponsePage(withProblem(view, again), {
      standing,
      zone: conference.timeZone,
      overallWords: scaleWords(view.t, 'overall', await this.reviewing.of(submission.callId)),
      version: (values && request.actor.request.seenVersion) ?? standing.version,
      wordCount: typeof typed === 'string' ? countWords(typed) : standing.wordCount,
      idempotencyKey: formKey(),
      ...(again && { errors: again.errors }),
      ...(values && { values }),
    });
  }
}
