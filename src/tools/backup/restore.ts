import { readdir } from 'node:fs/promises';
import { runMigrations } from 'bullmq';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../../migrations/index.js';
import { readKeyFile } from '../../audit/key-file.js';
import { readMasterKey } from '../../people/master-key.js';
import type { Config } from '../../platform/config.js';
import { databaseOptions } from '../../platform/database.js';
import { newId } from '../../platform/ids.js';
import { Storage } from '../../platform/storage.js';
import { ToolFailure } from '../failure.js';
import { archiveFiles, checkArchive, type Manifest } from './archive.js';
import { quoted, rowsOf, tableOf, tablesOf } from './backup.js';
import { copyIn } from './copy.js';

/** What was put back. */
export interface Restored {
  manifest: Manifest;
  /** Of the archive. */
  sha256: string;
  /** Id of the hold that mail waits for. */
  hold: string;
  files: number;
}

/**
 * Checks an archive as a whole, and that it and this installation are for each other, before anything is changed.
 * @param options.newSigningKey whether the record may go on under a new key
 * @throws ToolFailure with the reason why it cannot be put back here
 */
export async function checkRestore(
  config: Config,
  file: string,
  { newSigningKey = false } = {},
): Promise<{ manifest: Manifest; sha256: string }> {
  const checked = await checkArchive(file);
  const { migrations, keys } = checked.manifest;
  const known = new Set(MIGRATIONS.map(({ name }) => name));
  const unknown = migrations.find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new ToolFailure(
      `The archive was made by a newer version of Concord (its schema has ${unknown}): restore it with that version.`,
    );
  const master = readMasterKey(config.masterKeyFile);
  if (keys.master !== null && master?.name !== keys.master)
    throw new ToolFailure(
      `The people's keys in the archive are wrapped by a master key that is not in ${config.masterKeyFile}: put it there first, or set MASTER_KEY_FILE.`,
    );
  const signing = readKeyFile(config.signingKeyFile)?.keyId;
  if (keys.signing !== null && signing !== keys.signing && !newSigningKey)
    throw new ToolFailure(
      `The record in the archive is signed with the key ${keys.signing}, which is not in ${config.signingKeyFile}: put it there first, or say --new-signing-key where it is lost.`,
    );
  return checked;
}

/**
 * Puts an archive into an empty database and an empty folder of files. Mail is on hold from the moment the rows are there.
 * @throws ToolFailure where the target is not empty; nothing is changed then
 */
export async function restore(
  databaseUrl: string,
  folder: string,
  file: string,
  checked: { manifest: Manifest; sha256: string },
): Promise<Restored> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'concord restore' });
  await client.connect().catch((error: Error) => {
    throw new ToolFailure(`The database cannot be reached (${error.message}).`);
  });
  try {
    await demandEmpty(client, folder);
    await makeSchema(client, databaseUrl, checked.manifest);
    const storage = new Storage(folder);
    let files = 0;
    // Files first: rows never lead to one that is not there.
    for await (const { name, bytes } of archiveFiles(file)) {
      if (!name.startsWith('files/')) continue;
      await storage.put(bytes);
      files += 1;
    }
    const hold = await fill(client, file, checked.manifest);
    return { ...checked, hold, files };
  } finally {
    await client.end();
  }
}

async function demandEmpty(client: Client, folder: string): Promise<void> {
  for (const { name } of await tablesOf(client)) {
    const rows = await rowsOf(client, `select 1 from public.${quoted(name)} limit 1`);
    if (rows.length > 0)
      throw new ToolFailure(
        `The database is not empty (there are rows in ${name}): restore into a new one, with DATABASE_URL or VAR_DIR.`,
      );
  }
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  if (files.some((name) => /[0-9a-f]{64}$/.test(name)))
    throw new ToolFailure(`The folder ${folder} is not empty: restore into a new one, with VAR_DIR.`);
}

/** The schema of the archive, however old; what is missing of this version's comes after the rows. */
async function makeSchema(client: Client, url: string, { migrations }: Manifest): Promise<void> {
  await client.query('drop schema public cascade; create schema public');
  const names = new Set(migrations);
  const source = new DataSource({
    ...databaseOptions(url, 1),
    migrations: MIGRATIONS.filter(({ name }) => names.has(name)),
  });
  await source.initialize();
  try {
    await source.runMigrations();
  } finally {
    await source.destroy();
  }
  await runMigrations(client);
}

/** Puts every row back in one transaction. @returns id of the hold */
async function fill(client: Client, file: string, manifest: Manifest): Promise<string> {
  const columns = new Map(manifest.tables.map((table) => [table.name, table.columns]));
  const held = newId();
  await client.query('begin');
  const keys = await rowsOf<{ at: string; name: string; definition: string }>(
    client,
    `select conrelid::regclass::text as at, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
     from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
  );
  // Tables come in the order of their names; references are checked again when all are there.
  for (const { at, name } of keys) await client.query(`alter table ${at} drop constraint ${name}`);
  // They refuse what was sealed, as it should be in use.
  for (const table of columns.keys())
    await client.query(`alter table public.${quoted(table)} disable trigger user`);
  for await (const { name, bytes } of archiveFiles(file)) {
    const table = tableOf(name);
    if (table === '') continue;
    const own = columns.get(table);
    if (!own) throw new ToolFailure(`The archive holds rows of ${table}, which it does not describe.`);
    await copyIn(client, `copy public.${quoted(table)} (${own.map(quoted).join(', ')}) from stdin`, [bytes]);
  }
  for (const table of columns.keys())
    await client.query(`alter table public.${quoted(table)} enable trigger user`);
  for (const { at, name, definition } of keys)
    await client.query(`alter table ${at} add constraint ${name} ${definition}`);
  for (const { name, value } of manifest.sequences)
    await client.query(`select setval($1::regclass, $2::bigint)`, [`public.${quoted(name)}`, value]);
  // In the same transaction: nobody can start a worker in between. An older hold of all mail is replaced by this one.
  await client.query(
    `update mail_hold set released_at = clock_timestamp() where conference_id is null and released_at is null`,
  );
  await client.query(
    `insert into mail_hold (id, conference_id, reason, held_at, held_by) values ($1, null, 'restore', clock_timestamp(), null)`,
    [held],
  );
  await client.query('commit');
  // Old rows of the queue's own tables are not in the archive; what waits is found by the sweepers.
  await client.query(`analyze`);
  return held;
}
