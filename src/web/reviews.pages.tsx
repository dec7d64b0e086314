import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conferences } from '../conferences/conferences.service.js';
import { openingsOf } from '../conferences/who-sees-whom.js';
import type { Actor } from '../platform/actor.js';
import { Allow, Subject, Who, type ConcordRequest } from '../platform/policy.js';
import { parse } from '../platform/validate.js';
import { DeclineAssignmentDto } from '../reviews/assignment.dto.js';
import { Assignment } from '../reviews/assignment.entity.js';
import { AssignmentGate } from '../reviews/assignments.gate.js';
import { Assignments } from '../reviews/assignments.service.js';
import { Bids } from '../reviews/bids.service.js';
import { ReviewDto } from '../reviews/review.dto.js';
import { AcceptInvitationDto, DeclineInvitationDto } from '../reviews/reviewer.dto.js';
import { Reviewer } from '../reviews/reviewer.entity.js';
import { ReviewerGate } from '../reviews/reviewers.gate.js';
import { Perspectives } from '../reviews/perspectives.service.js';
import { Reviewers } from '../reviews/reviewers.service.js';
import { ReviewNotes } from '../reviews/review-notes.service.js';
import { NoteDto } from '../reviews/reviewing.dto.js';
import { Reviews } from '../reviews/reviews.service.js';
import { projectReviewTask, type MyAssignment } from '../reviews/review.view.js';
import { formOf, text, texts, whole, type Form } from './form.js';
import { formKey, Pages, withProblem, type Again } from './pages.js';
import { RecordAccess } from './record.access.js';
import { scaleWords } from './panel-scales.js';
import { paths } from './view.js';
import { invitationPage } from './views/invitation.view.js';
import {
  declinePage,
  reviewPage,
  reviewsPage,
  type AssignmentState,
  type ReviewValues,
} from './views/review.view.js';

/** A reviewer's longest list: nobody reads more. */
const MOST = 200;

/** Of the record, on a review's page. */
const MOST_ENTRIES = 5;

const STATE: Record<MyAssignment['review'], AssignmentState> = {
  none: 'open',
  draft: 'begun',
  handed_in: 'handed_in',
};

/** What reviewers do: answer invitations, read, judge, hand in, give back. */
@Controller()
export class ReviewsPages {
  constructor(
    private readonly pages: Pages,
    private readonly conferences: Conferences,
    private readonly reviewers: Reviewers,
    private readonly assignments: Assignments,
    private readonly reviews: Reviews,
    private readonly notes: ReviewNotes,
    private readonly bids: Bids,
    private readonly record: RecordAccess,
    private readonly perspectives: Perspectives,
  ) {}

  @Get('me/reviews')
  @Allow('signedIn')
  async list(@Req() request: ConcordRequest, @Res() reply: FastifyReply, @Who() actor: Actor): Promise<void> {
    const view = await this.pages.view(request);
    const { items } = await this.reviews.mine(actor, { limit: MOST });
    const invitations = (await this.reviewers.invitationsOf(actor.personId!)).filter(
      (one) => one.status === 'invited',
    );
    const conferences = await this.conferences.byIds(invitations.map((one) => one.conferenceId));
    const zones = await this.zones(items);
    this.pages.send(
      reply,
      reviewsPage(view, {
        asksPerspective: await this.perspectives.isAsked(actor),
        assignments: items.map((item) => ({
          id: item.id,
          code: item.submission.id,
          title: item.submission.title,
          topics: [],
          conference: item.conference.name,
          state: !item.open && item.review !== 'handed_in' ? 'cancelled' : STATE[item.review],
          due: item.dueAt ? { end: item.dueAt, zone: zones.get(item.conference.slug) ?? 'UTC' } : null,
        })),
        invitations: invitations.map((one) => ({
          id: one.id,
          conference: conferences.find((conference) => conference.id === one.conferenceId)!.name,
        })),
        bidding: await this.bids.openFor(actor.personId!, view.now),
      }),
    );
  }

  @Get('me/reviews/:id')
  @Allow(AssignmentGate, 'review')
  async one(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() assignment: Assignment,
  ): Promise<void> {
    this.pages.send(reply, await this.render(request, actor, assignment));
  }

  @Post('me/reviews/:id')
  @Allow(AssignmentGate, 'review')
  async save(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() assignment: Assignment,
    @Body() body: unknown,
  ): Promise<void> {
    const form = formOf(body);
    const act = text(form, 'act');
    const save = (): Promise<{ version: number; updatedAt: Date }> =>
      this.reviews.save(
        actor,
        assignment.id,
        parse(ReviewDto, inputOf(form, act === 'hand-in' ? 'handed_in' : 'draft')),
      );
    if (act === 'autosave') {
      const { version, updatedAt } = await save();
      void reply
        .status(200)
        .header('cache-control', 'no-store')
        .send({ version, savedAt: updatedAt.toISOString() });
      return;
    }
    await this.pages.attempt(
      request,
      reply,
      async () => {
        if (act === 'note') {
          const { text: note } = parse(NoteDto, { text: text(form, 'privateNote') });
          await this.notes.save(actor, assignment.id, note ?? '');
          return `${paths.review(assignment.id)}?done=saved`;
        }
        await save();
        if (act !== 'hand-in') return `${paths.review(assignment.id)}?done=saved`;
        return this.next(actor);
      },
      (again) =>
        act === 'note'
          ? this.render(request, actor, assignment, undefined, again, text(form, 'privateNote'))
          : this.render(request, actor, assignment, valuesOf(form), again),
    );
  }

