import { Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import { personActor, type Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { hashSecret, newId, newSecret } from '../platform/ids.js';
import type { ConcordRequest } from '../platform/policy.js';
import { Refusal } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import { LoginSession } from './account.entity.js';

/** How long a browser stays signed in at most. */
export const SESSION_DAYS = 14;

/**
 * Whether a session `s` still holds at `t.now`: not ended, not too old, and used lately. Whoever holds a granted role sees
 * what others wrote and decided, so theirs lasts for 7 days at most and 12 hours unused; any other for 14 days and 3 days
 * unused (ASVS 5.0 7.3.1 and 7.3.2; docs/security.md says why). The role counts that is held now, not at sign-in.
 */
export const LIVE = `s.revoked_at is null and s.expires_at > t.now
  and case when exists (select 1 from role_grant g where g.person_id = s.person_id and g.revoked_at is null)
    then s.created_at > t.now - interval '7 days' and s.last_seen_at > t.now - interval '12 hours'
    else s.last_seen_at > t.now - interval '3 days' end`;
const MOST_LISTED = 50;

/** How somebody signed in; kept in the record. */
export type SignedInBy = LoginSession['signedInBy'];

/** For so long a sign-in counts as a fresh proof of who it is; as long as a mailed link lives. */
export const FRESH_MINUTES = 10;

/** Whether a session is a fresh proof: begun just now by link or passkey. What another site vouches for is none. */
export const isFresh = ({ signedInBy, createdAt }: LoginSession, now: Date): boolean =>
  signedInBy !== 'orcid' && createdAt.getTime() > now.getTime() - FRESH_MINUTES * 60_000;

/** Browsers that are signed in; the only writer of their table but for the time they were last seen. */
@Injectable()
export class LoginSessions {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly audit: Audit,
    private readonly clock: Clock,
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
      signedInBy: by,
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
    return this.db.manager
      .createQueryBuilder(LoginSession, 's')
      .where({ personId })
      .andWhere(
        `s.id in (select s.id from login_session s, (select :now::timestamptz as now) t where ${LIVE})`,
        { now },
      )
      .orderBy('s.last_seen_at', 'DESC')
      .limit(MOST_LISTED)
      .getMany();
  }

  /** Ends every session of one person, or of everybody; for whoever runs commands. @returns how many */
  async endAll(actor: Actor, personId: string | null): Promise<number> {
    return this.work.run((tx) => this.revoke(tx, actor, '$2::text is null or person_id = $2', personId));
  }

  /** Before the ways to sign in are changed. @throws Refusal 422 `proof.needed` where the session is not fresh */
  async needFresh(sessionId: string): Promise<void> {
    const session = await this.db.manager.findOneBy(LoginSession, { id: sessionId, revokedAt: IsNull() });
    if (!session || !isFresh(session, await this.clock.now())) throw new Refusal('rule', 'proof.needed');
  }

  /** Whether a passkey was shown in this login session just now: the strongest proof there is. */
  async hasFreshPasskey(sessionId: string): Promise<boolean> {
    const session = await this.db.manager.findOneBy(LoginSession, { id: sessionId, revokedAt: IsNull() });
    return session?.signedInBy === 'passkey' && isFresh(session, await this.clock.now());
  }

  /** Ends a session of the actor's own; one that is not theirs changes nothing. */
  async end(actor: Actor, sessionId: string): Promise<void> {
    await this.work.run((tx) =>
      this.revoke(tx, actor, 'person_id = $2 and id = $3', actor.personId, sessionId),
    );
  }

  /** Whoever signs in anew in a browser is signed in there once: the session that the request came with ends. */
  async endReplaced({ actor, loginSessionId }: ConcordRequest): Promise<void> {
    if (loginSessionId !== undefined) await this.end(actor, loginSessionId);
  }

  /** Ends every session of the actor's but the one that they are in. */
  async endOthers(actor: Actor, currentId: string): Promise<void> {
    await this.work.run((tx) =>
      this.revoke(tx, actor, 'person_id = $2 and id <> $3', actor.personId, currentId),
    );
  }

  private async revoke(tx: Tx, actor: Actor, which: string, ...values: (string | null)[]): Promise<number> {
    const [ended] = await tx.manager.query<[{ id: string }[], number]>(
      `update login_session set revoked_at = $1
       where (${which}) and revoked_at is null and expires_at > $1 returning id`,
      [tx.now, ...values],
    );
    // An insert takes a limited number of values.
    for (let from = 0; from < ended.length; from += 1000)
      await this.audit.record(
        tx,
        actor,
        ...ended.slice(from, from + 1000).map(({ id }) => ({
          conferenceId: null,
          action: 'person.signed_out',
          subject: ['login_session', id] as [string, string],
        })),
      );
    return ended.length;
  }
}
