import type { DataSource, QueryRunner } from 'typeorm';
import { CONTENT, entryHash, hashOfReason, type EntryContent } from './entry-leaf.js';
import { HEADS, headOf, type HeadRow } from './record-rows.js';
import { placeKey, TILE, TileTree, type Tile } from './tiles.js';
import { isHeadSigned, keyIdOf, readPublicKey, type SignedHead } from './tree-head.js';

/** Something that is not as it was sealed. */
export interface Finding {
  kind: 'entry' | 'order' | 'missing' | 'inserted' | 'reason' | 'head' | 'tree' | 'key' | 'epoch' | 'kept';
  /** The entry, index, head or key by its name. */
  what: string;
  /** One sentence that names it. */
  message: string;
}

export interface Verification {
  entries: number;
  heads: number;
  epochs: number;
  /** Entries whose reason was forgotten. */
  forgotten: number;
  /** Entries that are not sealed yet. */
  waiting: number;
  /** How many things were found; `findings` lists the first of them. */
  found: number;
  findings: Finding[];
  /** What the reader should know and what is no fault. */
  notes: string[];
}

/** A head that was kept outside, with the public key that came with it. */
export interface KeptHead {
  head: SignedHead;
  /** PEM. */
  publicKey: string | null;
}

/** Findings beyond this number are counted and not listed. */
const LISTED = 1000;
const TILES_AT_ONCE = 16;
const ROWS_AT_ONCE = TILE * TILES_AT_ONCE;
/** Differences whose hashes are remembered, to tell what was moved from what was changed. */
const REMEMBERED = 100_000;

type Row = EntryContent & { index: number; reason: string | null; reasonSalt: string | null };

interface Epoch {
  epoch: number;
  log: string;
  reason: string;
  previousEpoch: number | null;
  previousSize: number | null;
  previousRoot: string | null;
}

interface Difference {
  index: number;
  /** The entry that stands there, if one does. */
  id: string | null;
  found: string | null;
  sealed: string | null;
}

/**
 * Reads the whole record in one moment of the database and computes everything anew: entries, their order, the tree, heads
 * and signatures.
 * @param kept a head from outside the database; without one, whoever can write to the database and has the signing key
 *   could have made everything anew
 */
export async function verifyRecord(db: DataSource, kept: KeptHead | null = null): Promise<Verification> {
  const runner = db.createQueryRunner();
  try {
    await runner.startTransaction('REPEATABLE READ');
    return await new Verifier(runner).verify(kept);
  } finally {
    await runner.rollbackTransaction().catch(() => undefined);
    await runner.release();
  }
}

class Verifier {
  private readonly result: Verification = {
    entries: 0,
    heads: 0,
    epochs: 0,
    forgotten: 0,
    waiting: 0,
    found: 0,
    findings: [],
    notes: [],
  };

  constructor(private readonly runner: QueryRunner) {}

  async verify(kept: KeptHead | null): Promise<Verification> {
    const keys = await this.keys();
    const epochs: Epoch[] = await this.runner.query(
      `select epoch, log, reason, previous_epoch as "previousEpoch", previous_size::float8 as "previousSize",
         previous_root as "previousRoot" from record_epoch order by epoch`,
    );
    this.result.epochs = epochs.length;
    const heads = ((await this.runner.query(`${HEADS} order by h.number`)) as HeadRow[]).map((row) => ({
      number: row.number,
      head: headOf(row),
    }));
    this.result.heads = heads.length;
    for (const [at, { number, head }] of heads.entries()) {
      const former = heads[at - 1]?.number ?? 0;
      if (number !== former + 1)
        this.find('head', `head ${former + 1}`, `Head ${former + 1} is missing; head ${number} follows.`);
      const key = keys.get(head.keyId);
      if (!key || !isHeadSigned(head, key))
        this.find('head', `head ${number}`, `Head ${number} (${nameOf(head)}) is not signed as it stands.`);
    }
    this.chain(epochs);
    if (kept) this.keptKey(kept, keys);
    for (const epoch of epochs)
      await this.epoch(
        epoch,
        heads.filter(({ head }) => head.epoch === epoch.epoch),
        kept?.head.epoch === epoch.epoch ? kept.head : null,
      );
    if (kept)
      this.keptPlace(
        kept.head,
        epochs,
        heads.map(({ head }) => head),
      );
    await this.strays(epochs);
    await this.unsealed(epochs.length > 0);
    return this.result;
  }

  private find(kind: Finding['kind'], what: string, message: string): void {
    this.result.found += 1;
    if (this.result.findings.length < LISTED) this.result.findings.push({ kind, what, message });
  }

