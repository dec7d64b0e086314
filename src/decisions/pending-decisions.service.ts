import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { Audit, type Change } from '../audit/audit.service.js';
import { Deciding } from '../conferences/deciding-settings.service.js';
import type { Actor } from '../platform/actor.js';
import { Idempotency } from '../platform/idempotency.js';
import { newId } from '../platform/ids.js';
import { forbidden, notFound, Refusal, type FieldProblem } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import { ownedBy } from '../reviews/ownership.js';
import type { Submission } from '../submissions/submission.entity.js';
import type { Outcome, Status } from '../submissions/submission-states.js';
import { DecisionMove, DecisionMoveLine } from './decision-move.entity.js';
import { mayDecide, missingWords } from './decision-rules.js';
import type { DecideDto } from './decision.dto.js';
import { PendingDecision } from './decision.entity.js';

/** Entries of the record in one statement. */
const ENTRIES_AT_ONCE = 1000;

/** What is wanted of one submission. */
export interface Wanted {
  id: string;
  /** Null takes a pending decision back. */
  outcome: Outcome | null;
  /** Version of the pending decision that was seen; undefined where there was none. */
  seenVersion: number | undefined;
  /** What is absent stays as it was. */
  words?: {
    reason?: string | undefined;
    textToAuthors?: string | undefined;
    conditions?: string | undefined;
    /** Undefined takes the rank away. */
    rank?: number | undefined;
  };
}

/** Why one of many was not moved. */
export interface NotMoved {
  id: string;
  refusal: Refusal;
}

interface Place {
  status: Status;
  before: PendingDecision | null;
}

