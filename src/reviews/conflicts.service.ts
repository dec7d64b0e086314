import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, type EntityManager } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import type { Actor } from '../platform/actor.js';
import { Idempotency } from '../platform/idempotency.js';
import { newId } from '../platform/ids.js';
import { Refusal, refuseField } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import type { NamedConflict } from '../submissions/named-conflict.entity.js';
import { NamedConflicts } from '../submissions/named-conflicts.service.js';
import type { AuthorsChanged } from '../submissions/ports.js';
import type { Submission } from '../submissions/submission.entity.js';
import { Assignment, DeclaredConflict } from './assignment.entity.js';
import type { AddConflictDto, OverrideConflictDto } from './conflict.dto.js';
import type { ConflictRow } from './conflict.view.js';
import { INFERRED, type ConflictReason } from './conflicts.js';
import { ownedBy } from './ownership.js';
import { AssignmentFlag, ConflictOverride } from './pairing.entity.js';
import { Pairing, type Conflicts as PairConflicts } from './pairing.service.js';
import { Reviewer } from './reviewer.entity.js';
import { NameIndex } from './same-name.js';

interface Pair {
  submissionId: string;
  reviewerId: string;
}

/** A standing assignment with a conflict, or an override, as the organisers' list shows it. */
export interface ConferenceConflicts {
  flagged: (Pair & {
    assignmentId: string;
    title: string;
    name: string;
    reasons: ConflictReason[];
    handedIn: boolean;
    at: Date;
  })[];
  overrides: (Pair & {
    title: string;
    name: string;
    reasons: ConflictReason[];
    note: string;
    by: string | null;
    at: Date;
    endedAt: Date | null;
    endedBy: ConflictOverride['endedBy'];
  })[];
}

/** Longest lists of a page: nobody reads more. */
const MOST = 200;

/** Pairs of which something is kept: an assignment that stands, or an override. */
const KEPT = `(select submission_id, reviewer_id from assignment where status = 'assigned'
  union select submission_id, reviewer_id from conflict_override where ended_at is null)`;

