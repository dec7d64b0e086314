import type { SignedHead } from './tree-head.js';

/** A head as {@link HEADS} reads it. */
export interface HeadRow {
  number: number;
  log: string;
  epoch: number;
  size: number;
  root: string;
  at: Date;
  previousEpoch: number | null;
  previousSize: number | null;
  previousRoot: string | null;
  keyId: string;
  signature: string;
}

/** All heads with what stands in their epoch; conditions follow, on `h` and `p`. */
export const HEADS = `select h.number::float8 as number, p.log, h.epoch, h.size::float8 as size, h.root, h.at,
  p.previous_epoch as "previousEpoch", p.previous_size::float8 as "previousSize", p.previous_root as "previousRoot",
  h.key_id as "keyId", h.signature from tree_head h join record_epoch p using (epoch)`;

export function headOf(row: HeadRow): SignedHead {
  return {
    log: row.log,
    epoch: row.epoch,
    size: row.size,
    root: row.root,
    at: row.at.toISOString(),
    previous:
      row.previousEpoch === null
        ? null
        : { epoch: row.previousEpoch, size: row.previousSize!, root: row.previousRoot! },
    keyId: row.keyId,
    signature: row.signature,
  };
}
