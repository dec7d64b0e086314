import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, Not, type EntityManager } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import type { Actor, Grant, Role } from '../platform/actor.js';
import { newId } from '../platform/ids.js';
import { Port } from '../platform/port.js';
import { notFound, Refusal, refuseField } from '../platform/refusal.js';
import type { Tx } from '../platform/work.js';
import { normaliseEmail } from './email.js';
import { sealAddress, sealIdentity } from './identity.js';
import { PersonKeys, type PersonKey } from './person-keys.js';
import type { PersonalData } from './personal-data.js';
import { AddressAlias, Person, PersonAddress, RoleGrant } from './person.entity.js';
import { isStandIn, newStandIn } from './stand-in.js';

/** What is known of somebody who is named in a form. */
export interface NamedPerson {
  /** As typed; absent for a co-author without an address. */
  email?: string | undefined;
  name: string;
  nativeName?: string | undefined;
  affiliation?: string | undefined;
  country?: string | undefined;
  orcid?: string | undefined;
  /** The name under which they shall appear here: their identity is to be protected. */
  publicName?: string | undefined;
}

export interface FoundPerson {
  personId: string;
  /** Identity form of the address or what stands for it, or null: what rows about the person hold. */
  address: string | null;
  /** Likewise; whoever is protected has no other names in rows. */
  name: string;
  nativeName: string | null;
  orcid: string | null;
  protected: boolean;
}

/** An address that is known, by whatever it was asked for. */
export interface KnownAddress {
  /** In the form that other tables hold. */
  address: string;
  personId: string;
  /** The person's public name. */
  name: string;
  protected: boolean;
  /** Set where it was asked for by a stand-in made for one place. */
  alias: string | null;
}

/** A stand-in name for somebody protected whom another named by their address: it leads nobody to their public name. */
export const WITHHELD = 'Name withheld';

/** People, addresses and roles; the only writer of their tables. */
@Injectable()
export class People {
  /** Whoever keeps something about people; called for an export, an erasure, and where two people become one. */
  readonly personalData = new Port<PersonalData>();

  constructor(
    private readonly db: DataSource,
    private readonly audit: Audit,
    private readonly keys: PersonKeys,
  ) {}

  /**
   * The one way to find whose an address is. @param addresses identity forms, or stand-ins
   * @returns what is known, by the address as it was asked for
   */
  async known(
    addresses: readonly string[],
    manager: EntityManager = this.db.manager,
    tx?: Tx,
  ): Promise<Map<string, KnownAddress>> {
    if (addresses.length === 0) return new Map();
    const rows: (KnownAddress & { wanted: string; dataKey: string | null })[] = await manager.query(
      `select w.wanted, a.address, a.person_id as "personId", p.name, p.protected_at is not null as protected, s.alias,
         p.data_key as "dataKey"
       from unnest($1::text[], $2::text[]) as w (wanted, lookup)
       left join address_alias s on s.alias = w.wanted
       join person_address a on a.address = coalesce(s.address, w.wanted) or a.lookup = w.lookup
       join person p on p.id = a.person_id`,
      [addresses, addresses.map((address) => this.keys.lookup(address))],
    );
    if (tx) for (const row of rows) this.keys.meet(tx, row.personId, row.dataKey);
    return new Map(rows.map(({ wanted, dataKey: _dataKey, ...row }) => [wanted, row]));
  }

  /** {@link known} for one address. */
  async knownBy(address: string, manager?: EntityManager): Promise<KnownAddress | undefined> {
    return (await this.known([address], manager)).get(address);
  }

  /**
   * What rows hold of an address that somebody typed: of a protected person's never the address itself. One statement,
   * whosever it is. @param address its identity form
   */
  async asHeld(
    address: string,
    typed: string,
    manager?: EntityManager,
  ): Promise<{ address: string; typed: string; known: boolean }> {
    const known = await this.knownBy(address, manager);
    if (!known?.protected && !known?.alias) return { address, typed, known: known !== undefined };
    return { address: known.address, typed: known.address, known: true };
  }

  /**
   * What a row may hold in the place of addresses of protected people: a stand-in made for this place. Addresses that may stand
   * there themselves are not in it; a stand-in that was made before stays. @param addresses identity forms
   */
  async standIns(tx: Tx, addresses: readonly string[]): Promise<Map<string, string>> {
    const made: AddressAlias[] = [];
    const held = new Map<string, string>();
    for (const [wanted, known] of await this.known([...new Set(addresses)], tx.manager)) {
      if (known.alias !== null) held.set(wanted, wanted);
      else if (known.protected) {
        made.push({ alias: newStandIn(), address: known.address, createdAt: tx.now });
        held.set(wanted, made.at(-1)!.alias);
      }
    }
    if (made.length > 0) await tx.manager.insert(AddressAlias, made);
    return held;
  }

