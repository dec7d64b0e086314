import type { INestApplicationContext } from '@nestjs/common';
import { RecordCheck } from './audit/record-check.js';
import { Sealer } from './audit/sealer.js';
import { ReleaseClock } from './decisions/release-clock.js';
import type { Installation } from './installation.js';
import { MailWorker, type MailWorkerSettings } from './mail/mail.worker.js';
import { BuildWorker } from './proceedings/build.worker.js';
import { RunSolver } from './reviews/run-solver.service.js';
import { Reminders } from './reviews/reminders.service.js';
import { Retention } from './rights/retention.service.js';

/**
 * Everything that works a queue; started by the worker door, and by the web door on the embedded default, where they are `alone`.
 * @param options.mail waits that differ from those in use, for the faults only
 */
export function startWorkers(
  app: INestApplicationContext,
  { alone = false, mail = {} }: { alone?: boolean; mail?: Partial<MailWorkerSettings> } = {},
): void {
  app.get(MailWorker).start({ ...mail, alone });
  app.get(BuildWorker).start();
  app.get(RunSolver).start();
  app.get(Sealer).start();
  app.get(RecordCheck).start();
  app.get(ReleaseClock).start();
  app.get(Retention).start();
  app.get(Reminders).start();
}

/** Lets what is under way finish. */
export async function stopWorkers(app: INestApplicationContext): Promise<void> {
  await Promise.all([
    app.get(MailWorker).stop(),
    app.get(BuildWorker).stop(),
    app.get(RunSolver).stop(),
    app.get(Sealer).stop(),
    app.get(RecordCheck).stop(),
    app.get(ReleaseClock).stop(),
    app.get(Retention).stop(),
    app.get(Reminders).stop(),
  ]);
}

/** Ends a door on a signal: what is under way is finished, then the parts go in the order of need. */
export function stopOnSignal(app: INestApplicationContext, installation: Installation): void {
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await stopWorkers(app);
    await app.close();
    await installation.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
}
