import { existsSync } from 'node:fs';
import { access, constants, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from './config.js';
import { startEmbeddedPostgres, stopEmbeddedPostgres } from './embedded-postgres.js';
import { projectFile } from './program.js';
import { StartFailure } from './start-failure.js';

/** Holds an empty database of this version's schema; `scripts/prepare.js` has it made after a build. */
export const DATABASE_TEMPLATE = projectFile('node_modules/.cache/concord');

/** What a thread can tell of a database that answers. */
export interface DatabaseState {
  url: string;
  /** Whether it is Concord's own PostgreSQL, for want of a configured one. */
  embedded: boolean;
  /** Whether it is the embedded one and did not run before. */
  startedHere: boolean;
}

export interface OpenDatabase extends DatabaseState {
  /** Stops the embedded one; `always` also when it ran already before it was opened here. */
  close(options?: { always?: boolean }): Promise<void>;
}

/**
 * Makes the folder for data, and starts the embedded PostgreSQL unless a server is configured. Imports little, so that
 * a door can call it first and read the rest of the program while PostgreSQL starts.
 * @throws StartFailure with one sentence for the person at the console.
 */
export async function openDatabase(config: Config): Promise<OpenDatabase> {
  const { varDir, databaseUrl } = config;
  await makeFolder(join(varDir, 'files')).catch((error: Error) => {
    throw new StartFailure(
      `The folder ${varDir} cannot be written (${error.message}): set VAR_DIR to one that can.`,
    );
  });
  if (databaseUrl !== undefined)
    return asOpened(config, { url: databaseUrl, embedded: false, startedHere: false });
  const { url, startedHere } = await startEmbeddedPostgres({
    dir: folder(config),
    maxConnections: 200,
    template: join(DATABASE_TEMPLATE, 'postgres'),
  });
  return asOpened(config, { url, embedded: true, startedHere });
}

/** The same of a database that a thread of this process has opened with the same settings. */
export function asOpened(config: Config, state: DatabaseState): OpenDatabase {
  return {
    ...state,
    close: async ({ always = false } = {}) => {
      if (state.embedded && (always || state.startedHere)) await stopEmbeddedPostgres(folder(config));
    },
  };
}

const folder = ({ varDir }: Config): string => join(varDir, 'postgres');

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