  /** Whether somebody goes by another name. In a transaction it stays so until its end. */
  async isProtected(personId: string, tx?: Tx): Promise<boolean> {
    const rows: { protected: boolean }[] = await (tx ?? this.db).manager.query(
      `select protected_at is not null as protected from person where id = $1 ${tx ? 'for update' : ''}`,
      [personId],
    );
    return rows[0]?.protected ?? false;
  }

  /**
   * Finds the people behind a list of names by their addresses, or adds them. What a person says of
   * themselves is never overwritten by what somebody else typed.
   * @param actor who names them; whoever is protected is found by another under a stand-in made for this place, so that
   *   nobody learns a public name by writing an address. Without one it is the system, which hands nothing on.
   * @throws Refusal 422 `email` with the path `fields(index)` for an address that cannot be one.
   */
  async resolve(
    tx: Tx,
    named: readonly NamedPerson[],
    field: (index: number) => string,
    actor?: Actor,
  ): Promise<FoundPerson[]> {
    const addresses = named.map((person, index) => {
      if (!person.email) return null;
      const address = normaliseEmail(person.email);
      if (!address) throw refuseField(field(index), 'email', undefined, person.email);
      return address;
    });
    const wanted = [...new Set(addresses.filter((address) => address !== null))];
    const known = await this.known(wanted, tx.manager, tx);
    const aliases: { alias: string; address: string; createdAt: Date }[] = [];
    const found = named.map((person, index): FoundPerson & { isNew: boolean; typed: string | null } => {
      const typed = addresses[index] ?? null;
      const owner = typed === null ? undefined : known.get(typed);
      const asTyped = {
        name: person.name,
        nativeName: person.nativeName ?? null,
        orcid: person.orcid ?? null,
        protected: false,
      };
      const hidden = (name: string) => ({ name, nativeName: null, orcid: null, protected: true });
      // A stand-in that stands for nobody is no address.
      if (!owner && typed !== null && isStandIn(typed))
        throw refuseField(field(index), 'email', undefined, typed);
      if (!owner) {
        const personId = newId();
        const address = typed !== null && person.publicName !== undefined ? newStandIn() : typed;
        const shown = person.publicName === undefined ? asTyped : hidden(person.publicName);
        if (typed !== null)
          known.set(typed, {
            address: address!,
            personId,
            name: shown.name,
            protected: shown.protected,
            alias: null,
          });
        return { personId, address, ...shown, isNew: true, typed };
      }
      const { personId, alias } = owner;
      const one = { personId, isNew: false, typed };
      if (alias !== null) return { ...one, address: alias, ...hidden(person.name) };
      const own = actor === undefined || actor.kind === 'system' || actor.personId === personId;
      // Who writes the stand-in itself has it from where it stands beside the public name.
      if (owner.protected && (own || owner.address === typed))
        return { ...one, address: owner.address, ...hidden(owner.name) };
      if (!owner.protected && person.publicName === undefined)
        return { ...one, address: owner.address, ...asTyped };
      const standIn = newStandIn();
      aliases.push({ alias: standIn, address: owner.address, createdAt: tx.now });
      return { ...one, address: standIn, ...hidden(person.publicName ?? WITHHELD) };
    });
    const added = found.flatMap((person, index) =>
      person.isNew ? [{ ...person, said: named[index]! }] : [],
    );
    const moved = await this.add(tx, added);
    if (aliases.length > 0) await tx.manager.insert(AddressAlias, aliases);
    return found.map(({ isNew: _isNew, typed: _typed, ...person }) => ({
      ...person,
      ...moved.get(person.personId),
    }));
  }

