import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../../platform/actor.js';
import { ownedBy } from '../../reviews/ownership.js';
import { VISIBLE } from '../../submissions/submission-list.js';
import { VISIBLE_MAIL } from './mail.queries.js';
import { PAGE_ROWS } from './slice.js';

/** An entry of the record as an organiser may see it. */
export interface RecordRow {
  id: string;
  at: Date;
  by: string | null;
  byKind: 'person' | 'guest' | 'system';
  action: string;
  subjectType: string;
  subjectId: string;
  /** What the subject is called where it has a name and the viewer may know it. */
  label: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  reason: string | null;
  sealed: number | null;
}

/**
 * Entries of a conference (`$1`) that the viewer (`$2`) may see. What was never handed in or waits for a confirmed address stays
 * out, and what concerns their own submissions as organisers treat them: panels, reviews, pending decisions. Of what concerns
 * many at once they see that it was done, without its numbers.
 */
const LIST = `
  own as materialized (select s.id from submission s where s.conference_id = $1 and ${ownedBy('s', '$2')}),
  own_assignment as materialized (select a.id from assignment a where a.submission_id in (select id from own)),
  list as (
    select e.* from audit_entry e
    where e.conference_id = $1
      and (e.subject_type not in ('submission', 'pending_decision')
        or e.subject_id in (select s.id from submission s where ${VISIBLE}))
      and not (e.subject_type = 'letter_of_interest' and e.subject_id in
        (select l.id from letter_of_interest l where l.conference_id = $1 and l.held_until is not null))
      and not (e.subject_type = 'registration' and e.subject_id in
        (select r.id from registration r where r.conference_id = $1 and r.held_until is not null))
      and not (e.subject_type = 'assignment' and e.subject_id in (select id from own_assignment))
      and not (e.subject_type = 'review' and e.subject_id in
        (select v.id from review v where v.assignment_id in (select id from own_assignment)))
      and not exists (select 1 from own where own.id = e.after ->> 'submission')
      and (e.subject_type <> 'mail_message'
        or exists (select 1 from mail_message m where m.id = e.subject_id and ${VISIBLE_MAIL})))`;

/** Kinds of subjects whose entries count over many submissions. */
const COUNTING = `('decision_release', 'assignment_run', 'volume', 'proceedings_build')`;

/** The record of a conference; two statements for any number of rows. */
@Injectable()
export class RecordQueries {
  constructor(private readonly db: DataSource) {}

  /** One page, newest first. */
  async rows(
    actor: Actor,
    conferenceId: string,
    filters: { q?: string },
    start = 0,
    limit = PAGE_ROWS,
  ): Promise<RecordRow[]> {
    const values: unknown[] = [conferenceId, actor.personId];
    const where = searching(filters, values);
    return this.db.query(
      `with ${LIST},
         shown as (select list.*, p.name from list left join person p on p.id = list.actor_id where ${where}
           order by list.at desc, list.id limit $${values.push(limit)} offset $${values.push(start)})
       select e.id, e.at, nullif(e.name, '') as by, e.actor_kind as "byKind", e.action, e.subject_type as "subjectType",
         e.subject_id as "subjectId",
         case e.subject_type
           when 'submission' then (select s.id || ' ' || s.title from submission s where s.id = e.subject_id)
           when 'pending_decision' then (select s.id || ' ' || s.title from submission s where s.id = e.subject_id)
           when 'reviewer' then (select r.name from reviewer r where r.id = e.subject_id)
           when 'person' then (select p.name from person p where p.id = e.subject_id)
           when 'letter_of_interest' then (select l.organisation from letter_of_interest l where l.id = e.subject_id)
           when 'registration' then (select r.name from registration r where r.id = e.subject_id)
           when 'mail_message' then (select case when m.sealed_for is null then m.subject else m.kind end from mail_message m where m.id = e.subject_id) end as label,
         case when e.subject_type in ${COUNTING} and exists (select 1 from own) then null else e.before end as before,
         case when e.subject_type in ${COUNTING} and exists (select 1 from own) then null
           when exists (select 1 from own) then e.after - 'assignmentsEnded' else e.after end as after,
         e.reason, e.leaf_index::int as sealed
       from shown e order by e.at desc, e.id`,
      values,
    );
  }

  /** Whether an entry is among those that the viewer may see whole. */
  async includes(actor: Actor, conferenceId: string, entryId: string): Promise<boolean> {
    const rows: unknown[] = await this.db.query(
      `with ${LIST} select 1 from list e where e.id = $3
         and not ((e.subject_type in ${COUNTING} or e.after ? 'assignmentsEnded') and exists (select 1 from own))`,
      [conferenceId, actor.personId, entryId],
    );
    return rows.length > 0;
  }

  async counts(
    actor: Actor,
    conferenceId: string,
    filters: { q?: string },
  ): Promise<{ total: number; matching: number }> {
    const values: unknown[] = [conferenceId, actor.personId];
    const where = searching(filters, values);
    const rows: { total: number; matching: number }[] = await this.db.query(
      `with ${LIST} select count(*)::int as total, (count(*) filter (where ${where}))::int as matching
       from list left join person p on p.id = list.actor_id`,
      values,
    );
    return rows[0]!;
  }
}

function searching({ q }: { q?: string }, values: unknown[]): string {
  if (!q) return 'true';
  const pattern = `$${values.push(`%${q.replace(/[\\%_]/g, '\\$&')}%`)}`;
  return `(list.action ilike ${pattern} or list.subject_id ilike ${pattern} or list.reason ilike ${pattern} or p.name ilike ${pattern})`;
}