  private async keys(): Promise<Map<string, ReturnType<typeof readPublicKey>>> {
    const rows: { id: string; pem: string }[] = await this.runner.query(
      `select key_id as id, public_key as pem from signing_key order by created_at, key_id`,
    );
    const keys = new Map<string, ReturnType<typeof readPublicKey>>();
    for (const { id, pem } of rows) {
      try {
        const key = readPublicKey(pem);
        if (keyIdOf(key) === id) keys.set(id, key);
      } catch {
        // Told below.
      }
      if (!keys.has(id)) this.find('key', id, `The public key ${id} is not the key of that name.`);
    }
    return keys;
  }

  /** Each epoch but the first names a head before it, and all are of one record. */
  private chain(epochs: readonly Epoch[]): void {
    for (const [at, epoch] of epochs.entries()) {
      const isNamed = epoch.previousEpoch !== null;
      const former = epochs[at - 1];
      if (former && (epoch.log !== former.log || (!isNamed && this.result.heads > 0)))
        this.find('epoch', `epoch ${epoch.epoch}`, `Epoch ${epoch.epoch} does not name the head before it.`);
      if (former)
        this.result.notes.push(
          `Epoch ${epoch.epoch} was begun after ${epoch.previousSize ?? 0} entries of epoch ${epoch.previousEpoch ?? former.epoch}: ${epoch.reason}`,
        );
    }
  }

  /** One log from its first leaf to its last head, and what claims to stand behind that. */
  private async epoch(
    { epoch }: Epoch,
    heads: readonly { number: number; head: SignedHead }[],
    kept: SignedHead | null,
  ): Promise<void> {
    const size = Math.max(0, ...heads.map(({ head }) => head.size));
    const roots = new RootsAt([
      ...heads.map(({ head }) => head.size),
      ...(kept && kept.size <= size ? [kept.size] : []),
    ]);
    const differences: Difference[] = [];
    let differ = 0;
    let sealedTree = TileTree.at(0, new Map());
    let foundTree: TileTree | null = null;
    roots.note(sealedTree, foundTree);
    const upper = new Map<string, Tile>();
    let portion = this.portion(epoch, 0, size);
    for (let from = 0; from < size; from += ROWS_AT_ONCE) {
      const to = Math.min(from + ROWS_AT_ONCE, size);
      const [rows, sealed] = await portion;
      // The database reads on while this portion is computed.
      if (to < size) portion = this.portion(epoch, to, size);
      let next = 0;
      for (let index = from; index < to; index += 1) {
        const row = rows[next]?.index === index ? rows[next++] : undefined;
        for (; rows[next]?.index === index; next += 1)
          this.find(
            'inserted',
            rows[next]!.id,
            `Entry ${rows[next]!.id} stands at index ${index} of epoch ${epoch}, where another stands.`,
          );
        const found = row && entryHash(row);
        const leaf = hashAt(sealed, index);
        if (row) this.reason(row, epoch);
        if (!found || !leaf?.equals(found)) {
          differ += 1;
          if (differences.length < REMEMBERED)
            differences.push({
              index,
              id: row?.id ?? null,
              found: found?.toString('hex') ?? null,
              sealed: leaf?.toString('hex') ?? null,
            });
          foundTree ??= sealedTree.fork();
        }
        foundTree?.append(found ?? NOTHING);
        sealedTree.append(leaf ?? found ?? NOTHING);
        roots.note(sealedTree, foundTree);
      }
      this.result.entries += rows.length;
      foundTree?.changed();
      for (const tile of sealedTree.changed()) if (tile.level > 0) upper.set(placeKey(tile), tile);
    }
    await this.upperTiles(epoch, [...upper.values()]);
    this.name(epoch, this.ofTree(epoch, differences, heads, roots), differ - differences.length);
    this.judge(epoch, heads, roots);
    if (kept && kept.size <= size && !roots.has(kept.size, kept.root))
      this.find(
        'kept',
        `head ${kept.size}`,
        `The head kept outside (${nameOf(kept)}) has another root than the record now: something in its first ${kept.size} entries was changed, moved, dropped or inserted.`,
      );
    await this.beyond(epoch, size);
  }

  /** Entries and stored leaf hashes from an index on. */
  private portion(epoch: number, from: number, size: number): Promise<[Row[], Map<string, Buffer>]> {
    const to = Math.min(from + ROWS_AT_ONCE, size);
    const read = (async (): Promise<[Row[], Map<string, Buffer>]> => [
      await this.rows(epoch, from, to),
      await this.tiles(epoch, 0, Math.floor(from / TILE), Math.ceil(to / TILE)),
    ])();
    // A fault is told where it is awaited.
    read.catch(() => undefined);
    return read;
  }

