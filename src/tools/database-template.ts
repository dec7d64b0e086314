import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../platform/embedded-postgres.js';
import { migrate } from '../platform/migrate.js';
import { DATABASE_TEMPLATE } from '../platform/open-database.js';

/** Run by `scripts/prepare.js`: makes the database of which a new one is a copy. */
await rm(DATABASE_TEMPLATE, { recursive: true, force: true });
const postgres = await startEmbeddedPostgres({ dir: join(DATABASE_TEMPLATE, 'postgres'), fsync: false });
try {
  await migrate(postgres.url);
} finally {
  await postgres.stop();
}
