import { Inject, Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import { RecordLog } from '../audit/record-log.js';
import type { Conference } from '../conferences/conference.entity.js';
import { Conferences } from '../conferences/conferences.service.js';
import { maySeeReviewers } from '../conferences/who-sees-whom.js';
import { MailKinds } from '../mail/kinds.js';
import { Outbox, type NewMessage } from '../mail/outbox.service.js';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Idempotency } from '../platform/idempotency.js';
import { newId } from '../platform/ids.js';
import { forbidden, notFound, Refusal } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import { ownedBy } from '../reviews/ownership.js';
import { calibrate } from '../reviews/calibration.js';
import { panelScore, type ScoredReview } from '../reviews/score-rules.js';
import { Submission } from '../submissions/submission.entity.js';
import type { Outcome, Status } from '../submissions/submission-states.js';
import { Submissions } from '../submissions/submissions.service.js';
import { DECISION_MAILS, decisionMail, headValues } from './decision-mails.js';
import {
  boardOrder,
  countOutcomes,
  listHash,
  mayDecide,
  movesTo,
  recipients,
  releaseProblems,
  textHashOf,
} from './decision-rules.js';
import type { DecideDto, ReleaseDto } from './decision.dto.js';
import { Decision, DecisionRelease, PendingDecision } from './decision.entity.js';
import type { Board, BoardRow, PreviewRow, ReleaseRow, SignedComment } from './decision.view.js';

/** Entries of the record in one statement. */
const ENTRIES_AT_ONCE = 1000;