  private rows(epoch: number, from: number, to: number): Promise<Row[]> {
    return this.runner.query(
      `select ${CONTENT}, e.leaf_index::float8 as index, e.reason, e.reason_salt as "reasonSalt" from audit_entry e
       where e.epoch = $1 and e.leaf_index >= $2 and e.leaf_index < $3 and e.leaf_index is not null order by e.leaf_index, e.id`,
      [epoch, from, to],
    );
  }

  private async tiles(epoch: number, level: number, from: number, to: number): Promise<Map<string, Buffer>> {
    const rows: { position: number; hashes: Buffer }[] = await this.runner.query(
      `select position::float8 as position, hashes from record_tile
       where epoch = $1 and level = $2 and position >= $3 and position < $4`,
      [epoch, level, from, to],
    );
    return new Map(rows.map(({ position, hashes }) => [placeKey({ level, position }), hashes]));
  }

  /** What is stored of the tree above its leaves is what the leaves make of it; proofs are made from that. */
  private async upperTiles(epoch: number, tiles: readonly Tile[]): Promise<void> {
    for (const { level, position, hashes } of tiles) {
      const stored = (await this.tiles(epoch, level, position, position + 1)).get(
        placeKey({ level, position }),
      );
      if (!stored?.subarray(0, hashes.length).equals(hashes))
        this.find(
          'tree',
          `tile ${level}/${position}`,
          `The stored hashes ${level}/${position} of epoch ${epoch} are not those of the leaves below them.`,
        );
    }
  }

  private reason({ id, reason, reasonSalt, reasonHash }: Row, epoch: number): void {
    if (reason === null) {
      if (reasonHash !== null) this.result.forgotten += 1;
    } else if (reasonHash !== hashOfReason(reasonSalt ?? '', reason))
      this.find('reason', id, `The reason of entry ${id} (epoch ${epoch}) is not the one that was sealed.`);
  }

  /** Where a signed head bears out the entries, the stored hash is at fault. @returns the other differences */
  private ofTree(
    epoch: number,
    differences: readonly Difference[],
    heads: readonly { head: SignedHead }[],
    roots: RootsAt,
  ): Difference[] {
    const borneOut = Math.max(
      0,
      ...heads.filter(({ head }) => roots.isOfFound(head.size, head.root)).map(({ head }) => head.size),
    );
    return differences.filter(({ index, id, sealed }) => {
      if (id === null || (sealed !== null && index >= borneOut)) return true;
      const place = `index ${index} of epoch ${epoch}`;
      this.find('tree', place, `The stored hash at ${place} is not that of entry ${id}.`);
      return false;
    });
  }

  /** Tells what was changed from what was moved, dropped or inserted, by the hashes that went and came. */
  private name(epoch: number, differences: readonly Difference[], more: number): void {
    const sealedAt = new Map(differences.flatMap(({ sealed, index }) => (sealed ? [[sealed, index]] : [])));
    const foundAt = new Map(differences.flatMap(({ found, index }) => (found ? [[found, index]] : [])));
    for (const { index, id, found, sealed } of differences) {
      const place = `index ${index} of epoch ${epoch}`;
      const wasAt = found === null ? undefined : sealedAt.get(found);
      const isNow = sealed === null ? undefined : foundAt.get(sealed);
      if (id === null) {
        this.find('missing', place, `The entry at ${place} is missing.`);
        continue;
      }
      if (wasAt !== undefined)
        this.find('order', id, `Entry ${id} stands at ${place} and was sealed at index ${wasAt}.`);
      if (wasAt !== undefined && isNow === undefined && sealed !== null)
        this.find('missing', place, `The entry that was sealed at ${place} is gone.`);
      if (wasAt === undefined && isNow !== undefined)
        this.find('inserted', id, `Entry ${id} at ${place} was not sealed there, nor near it.`);
      if (wasAt === undefined && isNow === undefined)
        this.find('entry', id, `Entry ${id} at ${place} is not as it was sealed.`);
    }
    this.result.found += more;
  }

  /** Holds each head to the roots that the record has at its size. */
  private judge(epoch: number, heads: readonly { number: number; head: SignedHead }[], roots: RootsAt): void {
    let good = 0;
    for (const { number, head } of heads) {
      if (roots.has(head.size, head.root)) {
        good = Math.max(good, head.size);
        continue;
      }
      this.find(
        'head',
        `head ${number}`,
        `Head ${number} (${nameOf(head)}) was not signed over these entries; the entries of epoch ${epoch} from index ${Math.min(good, head.size)} to ${Math.max(head.size - 1, 0)}, or the head, are not what they were.`,
      );
    }
  }

