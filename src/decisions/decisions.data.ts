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
  readonly columns = ['decision_release.released_by', 'pending_decision.decided_by'];

  /** A pending decision on one's own submission is announced by its release alone, not by an export. */
  async exportOf(db: EntityManager, personId: string): Promise<Record<string, unknown[]>> {
    return {
      decisions: await db.query(
        `select d.submission_id as submission, d.version, d.outcome, d.text_to_authors as text, d.released_at as "releasedAt"
         from decision d where exists (select 1 from submission_author a
           where a.submission_id = d.submission_id and a.person_id = $1) order by d.released_at, d.submission_id`,
        [personId],
      ),
      decided: await db.query(
        `select submission_id as submission, outcome, reason, text_to_authors as text, decided_at as "decidedAt"
         from pending_decision where decided_by = $1 order by decided_at`,
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
      ['decision.text_to_authors', 'pending_decision.reason', 'pending_decision.text_to_authors'],
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
    await moveColumns(tx, this.columns, fromId, intoId);
  }
}
