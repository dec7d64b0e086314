import { createServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import { readConfig, type Config } from './platform/config.js';
import { StartFailure } from './platform/start-failure.js';
import type { DatabaseReport } from './platform/database-thread.js';
import { builtFile } from './platform/program.js';

/**
 * The web door; on the embedded default it works the queues as well. The database is got ready while the rest of the
 * program is read, for each takes some two seconds.
 */
async function main(): Promise<void> {
  const config = readConfig();
  await portFree(config);
  const [{ serve }, database] = await Promise.all([
    import('./serve.js'),
    config.databaseUrl === undefined ? readyDatabase() : undefined,
  ]);
  await serve(config, database);
}

/** @returns how far it came; what went wrong goes wrong again, and is told, when the installation is opened. */
function readyDatabase(): Promise<DatabaseReport | undefined> {
  return new Promise((resolve) => {
    let report: DatabaseReport | undefined;
    const thread = new Worker(builtFile('platform/database-thread.js'));
    thread.on('message', (message: DatabaseReport) => {
      report = message;
      if (report.migrated) resolve(report);
    });
    thread.on('error', () => {});
    thread.on('exit', () => resolve(report));
  });
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

main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof StartFailure ? error.message : ((error as Error).stack ?? String(error))}\n`,
  );
  process.exit(1);
});
