import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { KNOWN_BY } from '../../people/person-keys.js';
import { ToolFailure } from '../failure.js';
import { ArchiveWriter, type Manifest } from './archive.js';
import { copyOut } from './copy.js';

const PART_BYTES = 8 * 1024 * 1024;
/** The table in which migrations write down themselves; a restore makes it anew. */
export const MIGRATIONS_TABLE = 'migrations';

/** What is said about a backup that was made. */
export interface BackupResult {
  at: string;
  tables: number;
  files: number;
  bytes: number;
  sha256: string;
}

/**
 * Writes database and files into one archive while the system goes on: the database as it is at one moment, then the files,
 * which are only ever added. Keys are not among them.
 * @param folder of the files
 * @throws ToolFailure
 */
export async function backup(databaseUrl: string, folder: string, file: string): Promise<BackupResult> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'concord backup' });
  await client.connect().catch((error: Error) => {
    throw new ToolFailure(`The database cannot be reached (${error.message}).`);
  });
  let archive: ArchiveWriter | undefined;
  try {
    await client.query('begin transaction isolation level repeatable read read only');
    const [now] = await rowsOf<{ at: Date }>(client, 'select clock_timestamp() as at');
    const rest = await describe(client);
    archive = await ArchiveWriter.open(file, now!.at);
    for (const { name, columns } of rest.tables) await addTable(client, archive, name, columns);
    await client.query('commit');
    const files = await addFiles(archive, folder);
    const at = now!.at.toISOString();
    const sha256 = await archive.finish({ at, ...rest });
    return { at, tables: rest.tables.length, files, bytes: archive.bytes, sha256 };
  } catch (error) {
    await archive?.abort();
    throw error;
  } finally {
    await client.end();
  }
}

export const rowsOf = async <T extends object>(
  client: Client,
  sql: string,
  values: unknown[] = [],
): Promise<T[]> => (await client.query<T>(sql, values)).rows;

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Tables of the schema `public` with the columns that hold something of their own. */
export async function tablesOf(client: Client): Promise<Manifest['tables']> {
  return rowsOf(
    client,
    `select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> $1
     group by c.relname order by c.relname`,
    [MIGRATIONS_TABLE],
  );
}

async function describe(client: Client): Promise<Omit<Manifest, 'format' | 'at' | 'hashes'>> {
  const [there] = await rowsOf<{ there: boolean }>(
    client,
    `select to_regclass('public.audit_entry') is not null as there`,
  );
  if (!there!.there)
    throw new ToolFailure('There is nothing to back up: this database holds no Concord yet.');
  const migrations = await rowsOf<{ name: string }>(
    client,
    `select name from ${quoted(MIGRATIONS_TABLE)} order by "timestamp", id`,
  );
  const sequences = await rowsOf<{ name: string; value: string | null }>(
    client,
    `select sequencename as name, last_value::text as value from pg_sequences where schemaname = 'public'`,
  );
  const [keys] = await rowsOf<{ signing: string | null; master: string | null }>(
    client,
    `select (select key_id from signing_key where retired_at is null) as signing,
       (select value #>> '{}' from installation_fact where key = $1) as master`,
    [KNOWN_BY],
  );
  const [head] = await rowsOf<{ epoch: number; size: number; root: string }>(
    client,
    `select epoch, size::float8 as size, root from tree_head order by number desc limit 1`,
  );
  return {
    migrations: migrations.map(({ name }) => name),
    tables: await tablesOf(client),
    sequences: sequences.flatMap(({ name, value }) =>
      value === null || name.startsWith(`${MIGRATIONS_TABLE}_`) ? [] : [{ name, value }],
    ),
    keys: keys!,
    head: head ?? null,
  };
}

/** Parts of a table in the order in which they are put back. */
export const partName = (table: string, part: number): string =>
  `tables/${table}.${String(part).padStart(5, '0')}`;

export const tableOf = (name: string): string => /^tables\/(.+)\.\d{5}$/.exec(name)?.[1] ?? '';

async function addTable(
  client: Client,
  archive: ArchiveWriter,
  table: string,
  columns: readonly string[],
): Promise<void> {
  let part = 0;
  await copyOut(
    client,
    `copy public.${quoted(table)} (${columns.map(quoted).join(', ')}) to stdout`,
    PART_BYTES,
    async (bytes) => {
      part += 1;
      await archive.add(partName(table, part), bytes);
    },
  );
}

/** Files by their hash, as they are stored. */
async function addFiles(archive: ArchiveWriter, folder: string): Promise<number> {
  let count = 0;
  for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
    const sha = name.split(/[\\/]/).at(-1)!;
    // What is being written has another name still.
    if (!/^[0-9a-f]{64}$/.test(sha)) continue;
    let bytes: Buffer;
    try {
      bytes = await readFile(join(folder, name));
    } catch (error) {
      // Somebody was erased meanwhile, and the file with them.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      throw error;
    }
    await archive.add(`files/${sha}`, bytes);
    count += 1;
  }
  return count;
}
