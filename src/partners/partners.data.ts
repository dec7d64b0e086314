import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { needlesOf, type ErasedPerson } from '../people/needles.js';
import {
  holdingsBy,
  moveColumns,
  replaceWords,
  type Holding,
  type PersonalData,
} from '../people/personal-data.js';
import type { Actor } from '../platform/actor.js';
import type { Tx } from '../platform/work.js';

/** Letters of interest, and who answered them. */
@Injectable()
export class PartnersData implements PersonalData {
  readonly columns = ['letter_of_interest.person_id', 'letter_of_interest.answered_by'];

  async exportOf(db: EntityManager, personId: string): Promise<Record<string, unknown[]>> {
    return {
      letters: await db.query(
        `select c.name as conference, l.organisation, l.country, l.website, l.contact_name as "contactName", l.address,
           l.contribution, l.letter, l.status, l.answer, l.created_at as "createdAt", l.answered_at as "answeredAt"
         from letter_of_interest l join conference c on c.id = l.conference_id where l.person_id = $1
         order by l.created_at`,
        [personId],
      ),
    };
  }

  holdings(db: EntityManager, personId: string): Promise<Holding[]> {
    return holdingsBy(
      db,
      personId,
      'deleted',
      `select 'letter' as kind, id, conference_id as "conferenceId", null as "submissionId" from letter_of_interest
       where person_id = $1`,
    );
  }

  async namesOf(db: EntityManager, personId: string): Promise<string[]> {
    const rows: { name: string }[] = await db.query(
      `select contact_name as name from letter_of_interest where person_id = $1`,
      [personId],
    );
    return rows.map((row) => row.name);
  }

  async erase(tx: Tx, _actor: Actor, person: ErasedPerson): Promise<void> {
    await tx.manager.query(`delete from letter_of_interest where person_id = $1`, [person.id]);
    await replaceWords(tx, ['letter_of_interest.answer'], needlesOf(person), person.replacement);
  }

  async move(tx: Tx, _actor: Actor, fromId: string, intoId: string): Promise<void> {
    await moveColumns(tx, this.columns, fromId, intoId);
  }
}
