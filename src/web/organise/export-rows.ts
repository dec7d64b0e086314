import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import type { Conference } from '../../conferences/conference.entity.js';
import { Conferences } from '../../conferences/conferences.service.js';
import { Decision } from '../../decisions/decision.entity.js';
import { projectReleased } from '../../decisions/decision.view.js';
import { MailKinds } from '../../mail/kinds.js';
import { mailLine } from '../../mail/mail.view.js';
import { letterView } from '../../partners/letter.view.js';
import { Letters } from '../../partners/letters.service.js';
import type { Actor } from '../../platform/actor.js';
import { Registration } from '../../registrations/registration.entity.js';
import { registrationView } from '../../registrations/registration.view.js';
import { projectPanelReviews, type PanelReview } from '../../reviews/review.view.js';
import { projectReviewer } from '../../reviews/reviewer.view.js';
import { Reviewers } from '../../reviews/reviewers.service.js';
import { panelScore } from '../../reviews/score-rules.js';
import type { Outcome } from '../../submissions/submission-states.js';
import { Submission } from '../../submissions/submission.entity.js';
import { projectSubmission } from '../../submissions/submission.view.js';
import { Submissions } from '../../submissions/submissions.service.js';
import type { ExportName } from './export-names.js';
import { MailQueries } from './mail.queries.js';
import { RecordQueries } from './record.queries.js';
import { RegistrationQueries, type RegistrationFilters } from './registrations.queries.js';
import { SubmissionQueries, type ListedSubmission, type SubmissionFilters } from './submissions.queries.js';

const AT_ONCE = 200;
const ALL = 1_000_000;

/** Which rows are wanted, as on the list's own page. */
export interface ExportFilters {
  submissions?: SubmissionFilters;
  registrations?: RegistrationFilters;
}

/**
 * Everything of one kind in a conference as one of its organisers may see it: each row passes the projection of its entity;
 * drafts, reviews that are not handed in, what waits for a confirmed address, and an organiser's own submissions with what
 * hangs on them stay out. Rows are read a portion at a time.
 */
@Injectable()
export class ExportRows {
  constructor(
    private readonly db: DataSource,
    private readonly conferences: Conferences,
    private readonly submissions: Submissions,
    private readonly reviewers: Reviewers,
    private readonly letters: Letters,
    private readonly kinds: MailKinds,
    private readonly submissionQueries: SubmissionQueries,
    private readonly registrationQueries: RegistrationQueries,
    private readonly mail: MailQueries,
    private readonly record: RecordQueries,
  ) {}

  async *rows(
    actor: Actor,
    conference: Conference,
    what: ExportName,
    filters: ExportFilters = {},
  ): AsyncGenerator<object> {
    switch (what) {
      case 'reviewers':
        yield* this.reviewerRows(actor, conference);
        return;
      case 'registrations':
        yield* this.registrationRows(conference, filters.registrations ?? {});
        return;
      case 'letters':
        yield* paged(
          (after) => this.letters.list(conference, after),
          (letter) => letterView(letter, conference.slug),
        );
        return;
      case 'mail':
        yield* placed(
          (start) => this.mail.rows(actor, conference.id, {}, start, AT_ONCE),
          (row) => mailLine(row, this.kinds.get(row.kind).secret === true),
        );
        return;
      case 'record':
        yield* placed(
          (start) => this.record.rows(actor, conference.id, {}, start, AT_ONCE),
          ({ id: _id, label: _label, at, ...row }) => ({ at: at.toISOString(), ...row }),
        );
        return;
      default:
        for await (const portion of this.listed(actor, conference, filters.submissions ?? {}))
          yield* await this.ofSubmissions(what, portion);
    }
  }

  /** The submissions of the list in its order, whose ids are read first: rows that move meanwhile are neither lost nor doubled. */
  private async *listed(
    actor: Actor,
    conference: Conference,
    filters: SubmissionFilters,
  ): AsyncGenerator<ListedSubmission[]> {
    const { reviewsPerSubmission } = await this.conferences.callOf(conference.id);
    const all = await this.submissionQueries.rows(
      actor,
      conference.id,
      reviewsPerSubmission,
      filters,
      0,
      ALL,
    );
    for (let start = 0; start < all.length; start += AT_ONCE) yield all.slice(start, start + AT_ONCE);
  }

  private async ofSubmissions(
    what: 'submissions' | 'authors' | 'assignments' | 'reviews' | 'decisions',
    portion: readonly ListedSubmission[],
  ): Promise<object[]> {
    const ids = portion.map(({ id }) => id);
    if (what === 'assignments') return this.assignments(ids);
    if (what === 'reviews') return this.reviews(ids);
    if (what === 'decisions') return this.decisions(portion);
    const found = new Map(
      (await this.db.manager.findBy(Submission, { id: In(ids) })).map((one) => [one.id, one]),
    );
    const kept = portion.filter(({ id }) => found.has(id));
    const whole = (await this.submissions.whole(kept.map(({ id }) => found.get(id)!))).map(projectSubmission);
    if (what === 'submissions')
      return whole.map((view, index) => {
        const { topics, mean, spread } = kept[index]!;
        return { ...view, topics, mean, spread };
      });
    return whole.flatMap(({ id, authors }) =>
      authors.map((author, index) => ({ submission: id, position: index + 1, ...author })),
    );
  }

