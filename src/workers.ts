import type { INestApplicationContext } from '@nestjs/common';
import { RecordCheck } from './audit/record-check.js';
import { Sealer } from './audit/sealer.js';
import { MailWorker } from './mail/mail.worker.js';
import { BuildWorker } from './proceedings/build.worker.js';

/** Everything that works a queue; started by the worker door, and by the web door on the embedded default, where they are `alone`. */
export function startWorkers(app: INestApplicationContext, { alone = false } = {}): void {
  app.get(MailWorker).start({ alone });
  app.get(BuildWorker).start();
  app.get(Sealer).start();
  app.get(RecordCheck).start();
}

/** Lets what is under way finish. */
export async function stopWorkers(app: INestApplicationContext): Promise<void> {
  await Promise.all([
    app.get(MailWorker).stop(),
    app.get(BuildWorker).stop(),
    app.get(Sealer).stop(),
    app.get(RecordCheck).stop(),
  ]);
}
