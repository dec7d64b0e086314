import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../../conferences/conference.entity.js';
import { ConferenceGate, mayOnConference } from '../../conferences/conference.gate.js';
import { Conferences } from '../../conferences/conferences.service.js';
import type { Actor } from '../../platform/actor.js';
import { Allow, KeyRequired, Subject, Who, type ConcordRequest } from '../../platform/policy.js';
import { notFound } from '../../platform/refusal.js';
import { parse } from '../../platform/validate.js';
import { ProposeDto } from '../../reviews/assignment.dto.js';
import { AssignmentRun } from '../../reviews/assignment-run.entity.js';
import { RunGate } from '../../reviews/assignments.gate.js';
import { AssignmentRuns } from '../../reviews/assignment-runs.service.js';
import { Assignments } from '../../reviews/assignments.service.js';
import { formOf, pick, text, whole, type Form } from '../form.js';
import { formKey, Pages, type Again } from '../pages.js';
import { assignmentPage } from '../views/organise-assignment.view.js';
import type { RunDetail } from '../views/organise-run.view.js';
import { organisePaths, type FormValues } from '../views/organise-parts.js';
import { AssignmentQueries } from './assignment.queries.js';
import { Frame, nameIn } from './frame.js';
import { runDetail } from './run-detail.js';

/** The automatic assignment: propose, look, make it real or put it aside. */
@Controller('conferences/:slug/organise/assignment')
export class OrganiseAssignmentPages {
  constructor(
    private readonly pages: Pages,
    private readonly frame: Frame,
    private readonly queries: AssignmentQueries,
    private readonly conferences: Conferences,
    private readonly assignments: Assignments,
    private readonly runs: AssignmentRuns,
  ) {}

  @Get()
  @Allow(ConferenceGate, 'inspect')
  async show(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    // A run that is being computed is looked at again without a script.
    const [last] = (await this.runs.runs(conference.id, { limit: 1 })).items;
    if (last?.status === 'computing') void reply.header('refresh', '2');
    this.pages.send(reply, await this.render(request, actor, conference));
  }

  @Post()
  @Allow(ConferenceGate, 'organise')
  @KeyRequired()
  async propose(
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
        const run = await this.runs.propose(actor, conference, parse(ProposeDto, asked(form)), WAIT_MS);
        const done = run.status === 'proposed' ? '?done=proposed' : '';
        return `${organisePaths.assignment(conference.slug)}${done}`;
      },
      (again) =>
        this.render(
          request,
          actor,
          conference,
          again,
          pick(form, ['perSubmission', 'objective', 'likelyAtMost', 'maxLoad']),
        ),
    );
  }

  @Post(':id/apply')
  @Allow(RunGate, 'organise')
  @KeyRequired()
  async apply(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() run: AssignmentRun,
    @Param('slug') slug: string,
  ): Promise<void> {
    await this.settle(request, reply, actor, run, slug, 'applied', () => this.runs.apply(actor, run));
  }

  @Post(':id/cancel')
  @Allow(RunGate, 'organise')
  async cancel(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() run: AssignmentRun,
    @Param('slug') slug: string,
  ): Promise<void> {
    await this.settle(request, reply, actor, run, slug, 'runCancelled', () => this.runs.cancel(actor, run));
  }

  @Post(':id/discard')
  @Allow(RunGate, 'organise')
  async discard(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() run: AssignmentRun,
    @Param('slug') slug: string,
  ): Promise<void> {
    await this.settle(request, reply, actor, run, slug, 'discarded', () => this.runs.discard(actor, run));
  }

  private async settle(
    request: ConcordRequest,
    reply: FastifyReply,
    actor: Actor,
    run: AssignmentRun,
    slug: string,
    done: string,
    act: () => Promise<AssignmentRun>,
  ): Promise<void> {
    const conference = await this.conferences.bySlug(slug);
    if (conference.id !== run.conferenceId) throw notFound();
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await act();
        return `${organisePaths.assignment(slug)}?done=${done}`;
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
    const call = await this.conferences.callOf(conference.id);
    const now = await this.queries.now(actor, conference.id);
    const { items } = await this.runs.runs(conference.id, { limit: 1 });
    const run = items[0] && (await this.detail(actor, items[0]));
    const view = await this.frame.view(request, conference, again);
    return assignmentPage(view, {
      zone: conference.timeZone,
      now,
      perSubmission: call.reviewsPerSubmission,
      run: run ?? null,
      may: { assign: mayOnConference(actor, conference.id, 'organise') },
      idempotencyKey: formKey(),
      ...(again && { errors: again.errors }),
      ...(values && { values }),
    });
  }

  private async detail(actor: Actor, run: AssignmentRun): Promise<RunDetail> {
    const { pairs, stays, goes, reviewers } = run.proposal;
    const blocked = run.failure?.code === 'locked' ? run.failure.pairs : [];
    const names = await this.frame.names([run.createdBy]);
    return runDetail(run, {
      hidden: await this.assignments.ownSubmissions(actor, run.conferenceId),
      submissions: await this.queries.submissions(
        [...pairs, ...stays, ...goes, ...blocked, ...run.report.openPlaces].map(
          ({ submissionId }) => submissionId,
        ),
      ),
      reviewers: await this.queries.reviewers([
        ...reviewers,
        ...[...pairs, ...blocked].map(({ reviewerId }) => reviewerId),
      ]),
      shared: await this.queries.shared([...pairs, ...goes]),
      topics: await this.queries.topics(run.report.openPlaces.map(({ submissionId }) => submissionId)),
      standing: await this.queries.standing(run.conferenceId),
      by: nameIn(names, run.createdBy),
    });
  }
}

/** After so long a page that shows how far it is says more than a browser that waits. */
const WAIT_MS = 6_000;

/** A chance is asked for only with the objective that takes one. */
const asked = (form: Form): object => {
  const objective = text(form, 'objective');
  return {
    perSubmission: whole(form, 'perSubmission'),
    maxLoad: whole(form, 'maxLoad'),
    ...(objective !== '' && { objective }),
    ...(objective === 'by chance' && { likelyAtMost: whole(form, 'likelyAtMost') }),
  };
};
