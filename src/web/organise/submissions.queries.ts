import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../../platform/actor.js';
import { containing } from '../../platform/fold.js';
import { REVIEWABLE } from '../../reviews/review-rules.js';
import { VISIBLE } from '../../submissions/submission-list.js';
import type { Outcome } from '../../submissions/submission-states.js';
import { PANELS } from './panel.js';
import { PAGE_ROWS } from './slice.js';

export const SORTS = ['title', '-title', 'mean', '-mean', 'spread', '-spread'] as const;

export interface SubmissionFilters {
  status?: string;
  topic?: string;
  missing?: string;
  q?: string;
  sort?: string;
}

/** A row of the organisers' list, with what its panel says. */
export interface ListedSubmission {
  id: string;
  title: string;
  status: string;
  held: boolean;
  topics: string[];
  total: number;
  handedIn: number;
  begun: number;
  mean: number | null;
  spread: number | null;
  pending: Outcome | null;
}

/** What the whole list holds, for its filters. */
export interface SubmissionFacets {
  total: number;
  matching: number;
  missing: number;
  statuses: Record<string, number>;
  topics: { id: string; title: string; count: number }[];
}

const ORDER: Record<string, string> = {
  title: 'lower(title), id',
  '-title': 'lower(title) desc, id',
  mean: 'mean, id',
  '-mean': 'mean desc nulls last, id',
  spread: 'spread, id',
  '-spread': 'spread desc nulls last, id',
};
const NEWEST = 'submitted_at desc nulls last, id';

/** `$1` conference, `$2` viewer, `$3` reviews wanted for each submission, `$4` statuses in which they are wanted. */
const LIST = `with list as materialized (
  select s.id, s.title, s.status, s.held_until is not null as held, s.submitted_at, s.search_text, p.outcome as pending,
    coalesce(w.total, 0) as total, coalesce(w.handed_in, 0) as handed_in, coalesce(w.begun, 0) as begun, w.mean, w.spread,
    s.status = any($4) and s.held_until is null and coalesce(w.handed_in, 0) < $3 as missing
  from submission s left join pending_decision p on p.submission_id = s.id left join ${PANELS} w on w.submission_id = s.id
  where ${VISIBLE})`;

/** Joins for the organisers' list of submissions: two statements for any number of rows, none of the viewer's own. */
@Injectable()
export class SubmissionQueries {
  constructor(private readonly db: DataSource) {}

  /** One page of what matches, in the order asked for, newest first without one. */
  async rows(
    actor: Actor,
    conferenceId: string,
    wanted: number,
    filters: SubmissionFilters,
    start = 0,
    limit = PAGE_ROWS,
  ): Promise<ListedSubmission[]> {
    const { where, values } = this.filter(actor, conferenceId, wanted, filters);
    return this.db.query(
      `${LIST} select id, title, status, held, total, handed_in as "handedIn", begun, mean, spread, pending,
         coalesce((select jsonb_agg(t.title order by t.position) from submission_topic st join topic t on t.id = st.topic_id
           where st.submission_id = list.id), '[]') as topics
       from list where ${where} order by ${ORDER[filters.sort ?? ''] ?? NEWEST}
       limit $${values.push(limit)} offset $${values.push(start)}`,
      values,
    );
  }

  /** Totals, and how many each filter would leave. */
  async facets(
    actor: Actor,
    conferenceId: string,
    wanted: number,
    filters: SubmissionFilters,
  ): Promise<SubmissionFacets> {
    const { where, values } = this.filter(actor, conferenceId, wanted, filters);
    const rows: SubmissionFacets[] = await this.db.query(
      `${LIST} select (select count(*)::int from list) as total,
         (select count(*)::int from list where ${where}) as matching,
         (select count(*)::int from list where missing) as missing,
         (select coalesce(jsonb_object_agg(status, n), '{}')
          from (select status, count(*)::int as n from list group by status) each) as statuses,
         (select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'title', t.title, 'count', coalesce(each.n, 0))
            order by t.position), '[]')
          from topic t left join (select st.topic_id, count(*)::int as n from submission_topic st join list on list.id = st.submission_id
            group by st.topic_id) each on each.topic_id = t.id
          where t.conference_id = $1 and (t.retired_at is null or each.n > 0)) as topics`,
      values,
    );
    return rows[0]!;
  }

  private filter(actor: Actor, conferenceId: string, wanted: number, filters: SubmissionFilters) {
    const values: unknown[] = [conferenceId, actor.personId, wanted, REVIEWABLE];
    const where = ['true'];
    if (filters.status) where.push(`list.status = $${values.push(filters.status)}`);
    if (filters.missing) where.push('list.missing');
    if (filters.topic)
      where.push(
        `exists (select 1 from submission_topic st where st.submission_id = list.id and st.topic_id = $${values.push(filters.topic)})`,
      );
    if (filters.q)
      where.push(
        `(list.search_text like $${values.push(containing(filters.q))} or list.id = $${values.push(filters.q.toUpperCase())})`,
      );
    return { where: where.join(' and '), values };
  }

  /** Mails about a submission, newest first, and its entries in the record, newest first; two statements. */
  async surroundings(submissionId: string): Promise<{ mails: SubmissionMail[]; record: SubmissionEntry[] }> {
    const mails: SubmissionMail[] = await this.db.query(
      `select id, case when sealed_for is null then subject end as subject, recipient_typed as "to", state, created_at as at from mail_message where subject_id = $1
       order by created_at desc, id limit 100`,
      [submissionId],
    );
    const record: SubmissionEntry[] = await this.db.query(
      `select e.action, e.at, e.reason, p.name as by from audit_entry e left join person p on p.id = e.actor_id
       where e.subject_type in ('submission', 'pending_decision') and e.subject_id = $1 order by e.at desc, e.id limit 100`,
      [submissionId],
    );
    return { mails, record };
  }
}

export interface SubmissionMail {
  id: string;
  /** Null where the message is protected. */
  subject: string | null;
  to: string;
  state: string;
  at: Date;
}

export interface SubmissionEntry {
  action: string;
  at: Date;
  reason: string | null;
  by: string | null;
}
