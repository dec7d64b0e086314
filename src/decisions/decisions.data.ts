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

/** Decisions that a chair made; those on one's own submissions. */
@Injectable()
export class DecisionsData implements PersonalData {
  readonly columns = [
    'chair_organisation.person_id',
    'decision_move.moved_by',
    'decision_recipient.person_id',
    'decision_release.released_by',
    'pending_decision.decided_by',
    'release_list.confirmed_by',
    'release_list.created_by',
    'release_list.scheduled_by',
  ];

  /** A pending decision on one's own submission is announced by its release alone, not by an export. */
  async exportOf(db: EntityManager, personId: string): Promise<Record<string, unknown[]>> {
    return {
      decisions: await db.query(
        `select d.submission_id as submission, d.version, d.outcome, d.text_to_authors as text, d.conditions, d.released_at as "releasedAt"
         from decision d where exists (select 1 from submission_author a
           where a.submission_id = d.submission_id and a.person_id = $1) order by d.released_at, d.submission_id`,
        [personId],
      ),
      decided: await db.query(
        `select submission_id as submission, outcome, reason, text_to_authors as text, conditions, rank, decided_at as "decidedAt"
         from pending_decision where decided_by = $1 order by decided_at`,
        [personId],
      ),
      releaseLists: await db.query(
        `select l.created_at as "createdAt", l.status, l.size, l.confirmed_at as "confirmedAt", l.due_at as "dueAt", c.name as conference
         from release_list l join conference c on c.id = l.conference_id
         where $1 in (l.created_by, l.confirmed_by, l.scheduled_by) order by l.created_at`,
        [personId],
      ),
      decidesFor: await db.query(
        `select o.organisation, c.name as conference from chair_organisation o join conference c on c.id = o.conference_id
         where o.person_id = $1 order by c.name`,
        [personId],
      ),
      releases: await db.query(
        `select r.released_at as "releasedAt", r.size, c.name as conference from decision_release r
         join conference c on c.id = r.conference_id where r.released_by = $1 order by r.released_at`,
        [personId],
      ),
    };
  }

  holdings(db: EntityManager, personId: string): Promise<Holding[]> {
    return holdingsBy(
      db,
      personId,
      'kept',
      `select 'decision' as kind, d.id, s.conference_id as "conferenceId", d.submission_id as "submissionId"
       from decision d join submission s on s.id = d.submission_id where exists (
         select 1 from submission_author a where a.submission_id = d.submission_id and a.person_id = $1)
       union all select 'decided', id, conference_id, null from decision_release where released_by = $1`,
    );
  }

  /** A decision stays, with its text; only the name goes out of it. */
  async erase(tx: Tx, _actor: Actor, person: ErasedPerson): Promise<void> {
    const needles = needlesOf(person);
    await replaceWords(
      tx,
      [
        'decision.text_to_authors',
        'decision.conditions',
        'pending_decision.reason',
        'pending_decision.text_to_authors',
        'pending_decision.conditions',
        'decision_move_line.was_reason',
        'decision_move_line.was_text',
        'decision_move_line.was_conditions',
        'chair_organisation.organisation',
      ],
      needles,
      person.replacement,
    );
    const pattern = patternOf(needles);
    if (pattern)
      await tx.manager.query(
        `update decision set comments = regexp_replace(comments::text, $1, $2, 'gi')::jsonb where comments::text ~* $1`,
        [pattern, person.replacement],
      );
  }

  async move(tx: Tx, _actor: Actor, fromId: string, intoId: string): Promise<void> {
    // One person cannot have confirmed what they have frozen themselves.
    await tx.manager.query(
      `update release_list set confirmed_by = null, confirmed_at = null, version = version + 1
       where status = 'open' and confirmed_by in ($1, $2) and created_by in ($1, $2)`,
      [fromId, intoId],
    );
    await tx.manager.query(
      `delete from chair_organisation f using chair_organisation i
       where f.person_id = $1 and i.person_id = $2 and i.conference_id = f.conference_id`,
      [fromId, intoId],
    );
    await moveColumns(tx, this.columns, fromId, intoId);
  }
}
