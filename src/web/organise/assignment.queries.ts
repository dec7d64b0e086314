import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../../platform/actor.js';
import type { Pair } from '../../reviews/run-problem.js';
import { ownedBy } from '../../reviews/ownership.js';
import { REVIEWABLE } from '../../reviews/review-rules.js';
import { VISIBLE } from '../../submissions/submission-list.js';

/** What a proposal would be about now; the viewer's own submissions are not counted. */
export interface AssignmentNow {
  submissions: number;
  reviewers: number;
  assigned: number;
  /** Reviews that those who have accepted would still take. */
  room: number;
  needed: number;
}

export interface RunSubmission {
  id: string;
  title: string;
  /** It can still be assigned. */
  open: boolean;
}

export interface RunReviewer {
  id: string;
  name: string;
  maxLoad: number;
  accepted: boolean;
}

/** Joins for the assignment's page: a fixed number of statements for any proposal. */
@Injectable()
export class AssignmentQueries {
  constructor(private readonly db: DataSource) {}

  async now(actor: Actor, conferenceId: string): Promise<AssignmentNow> {
    const rows: AssignmentNow[] = await this.db.query(
      `with panels as materialized (
         select s.id, coalesce(z.places, k.reviews_per_submission) as wanted,
           (select count(*)::int from assignment a where a.submission_id = s.id and a.status = 'assigned') as has
         from submission s join call k on k.id = s.call_id left join panel_size z on z.submission_id = s.id
         where ${VISIBLE} and s.status = any($3) and s.held_until is null),
       loads as materialized (
         select r.max_load, (select count(*)::int from assignment a join submission s on s.id = a.submission_id
           where a.reviewer_id = r.id and a.status = 'assigned' and s.status <> 'withdrawn' and not ${ownedBy('s', '$2')}) as load
         from reviewer r where r.conference_id = $1 and r.status = 'accepted')
       select (select count(*)::int from panels) as submissions, (select count(*)::int from loads) as reviewers,
         (select coalesce(sum(has), 0)::int from panels) as assigned,
         (select coalesce(sum(greatest(0, max_load - load)), 0)::int from loads) as room,
         (select coalesce(sum(greatest(0, wanted - has)), 0)::int from panels) as needed`,
      [conferenceId, actor.personId, REVIEWABLE],
    );
    return rows[0]!;
  }

  /** Assignments that stand now; a proposal that was computed from others can no longer be applied. */
  async standing(conferenceId: string): Promise<Pair[]> {
    return this.db.query(
      `select a.submission_id as "submissionId", a.reviewer_id as "reviewerId"
       from assignment a join submission s on s.id = a.submission_id
       where s.conference_id = $1 and a.status = 'assigned' and s.status <> 'withdrawn'`,
      [conferenceId],
    );
  }

  async submissions(ids: readonly string[]): Promise<Map<string, RunSubmission>> {
    const rows: RunSubmission[] = await this.db.query(
      `select id, title, status = any($2) and held_until is null as open from submission where id = any($1)`,
      [[...new Set(ids)], REVIEWABLE],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  async reviewers(ids: readonly string[]): Promise<Map<string, RunReviewer>> {
    const rows: RunReviewer[] = await this.db.query(
      `select id, name, max_load as "maxLoad", status = 'accepted' as accepted from reviewer where id = any($1)`,
      [[...new Set(ids)]],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** Titles of each submission's topics. */
  async topics(ids: readonly string[]): Promise<Map<string, string[]>> {
    const rows: { id: string; titles: string[] }[] = await this.db.query(
      `select st.submission_id as id, jsonb_agg(t.title order by t.position) as titles
       from submission_topic st join topic t on t.id = st.topic_id where st.submission_id = any($1) group by 1`,
      [ids],
    );
    return new Map(rows.map(({ id, titles }) => [id, titles]));
  }

  /** Titles of the topics that both of a pair have, by `submission reviewer`. */
  async shared(pairs: readonly Pair[]): Promise<Map<string, string[]>> {
    const rows: (Pair & { titles: string[] })[] = await this.db.query(
      `select p.s as "submissionId", p.r as "reviewerId", jsonb_agg(t.title order by t.position) as titles
       from unnest($1::text[], $2::text[]) as p (s, r) join submission_topic st on st.submission_id = p.s
       join reviewer_topic rt on rt.reviewer_id = p.r and rt.topic_id = st.topic_id join topic t on t.id = st.topic_id
       group by p.s, p.r`,
      [pairs.map((pair) => pair.submissionId), pairs.map((pair) => pair.reviewerId)],
    );
    return new Map(rows.map((row) => [pairKey(row), row.titles]));
  }
}

export const pairKey = (pair: Pair): string => `${pair.submissionId} ${pair.reviewerId}`;
