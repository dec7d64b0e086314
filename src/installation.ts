import { join } from 'node:path';
import type { Logger } from 'pino';
import { startMailbox, type Mailbox } from './mail/mailbox.js';
import type { Config } from './platform/config.js';
import type { DatabaseReport } from './platform/database-thread.js';
import { migrate } from './platform/migrate.js';
import { asOpened, openDatabase } from './platform/open-database.js';
import type { Surroundings } from './platform/platform.module.js';
import { Queues } from './platform/queue.js';
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
 * @param options.keepsDatabase whether closing stops the embedded PostgreSQL also where it ran before.
 * @param options.database what of it is ready already; when this fails it goes, if it was started for this.
 * @throws StartFailure with one sentence for the person at the console.
 */
export async function openInstallation(
  given: Config,
  logger: Logger,
  options: { mailbox?: boolean; keepsDatabase?: boolean; database?: DatabaseReport | undefined } = {},
): Promise<Installation> {
  const database = options.database ? asOpened(given, options.database) : await openDatabase(given);
  try {
    const config = { ...given, databaseUrl: database.url };
    if (!options.database?.migrated) await migrate(database.url);
    const mailbox =
      options.mailbox && database.embedded && !config.smtpUrl
        ? await startMailbox({ dir: join(config.varDir, 'mailbox') })
        : undefined;
    config.smtpUrl ??= mailbox?.url;
    const queues = new Queues(logger, { redisUrl: config.redisUrl, databaseUrl: database.url });
    await queues.check(config.redisUrl);
    return {
      config,
      logger,
      queues,
      storage: new Storage(join(config.varDir, 'files')),
      mailbox,
      embedded: database.embedded,
      close: async () => {
        await queues.close();
        await mailbox?.stop();
        // A command that found the database running leaves it running; a server takes it along.
        await database.close({ always: options.keepsDatabase === true });
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
