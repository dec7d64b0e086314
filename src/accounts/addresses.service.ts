import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import { MailKinds } from '../mail/kinds.js';
import { Outbox } from '../mail/outbox.service.js';
import { normaliseEmail } from '../people/email.js';
import { People } from '../people/people.service.js';
import { Protection } from '../people/protection.service.js';
import { isStandIn } from '../people/stand-in.js';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { newId } from '../platform/ids.js';
import { notFound, Refusal, refuseField } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import { ADDRESS_MAILS } from './address-mails.js';
import { Proofs } from './proofs.service.js';

const MOST_ADDRESSES = 10;

type AddressChange = 'added' | 'removed' | 'primary';

/** An address as its owner sees it. */
export interface OwnAddress {
  /** What tables hold; of somebody protected a stand-in. */
  address: string;
  /** As the owner wrote it. */
  typed: string;
  isPrimary: boolean;
  confirmedAt: Date | null;
}

/** A person's own addresses: every confirmed one signs in, mail goes to the primary one. */
@Injectable()
export class Addresses {
  constructor(
    private readonly work: Work,
    private readonly people: People,
    private readonly protection: Protection,
    private readonly proofs: Proofs,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
    kinds: MailKinds,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    kinds.register(...ADDRESS_MAILS);
  }

  async list(personId: string, manager?: EntityManager): Promise<OwnAddress[]> {
    const held = await this.people.addresses(personId, manager);
    const real = held.some(({ address }) => isStandIn(address))
      ? await this.protection.ownAddresses(personId, manager)
      : undefined;
    return held.map(({ address, typed, isPrimary, confirmedAt }) => ({
      address,
      typed: real?.get(address)?.typed ?? typed,
      isPrimary,
      confirmedAt,
    }));
  }

  /**
   * Sends a link to an address that somebody wants to add. The answer, the mail and the work are the same whether or not the
   * address is somebody else's: that is told only to who has opened the link, and so reads that mailbox.
   * @throws Refusal 422 on `email`: none, already one's own, or more than ten; 409 `address.protected` for whoever is protected:
   *   a question to an address that is nobody's yet would hold it in plain beside them
   */
  async ask(actor: Actor, email: string): Promise<void> {
    const address = normaliseEmail(email);
    if (!address) throw refuseField('email', 'email', undefined, email);
    await this.work.run(async (tx) => {
      if (await this.people.isProtected(actor.personId!, tx))
        throw new Refusal('conflict', 'address.protected');
      const own = await this.people.addresses(actor.personId!, tx.manager);
      const held = await this.people.asHeld(address, email.trim(), tx.manager);
      // A stand-in that stands for nobody is no address.
      if (isStandIn(held.address) && !held.known) return;
      if (own.some((one) => one.address === held.address && one.confirmedAt))
        throw refuseField('email', 'ownAddress');
      if (own.length >= MOST_ADDRESSES) throw refuseField('email', 'manyAddresses', MOST_ADDRESSES);
      await this.proofs.mail(tx, actor.personId!, 'add_address', {
        address: held.address,
        typed: held.typed,
      });
    });
  }

  /**
   * Uses a link up: the address is the actor's from now on.
   * @throws Refusal 422 `link.*`; 409 `address.taken` where it is another person's, and the link stays good for joining them
   */
  async confirm(actor: Actor, secret: string): Promise<void> {
    await this.work.run(async (tx) => {
      const link = await this.proofs.take(tx, actor.personId!, secret, 'add_address');
      const own = await this.people.addresses(actor.personId!, tx.manager);
      if (own.length >= MOST_ADDRESSES && !own.some((one) => one.address === link.address))
        throw refuseField('email', 'manyAddresses', MOST_ADDRESSES);
      const owner = await this.people.addAddress(tx, actor.personId!, link.address, link.typed);
      if (owner) throw new Refusal('conflict', 'address.taken');
      await this.tell(tx, actor, 'added', link.address);
    });
  }

  /** @throws Refusal 404 for an address that is not theirs and confirmed */
  async makePrimary(actor: Actor, email: string): Promise<void> {
    await this.work.run(async (tx) => {
      const before = await this.lock(tx, actor);
      const { address, typed } = await this.ownOf(tx, before, email);
      if (before.some((one) => one.isPrimary && one.address === address)) return;
      // Told to the address that was the primary one.
      await this.tell(tx, actor, 'primary', typed);
      await this.people.makePrimary(tx, actor.personId!, address);
    });
  }

  /** @throws Refusal 404; 409 `address.primary` */
  async remove(actor: Actor, email: string): Promise<void> {
    await this.work.run(async (tx) => {
      const before = await this.lock(tx, actor);
      const { address, typed } = await this.ownOf(tx, before, email);
      await this.people.removeAddress(tx, actor.personId!, address);
      const primary = before.find((one) => one.isPrimary);
      if (primary) await this.protection.addressLeaves(tx, actor.personId!, address, primary.address);
      await this.tell(tx, actor, 'removed', typed);
    });
  }

  /** Which of the actor's addresses is meant, by itself or by what stands for it. @throws Refusal 404 */
  private async ownOf(tx: Tx, own: readonly OwnAddress[], email: string): Promise<OwnAddress> {
    const known = await this.people.knownBy(normaliseEmail(email) ?? email, tx.manager);
    const found = own.find(({ address }) => address === known?.address);
    if (!found) throw notFound();
    return found;
  }

  /** Two changes of one person's addresses at once wait for one another. */
  private async lock(tx: Tx, actor: Actor): Promise<OwnAddress[]> {
    await tx.manager.query(`select 1 from person where id = $1 for update`, [actor.personId]);
    return this.list(actor.personId!, tx.manager);
  }

  /** Writes the entry of the record and tells the primary address, so that nobody's ways in change unnoticed. */
  private async tell(tx: Tx, actor: Actor, change: AddressChange, address: string): Promise<void> {
    const id = newId();
    const all = await this.people.addresses(actor.personId!, tx.manager);
    await this.audit.record(tx, actor, {
      conferenceId: null,
      action: `person.address_${change}`,
      subject: ['person', actor.personId!],
      after: { addresses: all.length },
    });
    const primary = all.find((one) => one.isPrimary);
    if (!primary) return;
    await this.outbox.add(tx, [
      {
        kind: 'address_changed',
        conference: null,
        to: { personId: actor.personId, address: primary.address, name: actor.greeting?.name ?? '' },
        subjectId: actor.personId!,
        occasion: id,
        values: {
          change,
          changedAddress: address,
          changedAt: `${tx.now.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
          waysUrl: `${this.config.publicUrl}/me/sign-in`,
        },
      },
    ]);
  }
}
