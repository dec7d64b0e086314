import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { needlesOf, patternOf, type ErasedPerson } from '../people/needles.js';
import {
  holdingsBy,
  moveColumns,
  replaceWords,
  type Holding,
  type PersonalData,
} from '../people/personal-data.js';
import type { Actor } from '../platform/actor.js';
import type { Tx } from '../platform/work.js';
import { ReviewNotes } from './review-notes.service.js';

/** What people noted, said on panels, answered as authors and summed up as chairs. */
@Injectable()
export class ReviewingData implements PersonalData {
  readonly columns = ['discussion.opened_by', 'author_response.answered_by', 'meta_review.written_by'];

  constructor(private readonly notes: ReviewNotes) {}

  async exportOf(db: EntityManager, personId: string): Promise<Record<string, unknown[]>> {
    return {
      reviewNotes: [...(await this.notes.allOf(db, personId))].map(([assignment, text]) => ({
        assignment,
        text,
      })),
      discussionPosts: await db.query(
        `select p.submission_id as submission, p.text, p.posted_at as "postedAt", p.edited_at as "editedAt",
           coalesce((select jsonb_agg(e.text order by e.version) from discussion_edit e where e.post_id = p.id), '[]') as "earlierTexts"
         from discussion_post p join reviewer r on r.id = p.reviewer_id where r.person_id = $1 order by p.posted_at, p.id`,
        [personId],
      ),
      reviewReminders: await db.query(
        `select m.assignment_id as assignment, m.step, m.sent_at as "sentAt" from review_reminder m
         join assignment a on a.id = m.assignment_id join reviewer r on r.id = a.reviewer_id where r.person_id = $1
         order by m.sent_at, 1`,
        [personId],
      ),
      responses: await db.query(
        `select submission_id as submission, text, answered_at as "answeredAt" from author_response
         where answered_by = $1 order by answered_at`,
        [personId],
      ),
      metaReviews: await db.query(
        `select submission_id as submission, text, written_at as "writtenAt" from meta_review
         where written_by = $1 order by written_at`,
        [personId],
      ),
    };
  }

  async holdings(db: EntityManager, personId: string): Promise<Holding[]> {
    return [
      ...(await holdingsBy(
        db,
        personId,
        'deleted',
        `select 'reviewNote' as kind, n.assignment_id as id, r.conference_id as "conferenceId", a.submission_id as "submissionId"
         from review_note n join assignment a on a.id = n.assignment_id join reviewer r on r.id = a.reviewer_id
         where r.person_id = $1`,
      )),
      ...(await holdingsBy(
        db,
        personId,
        'kept',
        `select 'discussionPost' as kind, p.id, r.conference_id as "conferenceId", p.submission_id as "submissionId"
         from discussion_post p join reviewer r on r.id = p.reviewer_id where r.person_id = $1`,
      )),
      ...(await holdingsBy(
        db,
        personId,
        'kept',
        `select case when m.submission_id is null then 'response' else 'metaReview' end as kind, s.id,
           s.conference_id as "conferenceId", s.id as "submissionId"
         from submission s left join author_response r on r.submission_id = s.id and r.answered_by = $1
         left join meta_review m on m.submission_id = s.id and m.written_by = $1
         where r.submission_id is not null or m.submission_id is not null`,
      )),
    ];
  }

  /** Notes go. What was said on panels and in responses stays, since decisions rest on it, without the name. */
  async erase(tx: Tx, _actor: Actor, person: ErasedPerson): Promise<void> {
    await tx.manager.query(
      `delete from review_note n using assignment a join reviewer r on r.id = a.reviewer_id
       where a.id = n.assignment_id and r.person_id = $1`,
      [person.id],
    );
    await replaceWords(
      tx,
      ['discussion_post.text', 'discussion_edit.text', 'author_response.text', 'meta_review.text'],
      needlesOf(person),
      person.replacement,
    );
    const pattern = patternOf(needlesOf(person));
    if (pattern)
      await tx.manager.query(
        `update author_response set reviews = regexp_replace(reviews::text, $1, $2, 'gi')::jsonb where reviews::text ~* $1`,
        [pattern, person.replacement],
      );
  }

  /** Notes are sealed anew, for as long as their assignments are the one's who goes. */
  async move(tx: Tx, _actor: Actor, fromId: string, intoId: string): Promise<void> {
    await this.notes.sealAnew(tx, fromId, intoId);
    await moveColumns(tx, this.columns, fromId, intoId);
  }
}
