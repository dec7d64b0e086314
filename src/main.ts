import { createServer } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from './app.js';
import { openInstallation, type Installation } from './installation.js';
import { readConfig, type Config } from './platform/config.js';
import { StartFailure } from './platform/start-failure.js';
import { createLogger } from './platform/telemetry.js';
import { welcome } from './tools/welcome.js';
import { startWorkers, stopWorkers } from './workers.js';

/** The web door; on the embedded default it works the queues as well. */
async function main(): Promise<void> {
  const config = readConfig();
  await portFree(config);
  const logger = createLogger(config.logLevel);
  const installation = await openInstallation(config, logger, { mailbox: true, keepsDatabase: true });
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

/** Finds out before anything is started whether the port can be had. */
function portFree({ port, host }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new StartFailure(
          error.code === 'EADDRINUSE'
            ? `Port ${port} is taken: stop what uses it, or choose another with PORT=${port + 1}.`
            : `Port ${port} cannot be opened on ${host} (${error.message}).`,
        ),
      ),
    );
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}

function stopOnSignal(app: NestFastifyApplication, installation: Installation): void {
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    // Requests under way are answered, jobs under way are finished, then the parts go in the order of need.
    await stopWorkers(app);
    await app.close();
    await installation.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
}

main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof StartFailure ? error.message : ((error as Error).stack ?? String(error))}\n`,
  );
  process.exit(1);
});
