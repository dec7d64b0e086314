import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, Not, type EntityManager } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import type { Actor, Grant, Role } from '../platform/actor.js';
import { newId } from '../platform/ids.js';
import { Port } from '../platform/port.js';
import { notFound, Refusal, refuseField } from '../platform/refusal.js';
import type { Tx } from '../platform/work.js';
import { normaliseEmail } from './email.js';
import type { PersonalData } from './personal-data.js';
import { Person, PersonAddress, RoleGrant } from './person.entity.js';

/** What is known of somebody who is named in a form. */
export interface NamedPerson {
  /** As typed; absent for a co-author without an address. */
  email?: string | undefined;
  name: string;
  nativeName?: string | undefined;
  affiliation?: string | undefined;
  country?: string | undefined;
  orcid?: string | undefined;
}

export interface FoundPerson {
  personId: string;
  /** Identity form of the address, or null. */
  address: string | null;
}

/** People, addresses and roles; the only writer of their tables. */
@Injectable()
export class People {
  /** Whoever keeps something about people; called for an export, an erasure, and where two people become one. */
  readonly personalData = new Port<PersonalData>();

  constructor(
    private readonly db: DataSource,
    private readonly audit: Audit,
  ) {}

  /**
   * Finds the people behind a list of names by their addresses, or adds them. What a person says of
   * themselves is never overwritten by what somebody else typed.
   * @throws Refusal 422 `email` with the path `fields(index)` for an address that cannot be one.
   */
  async resolve(
    tx: Tx,
    named: readonly NamedPerson[],
    field: (index: number) => string,
  ): Promise<FoundPerson[]> {
    const addresses = named.map((person, index) => {
      if (!person.email) return null;
      const address = normaliseEmail(person.email);
      if (!address) throw refuseField(field(index), 'email', undefined, person.email);
      return address;
    });
    const wanted = [...new Set(addresses.filter((address) => address !== null))];
    const known = new Map<string, string>();
    if (wanted.length > 0) {
      const rows = await tx.manager.find(PersonAddress, { where: { address: In(wanted) } });
      for (const row of rows) known.set(row.address, row.personId);
    }
    const found = named.map((_person, index): FoundPerson & { isNew: boolean } => {
      const address = addresses[index] ?? null;
      const owner = address ? known.get(address) : undefined;
      const personId = owner ?? newId();
      if (address && !owner) known.set(address, personId);
      return { personId, address, isNew: !owner };
    });
    const added = found.flatMap((person, index) => (person.isNew ? [{ ...named[index]!, ...person }] : []));
    const moved = await this.add(tx, added);
    return found.map(({ personId, address }) => ({ personId: moved.get(personId) ?? personId, address }));
  }

  /** Adds people and their addresses. @returns whom somebody else added meanwhile under the same address, by the id meant for them */
  private async add(
    tx: Tx,
    people: readonly (NamedPerson & FoundPerson)[],
  ): Promise<ReadonlyMap<string, string>> {
    if (people.length === 0) return new Map();
    await tx.manager.insert(
      Person,
      people.map((person) => ({
        id: person.personId,
        name: person.name,
        nativeName: person.nativeName ?? null,
        affiliation: person.affiliation ?? null,
        country: person.country ?? null,
        orcid: person.orcid ?? null,
        locale: 'en',
        version: 1,
        createdAt: tx.now,
        mergedInto: null,
        erasedAt: null,
      })),
    );
    // In the order of the addresses, so that two transactions that add the same people cannot wait for each other.
    const owners = people
      .filter((person) => person.address !== null)
      .toSorted((a, b) => (a.address! < b.address! ? -1 : 1));
    if (owners.length === 0) return new Map();
    const inserted: { address: string }[] = await tx.manager.query(
      `insert into person_address (address, typed, person_id, is_primary, created_at)
       select address, typed, person_id, true, $4 from unnest($1::text[], $2::text[], $3::text[]) as a (address, typed, person_id)
       on conflict (address) do nothing returning address`,
      [
        owners.map((person) => person.address),
        owners.map((person) => person.email),
        owners.map((person) => person.personId),
        tx.now,
      ],
    );
    const lost = owners.filter((person) => !inserted.some(({ address }) => address === person.address));
    if (lost.length === 0) return new Map();
    await tx.manager.delete(Person, { id: In(lost.map((person) => person.personId)) });
    const winners = await tx.manager.findBy(PersonAddress, {
      address: In(lost.map((person) => person.address!)),
    });
    return new Map(
      lost.map((person) => [
        person.personId,
        winners.find((row) => row.address === person.address)!.personId,
      ]),
    );
  }

  /** Marks an address as its owner's: they have clicked a link that was sent to it. */
  async confirm(tx: Tx, address: string): Promise<void> {
    await tx.manager.update(PersonAddress, { address, confirmedAt: IsNull() }, { confirmedAt: tx.now });
  }

  /** A person's addresses, the primary one first. */
  async addresses(personId: string, manager: EntityManager = this.db.manager): Promise<PersonAddress[]> {
    return manager.find(PersonAddress, { where: { personId }, order: { isPrimary: 'DESC', address: 'ASC' } });
  }

  /**
   * Gives a person an address that was shown to be theirs.
   * @returns the person who has it already, or null where it is this person's now
   */
  async addAddress(tx: Tx, personId: string, address: string, typed: string): Promise<string | null> {
    const added: unknown[] = await tx.manager.query(
      `insert into person_address (address, typed, person_id, is_primary, confirmed_at, created_at)
       values ($1, $2, $3, not exists (select 1 from person_address where person_id = $3 and is_primary), $4, $4)
       on conflict (address) do nothing returning 1`,
      [address, typed, personId, tx.now],
    );
    if (added.length > 0) return null;
    const { personId: owner } = await tx.manager.findOneByOrFail(PersonAddress, { address });
    if (owner !== personId) return owner;
    await this.confirm(tx, address);
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
    await tx.manager.delete(PersonAddress, { personId: fromId });
  }

  async byId(id: string): Promise<Person> {
    const person = await this.db.manager.findOneBy(Person, { id });
    if (!person) throw notFound();
    return person;
  }

  async byAddress(address: string): Promise<Person | null> {
    const row = await this.db.manager.findOneBy(PersonAddress, { address });
    return row ? this.db.manager.findOneBy(Person, { id: row.personId }) : null;
  }

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
}
