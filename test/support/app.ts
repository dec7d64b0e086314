import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { FastifyInstance } from 'fastify';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { createApp } from '../../src/app.js';
import { cookieName } from '../../src/accounts/cookie-name.js';
import { SignIn } from '../../src/accounts/sign-in.service.js';
import { Tokens } from '../../src/accounts/tokens.service.js';
import { startMailbox, type Mailbox } from '../../src/mail/mailbox.js';
import { People } from '../../src/people/people.service.js';
import { systemActor, type Role } from '../../src/platform/actor.js';
import { Clock } from '../../src/platform/clock.js';
import { readConfig, type Config } from '../../src/platform/config.js';
import { newId } from '../../src/platform/ids.js';
import { Queues } from '../../src/platform/queue.js';
import { createLogger } from '../../src/platform/telemetry.js';
import { Storage } from '../../src/platform/storage.js';
import { Work } from '../../src/platform/work.js';
import { startWorkers, stopWorkers } from '../../src/workers.js';
import { routesOf } from '../../src/web/routes.js';
import { createTestDatabase, type TestDatabase } from './database.js';

export interface TestApp {
  app: NestFastifyApplication;
  /** Fresh supertest requests against the listening application. */
  http: ReturnType<typeof request>;
  url: string;
  db: DataSource;
  clock: Clock;
  mailbox: Mailbox | undefined;
  /** Where it keeps its files. */
  folder: string;
  /** A person by address, with a token for the API that carries the first of the roles. */
  person(email: string, name?: string): Promise<string>;
  token(email: string, role?: Role | 'author' | 'reviewer', conferenceId?: string | null): Promise<string>;
  /** A cookie of a browser that is signed in. */
  cookie(email: string): Promise<string>;
  grant(email: string, role: Role, conferenceId: string | null): Promise<void>;
  /** A conference with an open call, three topics and two criteria. */
  conference(options?: Partial<ConferenceOptions>): Promise<TestConference>;
  close(): Promise<void>;
}

interface ConferenceOptions {
  slug: string;
  wordLimit: number;
  /** Instants relative to now, in minutes. */
  opensIn: number;
  closesIn: number;
  blindness: string;
  kind: string;
}

export interface TestConference {
  id: string;
  slug: string;
  callId: string;
  topics: string[];
  criteria: string[];
}

/**
 * The whole application on a database of its own, listening on loopback; with `workers` it also works its queues
 * and delivers into a mailbox.
 */
