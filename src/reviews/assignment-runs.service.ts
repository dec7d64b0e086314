import { createHash, randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import type { Conference } from '../conferences/conference.entity.js';
import { Conferences } from '../conferences/conferences.service.js';
import type { Actor } from '../platform/actor.js';
import { decodeCursor, encodeCursor } from '../platform/cursor.js';
import { Idempotency } from '../platform/idempotency.js';
import { newId } from '../platform/ids.js';
import { limitOf, type PageQuery } from '../platform/paging.js';
import { notFound, Refusal } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import type { ProposeDto } from './assignment.dto.js';
import { AssignmentRun, type SkippedPair } from './assignment.entity.js';
import { Assignments } from './assignments.service.js';
import { propose, type Pair } from './greedy.js';
import { ownedBy } from './ownership.js';
import { Pairing } from './pairing.service.js';
import { REVIEWABLE } from './review-rules.js';
import { Reviewer } from './reviewer.entity.js';
import { Reviewers } from './reviewers.service.js';
import { samePairs } from './run-rules.js';

/** The automatic assignment: proposed, then made real or put aside; the only writer of its table. */
@Injectable()
export class AssignmentRuns {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly idempotency: Idempotency,
    private readonly audit: Audit,
    private readonly conferences: Conferences,
    private readonly assignments: Assignments,
    private readonly reviewers: Reviewers,
    private readonly pairing: Pairing,
  ) {}

  /**
   * Computes an automatic assignment and keeps it as a proposal; nothing is assigned yet.
   * An organiser's own submissions are left to somebody else.
   */
  async propose(actor: Actor, conference: Conference, input: ProposeDto): Promise<AssignmentRun> {
    const id = await this.work.run(async (tx) => {
      const { id: made } = await this.idempotency.once(tx, actor, async () => {
        const call = await this.conferences.callOf(conference.id, tx.manager);
        const perSubmission = input.perSubmission ?? call.reviewsPerSubmission;
        const seed = input.seed ?? randomInt(0, 2_147_483_647);
        const rows: { id: string }[] = await tx.manager.query(
          `select s.id from submission s where s.conference_id = $1 and s.status = any($3) and s.held_until is null
             and not ${ownedBy('s', '$2')} order by s.id`,
          [conference.id, actor.personId, REVIEWABLE],
        );
        const ids = rows.map((row) => row.id);
        const accepted = await tx.manager.find(Reviewer, {
          where: { conferenceId: conference.id, status: 'accepted' },
          order: { id: 'ASC' },
        });
        const reviewerTopics = await this.reviewers.topicsOf(
          accepted.map((reviewer) => reviewer.id),
          tx.manager,
        );
        const submissionTopics = await this.pairing.topicsOf(tx.manager, ids);
        const pairing = await this.pairing.of(tx.manager, ids, accepted);
        const standing = await this.assignments.standing(tx.manager, conference.id);
        const declined = await this.declined(tx.manager, conference.id);
        const { pairs, report } = propose({
          perSubmission,
          seed,
          submissions: ids.map((submissionId) => ({
            id: submissionId,
            topics: submissionTopics.get(submissionId)!,
          })),
          reviewers: accepted.map((reviewer) => ({
            id: reviewer.id,
            topics: reviewerTopics.get(reviewer.id)!,
            maxLoad: Math.min(reviewer.maxLoad, input.maxLoad ?? reviewer.maxLoad),
          })),
          standing,
          forbidden: (submissionId, reviewerId) =>
            declined.has(`${submissionId} ${reviewerId}`) ||
            pairing.conflict(submissionId, reviewerId) !== undefined,
        });
        const run: AssignmentRun = {
          id: newId(),
          conferenceId: conference.id,
          status: 'proposed',
          perSubmission,
          proposal: { seed, pairs, standing, reviewers: accepted.map((reviewer) => reviewer.id) },
          report,
          createdBy: actor.personId,
          createdAt: tx.now,
          appliedAt: null,
          version: 1,
        };
        await tx.manager.insert(AssignmentRun, run);
        await this.audit.record(tx, actor, {
          conferenceId: conference.id,
          action: 'assignment_run.proposed',
          subject: ['assignment_run', run.id],
          after: { pairs: pairs.length, pairsHash: pairsHash(pairs), seed, perSubmission },
        });
        return run.id;
      });
      return made;
    });
    return this.run(id);
  }

  /**
   * Makes a proposal real in one transaction. Pairs that have become impossible meanwhile are left out, with the reason.
   * @throws Refusal 409 `run.settled` when it was applied or discarded, `run.changed` when other assignments were made
   *   or ended since it was computed; 412 `stale`.
   */
  async apply(actor: Actor, run: AssignmentRun): Promise<AssignmentRun> {
    await this.work.run(async (tx) => {
      await this.idempotency.once(tx, actor, async () => {
        await this.assignments.lockStanding(tx, run.conferenceId, 'alone');
        const current = await this.lockRun(tx, actor, run.id);
        // What happened to the actor's own submissions must not show, and no pair of theirs becomes real here.
        const own = await this.assignments.ownSubmissions(actor, run.conferenceId, tx.manager);
        const seen = (pairs: readonly Pair[]): Pair[] => pairs.filter((pair) => !own.has(pair.submissionId));
        const standing = await this.assignments.standing(tx.manager, run.conferenceId);
        if (!samePairs(seen(standing), seen(current.proposal.standing)))
          throw new Refusal('conflict', 'run.changed');
        const { pairs, skipped } = await this.stillPossible(tx, actor, current);
        await this.assignments.insert(tx, actor, current.id, pairs);
        await tx.manager.update(
          AssignmentRun,
          { id: current.id },
          {
            status: 'applied',
            appliedAt: tx.now,
            report: { ...current.report, skipped },
            version: current.version + 1,
          },
        );
        await this.audit.record(tx, actor, {
          conferenceId: current.conferenceId,
          action: 'assignment_run.applied',
          subject: ['assignment_run', current.id],
          before: { status: 'proposed' },
          after: {
            status: 'applied',
            pairs: pairs.length,
            pairsHash: pairsHash(pairs),
            skipped: skipped.length,
          },
        });
        const counts = new Map<string, number>();
        for (const { reviewerId } of pairs) counts.set(reviewerId, (counts.get(reviewerId) ?? 0) + 1);
        await this.assignments.tell(tx, current.conferenceId, current.id, counts);
        return current.id;
      });
    });
    return this.run(run.id);
  }

  /** Puts a proposal aside. @throws Refusal 409 `run.settled`; 412 `stale` */
  async discard(actor: Actor, run: AssignmentRun): Promise<AssignmentRun> {
    await this.work.run(async (tx) => {
      await this.idempotency.once(tx, actor, async () => {
        const current = await this.lockRun(tx, actor, run.id);
        await tx.manager.update(
          AssignmentRun,
          { id: run.id },
          { status: 'discarded', version: current.version + 1 },
        );
        await this.audit.record(tx, actor, {
          conferenceId: run.conferenceId,
          action: 'assignment_run.discarded',
          subject: ['assignment_run', run.id],
          before: { status: 'proposed' },
          after: { status: 'discarded' },
        });
        return run.id;
      });
    });
    return this.run(run.id);
  }

  /** @throws Refusal 404 */
  async run(id: string): Promise<AssignmentRun> {
    const run = await this.db.manager.findOneBy(AssignmentRun, { id });
    if (!run) throw notFound();
    return run;
  }

  /** Runs of a conference, newest first. */
  async runs(
    conferenceId: string,
    query: PageQuery = {},
  ): Promise<{ items: AssignmentRun[]; next: string | null }> {
    const limit = limitOf(query);
    const find = this.db.manager
      .createQueryBuilder(AssignmentRun, 'r')
      .where('r.conferenceId = :conferenceId', { conferenceId })
      .orderBy('r.createdAt', 'DESC')
      .addOrderBy('r.id', 'DESC')
      .limit(limit + 1);
    if (query.after) {
      const [at, id] = decodeCursor(query.after, ['instant', 'text']);
      // To the millisecond, as instants come back: runs made within one are told apart by their ids.
      find.andWhere(`(date_trunc('milliseconds', r.createdAt), r.id) < (:at::timestamptz, :id)`, { at, id });
    }
    const rows = await find.getMany();
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return {
      items,
      next: rows.length > limit && last ? encodeCursor([last.createdAt.toISOString(), last.id]) : null,
    };
  }

  private async lockRun(tx: Tx, actor: Actor, id: string): Promise<AssignmentRun> {
    const run = await tx.manager.findOneOrFail(AssignmentRun, {
      where: { id },
      lock: { mode: 'pessimistic_write' },
    });
    const seen = actor.request.seenVersion;
    if (seen !== undefined && seen !== run.version) throw new Refusal('stale', 'stale');
    if (run.status !== 'proposed')
      throw new Refusal('conflict', 'run.settled', { values: { status: run.status } });
    return run;
  }

  /** Of a proposal what can still be; the rest with the reason, which is `conflict.<reason>`, `reviewer` or `submission`. */
  private async stillPossible(
    tx: Tx,
    actor: Actor,
    run: AssignmentRun,
  ): Promise<{ pairs: Pair[]; skipped: SkippedPair[] }> {
    const ids = [...new Set(run.proposal.pairs.map((pair) => pair.submissionId))];
    const locked: { id: string; status: string }[] = await tx.manager.query(
      `select id, status from submission where id = any($1) and held_until is null order by id for share`,
      [ids],
    );
    const open = new Set(locked.filter((row) => REVIEWABLE.includes(row.status)).map((row) => row.id));
    const own = await this.assignments.ownSubmissions(actor, run.conferenceId, tx.manager);
    const reviewers: Reviewer[] = await tx.manager.find(Reviewer, {
      where: { conferenceId: run.conferenceId, status: 'accepted' },
      order: { id: 'ASC' },
      lock: { mode: 'pessimistic_read' },
    });
    const accepted = new Set(reviewers.map((reviewer) => reviewer.id));
    const pairing = await this.pairing.of(tx.manager, ids, reviewers);
    const pairs: Pair[] = [];
    const skipped: SkippedPair[] = [];
    for (const pair of run.proposal.pairs) {
      const conflict = pairing.conflict(pair.submissionId, pair.reviewerId);
      if (!open.has(pair.submissionId) || own.has(pair.submissionId))
        skipped.push({ ...pair, reason: 'submission' });
      else if (!accepted.has(pair.reviewerId)) skipped.push({ ...pair, reason: 'reviewer' });
      else if (conflict) skipped.push({ ...pair, reason: `conflict.${conflict}` });
      else pairs.push(pair);
    }
    return { pairs, skipped };
  }

  private async declined(manager: EntityManager, conferenceId: string): Promise<Set<string>> {
    const rows: Pair[] = await manager.query(
      `select a.submission_id as "submissionId", a.reviewer_id as "reviewerId"
       from assignment a join submission s on s.id = a.submission_id
       where s.conference_id = $1 and a.status = 'declined'`,
      [conferenceId],
    );
    return new Set(rows.map((pair) => `${pair.submissionId} ${pair.reviewerId}`));
  }
}

/** Hash of a list of pairs, in their order, for the record. */
function pairsHash(pairs: readonly Pair[]): string {
  const hash = createHash('sha256');
  for (const pair of pairs) hash.update(`${pair.submissionId} ${pair.reviewerId}\n`);
  return hash.digest('hex');
}
