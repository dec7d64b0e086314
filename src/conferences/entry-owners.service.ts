import { Injectable } from '@nestjs/common';
import { normaliseEmail } from '../people/email.js';
import { People, type NamedPerson } from '../people/people.service.js';
import { Protection } from '../people/protection.service.js';
import { isStandIn } from '../people/stand-in.js';
import type { Actor } from '../platform/actor.js';
import { refuseField } from '../platform/refusal.js';
import type { Tx } from '../platform/work.js';

/** A guest's entry waits this long for its address to be confirmed. */
const HELD_DAYS = 7;

/** Whose an entry is. */
export interface EntryOwner {
  personId: string;
  /** In identity form, or what stands for it. */
  address: string;
  typed: string;
  /** How rows name them: of a protected person never as they are called. */
  name: string;
  /** Set where nobody has shown yet that the address is theirs. */
  heldUntil: Date | null;
}

/** Finds whose a letter or registration is: the person of its address, whoever typed it. */
@Injectable()
export class EntryOwners {
  constructor(
    private readonly people: People,
    private readonly protection: Protection,
  ) {}

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
    const known = await this.people.knownBy(address, tx.manager);
    const isOwn = actor.personId !== null && known?.personId === actor.personId;
    if (isOwn && named.publicName !== undefined && !known.protected)
      await this.protection.protect(tx, actor, known.personId, named.publicName);
    const [found] = await this.people.resolve(tx, [{ ...named, email: typed }], () => 'email', actor);
    const { personId, name, address: held } = found!;
    const heldUntil =
      isOwn || actor.kind === 'system' ? null : new Date(tx.now.getTime() + HELD_DAYS * 86_400_000);
    return { personId, address: held!, typed: isStandIn(held!) ? held! : typed, name, heldUntil };
  }
}
