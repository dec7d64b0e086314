import { Inject, Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.service.js';
import { MailKinds } from '../mail/kinds.js';
import { Outbox } from '../mail/outbox.service.js';
import { normaliseEmail } from '../people/email.js';
import { People } from '../people/people.service.js';
import type { PersonAddress } from '../people/person.entity.js';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { newId } from '../platform/ids.js';
import { Refusal, refuseField } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import { ADDRESS_MAILS } from './address-mails.js';
import { Proofs } from './proofs.service.js';

const MOST_ADDRESSES = 10;

type AddressChange = 'added' | 'removed' | 'primary';

/** A person's own addresses: every confirmed one signs in, mail goes to the primary one. */
@Injectable()
export class Addresses {
  constructor(
    private readonly work: Work,
    private readonly people: People,
    private readonly proofs: Proofs,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
    kinds: MailKinds,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    kinds.register(...ADDRESS_MAILS);
  }

  list(personId: string): Promise<PersonAddress[]> {
    return this.people.addresses(personId);
  }

  /**
   * Sends a link to an address that somebody wants to add. The answer, the mail and the work are the same whether or not the
   * address is somebody else's: that is told only to who has opened the link, and so reads that mailbox.
   * @throws Refusal 422 on `email`: none, already one's own, or more than ten
   */
  async ask(actor: Actor, email: string): Promise<void> {
    const address = normaliseEmail(email);
    if (!address) throw refuseField('email', 'email', undefined, email);
    await this.work.run(async (tx) => {
      const own = await this.people.addresses(actor.personId!, tx.manager);
      if (own.some((one) => one.address === address && one.confirmedAt))
        throw refuseField('email', 'ownAddress');
      if (own.length >= MOST_ADDRESSES) throw refuseField('email', 'manyAddresses', MOST_ADDRESSES);
      await this.proofs.mail(tx, actor.personId!, 'add_address', { address, typed: email.trim() });
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
  async makePrimary(actor: Actor, address: string): Promise<void> {
    await this.work.run(async (tx) => {
      const before = await this.lock(tx, actor);
      if (before.some((one) => one.isPrimary && one.address === address)) return;
      // Told to the address that was the primary one.
      await this.tell(tx, actor, 'primary', address);
      await this.people.makePrimary(tx, actor.personId!, address);
    });
  }

  /** @throws Refusal 404; 409 `address.primary` */
  async remove(actor: Actor, address: string): Promise<void> {
    await this.work.run(async (tx) => {
      await this.lock(tx, actor);
      await this.people.removeAddress(tx, actor.personId!, address);
      await this.tell(tx, actor, 'removed', address);
    });
  }

  /** Two changes of one person's addresses at once wait for one another. */
  private async lock(tx: Tx, actor: Actor): Promise<PersonAddress[]> {
    await tx.manager.query(`select 1 from person where id = $1 for update`, [actor.personId]);
    return this.people.addresses(actor.personId!, tx.manager);
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
