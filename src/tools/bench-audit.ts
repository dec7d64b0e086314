import { join } from 'node:path';
import { Client } from 'pg';
import { pino } from 'pino';
import { createApp } from '../app.js';
import { Audit } from '../audit/audit.service.js';
import { readConfig } from '../platform/config.js';
import { Queues } from '../platform/queue.js';
import { Storage } from '../platform/storage.js';
import { median } from './bench-figures.js';
import { rowsOf } from './bench-rows.js';
import { drained, prepare, submitOnce, type Ground } from './bench-submissions.js';
import { Driver } from './driver.js';
import { startOwnInstance, type OwnInstance } from './own-instance.js';

/** Medians in milliseconds of the same with the entry of the record and without. */
export interface WithAndWithout {
  what: string;
  rounds: number;
  withEntry: number;
  withoutEntry: number;
  /** What gets done in a second with the entry, as a share of what does without. */
  ratio: number;
}

const WARM_UP = 0.1;

/**
 * What the entry of the record costs a submission: over HTTP, as the product takes one in, and of its bare statements by
 * plain `pg`; in turns and in the same run. Leaving the entry out is this benchmark's alone: nothing in the product can.
 */
export async function benchAudit(rounds: number, say: (line: string) => void): Promise<WithAndWithout[]> {
  const instance = await startOwnInstance();
  const client = new Client({ connectionString: instance.databaseUrl });
  await client.connect();
  try {
    const ground = await prepare(instance);
    say(`${rounds} submissions over HTTP with the entry and as many without`);
    const { figures: overHttp, id } = await bySubmitting(instance, ground, rounds);
    await drained(client);
    const bare = [await rowsOf(client, id), await rowsOf(client, id, ['audit_entry'])];
    say(`the statements of ${rounds} submissions with the entry and of as many without`);
    const byPg = await inTurns('the statements of a submission by plain pg', rounds, (without) =>
      bare[without]!.insert(client),
    );
    return [overHttp, byPg];
  } finally {
    await client.end();
    await instance.stop();
  }
}

/** With the entry where `without` is 0. */
async function inTurns(
  what: string,
  rounds: number,
  act: (without: 0 | 1) => Promise<unknown>,
): Promise<WithAndWithout> {
  const times: [number[], number[]] = [[], []];
  const warm = Math.ceil(rounds * WARM_UP);
  for (let round = 0; round < rounds + warm; round += 1)
    for (const which of round % 2 ? ([0, 1] as const) : ([1, 0] as const)) {
      const from = performance.now();
      await act(which);
      if (round >= warm) times[which].push(performance.now() - from);
    }
  const [one, other] = times.map(median) as [number, number];
  const short = (number: number): number => Math.round(number * 1000) / 1000;
  return { what, rounds, withEntry: short(one), withoutEntry: short(other), ratio: short(other / one) };
}

/** A second application in this process, on the instance's database, whose record can be held back; no worker runs in it. */
async function bySubmitting(
  instance: OwnInstance,
  ground: Ground,
  rounds: number,
): Promise<{ figures: WithAndWithout; id: string }> {
  const logger = pino({ level: 'silent' });
  const queues = new Queues(logger, { redisUrl: undefined, databaseUrl: instance.databaseUrl });
  const config = { ...readConfig(instance.settings), inlineWorker: false };
  const app = await createApp({ config, logger, queues, storage: new Storage(join(config.varDir, 'files')) });
  await app.listen(0, '127.0.0.1');
  const driver = new Driver(await app.getUrl(), 1);
  try {
    const audit = app.get(Audit);
    const write = audit.write.bind(audit);
    const ids: string[] = [];
    const figures = await inTurns('a submission over HTTP', rounds, async (without) => {
      audit.write = without ? () => Promise.resolve() : write;
      const id = await submitOnce(driver, ground);
      if (!without) ids.push(id);
    });
    return { figures, id: ids.at(-1)! };
  } finally {
    driver.close();
    await app.close();
    await queues.close();
  }
}
