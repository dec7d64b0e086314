import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../../platform/actor.js';
import { ownedBy } from '../../reviews/ownership.js';
import { REVIEWABLE } from '../../reviews/review-rules.js';
import { VISIBLE } from '../../submissions/submission-list.js';
import { VISIBLE_MAIL } from './mail.queries.js';
import { DISAGREE_FROM, PANELS } from './panel.js';
import type { ListedSubmission } from './submissions.queries.js';

/** Everything that the overview counts; the viewer's own submissions are not among it. */
export interface OverviewFacts {
  submitted: number;
  drafts: number;
  reviewers: number;
  invited: number;
  silent: number;
  registered: number;
  /** Submissions with a pending or an announced decision, with an announced one, and of these the accepted. */
  decided: number;
  released: number;
  accepted: number;
  pending: number;
  /** Under review without a pending decision; and of these with all their reviews. */
  undecided: number;
  ready: number;
  assigned: number;
  handedIn: number;
  begun: number;
  fewReviews: number;
  unassigned: number;
  /** Submissions that a reviewer gave back and whose panels are smaller than wanted. */
  freePlaces: number;
  /** Standing assignments in which a conflict has arisen. */
  conflicted: number;
  disagreements: number;
  uncertain: number;
  refused: number;
  letters: number;
  proposals: number;
  /** Id of the last build where it failed. */
  failedBuild: string | null;
  /** Means of the panels. */
  means: number[];
  /** Submissions by the day of their arrival in the conference's zone, `YYYY-MM-DD`. */
  days: Record<string, number>;
}

/** The overview's numbers in one statement, and what changed last in another. */
@Injectable()
export class OverviewQueries {
  constructor(private readonly db: DataSource) {}

  async facts(
    actor: Actor,
    conference: { id: string; timeZone: string },
    reviewsWanted: number,
    now: Date,
  ): Promise<OverviewFacts> {
    const rows: OverviewFacts[] = await this.db.query(
      `with list as materialized (
         select s.id, s.status, s.submitted_at, p.outcome as pending,
           s.status = any($4) and s.held_until is null as reviewable,
           exists (select 1 from decision d where d.submission_id = s.id) as released,
           coalesce(w.total, 0) as total, coalesce(w.handed_in, 0) as handed_in, coalesce(w.begun, 0) as begun, w.mean, w.spread
         from submission s left join pending_decision p on p.submission_id = s.id left join ${PANELS} w on w.submission_id = s.id
         where ${VISIBLE}),
       standing as materialized (select * from list where status <> 'withdrawn')
       select
         (select count(*)::int from standing) as submitted,
         (select count(*)::int from submission where conference_id = $1 and status = 'draft') as drafts,
         (select count(*)::int from reviewer where conference_id = $1 and status = 'accepted') as reviewers,
         (select count(*)::int from reviewer where conference_id = $1 and status in ('invited', 'accepted')) as invited,
         (select count(*)::int from reviewer where conference_id = $1 and status = 'invited'
            and invited_at < $5::timestamptz - interval '7 days') as silent,
         (select count(*)::int from registration where conference_id = $1 and status = 'registered' and held_until is null) as registered,
         (select count(*)::int from standing where pending is not null or released) as decided,
         (select count(*)::int from standing where released) as released,
         (select count(*)::int from standing where status in ('accepted', 'confirmed', 'published')) as accepted,
         (select count(*)::int from standing where pending is not null) as pending,
         (select count(*)::int from standing where reviewable and pending is null) as undecided,
         (select count(*)::int from standing where reviewable and pending is null and handed_in >= $6) as ready,
         (select coalesce(sum(total), 0)::int from standing) as assigned,
         (select coalesce(sum(handed_in), 0)::int from standing) as "handedIn",
         (select coalesce(sum(begun), 0)::int from standing) as begun,
         (select count(*)::int from standing where reviewable and handed_in < $6) as "fewReviews",
         (select count(*)::int from standing where reviewable and total = 0) as unassigned,
         (select count(*)::int from standing l where reviewable and total < $6 and exists (
            select 1 from assignment a where a.submission_id = l.id and a.status = 'declined')) as "freePlaces",
         (select count(*)::int from assignment_flag f join assignment a on a.id = f.assignment_id and a.status = 'assigned'
          join standing l on l.id = a.submission_id) as conflicted,
         (select count(*)::int from standing where reviewable and spread >= $7) as disagreements,
         (select count(*)::int from mail_message m where ${VISIBLE_MAIL} and m.state = 'uncertain') as uncertain,
         (select count(*)::int from mail_message m where ${VISIBLE_MAIL} and m.state in ('refused', 'bounced')) as refused,
         (select count(*)::int from letter_of_interest where conference_id = $1 and held_until is null
            and status in ('received', 'considered')) as letters,
         (select count(*)::int from assignment_run r where r.conference_id = $1 and r.status = 'proposed'
            and not exists (select 1 from assignment_run l where l.conference_id = $1 and l.created_at > r.created_at)) as proposals,
         (select case when b.status = 'failed' then b.id end from proceedings_build b where b.conference_id = $1
          order by b.created_at desc, b.id limit 1) as "failedBuild",
         (select coalesce(jsonb_agg(mean), '[]') from standing where mean is not null) as means,
         (select coalesce(jsonb_object_agg(day, n), '{}') from (
            select to_char(submitted_at at time zone $3, 'YYYY-MM-DD') as day, count(*)::int as n
            from list where submitted_at is not null group by 1) each) as days`,
      [conference.id, actor.personId, conference.timeZone, REVIEWABLE, now, reviewsWanted, DISAGREE_FROM],
    );
    return rows[0]!;
  }

  /** The few submissions about which something happened last: they arrived or changed, were reviewed or decided. */
  async latest(actor: Actor, conferenceId: string, limit: number): Promise<ListedSubmission[]> {
    return this.db.query(
      `with reviewed as materialized (
         select a.submission_id, max(v.handed_in_at) as at from assignment a join review v on v.assignment_id = a.id
         join submission x on x.id = a.submission_id and x.conference_id = $1 and not ${ownedBy('x', '$2')}
         where a.status = 'assigned' and v.status = 'handed_in' group by a.submission_id)
       select s.id, s.title, s.status, s.held_until is not null as held, p.outcome as pending,
         coalesce(w.total, 0) as total, coalesce(w.handed_in, 0) as "handedIn", coalesce(w.begun, 0) as begun, w.mean, w.spread,
         coalesce((select jsonb_agg(t.title order by t.position) from submission_topic st join topic t on t.id = st.topic_id
           where st.submission_id = s.id), '[]') as topics
       from submission s left join pending_decision p on p.submission_id = s.id left join ${PANELS} w on w.submission_id = s.id
       left join reviewed on reviewed.submission_id = s.id
       where ${VISIBLE} order by greatest(s.updated_at, p.decided_at, reviewed.at) desc, s.id limit $3`,
      [conferenceId, actor.personId, limit],
    );
  }
}
