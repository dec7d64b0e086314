import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CONFIG, type Config } from '../platform/config.js';
import { Port } from '../platform/port.js';
import { StartFailure } from '../platform/start-failure.js';
import type { Tx } from '../platform/work.js';
import { makeMasterKey, readMasterKey } from './master-key.js';
import { isSealed, keyedHash, keyFor, newKey, open, seal } from './sealed.js';

const KNOWN_BY = 'master_key';
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
export class PersonKeys implements OnModuleInit {
  /** Called when a key is destroyed: what it sealed is dropped. */
  readonly destroyed = new Port<KeyDestroyedListener>();

  private purposes: { wrap: Buffer; address: Buffer; body: Buffer; own: Buffer } | undefined;
  /** Keys that a transaction has met already. */
  private readonly met = new WeakMap<Tx, Map<string, PersonKey | null>>();

  constructor(
    private readonly db: DataSource,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Reads the master key, or makes the first one. @throws StartFailure when the file here is not this database's */
  async onModuleInit(): Promise<void> {
    const file = this.config.masterKeyFile;
    const known = await this.fingerprint();
    const key = readMasterKey(file) ?? (known === undefined ? makeMasterKey(file) : undefined);
    if (!key)
      throw new StartFailure(
        `The people's keys are wrapped by a master key that is not in ${file}: put it there, or set MASTER_KEY_FILE to the file that all processes share.`,
      );
    const own = keyedHash(keyFor(key, 'name of the key'), '').slice(0, 16);
    await this.db.query(
      `insert into installation_fact (key, value, at) values ($1, to_jsonb($2::text), clock_timestamp()) on conflict do nothing`,
      [KNOWN_BY, own],
    );
    if ((await this.fingerprint()) !== own)
      throw new StartFailure(
        `The master key in ${file} is not the one that wraps the people's keys in this database: put the right one there, or set MASTER_KEY_FILE.`,
      );
    this.purposes = {
      wrap: keyFor(key, 'wrapping'),
      address: keyFor(key, 'addresses'),
      body: keyFor(key, 'bodies'),
      own: keyFor(key, 'of nobody in particular'),
    };
    await this.hashOldAddresses();
  }

  private async fingerprint(): Promise<string | undefined> {
    const rows: { value: string }[] = await this.db.query(
      `select value from installation_fact where key = $1`,
      [KNOWN_BY],
    );
    return rows[0]?.value;
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
    return keyedHash(this.ready.address, address);
  }

  /** What is kept of a request's body to tell a repeat from another request: nobody can try words against it. */
  bodyHash(body: string): string {
    return keyedHash(this.ready.body, body);
  }

  /** Seals what tells of several people at once and belongs to none of them. */
  sealOwn(about: string, text: string): string {
    return seal(this.ready.own, about, text);
  }

  /** @throws Error for what was sealed about something else, or changed since */
  openOwn(about: string, sealed: string): string {
    return open(this.ready.own, about, sealed);
  }

  /** A key for somebody new, wrapped for its column; no statement. */
  make(tx: Tx, personId: string): string {
    const key = newKey();
    this.note(tx, personId, personKey(key));
    return seal(this.ready.wrap, personId, key.toString('base64url'));
  }

  /** The key in a column. @returns null where it was destroyed */
  unwrap(personId: string, wrapped: string | null): PersonKey | null {
    return wrapped === null
      ? null
      : personKey(Buffer.from(open(this.ready.wrap, personId, wrapped), 'base64url'));
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

  private get ready(): { wrap: Buffer; address: Buffer; body: Buffer; own: Buffer } {
    if (!this.purposes) throw new Error('the master key is not read yet');
    return this.purposes;
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
