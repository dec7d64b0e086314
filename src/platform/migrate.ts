import { runMigrations } from 'bullmq';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { databaseOptions } from './database.js';
import { StartFailure } from './start-failure.js';

const OLDEST = 15;
// Any number will do, as long as every Concord process uses the same.
const MIGRATION_LOCK = 7_203_115;

/**
 * Brings the database at `url` to this version's schema, the queue's included. Several processes may call it at once:
 * they wait for each other.
 * @returns the names of the migrations that ran.
 * @throws StartFailure when the server cannot be reached or is older than PostgreSQL 15.
 */
export async function migrate(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
  } catch (error) {
    const { host, pathname } = new URL(url);
    throw new StartFailure(
      `The database ${pathname.slice(1) || '(none named)'} at ${host} cannot be reached (${(error as Error).message || 'no answer'}): check DATABASE_URL.`,
    );
  }
  try {
    const version: { rows: { server_version_num: string }[] } = await client.query('show server_version_num');
    const major = Math.floor(Number(version.rows[0]?.server_version_num) / 10_000);
    if (major < OLDEST)
      throw new StartFailure(`Concord needs PostgreSQL ${OLDEST} or newer; this server is version ${major}.`);
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const source = new DataSource(databaseOptions(url, 2));
    await source.initialize();
    try {
      const ran = await source.runMigrations();
      await runMigrations(client);
      return ran.map((migration) => migration.name);
    } finally {
      await source.destroy();
    }
  } finally {
    await client.end();
  }
}