  /** Adds people and their addresses. @returns whom somebody else added meanwhile under the same address, by the id meant for them */
  private async add(
    tx: Tx,
    people: readonly (FoundPerson & { typed: string | null; said: NamedPerson })[],
  ): Promise<ReadonlyMap<string, Pick<FoundPerson, 'personId' | 'address'>>> {
    if (people.length === 0) return new Map();
    const keys = new Map<string, PersonKey>();
    await tx.manager.insert(
      Person,
      await Promise.all(
        people.map(async (person) => {
          const dataKey = this.keys.make(tx, person.personId);
          // Just made: no statement.
          const key = (await this.keys.of(tx, person.personId))!;
          keys.set(person.personId, key);
          return {
            id: person.personId,
            name: person.name,
            nativeName: person.nativeName,
            affiliation: person.said.affiliation ?? null,
            country: person.said.country ?? null,
            orcid: person.orcid,
            locale: 'en',
            version: 1,
            createdAt: tx.now,
            mergedInto: null,
            erasedAt: null,
            dataKey,
            keyDestroyedAt: null,
            secret: person.protected ? sealIdentity(key, person.said) : null,
            protectedAt: person.protected ? tx.now : null,
          };
        }),
      ),
    );
    // In the order of the addresses, so that two transactions that add the same people cannot wait for each other.
    const owners = people
      .filter((person) => person.typed !== null)
      .toSorted((a, b) => (a.typed! < b.typed! ? -1 : 1));
    if (owners.length === 0) return new Map();
    const inserted: { address: string }[] = await tx.manager.query(
      `insert into person_address (address, typed, person_id, lookup, is_primary, created_at)
       select address, typed, person_id, lookup, true, $5
       from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as a (address, typed, person_id, lookup)
       on conflict do nothing returning address`,
      [
        owners.map((person) => person.address),
        owners.map((person) =>
          person.protected
            ? sealAddress(keys.get(person.personId)!, person.typed!, person.said.email!)
            : person.said.email,
        ),
        owners.map((person) => person.personId),
        owners.map((person) => this.keys.lookup(person.typed!)),
        tx.now,
      ],
    );
    const lost = owners.filter((person) => !inserted.some(({ address }) => address === person.address));
    if (lost.length === 0) return new Map();
    await tx.manager.delete(Person, { id: In(lost.map((person) => person.personId)) });
    const winners = await this.known(
      lost.map((person) => person.typed!),
      tx.manager,
    );
    return new Map(
      lost.map((person) => {
        const { personId, address } = winners.get(person.typed!)!;
        return [person.personId, { personId, address }];
      }),
    );
  }

  /** Marks an address as its owner's: they have clicked a link that was sent to it. */
  async confirm(tx: Tx, address: string): Promise<void> {
    await tx.manager.query(
      `update person_address set confirmed_at = $2 where confirmed_at is null
         and address = coalesce((select s.address from address_alias s where s.alias = $1), $1)`,
      [address, tx.now],
    );
  }

  /** A person's addresses, the primary one first. */
  async addresses(personId: string, manager: EntityManager = this.db.manager): Promise<PersonAddress[]> {
    return manager.find(PersonAddress, { where: { personId }, order: { isPrimary: 'DESC', address: 'ASC' } });
  }

  /**
   * Gives a person an address that was shown to be theirs.
   * @returns the person who has it already, or null where it is this person's now
   * @throws Refusal 409 `address.protected`: a new address of somebody protected would have stood in plain in its mail
   */
  async addAddress(tx: Tx, personId: string, address: string, typed: string): Promise<string | null> {
    if (await this.isProtected(personId, tx)) throw new Refusal('conflict', 'address.protected');
    const added: unknown[] = isStandIn(address)
      ? []
      : await tx.manager.query(
          `insert into person_address (address, typed, person_id, lookup, is_primary, confirmed_at, created_at)
           values ($1, $2, $3, $5, not exists (select 1 from person_address where person_id = $3 and is_primary), $4, $4)
           on conflict do nothing returning 1`,
          [address, typed, personId, tx.now, this.keys.lookup(address)],
        );
    if (added.length > 0) return null;
    const owner = await this.knownBy(address, tx.manager);
    if (!owner) throw notFound();
    if (owner.personId !== personId) return owner.personId;
    await this.confirm(tx, owner.address);
    return null;
  }

  /** Makes another confirmed address of the person the one that mail goes to. @throws Refusal 404 */
  async makePrimary(tx: Tx, personId: string, address: string): Promise<void> {
    await tx.manager.update(PersonAddress, { personId, isPrimary: true }, { isPrimary: false });
    const { affected } = await tx.manager.update(
      PersonAddress,
      { personId, address, confirmedAt: Not(IsNull()) },
      { isPrimary: true },
    );
    if (!affected) throw notFound();
  }

  /** Takes an address from its person; the primary one stays. @throws Refusal 404, 409 `address.primary` */
  async removeAddress(tx: Tx, personId: string, address: string): Promise<void> {
    const row = await tx.manager.findOne(PersonAddress, {
      where: { personId, address },
      lock: { mode: 'pessimistic_write' },
    });
    if (!row) throw notFound();
    if (row.isPrimary) throw new Refusal('conflict', 'address.primary');
    // What was named under a stand-in made for one place is still reached.
    await tx.manager.query(
      `update address_alias set address = p.address from person_address p
       where address_alias.address = $2 and p.person_id = $1 and p.is_primary`,
      [personId, address],
    );
    await tx.manager.delete(PersonAddress, { address });
  }

