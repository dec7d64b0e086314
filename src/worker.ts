import { createApp } from './app.js';
import { openInstallation } from './installation.js';
import { readConfig } from './platform/config.js';
import { StartFailure } from './platform/start-failure.js';
import { createLogger } from './platform/telemetry.js';
import { startWorkers, stopOnSignal } from './workers.js';

/** The worker door: the same system, working the queues and serving nobody. */
async function main(): Promise<void> {
  const config = readConfig();
  const logger = createLogger(config.logLevel);
  const installation = await openInstallation(config, logger);
  const app = await createApp(installation);
  try {
    startWorkers(app);
  } catch (error) {
    await app.close();
    await installation.close();
    throw error;
  }
  logger.info('worker started');
  stopOnSignal(app, installation);
}

main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof StartFailure ? error.message : ((error as Error).stack ?? String(error))}\n`,
  );
  process.exit(1);
});