export async function createTestApp(
  options: {
    workers?: boolean;
    limits?: boolean;
    redisUrl?: string;
    /** One that is there already, such as a copy of another test's. */
    database?: TestDatabase;
    /** Takes every line of the log, of every level. */
    log?: (line: string) => void;
    /** Its public address is its own, `http://localhost:…`, as browsers demand of passkeys. */
    ownAddress?: boolean;
    /** Settings other than those of a test, as for an installation behind TLS. */
    settings?: Partial<Config>;
    /** Its registration with an OpenID provider in the place of ORCID. */
    orcid?: Config['orcid'];
  } = {},
): Promise<TestApp> {
  const database = options.database ?? (await createTestDatabase());
  const folder = await mkdtemp(join(tmpdir(), 'concord-test-'));
  const mailbox = options.workers ? await startMailbox({ dir: join(folder, 'mailbox') }) : undefined;
  const port = options.ownAddress ? await freePort() : 0;
  const publicUrl = options.ownAddress ? `http://localhost:${port}` : 'http://concord.example';
  const config = {
    ...readConfig({ VAR_DIR: folder, PUBLIC_URL: publicUrl }),
    databaseUrl: database.url,
    // Copies of a database are opened with the key of what they are copies of.
    ...(options.database && { masterKeyFile: join(tmpdir(), `concord-test-${process.pid}-master-key`) }),
    databasePoolSize: 10,
    redisUrl: options.redisUrl,
    smtpUrl: mailbox?.url,
    // Tests ask for much that is not there; one of them has the wait.
    notFoundStepMs: 0,
    ...options.settings,
    orcid: options.orcid,
  };
  const logger = options.log
    ? createLogger('trace', { write: options.log })
    : pino({ level: process.env['TEST_LOG'] ?? 'silent' });
  const queues = new Queues(logger, { redisUrl: options.redisUrl, databaseUrl: database.url });
  const app = await createApp(
    { config, logger, queues, storage: new Storage(join(folder, 'files')), mailbox },
    { limits: options.limits ?? false, onServer: checkAnswers },
  );
  answers.set(app.getHttpAdapter().getInstance(), schemasOf(app));
  await app.listen(port, '127.0.0.1');
  if (options.workers) startWorkers(app);
  const url = options.ownAddress ? publicUrl : await app.getUrl();
  const db = app.get(DataSource);
  const work = app.get(Work);
  const people = app.get(People);
  const tokens = app.get(Tokens);

  const person = (email: string, name = email.split('@')[0]!): Promise<string> =>
    work.run(async (tx) => (await people.resolve(tx, [{ email, name }], () => 'email'))[0]!.personId);

  const grant = async (email: string, role: Role, conferenceId: string | null): Promise<void> => {
    const personId = await person(email);
    await work.run((tx) => people.grant(tx, systemActor(), personId, role, conferenceId));
  };

  return {
    app,
    http: request(url),
    url,
    db,
    clock: app.get(Clock),
    mailbox,
    folder,
    person,
    grant,
    async token(email, role = 'author', conferenceId = null) {
      const personId = await person(email);
      if (role !== 'author' && role !== 'reviewer') await grant(email, role, conferenceId);
      return (await tokens.create(systemActor(), { personId, name: 'test', role, conferenceId })).secret;
    },
    async cookie(email) {
      const link = await app.get(SignIn).printedLink(email, '/me', 10);
      const { sessionSecret } = await app.get(SignIn).use(link.split('/').at(-1)!, 'test');
      return `${cookieName('session', config.publicUrl)}=${sessionSecret}`;
    },
    conference: (wanted = {}) => addConference(db, wanted),
    async close() {
      if (options.workers) await stopWorkers(app);
      await app.close();
      await queues.close();
      await mailbox?.stop();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A port that nobody listens at; somebody else may take it before it is used, which is rare. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** What each route promises to answer, by server, method and path. */
const answers = new WeakMap<object, Map<string, ValidateFunction>>();

function schemasOf(app: NestFastifyApplication): Map<string, ValidateFunction> {
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);
  const validators = new Map<string, ValidateFunction>();
  for (const route of routesOf(app))
    if (route.answer?.schema) {
      const schema = JSON.parse(
        JSON.stringify(route.answer.schema, (key, value: unknown) => (key === '$id' ? undefined : value)),
      );
      validators.set(`${route.method} ${route.path}`, ajv.compile(schema as object));
    }
  return validators;
}

/** Every answer of the API is held to its schema: what is not declared does not leave. */
function checkAnswers(server: FastifyInstance): void {
  server.addHook('onSend', async (asked, reply, payload: unknown) => {
    if (reply.statusCode >= 300 || typeof payload !== 'string') return payload;
    const validate = answers.get(server)?.get(`${asked.method} ${asked.routeOptions.url}`);
    if (validate && !validate(JSON.parse(payload)))
      throw new Error(
        `${asked.method} ${asked.routeOptions.url} answers other than declared: ${JSON.stringify(validate.errors)}`,
      );
    return payload;
  });
}

let serial = 0;

async function addConference(db: DataSource, wanted: Partial<ConferenceOptions>): Promise<TestConference> {
  serial += 1;
  const slug = wanted.slug ?? `test-${serial}`;
  const id = newId();
  const callId = newId();
  const topics = [newId(), newId(), newId()];
  const criteria = [newId(), newId()];
  const prefix = `T${String.fromCharCode(65 + (serial % 26))}${String.fromCharCode(65 + (Math.floor(serial / 26) % 26))}`;
  await db.query(
    `insert into conference (id, slug, code_prefix, name, organiser_name, contact_address, time_zone, interpretation, kind, created_at)
     values ($1, $2, $3, 'Test Conference', 'Example Institute', 'office@example.org', 'Asia/Tbilisi', '{hy,az,ru,tr}', $4, clock_timestamp())`,
    [id, slug, prefix, wanted.kind ?? 'real'],
  );
  await db.query(
    `insert into call (id, conference_id, opens_at, closes_at, word_limit, blindness, created_at)
     values ($1, $2, clock_timestamp() + make_interval(mins => $3), clock_timestamp() + make_interval(mins => $4), $5, $6, clock_timestamp())`,
    [
      callId,
      id,
      wanted.opensIn ?? -60,
      wanted.closesIn ?? 60 * 24 * 30,
      wanted.wordLimit ?? 300,
      wanted.blindness ?? 'double',
    ],
  );
  for (const [index, topic] of topics.entries())
    await db.query(`insert into topic (id, conference_id, position, title) values ($1, $2, $3, $4)`, [
      topic,
      id,
      index + 1,
      `Topic ${index + 1}`,
    ]);
  for (const [index, criterion] of criteria.entries())
    await db.query(
      `insert into criterion (id, call_id, position, title, anchors) values ($1, $2, $3, $4, '{none,slight,fair,clear,major}')`,
      [criterion, callId, index + 1, `Criterion ${index + 1}`],
    );
  return { id, slug, callId, topics, criteria };
}

/** A complete abstract for the API. */
export function abstractOf(
  conference: TestConference,
  change: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    status: 'submitted',
    title: 'Return without trust',
    abstract:
      'The ceasefire promised return, yet return without trust is a promise that families do not claim.',
    topics: [conference.topics[0]],
    authors: [
      {
        name: 'Ani Example',
        nativeName: 'Անի Օրինակ',
        affiliation: 'Example State University',
        country: 'GE',
        email: 'ani@example.org',
        corresponding: true,
        presenting: true,
      },
      { name: 'Elnur Example', affiliation: 'Institute of Examples', email: 'elnur@example.org' },
    ],
    ...change,
  };
}
