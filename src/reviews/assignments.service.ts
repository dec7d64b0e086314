import { Inject, Injectable } from '@nestjs/common';
import { DataSource, In, type EntityManager } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import { Conferences } from '../conferences/conferences.service.js';
import { MailKinds } from '../mail/kinds.js';
import { Outbox, type NewMessage } from '../mail/outbox.service.js';
import { MailTemplates } from '../mail/templates.service.js';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Idempotency } from '../platform/idempotency.js';
import { newId } from '../platform/ids.js';
import { forbidden, notFound, Refusal } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import { Submission } from '../submissions/submission.entity.js';
import type { AssignDto, DeclineAssignmentDto } from './assignment.dto.js';
import { Assignment, DeclaredConflict } from './assignment.entity.js';
import type { PanelMember } from './assignment.view.js';
import type { ConflictReason } from './conflicts.js';
import type { Pair } from './run-problem.js';
import { ownedBy } from './ownership.js';
import { ASSIGNED_MAIL, mailInstant } from './review-mails.js';
import { Pairing, type PairFit } from './pairing.service.js';
import { REVIEWABLE } from './review-rules.js';
import { Review } from './review.entity.js';
import { Reviewer } from './reviewer.entity.js';
import { Reviewers } from './reviewers.service.js';
import { Reviews } from './reviews.service.js';

/** Somebody who could review a submission, for its organisers. */
export interface Candidate {
  reviewer: Reviewer;
  load: number;
  /** How well they fit by topics and words; what they have bid is theirs to know. */
  fit: PairFit;
  /** Every reason why they may not; those that an organiser has set aside do not keep them from it. */
  reasons: ConflictReason[];
  overridden: boolean;
  /** The gravest that counts, or null. */
  conflict: ConflictReason | null;
  assigned: boolean;
}

