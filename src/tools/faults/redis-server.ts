import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { ToolFailure } from '../failure.js';
import { freePort } from '../own-instance.js';

/** A Redis that keeps nothing, on loopback. */
export interface RedisServer {
  port: number;
  /** A connection of one's own, to look and to spoil. */
  client: Redis;
  kill(): Promise<void>;
  /** Starts it again, empty, on the same port. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export const hasRedis = (): boolean =>
  spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;

/** @param settings lines of redis.conf besides those that keep it small and local */
export async function startRedisServer(settings: readonly string[] = []): Promise<RedisServer> {
  const port = await freePort();
  let child: ChildProcess;
  let ended: Promise<unknown>;
  const client = new Redis({
    port,
    host: '127.0.0.1',
    lazyConnect: true,
    retryStrategy: () => 100,
    maxRetriesPerRequest: null,
  });
  client.on('error', () => {});
  const launch = async (): Promise<void> => {
    child = spawn('redis-server', ['-'], { stdio: ['pipe', 'ignore', 'ignore'] });
    ended = new Promise((resolve) => child.once('close', resolve));
    child.stdin!.end([`port ${port}`, 'bind 127.0.0.1', 'save ""', 'appendonly no', ...settings].join('\n'));
    for (let tries = 0; tries < 200; tries += 1) {
      const probe = new Redis({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: () => null });
      probe.on('error', () => {});
      const up = await probe.connect().then(
        () => true,
        () => false,
      );
      probe.disconnect();
      if (up) return;
      await sleep(25);
    }
    throw new ToolFailure('redis-server is installed but did not start.');
  };
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  await launch();
  await client.connect();
  return {
    port,
    client,
    kill,
    start: launch,
    async stop() {
      client.disconnect();
      await kill();
    },
  };
}
