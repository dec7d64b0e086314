import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { newId } from '../platform/ids.js';
import { LOGGER } from '../platform/platform.module.js';
import { Work, type Tx } from '../platform/work.js';
import { Audit } from './audit.service.js';
import { CONTENT, entryHash, type EntryContent } from './entry-leaf.js';
import { keepHead, readKeptHead } from './kept-head.js';
import { RecordEpoch } from './record-epoch.entity.js';
import { RecordTrouble } from './record-trouble.js';
import { HEADS, headOf, type HeadRow } from './record-rows.js';
import { SigningKeys } from './signing-keys.js';
import { openTiles, placeKey, TileTree } from './tiles.js';
import { signHead, type SignedHead, type TreeName } from './tree-head.js';

/** Between two looks for entries to seal; a head is signed at most once in this time. */
export const SEAL_EVERY_MS = 4_000;
/** A head is signed at least so often, also when nothing was added: it shows that nothing was. */
const FRESH_MS = 60 * 60_000;
const ROWS_AT_ONCE = 5_000;
/** Most entries under one head. */
const MOST = 50_000;
/** Any number will do, as long as every Concord process uses the same. */
const LOCK = 7_203_116;
const RESTORED = 'The database was older than the last published head.';

/**
 * Seals entries: gives them their place in the Merkle log and signs heads. One at a time does it, whoever has the lock;
 * nothing on the way of a change waits for it. Rows are found by being unsealed, never by a last id, so that an entry
 * whose transaction commits late gets a later number and none is lost.
 */
@Injectable()
export class Sealer {
  private state: 'new' | 'running' | 'stopped' = 'new';
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private trouble = '';

