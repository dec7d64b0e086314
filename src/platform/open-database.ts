import { existsSync } from 'node:fs';
import { access, constants, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from './config.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { StartFailure } from './start-failure.js';

/** A database that answers. */
export interface OpenDatabase {
  url: string;
  /** Whether it is Concord's own PostgreSQL, for want of a configured one. */
  embedded: boolean;
  /** Whether it is the embedded one and did not run before. */
  startedHere: boolean;
  /** Stops the embedded one; `always` also when it ran already before it was opened here. */
  close(options?: { always?: boolean }): Promise<void>;
}

/**
 * Makes the folder for data, and starts the embedded PostgreSQL unless a server is configured. Imports little, so that
 * a door can call it first and read the rest of the program while PostgreSQL starts.
 * @throws StartFailure with one sentence for the person at the console.
 */
export async function openDatabase({ varDir, databaseUrl }: Config): Promise<OpenDatabase> {
  await makeFolder(join(varDir, 'files')).catch((error: Error) => {
    throw new StartFailure(
      `The folder ${varDir} cannot be written (${error.message}): set VAR_DIR to one that can.`,
    );
  });
  if (databaseUrl !== undefined)
    return { url: databaseUrl, embedded: false, startedHere: false, close: async () => {} };
  const postgres = await startEmbeddedPostgres({ dir: join(varDir, 'postgres'), maxConnections: 200 });
  return {
    url: postgres.url,
    embedded: true,
    startedHere: postgres.startedHere,
    close: async ({ always = false } = {}) => {
      if (always || postgres.startedHere) await postgres.stop();
    },
  };
}

/** Makes a folder and those above it, one by one: `recursive` never comes back from folders such as /proc. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return access(path, constants.W_OK);
    if (code !== 'ENOENT' || dirname(path) === path || existsSync(dirname(path))) throw error;
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}
