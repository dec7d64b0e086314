import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ErasedPerson } from '../people/needles.js';
import { holdingsBy, moveColumns, type Holding, type PersonalData } from '../people/personal-data.js';
import type { Actor } from '../platform/actor.js';
import type { Tx } from '../platform/work.js';

/** Wishes to join people, and what people agreed to. */
@Injectable()
export class RightsData implements PersonalData {
  readonly columns = [
    'merge_request.from_id',
    'merge_request.into_id',
    'merge_request.requested_by',
    'consent.person_id',
  ];

  async exportOf(db: EntityManager, personId: string): Promise<Record<string, unknown[]>> {
    return {
      consents: await db.query(
        `select k.purpose, c.name as conference, k.text, k.route, k.given_at as "givenAt", k.withdrawn_at as "withdrawnAt"
         from consent k left join conference c on c.id = k.conference_id where k.person_id = $1 order by k.given_at`,
        [personId],
      ),
      joiningAsked: await db.query(
        `select c.name as conference, m.status, m.created_at as "createdAt" from merge_request m
         join conference c on c.id = m.conference_id where $1 in (m.from_id, m.into_id) order by m.created_at`,
        [personId],
      ),
    };
  }

  holdings(db: EntityManager, personId: string): Promise<Holding[]> {
    return holdingsBy(
      db,
      personId,
      'kept',
      `select 'consent' as kind, id, conference_id as "conferenceId", null as "submissionId" from consent where person_id = $1`,
    );
  }

  /** That somebody agreed is proof for the conference; it names nobody once the person is erased. */
  async erase(tx: Tx, _actor: Actor, person: ErasedPerson): Promise<void> {
    await this.settle(tx, person.id);
    await tx.manager.query(
      `update consent set withdrawn_at = $2 where person_id = $1 and withdrawn_at is null`,
      [person.id, tx.now],
    );
  }

  async move(tx: Tx, _actor: Actor, fromId: string, intoId: string): Promise<void> {
    await this.settle(tx, fromId);
    await tx.manager.query(
      `update consent f set withdrawn_at = $3 from consent i where f.person_id = $1 and i.person_id = $2
         and f.purpose = i.purpose and f.conference_id is not distinct from i.conference_id
         and f.withdrawn_at is null and i.withdrawn_at is null`,
      [fromId, intoId, tx.now],
    );
    await moveColumns(tx, ['consent.person_id', 'merge_request.requested_by'], fromId, intoId);
  }

  private async settle(tx: Tx, personId: string): Promise<void> {
    await tx.manager.query(
      `update merge_request set status = 'lapsed', settled_at = $2 where status = 'waiting' and $1 in (from_id, into_id)`,
      [personId, tx.now],
    );
  }
}
