import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { needlesOf, type ErasedPerson } from '../people/needles.js';
import {
  holdingsBy,
  moveColumns,
  replaceWords,
  type Collision,
  type Holding,
  type PersonalData,
} from '../people/personal-data.js';
import type { Actor } from '../platform/actor.js';
import type { Tx } from '../platform/work.js';

/** Reviewers' places, what they were assigned, wrote and declared. */
@Injectable()
export class ReviewsData implements PersonalData {
  readonly columns = [
    'reviewer.person_id',
    'reviewer.invited_by',
    'declared_conflict.person_id',
    'declared_conflict.declared_by',
    'conflict_override.made_by',
    'assignment_run.created_by',
    'assignment.assigned_by',
  ];

  /** What others declared about the person, and why, is not theirs to read: it may name an author. */
  async exportOf(db: EntityManager, personId: string): Promise<Record<string, unknown[]>> {
    return {
      reviewing: await db.query(
        `select c.name as conference, r.name, r.affiliation, r.ror, r.languages, r.expertise, r.country, r.address, r.status, r.max_load as "maxLoad",
           r.invited_at as "invitedAt", r.answered_at as "answeredAt", r.decline_reason as "declineReason"
         from reviewer r join conference c on c.id = r.conference_id where r.person_id = $1 order by r.invited_at`,
        [personId],
      ),
      reviews: await db.query(
        `select a.submission_id as submission, a.status as assignment, v.status, v.scores, v.overall, v.confidence,
           v.comments_to_authors as "commentsToAuthors", v.comments_to_organisers as "commentsToOrganisers",
           v.updated_at as "updatedAt", v.handed_in_at as "handedInAt"
         from reviewer r join assignment a on a.reviewer_id = r.id left join review v on v.assignment_id = a.id
         where r.person_id = $1 order by a.assigned_at, a.id`,
        [personId],
      ),
      bids: await db.query(
        `select b.submission_id as submission, b.bid, b.at from bid b join reviewer r on r.id = b.reviewer_id
         where r.person_id = $1 order by b.at, b.submission_id`,
        [personId],
      ),
      conflicts: await db.query(
        `select submission_id as submission, reason, created_at as "createdAt" from declared_conflict
         where declared_by = $1 and person_id = $1 order by created_at`,
        [personId],
      ),
    };
  }

  async holdings(db: EntityManager, personId: string): Promise<Holding[]> {
    const of = (fate: Holding['fate'], query: string) => holdingsBy(db, personId, fate, query);
    return [
      ...(await of(
        'emptied',
        `select 'reviewer' as kind, id, conference_id as "conferenceId", null as "submissionId" from reviewer
         where person_id = $1`,
      )),
      ...(await of(
        'kept',
        `select case when v.status = 'handed_in' then 'review' else 'assignment' end as kind, a.id,
           r.conference_id as "conferenceId", a.submission_id as "submissionId"
         from reviewer r join assignment a on a.reviewer_id = r.id left join review v on v.assignment_id = a.id
         where r.person_id = $1 and (a.status = 'assigned' or v.status = 'handed_in')`,
      )),
    ];
  }

  async namesOf(db: EntityManager, personId: string): Promise<string[]> {
    const rows: { name: string }[] = await db.query(`select name from reviewer where person_id = $1`, [
      personId,
    ]);
    return rows.map((row) => row.name);
  }

