import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import type { ErasedPerson } from '../people/needles.js';
import {
  holdingsBy,
  moveColumns,
  type Collision,
  type Holding,
  type PersonalData,
} from '../people/personal-data.js';
import type { Actor } from '../platform/actor.js';
import type { Tx } from '../platform/work.js';

/** Registrations to attend. */
@Injectable()
export class RegistrationsData implements PersonalData {
  readonly columns = ['registration.person_id'];

  constructor(private readonly audit: Audit) {}

  async exportOf(db: EntityManager, personId: string): Promise<Record<string, unknown[]>> {
    return {
      registrations: await db.query(
        `select c.name as conference, r.name, r.affiliation, r.country, r.address, r.attendance, r.interpretation,
           r.access_needs as "accessNeeds", r.status, r.created_at as "createdAt", r.cancelled_at as "cancelledAt"
         from registration r join conference c on c.id = r.conference_id where r.person_id = $1 order by r.created_at`,
        [personId],
      ),
    };
  }

  holdings(db: EntityManager, personId: string): Promise<Holding[]> {
    return holdingsBy(
      db,
      personId,
      'deleted',
      `select 'registration' as kind, id, conference_id as "conferenceId", null as "submissionId" from registration
       where person_id = $1`,
    );
  }

  async namesOf(db: EntityManager, personId: string): Promise<string[]> {
    const rows: { name: string }[] = await db.query(`select name from registration where person_id = $1`, [
      personId,
    ]);
    return rows.map((row) => row.name);
  }

  async erase(tx: Tx, _actor: Actor, person: ErasedPerson): Promise<void> {
    await tx.manager.query(`delete from registration where person_id = $1`, [person.id]);
  }

  async collisions(db: EntityManager, fromId: string, intoId: string): Promise<Collision[]> {
    const rows: { conferenceId: string }[] = await db.query(
      `select f.conference_id as "conferenceId" from registration f join registration i
         on i.conference_id = f.conference_id and i.person_id = $2 and i.status = 'registered'
       where f.person_id = $1 and f.status = 'registered' order by 1`,
      [fromId, intoId],
    );
    return rows.map(({ conferenceId }) => ({
      code: 'registrations',
      conferenceId,
      submissionId: null,
      solved: true,
    }));
  }

  /** Of two registrations for one conference that of the person who stays counts; the other is cancelled. */
  async move(tx: Tx, actor: Actor, fromId: string, intoId: string): Promise<void> {
    const [ended] = await tx.manager.query<[{ id: string; conferenceId: string }[], number]>(
      `update registration f set status = 'cancelled', access_needs = null, cancelled_at = $3, version = f.version + 1
       from registration i where f.person_id = $1 and i.person_id = $2 and i.conference_id = f.conference_id
         and f.status = 'registered' and i.status = 'registered'
       returning f.id, f.conference_id as "conferenceId"`,
      [fromId, intoId, tx.now],
    );
    if (ended.length > 0)
      await this.audit.record(
        tx,
        actor,
        ...ended.map(({ id, conferenceId }) => ({
          conferenceId,
          action: 'registration.replaced',
          subject: ['registration', id] as [string, string],
          before: { status: 'registered' },
          after: { status: 'cancelled' },
        })),
      );
    await moveColumns(tx, this.columns, fromId, intoId);
  }
}
