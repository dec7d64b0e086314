import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from './app.js';
import { openInstallation } from './installation.js';
import type { Config } from './platform/config.js';
import type { DatabaseReport } from './platform/database-thread.js';
import { createLogger } from './platform/telemetry.js';
import { welcome } from './tools/welcome.js';
import { startWorkers, stopOnSignal } from './workers.js';

/**
 * Serves an installation until a signal ends it.
 * @param database what of it is ready already
 */
export async function serve(config: Config, database?: DatabaseReport): Promise<void> {
  const logger = createLogger(config.logLevel);
  const installation = await openInstallation(config, logger, {
    mailbox: true,
    keepsDatabase: true,
    database,
  });
  let app: NestFastifyApplication | undefined;
  try {
    app = await createApp(installation);
    if (config.inlineWorker) startWorkers(app, { alone: installation.embedded });
    stopOnSignal(app, installation);
    await app.listen({ port: config.port, host: config.host });
    await welcome(app, installation);
  } catch (error) {
    await app?.close().catch(() => undefined);
    await installation.close().catch(() => undefined);
    throw error;
  }
}
