import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CONFIG, type Config } from '../platform/config.js';
import { Port } from '../platform/port.js';
import { StartFailure } from '../platform/start-failure.js';
import { Presence } from '../platform/presence.js';
import type { Tx, Work } from '../platform/work.js';
import { openAddress } from './identity.js';
import {
  makeMasterKey,
  makeNextMasterKey,
  readMasterKey,
  readNextMasterKey,
  useNextMasterKey,
  type MasterKey,
} from './master-key.js';
import { isSealed, keyedHash, keyFor, newKey, open, seal } from './sealed.js';

/** The fact by which a database knows its master key. */
export const KNOWN_BY = 'master_key';
const OWN_KEY = 'own_key';
/** Held, shared, by every process that has read the master key. */
const PRESENCE = 'master key';
/** Addresses that get their keyed hash in one statement, where they are older than these hashes. */
const AT_ONCE = 1000;

/** What can be done with one person's key; it never leaves the process. */
export interface PersonKey {
  seal(about: string, text: string): string;
  /** @throws Error for what was sealed with another key, about something else, or changed since */
  open(about: string, sealed: string): string;
  /** A hash for the record: with a salt of this person's that goes with the key. */
  salted(hash: string): string;
}

/** Modules that keep something sealed. */
export interface KeyDestroyedListener {
  keyDestroyed(tx: Tx, personId: string): Promise<void>;
}

/**
 * The people's keys: each person has one, wrapped by the master key, which lies in a file outside of the database. What is
 * sealed with a key that is destroyed can be read by nobody any more; nothing else depends on it.
 */
@Injectable()
export class PersonKeys implements OnModuleInit, OnModuleDestroy {
  /** Called when a key is destroyed: what it sealed is dropped. */
  readonly destroyed = new Port<KeyDestroyedListener>();

  private master: MasterKey | undefined;
  /** Wrapped like the people's, so that an exchange of the master key leaves what it seals. */
  private own: Buffer;
  private readonly presence: Presence;
  /** Keys that a transaction has met already. */
  private readonly met = new WeakMap<Tx, Map<string, PersonKey | null>>();

  constructor(
    private readonly db: DataSource,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.presence = new Presence(db, PRESENCE, async () => {
      // While nobody was looking, another process may have exchanged it.
      if (this.master && (await this.nameInUse()) !== this.master.name) this.master = undefined;
    });
  }

  /** Reads the master key, or makes the first one. @throws StartFailure when the file here is not this database's */
  async onModuleInit(): Promise<void> {
    await this.presence.begin();
    try {
      this.master = await this.masterIn(this.config.masterKeyFile);
      this.own = await this.ownKey(this.master);
      await this.hashOldAddresses();
    } catch (error) {
      await this.presence.end();
      throw error;
    }
  }

  private async masterIn(file: string): Promise<MasterKey> {
    const known = await this.nameInUse();
    let key = readMasterKey(file) ?? (known === undefined ? makeMasterKey(file) : undefined);
    // An exchange was interrupted between the database and the file.
    if (known !== undefined && key?.name !== known && readNextMasterKey(file)?.name === known) {
      useNextMasterKey(file);
      key = readMasterKey(file);
    }
    if (!key)
      throw new StartFailure(
        `The people's keys are wrapped by a master key that is not in ${file}: put it there, or set MASTER_KEY_FILE to the file that all processes share.`,
      );
    await this.db.query(
      `insert into installation_fact (key, value, at) values ($1, to_jsonb($2::text), clock_timestamp()) on conflict do nothing`,
      [KNOWN_BY, key.name],
    );
    if ((await this.nameInUse()) !== key.name)
      throw new StartFailure(
        `The master key in ${file} is not the one that wraps the people's keys in this database: put the right one there, or set MASTER_KEY_FILE.`,
      );
    return key;
  }

  async onModuleDestroy(): Promise<void> {
    await this.presence.end();
  }

  /** The installation's own key; the first start makes it. */
  private async ownKey(master: MasterKey): Promise<Buffer> {
    await this.db.query(
      `insert into installation_fact (key, value, at) values ($1, to_jsonb($2::text), clock_timestamp()) on conflict do nothing`,
      [OWN_KEY, master.wrap(OWN_KEY, newKey())],
    );
    return master.unwrap(OWN_KEY, await this.wrappedOwnKey(this.db.manager));
  }

  private async wrappedOwnKey(manager: EntityManager): Promise<string> {
    const [row]: { value: string }[] = await manager.query(
      `select value from installation_fact where key = $1`,
      [OWN_KEY],
    );
    return row!.value;
  }

