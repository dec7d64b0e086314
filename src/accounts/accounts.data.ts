import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ErasedPerson } from '../people/needles.js';
import { holdingsBy, type Holding, type PersonalData } from '../people/personal-data.js';
import type { Actor } from '../platform/actor.js';
import type { Tx } from '../platform/work.js';

const TABLES = [
  'login_session',
  'access_token',
  'passkey',
  'person_orcid',
  'orcid_attempt',
  'webauthn_challenge',
  'proof_link',
];

/** Ways to sign in. They never become somebody else's: they go, with whom they belonged to. */
@Injectable()
export class AccountsData implements PersonalData {
  readonly columns = TABLES.map((table) => `${table}.person_id`);

  async exportOf(db: EntityManager, personId: string): Promise<Record<string, unknown[]>> {
    return {
      signedIn: await db.query(
        `select browser, created_at as "createdAt", last_seen_at as "lastSeenAt", revoked_at as "endedAt"
         from login_session where person_id = $1 order by created_at`,
        [personId],
      ),
      tokens: await db.query(
        `select name, role, created_at as "createdAt", expires_at as "expiresAt", last_used_at as "lastUsedAt",
           revoked_at as "revokedAt" from access_token where person_id = $1 order by created_at`,
        [personId],
      ),
      passkeys: await db.query(
        `select name, created_at as "createdAt", last_used_at as "lastUsedAt" from passkey where person_id = $1
         order by created_at`,
        [personId],
      ),
      orcid: await db.query(`select orcid, linked_at as "linkedAt" from person_orcid where person_id = $1`, [
        personId,
      ]),
      confirmations: await db.query(
        `select purpose, typed as address, created_at as "createdAt", used_at as "usedAt" from proof_link
         where person_id = $1 order by created_at`,
        [personId],
      ),
    };
  }

  holdings(db: EntityManager, personId: string): Promise<Holding[]> {
    return holdingsBy(
      db,
      personId,
      'deleted',
      `select 'signIn' as kind, id, null as "conferenceId", null as "submissionId" from (
         select id, person_id from login_session where revoked_at is null union all
         select id, person_id from access_token where revoked_at is null union all
         select id, person_id from passkey) ways where person_id = $1`,
    );
  }

  async erase(tx: Tx, _actor: Actor, person: ErasedPerson): Promise<void> {
    await this.remove(tx, person.id, person.addresses);
  }

  async move(tx: Tx, _actor: Actor, fromId: string): Promise<void> {
    const rows: { address: string }[] = await tx.manager.query(
      `select address from person_address where person_id = $1`,
      [fromId],
    );
    await this.remove(
      tx,
      fromId,
      rows.map(({ address }) => address),
    );
  }

  private async remove(tx: Tx, personId: string, addresses: readonly string[]): Promise<void> {
    for (const table of TABLES)
      await tx.manager.query(`delete from ${table} where person_id = $1`, [personId]);
    await tx.manager.query(`delete from sign_in_link where address = any($1)`, [addresses]);
  }
}
