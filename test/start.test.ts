import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { startMailbox, type Mailbox } from '../src/mail/mailbox.js';
import { migrate } from '../src/platform/migrate.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { startRedis } from './support/redis.js';

jest.setTimeout(120_000);

const MAIN = 'dist/src/main.js';
const WORKER = 'dist/src/worker.js';

interface Door {
  process: ChildProcess;
  output: () => string;
  exit: Promise<number | null>;
}

function open(script: string, env: Record<string, string>): Door {
  const { NODE_OPTIONS: _jest, ...inherited } = process.env;
  const child = spawn(process.execPath, [script], {
    env: { ...inherited, LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { process: child, output: () => output, exit };
}

async function until(holds: () => Promise<boolean> | boolean, what: string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited in vain for ${what}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const answers = (url: string) => (): Promise<boolean> =>
  fetch(url).then(
    (response) => response.ok,
    () => false,
  );

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'concord-start-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a start that cannot succeed says why in one sentence and leaves', () => {
  const expectRefusal = async (env: Record<string, string>, sentence: RegExp): Promise<void> => {
    const door = open(MAIN, { PORT: String(await freePort()), VAR_DIR: join(folder, 'refused'), ...env });
    expect(await door.exit).toBe(1);
    expect(door.output()).toMatch(sentence);
    expect(door.output().trim().split('\n')).toHaveLength(1);
  };

  it('when the port is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await expectRefusal({ PORT: String(port) }, new RegExp(`^Port ${port} is taken`));
    server.close();
  });

  it('when the folder cannot be written', () =>
    expectRefusal({ VAR_DIR: '/proc/concord' }, /^The folder \/proc\/concord cannot be written/));

  it('when a setting makes no sense', async () => {
    await expectRefusal({ PORT: 'many' }, /^PORT must be a whole number/);
    await expectRefusal({ SMTP_URL: 'mail.example.org' }, /^SMTP_URL must be an address/);
  });

  it('when the database is not there', async () => {
    await expectRefusal(
      { DATABASE_URL: `postgres://nobody@127.0.0.1:${await freePort()}/none` },
      /cannot be reached .*check DATABASE_URL/,
    );
  });

  (process.env['TEST_REDIS_URL'] ? describe : describe.skip)('with a Redis', () => {
    it('that may evict jobs, and takes along the database that it has started', async () => {
      const redis = (await startRedis(folder))!;
      const client = new Redis(redis.url);
      await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
      client.disconnect();
      const dir = join(folder, 'evicting');
      await expectRefusal({ VAR_DIR: dir, REDIS_URL: redis.url }, /^Redis may evict jobs/);
      await redis.stop();
      expect(existsSync(join(dir, 'postgres', 'PG_VERSION'))).toBe(true);
      expect(existsSync(join(dir, 'postgres', 'postmaster.pid'))).toBe(false);
    });
  });

  it('when PostgreSQL is too old', async () => {
    const old = await oldPostgres();
    await expectRefusal(
      { DATABASE_URL: `postgres://me:x@127.0.0.1:${old.port}/db` },
      /needs PostgreSQL 15 or newer; this server is version 14/,
    );
    old.close();
  });
});

/** As much of PostgreSQL's protocol as it takes to say that one is version 14. */
async function oldPostgres(): Promise<{ port: number; close(): void }> {
  const message = (type: string, body: Buffer): Buffer => {
    const head = Buffer.alloc(5);
    head.write(type);
    head.writeInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  };
  const ready = message('Z', Buffer.from('I'));
  const server = createServer((socket) => {
    let greeted = false;
    socket.on('error', () => {});
    socket.on('data', (data) => {
      if (!greeted) {
        greeted = true;
        socket.write(Buffer.concat([message('R', Buffer.alloc(4)), ready]));
      } else if (data[0] === 'Q'.charCodeAt(0)) {
        const name = Buffer.concat([
          Buffer.from([0, 1]),
          Buffer.from('server_version_num\0'),
          Buffer.alloc(6),
          Buffer.from([0, 0, 0, 25]),
          Buffer.from([255, 255, 255, 255, 255, 255, 0, 0]),
        ]);
        const row = Buffer.concat([Buffer.from([0, 1, 0, 0, 0, 6]), Buffer.from('140010')]);
        socket.write(
          Buffer.concat([message('T', name), message('D', row), message('C', Buffer.from('SHOW\0')), ready]),
        );
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

describe('the embedded default', () => {
  it('serves the real call, prints links, stops on a signal and keeps everything for the second start', async () => {
    const port = await freePort();
    const env = { PORT: String(port), VAR_DIR: join(folder, 'embedded') };
    const call = `http://127.0.0.1:${port}/conferences/peace-in-south-caucasus`;
    const texts: string[] = [];
    for (const round of [1, 2]) {
      const door = open(MAIN, env);
      await until(answers(call), `start ${round}`);
      await until(() => door.output().includes('Stop with Ctrl-C'), 'the welcome');
      expect(door.output().match(/\/sign-in\/[\w-]{43}/g)).toHaveLength(5);
      texts.push(await (await fetch(call)).text());
      door.process.kill('SIGTERM');
      expect(await door.exit).toBe(0);
    }
    for (const words of [
      '31 October',
      'anywhere on Earth',
      'How to Achieve Peace',
      'Other relevant issues',
      'Türkçe',
    ])
      expect(texts[0]).toContain(words);
    expect(texts[1]).toBe(texts[0]!.replace(/(\d+) days/g, '$1 days'));
  });
});

describe('real servers', () => {
  let database: TestDatabase;
  let sink: Mailbox;
  beforeAll(async () => {
    database = await createTestDatabase();
    await migrate(database.url);
    sink = await startMailbox({ dir: join(folder, 'sink') });
  });
  afterAll(async () => {
    await sink.stop();
    await database.drop();
  });

  it('are used by web and worker apart, whose work under way is finished when they are told to stop', async () => {
    const port = await freePort();
    const redis = process.env['TEST_REDIS_URL'];
    const env = {
      DATABASE_URL: database.url,
      SMTP_URL: sink.url,
      VAR_DIR: join(folder, 'real'),
      PORT: String(port),
      HOST: '127.0.0.1',
      DATABASE_POOL: '5',
      // A database of its own, because test/mail.test.ts works queues of the same names.
      ...(redis && { REDIS_URL: `${redis}/1` }),
    };
    const url = `http://127.0.0.1:${port}`;
    const web = open(MAIN, { ...env, WORKER: 'none' });
    await until(answers(`${url}/health/ready`), 'web');
    const worker = open(WORKER, env);
    const ask = (email: string): Promise<Response> =>
      fetch(`${url}/sign-in`, { method: 'POST', body: new URLSearchParams({ email }), redirect: 'manual' });
    expect((await ask('first@example.org')).status).toBe(303);
    await until(async () => (await sink.list()).some((mail) => mail.to === 'first@example.org'), 'the mail');

    // A page to read mail belongs to the embedded default alone, and so do printed links.
    expect((await fetch(`${url}/mailbox`)).status).toBe(404);
    expect(web.output()).not.toContain('/sign-in/');

    // A request that waits for a lock when the signal comes is still answered.
    const stuck = new Client({ connectionString: database.url });
    await stuck.connect();
    await stuck.query('begin; lock table sign_in_link in exclusive mode');
    const waiting = ask('second@example.org');
    await new Promise((resolve) => setTimeout(resolve, 500));
    web.process.kill('SIGTERM');
    worker.process.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 500));
    await stuck.query('commit');
    await stuck.end();
    expect((await waiting).status).toBe(303);
    expect([await web.exit, await worker.exit]).toEqual([0, 0]);
  });

  it('are never guessed: a worker without a mail server says what is missing', async () => {
    const door = open(WORKER, { DATABASE_URL: database.url, VAR_DIR: join(folder, 'real') });
    expect(await door.exit).toBe(1);
    expect(door.output()).toMatch(/^Mail has nowhere to go: set SMTP_URL/);
  });
});
