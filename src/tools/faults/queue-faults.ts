import { setTimeout as sleep } from 'node:timers/promises';
import { between } from '../../platform/chance.js';
import type { Driver } from '../driver.js';
import { ON_REDIS, type Fault } from './fault.js';
import { outcomeOf } from './ground.js';
import { startDoor } from './processes.js';
import type { RedisServer } from './redis-server.js';
import { once, type Stand, type Web } from './stand.js';

const redisOf = (stand: Stand): RedisServer => stand.redis!;

/** Releases every pending decision. @returns the status of the answer */
async function release(stand: Stand, driver: Driver): Promise<number> {
  const { status } = await once(driver, 'POST', '/api/v1/conferences/board/decision-releases', {
    token: stand.cast.chairs[0]!,
    key: `release-${stand.seed}`,
    body: { submissions: stand.cast.decided },
  });
  return status;
}

async function allOut(stand: Stand): Promise<void> {
  await stand.drained();
  const states = await stand.mailStates();
  const lost = (states['refused'] ?? 0) + (states['uncertain'] ?? 0);
  stand.check(lost === 0, () => `not everything is out: ${JSON.stringify(states)}`);
  const [row] = await stand.rows<{ n: number }>(
    `select count(*)::int as n from mail_message where kind like 'decision_%' and state = 'handed_over'`,
  );
  stand.check(
    row!.n === stand.cast.decided.length,
    () => `${row!.n} of ${stand.cast.decided.length} are out`,
  );
}

/** The worker takes jobs from the queue again, and does not live by the sweeper alone. */
async function queueWorks(stand: Stand, web: Web): Promise<void> {
  const { client } = redisOf(stand);
  const done = () => client.zcard('bull:mail:completed');
  const before = await done();
  let count = 0;
  await stand.until('a job passes through the queue', async () => {
    count += 1;
    const [request] = stand.plan(1, `Queued ${count}`);
    await stand.submit(web.driver, request!);
    await sleep(500);
    return (await done()) > before;
  });
}

/** People work on while the queue is not there: submissions, decisions, a release. */
async function workOn(stand: Stand, { driver }: Web, most?: number): Promise<void> {
  const requests = stand.plan(20, 'Meanwhile');
  const waits: number[] = [];
  const timed = async (act: () => Promise<number>, wanted: number, what: string): Promise<void> => {
    const begun = performance.now();
    const status = await act();
    waits.push(performance.now() - begun);
    stand.check(status === wanted, () => `${what} was answered with ${status}`);
  };
  for (const request of requests) await timed(() => stand.submit(driver, request), 201, 'a submission');
  for (const [index, id] of stand.cast.decided.slice(0, 5).entries())
    await timed(
      async () =>
        (
          await once(driver, 'PUT', `/api/v1/submissions/${id}/decision`, {
            token: stand.cast.chairs[1]!,
            version: 1,
            body: { outcome: outcomeOf(index), textToAuthors: 'Decided meanwhile.' },
          })
        ).status,
      200,
      'a decision',
    );
  await timed(() => release(stand, driver), 201, 'the release');
  if (most !== undefined)
    stand.check(Math.max(...waits) < most, () => `a request waited ${Math.round(Math.max(...waits))} ms`);
}

/** Faults of the queue where it lives in Redis. */
export const QUEUE_FAULTS: readonly Fault[] = [
  {
    id: 'F6',
    what: 'Redis emptied while mail is queued',
    backends: ON_REDIS,
    state: 'decided',
    async run(stand) {
      const web = await stand.web();
      stand.check((await release(stand, web.driver)) === 201, () => 'nothing was released');
      await stand.until(
        'jobs are queued',
        async () => (await redisOf(stand).client.llen('bull:mail:wait')) > 0,
      );
      const enough = between(stand.chance, 0, stand.cast.decided.length - 10);
      const emptied = stand.chance() < 0.3;
      if (emptied) await redisOf(stand).client.flushall();
      await stand.worker();
      await stand.until('some are out', () => Promise.resolve(stand.mail.taken.length >= enough));
      if (!emptied) await redisOf(stand).client.flushall();
      await allOut(stand);
      await queueWorks(stand, web);
      return web;
    },
  },
  {
    id: 'F7',
    what: 'Redis killed, and started again empty after 3 or 8 seconds',
    backends: ON_REDIS,
    state: 'decided',
    async run(stand) {
      const [web] = await Promise.all([stand.web(), stand.worker()]);
      stand.check((await release(stand, web.driver)) === 201, () => 'nothing was released');
      const enough = between(stand.chance, 0, stand.cast.decided.length - 10);
      await stand.until('some are out', () => Promise.resolve(stand.mail.taken.length >= enough));
      await redisOf(stand).kill();
      // A worker waits up to five seconds for a job: what comes back later has been slept over by some versions of BullMQ.
      await sleep(stand.seed % 2 === 0 ? 3_000 : 8_000);
      await redisOf(stand).start();
      await allOut(stand);
      await queueWorks(stand, web);
      return web;
    },
  },
  {
    id: 'F8',
    what: 'Redis down for ten minutes while people work on',
    backends: ON_REDIS,
    state: 'decided',
    async run(stand) {
      const [web] = await Promise.all([stand.web(), stand.worker()]);
      const down = sleep(10_000);
      await redisOf(stand).kill();
      await workOn(stand, web);
      await down;
      await redisOf(stand).start();
      await allOut(stand);
      await queueWorks(stand, web);
      return web;
    },
  },
  {
    id: 'F9',
    what: 'Redis full; and one that would drop jobs',
    backends: ON_REDIS,
    state: 'decided',
    async run(stand) {
      const { client } = redisOf(stand);
      const [web] = await Promise.all([stand.web(), stand.worker()]);
      await client.config('SET', 'maxmemory', '8mb');
      const fill = 'x'.repeat(50_000);
      let full = 0;
      for (; full < 1_000; full += 1)
        if (
          !(await client.set(`junk:${full}`, fill).then(
            () => true,
            () => false,
          ))
        )
          break;
      stand.check(full < 1_000, () => 'Redis was never full');
      await workOn(stand, web);
      await allOut(stand);
      await client.config('SET', 'maxmemory', '0');
      await queueWorks(stand, web);
      await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
      for (const door of ['main', 'worker']) {
        const refused = startDoor(door, [], stand.environment({ PORT: '0', WORKER: 'none' }));
        await stand.until(`${door} ends`, () => Promise.resolve(refused.exitCode !== undefined));
        stand.check(
          refused.exitCode === 1 && refused.log().includes('noeviction'),
          () => `${door} started on a Redis that drops jobs: ${refused.log().slice(-300)}`,
        );
        await refused.end('SIGKILL');
      }
      await client.config('SET', 'maxmemory-policy', 'noeviction');
      return web;
    },
  },
  {
    id: 'F10',
    what: 'Redis that takes 20 seconds for an answer',
    backends: ON_REDIS,
    state: 'decided',
    async run(stand) {
      const [web] = await Promise.all([stand.web(), stand.worker()]);
      // Far more than a busy machine needs for a request, so that who has waited for Redis is told from who has not.
      stand.toRedis!.delayMs = 20_000;
      await workOn(stand, web, 20_000);
      stand.toRedis!.delayMs = 0;
      stand.toRedis!.setDown(true);
      stand.toRedis!.setDown(false);
      await allOut(stand);
      await queueWorks(stand, web);
      return web;
    },
  },
];
