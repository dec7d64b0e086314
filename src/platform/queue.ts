import { createPostgresBackend, Queue, withBackend, Worker, type Processor, type QueueOptions } from 'bullmq';
import type { Logger } from 'pino';
import { StartFailure } from './start-failure.js';

/** Names of the queues; a job carries an id and nothing else. */
export type QueueName = 'mail' | 'builds';

/** A request never waits longer than this for a queue; the sweeper finds what was not queued. */
const PATIENCE_MS = 250;

/**
 * BullMQ on Redis or on PostgreSQL. The queue is a wake-up only: the truth is in PostgreSQL,
 * so a lost job delays something and loses nothing.
 */
export class Queues {
  private readonly queues = new Map<QueueName, Queue>();
  private readonly workers: Worker[] = [];
  private readonly backend: { Queue: typeof Queue; Worker: typeof Worker };
  private readonly connection: QueueOptions['connection'];

  constructor(
    private readonly logger: Logger,
    settings: { redisUrl: string | undefined; databaseUrl: string },
  ) {
    if (settings.redisUrl) {
      this.backend = { Queue, Worker };
      this.connection = { url: settings.redisUrl, maxRetriesPerRequest: null, enableOfflineQueue: true };
    } else {
      this.backend = withBackend(createPostgresBackend) as unknown as {
        Queue: typeof Queue;
        Worker: typeof Worker;
      };
      this.connection = { connectionString: settings.databaseUrl, max: 2 };
    }
  }

  private queue(name: QueueName): Queue {
    let queue = this.queues.get(name);
    if (!queue) {
      queue = new this.backend.Queue(name, {
        connection: this.connection,
        defaultJobOptions: { removeOnComplete: 1000, removeOnFail: 1000 },
      });
      queue.on('error', (error) => this.logger.warn({ queue: name, error: error.message }, 'queue error'));
      this.queues.set(name, queue);
    }
    return queue;
  }

  /** Wakes a worker for these ids, after commit. Never throws and never takes long: a dead queue only delays. */
  async wake(name: QueueName, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const adding = this.queue(name)
      .addBulk(ids.map((id) => ({ name, data: { id } })))
      .catch((error: Error) =>
        this.logger.warn({ queue: name, error: error.message }, 'not queued; the sweeper will'),
      );
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => (timer = setTimeout(resolve, PATIENCE_MS)));
    await Promise.race([adding, patience]);
    clearTimeout(timer);
  }

  /** Works a queue with `concurrency` jobs at once. */
  work(name: QueueName, concurrency: number, handle: (id: string) => Promise<void>): void {
    const processor: Processor<{ id: string }> = (job) => handle(job.data.id);
    const worker = new this.backend.Worker(name, processor, { connection: this.connection, concurrency });
    worker.on('error', (error) => this.logger.warn({ queue: name, error: error.message }, 'worker error'));
    worker.on('failed', (job, error) =>
      this.logger.error(
        { queue: name, id: (job?.data as { id?: string } | undefined)?.id, error: error.message },
        'job failed',
      ),
    );
    this.workers.push(worker);
  }

  /** Whether the queue answers within a second. */
  async healthy(): Promise<boolean> {
    const asked = this.queue('mail')
      .count()
      .then(
        () => true,
        () => false,
      );
    return Promise.race([asked, new Promise<boolean>((resolve) => setTimeout(resolve, 1000, false).unref())]);
  }

  /** Refuses a Redis that may evict jobs. @throws StartFailure */
  async check(redisUrl: string | undefined): Promise<void> {
    if (!redisUrl) return;
    const { Redis } = await import('ioredis');
    const redis = new Redis(redisUrl, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 3000 });
    redis.on('error', () => {});
    try {
      await redis.connect();
      const policy = ((await redis.config('GET', 'maxmemory-policy')) as string[])[1];
      if (policy && policy !== 'noeviction')
        throw new StartFailure(`Redis may evict jobs (maxmemory-policy is ${policy}): set it to noeviction.`);
    } catch (error) {
      if (error instanceof StartFailure) throw error;
      // A Redis that is down delays mail; it does not stop the conference.
      this.logger.warn({ error: (error as Error).message }, 'Redis does not answer yet');
    } finally {
      redis.disconnect();
    }
  }

  /** Lets running jobs finish, then closes. */
  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.close()));
    await Promise.all([...this.queues.values()].map((queue) => queue.close()));
  }
}
