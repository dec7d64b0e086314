import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import { chance } from '../../platform/chance.js';
import { Driver, type Answer } from '../driver.js';
import { freePort } from '../own-instance.js';
import { submissionBody, type Cast, type Ground } from './ground.js';
import { startMailServer, type MailServer } from './mail-server.js';
import { startDoor, type Door } from './processes.js';
import { startProxy, type Proxy } from './proxy.js';
import { startRedisServer, type RedisServer } from './redis-server.js';

export type Backend = 'postgres' | 'redis';

/** What a client of the test has asked for and what it was told. */
export interface Request {
  title: string;
  author: number;
  key: string;
  /** Id that an answer 201 has named. */
  id: string | undefined;
  /** Every status that came; 0: the link broke before an answer. */
  statuses: number[];
}

/** A web process with the client that speaks to it. */
export interface Web extends Door {
  driver: Driver;
}

/** Something that did not hold. */
export class Broken extends Error {
  override name = 'Broken';
}

/** How much shorter mail waits than in use: an hour in a minute. */
export const SCALE = 60;
/** For what nobody can wait for: a message counts as uncertain fifteen minutes after its worker died. */
export const DEAD_WORKER_SCALE = 300;

/**
 * One fault with one seed: a database of its own, a mail server, on demand a Redis, with a proxy before each, and
 * the processes of the program, all gone after `clear`.
 */
export class Stand {
  readonly chance: () => number;
  readonly ledger: Request[] = [];
  /** Complaints; empty means that the fault was passed. */
  readonly broken: string[] = [];
  readonly doors: Door[] = [];
  private readonly drivers: Driver[] = [];

  private constructor(
    readonly ground: Ground,
    readonly seed: number,
    readonly backend: Backend,
    private readonly database: { url: string; name: string; drop(): Promise<void> },
    readonly varDir: string,
    /** Looks at the database past every proxy. */
    readonly pool: Pool,
    readonly mail: MailServer,
    readonly toDatabase: Proxy,
    readonly toMail: Proxy,
    readonly redis: RedisServer | undefined,
    readonly toRedis: Proxy | undefined,
    /** The database's time when it began: what was settled before arrived elsewhere. */
    readonly begunAt: Date,
  ) {
    this.chance = chance(seed * 7919);
  }

  static async make(
    ground: Ground,
    seed: number,
    backend: Backend,
    state: 'decided' | 'released',
  ): Promise<Stand> {
    const database = await ground.database(state);
    const varDir = join(ground.folder, database.name);
    await mkdir(varDir);
    const pool = new Pool({ connectionString: database.url, max: 3 });
    // PostgreSQL is restarted under it by a fault.
    pool.on('error', () => {});
    const [{ now }] = (await pool.query<{ now: Date }>('select clock_timestamp() as now')).rows as [
      { now: Date },
    ];
    const mail = await startMailServer();
    const redis = backend === 'redis' ? await startRedisServer() : undefined;
    return new Stand(
      ground,
      seed,
      backend,
      database,
      varDir,
      pool,
      mail,
      await startProxy(Number(new URL(database.url).port)),
      await startProxy(mail.port),
      redis,
      redis && (await startProxy(redis.port)),
      now,
    );
  }

  get cast(): Cast {
    return this.ground.cast;
  }

  check(holds: boolean, complaint: () => string): void {
    if (!holds) this.broken.push(complaint());
  }

  environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const url = new URL(this.database.url);
    url.port = String(this.toDatabase.port);
    return {
      ...this.ground.environment,
      VAR_DIR: this.varDir,
      DATABASE_URL: url.href,
      SMTP_URL: `smtp://127.0.0.1:${this.toMail.port}`,
      ...(this.toRedis && { REDIS_URL: `redis://127.0.0.1:${this.toRedis.port}` }),
      ...more,
    };
  }

  /** Starts a web process that works no queue and waits until it answers. @param port a free one unless given */
  async web(port?: number): Promise<Web> {
    const at = port ?? (await freePort());
    const door = this.keep(startDoor('main', [], this.environment({ PORT: String(at), WORKER: 'none' })));
    const driver = new Driver(`http://127.0.0.1:${at}`, 64);
    this.drivers.push(driver);
    await this.until('a web process serves', () => {
      if (door.exitCode !== undefined) throw new Broken(`the web process ended: ${door.log().slice(-800)}`);
      return Promise.resolve(door.hasPrinted);
    });
    return Object.assign(door, { driver });
  }

  /** Starts a worker process. */
  startWorker(scale = SCALE, more: NodeJS.ProcessEnv = {}): Door {
    return this.keep(startDoor('tools/faults/worker-door', [String(scale)], this.environment(more)));
  }

  /** Starts a worker process and waits until it works. */
  async worker(scale?: number, more?: NodeJS.ProcessEnv): Promise<Door> {
    const door = this.startWorker(scale, more);
    await door.logs('worker started');
    return door;
  }

  private keep(door: Door): Door {
    this.doors.push(door);
    return door;
  }

  /** A new line of the ledger; nothing is sent yet. */
  plan(count: number, word: string): Request[] {
    const requests = Array.from({ length: count }, (_, index): Request => ({
      title: `${word} ${this.seed} ${index}`,
      author: index % this.cast.authors.length,
      key: `${word.replaceAll(' ', '-')}-${this.seed}-${index}-key`,
      id: undefined,
      statuses: [],
    }));
    this.ledger.push(...requests);
    return requests;
  }

  /** Sends one submission once and notes what came. An answer with another id than the first is a broken promise. */
  async submit(driver: Driver, request: Request): Promise<number> {
    const answer = await once(driver, 'POST', '/api/v1/conferences/open/submissions', {
      token: this.cast.authors[request.author]!,
      key: request.key,
      body: submissionBody(request.title, this.cast.topic, request.author),
    });
    request.statuses.push(answer.status);
    if (answer.status === 201) {
      const { id } = answer.body as { id: string };
      this.check(
        request.id === undefined || request.id === id,
        () => `"${request.title}" was answered with ${request.id} and then with ${id}`,
      );
      request.id = id;
    }
    this.check(
      [0, 201, 409, 503].includes(answer.status),
      () => `"${request.title}" was answered with ${answer.status}: ${answer.bytes.toString().slice(0, 300)}`,
    );
    return answer.status;
  }

  /** Sends again what has no 201 yet, until everything has. */
  async submitRest(driver: Driver): Promise<void> {
    await this.until('every submission is taken', async () => {
      const rest = this.ledger.filter(({ id }) => id === undefined);
      await driver.each(rest, (request) => this.submit(driver, request));
      return rest.every(({ id }) => id !== undefined);
    });
  }

  /** Waits. @throws Broken where it takes longer than `ms` */
  async until(what: string, holds: () => Promise<boolean>, ms = 60_000): Promise<void> {
    const end = performance.now() + ms;
    for (;;) {
      if (
        await attempt(holds).catch((error: Error) =>
          error instanceof Broken ? Promise.reject(error) : false,
        )
      )
        return;
      if (performance.now() > end) throw new Broken(`it did not come to pass within ${ms / 1000} s: ${what}`);
      await sleep(25);
    }
  }

  async rows<T extends object>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    return (await this.pool.query<T>(sql, parameters)).rows;
  }

  /** How many messages are in each state. */
  async mailStates(): Promise<Record<string, number>> {
    const rows = await this.rows<{ state: string; n: number }>(
      `select state, count(*)::int as n from mail_message group by state`,
    );
    return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
  }

  /** Waits until no message is on its way. */
  drained(ms?: number): Promise<void> {
    return this.until(
      'no message is on its way',
      async () => {
        const { ready = 0, claimed = 0, sending = 0, deferred = 0 } = await this.mailStates();
        return ready + claimed + sending + deferred === 0;
      },
      ms,
    );
  }

  async clear(): Promise<void> {
    for (const driver of this.drivers) driver.close();
    await Promise.all(this.doors.map((door) => door.end('SIGKILL')));
    await Promise.all([this.toDatabase.stop(), this.toMail.stop(), this.toRedis?.stop(), this.mail.stop()]);
    await this.redis?.stop();
    await this.pool.end();
    await this.database.drop();
  }
}

const attempt = async (act: () => Promise<boolean>): Promise<boolean> => act();

/** One request, never sent again; status 0 where no answer came. */
export async function once(
  driver: Driver,
  method: string,
  path: string,
  call: Parameters<Driver['once']>[2] = {},
): Promise<Answer> {
  try {
    return await driver.once(method, path, call);
  } catch {
    return { status: 0, body: undefined, bytes: Buffer.alloc(0), version: undefined };
  }
}
