import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Configuration } from 'openid-client';
import type { Logger } from 'pino';
import { DataSource, In, MoreThan } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import { Outbox } from '../mail/outbox.service.js';
import { normaliseOrcid } from '../people/orcid.js';
import { People } from '../people/people.service.js';
import type { IdentityChange, NameHolder } from '../people/protection.service.js';
import { personActor, type Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { CONFIG, type Config } from '../platform/config.js';
import { hashSecret, newId, newSecret } from '../platform/ids.js';
import { LOGGER } from '../platform/platform.module.js';
import { notFound, Refusal } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import { OrcidAttempt, PersonOrcid } from './account.entity.js';
import { LoginSessions } from './login-sessions.service.js';
import { orcidProblem, type OrcidProblem } from './orcid-problem.js';
import { Passkeys } from './passkeys.service.js';
import { waysMail } from './ways-mails.js';

/** How long the way to ORCID and back may take, and how long a shown iD waits for a confirmed address. */
export const ATTEMPT_MINUTES = 30;
const PATIENCE_SECONDS = 10;

/** Where an answer of ORCID's has led. */
export type OrcidOutcome =
  | { kind: 'signed_in'; sessionSecret: string; next: string }
  /** Whoever has a role and a passkey has to use it all the same. */
  | { kind: 'passkey'; next: string }
  /** Nobody is known by this iD: an address has to be confirmed first. The secret is for the cookie. */
  | { kind: 'first'; secret: string }
  | { kind: 'linked' };

/** Loading it takes a while, which nobody should wait for who does not use it. */
const library = () => import('openid-client');

/** State, nonce and verifier of an attempt: nobody knows them who does not know the secret in the browser's cookie. */
const derived = (name: 'state' | 'nonce' | 'verifier', secret: string): string =>
  createHash('sha256').update(`${name} ${secret}`, 'utf8').digest('base64url');

/**
 * Sign-in by ORCID: OpenID Connect, authorization code with PKCE, state and nonce (OpenID Connect Core 1.0, RFC 7636). An
 * iD signs in only once it is linked to an account; an account is never made without a confirmed address. The only writer
 * of its tables.
 */
@Injectable()
export class OrcidSignIn implements NameHolder {
  private configuration: Promise<Configuration> | undefined;

  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly people: People,
    private readonly sessions: LoginSessions,
    private readonly passkeys: Passkeys,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Whether this installation is registered with ORCID. */
  get isOffered(): boolean {
    return this.config.orcid !== undefined;
  }

  /** The iD that is linked to a person. */
  async of(personId: string): Promise<PersonOrcid | null> {
    return this.db.manager.findOneBy(PersonOrcid, { personId });
  }

  /** Whether the person is protected, so that no iD may be linked to them. */
  isKeptFrom(personId: string): Promise<boolean> {
    return this.people.isProtected(personId);
  }

  /** Begins a sign-in. @returns where to send the browser, and the secret for its cookie */
  async startSignIn(next: string): Promise<{ secret: string; location: string }> {
    return this.start({ purpose: 'sign_in', personId: null, nextPath: next });
  }

  /** Begins linking an iD to the actor. @throws Refusal 422 `proof.needed` where the login session is not fresh, `orcid.protected` */
  async startLink(actor: Actor, loginSessionId: string): Promise<{ secret: string; location: string }> {
    await this.sessions.needFresh(loginSessionId);
    if (await this.people.isProtected(actor.personId!)) throw new Refusal('rule', 'orcid.protected');
    return this.start({ purpose: 'link', personId: actor.personId, nextPath: '' });
  }

  private async start(
    attempt: Pick<OrcidAttempt, 'purpose' | 'personId' | 'nextPath'>,
  ): Promise<{ secret: string; location: string }> {
    const { buildAuthorizationUrl, calculatePKCECodeChallenge } = await library();
    const configuration = await this.discovered();
    const secret = await this.work.run((tx) => this.keep(tx, { ...attempt, orcid: null }));
    const location = buildAuthorizationUrl(configuration, {
      redirect_uri: this.redirectUri,
      scope: 'openid',
      state: derived('state', secret),
      nonce: derived('nonce', secret),
      code_challenge: await calculatePKCECodeChallenge(derived('verifier', secret)),
      code_challenge_method: 'S256',
    });
    return { secret, location: location.href };
  }

  /**
   * Takes the answer that the browser has brought back. The attempt is used up by it, whatever it is worth.
   * @param secret of the browser's cookie. @param query of the address that the browser was sent back to.
   * @throws Refusal 422 `orcid.<problem>`; each is recorded.
   */
  async finish(actor: Actor, secret: string, query: string, browser: string): Promise<OrcidOutcome> {
    const attempt = await this.take(secret, ['sign_in', 'link']);
    if (!attempt || (attempt.personId !== null && attempt.personId !== actor.personId))
      return this.refuse(actor, attempt, 'expired');
    if (new URLSearchParams(query).get('state') !== derived('state', secret))
      return this.refuse(actor, attempt, 'state');
    const shown = await this.shown(secret, query);
    if ('problem' in shown) return this.refuse(actor, attempt, shown.problem, shown.reason);
    if (attempt.purpose === 'link') {
      await this.link(actor, attempt, shown.orcid);
      return { kind: 'linked' };
    }
    return this.work.run(async (tx): Promise<OrcidOutcome> => {
      const link = await tx.manager.findOneBy(PersonOrcid, { orcid: shown.orcid });
      if (!link) {
        const first = { purpose: 'first', personId: null, orcid: shown.orcid } as const;
        return { kind: 'first', secret: await this.keep(tx, { ...first, nextPath: attempt.nextPath }) };
      }
      if (await this.passkeys.mustBeUsed(tx, link.personId)) {
        await this.audit.record(tx, personActor(link.personId), {
          conferenceId: null,
          action: 'person.passkey_asked',
          subject: ['orcid_attempt', attempt.id],
        });
        return { kind: 'passkey', next: attempt.nextPath };
      }
      const sessionSecret = await this.sessions.start(tx, link.personId, browser, 'orcid');
      return { kind: 'signed_in', sessionSecret, next: attempt.nextPath };
    });
  }

  /** The iD that this browser has shown and nobody is known by; null where there is none, or it took too long. */
  async waiting(secret: string): Promise<OrcidAttempt | null> {
    const now = await this.clock.now();
    return this.db.manager.findOneBy(OrcidAttempt, {
      secretHash: hashSecret(secret),
      purpose: 'first',
      expiresAt: MoreThan(now),
    });
  }

  /**
   * Links the iD that this browser has shown to whoever has signed in with it since, by link or passkey.
   * @returns where they wanted to go in the first place
   * @throws Refusal 422 `proof.needed`, `orcid.<problem>`
   */
  async claim(actor: Actor, loginSessionId: string, secret: string): Promise<string> {
    await this.sessions.needFresh(loginSessionId);
    const attempt = await this.take(secret, ['first']);
    if (!attempt) return this.refuse(actor, null, 'expired');
    await this.link(actor, attempt, attempt.orcid!);
    return attempt.nextPath;
  }

  /** @throws Refusal 404 where none is linked, 422 `proof.needed` where the login session is not fresh */
  async unlink(actor: Actor, loginSessionId: string): Promise<void> {
    await this.sessions.needFresh(loginSessionId);
    await this.work.run(async (tx) => {
      const [gone] = await tx.manager.query<[{ orcid: string }[], number]>(
        `delete from person_orcid where person_id = $1 returning orcid`,
        [actor.personId],
      );
      if (!gone[0]) throw notFound();
      await this.tell(tx, actor, 'orcid_unlinked', gone[0].orcid);
    });
  }

  /** Whoever is protected signs in by no iD, which anybody can look up: the link goes in the moment in which they ask. */
  async renamed(tx: Tx, { personId, protects }: IdentityChange): Promise<void> {
    if (!protects) return;
    await tx.manager.delete(OrcidAttempt, { personId });
    const { affected } = await tx.manager.delete(PersonOrcid, { personId });
    if (affected)
      await this.audit.record(tx, personActor(personId), {
        conferenceId: null,
        action: 'orcid.unlinked',
        subject: ['person', personId],
      });
  }

  private async link(actor: Actor, attempt: OrcidAttempt, orcid: string): Promise<void> {
    const problem = await this.work.run(async (tx): Promise<OrcidProblem | null> => {
      if (await this.people.isProtected(actor.personId!, tx)) return 'protected';
      const inserted: unknown[] = await tx.manager.query(
        `insert into person_orcid (orcid, person_id, linked_at) values ($1, $2, $3) on conflict do nothing returning 1`,
        [orcid, actor.personId, tx.now],
      );
      if (inserted.length > 0) {
        await this.tell(tx, actor, 'orcid_linked', orcid);
        return null;
      }
      const theirs = await tx.manager.findOneBy(PersonOrcid, { personId: actor.personId! });
      if (theirs) return theirs.orcid === orcid ? null : 'other';
      return 'taken';
    });
    if (problem) await this.refuse(actor, attempt, problem);
  }

  /** Records the change of an account, and tells its owner. */
  private async tell(tx: Tx, actor: Actor, kind: 'orcid_linked' | 'orcid_unlinked', orcid: string) {
    await this.audit.record(tx, actor, {
      conferenceId: null,
      action: kind.replace('_', '.'),
      subject: ['person', actor.personId!],
    });
    const change = { kind, subjectId: actor.personId!, what: orcid, at: tx.now };
    await this.outbox.add(tx, waysMail(actor, change, this.config.publicUrl));
  }

  /** The iD of an answer that is as it has to be. What exactly is wrong with another is told to the log only. */
  private async shown(
    secret: string,
    query: string,
  ): Promise<{ orcid: string } | { problem: OrcidProblem; reason: string }> {
    const { authorizationCodeGrant } = await library();
    try {
      const url = new URL(this.redirectUri);
      url.search = query;
      const tokens = await authorizationCodeGrant(await this.discovered(), url, {
        expectedState: derived('state', secret),
        expectedNonce: derived('nonce', secret),
        pkceCodeVerifier: derived('verifier', secret),
        idTokenExpected: true,
      });
      const claims = tokens.claims()!;
      // Nothing is done with an address from there; one that ORCID itself does not stand by shows an answer not to trust.
      if (claims['email'] !== undefined && claims['email_verified'] !== true)
        return { problem: 'unverified', reason: 'the e-mail is not verified' };
      const orcid = normaliseOrcid(claims.sub);
      return orcid ? { orcid } : { problem: 'answer', reason: 'the subject is no iD' };
    } catch (error) {
      return { problem: orcidProblem(error), reason: (error as Error).message.slice(0, 300) };
    }
  }

  private async refuse(
    actor: Actor,
    attempt: OrcidAttempt | null,
    problem: OrcidProblem,
    reason: string = problem,
  ): Promise<never> {
    this.logger.warn({ problem, reason }, 'an answer from ORCID was refused');
    await this.work.run((tx) =>
      this.audit.record(tx, actor, {
        conferenceId: null,
        action: 'orcid.refused',
        subject: ['orcid_attempt', attempt?.id ?? 'unknown'],
        after: { problem },
      }),
    );
    throw new Refusal('rule', `orcid.${problem}`);
  }

  private async keep(
    tx: Tx,
    attempt: Pick<OrcidAttempt, 'purpose' | 'personId' | 'orcid' | 'nextPath'>,
  ): Promise<string> {
    const secret = newSecret();
    await tx.manager.query(`delete from orcid_attempt where expires_at <= $1`, [tx.now]);
    await tx.manager.insert(OrcidAttempt, {
      secretHash: hashSecret(secret),
      id: newId(),
      ...attempt,
      createdAt: tx.now,
      expiresAt: new Date(tx.now.getTime() + ATTEMPT_MINUTES * 60_000),
    });
    return secret;
  }

  /** Uses an attempt up, before anything is checked: of two answers only one finds it. */
  private async take(secret: string, purposes: OrcidAttempt['purpose'][]): Promise<OrcidAttempt | null> {
    return this.work.run(async (tx) => {
      const which = { secretHash: hashSecret(secret), purpose: In(purposes) };
      const attempt = await tx.manager.findOne(OrcidAttempt, {
        where: which,
        lock: { mode: 'pessimistic_write' },
      });
      await tx.manager.delete(OrcidAttempt, which);
      return attempt && attempt.expiresAt > tx.now ? attempt : null;
    });
  }

  private get redirectUri(): string {
    return `${this.config.publicUrl}/sign-in/orcid/callback`;
  }

  /** What ORCID says of itself, asked once. @throws Refusal 404 where it is not offered, 503 where ORCID does not answer */
  private async discovered(): Promise<Configuration> {
    const { orcid } = this.config;
    if (!orcid) throw notFound();
    const { allowInsecureRequests, discovery, enableNonRepudiationChecks } = await library();
    const issuer = new URL(orcid.issuer);
    this.configuration ??= discovery(issuer, orcid.clientId, orcid.clientSecret, undefined, {
      timeout: PATIENCE_SECONDS,
      execute: [
        // The signature of the ID token too, although it comes straight from there.
        enableNonRepudiationChecks,
        // Without TLS only on this machine, as `readConfig` makes sure.
        ...(issuer.protocol === 'http:' ? [allowInsecureRequests] : []),
      ],
    });
    try {
      return await this.configuration;
    } catch (error) {
      this.configuration = undefined;
      this.logger.error({ error: (error as Error).message }, 'ORCID does not answer');
      throw new Refusal('unavailable', 'orcid.unreachable');
    }
  }
}
