import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../../conferences/conference.entity.js';
import { ConferenceGate, mayOnConference } from '../../conferences/conference.gate.js';
import { Conferences } from '../../conferences/conferences.service.js';
import type { Criterion } from '../../conferences/criterion.entity.js';
import { mayDecide } from '../../decisions/decision-rules.js';
import { DecideDto } from '../../decisions/decision.dto.js';
import { Decisions } from '../../decisions/decisions.service.js';
import { PendingDecisions } from '../../decisions/pending-decisions.service.js';
import type { Actor } from '../../platform/actor.js';
import { Allow, KeyRequired, Subject, Who, type ConcordRequest } from '../../platform/policy.js';
import { notFound } from '../../platform/refusal.js';
import { parse } from '../../platform/validate.js';
import { AssignDto } from '../../reviews/assignment.dto.js';
import { Assignment } from '../../reviews/assignment.entity.js';
import { AssignmentGate } from '../../reviews/assignments.gate.js';
import { Assignments, type Candidate } from '../../reviews/assignments.service.js';
import type { PanelMember } from '../../reviews/assignment.view.js';
import { isLate } from '../../reviews/reviewing-rules.js';
import { REVIEWABLE } from '../../reviews/review-rules.js';
import type { PanelReview } from '../../reviews/review.view.js';
import { Reviewers } from '../../reviews/reviewers.service.js';
import { Reviews } from '../../reviews/reviews.service.js';
import { OUTCOMES, STATUSES, type Status } from '../../submissions/submission-states.js';
import { Submission, type SubmissionVersion } from '../../submissions/submission.entity.js';
import { SubmissionGate } from '../../submissions/submission.gate.js';
import { projectPaper } from '../../submissions/paper.view.js';
import { Papers } from '../../submissions/papers.service.js';
import { projectSubmission } from '../../submissions/submission.view.js';
import { Submissions } from '../../submissions/submissions.service.js';
import { countryName } from '../components/country.js';
import { formOf, pick, text, type Form, whole as wholeOf } from '../form.js';
import { formKey, Pages, type Again } from '../pages.js';
import type { MailState } from '../views/organise-mail.view.js';
import { organisePaths, type FormValues } from '../views/organise-parts.js';
import {
  submissionPage,
  type AssignmentDetail,
  type CandidateDetail,
  type ReviewDetail,
} from '../views/organise-submission.view.js';
import { submissionsPage } from '../views/organise-submissions.view.js';
import { Frame, nameIn } from './frame.js';
import { disagrees } from './panel.js';
import { neighbours, oneOf, present, searched, startOf } from './slice.js';
import { SORTS, SubmissionQueries, type SubmissionFilters } from './submissions.queries.js';

const PROGRESS = { none: 'untouched', draft: 'begun', handed_in: 'handedIn' } as const;

/** Filters of the list as the address gives them. */
export const submissionFilters = (query: Form): SubmissionFilters =>
  present({
    status: oneOf(query, 'status', STATUSES),
    topic: text(query, 'topic').slice(0, 40),
    missing: oneOf(query, 'missing', ['reviews']),
    q: searched(query),
    sort: oneOf(query, 'sort', SORTS),
  });

/** The organisers' submissions: the list, one of them with everything about it, its panel and its decision. */
@Controller('conferences/:slug/organise')
export class OrganiseSubmissionsPages {
  constructor(
    private readonly pages: Pages,
    private readonly frame: Frame,
    private readonly queries: SubmissionQueries,
    private readonly conferences: Conferences,
    private readonly submissions: Submissions,
    private readonly reviewers: Reviewers,
    private readonly assignments: Assignments,
    private readonly reviews: Reviews,
    private readonly decisions: Decisions,
    private readonly pending: PendingDecisions,
    private readonly papers: Papers,
  ) {}

  @Get('submissions')
  @Allow(ConferenceGate, 'inspect')
  async list(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    const query = formOf(request.query);
    const start = startOf(query);
    const filters = submissionFilters(query);
    const { reviewsPerSubmission: wanted } = await this.conferences.callOf(conference.id);
    const rows = await this.queries.rows(actor, conference.id, wanted, filters, start);
    const facets = await this.queries.facets(actor, conference.id, wanted, filters);
    const view = await this.frame.view(request, conference);
    this.pages.send(
      reply,
      submissionsPage(view, {
        zone: conference.timeZone,
        filters,
        statuses: STATUSES.filter((status) => facets.statuses[status]).map((status) => ({
          status,
          count: facets.statuses[status]!,
        })),
        topics: facets.topics,
        missingReviews: facets.missing,
        rows: rows.map(({ total, handedIn, begun, ...row }) => ({
          ...row,
          panel: { handedIn, begun, total },
          disagree: disagrees(row.spread),
        })),
        matching: facets.matching,
        total: facets.total,
        ...neighbours(start, facets.matching),
      }),
    );
  }