  /** What was handed in stays, since decisions rest on it; drafts are emptied, open assignments end. */
  async erase(tx: Tx, _actor: Actor, person: ErasedPerson): Promise<void> {
    await tx.manager.query(
      `update review v set comments_to_authors = '', comments_to_organisers = '', scores = '{}', overall = null,
         confidence = null from assignment a join reviewer r on r.id = a.reviewer_id
       where v.assignment_id = a.id and r.person_id = $1 and v.status = 'draft'`,
      [person.id],
    );
    await tx.manager.query(
      `update assignment a set status = 'removed', ended_at = $2, version = a.version + 1 from reviewer r
       where r.id = a.reviewer_id and r.person_id = $1 and a.status = 'assigned'
         and not exists (select 1 from review v where v.assignment_id = a.id and v.status = 'handed_in')`,
      [person.id, tx.now],
    );
    // One whose reviews stand keeps the place, without a name.
    await tx.manager.query(
      `update reviewer r set name = $2, affiliation = null, ror = null, expertise = '', languages = '{}', country = null, address = lower(r.id) || '@erased.invalid',
         decline_reason = null, max_load = 0, version = r.version + 1,
         status = case when exists (select 1 from assignment a where a.reviewer_id = r.id and a.status = 'assigned')
           then r.status else 'removed' end
       where r.person_id = $1`,
      [person.id, person.replacement],
    );
    await tx.manager.query(
      `delete from bid b using reviewer r where r.id = b.reviewer_id and r.person_id = $1 and b.bid <> 'conflict'`,
      [person.id],
    );
    await tx.manager.query(
      `update declared_conflict set reason = '' where declared_by = $1 or person_id = $1`,
      [person.id],
    );
    await replaceWords(
      tx,
      [
        'review.comments_to_authors',
        'review.comments_to_organisers',
        'declared_conflict.reason',
        'conflict_override.note',
        'reviewer.expertise',
        'reviewer.decline_reason',
        'assignment.end_reason',
      ],
      needlesOf(person),
      person.replacement,
    );
  }

  async collisions(db: EntityManager, fromId: string, intoId: string): Promise<Collision[]> {
    const own: { id: string; conferenceId: string }[] = await db.query(
      `select distinct s.id, s.conference_id as "conferenceId" from assignment a join reviewer r on r.id = a.reviewer_id
       join submission s on s.id = a.submission_id
       where a.status = 'assigned' and r.person_id = any($1) and (s.created_by = any($1) or exists (
         select 1 from submission_author w where w.submission_id = s.id and w.person_id = any($1))
         or exists (select 1 from declared_conflict d where d.submission_id = s.id and d.person_id = any($1)))
       order by s.id`,
      [[fromId, intoId]],
    );
    const both: { conferenceId: string; busy: boolean }[] = await db.query(
      `select f.conference_id as "conferenceId",
         exists (select 1 from assignment a where a.reviewer_id = f.id)
         and exists (select 1 from assignment a where a.reviewer_id = i.id) as busy
       from reviewer f join reviewer i on i.conference_id = f.conference_id and i.person_id = $2
       where f.person_id = $1 order by 1`,
      [fromId, intoId],
    );
    return [
      ...own.map(({ id, conferenceId }): Collision => ({
        code: 'ownReview',
        conferenceId,
        submissionId: id,
        solved: false,
      })),
      ...both.map(({ conferenceId, busy }): Collision => ({
        code: 'reviewers',
        conferenceId,
        submissionId: null,
        solved: !busy,
      })),
    ];
  }

  /** Of two places in one conference the one without assignments goes; `collisions` has refused two with some. */
  async move(tx: Tx, _actor: Actor, fromId: string, intoId: string): Promise<void> {
    // What was bid at one place was bid at both; a conflict wins.
    await tx.manager.query(
      `insert into bid (reviewer_id, submission_id, bid, at)
       select o.id, b.submission_id, b.bid, b.at from bid b join reviewer r on r.id = b.reviewer_id
         join reviewer o on o.conference_id = r.conference_id and o.id <> r.id
       where r.person_id = any($1) and o.person_id = any($1)
       on conflict (reviewer_id, submission_id) do update set bid = 'conflict' where excluded.bid = 'conflict'`,
      [[fromId, intoId]],
    );
    await tx.manager.query(
      `delete from reviewer r using reviewer o where r.conference_id = o.conference_id and r.id <> o.id
         and r.person_id = any($1) and o.person_id = any($1)
         and not exists (select 1 from assignment a where a.reviewer_id = r.id)
         and (r.person_id = $2 or exists (select 1 from assignment a where a.reviewer_id = o.id))`,
      [[fromId, intoId], fromId],
    );
    await tx.manager.query(
      `delete from declared_conflict f using declared_conflict i
       where f.person_id = $1 and i.person_id = $2 and i.submission_id = f.submission_id and i.source = f.source`,
      [fromId, intoId],
    );
    await moveColumns(tx, this.columns, fromId, intoId);
  }
}