  private async beyond(epoch: number, size: number): Promise<void> {
    const rows: { id: string; index: number }[] = await this.runner.query(
      `select id, leaf_index::float8 as index from audit_entry
       where epoch = $1 and (leaf_index >= $2 or leaf_index < 0) order by leaf_index limit ${LISTED}`,
      [epoch, size],
    );
    for (const { id, index } of rows)
      this.find(
        'inserted',
        id,
        `Entry ${id} says it is sealed at index ${index} of epoch ${epoch}, and no head covers it.`,
      );
  }

  private async strays(epochs: readonly Epoch[]): Promise<void> {
    const rows: { id: string; epoch: number }[] = await this.runner.query(
      `select id, epoch from audit_entry where leaf_index is not null and epoch <> all($1::int[]) order by id limit ${LISTED}`,
      [epochs.map(({ epoch }) => epoch)],
    );
    for (const { id, epoch } of rows)
      this.find('inserted', id, `Entry ${id} says it is sealed in epoch ${epoch}, which there is not.`);
  }

  private keptKey({ head, publicKey }: KeptHead, keys: Map<string, ReturnType<typeof readPublicKey>>): void {
    const key = publicKey === null ? keys.get(head.keyId) : readPublicKey(publicKey);
    if (!keys.has(head.keyId))
      this.find(
        'key',
        head.keyId,
        `The key ${head.keyId}, which signed the head kept outside, is not published.`,
      );
    if (!key || !isHeadSigned(head, key))
      this.find(
        'kept',
        `head ${head.size}`,
        `The head kept outside (${nameOf(head)}) is not signed as it stands.`,
      );
  }

  /** A head kept outside that the record does not reach, or that is of another. */
  private keptPlace(kept: SignedHead, epochs: readonly Epoch[], heads: readonly SignedHead[]): void {
    const epoch = epochs.find((one) => one.epoch === kept.epoch);
    const what = `head ${kept.size}`;
    if (!epochs.some((one) => one.log === kept.log)) {
      this.find('kept', what, `The head kept outside is of the record ${kept.log}, and this is another.`);
      return;
    }
    const size = Math.max(0, ...heads.filter((head) => head.epoch === kept.epoch).map((head) => head.size));
    if (epoch && kept.size <= size) return;
    const declared = epochs.find(
      (one) => one.previousEpoch === kept.epoch && (one.previousSize ?? 0) >= kept.size,
    );
    this.find(
      'kept',
      what,
      `The head kept outside (${nameOf(kept)}) covers ${kept.size - size} entries that are gone, from index ${size} to ${kept.size - 1}${declared ? `; epoch ${declared.epoch} says why: ${declared.reason}` : ''}.`,
    );
  }

  private async unsealed(hasBegun: boolean): Promise<void> {
    const rows: { n: number }[] = await this.runner.query(
      `select count(*)::int as n from audit_entry where leaf_index is null`,
    );
    this.result.waiting = rows[0]!.n;
    if (!hasBegun) this.result.notes.push('Nothing is sealed yet: no worker has run.');
  }
}

/** Stands for a leaf that is not there. */
const NOTHING = Buffer.alloc(32);

const nameOf = ({ epoch, size }: SignedHead): string => `epoch ${epoch}, ${size} entries`;

function hashAt(tiles: ReadonlyMap<string, Buffer>, index: number): Buffer | undefined {
  const tile = tiles.get(placeKey({ level: 0, position: Math.floor(index / TILE) }));
  const at = (index % TILE) * 32;
  return tile && tile.length >= at + 32 ? tile.subarray(at, at + 32) : undefined;
}

/** The roots of a growing tree at some sizes: of what was sealed, and of what is found where that differs. */
class RootsAt {
  private readonly sizes: Set<number>;
  private readonly roots = new Map<number, string[]>();

  constructor(sizes: readonly number[]) {
    this.sizes = new Set(sizes);
  }

  note(sealed: TileTree, found: TileTree | null): void {
    if (!this.sizes.has(sealed.size)) return;
    const roots = found ? [sealed, found] : [sealed];
    this.roots.set(
      sealed.size,
      roots.map((tree) => tree.root().toString('hex')),
    );
  }

  /** Whether the entries as they are now have this root, and what is stored of the tree has another. */
  isOfFound(size: number, root: string): boolean {
    const [sealed, found] = this.roots.get(size) ?? [];
    return found === root && sealed !== root;
  }

  has(size: number, root: string): boolean {
    return this.roots.get(size)?.includes(root) ?? false;
  }
}
