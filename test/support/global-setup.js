import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../dist/src/platform/embedded-postgres.js';
import { migrate } from '../../dist/src/platform/migrate.js';
import { startRedis } from './redis.js';

/**
 * Starts what all test files share: one PostgreSQL in a temporary folder with the migrated `template_concord`, and a
 * Redis where `redis-server` is installed. Tells the tests by TEST_DATABASE_ADMIN_URL and TEST_REDIS_URL (unset without).
 */
export default async function globalSetup() {
  const folder = mkdtempSync(join(tmpdir(), 'concord-test-'));
  const stops = [];
  const stopAll = async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  globalThis.stopTestServers = stopAll;
  // Jest does not tear down when it is told to end, and PostgreSQL outlives whoever started it.
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ])
    process.once(signal, () => void stopAll().finally(() => process.exit(128 + number)));

  try {
    const postgres = await startEmbeddedPostgres({
      dir: join(folder, 'postgres'),
      maxConnections: 300,
      fsync: false,
    });
    stops.push(() => postgres.stop());
    const redis = await startRedis(folder);
    if (redis) stops.push(() => redis.stop());

    await makeTemplate(postgres.url);
    process.env.TEST_DATABASE_ADMIN_URL = postgres.url;
    if (redis) process.env.TEST_REDIS_URL = redis.url;
    else delete process.env.TEST_REDIS_URL;
  } catch (error) {
    await stopAll();
    throw error;
  }
}

async function makeTemplate(adminUrl) {
  const admin = new Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query('create database template_concord');
  } finally {
    await admin.end();
  }
  const url = new URL(adminUrl);
  url.pathname = '/template_concord';
  await migrate(url.href);
}
