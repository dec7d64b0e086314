import { Inject, Injectable } from '@nestjs/common';
import type {
  AuthenticationResponseJSON,
  AuthenticatorTransportFuture,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import { MailKinds } from '../mail/kinds.js';
import { Outbox } from '../mail/outbox.service.js';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { hashSecret, newId, newSecret } from '../platform/ids.js';
import { LOGGER } from '../platform/platform.module.js';
import { notFound, Refusal } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import { Passkey, WebauthnChallenge } from './account.entity.js';
import { LoginSessions } from './login-sessions.service.js';
import { WAYS_MAILS, waysMail } from './ways-mails.js';

/** How long a device may take to answer. */
export const CHALLENGE_MINUTES = 5;
const MOST_PASSKEYS = 20;

/** A question to a device: its options, and the secret for the cookie that the answer has to come with. */
export interface Question<Options> {
  secret: string;
  options: Options;
}

/** Loading it takes half a second, which nobody should wait for who does not use it. */
const library = () => import('@simplewebauthn/server');

const failed = (): Refusal => new Refusal('rule', 'passkey.failed');

/**
 * Passkeys: what a person's device keeps and shows after it has made sure of the person (user verification), for the one
 * host of `PUBLIC_URL`. The library checks the answers by WebAuthn level 3, sections 7.1 and 7.2.
 */
@Injectable()
export class Passkeys {
  /** The host that passkeys are bound to, and the one address whose pages may use them. */
  private readonly host: string;
  readonly origin: string;

  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly sessions: LoginSessions,
    kinds: MailKinds,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const { hostname, origin } = new URL(config.publicUrl);
    this.host = hostname;
    this.origin = origin;
    kinds.register(...WAYS_MAILS);
  }

  /** The person's passkeys, the oldest first. */
  async list(personId: string): Promise<Passkey[]> {
    return this.db.manager.find(Passkey, { where: { personId }, order: { createdAt: 'ASC', id: 'ASC' } });
  }

  /** Whether a mailed link is too little to sign this person in: they hold a granted role and have a passkey. */
  async mustBeUsed(tx: Tx, personId: string): Promise<boolean> {
    const rows: unknown[] = await tx.manager.query(
      `select 1 where exists (select 1 from passkey where person_id = $1)
         and exists (select 1 from role_grant where person_id = $1 and revoked_at is null)`,
      [personId],
    );
    return rows.length > 0;
  }

  /**
   * Asks the device of a signed-in person for a new passkey.
   * @throws Refusal 422 `passkey.many`, or `proof.needed` where the login session is not fresh.
   */
  async askToAdd(
    actor: Actor,
    loginSessionId: string,
  ): Promise<Question<PublicKeyCredentialCreationOptionsJSON>> {
    const personId = actor.personId!;
    await this.sessions.needFresh(loginSessionId);
    const known = await this.list(personId);
    if (known.length >= MOST_PASSKEYS) throw tooMany();
    const { generateRegistrationOptions } = await library();
    const options = await generateRegistrationOptions({
      rpName: this.config.mailFrom.name || 'Concord',
      rpID: this.host,
      userID: new TextEncoder().encode(personId),
      userName: actor.greeting?.address || actor.greeting?.name || personId,
      userDisplayName: actor.greeting?.name ?? '',
      timeout: CHALLENGE_MINUTES * 60_000,
      attestationType: 'none',
      excludeCredentials: known.map(descriptor),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    return { secret: await this.keep(options.challenge, 'add', personId), options };
  }

  /**
   * Keeps a new passkey.
   * @param secret of the asking browser's cookie. @param answer the device's, as JSON.
   * @throws Refusal 422 `passkey.expired`, `passkey.failed`, `passkey.known`, `passkey.many`.
   */
  async add(actor: Actor, secret: string, name: string, answer: string): Promise<string> {
    const personId = actor.personId!;
    const isAsked = await this.answered(secret, 'add', personId);
    const { verifyRegistrationResponse } = await library();
    const credential = await this.checked(async () => {
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        response: JSON.parse(answer) as RegistrationResponseJSON,
        expectedChallenge: isAsked,
        expectedOrigin: this.origin,
        expectedRPID: this.host,
        requireUserVerification: true,
      });
      return verified ? registrationInfo.credential : undefined;
    });
    return this.work.run(async (tx) => {
      // Two at once would each see room for one more.
      await tx.manager.query(`select 1 from person where id = $1 for update`, [personId]);
      if ((await tx.manager.countBy(Passkey, { personId })) >= MOST_PASSKEYS) throw tooMany();
      const id = newId();
      const inserted: unknown[] = await tx.manager.query(
        `insert into passkey (id, person_id, credential_id, public_key, counter, transports, name, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (credential_id) do nothing returning id`,
        [
          id,
          personId,
          credential.id,
          Buffer.from(credential.publicKey),
          credential.counter,
          credential.transports ?? [],
          name,
          tx.now,
        ],
      );
      if (inserted.length === 0) throw new Refusal('rule', 'passkey.known');
      await this.audit.record(tx, actor, {
        conferenceId: null,
        action: 'passkey.added',
        subject: ['passkey', id],
      });
      const added = { kind: 'passkey_added', subjectId: id, what: name, at: tx.now };
      await this.outbox.add(tx, waysMail(actor, added, this.config.publicUrl));
      return id;
    });
  }

  /**
   * Removes a passkey of the actor's own and tells them by mail.
   * @throws Refusal 404 for one that is not theirs, 422 `proof.needed` where the login session is not fresh.
   */
  async remove(actor: Actor, loginSessionId: string, id: string): Promise<void> {
    if (!(await this.db.manager.existsBy(Passkey, { id, personId: actor.personId! }))) throw notFound();
    await this.sessions.needFresh(loginSessionId);
    await this.work.run(async (tx) => {
      const [removed] = await tx.manager.query<[{ name: string }[], number]>(
        `delete from passkey where id = $1 and person_id = $2 returning name`,
        [id, actor.personId],
      );
      if (!removed[0]) throw notFound();
      await this.audit.record(tx, actor, {
        conferenceId: null,
        action: 'passkey.removed',
        subject: ['passkey', id],
      });
      const gone = { kind: 'passkey_removed', subjectId: id, what: removed[0].name, at: tx.now };
      await this.outbox.add(tx, waysMail(actor, gone, this.config.publicUrl));
    });
  }

  /** Asks whatever device is there for any passkey of this installation; nobody is named. */
  async askToSignIn(): Promise<Question<PublicKeyCredentialRequestOptionsJSON>> {
    const { generateAuthenticationOptions } = await library();
    const options = await generateAuthenticationOptions({
      rpID: this.host,
      timeout: CHALLENGE_MINUTES * 60_000,
      userVerification: 'required',
    });
    return { secret: await this.keep(options.challenge, 'sign_in', null), options };
  }

  /**
   * Signs a browser in by a passkey. What exactly is wrong with an answer is told to the log only.
   * @returns the secret of the new login session.
   * @throws Refusal 422 `passkey.expired` or `passkey.failed`.
   */
  async signIn(secret: string, answer: string, browser: string): Promise<string> {
    const isAsked = await this.answered(secret, 'sign_in', null);
    const { verifyAuthenticationResponse } = await library();
    return this.work.run(async (tx) => {
      const response = await this.checked(async () => {
        const given = JSON.parse(answer) as AuthenticationResponseJSON | null;
        return typeof given?.id === 'string' ? given : undefined;
      });
      // Locked, so that of two answers with one count only one can be the next.
      const passkey = await tx.manager.findOne(Passkey, {
        where: { credentialId: response.id },
        lock: { mode: 'pessimistic_write' },
      });
      const counter = await this.checked(async () => {
        if (!passkey) throw new Error('The passkey is not known.');
        const owner = Buffer.from(String(response.response.userHandle), 'base64url').toString('utf8');
        if (owner !== passkey.personId) throw new Error('The passkey names another person.');
        const { verified, authenticationInfo } = await verifyAuthenticationResponse({
          response,
          expectedChallenge: isAsked,
          expectedOrigin: this.origin,
          expectedRPID: this.host,
          requireUserVerification: true,
          credential: {
            id: passkey.credentialId,
            publicKey: new Uint8Array(passkey.publicKey),
            counter: Number(passkey.counter),
            transports: passkey.transports as AuthenticatorTransportFuture[],
          },
        });
        return verified ? String(authenticationInfo.newCounter) : undefined;
      });
      await tx.manager.update(Passkey, { id: passkey!.id }, { counter, lastUsedAt: tx.now });
      return this.sessions.start(tx, passkey!.personId, browser, 'passkey');
    });
  }

  /** Keeps a challenge, and lets go of those that nobody has answered. @returns the secret for the cookie. */
  private async keep(
    challenge: string,
    purpose: WebauthnChallenge['purpose'],
    personId: string | null,
  ): Promise<string> {
    const secret = newSecret();
    await this.work.run(async (tx) => {
      await tx.manager.query(`delete from webauthn_challenge where expires_at <= $1`, [tx.now]);
      await tx.manager.insert(WebauthnChallenge, {
        secretHash: hashSecret(secret),
        challengeHash: hashSecret(challenge),
        purpose,
        personId,
        createdAt: tx.now,
        expiresAt: new Date(tx.now.getTime() + CHALLENGE_MINUTES * 60_000),
      });
    });
    return secret;
  }

  /**
   * Uses a challenge up, whatever the answer is worth: this is committed before anything is checked.
   * @returns whether a challenge is the one that was asked.
   * @throws Refusal 422 `passkey.expired` where there is none for this browser, purpose and person.
   */
  private async answered(
    secret: string,
    purpose: WebauthnChallenge['purpose'],
    personId: string | null,
  ): Promise<(challenge: string) => boolean> {
    const hash = await this.work.run(async (tx) => {
      const [rows] = await tx.manager.query<[{ challenge_hash: string; asked: boolean }[], number]>(
        `delete from webauthn_challenge where secret_hash = $1
         returning challenge_hash, purpose = $2 and person_id is not distinct from $3 and expires_at > $4 as asked`,
        [hashSecret(secret), purpose, personId, tx.now],
      );
      return rows[0]?.asked ? rows[0].challenge_hash : undefined;
    });
    if (hash === undefined) throw new Refusal('rule', 'passkey.expired');
    return (challenge) => hashSecret(challenge) === hash;
  }

  /** @throws Refusal 422 `passkey.failed` for whatever goes wrong inside, or comes to nothing; the log has the reason. */
  private async checked<T>(check: () => Promise<T | null | undefined>): Promise<T> {
    let reason = 'not known or not verified';
    try {
      const found = await check();
      if (found !== null && found !== undefined) return found;
    } catch (error) {
      reason = (error as Error).message.slice(0, 300);
    }
    this.logger.warn({ reason }, 'a passkey was refused');
    throw failed();
  }
}

const tooMany = (): Refusal => new Refusal('rule', 'passkey.many', { values: { limit: MOST_PASSKEYS } });

const descriptor = (passkey: Passkey): { id: string; transports: AuthenticatorTransportFuture[] } => ({
  id: passkey.credentialId,
  transports: passkey.transports as AuthenticatorTransportFuture[],
});