  /**
   * Takes all addresses of somebody who was joined with another. Confirmed ones become the other's where `intoId` is given;
   * all else is nobody's, since whoever reads that mailbox must not sign in as the other.
   */
  async takeAddresses(tx: Tx, fromId: string, intoId: string | null): Promise<void> {
    if (intoId !== null) {
      await tx.manager.query(
        `update person_address set person_id = $2, is_primary = not exists (
           select 1 from person_address p where p.person_id = $2 and p.is_primary)
         where person_id = $1 and confirmed_at is not null and is_primary`,
        [fromId, intoId],
      );
      await tx.manager.query(
        `update person_address set person_id = $2, is_primary = false where person_id = $1 and confirmed_at is not null`,
        [fromId, intoId],
      );
    }
    // What was named under a stand-in made for one place is still reached.
    await tx.manager.query(
      `update address_alias set address = i.address from person_address f, person_address i
       where address_alias.address = f.address and f.person_id = $1 and i.person_id = $2 and i.is_primary`,
      [fromId, intoId],
    );
    await tx.manager.delete(PersonAddress, { personId: fromId });
  }

  async byId(id: string): Promise<Person> {
    const person = await this.db.manager.findOneBy(Person, { id });
    if (!person) throw notFound();
    return person;
  }

  async byAddress(address: string): Promise<Person | null> {
    const known = await this.knownBy(address);
    return known ? this.db.manager.findOneBy(Person, { id: known.personId }) : null;
  }

  /** In the form that other tables hold. */
  async primaryAddress(personId: string): Promise<string | null> {
    const row = await this.db.manager.findOneBy(PersonAddress, { personId, isPrimary: true });
    return row?.address ?? null;
  }

  /** Roles in force now. */
  async grants(personId: string): Promise<Grant[]> {
    const rows = await this.db.manager.find(RoleGrant, { where: { personId, revokedAt: IsNull() } });
    return rows.map((row) => ({ role: row.role as Role, conferenceId: row.conferenceId }));
  }

  /** Grants a role; granting it again changes nothing. */
  async grant(
    tx: Tx,
    actor: Actor,
    personId: string,
    role: Role,
    conferenceId: string | null,
  ): Promise<void> {
    const id = newId();
    const inserted: unknown[] = await tx.manager.query(
      `insert into role_grant (id, person_id, conference_id, role, granted_by, granted_at)
       values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning id`,
      [id, personId, conferenceId, role, actor.personId, tx.now],
    );
    if (inserted.length > 0)
      await this.audit.record(tx, actor, {
        conferenceId,
        action: 'role.granted',
        subject: ['person', personId],
        after: { role },
      });
  }

  async revoke(
    tx: Tx,
    actor: Actor,
    personId: string,
    role: Role,
    conferenceId: string | null,
  ): Promise<void> {
    const result = await tx.manager.update(
      RoleGrant,
      { personId, role, conferenceId: conferenceId ?? IsNull(), revokedAt: IsNull() },
      { revokedAt: tx.now },
    );
    if (result.affected)
      await this.audit.record(tx, actor, {
        conferenceId,
        action: 'role.revoked',
        subject: ['person', personId],
        before: { role },
      });
  }

  /** Who holds which role in a conference, by name. */
  async holders(
    conferenceId: string,
  ): Promise<{ personId: string; name: string; address: string; role: Role }[]> {
    return this.db.query(
      `select p.id as "personId", p.name, coalesce(a.address, '') as address, g.role
       from role_grant g join person p on p.id = g.person_id
       left join person_address a on a.person_id = p.id and a.is_primary
       where g.conference_id = $1 and g.revoked_at is null order by p.name, g.role`,
      [conferenceId],
    );
  }

  async rename(tx: Tx, personId: string, name: string): Promise<void> {
    await tx.manager.update(Person, { id: personId }, { name });
  }

  /** Sets the language in which a person is written to. */
  async speak(tx: Tx, actor: Actor, personId: string, locale: string): Promise<void> {
    const [, count] = await tx.manager.query<[unknown, number]>(
      `update person set locale = $2 where id = $1 and locale <> $2`,
      [personId, locale],
    );
    if (count === 0) return;
    await this.audit.record(tx, actor, {
      conferenceId: null,
      action: 'person.language',
      subject: ['person', personId],
    });
  }
}
