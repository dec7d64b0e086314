import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
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
import { AssignmentRun, type RunSettings, type SkippedPair } from './assignment-run.entity.js';
import { Assignments } from './assignments.service.js';
import { Pairing } from './pairing.service.js';
import { REVIEWABLE } from './review-rules.js';
import { Reviewer } from './reviewer.entity.js';
import { pairsHash } from './pairs-hash.js';
import type { Pair } from './run-problem.js';
import { samePairs } from './run-rules.js';
import { RunSolver } from './run-solver.service.js';

/** How long a request waits for its proposal; after that it finds the run as it is. */
const WAIT_MS = 20_000;
/** Proposals of one conference in 24 hours, where it has perspective groups. */
const MOST_RUNS_A_DAY = 20;

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
    private readonly solver: RunSolver,
    private readonly pairing: Pairing,
  ) {}

  /**
   * Asks for an automatic assignment; nothing is assigned yet. It is computed in a thread, and is waited for a little: most
   * conferences have their proposal at once, large ones find it `computing`.
   * An organiser's own submissions are left to somebody else.
   * @throws Refusal 422 `fields` for a chance without the objective that takes it; 429 `run.often` where the conference has
   *   rules about perspective groups: each proposal tells a little about who may sit with whom.
   */
  async propose(
    actor: Actor,
    conference: Conference,
    input: ProposeDto,
    waitMs = WAIT_MS,
  ): Promise<AssignmentRun> {
    const id = await this.work.run(async (tx) => {
      const { id: made } = await this.idempotency.once(tx, actor, async () => {
        const call = await this.conferences.callOf(conference.id, tx.manager);
        await this.checkOften(tx, conference.id);
        const objective = (input.objective ?? 'worst pair') as RunSettings['objective'];
        if (input.likelyAtMost !== undefined && objective !== 'by chance')
          throw new Refusal('rule', 'fields', {
            fields: [{ field: 'likelyAtMost', code: 'onlyByChance', value: input.likelyAtMost }],
          });
        const perSubmission = input.perSubmission ?? call.reviewsPerSubmission;
        const seed = input.seed ?? randomInt(0, 2_147_483_647);
        const run: AssignmentRun = {
          id: newId(),
          conferenceId: conference.id,
          status: 'computing',
          perSubmission,
          settings: {
            objective,
            maxLoad: input.maxLoad ?? null,
            likelyAtMost: objective === 'by chance' ? (input.likelyAtMost ?? 50) : null,
          },
          progress: null,
          failure: null,
          proposal: { seed, pairs: [], stays: [], goes: [], standing: [], reviewers: [] },
          report: { openPlaces: [], short: [], balance: null },
          createdBy: actor.personId,
          createdAt: tx.now,
          appliedAt: null,
          version: 1,
        };
        await tx.manager.insert(AssignmentRun, run);
        await this.audit.record(tx, actor, {
          conferenceId: conference.id,
          action: 'assignment_run.asked',
          subject: ['assignment_run', run.id],
          after: { status: 'computing', seed, perSubmission, ...run.settings },
        });
        tx.afterCommit(() => this.solver.begin(run.id));
        return run.id;
      });
      return made;
    });
    return this.settled(id, waitMs);
  }

  /** A run once it is no longer computed, or as it is after so many milliseconds. */
  private async settled(id: string, waitMs: number): Promise<AssignmentRun> {
    const patience = performance.now() + waitMs;
    for (let wait = 20; ; wait = Math.min(2 * wait, 160)) {
      await delay(wait);
      const [row]: { status: string }[] = await this.db.query(
        `select status from assignment_run where id = $1`,
        [id],
      );
      if (row?.status !== 'computing' || performance.now() > patience) return this.run(id);
    }
  }

  /** Proposals of one day are counted where panels are balanced: by trying again and again much could be learned about people. */
  private async checkOften(tx: Tx, conferenceId: string): Promise<void> {
    const [row]: { groups: boolean; runs: number }[] = await tx.manager.query(
      `select k.groups is not null as groups, (select count(*)::int from assignment_run r
         where r.conference_id = $1 and r.created_at > $2::timestamptz - interval '1 day') as runs
       from assignment_rule k where k.conference_id = $1`,
      [conferenceId, tx.now],
    );
    if (row?.groups && row.runs >= MOST_RUNS_A_DAY)
      throw new Refusal('tooMany', 'run.often', { values: { limit: MOST_RUNS_A_DAY } });
  }

  /** Ends the computing. @throws Refusal 409 `run.settled` when it is computed already; 412 `stale` */
  async cancel(actor: Actor, run: AssignmentRun): Promise<AssignmentRun> {
    return this.settle(actor, run, 'computing', 'cancelled');
  }

  /** Puts a proposal aside. @throws Refusal 409 `run.settled`; 412 `stale` */
  async discard(actor: Actor, run: AssignmentRun): Promise<AssignmentRun> {
    return this.settle(actor, run, 'proposed', 'discarded');
  }

  private async settle(
    actor: Actor,
    run: AssignmentRun,
    from: 'computing' | 'proposed',
    status: 'cancelled' | 'discarded',
  ): Promise<AssignmentRun> {
    await this.work.run(async (tx) => {
      await this.idempotency.once(tx, actor, async () => {
        const current = await this.lockRun(tx, actor, run.id, from);
        await tx.manager.update(
          AssignmentRun,
          { id: run.id },
          { status, progress: null, version: current.version + 1 },
        );
        await this.audit.record(tx, actor, {
          conferenceId: run.conferenceId,
          action: `assignment_run.${status}`,
          subject: ['assignment_run', run.id],
          before: { status: from },
          after: { status },
        });
        return run.id;
      });
    });
    return this.run(run.id);
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
        const current = await this.lockRun(tx, actor, run.id, 'proposed');
        // What happened to the actor's own submissions must not show, and no pair of theirs becomes real here.
        const own = await this.assignments.ownSubmissions(actor, run.conferenceId, tx.manager);
        const seen = (pairs: readonly Pair[]): Pair[] => pairs.filter((pair) => !own.has(pair.submissionId));
        const standing = await this.assignments.standing(tx.manager, run.conferenceId);
        if (!samePairs(seen(standing), seen(current.proposal.standing)))
          throw new Refusal('conflict', 'run.changed');
        const { pairs, goes, skipped } = await this.stillPossible(tx, actor, current);
        await this.assignments.endFree(tx, goes);
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
            ended: goes.length,
            endedHash: pairsHash(goes),
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

  private async lockRun(
    tx: Tx,
    actor: Actor,
    id: string,
    wanted: 'computing' | 'proposed',
  ): Promise<AssignmentRun> {
    const run = await tx.manager.findOneOrFail(AssignmentRun, {
      where: { id },
      lock: { mode: 'pessimistic_write' },
    });
    const seen = actor.request.seenVersion;
    if (seen !== undefined && seen !== run.version) throw new Refusal('stale', 'stale');
    if (run.status !== wanted)
      throw new Refusal('conflict', 'run.settled', { values: { status: run.status } });
    return run;
  }

  /** Of a proposal what can still be; the rest with the reason: `conflict.<reason>`, `reviewer`, `submission`, `begun`. */
  private async stillPossible(
    tx: Tx,
    actor: Actor,
    run: AssignmentRun,
  ): Promise<{ pairs: Pair[]; goes: Pair[]; skipped: SkippedPair[] }> {
    const { proposal } = run;
    const ids = [...new Set([...proposal.pairs, ...proposal.goes].map((pair) => pair.submissionId))];
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
    for (const { submissionId, reviewerId } of proposal.pairs) {
      const pair = { submissionId, reviewerId };
      const conflict = pairing.conflict(pair.submissionId, pair.reviewerId);
      if (!open.has(pair.submissionId) || own.has(pair.submissionId))
        skipped.push({ ...pair, reason: 'submission' });
      else if (!accepted.has(pair.reviewerId)) skipped.push({ ...pair, reason: 'reviewer' });
      else if (conflict) skipped.push({ ...pair, reason: `conflict.${conflict}` });
      else pairs.push(pair);
    }
    const begun = await this.assignments.keptPairs(tx, run.conferenceId);
    const goes: Pair[] = [];
    for (const pair of proposal.goes)
      if (!open.has(pair.submissionId) || own.has(pair.submissionId))
        skipped.push({ ...pair, reason: 'submission' });
      else if (begun.has(`${pair.submissionId} ${pair.reviewerId}`))
        skipped.push({ ...pair, reason: 'begun' });
      else goes.push(pair);
    return { pairs, goes, skipped };
  }
}