  @Get('me/reviews/:id/decline')
  @Allow(AssignmentGate, 'review')
  async declineForm(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Subject() assignment: Assignment,
  ): Promise<void> {
    this.pages.send(reply, await this.renderDecline(request, assignment, { reason: '', note: '' }));
  }

  @Post('me/reviews/:id/decline')
  @Allow(AssignmentGate, 'decline')
  async decline(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() assignment: Assignment,
    @Body() body: unknown,
  ): Promise<void> {
    const form = formOf(body);
    const values = { reason: text(form, 'reason'), note: text(form, 'note') };
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const reason = [values.reason, values.note].filter(Boolean).join(': ');
        const dto = parse(DeclineAssignmentDto, { reason, conflict: values.reason === 'conflict' });
        await this.assignments.decline(actor, assignment.id, dto);
        return `${paths.reviews}?done=declined`;
      },
      (again) => this.renderDecline(request, assignment, values, again),
    );
  }

  @Get('invitations/:id')
  @Allow(ReviewerGate, 'own')
  async invitation(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Subject() reviewer: Reviewer,
  ): Promise<void> {
    this.pages.send(reply, await this.renderInvitation(request, reviewer));
  }

  @Post('invitations/:id/accept')
  @Allow(ReviewerGate, 'own')
  async accept(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() reviewer: Reviewer,
    @Body() body: unknown,
  ): Promise<void> {
    const form = formOf(body);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const dto = parse(AcceptInvitationDto, {
          topics: texts(form, 'topics'),
          maxLoad: whole(form, 'maxLoad'),
          // Where the call takes one language alone, nothing is asked.
          ...('languages' in form && { languages: texts(form, 'languages') }),
          expertise: text(form, 'expertise'),
          ror: text(form, 'ror'),
        });
        await this.reviewers.accept(actor, reviewer.id, dto);
        return `${paths.reviews}?done=invitationAccepted`;
      },
      (again) => this.renderInvitation(request, reviewer, form, again),
    );
  }

  @Post('invitations/:id/decline')
  @Allow(ReviewerGate, 'own')
  async declineInvitation(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() reviewer: Reviewer,
    @Body() body: unknown,
  ): Promise<void> {
    const form = formOf(body);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.reviewers.decline(
          actor,
          reviewer.id,
          parse(DeclineInvitationDto, { reason: text(form, 'reason') }),
        );
        return `${paths.invitation(reviewer.id)}?done=declined`;
      },
      (again) => this.renderInvitation(request, reviewer, form, again),
    );
  }

  /** The next abstract that waits, or the list. */
  private async next(actor: Actor): Promise<string> {
    const { items } = await this.reviews.mine(actor, { limit: MOST });
    const next = items.find((item) => item.open && item.review !== 'handed_in');
    return `${next ? paths.review(next.id) : paths.reviews}?done=handedIn`;
  }

  private async zones(items: readonly MyAssignment[]): Promise<Map<string, string>> {
    const zones = new Map<string, string>();
    for (const slug of new Set(items.map((item) => item.conference.slug)))
      zones.set(slug, (await this.conferences.callOf((await this.conferences.bySlug(slug)).id)).zone);
    return zones;
  }

  private async render(
    request: ConcordRequest,
    actor: Actor,
    assignment: Assignment,
    typed?: ReviewValues,
    again?: Again,
    note?: string,
  ): Promise<string> {
    const task = await this.reviews.task(assignment);
    const conference = await this.conferences.bySlug(task.conference.slug);
    const call = await this.conferences.callOf(conference.id);
    const view = await this.pages.view(request, conference);
    const { items } = await this.reviews.mine(actor, { limit: MOST });
    const own = items.filter((item) => item.conference.slug === conference.slug);
    const { review } = task;
    const seen = projectReviewTask(task);
    return reviewPage(withProblem(view, again), {
      id: task.id,
      code: task.submission.id,
      title: task.submission.title,
      abstract: task.submission.abstract,
      topics: task.topics.map((topic) => topic.title),
      words: task.submission.wordCount,
      authors: seen.submission.authors?.map(named) ?? null,
      panel: seen.panel?.map(named) ?? null,
      paper: seen.paper,
      opens: openingsOf(task.call),
      criteria: task.criteria,
      overallWords: scaleWords(view.t, 'overall', task),
      confidenceWords: scaleWords(view.t, 'confidence', task),
      panelLink: task.progress.handedIn && task.discussion !== 'none' ? task.discussion : null,
      lateUntil: task.dueAt && task.takenUntil && task.dueAt <= view.now ? task.takenUntil : null,
      values: typed ?? {
        scores: review?.scores ?? {},
        overall: review?.overall ?? null,
        confidence: review?.confidence ?? null,
        commentsToAuthors: review?.commentsToAuthors ?? '',
        commentsToOrganisers: review?.commentsToOrganisers ?? '',
        privateNote: note ?? task.privateNote,
      },
      state: STATE[review?.status ?? 'none'],
      canChange: task.open,
      canDecline: task.open && review?.status !== 'handed_in',
      due: task.dueAt ? { end: task.dueAt, zone: call.zone, conferenceZone: conference.timeZone } : null,
      done: own.filter((item) => item.review === 'handed_in').length,
      total: own.length,
      ...(task.open && review?.status !== 'handed_in' && { autosave: paths.review(task.id) }),
      savedAt: review?.updatedAt ?? null,
      entries:
        review?.status === 'handed_in'
          ? await this.record.about(actor.personId!, 'review', review.id, MOST_ENTRIES)
          : [],
      zone: conference.timeZone,
      idempotencyKey: formKey(),
      version: again ? (request.actor.request.seenVersion ?? 0) : (review?.version ?? 0),
      ...(again && { errors: again.errors }),
    });
  }

  private async renderDecline(
    request: ConcordRequest,
    assignment: Assignment,
    values: { reason: string; note: string },
    again?: Again,
  ): Promise<string> {
    const task = await this.reviews.task(assignment);
    const conference = await this.conferences.bySlug(task.conference.slug);
    const view = await this.pages.view(request, conference);
    return declinePage(withProblem(view, again), {
      id: assignment.id,
      code: task.submission.id,
      title: task.submission.title,
      values,
      idempotencyKey: formKey(),
      version: assignment.version,
      ...(again && { errors: again.errors }),
    });
  }

  private async renderInvitation(
    request: ConcordRequest,
    reviewer: Reviewer,
    form?: Form,
    again?: Again,
  ): Promise<string> {
    const invitation = await this.reviewers.invitation(reviewer);
    const conference = await this.conferences.byId(reviewer.conferenceId);
    const { call, topics } = await this.conferences.detail(conference);
    const view = await this.pages.view(request, conference);
    return invitationPage(withProblem(view, again), {
      id: reviewer.id,
      conference: conference.name,
      organiserName: conference.organiserName,
      invited: { name: reviewer.name, email: reviewer.address, affiliation: reviewer.affiliation ?? '' },
      state:
        reviewer.status === 'invited' ? 'open' : reviewer.status === 'removed' ? 'expired' : reviewer.status,
      message: '',
      opens: openingsOf(call),
      wordLimit: call.wordLimit,
      reviewsDue: call.reviewsDueAt
        ? { end: call.reviewsDueAt, zone: call.zone, conferenceZone: conference.timeZone }
        : null,
      topics: topics.map(({ id, title }) => ({ id, title })),
      values: {
        topics: form ? texts(form, 'topics') : invitation.topics,
        languages: form
          ? texts(form, 'languages')
          : reviewer.languages.length > 0
            ? reviewer.languages
            : [conference.floorLanguage],
        expertise: form ? text(form, 'expertise') : reviewer.expertise,
        ror: form ? text(form, 'ror') : (reviewer.ror ?? ''),
        maxLoad: form ? text(form, 'maxLoad') : String(reviewer.maxLoad),
        reason: form ? text(form, 'reason') : '',
      },
      languages: [conference.floorLanguage, ...call.languages],
      idempotencyKey: formKey(),
      version: reviewer.version,
      ...(again && { errors: again.errors }),
    });
  }
}