  private async nameInUse(): Promise<string | undefined> {
    const rows: { value: string }[] = await this.db.query(
      `select value from installation_fact where key = $1`,
      [KNOWN_BY],
    );
    return rows[0]?.value;
  }

  /**
   * Exchanges the master key: every person's key is wrapped anew, and what addresses are found by is computed anew, all or
   * nothing in one transaction. What is sealed for people stays as it is. Interrupted before its end, nothing has happened; interrupted
   * after it, the next start puts the file into its place. No other process may run that has read the old key.
   * @returns how many keys, and where the former master key lies
   * @throws StartFailure while another process runs on this database, or when files cannot be written
   */
  async exchangeMaster(
    work: Work,
    inTheSame: (tx: Tx, change: { from: string; to: string; keys: number }) => Promise<void>,
  ): Promise<{ from: string; to: string; keys: number; kept: string }> {
    const file = this.config.masterKeyFile;
    const from = this.ready;
    if (!(await this.presence.alone()))
      throw new StartFailure(
        'Other processes of Concord have read the master key: stop every web and worker process of this database first.',
      );
    const to = makeNextMasterKey(file);
    const keys = await work.run(async (tx) => {
      await tx.manager.query(`lock table person, person_address in share row exclusive mode`);
      const wrapped = await this.wrapAnew(tx, from, to);
      await this.hashAnew(tx, to);
      for (const [fact, value] of [
        [OWN_KEY, to.wrap(OWN_KEY, from.unwrap(OWN_KEY, await this.wrappedOwnKey(tx.manager)))],
        [KNOWN_BY, to.name],
      ])
        await tx.manager.query(
          `update installation_fact set value = to_jsonb($2::text), at = $3 where key = $1`,
          [fact, value, tx.now],
        );
      await inTheSame(tx, { from: from.name, to: to.name, keys: wrapped });
      return wrapped;
    });
    const kept = useNextMasterKey(file);
    this.master = to;
    return { from: from.name, to: to.name, keys, kept };
  }

  /** @returns how many keys there are */
  private async wrapAnew(tx: Tx, from: MasterKey, to: MasterKey): Promise<number> {
    let count = 0;
    for (let last = ''; ;) {
      const people: { id: string; dataKey: string }[] = await tx.manager.query(
        `select id, data_key as "dataKey" from person where data_key is not null and id > $1 order by id limit $2`,
        [last, AT_ONCE],
      );
      if (people.length === 0) return count;
      await tx.manager.query(
        `update person p set data_key = k.data_key from unnest($1::text[], $2::text[]) as k (id, data_key) where p.id = k.id`,
        [people.map(({ id }) => id), people.map(({ id, dataKey }) => to.wrap(id, from.unwrap(id, dataKey)))],
      );
      count += people.length;
      last = people.at(-1)!.id;
    }
  }

  /** What addresses are found by, once the people's keys are wrapped anew. */
  private async hashAnew(tx: Tx, to: MasterKey): Promise<void> {
    for (let last = ''; ;) {
      const rows: { address: string; typed: string; personId: string; dataKey: string }[] =
        await tx.manager.query(
          `select a.address, a.typed, p.id as "personId", p.data_key as "dataKey"
           from person_address a join person p on p.id = a.person_id
           where a.lookup is not null and a.address > $1 order by a.address limit $2`,
          [last, AT_ONCE],
        );
      if (rows.length === 0) return;
      const real = ({ address, typed, personId, dataKey }: (typeof rows)[number]): string =>
        isSealed(typed) ? openAddress(personKey(to.unwrap(personId, dataKey)), typed).address : address;
      await tx.manager.query(
        `update person_address a set lookup = l.lookup from unnest($1::text[], $2::text[]) as l (address, lookup)
         where a.address = l.address`,
        [rows.map(({ address }) => address), rows.map((row) => to.lookup(real(row)))],
      );
      last = rows.at(-1)!.address;
    }
  }

  private async hashOldAddresses(): Promise<void> {
    for (;;) {
      const rows: { address: string }[] = await this.db.query(
        `select address from person_address where lookup is null and address not like '%@protected.invalid' limit $1`,
        [AT_ONCE],
      );
      if (rows.length === 0) return;
      const addresses = rows.map(({ address }) => address);
      await this.db.query(
        `update person_address a set lookup = l.lookup from unnest($1::text[], $2::text[]) as l (address, lookup)
         where a.address = l.address`,
        [addresses, addresses.map((address) => this.lookup(address))],
      );
    }
  }

  /** What an address in its identity form is found by where it is not written itself. */
  lookup(address: string): string {
    return this.ready.lookup(address);
  }

