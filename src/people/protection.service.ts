import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import type { Actor } from '../platform/actor.js';
import { Port } from '../platform/port.js';
import { notFound, Refusal, refuseField } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import {
  givesAway,
  openAddress,
  openIdentity,
  sealAddress,
  sealIdentity,
  type Identity,
  type SealedAddress,
} from './identity.js';
import { opened, PersonKeys, type PersonKey } from './person-keys.js';
import { newStandIn } from './stand-in.js';

/** How somebody is named from now on, everywhere. */
export interface IdentityChange {
  personId: string;
  key: PersonKey;
  /** Whether they are protected from now on. */
  protects: boolean;
  name: string;
  /** What else rows may say of them again, where protection ends. */
  nativeName: string | null;
  orcid: string | null;
  /** What tables hold of an address until now, and from now on. */
  addresses: ReadonlyMap<string, string>;
  /** Words by which they could be known, where protection begins: nothing may hold them any more. */
  words: readonly string[];
}

/** Modules whose rows name people. Called in the transaction in which somebody's public name changes. */
export interface NameHolder {
  renamed(tx: Tx, change: IdentityChange): Promise<void>;
  /** Ids of those who take part in a conference by rows of this module. */
  participants?(conferenceId: string, manager: EntityManager): Promise<string[]>;
}

/** Protection as its person sees it. */
export interface OwnProtection {
  publicName: string;
  since: Date;
  /** Null where nobody can read it any more. */
  identity: Identity | null;
  addresses: string[];
}

/** Who somebody is, told to whoever may know. */
export interface Revealed {
  publicName: string;
  identity: Identity;
  addresses: string[];
}

interface PersonRow {
  name: string;
  nativeName: string | null;
  orcid: string | null;
  secret: string | null;
  protectedAt: Date | null;
}