/** What is decided and not announced; the only writer of pending decisions. Each change can be undone until its release. */
@Injectable()
export class PendingDecisions {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly idempotency: Idempotency,
    private readonly audit: Audit,
    private readonly deciding: Deciding,
  ) {}

  async of(submissionId: string): Promise<PendingDecision | null> {
    return this.db.manager.findOneBy(PendingDecision, { submissionId });
  }

  /**
   * Sets or changes the pending decision; authors see nothing of it.
   * @throws Refusal 400 `version.missing`, 412 `stale` when another chair was faster, 409 `decision.state` for a submission
   *   that is not under review any more or not yet, 422 where words are missing that the conference asks for
   */
  async decide(actor: Actor, submission: Submission, input: DecideDto): Promise<PendingDecision> {
    const { outcome, reason = '', textToAuthors = '', conditions = '', rank } = input;
    await this.one(actor, submission, { outcome, words: { reason, textToAuthors, conditions, rank } });
    return (await this.of(submission.id))!;
  }

  /** Takes a pending decision back; where there is none, nothing happens. @throws Refusal 400 `version.missing`, 412 `stale` */
  async clear(actor: Actor, submission: Submission): Promise<void> {
    await this.one(actor, submission, { outcome: null });
  }

  private async one(
    actor: Actor,
    submission: Submission,
    wanted: Pick<Wanted, 'outcome' | 'words'>,
  ): Promise<void> {
    const line: Wanted = { id: submission.id, seenVersion: actor.request.seenVersion, ...wanted };
    await this.work.run(async (tx) => {
      const { refused } = await this.moveIn(tx, actor, submission.conferenceId, [line]);
      if (refused[0]) throw refused[0].refusal;
    });
  }

  /**
   * Changes many at once, all or none.
   * @returns id of the move, or null when nothing changed.
   * @throws Refusal the first that keeps one from being moved, with every such submission among its fields
   */
  async move(actor: Actor, conferenceId: string, wanted: readonly Wanted[]): Promise<string | null> {
    const { id } = await this.work.run((tx) =>
      this.idempotency.once(tx, actor, async () => {
        const { moveId, refused } = await this.moveIn(tx, actor, conferenceId, wanted);
        if (refused.length > 0) throw togetherWith(refused, wanted);
        return moveId ?? '';
      }),
    );
    return id || null;
  }

  /** Changes what can be changed of many, as a board is saved row by row. @returns what could not be, and why. */
  async moveWhatFits(
    actor: Actor,
    conferenceId: string,
    wanted: readonly Wanted[],
  ): Promise<{ moveId: string | null; refused: NotMoved[] }> {
    return this.work.run((tx) => this.moveIn(tx, actor, conferenceId, wanted));
  }

  /**
   * The change itself, inside a transaction of the caller's: everything that fits, as one move of the actor's.
   * @throws Refusal 404 when one is not there for this actor
   */
  async moveIn(
    tx: Tx,
    actor: Actor,
    conferenceId: string,
    wanted: readonly Wanted[],
  ): Promise<{ moveId: string | null; refused: NotMoved[] }> {
    const movedBy = chairOf(actor);
    const places = await this.lock(
      tx,
      actor,
      conferenceId,
      wanted.map(({ id }) => id),
    );
    if (wanted.some(({ id }) => !places.has(id))) throw notFound();
    const { textRequired } = await this.deciding.of(conferenceId, tx.manager);
    const refused: NotMoved[] = [];
    const after = new Map<string, PendingDecision | null>();
    for (const line of wanted) {
      const { status, before } = places.get(line.id)!;
      const refusal = seenProblem(before, line.seenVersion);
      if (refusal) {
        refused.push({ id: line.id, refusal });
        continue;
      }
      if (line.outcome === null) {
        if (before) after.set(line.id, null);
        continue;
      }
      const next = this.next(line, line.outcome, before, movedBy, tx.now);
      const problem = problemOf(status, next, textRequired);
      if (problem) refused.push({ id: line.id, refusal: problem });
      else after.set(line.id, next);
    }
    return { moveId: await this.write(tx, actor, conferenceId, movedBy, places, after), refused };
  }

  private next(
    line: Wanted,
    outcome: Outcome,
    before: PendingDecision | null,
    decidedBy: string,
    decidedAt: Date,
  ): PendingDecision {
    const words = line.words ?? {};
    return {
      submissionId: line.id,
      outcome,
      reason: words.reason ?? before?.reason ?? '',
      textToAuthors: words.textToAuthors ?? before?.textToAuthors ?? '',
      // What belongs to one outcome only goes with it.
      conditions: outcome === 'conditionally_accepted' ? (words.conditions ?? before?.conditions ?? '') : '',
      rank:
        outcome === 'waitlisted' ? ('rank' in words ? (words.rank ?? null) : (before?.rank ?? null)) : null,
      decidedBy,
      decidedAt,
      version: (before?.version ?? 0) + 1,
    };
  }

  /** Locks submissions and their pending decisions in the order of ids, as a release does. */
  private async lock(
    tx: Tx,
    actor: Actor,
    conferenceId: string,
    ids: readonly string[],
  ): Promise<Map<string, Place>> {
    const rows: { id: string; status: Status }[] = await tx.manager.query(
      `select s.id, s.status from submission s
       where s.id = any($3) and s.conference_id = $1 and not ${ownedBy('s', '$2')} order by s.id for update of s`,
      [conferenceId, actor.personId, ids],
    );
    const pending = await tx.manager.find(PendingDecision, {
      where: { submissionId: In(rows.map(({ id }) => id)) },
      order: { submissionId: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
    const byId = new Map(pending.map((row) => [row.submissionId, row]));
    return new Map(rows.map(({ id, status }) => [id, { status, before: byId.get(id) ?? null }]));
  }

  /** Writes rows, the move and its entries; a fixed number of statements for any number of rows. */
  private async write(
    tx: Tx,
    actor: Actor,
    conferenceId: string,
    movedBy: string,
    places: ReadonlyMap<string, Place>,
    after: ReadonlyMap<string, PendingDecision | null>,
    undoes?: string,
  ): Promise<string | null> {
    if (after.size === 0) return null;
    await this.put(tx, after);
    const moveId = newId();
    if (undoes === undefined) {
      await tx.manager.insert(DecisionMove, { id: moveId, conferenceId, movedBy, movedAt: tx.now });
      const lines = [...after].map(([submissionId, next]) => lineOf(moveId, submissionId, places, next));
      await tx.manager.insert(DecisionMoveLine, lines);
    }
    const entries = [...after].map(([id, next]): Change => {
      const before = places.get(id)!.before;
      return {
        conferenceId,
        action: next === null ? 'decision.cleared' : before ? 'decision.changed' : 'decision.set',
        subject: ['pending_decision', id],
        ...(before && { before: { outcome: before.outcome, version: before.version } }),
        ...(next && { after: { outcome: next.outcome, version: next.version } }),
      };
    });
    for (let from = 0; from < entries.length; from += ENTRIES_AT_ONCE)
      await this.audit.record(tx, actor, ...entries.slice(from, from + ENTRIES_AT_ONCE));
    return moveId;
  }

  private async put(tx: Tx, after: ReadonlyMap<string, PendingDecision | null>): Promise<void> {
    const rows = [...after.values()].filter((row) => row !== null);
    const cleared = [...after].filter(([, row]) => row === null).map(([id]) => id);
    if (cleared.length > 0)
      await tx.manager.query(`delete from pending_decision where submission_id = any($1)`, [cleared]);
    if (rows.length > 0) await tx.manager.upsert(PendingDecision, rows, ['submissionId']);
  }

  /** The actor's moves that can be undone, latest first; at most twenty. */
  async undoable(actor: Actor, conferenceId: string): Promise<{ id: string; movedAt: Date; size: number }[]> {
    return this.db.query(
      `select m.id, m.moved_at as "movedAt", count(*)::int as size
       from decision_move m join decision_move_line l on l.move_id = m.id join submission s on s.id = l.submission_id
       where m.conference_id = $1 and m.moved_by = $2 and m.undone_at is null and not ${ownedBy('s', '$2')}
       group by m.id order by m.seq desc limit 20`,
      [conferenceId, actor.personId],
    );
  }

  /**
   * Undoes the actor's last move that is not undone: every submission in it gets back the pending decision it had before.
   * What was released since stays as it is.
   * @returns how many were given back; 0 when there is nothing to undo.
   * @throws Refusal 409 `move.changed` naming those that somebody has changed since
   */
  async undo(actor: Actor, conferenceId: string): Promise<number> {
    const movedBy = chairOf(actor);
    const { id } = await this.work.run((tx) =>
      this.idempotency.once(tx, actor, async () => {
        const move = await tx.manager
          .createQueryBuilder(DecisionMove, 'm')
          .where('m.conference_id = :conferenceId and m.moved_by = :movedBy and m.undone_at is null', {
            conferenceId,
            movedBy,
          })
          .andWhere('exists (select 1 from decision_move_line l where l.move_id = m.id)')
          .orderBy('m.seq', 'DESC')
          .setLock('pessimistic_write')
          .limit(1)
          .getOne();
        return String(move ? await this.undoOne(tx, actor, conferenceId, movedBy, move) : 0);
      }),
    );
    return Number(id);
  }

  private async undoOne(
    tx: Tx,
    actor: Actor,
    conferenceId: string,
    movedBy: string,
    move: DecisionMove,
  ): Promise<number> {
    const lines = await tx.manager.find(DecisionMoveLine, {
      where: { moveId: move.id },
      order: { submissionId: 'ASC' },
    });
    const places = await this.lock(
      tx,
      actor,
      conferenceId,
      lines.map(({ submissionId }) => submissionId),
    );
    const changed = lines.filter(
      ({ submissionId, becameVersion }) =>
        (places.get(submissionId)?.before?.version ?? null) !== becameVersion || !places.has(submissionId),
    );
    if (changed.length > 0)
      throw new Refusal('conflict', 'move.changed', {
        fields: changed
          .filter(({ submissionId }) => places.has(submissionId))
          .map(({ submissionId }, index) => ({
            field: `submissions[${index}]`,
            code: 'changedSince',
            value: submissionId,
          })),
      });
    const after = new Map(
      lines.map((line): [string, PendingDecision | null] => [
        line.submissionId,
        line.wasOutcome === null
          ? null
          : {
              submissionId: line.submissionId,
              outcome: line.wasOutcome,
              reason: line.wasReason ?? '',
              textToAuthors: line.wasText ?? '',
              conditions: line.wasConditions ?? '',
              rank: line.wasRank,
              decidedBy: movedBy,
              decidedAt: tx.now,
              version: Math.max(line.wasVersion ?? 0, line.becameVersion ?? 0) + 1,
            },
      ]),
    );
    await this.write(tx, actor, conferenceId, movedBy, places, after, move.id);
    await this.follow(tx, actor, conferenceId, move, after);
    return lines.length;
  }

  /** Marks the move as undone, and lets the moves before it know the versions that its undoing gave. */
  private async follow(
    tx: Tx,
    actor: Actor,
    conferenceId: string,
    move: DecisionMove,
    after: ReadonlyMap<string, PendingDecision | null>,
  ): Promise<void> {
    await tx.manager.update(DecisionMove, { id: move.id }, { undoneAt: tx.now });
    const standing = [...after.values()].filter((row) => row !== null);
    if (standing.length > 0)
      await tx.manager.query(
        `update decision_move_line l set became_version = n.version
         from unnest($1::text[], $2::int[]) as n (id, version)
         where l.submission_id = n.id and l.move_id = (
           select m.id from decision_move m join decision_move_line e on e.move_id = m.id
           where e.submission_id = n.id and m.conference_id = $4 and m.undone_at is null and m.seq < $3
           order by m.seq desc limit 1)`,
        [standing.map((row) => row.submissionId), standing.map((row) => row.version), move.seq, conferenceId],
      );
    await this.audit.record(tx, actor, {
      conferenceId,
      action: 'decision.move_undone',
      subject: ['decision_move', move.id],
      after: { size: after.size },
    });
  }

  /** Forgets what cannot be undone any more, because it was announced. */
  async released(tx: Tx, ids: readonly string[]): Promise<void> {
    await tx.manager.query(`delete from pending_decision where submission_id = any($1)`, [ids]);
    await tx.manager.query(`delete from decision_move_line where submission_id = any($1)`, [ids]);
  }
}

/** Decisions are somebody's: the system takes none. */
export function chairOf(actor: Actor): string {
  if (actor.personId === null) throw forbidden();
  return actor.personId;
}

function seenProblem(before: PendingDecision | null, seen: number | undefined): Refusal | undefined {
  if (before && seen === undefined) return new Refusal('malformed', 'version.missing');
  return (before?.version ?? 0) === (seen ?? 0) ? undefined : new Refusal('stale', 'stale');
}

function problemOf(
  status: Status,
  next: PendingDecision,
  textRequired: readonly string[],
): Refusal | undefined {
  if (!mayDecide(status, next.outcome))
    return new Refusal('conflict', 'decision.state', { values: { status, outcome: next.outcome } });
  const missing = missingWords(textRequired, next);
  return missing && new Refusal('rule', 'fields', { fields: [missing] });
}

function lineOf(
  moveId: string,
  submissionId: string,
  places: ReadonlyMap<string, Place>,
  next: PendingDecision | null,
): DecisionMoveLine {
  const before = places.get(submissionId)!.before;
  return {
    moveId,
    submissionId,
    wasVersion: before?.version ?? null,
    wasOutcome: before?.outcome ?? null,
    wasReason: before?.reason ?? null,
    wasText: before?.textToAuthors ?? null,
    wasConditions: before?.conditions ?? null,
    wasRank: before?.rank ?? null,
    becameVersion: next?.version ?? null,
  };
}

/** One refusal for many lines: the first one's kind and code, with a problem for each line. */
function togetherWith(refused: readonly NotMoved[], wanted: readonly Wanted[]): Refusal {
  const fields = refused.flatMap(({ id, refusal }): FieldProblem[] => {
    const at = `moves[${wanted.findIndex((line) => line.id === id)}]`;
    return refusal.fields.length > 0
      ? refusal.fields.map(({ field, ...rest }) => ({ ...rest, field: `${at}.${field}`, value: id }))
      : [{ field: at, code: `decision.${refusal.kind}`, value: id }];
  });
  const { kind, code, values } = refused[0]!.refusal;
  return new Refusal(kind, code, { fields, values });
}
