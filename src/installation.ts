import { existsSync } from 'node:fs';
import { access, constants, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Logger } from 'pino';
import { startMailbox, type Mailbox } from './mail/mailbox.js';
import type { Config } from './platform/config.js';
import { startEmbeddedPostgres } from './platform/embedded-postgres.js';
import { migrate } from './platform/migrate.js';
import type { Surroundings } from './platform/platform.module.js';
import { Queues } from './platform/queue.js';
import { StartFailure } from './platform/start-failure.js';
import { Storage } from './platform/storage.js';

/** What a door works with; the embedded parts are there only where no real server is configured. */
export interface Installation extends Surroundings {
  /** Only on the embedded default. */
  mailbox: Mailbox | undefined;
  embedded: boolean;
  /** Closes what was opened here, in the right order; a database that was found running is left running. */
  close(): Promise<void>;
}

/**
 * Opens the installation: its database (embedded unless configured), brought to this version's schema, its queue,
 * files and mailbox.
 * @throws StartFailure with one sentence for the person at the console.
 */
export async function openInstallation(
  given: Config,
  logger: Logger,
  options: { mailbox?: boolean; keepsDatabase?: boolean } = {},
): Promise<Installation> {
  const config = { ...given };
  await makeFolder(join(config.varDir, 'files')).catch((error: Error) => {
    throw new StartFailure(
      `The folder ${config.varDir} cannot be written (${error.message}): set VAR_DIR to one that can.`,
    );
  });
  const embedded = config.databaseUrl === undefined;
  const postgres = embedded
    ? await startEmbeddedPostgres({ dir: join(config.varDir, 'postgres'), maxConnections: 200 })
    : undefined;
  try {
    config.databaseUrl ??= postgres!.url;
    await migrate(config.databaseUrl);
    const mailbox =
      options.mailbox && embedded && !config.smtpUrl
        ? await startMailbox({ dir: join(config.varDir, 'mailbox') })
        : undefined;
    config.smtpUrl ??= mailbox?.url;
    const queues = new Queues(logger, { redisUrl: config.redisUrl, databaseUrl: config.databaseUrl });
    await queues.check(config.redisUrl);
    return {
      config,
      logger,
      queues,
      storage: new Storage(join(config.varDir, 'files')),
      mailbox,
      embedded,
      close: async () => {
        await queues.close();
        await mailbox?.stop();
        // A command that found the database running leaves it running; a server takes it along.
        if (postgres && (postgres.startedHere || options.keepsDatabase)) await postgres.stop();
      },
    };
  } catch (error) {
    if (postgres?.startedHere) await postgres.stop();
    throw error;
  }
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
