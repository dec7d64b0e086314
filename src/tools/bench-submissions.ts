import { Pool, type ClientBase } from 'pg';
import { figuresOf, rounded, type Figures } from './bench-figures.js';
import { rowsOf, type RowSet } from './bench-rows.js';
import { describe, Driver } from './driver.js';
import { startOwnInstance, type OwnInstance } from './own-instance.js';
import { invented } from './population.js';
import { OPERATOR } from './seed.js';

/** One level of the benchmark: the system beside the bare database. */
export interface Level {
  connections: number;
  http: Figures;
  pg: Figures;
  /** HTTP's rate as a share of plain pg's. */
  ratio: number;
  /** Messages that waited when the round ended, and seconds until they were out. */
  mailLeft: number;
  mailSeconds: number;
}

export interface SubmissionBench {
  levels: Level[];
  rows: Record<string, number>;
  bodyBytes: number;
  postgres: string;
}

const AUTHORS = 64;
const WORDS = 300;
const WARM_UP_SECONDS = 2;

/** A conference that takes submissions, with the tokens of its authors. */
export interface Ground {
  instance: OwnInstance;
  path: string;
  topic: string;
  tokens: string[];
  abstracts: string[];
}

/**
 * Submissions a second over HTTP, each with validation, history, audit, outbox, receipts and idempotency, beside the same
 * rows written by plain `pg` with as many connections, one transaction each, into the same database in the same run.
 */
export async function benchSubmissions(
  levels: readonly number[],
  seconds: number,
  say: (line: string) => void,
): Promise<SubmissionBench> {
  const instance = await startOwnInstance();
  const pool = new Pool({ connectionString: instance.databaseUrl, max: Math.max(...levels) + 2 });
  try {
    const ground = await prepare(instance);
    say('warming up');
    await overHttp(ground, Math.max(...levels), WARM_UP_SECONDS);
    const client = await pool.connect();
    const rows = await rowsOf(client, await aSubmission(client)).finally(() => client.release());
    const version = (await pool.query<{ server_version: string }>('show server_version')).rows[0]!
      .server_version;
    const done: Level[] = [];
    for (const connections of levels) {
      await drained(pool);
      say(`${connections} connections: plain pg`);
      const bare = await overPg(pool, rows, connections, seconds);
      say(`${connections} connections: HTTP`);
      const http = await overHttp(ground, connections, seconds);
      const mailLeft = await waiting(pool);
      const from = performance.now();
      await drained(pool);
      done.push({
        connections,
        http,
        pg: bare,
        ratio: Math.round((http.rate / bare.rate) * 1000) / 1000,
        mailLeft,
        mailSeconds: rounded((performance.now() - from) / 1000),
      });
    }
    return {
      levels: done,
      rows: rows.counts,
      bodyBytes: Buffer.byteLength(JSON.stringify(bodyOf(ground, 0))),
      postgres: version,
    };
  } finally {
    await pool.end();
    await instance.stop();
  }
}

/** Makes the conference and its authors. */
export async function prepare(instance: OwnInstance): Promise<Ground> {
  const operator = (
    await instance.cli(
      'token',
      'create',
      '--email',
      OPERATOR.email,
      '--role',
      'operator',
      '--rehearsal',
      '--days',
      '1',
    )
  ).trim();
  const driver = new Driver(instance.url, 4);
  try {
    const { topics } = await driver.ask<{ topics: { id: string }[] }>(201, 'POST', '/api/v1/conferences', {
      token: operator,
      body: {
        slug: 'bench',
        codePrefix: 'BENCH',
        name: 'Benchmark',
        organiserName: 'Example Institute',
        timeZone: 'Asia/Tbilisi',
        kind: 'rehearsal',
        call: { deadlineDay: '2099-12-31', wordLimit: WORDS },
        topics: [{ title: 'Dialogue' }],
        criteria: [],
      },
    });
    const tokens = await driver.each(Array.from({ length: AUTHORS }), async (_, index) => {
      const body = { email: `author-${index}@rehearsal.example`, name: `Author ${index}`, role: 'author' };
      return (
        await driver.ask<{ token: string }>(201, 'POST', '/api/v1/rehearsal/tokens', {
          token: operator,
          body,
        })
      ).token;
    });
    const abstracts = invented(AUTHORS, 1)
      .abstracts.filter(({ text }) => text.split(' ').length > 250 && text.split(' ').length <= WORDS)
      .map(({ text }) => text);
    return {
      instance,
      path: '/api/v1/conferences/bench/submissions',
      topic: topics[0]!.id,
      tokens,
      abstracts,
    };
  } finally {
    driver.close();
  }
}

