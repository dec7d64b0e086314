import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { newId } from '../src/platform/ids.js';
import { Queues, type QueueName } from '../src/platform/queue.js';
import { StartFailure } from '../src/platform/start-failure.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';

/** What both backends have to do. Where there is no Redis its half is skipped, and said to be. */
const REDIS = process.env['TEST_REDIS_URL'];
const contract = (name: string) => (name === 'Redis' && !REDIS ? describe.skip : describe);

let database: TestDatabase;
const log: string[] = [];
const logger = pino({ level: 'warn' }, { write: (line: string) => void log.push(line) });
const open: Queues[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((queues) => queues.close().catch(() => undefined)));
  log.length = 0;
});
afterAll(() => database.drop());

const make = (redisUrl: string | undefined, databaseUrl = database.url): Queues => {
  const queues = new Queues(logger, { redisUrl, databaseUrl });
  open.push(queues);
  return queues;
};

async function became(condition: () => boolean): Promise<boolean> {
  for (let i = 0; i < 500 && !condition(); i += 1) await sleep(20);
  return condition();
}

for (const backend of ['PostgreSQL', 'Redis'])
  contract(backend)(`a queue on ${backend}`, () => {
    const url = backend === 'Redis' ? REDIS : undefined;
    const queue: QueueName = 'mail';

    it('hands every id to a worker, whichever process put it there', async () => {
      const [putting, working] = [make(url), make(url)];
      const ids = Array.from({ length: 50 }, newId);
      const got: string[] = [];
      working.work(queue, 3, (id) => {
        got.push(id);
        return Promise.resolve();
      });
      await putting.wake(queue, ids);
      expect(await became(() => ids.every((id) => got.includes(id)))).toBe(true);
      expect(await putting.healthy()).toBe(true);
    });

    it('keeps what nobody works until somebody does', async () => {
      const id = newId();
      await make(url).wake(queue, [id]);
      const got: string[] = [];
      make(url).work(queue, 1, (one) => {
        got.push(one);
        return Promise.resolve();
      });
      expect(await became(() => got.includes(id))).toBe(true);
    });

    it('goes on after a job that fails, and tells of it without what it was about', async () => {
      const queues = make(url);
      const [bad, good] = [newId(), newId()];
      const got: string[] = [];
      queues.work(queue, 1, (id) => {
        got.push(id);
        return id === bad ? Promise.reject(new Error('no')) : Promise.resolve();
      });
      await queues.wake(queue, [bad]);
      await queues.wake(queue, [good]);
      expect(await became(() => got.includes(good))).toBe(true);
      expect(await became(() => log.some((line) => line.includes('job failed') && line.includes(bad)))).toBe(
        true,
      );
    });

    it('lets what is under way finish before it closes', async () => {
      const queues = make(url);
      const id = newId();
      let begun = false;
      let done = false;
      queues.work(queue, 1, async (one) => {
        if (one !== id) return;
        begun = true;
        await sleep(200);
        done = true;
      });
      await queues.wake(queue, [id]);
      expect(await became(() => begun)).toBe(true);
      await queues.close();
      expect(done).toBe(true);
    });

    it('takes nothing for nothing', async () => {
      expect(await make(url).wake(queue, [])).toBeUndefined();
    });
  });

describe('a queue that is dead', () => {
  it.each([
    ['Redis', 'redis://127.0.0.1:1', undefined],
    ['PostgreSQL', undefined, 'postgres://nobody@127.0.0.1:1/none'],
  ])('on %s keeps nobody waiting and fails nobody', async (_name, redisUrl, databaseUrl) => {
    const queues = make(redisUrl, databaseUrl);
    // That it comes back at all is the point: a client that waits for its server would not.
    await queues.wake('mail', [newId()]);
    await queues.wake('mail', [newId(), newId()]);
    expect(await queues.healthy()).toBe(false);
  });
});

contract('Redis')('a Redis that may throw jobs away', () => {
  it('stops the start, and one that keeps them does not', async () => {
    const { Redis } = await import('ioredis');
    const redis = new Redis(REDIS!);
    const queues = make(REDIS);
    await queues.check(undefined);
    await queues.check(REDIS);
    try {
      await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
      await expect(queues.check(REDIS)).rejects.toThrow(StartFailure);
      await expect(queues.check(REDIS)).rejects.toThrow(/noeviction/);
    } finally {
      await redis.config('SET', 'maxmemory-policy', 'noeviction');
      redis.disconnect();
    }
  });
});

describe('a Redis that does not answer', () => {
  it('delays mail and does not stop the start', async () => {
    await make(undefined).check('redis://127.0.0.1:1');
    expect(log.some((line) => line.includes('Redis does not answer yet'))).toBe(true);
  });
});