  constructor(
    private readonly work: Work,
    private readonly audit: Audit,
    private readonly keys: SigningKeys,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Seals from now on, every few seconds. */
  start(everyMs = SEAL_EVERY_MS): void {
    if (this.state !== 'new') return;
    this.state = 'running';
    this.sealAgain(0, everyMs);
  }

  /** Lets the round under way finish. */
  async stop(): Promise<void> {
    this.state = 'stopped';
    clearTimeout(this.timer);
    await this.round;
  }

  private sealAgain(afterMs: number, everyMs: number): void {
    this.timer = setTimeout(() => {
      this.round = this.sealOnce().finally(() => {
        if (this.state === 'running') this.sealAgain(everyMs, everyMs);
      });
    }, afterMs);
  }

  private async sealOnce(): Promise<void> {
    try {
      // Whoever has more than one head covers goes on at once.
      while ((await this.seal()) >= MOST && this.state === 'running');
      this.trouble = '';
    } catch (error) {
      const { message } = error as Error;
      // The same trouble every few seconds is told once.
      if (message !== this.trouble) this.logger.error({ error: message }, 'the record could not be sealed');
      this.trouble = message;
    }
  }

  /**
   * Seals what is committed and unsealed, up to {@link MOST} entries, and signs a head over it.
   * @returns how many entries were sealed; 0 also when another process is sealing
   */
  async seal(): Promise<number> {
    const { sealed, head } = await this.work.run(async (tx) => {
      const [{ mine }]: [{ mine: boolean }] = await tx.manager.query(
        `select pg_try_advisory_xact_lock($1) as mine`,
        [LOCK],
      );
      return mine ? this.grow(tx) : { sealed: 0, head: null };
    });
    if (head) await this.keep(head);
    return sealed;
  }

  /** Makes the record's name and its key where there are none yet, so that a receipt can be signed before the first seal. */
  async prepare(): Promise<void> {
    await this.locked(async (tx) => {
      await this.newestEpoch(tx);
      await this.keys.current(tx);
    });
  }

  /**
   * Begins a new epoch, which names the last published head: the newest of those in the database, kept by this worker,
   * and given.
   * @throws RecordTrouble when the given head is of another record
   */
  async newEpoch(actor: Actor, reason: string, given: SignedHead | null = null): Promise<SignedHead> {
    const head = await this.locked(async (tx) => {
      const epoch = await this.newestEpoch(tx);
      const last = await newestHead(tx.manager);
      const kept = await readKeptHead(this.config.varDir, epoch.log);
      if (given && given.log !== epoch.log)
        throw new RecordTrouble(`The given head is of the record ${given.log}, and this is ${epoch.log}.`);
      const named = latest(last, kept, given);
      const begun = await this.begin(tx, epoch.log, reason, named, epoch.epoch);
      await this.audit.record(tx, actor, {
        conferenceId: null,
        action: 'record.epoch_begun',
        subject: ['record_epoch', String(begun.epoch)],
        before: { epoch: epoch.epoch },
        after: { epoch: begun.epoch, ...(named && { head: nameOf(named) }) },
        reason,
      });
      return (await this.growFrom(tx, begun)).head!;
    });
    await this.keep(head);
    return head;
  }

  /** Takes another signing key into use, from the next head on. @returns the names of the keys */
  async rotateKey(actor: Actor): Promise<{ keyId: string; former: string | null }> {
    return this.locked(async (tx) => {
      const keys = await this.keys.rotate(tx);
      await this.audit.record(tx, actor, {
        conferenceId: null,
        action: 'record.key_rotated',
        subject: ['signing_key', keys.keyId],
        before: { key: keys.former },
        after: { key: keys.keyId },
      });
      return keys;
    });
  }

  private locked<T>(act: (tx: Tx) => Promise<T>): Promise<T> {
    return this.work.run(async (tx) => {
      await tx.manager.query(`select pg_advisory_xact_lock($1)`, [LOCK]);
      return act(tx);
    });
  }

  private async keep(head: SignedHead): Promise<void> {
    await keepHead(this.config.varDir, head).catch((error: Error) =>
      this.logger.warn({ error: error.message }, 'the last head could not be kept outside the database'),
    );
  }

  private async newestEpoch(tx: Tx): Promise<RecordEpoch> {
    const [newest] = await tx.manager.find(RecordEpoch, { order: { epoch: 'desc' }, take: 1 });
    return newest ?? this.begin(tx, newId(), '', null, 0);
  }

  private async grow(tx: Tx): Promise<Growth> {
    const epoch = await this.newestEpoch(tx);
    const kept = await readKeptHead(this.config.varDir, epoch.log);
    if (!kept || (await isPublished(tx.manager, kept))) return this.growFrom(tx, epoch);
    this.logger.error(
      { epoch: kept.epoch, size: kept.size },
      'the database is older than the last head that was signed here: a new epoch begins',
    );
    return this.growFrom(tx, await this.begin(tx, epoch.log, RESTORED, kept, epoch.epoch));
  }

  private async begin(
    tx: Tx,
    log: string,
    reason: string,
    previous: TreeName | null,
    former: number,
  ): Promise<RecordEpoch> {
    await this.keys.adopt(tx);
    const epoch: RecordEpoch = {
      epoch: Math.max(former, previous?.epoch ?? 0) + 1,
      log,
      startedAt: tx.now,
      reason,
      previousEpoch: previous?.epoch ?? null,
      previousSize: previous ? String(previous.size) : null,
      previousRoot: previous?.root ?? null,
    };
    await tx.manager.insert(RecordEpoch, epoch);
    return epoch;
  }

  private async growFrom({ manager, now, ...tx }: Tx, epoch: RecordEpoch): Promise<Growth> {
    const last = await newestHead(manager, epoch.epoch);
    const size = last?.size ?? 0;
    const isFresh = last !== null && now.getTime() - Date.parse(last.at) < FRESH_MS;
    let rows = await unsealed(manager);
    if (rows.length === 0 && isFresh) return { sealed: 0, head: null };

    const key = await this.keys.current({ manager, now, ...tx });
    // Few of many rows are numbered by their id; the planner, which cannot know that, would read the whole table.
    await manager.query(`set local enable_hashjoin = off`);
    await manager.query(`set local enable_mergejoin = off`);
    const tree = TileTree.at(size, await tilesAt(manager, epoch.epoch, size));
    while (rows.length > 0) {
      await number(manager, epoch.epoch, tree.size, rows);
      for (const row of rows) tree.append(entryHash(row));
      rows = rows.length < ROWS_AT_ONCE || tree.size - size >= MOST ? [] : await unsealed(manager);
    }
    const tiles = tree.changed();
    await manager.query(
      `insert into record_tile (epoch, level, position, hashes)
       select $1, * from unnest($2::int[], $3::bigint[], $4::bytea[])
       on conflict (epoch, level, position) do update set hashes = excluded.hashes`,
      [epoch.epoch, tiles.map((t) => t.level), tiles.map((t) => t.position), tiles.map((t) => t.hashes)],
    );
    const head = signHead(
      {
        log: epoch.log,
        epoch: epoch.epoch,
        size: tree.size,
        root: tree.root().toString('hex'),
        at: now.toISOString(),
        previous: previousOf(epoch),
      },
      key.privateKey,
    );
    await manager.query(
      `insert into tree_head (number, epoch, size, root, at, key_id, signature)
       select coalesce(max(number), 0) + 1, $1, $2, $3, $4, $5, $6 from tree_head`,
      [head.epoch, head.size, head.root, now, head.keyId, head.signature],
    );
    return { sealed: tree.size - size, head };
  }
}

interface Growth {
  sealed: number;
  /** The head that was signed, if one was. */
  head: SignedHead | null;
}

const nameOf = ({ epoch, size, root }: TreeName): TreeName => ({ epoch, size, root });

function previousOf({ previousEpoch, previousSize, previousRoot }: RecordEpoch): TreeName | null {
  return previousEpoch === null
    ? null
    : { epoch: previousEpoch, size: Number(previousSize), root: previousRoot! };
}

/** Of several heads the one that was published last; what is kept outside comes before what is in the database. */
function latest(...heads: (SignedHead | null)[]): SignedHead | null {
  const known = heads.filter((head) => head !== null);
  return known.toReversed().toSorted((a, b) => b.epoch - a.epoch || b.size - a.size)[0] ?? null;
}

async function isPublished(manager: EntityManager, { epoch, size, root }: TreeName): Promise<boolean> {
  const rows: unknown[] = await manager.query(
    `select 1 from tree_head where epoch = $1 and size = $2 and root = $3
     union all select 1 from record_epoch where previous_epoch = $1 and previous_size = $2 and previous_root = $3 limit 1`,
    [epoch, size, root],
  );
  return rows.length > 0;
}

/** The head that was signed last, of an epoch or of all. */
async function newestHead(manager: EntityManager, epoch?: number): Promise<SignedHead | null> {
  const rows: HeadRow[] = await manager.query(
    `${HEADS} where $1::int is null or h.epoch = $1 order by h.number desc limit 1`,
    [epoch ?? null],
  );
  return rows[0] ? headOf(rows[0]) : null;
}

function unsealed(manager: EntityManager): Promise<EntryContent[]> {
  return manager.query(
    `select ${CONTENT} from audit_entry e where e.leaf_index is null order by e.at, e.id limit ${ROWS_AT_ONCE}`,
  );
}

async function number(
  manager: EntityManager,
  epoch: number,
  from: number,
  rows: readonly EntryContent[],
): Promise<void> {
  const [, count] = await manager.query<[unknown, number]>(
    `update audit_entry as e set epoch = $1, leaf_index = $2::bigint + place.n - 1
     from unnest($3::text[]) with ordinality as place (id, n) where e.id = place.id and e.leaf_index is null`,
    [epoch, from, rows.map((row) => row.id)],
  );
  if (count !== rows.length) throw new Error(`${rows.length} entries were to be sealed, and ${count} were`);
}

async function tilesAt(manager: EntityManager, epoch: number, size: number): Promise<Map<string, Buffer>> {
  const places = openTiles(size);
  const rows: { level: number; position: number; hashes: Buffer }[] = await manager.query(
    `select t.level, t.position::float8 as position, t.hashes from record_tile t
     join unnest($2::int[], $3::bigint[]) as place (level, position) using (level, position) where t.epoch = $1`,
    [epoch, places.map((place) => place.level), places.map((place) => place.position)],
  );
  return new Map(rows.map((row) => [placeKey(row), row.hashes]));
}
