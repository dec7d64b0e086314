import { Inject, Injectable } from '@nestjs/common';
import { DataSource, IsNull, MoreThan } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import { Outbox } from '../mail/outbox.service.js';
import { normaliseEmail } from '../people/email.js';
import { People } from '../people/people.service.js';
import type { IdentityChange, NameHolder } from '../people/protection.service.js';
import { isStandIn } from '../people/stand-in.js';
import { personActor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { hashSecret, newId, newSecret } from '../platform/ids.js';
import { Port } from '../platform/port.js';
import { Refusal, refuseField } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import { SignInLink } from './account.entity.js';
import { LoginSessions } from './login-sessions.service.js';
import { safePath } from './next-path.js';
import { Passkeys } from './passkeys.service.js';

/** ASVS 5.0 6.6.3: a mailed link lives at most ten minutes. */
const LINK_MINUTES = 10;
/** Mailed links per address in the lifetime of one; beyond it nothing is sent and nothing is said. */
const LINKS_AT_ONCE = 5;

/** Modules whose guests' entries wait for a confirmed address. */
export interface ConfirmedListener {
  confirmHeld(tx: Tx, personId: string): Promise<void>;
}

/** What a sign-in link says before it is used. */
export type LinkState = 'open' | 'used' | 'expired' | 'unknown';

/** What using a link has led to: a login session, or the demand for a passkey where a mailed link is not enough. */
export interface LinkUse {
  /** Null where the person has to use a passkey. */
  sessionSecret: string | null;
  next: string;
  personId: string;
}

/** Sign-in by mailed link, without passwords. */
@Injectable()
export class SignIn implements NameHolder {
  /** Called when a person has shown that an address is theirs. */
  readonly confirmed = new Port<ConfirmedListener>();

  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly people: People,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly sessions: LoginSessions,
    private readonly passkeys: Passkeys,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Sends a link to an address. The answer is the same whether or not anybody is known by it, and so is the work. Asking
   * ends no link that was mailed before: whoever asks in another's name fills their mailbox a little and locks nobody out.
   * @throws Refusal 422 when the address cannot be one.
   */
  async request(email: string, next?: string): Promise<void> {
    const address = normaliseEmail(email);
    if (!address) throw refuseField('email', 'email', undefined, email);
    await this.work.run(async (tx) => {
      const held = await this.people.asHeld(address, email, tx.manager);
      if (isStandIn(held.address) && !held.known) return;
      // One after the other for each address, or many at once would each see room for one more.
      await tx.manager.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [
        `link:${held.address}`,
      ]);
      const recent = await tx.manager.count(SignInLink, {
        where: {
          address: held.address,
          usedAt: IsNull(),
          createdAt: MoreThan(new Date(tx.now.getTime() - LINK_MINUTES * 60_000)),
        },
      });
      if (recent >= LINKS_AT_ONCE) return;
      await this.mailLink(tx, held.address, held.typed, safePath(next));
    });
  }

  /** Somebody goes by another name: links that were sent to their addresses hold what stands for them. */
  async renamed(tx: Tx, { addresses }: IdentityChange): Promise<void> {
    for (const [former, address] of addresses)
      await tx.manager.query(`update sign_in_link set address = $2, typed = $2 where address = $1`, [
        former,
        address,
      ]);
  }

  /**
   * Writes a link and its mail in a transaction that is under way, as for a guest who has just submitted.
   * @param address in the form that rows hold, with `typed` the same where it is a stand-in
   */
  async mailLink(tx: Tx, address: string, typed: string, next: string): Promise<void> {
    const link = await this.addLink(tx, { address, typed, next, minutes: LINK_MINUTES, printed: false });
    await this.outbox.add(tx, [
      {
        kind: 'sign_in',
        conference: null,
        to: { personId: null, address, name: '' },
        subjectId: link.id,
        occasion: 'requested',
        values: { signInUrl: link.url, minutes: LINK_MINUTES },
      },
    ]);
  }

  /**
   * A link for a person at the console; it is printed, never mailed. It is enough for whoever must use a passkey too, as
   * after the loss of one: whoever runs commands could do anything and answers for whom they hand it to.
   */
  async printedLink(email: string, next: string, minutes: number): Promise<string> {
    const address = normaliseEmail(email);
    if (!address) throw refuseField('email', 'email', undefined, email);
    return this.work.run(async (tx) => {
      const held = await this.people.asHeld(address, email, tx.manager);
      const link = { address: held.address, typed: held.typed, next, minutes, printed: true };
      return (await this.addLink(tx, link)).url;
    });
  }

  private async addLink(
    tx: Tx,
    {
      minutes,
      next,
      ...link
    }: { address: string; typed: string; next: string; minutes: number; printed: boolean },
  ) {
    const id = newId();
    const secret = newSecret();
    await tx.manager.insert(SignInLink, {
      id,
      secretHash: hashSecret(secret),
      ...link,
      nextPath: next,
      createdAt: tx.now,
      expiresAt: new Date(tx.now.getTime() + minutes * 60_000),
      usedAt: null,
    });
    return { id, url: `${this.config.publicUrl}/sign-in/${secret}` };
  }

  /** Looks at a link without using it up: mail scanners follow links, people click buttons. */
  async look(secret: string, now: Date): Promise<LinkState> {
    const link = await this.db.manager.findOneBy(SignInLink, { secretHash: hashSecret(secret) });
    if (!link) return 'unknown';
    if (link.usedAt) return 'used';
    return link.expiresAt > now ? 'open' : 'expired';
  }

  /**
   * Uses a link up and signs its reader in, adding the person when the address is new. Organisers who have a passkey are
   * not signed in by a mailed link: it only shows that the address is theirs.
   * @throws Refusal 422 `link.used`, `link.expired` or `link.unknown`.
   */
  async use(secret: string, browser: string): Promise<LinkUse> {
    return this.work.run(async (tx) => {
      const link = await tx.manager.findOne(SignInLink, {
        where: { secretHash: hashSecret(secret) },
        lock: { mode: 'pessimistic_write' },
      });
      if (!link) throw new Refusal('rule', 'link.unknown');
      if (link.usedAt) throw new Refusal('rule', 'link.used');
      if (link.expiresAt <= tx.now) throw new Refusal('rule', 'link.expired');
      await tx.manager.update(SignInLink, { id: link.id }, { usedAt: tx.now });
      const [found] = await this.people.resolve(tx, [{ email: link.typed, name: '' }], () => 'email');
      const personId = found!.personId;
      await this.people.confirm(tx, link.address);
      await this.confirmed.each((listener) => listener.confirmHeld(tx, personId));
      if (!link.printed && (await this.passkeys.mustBeUsed(tx, personId))) {
        await this.audit.record(tx, personActor(personId), {
          conferenceId: null,
          action: 'person.passkey_asked',
          subject: ['sign_in_link', link.id],
        });
        return { sessionSecret: null, next: link.nextPath, personId };
      }
      const session = await this.sessions.start(
        tx,
        personId,
        browser,
        link.printed ? 'printed_link' : 'mailed_link',
      );
      return { sessionSecret: session, next: link.nextPath, personId };
    });
  }
}