/** Two authors, as in the trial that the figures are compared with; about 2 KB. */
function bodyOf(ground: Ground, author: number): object {
  return {
    status: 'submitted',
    title: `Return without trust: evidence from ${author} villages`,
    abstract: ground.abstracts[author % ground.abstracts.length],
    topics: [ground.topic],
    authors: [
      {
        name: `Author ${author}`,
        affiliation: 'Example University',
        email: `author-${author}@rehearsal.example`,
        corresponding: true,
        presenting: true,
      },
      {
        name: 'Second Author',
        affiliation: 'Institute of Examples',
        email: `author-${(author + 1) % AUTHORS}@rehearsal.example`,
      },
    ],
  };
}

async function overHttp(ground: Ground, connections: number, seconds: number): Promise<Figures> {
  const driver = new Driver(ground.instance.url, connections);
  try {
    return await rounds(connections, seconds, async (_, connection) => {
      const author = connection % AUTHORS;
      const answer = await driver.send('POST', ground.path, {
        token: ground.tokens[author]!,
        key: true,
        body: bodyOf(ground, author),
      });
      if (answer.status !== 201)
        throw new Error(`a submission was answered with ${answer.status}: ${describe(answer)}`);
    });
  } finally {
    driver.close();
  }
}

/** One submission. @returns its code */
export async function submitOnce(driver: Driver, ground: Ground): Promise<string> {
  const { id } = await driver.ask<{ id: string }>(201, 'POST', ground.path, {
    token: ground.tokens[0]!,
    key: true,
    body: bodyOf(ground, 0),
  });
  return id;
}

async function overPg(pool: Pool, rows: RowSet, connections: number, seconds: number): Promise<Figures> {
  const clients = await Promise.all(Array.from({ length: connections }, () => pool.connect()));
  try {
    return await rounds(connections, seconds, (_, connection) => rows.insert(clients[connection]!));
  } finally {
    for (const client of clients) client.release();
  }
}

/** Each connection does one after the other until the time is over. */
async function rounds(
  connections: number,
  seconds: number,
  act: (index: number, connection: number) => Promise<void>,
): Promise<Figures> {
  const durations: number[] = [];
  const from = performance.now();
  const end = from + seconds * 1000;
  await Promise.all(
    Array.from({ length: connections }, async (_, connection) => {
      for (let index = 0; performance.now() < end; index += 1) {
        const started = performance.now();
        await act(index, connection);
        durations.push(performance.now() - started);
      }
    }),
  );
  return figuresOf(durations, (performance.now() - from) / 1000);
}

async function aSubmission(client: ClientBase): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `select s.id from submission s join conference c on c.id = s.conference_id where c.slug = 'bench' limit 1`,
  );
  return rows[0]!.id;
}

async function waiting(pool: Pick<Pool, 'query'>): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    `select count(*)::int as n from mail_message where state in ('ready', 'claimed', 'sending')`,
  );
  return rows[0]!.n;
}

/** Waits until no mail is under way, so that one round does not pay for the one before it. */
export async function drained(pool: Pick<Pool, 'query'>): Promise<void> {
  while ((await waiting(pool)) > 0) await new Promise((resolve) => setTimeout(resolve, 200));
}