  /** What is kept of a request's body to tell a repeat from another request: nobody can try words against it. */
  bodyHash(body: string): string {
    return this.ready.bodyHash(body);
  }

  /** Seals what tells of several people at once and belongs to none of them. */
  sealOwn(about: string, text: string): string {
    return seal(this.own, about, text);
  }

  /** @throws Error for what was sealed about something else, or changed since */
  openOwn(about: string, sealed: string): string {
    return open(this.own, about, sealed);
  }

  /** A key for somebody new, wrapped for its column; no statement. */
  make(tx: Tx, personId: string): string {
    const key = newKey();
    this.note(tx, personId, personKey(key));
    return this.ready.wrap(personId, key);
  }

  /** The key in a column. @returns null where it was destroyed */
  unwrap(personId: string, wrapped: string | null): PersonKey | null {
    return wrapped === null ? null : personKey(this.ready.unwrap(personId, wrapped));
  }

  /** As {@link unwrap}, and the transaction will not ask for it again. */
  meet(tx: Tx, personId: string, wrapped: string | null): void {
    if (wrapped !== null) this.note(tx, personId, this.unwrap(personId, wrapped));
  }

  /** A person's key; somebody from before there were any gets one now. @returns null where it was destroyed */
  async of(tx: Tx, personId: string): Promise<PersonKey | null> {
    const known = this.met.get(tx)?.get(personId);
    if (known !== undefined) return known;
    const found = await this.read(tx.manager, personId);
    if (!found || found.data_key !== null || found.destroyed) {
      const key = this.unwrap(personId, found?.data_key ?? null);
      this.note(tx, personId, key);
      return key;
    }
    const rows = await tx.manager.query<[{ data_key: string }[], number]>(
      `update person set data_key = coalesce(data_key, $2) where id = $1 and key_destroyed_at is null returning data_key`,
      [personId, this.make(tx, personId)],
    );
    const key = this.unwrap(personId, rows[0][0]?.data_key ?? null);
    this.note(tx, personId, key);
    return key;
  }

  /** A person's key for reading only. @returns null where it was destroyed, or never made */
  async forReading(personId: string, manager: EntityManager = this.db.manager): Promise<PersonKey | null> {
    return this.unwrap(personId, (await this.read(manager, personId))?.data_key ?? null);
  }

  private async read(
    manager: EntityManager,
    personId: string,
  ): Promise<{ data_key: string | null; destroyed: boolean } | undefined> {
    const rows: { data_key: string | null; destroyed: boolean }[] = await manager.query(
      `select data_key, key_destroyed_at is not null as destroyed from person where id = $1`,
      [personId],
    );
    return rows[0];
  }

  /**
   * Destroys a person's key, for their erasure: what is sealed with it can be read by nobody from then on, and the hashes that
   * the record holds of their words cannot be compared with anything. Everything else stays valid, and the person stays under
   * the name that their rows hold.
   */
  async destroy(tx: Tx, personId: string): Promise<void> {
    await tx.manager.query(
      `update person set data_key = null, secret = null, key_destroyed_at = coalesce(key_destroyed_at, $2) where id = $1`,
      [personId, tx.now],
    );
    // Without the hash nobody is found by the address any more, and it is free for whoever owns it.
    await tx.manager.query(
      `update person_address set lookup = null, typed = address where person_id = $1 and address like '%@protected.invalid'`,
      [personId],
    );
    await tx.manager.query(`delete from idempotency_key where owner = $1`, [personId]);
    this.note(tx, personId, null);
    await this.destroyed.each((listener) => listener.keyDestroyed(tx, personId));
  }

  private note(tx: Tx, personId: string, key: PersonKey | null): void {
    let keys = this.met.get(tx);
    if (!keys) this.met.set(tx, (keys = new Map<string, PersonKey | null>()));
    keys.set(personId, key);
  }

  private get ready(): MasterKey {
    if (!this.master)
      throw new Error('the master key is not read yet, or was exchanged: start this process anew');
    return this.master;
  }
}

function personKey(key: Buffer): PersonKey {
  const words = keyFor(key, 'words');
  return {
    seal: (about, text) => seal(words, about, text),
    open: (about, sealed) => open(words, about, sealed),
    salted: (hash) => keyedHash(keyFor(key, 'record'), hash),
  };
}

/** What a sealed text says, or undefined where there is none or nobody can read it any more. */
export function opened(key: PersonKey | null, about: string, sealed: string | null): string | undefined {
  if (!key || sealed === null || !isSealed(sealed)) return undefined;
  try {
    return key.open(about, sealed);
  } catch {
    return undefined;
  }
}
