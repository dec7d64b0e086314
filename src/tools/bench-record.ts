import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { DataSource } from 'typeorm';
import { AuditEntry } from '../audit/audit-entry.entity.js';
import { Audit } from '../audit/audit.service.js';
import { RecordEpoch } from '../audit/record-epoch.entity.js';
import { RecordLog } from '../audit/record-log.js';
import { Sealer } from '../audit/sealer.js';
import { SigningKey } from '../audit/signing-key.entity.js';
import { SigningKeys } from '../audit/signing-keys.js';
import { verifyRecord } from '../audit/verify.js';
import { Clock } from '../platform/clock.js';
import { readConfig } from '../platform/config.js';
import { databaseOptions } from '../platform/database.js';
import { startEmbeddedPostgres } from '../platform/embedded-postgres.js';
import { migrate } from '../platform/migrate.js';
import { Work } from '../platform/work.js';
import { rounded } from './bench-figures.js';
import { ToolFailure } from './failure.js';

export interface RecordBench {
  entries: number;
  heads: number;
  /** Seconds, each. */
  written: number;
  sealed: number;
  verified: number;
  /** Milliseconds of one inclusion proof, the median of some. */
  proofMs: number;
  postgres: string;
}

const ROWS_AT_ONCE = 25_000;
const PROOFS = 101;

/** Writes, seals and verifies a record of so many entries in a database of its own, which is gone afterwards. */
export async function benchRecord(entries: number, say: (line: string) => void): Promise<RecordBench> {
  const varDir = await mkdtemp(join(tmpdir(), 'concord-record-'));
  const postgres = await startEmbeddedPostgres({ dir: join(varDir, 'postgres'), fsync: false });
  try {
    await migrate(postgres.url);
    const db = await new DataSource({
      ...databaseOptions(postgres.url, 4),
      entities: [AuditEntry, RecordEpoch, SigningKey],
    }).initialize();
    try {
      return await measure(db, varDir, entries, say);
    } finally {
      await db.destroy();
    }
  } finally {
    await postgres.stop();
    await rm(varDir, { recursive: true, force: true });
  }
}

async function measure(
  db: DataSource,
  varDir: string,
  entries: number,
  say: (line: string) => void,
): Promise<RecordBench> {
  const config = readConfig({ VAR_DIR: varDir });
  const sealer = new Sealer(
    new Work(db, new Clock(db)),
    new Audit(),
    new SigningKeys(config),
    config,
    pino({ level: 'silent' }),
  );
  const written = await seconds(() => write(db, entries));
  say(`${entries} entries written in ${written} s`);
  const sealed = await seconds(async () => {
    while ((await sealer.seal()) > 0);
  });
  say(`sealed in ${sealed} s`);
  let heads = 0;
  const verified = await seconds(async () => {
    const result = await verifyRecord(db);
    if (result.found > 0 || result.entries !== entries)
      throw new ToolFailure(
        `The record does not verify: ${result.findings[0]?.message ?? 'entries are missing'}`,
      );
    heads = result.heads;
  });
  say(`verified in ${verified} s`);
  const [version]: { server_version: string }[] = await db.query('show server_version');
  return {
    entries,
    heads,
    written,
    sealed,
    verified,
    proofMs: await proofMs(db, entries),
    postgres: version!.server_version,
  };
}

/** Entries as a conference leaves them, by plain SQL. */
async function write(db: DataSource, entries: number): Promise<void> {
  for (let from = 1; from <= entries; from += ROWS_AT_ONCE)
    await db.query(
      `insert into audit_entry (id, conference_id, at, actor_kind, actor_id, action, subject_type, subject_id, before, after, request_id)
       select 'e' || lpad(n::text, 15, '0'), 'conference000000', clock_timestamp(), 'person', 'person0000000000',
         'submission.changed', 'submission', 'PSC-' || lpad((n % 100000)::text, 5, '0'),
         jsonb_build_object('version', n % 7, 'textHash', encode(sha256(n::text::bytea), 'hex')),
         jsonb_build_object('version', n % 7 + 1, 'words', n % 300, 'textHash', encode(sha256((n + 1)::text::bytea), 'hex')),
         gen_random_uuid()::text
       from generate_series($1::int, $2::int) n`,
      [from, Math.min(from + ROWS_AT_ONCE - 1, entries)],
    );
}

async function proofMs(db: DataSource, entries: number): Promise<number> {
  const log = new RecordLog(db, new Clock(db));
  const times: number[] = [];
  for (let proof = 0; proof < PROOFS; proof += 1) {
    const index = 1 + Math.floor((proof * (entries - 1)) / PROOFS);
    const from = performance.now();
    await log.inclusion(`e${String(index).padStart(15, '0')}`, true);
    times.push(performance.now() - from);
  }
  return rounded(times.toSorted((a, b) => a - b)[Math.floor(PROOFS / 2)]! * 10) / 10;
}

async function seconds(act: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await act();
  return Math.round((performance.now() - from) / 100) / 10;
}
