import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../../platform/actor.js';
import { containing } from '../../platform/fold.js';
import { REVIEWABLE } from '../../reviews/review-rules.js';
import type { Outcome } from '../../submissions/submission-states.js';
import { VISIBLE } from '../../submissions/submission-list.js';

export interface BoardExtras {
  topics: string[];
  /** Overall scores handed in. */
  scores: number[];
}

/** A pending decision as a board knows it. */
export interface PendingSeen {
  outcome: Outcome;
  version: number;
}

export interface ReleaseExtras {
  textToAuthors: string;
  conditions: string;
  /** A decision was announced before. */
  correction: boolean;
}

/** Joins for the board and the release; a fixed number of statements for any number of rows. */
@Injectable()
export class DecisionQueries {
  constructor(private readonly db: DataSource) {}

  /** Ids of the submissions that have a topic and fit a search. */
  async matching(
    actor: Actor,
    conferenceId: string,
    filters: { topic?: string; q?: string },
  ): Promise<Set<string>> {
    const values: unknown[] = [conferenceId, actor.personId];
    const where = [VISIBLE];
    if (filters.topic)
      where.push(
        `exists (select 1 from submission_topic t where t.submission_id = s.id and t.topic_id = $${values.push(filters.topic)})`,
      );
    if (filters.q)
      where.push(
        `(s.search_text like $${values.push(containing(filters.q))} or s.id = $${values.push(filters.q.toUpperCase())})`,
      );
    const rows: { id: string }[] = await this.db.query(
      `select s.id from submission s where ${where.join(' and ')}`,
      values,
    );
    return new Set(rows.map(({ id }) => id));
  }

  async extras(ids: readonly string[]): Promise<Map<string, BoardExtras>> {
    const rows: (BoardExtras & { id: string })[] = await this.db.query(
      `select s.id,
         coalesce((select jsonb_agg(t.title order by t.position) from submission_topic st join topic t on t.id = st.topic_id
           where st.submission_id = s.id), '[]') as topics,
         coalesce((select jsonb_agg(v.overall order by v.overall) from assignment a join review v on v.assignment_id = a.id
           where a.submission_id = s.id and a.status = 'assigned' and v.status = 'handed_in'), '[]') as scores
       from submission s where s.id = any($1)`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** Pending decisions of a conference among these, none of the actor's own submissions. */
  async pending(
    actor: Actor,
    conferenceId: string,
    ids: readonly string[],
  ): Promise<Map<string, PendingSeen | null>> {
    const rows: { id: string; outcome: Outcome | null; version: number }[] = await this.db.query(
      `select s.id, p.outcome, p.version
       from submission s left join pending_decision p on p.submission_id = s.id where ${VISIBLE} and s.id = any($3)`,
      [conferenceId, actor.personId, ids],
    );
    return new Map(
      rows.map(({ id, outcome, version }) => [id, outcome === null ? null : { outcome, version }]),
    );
  }

  /**
   * How many of each topic, and of each country of a corresponding author, have a decision, pending or announced, and how many of
   * these would be accepted; by id of the topic and by country, of which the empty one is "not said".
   */
  async groups(
    actor: Actor,
    conferenceId: string,
  ): Promise<{ kind: 'topic' | 'country'; key: string; decided: number; accepted: number }[]> {
    return this.db.query(
      `with decided as materialized (
         select s.id, coalesce(p.outcome, d.outcome) in ('accepted', 'conditionally_accepted') as accepted
         from submission s left join pending_decision p on p.submission_id = s.id
         left join lateral (select outcome from decision where submission_id = s.id order by version desc limit 1) d on true
         where ${VISIBLE} and s.status <> 'withdrawn' and coalesce(p.outcome, d.outcome) is not null)
       select 'topic' as kind, t.title as key, count(*)::int as decided, (count(*) filter (where d.accepted))::int as accepted
       from decided d join submission_topic st on st.submission_id = d.id join topic t on t.id = st.topic_id
       group by t.id, t.title
       union all
       select 'country', coalesce(a.country, ''), count(*)::int, (count(*) filter (where d.accepted))::int
       from decided d join submission_author a on a.submission_id = d.id and a.corresponding group by 2
       order by 1, 2`,
      [conferenceId, actor.personId],
    );
  }

  async releaseExtras(ids: readonly string[]): Promise<Map<string, ReleaseExtras>> {
    const rows: (ReleaseExtras & { id: string })[] = await this.db.query(
      `select p.submission_id as id, p.text_to_authors as "textToAuthors", p.conditions,
         exists (select 1 from decision d where d.submission_id = p.submission_id) as correction
       from pending_decision p where p.submission_id = any($1)`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** Submissions that wait for a decision and have none pending. */
  async undecided(actor: Actor, conferenceId: string): Promise<number> {
    const rows: { n: number }[] = await this.db.query(
      `select count(*)::int as n from submission s where ${VISIBLE} and s.status = any($3) and s.held_until is null
         and not exists (select 1 from pending_decision p where p.submission_id = s.id)`,
      [conferenceId, actor.personId, REVIEWABLE],
    );
    return rows[0]!.n;
  }
}
