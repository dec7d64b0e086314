import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import type { Tx } from '../platform/work.js';
import { Person, PersonAddress } from './person.entity.js';
import { openAddress, openIdentity } from './identity.js';
import { needlesOf, patternOf, type ErasedPerson } from './needles.js';
import { opened, PersonKeys } from './person-keys.js';
import { holdingsBy, moveColumns, type Holding, type PersonalData } from './personal-data.js';

/** The person's own row, addresses, roles and keys of repeats, and the reasons in the record. Comes last: others read the names. */
@Injectable()
export class PeopleData implements PersonalData {
  readonly columns = [
    'person.merged_into',
    'person_address.person_id',
    'role_grant.person_id',
    'role_grant.granted_by',
  ];

  constructor(private readonly keys: PersonKeys) {}

  async exportOf(db: EntityManager, personId: string): Promise<Record<string, unknown[]>> {
    const key = await this.keys.forReading(personId, db);
    const people: { secret: string | null }[] = await db.query(
      `select name, native_name as "nativeName", affiliation, country, orcid, locale, created_at as "createdAt", secret,
         protected_at as "protectedAt"
       from person where id = $1`,
      [personId],
    );
    const addresses: { address: string; typed: string }[] = await db.query(
      `select address, typed, is_primary as "primary", confirmed_at as "confirmedAt", created_at as "createdAt"
       from person_address where person_id = $1 order by is_primary desc, address`,
      [personId],
    );
    return {
      // What is sealed is the person's own: it is told to them, and to nobody else.
      person: people.map(({ secret, ...row }) =>
        secret !== null && key ? { ...row, identity: openIdentity(key, secret) } : row,
      ),
      addresses: addresses.map((row) =>
        key && opened(key, 'address', row.typed) !== undefined
          ? { ...row, ...openAddress(key, row.typed), standIn: row.address }
          : row,
      ),
      roles: await db.query(
        `select g.role, c.name as conference, g.granted_at as "grantedAt", g.revoked_at as "revokedAt"
         from role_grant g left join conference c on c.id = g.conference_id where g.person_id = $1 order by g.granted_at`,
        [personId],
      ),
      record: await db.query(
        `select at, action, subject_type as "about", subject_id as "aboutId" from audit_entry
         where actor_id = $1 order by at, id`,
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
        `select 'address' as kind, address as id, null as "conferenceId", null as "submissionId" from person_address
         where person_id = $1`,
      )),
      ...(await holdingsBy(
        db,
        personId,
        'deleted',
        `select 'role' as kind, id, conference_id as "conferenceId", null as "submissionId" from role_grant
         where person_id = $1 and revoked_at is null`,
      )),
    ];
  }

  async namesOf(db: EntityManager, personId: string): Promise<string[]> {
    const rows: { name: string }[] = await db.query(
      `select unnest(array[name, native_name]) as name from person where id = $1`,
      [personId],
    );
    return rows.map((row) => row.name);
  }

  async erase(tx: Tx, _actor: Actor, person: ErasedPerson): Promise<void> {
    await tx.manager.delete(PersonAddress, { personId: person.id });
    await tx.manager.query(
      `update role_grant set revoked_at = $2 where person_id = $1 and revoked_at is null`,
      [person.id, tx.now],
    );
    await tx.manager.query(`delete from idempotency_key where owner = $1`, [person.id]);
    // A reason may be forgotten with its salt: its hash stays in the entry, and the record verifies.
    const pattern = patternOf(needlesOf(person));
    if (pattern)
      await tx.manager.query(`update audit_entry set reason = null, reason_salt = null where reason ~* $1`, [
        pattern,
      ]);
    await this.empty(tx, person.id, { erasedAt: tx.now, protectedAt: null });
  }

  async move(tx: Tx, _actor: Actor, fromId: string, intoId: string): Promise<void> {
    await moveColumns(tx, ['role_grant.granted_by', 'person.merged_into'], fromId, intoId);
    await tx.manager.query(`delete from idempotency_key where owner = $1`, [fromId]);
    // What the one who stays has not said of themselves is taken over.
    await tx.manager.query(
      `update person i set name = coalesce(nullif(i.name, ''), f.name), native_name = coalesce(i.native_name, f.native_name),
         affiliation = coalesce(i.affiliation, f.affiliation), country = coalesce(i.country, f.country),
         orcid = coalesce(i.orcid, f.orcid), version = i.version + 1
       from person f where i.id = $2 and f.id = $1`,
      [fromId, intoId],
    );
    await this.empty(tx, fromId, { mergedInto: intoId });
  }

  private async empty(
    tx: Tx,
    id: string,
    end: { erasedAt: Date; protectedAt: null } | { mergedInto: string },
  ): Promise<void> {
    await tx.manager.update(
      Person,
      { id },
      { name: '', secret: null, nativeName: null, affiliation: null, country: null, orcid: null, ...end },
    );
  }
}
