import { Injectable } from '@nestjs/common';
import { DataSource, IsNull, MoreThan } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import { personActor, type Actor } from '../platform/actor.js';
import { hashSecret, newId, newSecret } from '../platform/ids.js';
import { Work, type Tx } from '../platform/work.js';
import { LoginSession } from './account.entity.js';

/** How long a browser stays signed in. */
export const SESSION_DAYS = 14;
const MOST_LISTED = 50;

/** How somebody signed in; kept in the record. */
export type SignedInBy = 'mailed_link' | 'printed_link' | 'passkey';

/** Browsers that are signed in; the only writer of their table but for the time they were last seen. */
@Injectable()
export class LoginSessions {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly audit: Audit,
  ) {}

  /** Signs a browser in. @returns the secret for its cookie, told once. */
  async start(tx: Tx, personId: string, browser: string, by: SignedInBy): Promise<string> {
    const secret = newSecret();
    const id = newId();
    await tx.manager.insert(LoginSession, {
      id,
      secretHash: hashSecret(secret),
      personId,
      browser: browser.slice(0, 200),
      createdAt: tx.now,
      lastSeenAt: tx.now,
      expiresAt: new Date(tx.now.getTime() + SESSION_DAYS * 86_400_000),
      revokedAt: null,
    });
    await this.audit.record(tx, personActor(personId), {
      conferenceId: null,
      action: 'person.signed_in',
      subject: ['login_session', id],
      after: { by },
    });
    return secret;
  }

  /** The person's browsers that are signed in, the last seen first. */
  async list(personId: string, now: Date): Promise<LoginSession[]> {
    return this.db.manager.find(LoginSession, {
      where: { personId, revokedAt: IsNull(), expiresAt: MoreThan(now) },
      order: { lastSeenAt: 'DESC' },
      take: MOST_LISTED,
    });
  }

  /** Ends a session of the actor's own; one that is not theirs changes nothing. */
  async end(actor: Actor, sessionId: string): Promise<void> {
    await this.work.run((tx) => this.revoke(tx, actor, 'id = $3', sessionId));
  }

  /** Ends every session of the actor's but the one that they are in. */
  async endOthers(actor: Actor, currentId: string): Promise<void> {
    await this.work.run((tx) => this.revoke(tx, actor, 'id <> $3', currentId));
  }

  private async revoke(tx: Tx, actor: Actor, which: string, sessionId: string): Promise<void> {
    const [ended] = await tx.manager.query<[{ id: string }[], number]>(
      `update login_session set revoked_at = $1
       where person_id = $2 and ${which} and revoked_at is null and expires_at > $1 returning id`,
      [tx.now, actor.personId, sessionId],
    );
    if (ended.length === 0) return;
    await this.audit.record(
      tx,
      actor,
      ...ended.map(({ id }) => ({
        conferenceId: null,
        action: 'person.signed_out',
        subject: ['login_session', id] as [string, string],
      })),
    );
  }
}
