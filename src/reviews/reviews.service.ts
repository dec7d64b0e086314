import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import { Conferences } from '../conferences/conferences.service.js';
import {
  isFinal,
  maySeeAuthors,
  maySeeReviewers,
  type Progress,
  type Promises,
} from '../conferences/who-sees-whom.js';
import type { Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { decodeCursor, encodeCursor } from '../platform/cursor.js';
import { newId } from '../platform/ids.js';
import { limitOf, type PageQuery } from '../platform/paging.js';
import { notFound, Refusal } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import type { Submission } from '../submissions/submission.entity.js';
import { Submissions } from '../submissions/submissions.service.js';
import { Assignment } from './assignment.entity.js';
import { ownedBy } from './ownership.js';
import type { ReviewDto } from './review.dto.js';
import { Review } from './review.entity.js';
import { missingForHandIn, REVIEWABLE, reviewsOpen, scoreProblems } from './review-rules.js';
import type { MyAssignment, PanelReview, ReviewTask } from './review.view.js';
import { reviewsEnd } from './reviewing-rules.js';
import { ReviewNotes } from './review-notes.service.js';
import { Discussions, GOES_ON } from './discussions.service.js';
import { Reviewer } from './reviewer.entity.js';
import { panelScore, type PanelScore } from './score-rules.js';

/** What stands around an assignment while its review is written. */
interface Standing {
  submissionId: string;
  conferenceId: string;
  status: string;
  callId: string;
  dueAt: Date | null;
  lateDays: number;
  call: Promises;
}

/** What the call `k` promises, for the predicates of `who-sees-whom.ts`. */
const PROMISES = `jsonb_build_object('blindness', k.blindness, 'authorsOpen', k.authors_open,
  'reviewersOpen', k.reviewers_open, 'panelOpen', k.panel_open) as call`;

/** SQL: until when reviews of the call `k` are taken, late ones included. */
const ENDS = `k.reviews_due_at + make_interval(days => coalesce(g.late_days, 0))`;

/** What reviewers read and write; the only writer of reviews. */
@Injectable()
export class Reviews {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly conferences: Conferences,
    private readonly submissions: Submissions,
    private readonly notes: ReviewNotes,
    private readonly discussions: Discussions,
  ) {}

  /** What a person has to review, newest assignment first; one statement for any number of rows. */
  async mine(actor: Actor, query: PageQuery = {}): Promise<{ items: MyAssignment[]; next: string | null }> {
    const limit = limitOf(query);
    const values: unknown[] = [actor.personId, await this.clock.now(), REVIEWABLE];
    let after = '';
    if (query.after) {
      const [at, id] = decodeCursor(query.after, ['instant', 'text']);
      values.push(at, id);
      after = 'and (a.assigned_at, a.id) < ($4::timestamptz, $5)';
    }
    const rows: (MyAssignment & { at: string; call: Promises })[] = await this.db.query(
      `select a.id, jsonb_build_object('slug', c.slug, 'name', c.name) as conference,
         jsonb_build_object('id', s.id, 'title', s.title, 'wordCount', s.word_count) as submission,
         coalesce(v.status, 'none') as review, v.version as "reviewVersion",
         s.status = any($3) and (k.reviews_due_at is null or ${ENDS} > $2) as open, ${PROMISES},
         k.reviews_due_at as "dueAt", a.assigned_at as "assignedAt", a.assigned_at::text as at
       from assignment a join reviewer r on r.id = a.reviewer_id join submission s on s.id = a.submission_id
       join conference c on c.id = s.conference_id join call k on k.id = s.call_id
       left join reviewing_settings g on g.call_id = k.id left join review v on v.assignment_id = a.id
       where r.person_id = $1 and a.status = 'assigned' and s.status <> 'withdrawn' and not ${ownedBy('s', '$1')} ${after}
       order by a.assigned_at desc, a.id desc limit $${values.push(limit + 1)}`,
      values,
    );
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return {
      items: items.map(({ at: _at, call, ...row }) => ({
        ...row,
        open: row.open && !(row.review === 'handed_in' && isFinal(call)),
      })),
      next: rows.length > limit && last ? encodeCursor([last.at, last.id]) : null,
    };
  }

  /** One assignment with the abstract, the criteria, the review so far, and the names that its reviewer may see; at most six statements. */
  async task(assignment: Assignment): Promise<ReviewTask> {
    const rows: (Omit<
      ReviewTask,
      'id' | 'authors' | 'panel' | 'progress' | 'open' | 'review' | 'privateNote' | 'takenUntil'
    > & {
      status: string;
      decided: boolean;
      lateDays: number;
      now: Date;
    })[] = await this.db.query(
      `select jsonb_build_object('slug', c.slug, 'name', c.name) as conference,
           jsonb_build_object('id', s.id, 'title', s.title, 'abstract', s.abstract, 'wordCount', s.word_count) as submission,
           s.status, k.reviews_due_at as "dueAt", exists (select 1 from decision d where d.submission_id = s.id) as decided,
           coalesce((select case when ${GOES_ON} then 'open' else 'closed' end from discussion d
             where d.submission_id = s.id), 'none') as discussion,
           coalesce(g.late_days, 0) as "lateDays",
           coalesce(g.overall_words, '{}') as "overallWords", coalesce(g.confidence_words, '{}') as "confidenceWords",
           ${PROMISES},
           clock_timestamp() + make_interval(secs => $2::float8 / 1000) as now,
           (select jsonb_build_object('pages', p.pages, 'size', p.clean_size) from paper p
             where p.submission_id = s.id order by p.version desc limit 1) as paper,
           coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'title', t.title) order by t.position)
             from submission_topic st join topic t on t.id = st.topic_id where st.submission_id = s.id), '[]') as topics,
           coalesce((select jsonb_agg(
               jsonb_build_object('id', x.id, 'title', x.title, 'anchors', x.anchors, 'weight', x.weight) order by x.position)
             from criterion x where x.call_id = k.id and x.retired_at is null), '[]') as criteria
         from submission s join conference c on c.id = s.conference_id join call k on k.id = s.call_id
         left join reviewing_settings g on g.call_id = k.id where s.id = $1`,
      [assignment.submissionId, this.clock.offsetMs],
    );
    const { status, decided, lateDays, now, ...task } = rows[0]!;
    const takenUntil = reviewsEnd(task.dueAt, lateDays);
    const review = await this.db.manager.findOneBy(Review, { assignmentId: assignment.id });
    const progress: Progress = { decided, handedIn: review?.status === 'handed_in' };
    const { submissionId } = assignment;
    return {
      ...task,
      id: assignment.id,
      progress,
      takenUntil,
      // What may not be seen is not even read.
      authors: maySeeAuthors(task.call, 'reviewer', progress)
        ? (await this.submissions.authors([submissionId])).get(submissionId)!
        : [],
      panel: maySeeReviewers(task.call, 'reviewer', progress) ? await this.others(assignment) : [],
      open:
        REVIEWABLE.includes(status) &&
        (reviewsOpen(takenUntil, now) || (task.discussion === 'open' && progress.handedIn)) &&
        !(progress.handedIn && isFinal(task.call)),
      review,
      privateNote: await this.notes.of(assignment.id),
    };
  }

  /** The others who have handed in a review of the same submission, by name. */
  private async others(assignment: Assignment): Promise<{ name: string; affiliation: string | null }[]> {
    return this.db.query(
      `select r.name, r.affiliation from assignment a join reviewer r on r.id = a.reviewer_id
         join review v on v.assignment_id = a.id
       where a.submission_id = $1 and a.id <> $2 and a.status = 'assigned' and v.status = 'handed_in'
       order by r.name, r.id`,
      [assignment.submissionId, assignment.id],
    );
  }

  /**
   * Keeps a review as a draft or hands it in; what was handed in may be changed until reviews are due.
   * @throws Refusal 404 when the assignment has ended; 409 `review.submissionState`, `review.handedIn`, `review.final`; 412 `stale`;
   *   400 `version.missing`, `malformed`; 422 `reviews.closed` with the time, `fields` with everything that is missing.
   */
  async save(actor: Actor, assignmentId: string, input: ReviewDto): Promise<Review> {
    const scores = input.scores ?? {};
    return this.work.run(async (tx) => {
      const [standing]: Standing[] = await tx.manager.query(
        `select s.id as "submissionId", s.conference_id as "conferenceId", s.status, k.id as "callId", k.reviews_due_at as "dueAt",
           coalesce((select g.late_days from reviewing_settings g where g.call_id = k.id), 0) as "lateDays", ${PROMISES}
         from assignment a join submission s on s.id = a.submission_id join call k on k.id = s.call_id
         where a.id = $1 and a.status = 'assigned' for update of a for share of s, k`,
        [assignmentId],
      );
      if (!standing) throw notFound();
      const criteria = await this.conferences.criteriaOf(standing.callId, tx.manager);
      const problems = scoreProblems(scores, criteria);
      if (problems.illFormed.length > 0)
        throw new Refusal('malformed', 'malformed', { fields: problems.illFormed });

      const before = await tx.manager.findOneBy(Review, { assignmentId });
      const seen = actor.request.seenVersion;
      if (before && seen === undefined) throw new Refusal('malformed', 'version.missing');
      if ((before?.version ?? 0) !== (seen ?? 0)) throw new Refusal('stale', 'stale');
      if (!REVIEWABLE.includes(standing.status)) throw new Refusal('conflict', 'review.submissionState');
      if (before?.status === 'handed_in' && input.status === 'draft')
        throw new Refusal('conflict', 'review.handedIn');
      if (before?.status === 'handed_in' && isFinal(standing.call))
        throw new Refusal('conflict', 'review.final');
      const arrival = tx.arrival(actor);
      const closesAt = reviewsEnd(standing.dueAt, standing.lateDays);
      const discussing =
        before?.status === 'handed_in' && (await this.discussions.isOpen(tx, standing.submissionId));
      if (!discussing && !reviewsOpen(closesAt, arrival))
        throw new Refusal('rule', 'reviews.closed', { values: { closesAt, arrivedAt: arrival } });
      const refused = [
        ...problems.refused,
        ...(input.status === 'handed_in' ? missingForHandIn({ ...input, scores }, criteria) : []),
      ];
      if (refused.length > 0) throw new Refusal('rule', 'fields', { fields: refused });

      const review: Review = {
        id: before?.id ?? newId(),
        assignmentId,
        status: input.status,
        scores: scores as Record<string, number>,
        overall: input.overall ?? null,
        confidence: input.confidence ?? null,
        commentsToAuthors: input.commentsToAuthors ?? '',
        commentsToOrganisers: input.commentsToOrganisers ?? '',
        version: (before?.version ?? 0) + 1,
        createdAt: before?.createdAt ?? tx.now,
        updatedAt: tx.now,
        handedInAt: input.status === 'handed_in' ? (before?.handedInAt ?? arrival) : null,
        // Whoever changes it now has seen the others'.
        revisedAt: discussing ? tx.now : (before?.revisedAt ?? null),
        overallBefore: discussing
          ? (before.overallBefore ?? before.overall)
          : (before?.overallBefore ?? null),
      };
      if (before) await tx.manager.update(Review, { id: review.id, version: before.version }, review);
      else await tx.manager.insert(Review, review);
      await this.audit.record(tx, actor, {
        conferenceId: standing.conferenceId,
        action:
          input.status === 'draft'
            ? 'review.saved'
            : before?.handedInAt
              ? 'review.changed'
              : 'review.handed_in',
        subject: ['review', review.id],
        before: before ? { status: before.status, version: before.version } : {},
        after: {
          submission: standing.submissionId,
          status: review.status,
          version: review.version,
          overall: review.overall,
          ...(discussing && { inDiscussion: true }),
        },
      });
      if (input.privateNote !== undefined) await this.notes.write(tx, actor, assignmentId, input.privateNote);
      if (before?.status !== 'handed_in' && review.status === 'handed_in')
        await this.discussions.reviewIn(tx, actor, standing.submissionId);
      return review;
    });
  }

  /** Deletes the drafts of assignments that have ended; what was handed in stays as a record. */
  async dropDrafts(tx: Tx, assignmentIds: readonly string[]): Promise<void> {
    await tx.manager.delete(Review, { assignmentId: In([...assignmentIds]), status: 'draft' });
  }

  /** The reviews of a submission with their reviewers and what they come to; for its organisers. */
  async ofSubmission(submission: Submission): Promise<{ reviews: PanelReview[]; score: PanelScore }> {
    const { manager } = this.db;
    const assignments = await manager.find(Assignment, {
      where: { submissionId: submission.id, status: 'assigned' },
      order: { assignedAt: 'ASC', id: 'ASC' },
    });
    const reviewers = await manager.findBy(Reviewer, { id: In(assignments.map((row) => row.reviewerId)) });
    const reviews = await manager.findBy(Review, { assignmentId: In(assignments.map((row) => row.id)) });
    const criteria = await this.conferences.criteriaOf(submission.callId);
    return {
      reviews: assignments.map((assignment) => ({
        assignmentId: assignment.id,
        reviewer: reviewers.find((reviewer) => reviewer.id === assignment.reviewerId)!,
        review: reviews.find((review) => review.assignmentId === assignment.id) ?? null,
      })),
      score: panelScore(
        reviews.filter((review) => review.status === 'handed_in'),
        criteria,
      ),
    };
  }
}
