import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../platform/clock.js';
import { limitOf, type PageQuery } from '../platform/paging.js';
import { badCursor, decodeCursor, encodeCursor } from '../platform/cursor.js';
import { notFound, Refusal } from '../platform/refusal.js';
import { AuditEntry } from './audit-entry.entity.js';
import { CONTENT, entryHash, entryText, type EntryContent } from './entry-leaf.js';
import { consistencyPath, inclusionPath, type Range } from './merkle.js';
import { RecordEpoch } from './record-epoch.entity.js';
import { HEADS, headOf, type HeadRow } from './record-rows.js';
import { SigningKey } from './signing-key.entity.js';
import { hashOf, placeKey, tilesFor } from './tiles.js';
import type { SignedHead } from './tree-head.js';

/** That the record at one head begins with the record at an earlier one. Hashes are in hex. */
export interface ConsistencyProof {
  kind: 'consistency';
  from: SignedHead;
  to: SignedHead;
  path: string[];
}

/** That an entry is in the record at a head. Hashes are in hex. */
export interface InclusionProof {
  kind: 'inclusion';
  entryId: string;
  /** Its number in its epoch, from 0. */
  index: number;
  leafHash: string;
  /** The bytes whose hash is the leaf, as text; only for who may see the entry. */
  entry?: string;
  path: string[];
  head: SignedHead;
}

/** Whether sealing keeps up. */
export interface RecordStanding {
  waiting: number;
  /** Seconds; 0 where none waits. */
  oldest: number;
  /** Null before the first was signed. */
  head: SignedHead | null;
}

/** Reads the sealed record: heads, keys and proofs. A proof reads some tiles, never the entries before it. */
@Injectable()
export class RecordLog {
  constructor(
    private readonly db: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Published heads, newest first. */
  async heads(query: PageQuery): Promise<{ items: SignedHead[]; next: string | null }> {
    const limit = limitOf(query);
    const [before] = query.after ? decodeCursor(query.after, ['number']) : [null];
    if (before !== null && !Number.isSafeInteger(before)) throw badCursor();
    const rows: HeadRow[] = await this.db.query(
      `${HEADS} where $1::bigint is null or h.number < $1 order by h.number desc limit $2`,
      [before, limit + 1],
    );
    const shown = rows.slice(0, limit);
    return {
      items: shown.map(headOf),
      next: rows.length > limit ? encodeCursor([shown.at(-1)!.number]) : null,
    };
  }

  /** @returns null before the first was signed */
  async latest(manager: EntityManager = this.db.manager): Promise<SignedHead | null> {
    const rows: HeadRow[] = await manager.query(`${HEADS} order by h.number desc limit 1`);
    return rows[0] ? headOf(rows[0]) : null;
  }

  /** Public keys, the one in use first. */
  keys(): Promise<SigningKey[]> {
    return this.db.manager.find(SigningKey, { order: { createdAt: 'desc', keyId: 'asc' } });
  }

  epochs(): Promise<RecordEpoch[]> {
    return this.db.manager.find(RecordEpoch, { order: { epoch: 'desc' } });
  }

  /** How many entries wait to be sealed. */
  async waiting(): Promise<number> {
    const rows: { n: number }[] = await this.db.query(
      `select count(*)::int as n from audit_entry where leaf_index is null`,
    );
    return rows[0]!.n;
  }

  /** How sealing keeps up: entries that wait, for how many seconds the oldest does, and the newest head. */
  async standing(): Promise<RecordStanding> {
    const rows: { waiting: number; oldest: number }[] = await this.db.query(
      `select count(*)::int as waiting,
         coalesce(greatest(extract(epoch from clock_timestamp() - min(at)) + $1, 0), 0)::float8 as oldest
       from audit_entry where leaf_index is null`,
      [this.clock.offsetMs / 1000],
    );
    return { ...rows[0]!, head: await this.latest() };
  }

  /** @throws Refusal 404 where no head has one of the sizes, 422 when `from` is larger than `to` */
  async consistency(wanted: { from: number; to: number; epoch?: number }): Promise<ConsistencyProof> {
    const epoch = wanted.epoch ?? (await this.latest())?.epoch ?? 0;
    const [from, to] = [await this.headAt(epoch, wanted.from), await this.headAt(epoch, wanted.to)];
    if (!from || !to) throw notFound();
    if (from.size > to.size) throw new Refusal('rule', 'record.order');
    const path = await this.hashes(epoch, consistencyPath(from.size, to.size));
    return { kind: 'consistency', from, to, path };
  }

  /** @throws Refusal 404, or 409 while it is not sealed yet */
  async entry(id: string): Promise<AuditEntry> {
    const entry = await this.db.manager.findOneBy(AuditEntry, { id });
    if (!entry) throw notFound();
    return entry;
  }

  /**
   * @param shown whether the entry's bytes are handed out
   * @throws Refusal 404, or 409 while it is not sealed yet
   */
  async inclusion(entryId: string, shown: boolean): Promise<InclusionProof> {
    const rows: (EntryContent & { epoch: number | null; index: number })[] = await this.db.query(
      `select ${CONTENT}, e.epoch, e.leaf_index::float8 as index from audit_entry e where e.id = $1`,
      [entryId],
    );
    const entry = rows[0];
    if (!entry) throw notFound();
    if (entry.epoch === null) throw new Refusal('conflict', 'record.unsealed');
    const heads: HeadRow[] = await this.db.query(
      `${HEADS} where h.epoch = $1 order by h.number desc limit 1`,
      [entry.epoch],
    );
    const head = headOf(heads[0]!);
    return {
      kind: 'inclusion',
      entryId,
      index: entry.index,
      leafHash: entryHash(entry).toString('hex'),
      ...(shown && { entry: entryText(entry) }),
      path: await this.hashes(entry.epoch, inclusionPath(entry.index, head.size)),
      head,
    };
  }

  /** The first head that covers an entry: from then on it could not be altered unseen. */
  async firstOver(epoch: number, index: number): Promise<SignedHead | null> {
    const rows: HeadRow[] = await this.db.query(
      `${HEADS} where h.epoch = $1 and h.size > $2 order by h.number limit 1`,
      [epoch, index],
    );
    return rows[0] ? headOf(rows[0]) : null;
  }

  /** The newest head of a size. */
  private async headAt(epoch: number, size: number): Promise<SignedHead | null> {
    const rows: HeadRow[] = await this.db.query(
      `${HEADS} where h.epoch = $1 and h.size = $2 order by h.number desc limit 1`,
      [epoch, size],
    );
    return rows[0] ? headOf(rows[0]) : null;
  }

  private async hashes(epoch: number, ranges: readonly Range[]): Promise<string[]> {
    const places = tilesFor(ranges);
    const rows: { level: number; position: number; hashes: Buffer }[] = await this.db.query(
      `select t.level, t.position::float8 as position, t.hashes from record_tile t
       join unnest($2::int[], $3::bigint[]) as place (level, position) using (level, position) where t.epoch = $1`,
      [epoch, places.map((place) => place.level), places.map((place) => place.position)],
    );
    const tiles = new Map(rows.map((row) => [placeKey(row), row.hashes]));
    return ranges.map((range) => hashOf(range, tiles).toString('hex'));
  }
}