  @Get('submissions/:id')
  @Allow(SubmissionGate, 'inspect')
  async one(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Param('slug') slug: string,
  ): Promise<void> {
    const conference = await this.conferenceOf(slug, submission);
    this.pages.send(reply, await this.render(request, actor, conference, submission));
  }

  @Post('submissions/:id/assignments')
  @Allow(SubmissionGate, 'organise')
  @KeyRequired()
  async assign(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Param('slug') slug: string,
    @Body() body: unknown,
  ): Promise<void> {
    const conference = await this.conferenceOf(slug, submission);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.assignments.assign(actor, submission, parse(AssignDto, pick(formOf(body), ['reviewer'])));
        return `${organisePaths.submission(slug, submission.id)}?done=assigned`;
      },
      (again) => this.render(request, actor, conference, submission, again),
    );
  }

  @Post('assignments/:id/remove')
  @Allow(AssignmentGate, 'organise')
  async unassign(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() assignment: Assignment,
    @Param('slug') slug: string,
  ): Promise<void> {
    const submission = await this.submissions.one(assignment.submissionId);
    const conference = await this.conferenceOf(slug, submission);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.assignments.unassign(actor, assignment.id);
        return `${organisePaths.submission(slug, submission.id)}?done=unassigned`;
      },
      (again) => this.render(request, actor, conference, submission, again),
    );
  }

  @Post('assignments/:id/lock')
  @Allow(AssignmentGate, 'organise')
  async lock(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() assignment: Assignment,
    @Param('slug') slug: string,
    @Body() body: unknown,
  ): Promise<void> {
    const submission = await this.submissions.one(assignment.submissionId);
    const conference = await this.conferenceOf(slug, submission);
    const locked = text(formOf(body), 'locked') === 'true';
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.assignments.lock(actor, assignment.id, locked);
        return `${organisePaths.submission(slug, submission.id)}?done=${locked ? 'locked' : 'freed'}`;
      },
      (again) => this.render(request, actor, conference, submission, again),
    );
  }

  @Post('submissions/:id/decision')
  @Allow(SubmissionGate, 'decide')
  async decide(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() submission: Submission,
    @Param('slug') slug: string,
    @Body() body: unknown,
  ): Promise<void> {
    const conference = await this.conferenceOf(slug, submission);
    const form = formOf(body);
    const values = pick(form, ['outcome', 'reason', 'textToAuthors', 'conditions', 'rank']);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.pending.decide(
          actor,
          submission,
          parse(DecideDto, { ...values, rank: wholeOf(form, 'rank') }),
        );
        return `${organisePaths.submission(slug, submission.id)}?done=decided`;
      },
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
    const whole = projectSubmission((await this.submissions.whole([submission]))[0]!);
    const call = await this.conferences.callOf(conference.id);
    const topics = await this.conferences.allTopicsOf(conference.id);
    const criteria = await this.conferences.criteriaOf(call.id);
    const panel = await this.assignments.panel(actor, submission.id, 'all');
    const { reviews, score } = await this.reviews.ofSubmission(submission);
    const pending = await this.pending.of(submission.id);
    const released = await this.decisions.released(submission.id);
    const history = (await this.submissions.history(submission.id))
      .toReversed()
      .filter(({ status }) => status !== 'draft');
    const { mails, record } = await this.queries.surroundings(submission.id);
    const names = await this.frame.names([
      pending?.decidedBy ?? null,
      ...history.map(({ byPerson }) => byPerson),
    ]);
    const confirmed = whole.authors.some(({ orcid }) => orcid)
      ? await this.submissions.withConfirmedOrcid(submission.id)
      : new Set<number>();
    const assignable =
      mayOnConference(actor, conference.id, 'organise') &&
      REVIEWABLE.includes(submission.status) &&
      !whole.held;
    const titles = (ids: readonly string[]): string[] =>
      topics.filter(({ id }) => ids.includes(id)).map(({ title }) => title);
    return submissionPage(view, {
      zone: conference.timeZone,
      id: whole.id,
      title: whole.title,
      abstract: whole.abstract,
      wordCount: whole.wordCount,
      wordLimit: call.wordLimit,
      status: whole.held ? 'held' : whole.status,
      topics: titles(whole.topics),
      submittedAt: submission.submittedAt,
      withdrawn: submission.withdrawnAt && { at: submission.withdrawnAt, reason: whole.withdrawalReason },
      version: whole.version,
      authors: whole.authors.map(({ country, email, ...author }, index) => ({
        ...author,
        orcidConfirmed: confirmed.has(index + 1),
        country: country && countryName(view, country),
        address: email,
      })),
      papers: (await this.papers.versions(submission.id)).map(projectPaper),
      history: history.map((one, index) => ({
        version: one.version,
        status: one.status,
        at: one.at,
        by: nameIn(names, one.byPerson),
        wordCount: one.wordCount,
        changed: changedSince(history[index - 1], one),
      })),
      assignments: panel.map(assignmentDetail),
      candidates: assignable ? await this.candidates(actor, submission, whole.topics, titles) : [],
      reviewsWanted: call.reviewsPerSubmission,
      reviews: reviews.flatMap((one) => reviewDetail(one, criteria, call.reviewsDueAt)),
      mean: score.mean,
      criteriaMean:
        score.criteriaMean === null
          ? null
          : {
              mean: score.criteriaMean,
              weights: criteria
                .map(({ title, weight }) => view.t('panel:mean.weight', { title, weight }))
                .join(', '),
            },
      spread: score.spread,
      disagree: disagrees(score.spread),
      may: {
        assign: assignable,
        decide:
          mayOnConference(actor, conference.id, 'decide') &&
          OUTCOMES.some((outcome) => mayDecide(submission.status as Status, outcome)),
      },
      pending: pending && {
        outcome: pending.outcome,
        reason: pending.reason,
        textToAuthors: pending.textToAuthors,
        conditions: pending.conditions,
        rank: pending.rank,
        by: nameIn(names, pending.decidedBy) ?? '',
        at: pending.decidedAt,
        // After a refusal the form still speaks of what was seen.
        version: (again && values && actor.request.seenVersion) || pending.version,
      },
      released: released && {
        outcome: released.outcome,
        textToAuthors: released.textToAuthors,
        at: released.releasedAt,
      },
      mails: mails.map((mail) => ({
        ...mail,
        subject: mail.subject ?? view.t('protection:organiser.mailSubject'),
        state: mail.state as MailState,
      })),
      record,
      idempotencyKey: formKey(),
      ...(again && { errors: again.errors }),
      ...(values && { values }),
    });
  }

  private async candidates(
    actor: Actor,
    submission: Submission,
    wanted: readonly string[],
    titles: (ids: readonly string[]) => string[],
  ): Promise<CandidateDetail[]> {
    const all = (await this.assignments.candidates(actor, submission)).filter(({ assigned }) => !assigned);
    const topics = await this.reviewers.topicsOf(all.map(({ reviewer }) => reviewer.id));
    return all.map(({ reviewer, load, fit, reasons, overridden, conflict }: Candidate) => ({
      reviewerId: reviewer.id,
      name: reviewer.name,
      affiliation: reviewer.affiliation,
      load,
      maxLoad: reviewer.maxLoad,
      sharedTopics: titles(topics.get(reviewer.id)!.filter((id) => wanted.includes(id))),
      fit,
      conflicts: conflict ? reasons : [],
      setAside: overridden && !conflict,
    }));
  }
}