/** Protected identities: who asks goes by a pseudonym everywhere, and who they are is sealed under their own key. */
@Injectable()
export class Protection {
  /** Whose rows name people. */
  readonly holders = new Port<NameHolder>();

  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly audit: Audit,
    private readonly keys: PersonKeys,
  ) {}

  /** The actor goes by another name from now on. @throws Refusal 422 on `publicName`; 409 `protection.gone` */
  async protectOwn(actor: Actor, publicName: string): Promise<void> {
    await this.work.run((tx) => this.protect(tx, actor, actor.personId!, publicName));
  }

  /** Puts a person under protection, or changes the name that they go by there. */
  async protect(
    tx: Tx,
    actor: Actor,
    personId: string,
    publicName: string,
    field = 'publicName',
  ): Promise<void> {
    const { person, key } = await this.lock(tx, personId);
    const identity = person.secret === null ? person : openIdentity(key, person.secret);
    const addresses = await this.addresses(tx.manager, personId, key);
    const words = [identity.name, identity.nativeName, identity.orcid]
      .filter((word) => word !== null)
      .concat(addresses.flatMap(({ real }) => [real.address, real.typed]))
      .filter((word) => word !== '');
    if (givesAway(publicName, words)) throw refuseField(field, 'givesAway', undefined, publicName);
    const moved = new Map<string, string>();
    if (person.protectedAt === null)
      for (const { address, real } of addresses) {
        const standIn = newStandIn();
        moved.set(address, standIn);
        await tx.manager.query(
          `update person_address set address = $2, typed = $3, lookup = $4 where address = $1`,
          [address, standIn, sealAddress(key, real.address, real.typed), this.keys.lookup(real.address)],
        );
      }
    await tx.manager.query(
      `update person set name = $2, native_name = null, orcid = null, secret = $3, protected_at = coalesce(protected_at, $4),
         version = version + 1 where id = $1`,
      [personId, publicName, sealIdentity(key, identity), tx.now],
    );
    await this.tell(tx, {
      personId,
      key,
      protects: true,
      name: publicName,
      nativeName: null,
      orcid: null,
      addresses: moved,
      words,
    });
    await this.audit.record(tx, actor, {
      conferenceId: null,
      action: person.protectedAt === null ? 'identity.protected' : 'identity.renamed',
      subject: ['person', personId],
    });
  }

  /** The actor goes by their own name again, everywhere. @throws Refusal 409 `protection.none`, `protection.gone` */
  async endOwn(actor: Actor): Promise<void> {
    await this.work.run(async (tx) => {
      const personId = actor.personId!;
      const { person, key } = await this.lock(tx, personId);
      if (person.protectedAt === null || person.secret === null)
        throw new Refusal('conflict', 'protection.none');
      const identity = openIdentity(key, person.secret);
      const moved = new Map<string, string>();
      for (const { address, real } of await this.addresses(tx.manager, personId, key)) {
        moved.set(address, real.address);
        await tx.manager.query(`update person_address set address = $2, typed = $3 where address = $1`, [
          address,
          real.address,
          real.typed,
        ]);
      }
      await tx.manager.query(
        `update person set name = $2, native_name = $3, orcid = $4, secret = null, protected_at = null, version = version + 1
         where id = $1`,
        [personId, identity.name, identity.nativeName, identity.orcid],
      );
      await this.tell(tx, { personId, key, protects: false, ...identity, addresses: moved, words: [] });
      await this.audit.record(tx, actor, {
        conferenceId: null,
        action: 'identity.unprotected',
        subject: ['person', personId],
      });
    });
  }

  /** Somebody gives an address up: where they are protected, rows that hold its stand-in hold that of their primary one. */
  async addressLeaves(tx: Tx, personId: string, address: string, primary: string): Promise<void> {
    const { person, key } = await this.lock(tx, personId);
    if (person.protectedAt === null) return;
    const { name } = person;
    const change = { personId, key, protects: true, name, nativeName: null, orcid: null, words: [] };
    await this.tell(tx, { ...change, addresses: new Map([[address, primary]]) });
  }

  /** A person's addresses as they wrote them, by what tables hold of them; for themselves. */
  async ownAddresses(
    personId: string,
    manager: EntityManager = this.db.manager,
  ): Promise<Map<string, SealedAddress>> {
    const key = await this.keys.forReading(personId, manager);
    return new Map(
      (await this.addresses(manager, personId, key)).map(({ address, real }) => [address, real]),
    );
  }

  /** What the person themselves reads of their protection; undefined where there is none. */
  async own(personId: string): Promise<OwnProtection | undefined> {
    const person = await this.read(this.db.manager, personId);
    if (!person?.protectedAt) return undefined;
    const revealed = await this.reveal(personId);
    return {
      publicName: person.name,
      since: person.protectedAt,
      identity: revealed?.identity ?? null,
      addresses: revealed?.addresses ?? [],
    };
  }

  /** When officers looked who somebody is, the last look first; at most fifty. */
  async looks(personId: string): Promise<{ at: Date; conference: string }[]> {
    return this.db.query(
      `select e.at, c.name as conference from audit_entry e join conference c on c.id = e.conference_id
       where e.subject_type = 'person' and e.subject_id = $1 and e.action = 'identity.viewed' order by e.at desc limit 50`,
      [personId],
    );
  }

  /** Who somebody is; undefined where they are not protected or nobody can read it any more. The caller answers for why. */
  async reveal(personId: string, manager: EntityManager = this.db.manager): Promise<Revealed | undefined> {
    const person = await this.read(manager, personId);
    const key = await this.keys.forReading(personId, manager);
    if (!person?.secret || !key) return undefined;
    return {
      publicName: person.name,
      identity: openIdentity(key, person.secret),
      addresses: (await this.addresses(manager, personId, key)).map(({ real }) => real.address),
    };
  }

  /** The protected among those who take part in a conference, by public name. */
  async protectedIn(
    conferenceId: string,
    manager: EntityManager = this.db.manager,
  ): Promise<{ personId: string; publicName: string; since: Date; readable: boolean }[]> {
    const ids = new Set<string>();
    await this.holders.each(async (holder) => {
      for (const id of (await holder.participants?.(conferenceId, manager)) ?? []) ids.add(id);
    });
    return manager.query(
      `select id as "personId", name as "publicName", protected_at as since, secret is not null as readable
       from person where id = any($1) and protected_at is not null order by name, id`,
      [[...ids]],
    );
  }

  private async tell(tx: Tx, change: IdentityChange): Promise<void> {
    await this.holders.each((holder) => holder.renamed(tx, change));
  }

  private async lock(tx: Tx, personId: string): Promise<{ person: PersonRow; key: PersonKey }> {
    const person = await this.read(tx.manager, personId, 'for update');
    if (!person) throw notFound();
    const key = await this.keys.of(tx, personId);
    if (!key) throw new Refusal('conflict', 'protection.gone');
    return { person, key };
  }

  private async read(manager: EntityManager, personId: string, lock = ''): Promise<PersonRow | undefined> {
    const rows: PersonRow[] = await manager.query(
      `select name, native_name as "nativeName", orcid, secret, protected_at as "protectedAt" from person where id = $1 ${lock}`,
      [personId],
    );
    return rows[0];
  }

  private async addresses(manager: EntityManager, personId: string, key: PersonKey | null) {
    const rows: { address: string; typed: string }[] = await manager.query(
      `select address, typed from person_address where person_id = $1 order by is_primary desc, created_at, address`,
      [personId],
    );
    return rows.map(({ address, typed }) => ({
      address,
      real:
        !key || opened(key, 'address', typed) === undefined ? { address, typed } : openAddress(key, typed),
    }));
  }
}