  private async assignments(ids: readonly string[]): Promise<object[]> {
    const rows: { assignedAt: Date; endedAt: Date | null }[] = await this.db.query(
      `select a.submission_id as submission, a.id, a.reviewer_id as reviewer, r.name, r.affiliation, a.status,
         coalesce(v.status, 'none') as review, a.assigned_at as "assignedAt", a.ended_at as "endedAt", a.end_reason as "endReason"
       from assignment a join reviewer r on r.id = a.reviewer_id left join review v on v.assignment_id = a.id
       where a.submission_id = any($1) order by array_position($1, a.submission_id), a.assigned_at, a.id`,
      [ids],
    );
    return rows.map((row) => ({
      ...row,
      assignedAt: row.assignedAt.toISOString(),
      endedAt: row.endedAt?.toISOString() ?? null,
    }));
  }

  private async reviews(ids: readonly string[]): Promise<object[]> {
    const rows: (PanelReview & { submission: string })[] = await this.db.query(
      `select a.submission_id as submission, a.id as "assignmentId",
         jsonb_build_object('id', r.id, 'name', r.name, 'affiliation', r.affiliation) as reviewer,
         jsonb_build_object('status', v.status, 'scores', v.scores, 'overall', v.overall, 'confidence', v.confidence,
           'commentsToAuthors', v.comments_to_authors, 'commentsToOrganisers', v.comments_to_organisers,
           'handedInAt', v.handed_in_at) as review
       from assignment a join reviewer r on r.id = a.reviewer_id join review v on v.assignment_id = a.id
       where a.submission_id = any($1) and a.status = 'assigned' and v.status = 'handed_in'
       order by array_position($1, a.submission_id), a.assigned_at, a.id`,
      [ids],
    );
    const reviews = rows.map((row) => {
      const review = row.review!;
      return { ...row, review: { ...review, handedInAt: review.handedInAt && new Date(review.handedInAt) } };
    });
    return projectPanelReviews(reviews, panelScore([], [])).items.map((item, index) => ({
      submission: rows[index]!.submission,
      ...item,
    }));
  }

  /** Announced decisions with their versions, and those that wait to be announced, which organisers know as well. */
  private async decisions(portion: readonly ListedSubmission[]): Promise<object[]> {
    const ids = portion.map(({ id }) => id);
    const released = await this.db.manager.find(Decision, {
      where: { submissionId: In(ids) },
      order: { version: 'ASC' },
    });
    const pending: { submission: string; outcome: Outcome; textToAuthors: string; version: number }[] =
      await this.db.query(
        `select submission_id as submission, outcome, text_to_authors as "textToAuthors", version
       from pending_decision where submission_id = any($1)`,
        [ids],
      );
    return portion.flatMap(({ id, title }) => [
      ...released
        .filter(({ submissionId }) => submissionId === id)
        .map((decision) => ({ submission: id, title, released: true, ...projectReleased(decision) })),
      ...pending
        .filter(({ submission }) => submission === id)
        .map((decision) => ({ title, released: false, ...decision, comments: [], releasedAt: null })),
    ]);
  }

  private async *reviewerRows(actor: Actor, conference: Conference): AsyncGenerator<object> {
    const titles = new Map(
      (await this.conferences.allTopicsOf(conference.id)).map(({ id, title }) => [id, title]),
    );
    yield* paged(
      (after) => this.reviewers.list(actor, conference.id, after),
      (row) => ({ ...projectReviewer(row), topics: row.topics.map((id) => titles.get(id) ?? id) }),
    );
  }

  private async *registrationRows(
    conference: Conference,
    filters: RegistrationFilters,
  ): AsyncGenerator<object> {
    const all = await this.registrationQueries.rows(conference.id, conference.floorLanguage, filters, 0, ALL);
    for (let start = 0; start < all.length; start += AT_ONCE) {
      const ids = all.slice(start, start + AT_ONCE).map(({ id }) => id);
      const found = new Map(
        (await this.db.manager.findBy(Registration, { id: In(ids) })).map((one) => [one.id, one]),
      );
      yield* ids.flatMap((id) => (found.has(id) ? [registrationView(found.get(id)!, conference.slug)] : []));
    }
  }
}

/** The rows of a list that is read by places. */
async function* placed<Row>(
  page: (start: number) => Promise<Row[]>,
  project: (row: Row) => object,
): AsyncGenerator<object> {
  for (let start = 0; ; start += AT_ONCE) {
    const rows = await page(start);
    yield* rows.map(project);
    if (rows.length < AT_ONCE) return;
  }
}

/** The rows of a list that is read by cursor. */
async function* paged<Row>(
  page: (query: { limit: number; after?: string }) => Promise<{ items: Row[]; next: string | null }>,
  project: (row: Row) => object,
): AsyncGenerator<object> {
  for (let after: string | undefined; ;) {
    const { items, next } = await page({ limit: AT_ONCE, ...(after !== undefined && { after }) });
    yield* items.map(project);
    if (next === null) return;
    after = next;
  }
}
