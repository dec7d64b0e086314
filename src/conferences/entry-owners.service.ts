import { Injectable } from '@nestjs/common';
import { normaliseEmail } from '../people/email.js';
import { PersonAddress } from '../people/person.entity.js';
import { People, type NamedPerson } from '../people/people.service.js';
import type { Actor } from '../platform/actor.js';
import { refuseField } from '../platform/refusal.js';
import type { Tx } from '../platform/work.js';

/** A guest's entry waits this long for its address to be confirmed. */
const HELD_DAYS = 7;

/** Whose an entry is. */
export interface EntryOwner {
  personId: string;
  /** In identity form. */
  address: string;
  typed: string;
  /** Set where nobody has shown yet that the address is theirs. */
  heldUntil: Date | null;
}

/** Finds whose a letter or registration is: the person of its address, whoever typed it. */
@Injectable()
export class EntryOwners {
  constructor(private readonly people: People) {}

  /**
   * A signed-in actor may leave the address out and gets their own; an entry under any other address belongs to that
   * address's person and is held until they confirm it, as a guest's is.
   * @throws Refusal 422 on `email`
   */
  async of(tx: Tx, actor: Actor, named: NamedPerson): Promise<EntryOwner> {
    const typed = named.email ?? (actor.personId && (await this.people.primaryAddress(actor.personId)));
    if (!typed) throw refuseField('email', 'required');
    const address = normaliseEmail(typed);
    if (!address) throw refuseField('email', 'email', undefined, typed);
    const known = await tx.manager.findOneBy(PersonAddress, { address });
    if (actor.personId && known?.personId === actor.personId)
      return { personId: actor.personId, address, typed, heldUntil: null };
    const [found] = await this.people.resolve(tx, [{ ...named, email: typed }], () => 'email');
    const heldUntil = actor.kind === 'system' ? null : new Date(tx.now.getTime() + HELD_DAYS * 86_400_000);
    return { personId: found!.personId, address, typed, heldUntil };
  }
}