const named = ({ name, affiliation }: { name: string; affiliation: string | null }) => ({
  name,
  ...(affiliation && { affiliation }),
});

const scoresOf = (form: Form): Record<string, unknown> => {
  const scores = formOf(form['scores']);
  return Object.fromEntries(
    Object.keys(scores)
      .map((id) => [id, whole(scores, id)] as const)
      .filter(([, value]) => value !== undefined),
  );
};

/** The form as the API would get it. */
function inputOf(form: Form, status: 'draft' | 'handed_in'): Record<string, unknown> {
  return {
    status,
    scores: scoresOf(form),
    overall: whole(form, 'overall'),
    confidence: whole(form, 'confidence'),
    commentsToAuthors: text(form, 'commentsToAuthors'),
    commentsToOrganisers: text(form, 'commentsToOrganisers'),
    privateNote: text(form, 'privateNote'),
  };
}

/** The form as it is shown again. */
function valuesOf(form: Form): ReviewValues {
  return {
    scores: scoresOf(form) as Record<string, number | string>,
    overall: whole(form, 'overall') ?? null,
    confidence: whole(form, 'confidence') ?? null,
    commentsToAuthors: text(form, 'commentsToAuthors'),
    commentsToOrganisers: text(form, 'commentsToOrganisers'),
    privateNote: text(form, 'privateNote'),
  };
}
