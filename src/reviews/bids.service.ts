import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import type { Conference } from '../conferences/conference.entity.js';
import { startOfDay } from '../conferences/conference-rules.js';
import { Conferences } from '../conferences/conferences.service.js';
import { endOfDay } from '../conferences/deadline.js';
import { openingsOf } from '../conferences/who-sees-whom.js';
import type { Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { decodeCursor, encodeCursor } from '../platform/cursor.js';
import { limitOf } from '../platform/paging.js';
import { Refusal, refuseField, type FieldProblem } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import { VISIBLE } from '../submissions/submission-list.js';
import type { Bid } from './affinity.js';
import type { BidDto, BiddingDto, BidQuery } from './bid.dto.js';
import type { BiddingView, BidItem, BidListView } from './bid.view.js';
import { Conflicts } from './conflicts.service.js';
import { ownedBy } from './ownership.js';
import { Bidding } from './pairing.entity.js';
import { Pairing } from './pairing.service.js';
import { REVIEWABLE } from './review-rules.js';
import type { Reviewer } from './reviewer.entity.js';

/** SQL: `s` may be bid on by the reviewer with the id `$1` and the person `$2`, in a language that they read; `$3` are the statuses. */
const OFFERED = `s.status = any($3) and s.held_until is null and not ${ownedBy('s', '$2')}
  and exists (select 1 from reviewer r join conference c on c.id = r.conference_id where r.id = $1 and c.id = s.conference_id
    and coalesce(s.language, c.floor_language) = any(case when r.languages = '{}' then array[c.floor_language] else r.languages end))`;

/** What reviewers say of the submissions that they could review. Nobody but the reviewer reads it; organisers see totals. */
@Injectable()
export class Bids {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly conferences: Conferences,
    private readonly pairing: Pairing,
    private readonly conflicts: Conflicts,
  ) {}

  /**
   * What the reviewer may bid on, the best fit first; while bidding is closed, what they have bid on alone. Their own work is not
   * there, nor what they cannot read. The statements are as many for a thousand submissions as for one.
   */
  async list(reviewer: Reviewer, query: BidQuery = {}): Promise<BidListView> {
    const { manager } = this.db;
    const bidding = await manager.findOneBy(Bidding, { conferenceId: reviewer.conferenceId });
    const open = reviewer.status === 'accepted' && isOpen(bidding, await this.clock.now());
    const all: { id: string; bid: Bid | null; fits: boolean }[] = await manager.query(
      `select s.id, b.bid, $4::text is null or exists (select 1 from submission_topic t
           where t.submission_id = s.id and t.topic_id = $4) as fits
       from submission s left join bid b on b.submission_id = s.id and b.reviewer_id = $1
       where ${OFFERED} and ($5 or b.bid is not null)`,
      [reviewer.id, reviewer.personId, REVIEWABLE, query.topic ?? null, open],
    );
    const rows = all.filter(({ fits, bid }) => fits && (query.bid === undefined || bid === null));
    const ids = rows.map(({ id }) => id);
    const fits = await this.pairing.fits(manager, ids, [reviewer]);
    const sorted = rows
      .map((row) => ({ ...row, ...fits.fit(row.id, reviewer.id) }))
      .toSorted((a, b) => b.fit - a.fit || (a.id < b.id ? -1 : 1));
    const after = query.after ? decodeCursor(query.after, ['number', 'text']) : undefined;
    const from = after
      ? sorted.findIndex(
          ({ fit, id }) => fit < Number(after[0]) || (fit === after[0] && id > String(after[1])),
        )
      : 0;
    const limit = limitOf(query);
    const page = from < 0 ? [] : sorted.slice(from, from + limit);
    const last = page.at(-1);
    const texts = await this.texts(
      manager,
      reviewer,
      page.map(({ id }) => id),
    );
    return {
      open,
      opensAt: bidding?.opensAt.toISOString() ?? null,
      closesAt: bidding?.closesAt.toISOString() ?? null,
      total: all.length,
      done: all.filter(({ bid }) => bid !== null).length,
      items: page.map(({ id, bid, fit, sharedTopics, words }) => ({
        ...texts.get(id)!,
        fit,
        sharedTopics,
        words: Math.round(words * 1000) / 1000,
        bid,
      })),
      next: last && sorted.at(-1) !== last ? encodeCursor([last.fit, last.id]) : null,
    };
  }

  /**
   * Keeps what a reviewer says. A `conflict` declares a conflict of interest; taking it back while bidding is open takes that back.
   * @throws Refusal 409 `bidding.closed`; 422 for what they may not bid on
   */
  async bid(actor: Actor, reviewer: Reviewer, bids: readonly BidDto[]): Promise<void> {
    await this.work.run(async (tx) => {
      const bidding = await tx.manager.findOne(Bidding, {
        where: { conferenceId: reviewer.conferenceId },
        lock: { mode: 'pessimistic_read' },
      });
      if (reviewer.status !== 'accepted' || !isOpen(bidding, tx.arrival(actor)))
        throw new Refusal('conflict', 'bidding.closed');
      const said = new Map(bids.map(({ submission, bid }) => [submission.toUpperCase(), bid]));
      await this.offered(tx, reviewer, bids);
      const before: { submissionId: string; bid: Bid }[] = await tx.manager.query(
        `select submission_id as "submissionId", bid from bid where reviewer_id = $1 and submission_id = any($2) for update`,
        [reviewer.id, [...said.keys()]],
      );
      const stood = new Map(before.map(({ submissionId, bid }) => [submissionId, bid]));
      const changed = [...said].filter(([id, bid]) => bid !== (stood.get(id) ?? 'none'));
      if (changed.length === 0) return;
      const gone = changed.filter(([, bid]) => bid === 'none').map(([id]) => id);
      const kept = changed.filter(([, bid]) => bid !== 'none');
      await tx.manager.query(`delete from bid where reviewer_id = $1 and submission_id = any($2)`, [
        reviewer.id,
        gone,
      ]);
      await tx.manager.query(
        `insert into bid (reviewer_id, submission_id, bid, at)
         select $1, b.id, b.bid, $4 from unnest($2::text[], $3::text[]) as b (id, bid)
         on conflict (reviewer_id, submission_id) do update set bid = excluded.bid, at = excluded.at`,
        [reviewer.id, kept.map(([id]) => id), kept.map(([, bid]) => bid), tx.now],
      );
      await this.audit.record(tx, actor, {
        conferenceId: reviewer.conferenceId,
        action: 'bids.changed',
        subject: ['reviewer', reviewer.id],
        after: { count: changed.length },
      });
      if (changed.some(([id, bid]) => bid === 'conflict' || stood.get(id) === 'conflict'))
        await this.conflicts.reviewerChanged(tx, actor, reviewer.id);
    });
  }

  /** When reviewers may bid and what they have said in all, without the viewer's own submissions. */
  async bidding(actor: Actor, conference: Conference): Promise<BiddingView> {
    const bidding = await this.db.manager.findOneBy(Bidding, { conferenceId: conference.id });
    const [totals] = (await this.db.query(
      `select (select count(*)::int from reviewer where conference_id = $1 and status = 'accepted') as reviewers,
         count(distinct b.reviewer_id)::int as bidders,
         (count(*) filter (where b.bid = 'yes'))::int as yes, (count(*) filter (where b.bid = 'maybe'))::int as maybe,
         (count(*) filter (where b.bid = 'no'))::int as no, (count(*) filter (where b.bid = 'conflict'))::int as conflict,
         count(distinct s.id)::int as submissions,
         (count(distinct s.id) filter (where b.bid in ('yes', 'maybe')))::int as wanted
       from submission s left join (bid b join reviewer r on r.id = b.reviewer_id and r.status = 'accepted')
         on b.submission_id = s.id
       where ${VISIBLE} and s.status = any($3)`,
      [conference.id, actor.personId, REVIEWABLE],
    )) as [Record<'reviewers' | 'bidders' | Bid | 'submissions' | 'wanted', number>];
    const { reviewers, bidders, yes, maybe, no, conflict, submissions, wanted } = totals;
    return {
      opensAt: bidding?.opensAt.toISOString() ?? null,
      closesAt: bidding?.closesAt.toISOString() ?? null,
      open: isOpen(bidding, await this.clock.now()),
      version: bidding?.version ?? 0,
      reviewers,
      bidders,
      bids: { yes, maybe, no, conflict },
      submissions,
      wanted,
    };
  }

  /**
   * Opens bidding, or moves its days. @throws Refusal 412 `stale`; 422 `closesOn` before `opensOn`
   */
  async open(actor: Actor, conference: Conference, input: BiddingDto): Promise<void> {
    await this.work.run(async (tx) => {
      await this.conferences.callOf(conference.id, tx.manager, 'for share');
      const before = await tx.manager.findOne(Bidding, {
        where: { conferenceId: conference.id },
        lock: { mode: 'pessimistic_write' },
      });
      const seen = actor.request.seenVersion;
      if (before && seen !== undefined && seen !== before.version)
        throw new Refusal('stale', 'stale', { values: { seen, now: before.version } });
      const opensAt = startOfDay(input.opensOn, conference.timeZone)!;
      const closesAt = endOfDay(input.closesOn, conference.timeZone)!;
      if (closesAt <= opensAt) throw refuseField('closesOn', 'beforeStart', input.opensOn, input.closesOn);
      const row = { conferenceId: conference.id, opensAt, closesAt, version: (before?.version ?? 0) + 1 };
      await tx.manager.upsert(Bidding, row, ['conferenceId']);
      await this.audit.record(tx, actor, {
        conferenceId: conference.id,
        action: 'bidding.set',
        subject: ['conference', conference.id],
        ...(before && { before: { opensAt: before.opensAt, closesAt: before.closesAt } }),
        after: { opensAt, closesAt },
      });
    });
  }

  /** Conferences in which a person may bid now, by the ids of their invitations. */
  openFor(personId: string, now: Date): Promise<{ id: string; conference: string; left: number }[]> {
    return this.db.query(
      `select r.id, c.name as conference, (select count(*)::int from submission s where s.conference_id = c.id and s.status = any($3)
           and s.held_until is null and not ${ownedBy('s', '$1')}
           and not exists (select 1 from bid b where b.reviewer_id = r.id and b.submission_id = s.id)) as left
       from reviewer r join conference c on c.id = r.conference_id join bidding g on g.conference_id = c.id
       where r.person_id = $1 and r.status = 'accepted' and g.opens_at <= $2 and g.closes_at > $2 order by c.name, r.id`,
      [personId, now, REVIEWABLE],
    );
  }

  /** @throws Refusal 422 naming what may not be bid on */
  private async offered(tx: Tx, reviewer: Reviewer, bids: readonly BidDto[]): Promise<void> {
    const rows: { id: string }[] = await tx.manager.query(
      `select s.id from submission s where ${OFFERED} and s.id = any($4)`,
      [reviewer.id, reviewer.personId, REVIEWABLE, bids.map(({ submission }) => submission.toUpperCase())],
    );
    const offered = new Set(rows.map(({ id }) => id));
    const fields = bids.flatMap(({ submission }, index): FieldProblem[] =>
      offered.has(submission.toUpperCase())
        ? []
        : [{ field: `bids[${index}].submission`, code: 'unknown', value: submission }],
    );
    if (fields.length > 0) throw new Refusal('rule', 'fields', { fields });
  }

  private async texts(
    manager: EntityManager,
    reviewer: Reviewer,
    ids: readonly string[],
  ): Promise<
    Map<string, Pick<BidItem, 'submission' | 'title' | 'abstract' | 'language' | 'topics' | 'authors'>>
  > {
    const call = await this.conferences.callOf(reviewer.conferenceId, manager);
    const rows: Pick<BidItem, 'submission' | 'title' | 'abstract' | 'language' | 'topics' | 'authors'>[] =
      await manager.query(
        `select s.id as submission, s.title, s.abstract, coalesce(s.language, c.floor_language) as language,
           coalesce((select jsonb_agg(t.topic_id order by p.position) from submission_topic t join topic p on p.id = t.topic_id
             where t.submission_id = s.id), '[]') as topics,
           case when $2 then coalesce((select jsonb_agg(a.name order by a.position) from submission_author a
             where a.submission_id = s.id), '[]') end as authors
         from submission s join conference c on c.id = s.conference_id where s.id = any($1)`,
        [ids, openingsOf(call).authors === 'start'],
      );
    return new Map(rows.map((row) => [row.submission, row]));
  }
}

const isOpen = (bidding: Bidding | null, at: Date): boolean =>
  bidding !== null && bidding.opensAt <= at && at < bidding.closesAt;
