import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** A database of one test file's own. */
export interface TestDatabase {
  /** Its address, with the password. */
  url: string;
  /** Removes it and ends whatever connections are left to it. */
  drop(): Promise<void>;
}

/**
 * Makes an empty, migrated database: a copy of `template_concord`, which `global-setup.js` has migrated once.
 * Files are copied because that is many times faster than the log-based way for a small template.
 */
export const createTestDatabase = (): Promise<TestDatabase> => copyOf('template_concord');

/** A copy of a test's database as it is now; nobody may be connected to it. */
export const copyDatabase = ({ url }: TestDatabase): Promise<TestDatabase> =>
  copyOf(new URL(url).pathname.slice(1));

async function copyOf(template: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(`create database ${name} template ${template} strategy file_copy`);
  const url = new URL(adminUrl());
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => administer(`drop database if exists ${name} with (force)`) };
}

async function administer(statement: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function adminUrl(): string {
  const url = process.env['TEST_DATABASE_ADMIN_URL'];
  if (!url)
    throw new Error(
      'No test database: run the tests with `npm test`, whose global set-up starts PostgreSQL.',
    );
  return url;
}