/** Decisions, pending and announced; the only writer of their tables. Deciding is not announcing. */
@Injectable()
export class Decisions {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly idempotency: Idempotency,
    private readonly audit: Audit,
    private readonly log: RecordLog,
    private readonly conferences: Conferences,
    private readonly submissions: Submissions,
    private readonly outbox: Outbox,
    @Inject(CONFIG) private readonly config: Config,
    kinds: MailKinds,
  ) {
    kinds.register(...DECISION_MAILS);
  }

  /**
   * Sets or changes the pending decision; authors see nothing of it.
   * @throws Refusal 400 `version.missing`, 412 `stale` when another chair was faster, 409 `decision.state` for a submission
   *   that is not under review any more or not yet.
   */
  async decide(actor: Actor, submission: Submission, input: DecideDto): Promise<PendingDecision> {
    const decidedBy = chairOf(actor);
    return this.work.run(async (tx) => {
      const current = await tx.manager.findOneOrFail(Submission, {
        where: { id: submission.id },
        lock: { mode: 'pessimistic_read' },
      });
      const before = await this.pendingSeen(tx, actor, submission.id);
      if (!mayDecide(current.status as Status, input.outcome))
        throw new Refusal('conflict', 'decision.state', {
          values: { status: current.status, outcome: input.outcome },
        });
      const next: PendingDecision = {
        submissionId: submission.id,
        outcome: input.outcome,
        reason: input.reason ?? '',
        textToAuthors: input.textToAuthors ?? '',
        decidedBy,
        decidedAt: tx.now,
        version: (before?.version ?? 0) + 1,
      };
      if (before) await tx.manager.update(PendingDecision, { submissionId: submission.id }, next);
      else {
        const inserted = await tx.manager
          .createQueryBuilder()
          .insert()
          .into(PendingDecision)
          .values(next)
          .orIgnore()
          .returning('submission_id')
          .execute();
        // Another chair has decided at the same moment.
        if ((inserted.raw as unknown[]).length === 0) throw new Refusal('stale', 'stale');
      }
      await this.audit.record(tx, actor, {
        conferenceId: submission.conferenceId,
        action: before ? 'decision.changed' : 'decision.set',
        subject: ['pending_decision', submission.id],
        ...(before && { before: { outcome: before.outcome, version: before.version } }),
        after: { outcome: next.outcome, version: next.version },
      });
      return next;
    });
  }

  /** Takes a pending decision back; where there is none, nothing happens. @throws Refusal 400 `version.missing`, 412 `stale` */
  async clear(actor: Actor, submission: Submission): Promise<void> {
    await this.work.run(async (tx) => {
      const before = await this.pendingSeen(tx, actor, submission.id);
      if (!before) return;
      await tx.manager.delete(PendingDecision, { submissionId: submission.id });
      await this.audit.record(tx, actor, {
        conferenceId: submission.conferenceId,
        action: 'decision.cleared',
        subject: ['pending_decision', submission.id],
        before: { outcome: before.outcome, version: before.version },
      });
    });
  }

  /** The pending decision under lock, in the version that the actor has seen. */
  private async pendingSeen(tx: Tx, actor: Actor, submissionId: string): Promise<PendingDecision | null> {
    const before = await tx.manager.findOne(PendingDecision, {
      where: { submissionId },
      lock: { mode: 'pessimistic_write' },
    });
    const seen = actor.request.seenVersion;
    if (before && seen === undefined) throw new Refusal('malformed', 'version.missing');
    if ((before?.version ?? 0) !== (seen ?? 0)) throw new Refusal('stale', 'stale');
    return before;
  }

  async pending(submissionId: string): Promise<PendingDecision | null> {
    return this.db.manager.findOneBy(PendingDecision, { submissionId });
  }

  /** The latest announced decision, for authors and organisers. */
  async released(submissionId: string): Promise<Decision | null> {
    return this.db.manager.findOne(Decision, { where: { submissionId }, order: { version: 'DESC' } });
  }

  /** Who has reviewed what was decided, for who may know it now; null for others. */
  async signed(
    decision: Decision | null,
    submission: Submission,
    stance: 'author' | 'organiser',
  ): Promise<SignedComment[] | null> {
    if (!decision) return null;
    const call = await this.conferences.callOf(submission.conferenceId);
    if (!maySeeReviewers(call, stance, { decided: true, handedIn: false })) return null;
    const rows: { id: string; name: string; affiliation: string | null }[] = await this.db.query(
      `select id, name, affiliation from reviewer where id = any($1)`,
      [decision.reviewers],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    return decision.reviewers.map((id, index) => {
      const { name, affiliation } = byId.get(id)!;
      return { name, affiliation, comment: decision.comments[index] ?? '' };
    });
  }

  /**
   * Everything that is to be decided or was, best mean first, without the actor's own submissions.
   * Two statements for any number of rows. What is the actor's own does not enter the calibration either, or its scores
   * could be told from the others'.
   */
  async board(actor: Actor, conferenceId: string): Promise<Board> {
    const call = await this.conferences.callOf(conferenceId);
    const criteria = await this.conferences.criteriaOf(call.id);
    const rows: (Omit<BoardRow, 'mean' | 'criteriaMean' | 'spread' | 'calibrated' | 'reviewsIn'> & {
      reviews: (ScoredReview & { reviewer: string })[];
    })[] = await this.db.query(
      `select s.id, s.title, s.status, s.version, p.outcome as "pendingOutcome", p.version as "pendingVersion",
           (select max(d.version) from decision d where d.submission_id = s.id) as "releasedVersion",
           coalesce(w.expected, 0) as "reviewsExpected", coalesce(w.reviews, '[]') as reviews
         from submission s
         left join pending_decision p on p.submission_id = s.id
         left join (
           select a.submission_id, count(*)::int as expected,
             jsonb_agg(jsonb_build_object('reviewer', a.reviewer_id, 'overall', v.overall, 'scores', v.scores)
               order by a.id) filter (where v.status = 'handed_in') as reviews
           from assignment a left join review v on v.assignment_id = a.id
           where a.status = 'assigned' group by a.submission_id) w on w.submission_id = s.id
         where s.conference_id = $1 and s.status <> 'draft' and (s.status <> 'withdrawn' or p.outcome is not null)
           and s.held_until is null and not ${ownedBy('s', '$2')}`,
      [conferenceId, actor.personId],
    );
    const calibration = calibrate(
      rows.flatMap(({ id, reviews }) =>
        reviews.map(({ reviewer, overall }) => ({ submission: id, reviewer, score: overall! })),
      ),
    );
    return {
      rows: rows
        .map(({ reviews, ...row }): BoardRow => {
          const { reviews: reviewsIn, mean, criteriaMean, spread } = panelScore(reviews, criteria);
          const own = calibration?.matters ? calibration.submissions.get(row.id) : undefined;
          const calibrated = own ? { score: own.calibrated, low: own.low, high: own.high } : null;
          return { ...row, mean, criteriaMean, spread, calibrated, reviewsIn };
        })
        .toSorted(boardOrder),
      strictness: calibration && {
        matters: calibration.matters,
        share: calibration.shares.reviewers,
        islands: calibration.islands,
      },
    };
  }

  /** The pending decisions that the actor could announce now, by id. */
  async preview(actor: Actor, conferenceId: string): Promise<PreviewRow[]> {
    const rows: Omit<PreviewRow, 'releasable'>[] = await this.db.query(
      `select p.submission_id as "submissionId", p.outcome, p.version, p.decided_at as "decidedAt", s.title, s.status,
         (select count(distinct a.address)::int from submission_author a where a.submission_id = s.id) as mails
       from pending_decision p join submission s on s.id = p.submission_id
       where s.conference_id = $1 and not ${ownedBy('s', '$2')} order by p.submission_id`,
      [conferenceId, actor.personId],
    );
    return rows.map((row) => ({ ...row, releasable: mayDecide(row.status, row.outcome) }));
  }

  /**
   * Announces the listed pending decisions, all or none, in one transaction: states, decisions with the reviewers' comments
   * as they are now, and a mail to every author.
   * @throws Refusal 409 `release.changed` naming the submissions that cannot be released, or without names when the list
   *   is not the one that was previewed.
   */
  async release(actor: Actor, conference: Conference, input: ReleaseDto): Promise<ReleaseRow> {
    const releasedBy = chairOf(actor);
    const id = await this.work.run(async (tx) => {
      const { id: made } = await this.idempotency.once(tx, actor, async () => {
        const list = await this.lockList(tx, actor, conference, input);
        const release: DecisionRelease = {
          id: newId(),
          conferenceId: conference.id,
          releasedBy,
          releasedAt: tx.now,
          listHash: listHash(list),
          size: list.length,
        };
        await tx.manager.insert(DecisionRelease, release);
        const moving = list.filter((row) => movesTo(row.status, row.outcome));
        await this.submissions.moveAll(
          tx,
          actor,
          new Map(moving.map((row) => [row.submissionId, row.outcome])),
        );
        await this.announce(tx, actor, conference, release, list);
        await tx.manager.query(`delete from pending_decision where submission_id = any($1)`, [
          list.map((row) => row.submissionId),
        ]);
        await this.audit.record(tx, actor, {
          conferenceId: conference.id,
          action: 'decisions.released',
          subject: ['decision_release', release.id],
          after: { size: release.size, listHash: release.listHash, counts: countOutcomes(list) },
        });
        return release.id;
      });
      return made;
    });
    const row = await this.oneRelease(actor, id);
    if (!row) throw notFound();
    return row;
  }

  /** Locks submissions and their pending decisions, in the order of ids, and makes sure that the list is as it was seen. */
  private async lockList(
    tx: Tx,
    actor: Actor,
    conference: Conference,
    input: ReleaseDto,
  ): Promise<(PendingDecision & { status: Status; title: string })[]> {
    const submissions: { id: string; status: Status; title: string }[] = await tx.manager.query(
      `select s.id, s.status, s.title from submission s
       where s.id = any($3) and s.conference_id = $1 and not ${ownedBy('s', '$2')} order by s.id for update of s`,
      [conference.id, actor.personId, input.submissions],
    );
    const byId = new Map(submissions.map((row) => [row.id, row]));
    const pending = await tx.manager.find(PendingDecision, {
      where: { submissionId: In([...byId.keys()]) },
      order: { submissionId: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
    const list = pending.map((row) => {
      const { status, title } = byId.get(row.submissionId)!;
      return { ...row, status, title };
    });
    const problems = releaseProblems(input.submissions, new Map(list.map((row) => [row.submissionId, row])));
    if (problems.length > 0)
      throw new Refusal('conflict', 'release.changed', {
        fields: problems.map(({ index, submissionId, problem }) => ({
          field: `submissions[${index}]`,
          code: `release.${problem}`,
          value: submissionId,
        })),
        values: { submissions: problems.map((problem) => problem.submissionId) },
      });
    if (input.listHash !== undefined && input.listHash !== listHash(list))
      throw new Refusal('conflict', 'release.changed', { values: { submissions: [] } });
    return list;
  }

  /** Writes the decisions and their mails; older mails of a corrected submission that have not gone out stay back. */
  private async announce(
    tx: Tx,
    actor: Actor,
    conference: Conference,
    release: DecisionRelease,
    list: readonly (PendingDecision & { title: string })[],
  ): Promise<void> {
    const ids = list.map((row) => row.submissionId);
    const latest: { id: string; version: number }[] = await tx.manager.query(
      `select submission_id as id, max(version) as version from decision where submission_id = any($1) group by submission_id`,
      [ids],
    );
    const versions = new Map(latest.map((row) => [row.id, row.version]));
    const comments = await this.comments(tx, ids);
    const next = (id: string): number => (versions.get(id) ?? 0) + 1;
    await tx.manager.query(
      `insert into decision
         (id, submission_id, version, outcome, text_to_authors, comments, reviewers, release_id, released_at)
       select d.id, d.submission_id, d.version, d.outcome, d.text_to_authors, d.comments::jsonb,
         array(select jsonb_array_elements_text(d.reviewers::jsonb)), $8, $9
       from unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[])
         as d (id, submission_id, version, outcome, text_to_authors, comments, reviewers)`,
      [
        ids.map(() => newId()),
        ids,
        ids.map(next),
        list.map((row) => row.outcome),
        list.map((row) => row.textToAuthors),
        ids.map((id) => JSON.stringify(comments.get(id)?.comments ?? [])),
        ids.map((id) => JSON.stringify(comments.get(id)?.reviewers ?? [])),
        release.id,
        release.releasedAt,
      ],
    );
    for (let from = 0; from < list.length; from += ENTRIES_AT_ONCE)
      await this.audit.record(
        tx,
        actor,
        ...list.slice(from, from + ENTRIES_AT_ONCE).map((row) => ({
          conferenceId: conference.id,
          action: 'decision.released',
          subject: ['submission', row.submissionId] as [string, string],
          after: {
            version: next(row.submissionId),
            outcome: row.outcome,
            textHash: textHashOf(row.textToAuthors, comments.get(row.submissionId)?.comments ?? []),
            release: release.id,
          },
        })),
      );
    const kinds = DECISION_MAILS.map((mail) => mail.kind);
    for (const { id } of latest) await this.outbox.supersede(tx, id, kinds);
    const authors = await this.submissions.authors(ids, tx.manager);
    const head = headValues(await this.log.latest(tx.manager), this.config.publicUrl);
    await this.outbox.add(
      tx,
      list.flatMap((row) =>
        recipients(authors.get(row.submissionId)!).map((author): NewMessage => ({
          kind: decisionMail(row.outcome),
          conference: { id: conference.id, name: conference.name, contactAddress: conference.contactAddress },
          to: { personId: author.personId, address: author.address, name: author.name },
          subjectId: row.submissionId,
          occasion: `decision-v${next(row.submissionId)}`,
          values: {
            code: row.submissionId,
            title: row.title,
            textToAuthors: row.textToAuthors,
            statusUrl: `${this.config.publicUrl}/submissions/${row.submissionId}`,
            ...head,
          },
        })),
      ),
    );
  }

  /**
   * Comments to the authors from the reviews that are handed in, in an order that tells nothing about who wrote which; and the
   * reviewers, of the comments in the same order first.
   */
  private async comments(
    tx: Tx,
    ids: readonly string[],
  ): Promise<Map<string, { comments: string[]; reviewers: string[] }>> {
    const rows: { id: string; comments: string[] | null; reviewers: string[] }[] = await tx.manager.query(
      `select a.submission_id as id,
         jsonb_agg(v.comments_to_authors order by v.id) filter (where v.comments_to_authors <> '') as comments,
         jsonb_agg(a.reviewer_id order by v.comments_to_authors = '', v.id) as reviewers
       from assignment a join review v on v.assignment_id = a.id
       where a.submission_id = any($1) and a.status = 'assigned' and v.status = 'handed_in'
       group by a.submission_id`,
      [ids],
    );
    return new Map(rows.map(({ id, comments, reviewers }) => [id, { comments: comments ?? [], reviewers }]));
  }

  /** Releases of a conference, newest first. */
  async releases(actor: Actor, conferenceId: string): Promise<ReleaseRow[]> {
    return this.releaseRows(
      actor,
      `r.conference_id = $2 order by r.released_at desc, r.id limit 200`,
      conferenceId,
    );
  }

  private async oneRelease(actor: Actor, id: string): Promise<ReleaseRow | undefined> {
    return (await this.releaseRows(actor, `r.id = $2`, id))[0];
  }

  /** What another chair has released of the actor's own submissions is not counted. */
  private async releaseRows(actor: Actor, which: string, value: string): Promise<ReleaseRow[]> {
    const rows: (DecisionRelease & { outcomes: Outcome[] })[] = await this.db.query(
      `select r.id, r.conference_id as "conferenceId", r.released_by as "releasedBy", r.released_at as "releasedAt",
         r.list_hash as "listHash", coalesce((select jsonb_agg(d.outcome) from decision d
           join submission s on s.id = d.submission_id where d.release_id = r.id and not ${ownedBy('s', '$1')}), '[]') as outcomes
       from decision_release r where ${which}`,
      [actor.personId, value],
    );
    return rows.map(({ outcomes, ...release }) => ({
      release: { ...release, size: outcomes.length },
      counts: countOutcomes(outcomes.map((outcome) => ({ outcome }))),
    }));
  }
}

/** Decisions are somebody's: the system takes none. */
function chairOf(actor: Actor): string {
  if (actor.personId === null) throw forbidden();
  return actor.personId;
}