/** Conflicts as organisers keep them: lists, what they add and set aside, and which standing assignments have one. */
@Injectable()
export class Conflicts implements AuthorsChanged {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly idempotency: Idempotency,
    private readonly audit: Audit,
    private readonly pairing: Pairing,
    private readonly named: NamedConflicts,
  ) {}

  /** Every reviewer with a conflict in this submission, by name, and whom its authors have named. */
  async ofSubmission(
    submission: Submission,
  ): Promise<{ conflicts: ConflictRow[]; named: (NamedConflict & { matched: boolean })[] }> {
    const { manager } = this.db;
    const reviewers = await manager.find(Reviewer, {
      where: { conferenceId: submission.conferenceId, status: In(['invited', 'accepted']) },
      order: { name: 'ASC', id: 'ASC' },
    });
    const conflicts = await this.rows(manager, [submission], reviewers);
    const list = (await this.named.of([submission.id], manager)).get(submission.id)!;
    const names = new NameIndex<string>();
    for (const { id, name } of reviewers) names.add(name, id);
    const owners: { address: string; id: string }[] = await manager.query(
      `select w.address, r.id from unnest($1::text[]) as w (address) left join address_alias s on s.alias = w.address
       join person_address a on a.address = coalesce(s.address, w.address) join reviewer r on r.person_id = a.person_id
       where r.conference_id = $2 and r.status in ('invited', 'accepted')`,
      [list.map(({ address }) => address), submission.conferenceId],
    );
    return {
      conflicts,
      named: list.map((one) => ({
        ...one,
        matched: owners.some(({ address }) => address === one.address) || names.matching(one.name).size > 0,
      })),
    };
  }

  /** Every submission in which this reviewer has a conflict, without the viewer's own. */
  async ofReviewer(actor: Actor, reviewer: Reviewer): Promise<ConflictRow[]> {
    const submissions: Pick<Submission, 'id' | 'title'>[] = await this.db.query(
      `select s.id, s.title from submission s where s.conference_id = $1 and s.submitted_at is not null
         and s.held_until is null and s.status <> 'withdrawn' and not ${ownedBy('s', '$2')} order by s.id`,
      [reviewer.conferenceId, actor.personId],
    );
    return this.rows(this.db.manager, submissions, [reviewer]);
  }

  /** Standing assignments with a conflict and the overrides of a conference, without the viewer's own submissions. */
  async ofConference(actor: Actor, conferenceId: string): Promise<ConferenceConflicts> {
    const seen = `s.conference_id = $1 and not ${ownedBy('s', '$2')}`;
    return {
      flagged: await this.db.query(
        `select a.id as "assignmentId", s.id as "submissionId", s.title, r.id as "reviewerId", r.name, f.reasons,
           coalesce(v.status = 'handed_in', false) as "handedIn", f.found_at as at
         from assignment_flag f join assignment a on a.id = f.assignment_id join submission s on s.id = a.submission_id
         join reviewer r on r.id = a.reviewer_id left join review v on v.assignment_id = a.id
         where ${seen} and a.status = 'assigned' and s.status <> 'withdrawn' order by f.found_at, a.id limit ${MOST}`,
        [conferenceId, actor.personId],
      ),
      overrides: await this.db.query(
        `select s.id as "submissionId", s.title, r.id as "reviewerId", r.name, o.reasons, o.note, p.name as by, o.made_at as at,
           o.ended_at as "endedAt", o.ended_by as "endedBy"
         from conflict_override o join submission s on s.id = o.submission_id join reviewer r on r.id = o.reviewer_id
         join person p on p.id = o.made_by where ${seen} order by o.ended_at nulls first, o.made_at desc, o.id limit ${MOST}`,
        [conferenceId, actor.personId],
      ),
    };
  }

  /**
   * Records a conflict that nothing else shows; doing so again changes nothing.
   * @throws Refusal 422 for a reviewer of another conference
   */
  async add(actor: Actor, submission: Submission, input: AddConflictDto): Promise<void> {
    await this.work.run(async (tx) => {
      await this.idempotency.once(tx, actor, async () => {
        const reviewer = await this.reviewerOf(tx.manager, submission, input.reviewer);
        const added: { raw: unknown } = await tx.manager
          .createQueryBuilder()
          .insert()
          .into(DeclaredConflict)
          .values({
            submissionId: submission.id,
            personId: reviewer.personId,
            source: 'organiser',
            declaredBy: actor.personId!,
            reason: input.reason,
            createdAt: tx.now,
          })
          .orIgnore()
          .returning('submission_id')
          .execute();
        if ((added.raw as unknown[]).length > 0) {
          await this.audit.record(tx, actor, {
            conferenceId: submission.conferenceId,
            action: 'conflict.added',
            subject: ['submission', submission.id],
            after: { reviewer: reviewer.id },
          });
          await this.recheck(tx, actor, [{ submissionId: submission.id, reviewerId: reviewer.id }]);
        }
        return reviewer.id;
      });
    });
  }

  /** Takes back what an organiser has recorded; where nothing was, nothing changes. */
  async takeBack(actor: Actor, submission: Submission, reviewerId: string): Promise<void> {
    await this.work.run(async (tx) => {
      const [gone] = await tx.manager.query<[unknown[], number]>(
        `delete from declared_conflict d using reviewer r where d.submission_id = $1 and d.source = 'organiser'
           and d.person_id = r.person_id and r.id = $2 and r.conference_id = $3 returning 1`,
        [submission.id, reviewerId, submission.conferenceId],
      );
      if (gone.length === 0) return;
      await this.audit.record(tx, actor, {
        conferenceId: submission.conferenceId,
        action: 'conflict.taken_back',
        subject: ['submission', submission.id],
        before: { reviewer: reviewerId },
      });
      await this.recheck(tx, actor, [{ submissionId: submission.id, reviewerId }]);
    });
  }

  /**
   * Sets aside what was inferred about a pair: a shared institution, something written together. It ends by itself when the
   * facts change. Doing so again changes nothing.
   * @throws Refusal 409 `override.none` where there is nothing to set aside, `override.certain` with the reason where
   *   something else stands against the pair; 422 for a reviewer of another conference
   */
  async override(actor: Actor, submission: Submission, input: OverrideConflictDto): Promise<void> {
    await this.work.run(async (tx) => {
      await this.idempotency.once(tx, actor, async () => {
        await tx.manager.query(`select 1 from submission where id = $1 for update`, [submission.id]);
        const reviewer = await this.reviewerOf(tx.manager, submission, input.reviewer);
        const pairing = await this.pairing.conflicts(tx.manager, [submission.id], [reviewer]);
        const { reasons, overridden } = pairing.reasons(submission.id, reviewer.id);
        if (overridden) return reviewer.id;
        if (reasons.length === 0) throw new Refusal('conflict', 'override.none');
        const certain = reasons.find((reason) => !INFERRED.includes(reason));
        if (certain)
          throw new Refusal('conflict', 'override.certain', {
            fields: [{ field: 'reviewer', code: `conflict.${certain}`, value: reviewer.name }],
          });
        await this.end(
          tx,
          actor,
          submission.conferenceId,
          { submissionId: submission.id, reviewerId: reviewer.id },
          'facts',
        );
        const id = newId();
        await tx.manager.insert(ConflictOverride, {
          id,
          submissionId: submission.id,
          reviewerId: reviewer.id,
          reasons,
          factsHash: pairing.factsHash(submission.id, reviewer.id),
          note: input.reason,
          madeBy: actor.personId!,
          madeAt: tx.now,
          endedAt: null,
          endedBy: null,
        });
        await this.audit.record(tx, actor, {
          conferenceId: submission.conferenceId,
          action: 'conflict.overridden',
          subject: ['submission', submission.id],
          after: { reviewer: reviewer.id, override: id, reasons },
        });
        await this.recheck(tx, actor, [{ submissionId: submission.id, reviewerId: reviewer.id }]);
        return reviewer.id;
      });
    });
  }

  /** Ends an override: the conflict counts again. Where none stands, nothing changes. */
  async endOverride(actor: Actor, submission: Submission, reviewerId: string): Promise<void> {
    await this.work.run(async (tx) => {
      const pair = { submissionId: submission.id, reviewerId };
      if (await this.end(tx, actor, submission.conferenceId, pair, 'organiser'))
        await this.recheck(tx, actor, [pair]);
    });
  }

  async authorsChanged(
    tx: Tx,
    actor: Actor,
    submissionId: string,
    persons: readonly string[],
  ): Promise<void> {
    // What its authors review and what else they wrote may be touched: they are co-authors now, or no longer.
    const pairs: Pair[] = await tx.manager.query(
      `select k.submission_id as "submissionId", k.reviewer_id as "reviewerId" from ${KEPT} k where k.submission_id = $1
       union select k.submission_id, k.reviewer_id from ${KEPT} k join reviewer r on r.id = k.reviewer_id
         where r.person_id = any($2)
       union select k.submission_id, k.reviewer_id from ${KEPT} k join submission_author w on w.submission_id = k.submission_id
         where w.person_id = any($2)`,
      [submissionId, persons],
    );
    await this.recheck(tx, actor, pairs);
  }

  /** What a reviewer has in common with authors may have changed. */
  async reviewerChanged(tx: Tx, actor: Actor, reviewerId: string): Promise<void> {
    await this.recheck(
      tx,
      actor,
      await tx.manager.query(
        `select k.submission_id as "submissionId", k.reviewer_id as "reviewerId" from ${KEPT} k where k.reviewer_id = $1`,
        [reviewerId],
      ),
    );
  }

  /** Judges kept pairs anew: overrides whose facts are others now end, and assignments with a conflict are flagged. */
  async recheck(tx: Tx, actor: Actor, pairs: readonly Pair[]): Promise<void> {
    if (pairs.length === 0) return;
    const submissionIds = [...new Set(pairs.map(({ submissionId }) => submissionId))];
    const reviewers = await tx.manager.find(Reviewer, {
      where: { id: In([...new Set(pairs.map(({ reviewerId }) => reviewerId))]) },
      order: { id: 'ASC' },
    });
    const conflicts = new Map<string, PairConflicts>();
    for (const conferenceId of new Set(reviewers.map((reviewer) => reviewer.conferenceId)))
      conflicts.set(
        conferenceId,
        await this.pairing.conflicts(
          tx.manager,
          submissionIds,
          reviewers.filter((reviewer) => reviewer.conferenceId === conferenceId),
        ),
      );
    const conferenceOf = new Map(reviewers.map(({ id, conferenceId }) => [id, conferenceId]));
    for (const pair of pairs) {
      const conferenceId = conferenceOf.get(pair.reviewerId)!;
      const of = conflicts.get(conferenceId)!;
      await this.endIfOther(tx, actor, conferenceId, pair, of);
      await this.flag(tx, actor, conferenceId, pair, of);
    }
  }

  private async endIfOther(
    tx: Tx,
    actor: Actor,
    conferenceId: string,
    pair: Pair,
    of: PairConflicts,
  ): Promise<void> {
    const standing = await tx.manager.findOneBy(ConflictOverride, { ...pair, endedAt: IsNull() });
    if (standing && standing.factsHash !== of.factsHash(pair.submissionId, pair.reviewerId))
      await this.end(tx, actor, conferenceId, pair, 'facts');
  }

  private async flag(
    tx: Tx,
    actor: Actor,
    conferenceId: string,
    pair: Pair,
    of: PairConflicts,
  ): Promise<void> {
    const assignment = await tx.manager.findOneBy(Assignment, { ...pair, status: 'assigned' });
    if (!assignment) return;
    const conflict = of.conflict(pair.submissionId, pair.reviewerId);
    const { reasons } = of.reasons(pair.submissionId, pair.reviewerId);
    const before = await tx.manager.findOneBy(AssignmentFlag, { assignmentId: assignment.id });
    if (conflict === undefined ? !before : before?.reasons.join() === reasons.join()) return;
    if (conflict === undefined) await tx.manager.delete(AssignmentFlag, { assignmentId: assignment.id });
    else
      await tx.manager.upsert(
        AssignmentFlag,
        { assignmentId: assignment.id, reasons, foundAt: before?.foundAt ?? tx.now },
        ['assignmentId'],
      );
    await this.audit.record(tx, actor, {
      conferenceId,
      action: conflict === undefined ? 'assignment.cleared' : 'assignment.flagged',
      subject: ['assignment', assignment.id],
      ...(conflict !== undefined && { after: { reasons } }),
    });
  }

  /** @returns whether one stood */
  private async end(
    tx: Tx,
    actor: Actor,
    conferenceId: string,
    pair: Pair,
    by: 'facts' | 'organiser',
  ): Promise<boolean> {
    const { affected } = await tx.manager.update(
      ConflictOverride,
      { ...pair, endedAt: IsNull() },
      { endedAt: tx.now, endedBy: by },
    );
    if (!affected) return false;
    await this.audit.record(tx, actor, {
      conferenceId,
      action: 'conflict.override_ended',
      subject: ['submission', pair.submissionId],
      after: { reviewer: pair.reviewerId, by },
    });
    return true;
  }

  /** The pairs of these lists that have a conflict, with what is kept of them. */
  private async rows(
    manager: EntityManager,
    submissions: readonly Pick<Submission, 'id' | 'title'>[],
    reviewers: readonly Reviewer[],
  ): Promise<ConflictRow[]> {
    const submissionIds = submissions.map(({ id }) => id);
    const reviewerIds = reviewers.map(({ id }) => id);
    const pairing = await this.pairing.conflicts(manager, submissionIds, reviewers);
    const overrides: (Pair & { reason: string; by: string | null; at: Date })[] = await manager.query(
      `select o.submission_id as "submissionId", o.reviewer_id as "reviewerId", o.note as reason, nullif(p.name, '') as by,
         o.made_at as at from conflict_override o join person p on p.id = o.made_by
       where o.ended_at is null and o.submission_id = any($1) and o.reviewer_id = any($2)`,
      [submissionIds, reviewerIds],
    );
    const assigned: (Pair & { id: string })[] = await manager.query(
      `select submission_id as "submissionId", reviewer_id as "reviewerId", id from assignment
       where status = 'assigned' and submission_id = any($1) and reviewer_id = any($2)`,
      [submissionIds, reviewerIds],
    );
    const made = new Map(
      overrides.map(({ submissionId, reviewerId, ...rest }) => [`${submissionId} ${reviewerId}`, rest]),
    );
    const assignments = new Map(assigned.map((row) => [`${row.submissionId} ${row.reviewerId}`, row.id]));
    return submissions.flatMap(({ id, title }) =>
      reviewers.flatMap((reviewer): ConflictRow[] => {
        const { reasons, overridden } = pairing.reasons(id, reviewer.id);
        if (reasons.length === 0) return [];
        const pair = `${id} ${reviewer.id}`;
        return [
          {
            submissionId: id,
            title,
            reviewerId: reviewer.id,
            name: reviewer.name,
            affiliation: reviewer.affiliation,
            reasons,
            added: reasons.includes('added'),
            override: overridden ? (made.get(pair) ?? null) : null,
            assignmentId: assignments.get(pair) ?? null,
          },
        ];
      }),
    );
  }

  private async reviewerOf(
    manager: EntityManager,
    { conferenceId }: Submission,
    id: string,
  ): Promise<Reviewer> {
    const reviewer = await manager.findOneBy(Reviewer, { id, conferenceId });
    if (!reviewer || reviewer.status === 'removed') throw refuseField('reviewer', 'unknown', undefined, id);
    return reviewer;
  }
}