/** What differs between two versions; authors and topics are not kept with them. */
function changedSince(before: SubmissionVersion | undefined, now: SubmissionVersion): string[] {
  if (!before) return [];
  return (['title', 'abstract', 'status'] as const).filter((part) => before[part] !== now[part]);
}

function assignmentDetail(member: PanelMember): AssignmentDetail {
  return {
    conflict: member.status === 'assigned' ? member.conflict : null,
    id: member.id,
    reviewer: member.name,
    affiliation: member.affiliation,
    progress: member.status === 'assigned' ? PROGRESS[member.review] : member.status,
    since: member.endedAt ?? member.assignedAt,
    locked: member.locked,
    version: member.version,
    reason: member.endReason,
  };
}

/** A review that was handed in; of drafts organisers see only that they are there. */
function reviewDetail(
  { assignmentId, reviewer, review }: PanelReview,
  criteria: readonly Criterion[],
  dueAt: Date | null,
): ReviewDetail[] {
  if (review?.status !== 'handed_in') return [];
  return [
    {
      assignmentId,
      reviewer: reviewer.name,
      handedInAt: review.handedInAt!,
      late: isLate(dueAt, review.handedInAt),
      revised: review.revisedAt && { before: review.overallBefore!, at: review.revisedAt },
      scores: criteria.map(({ id, title, anchors }) => {
        const score = review.scores[id] ?? null;
        return { title, score, ...(score !== null && { word: anchors[score - 1]! }) };
      }),
      overall: review.overall!,
      confidence: review.confidence!,
      commentsToAuthors: review.commentsToAuthors,
      commentsToOrganisers: review.commentsToOrganisers,
    },
  ];
}