/** Who may review what, and who does; the only writer of its tables. */
@Injectable()
export class Assignments {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly idempotency: Idempotency,
    private readonly audit: Audit,
    private readonly conferences: Conferences,
    private readonly reviewers: Reviewers,
    private readonly reviews: Reviews,
    private readonly pairing: Pairing,
    private readonly outbox: Outbox,
    private readonly templates: MailTemplates,
    @Inject(CONFIG) private readonly config: Config,
    kinds: MailKinds,
  ) {
    kinds.register(ASSIGNED_MAIL);
  }

  /**
   * Assigns a reviewer by hand. Being over their maximum is told by the answer and not refused.
   * @throws Refusal 409 `assignment.submissionState`, `assignment.exists`; 422 `conflict` with the reason as the field's
   *   code, `fields` for a reviewer who is unknown or has not accepted.
   */
  async assign(actor: Actor, submission: Submission, input: AssignDto): Promise<PanelMember> {
    const id = await this.work.run(async (tx) => {
      const { id: made } = await this.idempotency.once(tx, actor, async () => {
        await this.lockStanding(tx, submission.conferenceId, 'shared');
        const row = await this.shareSubmission(tx, submission.id);
        if (!REVIEWABLE.includes(row.status) || row.heldUntil)
          throw new Refusal('conflict', 'assignment.submissionState', { values: { status: row.status } });
        const reviewer = await tx.manager.findOne(Reviewer, {
          where: { id: input.reviewer, conferenceId: row.conferenceId },
          lock: { mode: 'pessimistic_read' },
        });
        if (!reviewer || reviewer.status === 'removed') throw refuseReviewer('unknown', input.reviewer);
        if (reviewer.status !== 'accepted') throw refuseReviewer('notAccepted', input.reviewer);
        const reason = (await this.pairing.conflicts(tx.manager, [row.id], [reviewer])).conflict(
          row.id,
          reviewer.id,
        );
        if (reason)
          throw new Refusal('rule', 'conflict', {
            fields: [{ field: 'reviewer', code: `conflict.${reason}`, value: reviewer.name }],
            values: { reason },
          });
        const [assignmentId] = await this.insert(tx, actor, null, [
          { submissionId: row.id, reviewerId: reviewer.id },
        ]);
        if (!assignmentId) throw new Refusal('conflict', 'assignment.exists');
        await this.audit.record(tx, actor, {
          conferenceId: row.conferenceId,
          action: 'assignment.made',
          subject: ['assignment', assignmentId],
          after: { submission: row.id, reviewer: reviewer.id },
        });
        await this.tell(tx, row.conferenceId, assignmentId, new Map([[reviewer.id, 1]]));
        return assignmentId;
      });
      return made;
    });
    const member = (await this.panel(actor, submission.id, 'all')).find((row) => row.id === id);
    if (!member) throw notFound();
    return member;
  }

  /**
   * Takes an assignment back.
   * @throws Refusal 409 `assignment.ended`, and `assignment.handedIn` for a review that counts: it can only be set aside
   *   when its reviewer turns out to have a conflict of interest.
   */
  async unassign(actor: Actor, id: string): Promise<void> {
    await this.work.run(async (tx) => {
      const { assignment, reviewer, submission } = await this.lockAssignment(tx, id);
      if (assignment.status !== 'assigned') throw new Refusal('conflict', 'assignment.ended');
      if (await tx.manager.existsBy(Review, { assignmentId: id, status: 'handed_in' })) {
        const pairing = await this.pairing.conflicts(tx.manager, [submission.id], [reviewer]);
        if (!pairing.conflict(submission.id, reviewer.id))
          throw new Refusal('conflict', 'assignment.handedIn');
      }
      await this.endOne(tx, actor, assignment, submission, 'removed', null);
    });
  }

  /**
   * The reviewer gives an assignment back; it is never proposed to them again. Doing so again changes nothing.
   * @throws Refusal 409 `assignment.ended`, `assignment.handedIn`
   */
  async decline(actor: Actor, id: string, input: DeclineAssignmentDto): Promise<void> {
    await this.work.run(async (tx) => {
      const { assignment, reviewer, submission } = await this.lockAssignment(tx, id);
      if (assignment.status === 'declined') return;
      if (assignment.status !== 'assigned') throw new Refusal('conflict', 'assignment.ended');
      if (await tx.manager.existsBy(Review, { assignmentId: id, status: 'handed_in' }))
        throw new Refusal('conflict', 'assignment.handedIn');
      await this.endOne(tx, actor, assignment, submission, 'declined', input.reason ?? null);
      if (!input.conflict) return;
      await tx.manager
        .createQueryBuilder()
        .insert()
        .into(DeclaredConflict)
        .values({
          submissionId: submission.id,
          personId: reviewer.personId,
          source: 'reviewer',
          declaredBy: reviewer.personId,
          reason: input.reason ?? '',
          createdAt: tx.now,
        })
        .orIgnore()
        .execute();
      await this.audit.record(tx, actor, {
        conferenceId: submission.conferenceId,
        action: 'conflict.declared',
        subject: ['submission', submission.id],
        after: { reviewer: reviewer.id },
      });
    });
  }

  /**
   * Takes a reviewer away, with the assignments that have no review yet.
   * @throws Refusal 403 `reviewer.ownWork` for an organiser with submissions of their own in the conference, who could
   *   otherwise pick who judges them; 409 `reviewer.handedIn` when they have handed in reviews.
   */
  async removeReviewer(actor: Actor, reviewer: Reviewer): Promise<void> {
    await this.work.run(async (tx) => {
      if ((await this.ownSubmissions(actor, reviewer.conferenceId, tx.manager)).size > 0)
        throw forbidden('reviewer.ownWork');
      await this.lockStanding(tx, reviewer.conferenceId, 'shared');
      const current = await tx.manager.findOneOrFail(Reviewer, {
        where: { id: reviewer.id },
        lock: { mode: 'pessimistic_write' },
      });
      if (current.status === 'removed') return;
      const handedIn: unknown[] = await tx.manager.query(
        `select 1 from assignment a join review v on v.assignment_id = a.id
         where a.reviewer_id = $1 and a.status = 'assigned' and v.status = 'handed_in' limit 1`,
        [reviewer.id],
      );
      if (handedIn.length > 0) throw new Refusal('conflict', 'reviewer.handedIn');
      const standing = await tx.manager.findBy(Assignment, { reviewerId: reviewer.id, status: 'assigned' });
      const ids = standing.map((assignment) => assignment.id);
      await tx.manager.update(
        Assignment,
        { id: In(ids) },
        { status: 'removed', endedAt: tx.now, version: () => 'version + 1' },
      );
      await this.reviews.dropDrafts(tx, ids);
      await this.reviewers.end(tx, actor, current, ids.length);
    });
  }

  /** The reviewers of a submission: those assigned now, or all who ever were. */
  async panel(
    actor: Actor,
    submissionId: string,
    which: 'assigned' | 'all' = 'assigned',
  ): Promise<PanelMember[]> {
    const rows: (PanelMember & { conferenceId: string })[] = await this.db.query(
      `select a.id, a.submission_id as "submissionId", a.reviewer_id as "reviewerId", r.name, r.affiliation, a.status,
         coalesce(v.status, 'none') as review, r.max_load as "maxLoad", a.assigned_at as "assignedAt",
         a.ended_at as "endedAt", a.end_reason as "endReason", a.locked, a.version,
         (select count(*)::int from assignment o join submission s on s.id = o.submission_id
          where o.reviewer_id = r.id and o.status = 'assigned' and s.status <> 'withdrawn'
            and not ${ownedBy('s', '$2')}) as load
       from assignment a join reviewer r on r.id = a.reviewer_id left join review v on v.assignment_id = a.id
       where a.submission_id = $1 and ($3 or a.status = 'assigned') order by a.assigned_at, a.id`,
      [submissionId, actor.personId, which === 'all'],
    );
    const reviewers = await this.db.manager.findBy(Reviewer, { id: In(rows.map((row) => row.reviewerId)) });
    const pairing = await this.pairing.conflicts(this.db.manager, [submissionId], reviewers);
    return rows.map((row) => ({ ...row, conflict: pairing.conflict(submissionId, row.reviewerId) ?? null }));
  }

  /** Every reviewer who has accepted, the most suitable first, with what speaks against them. */
  async candidates(actor: Actor, submission: Submission): Promise<Candidate[]> {
    const reviewers = await this.db.manager.findBy(Reviewer, {
      conferenceId: submission.conferenceId,
      status: 'accepted',
    });
    const pairing = await this.pairing.of(this.db.manager, [submission.id], reviewers);
    const own = await this.ownSubmissions(actor, submission.conferenceId);
    const loads = new Map<string, number>();
    const panel = new Set<string>();
    for (const pair of await this.standing(this.db.manager, submission.conferenceId)) {
      if (own.has(pair.submissionId)) continue;
      loads.set(pair.reviewerId, (loads.get(pair.reviewerId) ?? 0) + 1);
      if (pair.submissionId === submission.id) panel.add(pair.reviewerId);
    }
    return reviewers
      .map((reviewer) => ({
        reviewer,
        load: loads.get(reviewer.id) ?? 0,
        fit: pairing.fit(submission.id, reviewer.id),
        ...pairing.reasons(submission.id, reviewer.id),
        conflict: pairing.conflict(submission.id, reviewer.id) ?? null,
        assigned: panel.has(reviewer.id),
      }))
      .toSorted(
        (a, b) =>
          Number(a.conflict !== null) - Number(b.conflict !== null) ||
          Number(a.load >= a.reviewer.maxLoad) - Number(b.load >= b.reviewer.maxLoad) ||
          b.fit.fit - a.fit.fit ||
          a.load - b.load ||
          a.reviewer.name.localeCompare(b.reviewer.name, 'en'),
      );
  }

  /** Ids of the conference's submissions that are the actor's own, hidden from them as an organiser. */
  async ownSubmissions(
    actor: Actor,
    conferenceId: string,
    manager: EntityManager = this.db.manager,
  ): Promise<Set<string>> {
    if (actor.personId === null) return new Set();
    const rows: { id: string }[] = await manager.query(
      `select s.id from submission s where s.conference_id = $1 and ${ownedBy('s', '$2')}`,
      [conferenceId, actor.personId],
    );
    return new Set(rows.map((row) => row.id));
  }

  /**
   * Makes sure that the set of standing assignments holds still while a proposal becomes real: applying waits for
   * whoever assigns or ends one by hand, and they wait for it.
   */
  async lockStanding(tx: Tx, conferenceId: string, how: 'alone' | 'shared'): Promise<void> {
    await tx.manager.query(
      `select pg_advisory_xact_lock${how === 'shared' ? '_shared' : ''}(hashtextextended('assignments ' || $1, 0))`,
      [conferenceId],
    );
  }

  private async shareSubmission(tx: Tx, id: string): Promise<Submission> {
    const row = await tx.manager.findOne(Submission, { where: { id }, lock: { mode: 'pessimistic_read' } });
    if (!row) throw notFound();
    return row;
  }

  private async lockAssignment(
    tx: Tx,
    id: string,
  ): Promise<{ assignment: Assignment; reviewer: Reviewer; submission: Submission }> {
    const found = await tx.manager.findOneBy(Assignment, { id });
    if (!found) throw notFound();
    const submission = await tx.manager.findOneByOrFail(Submission, { id: found.submissionId });
    await this.lockStanding(tx, submission.conferenceId, 'shared');
    const assignment = await tx.manager.findOneOrFail(Assignment, {
      where: { id },
      lock: { mode: 'pessimistic_write' },
    });
    const reviewer = await tx.manager.findOneByOrFail(Reviewer, { id: assignment.reviewerId });
    return { assignment, reviewer, submission };
  }

  private async endOne(
    tx: Tx,
    actor: Actor,
    assignment: Assignment,
    submission: Submission,
    status: 'declined' | 'removed',
    reason: string | null,
  ): Promise<void> {
    const seen = actor.request.seenVersion;
    if (seen !== undefined && seen !== assignment.version) throw new Refusal('stale', 'stale');
    await tx.manager.update(
      Assignment,
      { id: assignment.id },
      { status, endedAt: tx.now, endReason: reason, version: assignment.version + 1 },
    );
    await this.reviews.dropDrafts(tx, [assignment.id]);
    await this.audit.record(tx, actor, {
      conferenceId: submission.conferenceId,
      action: `assignment.${status}`,
      subject: ['assignment', assignment.id],
      before: { status: 'assigned' },
      after: { status, submission: submission.id, reviewer: assignment.reviewerId },
    });
  }

  /**
   * Locks an assignment, so that runs leave it as it is, or frees it. Doing so again changes nothing. What is handed in or begun
   * stays in any case.
   * @throws Refusal 409 `assignment.ended`; 412 `stale`
   */
  async lock(actor: Actor, id: string, locked: boolean): Promise<PanelMember> {
    const submissionId = await this.work.run(async (tx) => {
      const { assignment, submission } = await this.lockAssignment(tx, id);
      const seen = actor.request.seenVersion;
      if (seen !== undefined && seen !== assignment.version) throw new Refusal('stale', 'stale');
      if (assignment.status !== 'assigned') throw new Refusal('conflict', 'assignment.ended');
      if (assignment.locked === locked) return submission.id;
      await tx.manager.update(Assignment, { id }, { locked, version: assignment.version + 1 });
      await this.audit.record(tx, actor, {
        conferenceId: submission.conferenceId,
        action: `assignment.${locked ? 'locked' : 'freed'}`,
        subject: ['assignment', id],
        before: { locked: !locked },
        after: { locked },
      });
      return submission.id;
    });
    const member = (await this.panel(actor, submissionId)).find((row) => row.id === id);
    if (!member) throw notFound();
    return member;
  }

  /** Pairs that stand and stay, whatever a run proposed: locked, or their review is begun. */
  async keptPairs(tx: Tx, conferenceId: string): Promise<Set<string>> {
    const rows: { key: string }[] = await tx.manager.query(
      `select a.submission_id || ' ' || a.reviewer_id as key from assignment a
       join submission s on s.id = a.submission_id where s.conference_id = $1 and a.status = 'assigned'
         and (a.locked or exists (select 1 from review v where v.assignment_id = a.id))`,
      [conferenceId],
    );
    return new Set(rows.map(({ key }) => key));
  }

  /** Ends assignments that a run has given to somebody else, in one statement; their reviews are not begun. */
  async endFree(tx: Tx, pairs: readonly Pair[]): Promise<void> {
    if (pairs.length === 0) return;
    await tx.manager.query(
      `update assignment a set status = 'removed', ended_at = $3, version = a.version + 1
       from unnest($1::text[], $2::text[]) as p (submission_id, reviewer_id)
       where a.submission_id = p.submission_id and a.reviewer_id = p.reviewer_id and a.status = 'assigned'`,
      [pairs.map((pair) => pair.submissionId), pairs.map((pair) => pair.reviewerId), tx.now],
    );
  }

  /** Writes assignments in one statement; those made by hand are locked. @returns ids of those that did not stand already. */
  async insert(tx: Tx, actor: Actor, runId: string | null, pairs: readonly Pair[]): Promise<string[]> {
    if (pairs.length === 0) return [];
    const rows: { id: string }[] = await tx.manager.query(
      `insert into assignment (id, submission_id, reviewer_id, status, run_id, assigned_by, assigned_at, locked, version)
       select p.id, p.submission_id, p.reviewer_id, 'assigned', $4, $5, $6, $4::text is null, 1
       from unnest($1::text[], $2::text[], $3::text[]) as p (id, submission_id, reviewer_id)
       on conflict (submission_id, reviewer_id) where status = 'assigned' do nothing returning id`,
      [
        pairs.map(() => newId()),
        pairs.map((pair) => pair.submissionId),
        pairs.map((pair) => pair.reviewerId),
        runId,
        actor.personId,
        tx.now,
      ],
    );
    return rows.map((row) => row.id);
  }

  /** One mail to each reviewer, however many submissions they get. */
  async tell(
    tx: Tx,
    conferenceId: string,
    subjectId: string,
    counts: ReadonlyMap<string, number>,
  ): Promise<void> {
    if (counts.size === 0) return;
    if (counts.size > 1)
      await this.templates.requireTranslations(tx.manager, conferenceId, [ASSIGNED_MAIL.kind]);
    const conference = await this.conferences.byId(conferenceId, tx.manager);
    const call = await this.conferences.callOf(conferenceId, tx.manager);
    const reviewers = await tx.manager.find(Reviewer, {
      where: { id: In([...counts.keys()]) },
      order: { id: 'ASC' },
    });
    await this.outbox.add(
      tx,
      reviewers.map((reviewer): NewMessage => ({
        kind: ASSIGNED_MAIL.kind,
        conference: { id: conference.id, name: conference.name, contactAddress: conference.contactAddress },
        to: { personId: reviewer.personId, address: reviewer.address, name: reviewer.name },
        subjectId,
        occasion: 'assigned',
        values: {
          count: counts.get(reviewer.id),
          reviewsDue: call.reviewsDueAt ? mailInstant(call.reviewsDueAt) : '',
          reviewsUrl: `${this.config.publicUrl}/me/reviews`,
        },
      })),
    );
  }

  /** Assignments that stand now, in a fixed order; those of withdrawn submissions cost nobody work. */
  async standing(manager: EntityManager, conferenceId: string): Promise<Pair[]> {
    return manager.query(
      `select a.submission_id as "submissionId", a.reviewer_id as "reviewerId"
       from assignment a join submission s on s.id = a.submission_id
       where s.conference_id = $1 and a.status = 'assigned' and s.status <> 'withdrawn'
       order by a.submission_id, a.reviewer_id`,
      [conferenceId],
    );
  }
}

const refuseReviewer = (code: string, value: string): Refusal =>
  new Refusal('rule', 'fields', { fields: [{ field: 'reviewer', code, value }] });
