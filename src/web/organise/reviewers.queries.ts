import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../../platform/actor.js';
import { INVITATION_MAIL, ASSIGNED_MAIL } from '../../reviews/review-mails.js';
import { ownedBy } from '../../reviews/ownership.js';
import { REVIEWABLE } from '../../reviews/review-rules.js';
import type { Reviewer, ReviewerStatus } from '../../reviews/reviewer.entity.js';
import { VISIBLE } from '../../submissions/submission-list.js';
import { VISIBLE_MAIL } from './mail.queries.js';
import { PAGE_ROWS } from './slice.js';

export interface ReviewerFilters {
  status?: ReviewerStatus;
  q?: string;
}

export interface ListedReviewer {
  id: string;
  name: string;
  affiliation: string | null;
  address: string;
  status: ReviewerStatus;
  topics: string[];
  load: number;
  maxLoad: number;
  handedIn: number;
  invitedAt: Date;
  remindedAt: Date | null;
  reason: string | null;
  version: number;
}

export interface ReviewerFacets {
  statuses: Partial<Record<ReviewerStatus, number>>;
  total: number;
  matching: number;
  /** Places on panels that the call asks for, and what those who have accepted would take in all. */
  places: number;
  room: number;
}

/** Joins for the organisers' list of reviewers; two statements for any number of rows. */
@Injectable()
export class ReviewerQueries {
  constructor(private readonly db: DataSource) {}

  /** One page of reviewers by name; work on the viewer's own submissions is not counted. */
  async rows(
    actor: Actor,
    conferenceId: string,
    filters: ReviewerFilters,
    start = 0,
    limit = PAGE_ROWS,
  ): Promise<ListedReviewer[]> {
    const values: unknown[] = [conferenceId, actor.personId];
    const where = filtered(filters, values);
    return this.db.query(
      `select r.id, r.name, r.affiliation, r.address, r.status, r.max_load as "maxLoad", r.invited_at as "invitedAt",
         r.decline_reason as reason, r.version, work.load, work."handedIn",
         coalesce((select jsonb_agg(t.title order by t.position) from reviewer_topic rt join topic t on t.id = rt.topic_id
           where rt.reviewer_id = r.id), '[]') as topics,
         (select max(m.created_at) from mail_message m join mail_message first on first.id = m.resend_of
          where ${VISIBLE_MAIL} and m.recipient_id = r.person_id
            and m.kind = any($${values.push(REMINDERS)})) as "remindedAt"
       from reviewer r cross join lateral (
         select count(*)::int as load, (count(*) filter (where v.status = 'handed_in'))::int as "handedIn"
         from assignment a join submission s on s.id = a.submission_id left join review v on v.assignment_id = a.id
         where a.reviewer_id = r.id and a.status = 'assigned' and s.status <> 'withdrawn' and not ${ownedBy('s', '$2')}) work
       where r.conference_id = $1 and ${where} order by lower(r.name), r.id
       limit $${values.push(limit)} offset $${values.push(start)}`,
      values,
    );
  }

  /** Totals, and how many reviews are needed and can be taken. */
  async facets(actor: Actor, conferenceId: string, filters: ReviewerFilters): Promise<ReviewerFacets> {
    const values: unknown[] = [conferenceId, actor.personId, REVIEWABLE];
    const where = filtered(filters, values);
    const rows: ReviewerFacets[] = await this.db.query(
      `select
         (select coalesce(jsonb_object_agg(status, n), '{}') from
           (select status, count(*)::int as n from reviewer where conference_id = $1 group by status) each) as statuses,
         (select count(*)::int from reviewer where conference_id = $1) as total,
         (select count(*)::int from reviewer r where r.conference_id = $1 and ${where}) as matching,
         (select coalesce(sum(k.reviews_per_submission), 0)::int from submission s join call k on k.id = s.call_id
          where ${VISIBLE} and s.status = any($3) and s.held_until is null) as places,
         (select coalesce(sum(max_load), 0)::int from reviewer where conference_id = $1 and status = 'accepted') as room`,
      values,
    );
    return rows[0]!;
  }

  /**
   * The mail that reminds a reviewer when it is sent again: the invitation of who has not answered, or else the last one
   * that told of work and that the viewer may read. Null where there is none.
   */
  async reminder(actor: Actor, reviewer: Reviewer): Promise<string | null> {
    const rows: { id: string }[] = await this.db.query(
      `select m.id from mail_message m where ${VISIBLE_MAIL} and m.recipient_id = $3 and m.kind = $4 and m.state <> 'superseded'
       order by m.created_at desc, m.id limit 1`,
      [
        reviewer.conferenceId,
        actor.personId,
        reviewer.personId,
        reviewer.status === 'invited' ? INVITATION_MAIL.kind : ASSIGNED_MAIL.kind,
      ],
    );
    return rows[0]?.id ?? null;
  }
}

const REMINDERS = [INVITATION_MAIL.kind, ASSIGNED_MAIL.kind];

/** Who was removed is listed only when asked for. */
function filtered(filters: ReviewerFilters, values: unknown[]): string {
  const where = [filters.status ? `r.status = $${values.push(filters.status)}` : `r.status <> 'removed'`];
  if (filters.q) {
    const pattern = `$${values.push(`%${filters.q.replace(/[\\%_]/g, '\\$&')}%`)}`;
    where.push(`(r.name ilike ${pattern} or r.affiliation ilike ${pattern} or r.address ilike ${pattern})`);
  }
  return where.join(' and ');
}
