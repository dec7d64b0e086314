import { mkdtemp, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { DataSource } from 'typeorm';
import { AuditEntry } from '../src/audit/audit-entry.entity.js';
import { Audit } from '../src/audit/audit.service.js';
import { MailKinds } from '../src/mail/kinds.js';
import { MailHolds } from '../src/mail/holds.service.js';
import { MailMessage } from '../src/mail/mail-message.entity.js';
import { MailAttempt, MailHold, MailServer } from '../src/mail/mail-order.entity.js';
import { MailWorker, type MailWorkerSettings } from '../src/mail/mail.worker.js';
import { MailTemplates } from '../src/mail/templates.service.js';
import { startMailbox } from '../src/mail/mailbox.js';
import { Outbox, type NewMessage } from '../src/mail/outbox.service.js';
import { People } from '../src/people/people.service.js';
import { PersonKeys } from '../src/people/person-keys.js';
import { systemActor } from '../src/platform/actor.js';
import { Clock } from '../src/platform/clock.js';
import { readConfig, type Config } from '../src/platform/config.js';
import { databaseOptions } from '../src/platform/database.js';
import { Idempotency } from '../src/platform/idempotency.js';
import { Queues } from '../src/platform/queue.js';
import { Refusal } from '../src/platform/refusal.js';
import { Metrics } from '../src/platform/telemetry.js';
import { Work } from '../src/platform/work.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';

/** What the far end does: nothing special, a reply, or a cut of the link. */
type Turn = 'cut' | { code: number; text?: string } | undefined;
type Stage = 'connect' | 'auth' | 'rcpt' | 'body' | 'dot';

interface Sink {
  url: string;
  /** Messages taken (also those whose reply never arrived), as they came. */
  taken: { to: string; raw: Buffer }[];
  connections: number;
  stop(): Promise<void>;
}

/** A mail server on loopback that does at each stage what `turn` says. */
async function startSink(
  turn: (stage: Stage, to: string, count: number) => Turn = () => undefined,
  options: SMTPServerOptions = {},
): Promise<Sink> {
  const counts = new Map<Stage, number>();
  const sockets = new Map<number | undefined, Socket>();
  const sink: Sink = { url: '', taken: [], connections: 0, stop: async () => undefined };
  const act = (stage: Stage, session: { remotePort: number }, to: string): Error | null => {
    const count = (counts.get(stage) ?? 0) + 1;
    counts.set(stage, count);
    const told = turn(stage, to, count);
    if (told === undefined) return null;
    if (told !== 'cut') return Object.assign(new Error(told.text ?? 'no'), { responseCode: told.code });
    sockets.get(session.remotePort)?.destroy();
    return new Error('cut');
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    allowInsecureAuth: true,
    closeTimeout: 200,
    onConnect(session, done) {
      sink.connections += 1;
      done(act('connect', session, ''));
    },
    onAuth(auth, session, done) {
      done(act('auth', session, ''), { user: auth.username });
    },
    onRcptTo(to, session, done) {
      done(act('rcpt', session, to.address));
    },
    onData(stream, session, done) {
      const to = session.envelope.rcptTo.map(({ address }) => address).join(' ');
      const parts: Buffer[] = [];
      let early: Error | null = null;
      stream.on('data', (part: Buffer) => {
        if (parts.push(part) === 1) early = act('body', session, to);
      });
      stream.on('end', () => {
        if (early) return done(early);
        const late = act('dot', session, to);
        if (!late || late.message === 'cut') sink.taken.push({ to, raw: Buffer.concat(parts) });
        done(late);
      });
    },
    ...options,
  });
  server.server.on('connection', (socket: Socket) => sockets.set(socket.remotePort, socket));
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.server.address();
  sink.url = `smtp://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  sink.stop = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return sink;
}

const QUICK: Partial<MailWorkerSettings> = {
  sweepEveryMs: 50,
  graceMs: 0,
  firstBackOffMs: 40,
  firstPauseMs: 100,
};
const logger = pino({ level: 'silent' });
const NOTE = {
  kind: 'decision_accepted',
  variables: {},
  sample: { title: 'T', code: 'EX-AAAA', textToAuthors: '', statusUrl: 'http://concord.example/x' },
};

let database: TestDatabase;
let db: DataSource;
let clock: Clock;
let work: Work;
let audit: Audit;
const kinds = new MailKinds();
kinds.register(NOTE);
const metrics = new Metrics();
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  db = await new DataSource({
    ...databaseOptions(database.url, 20),
    entities: [MailMessage, MailHold, MailAttempt, MailServer, AuditEntry],
  }).initialize();
  clock = new Clock(db);
  work = new Work(db, clock);
  audit = new Audit();
  await db.query(
    `insert into conference (id, slug, code_prefix, name, organiser_name, contact_address, time_zone, created_at)
     values ('conf', 'example', 'EX', 'Example Conference', 'Example Institute', 'desk@example.org', 'UTC', now())`,
  );
});

afterEach(async () => {
  clock.offsetMs = 0;
  for (const close of closing.splice(0).toReversed()) await close();
  await db.query('delete from mail_message');
  await db.query('delete from mail_hold');
  await db.query('delete from mail_server');
  await db.query('delete from audit_entry');
  await db.query('delete from idempotency_key');
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

function configFor(url: string): Config {
  return {
    ...readConfig({ PUBLIC_URL: 'http://concord.example', SMTP_URL: url }),
    databaseUrl: database.url,
  };
}

let redisUrl: string | undefined;

/** A worker with its outbox, as one process has them. */
function makeProcess(url: string, settings: Partial<Config> = {}, log = logger) {
  const config = { ...configFor(url), ...settings };
  const queues = new Queues(logger, { redisUrl, databaseUrl: database.url });
  const keys = new PersonKeys(db, config);
  const people = new People(db, audit, keys);
  const outbox = new Outbox(
    db,
    work,
    audit,
    new Idempotency(),
    kinds,
    queues,
    people,
    keys,
    new MailTemplates(db, work, audit, kinds),
    config,
  );
  const worker = new MailWorker(db, clock, queues, metrics, kinds, keys, log, config);
  closing.push(async () => {
    await worker.stop();
    await queues.close();
  });
  return { outbox, worker };
}

async function sinkOf(...how: Parameters<typeof startSink>): Promise<Sink> {
  const sink = await startSink(...how);
  closing.push(() => sink.stop());
  return sink;
}

function note(change: Partial<NewMessage> = {}, values: Record<string, unknown> = {}): NewMessage {
  return {
    kind: 'decision_accepted',
    conference: { id: 'conf', name: 'Example Conference', contactAddress: 'desk@example.org' },
    to: { personId: null, address: 'ani@example.org', name: 'Ani Example' },
    subjectId: 's1',
    occasion: '1',
    values: {
      title: 'On trust',
      code: 'EX-7KQF',
      textToAuthors: '',
      statusUrl: 'http://concord.example/s',
      ...values,
    },
    ...change,
  };
}

const signInLink = (subjectId = 'link'): NewMessage =>
  note({
    kind: 'sign_in',
    conference: null,
    subjectId,
    values: { signInUrl: 'http://concord.example/sign-in/secret', minutes: 10 },
  });

const add = (outbox: Outbox, ...messages: NewMessage[]): Promise<string[]> =>
  work.run((tx) => outbox.add(tx, messages));

const rows = (): Promise<MailMessage[]> =>
  db.manager.find(MailMessage, { order: { createdAt: 'ASC', id: 'ASC' } });
const row = (id: string): Promise<MailMessage> => db.manager.findOneByOrFail(MailMessage, { id });

const mark = (id: string | undefined, state: string, minutes: number) =>
  db.query(
    `update mail_message set state = $2, claimed_at = now() - make_interval(mins => $3), sending_at = now() - make_interval(mins => $3) where id = $1`,
    [id, state, minutes],
  );

async function until(condition: () => Promise<boolean> | boolean, ms = 10_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`still not after ${ms} ms: ${JSON.stringify(await rows())}`);
    await sleep(20);
  }
}

async function settled(id: string, state: MailMessage['state']): Promise<MailMessage> {
  await until(async () => (await row(id)).state === state);
  return row(id);
}

const parsed = (sink: Sink): Promise<Email[]> =>
  Promise.all(sink.taken.map(({ raw }) => PostalMime.parse(raw)));

describe('the outbox', () => {
  it('keeps a message once, whoever writes it', async () => {
    const { outbox } = makeProcess('smtp://127.0.0.1:1');
    const [id] = await add(outbox, note(), note());
    expect(id).toBeDefined();
    const before = await row(id!);
    expect(await add(outbox, note({}, { title: 'Another title' }))).toEqual([]);
    const races = await Promise.all(Array.from({ length: 10 }, () => add(outbox, note({ occasion: '2' }))));
    expect(races.flat()).toHaveLength(1);
    expect(await row(id!)).toEqual(before);
    expect(before).toMatchObject({
      state: 'ready',
      subject: 'EX-7KQF: accepted for Example Conference',
      messageId: `<${id}@localhost.example>`,
      recipientTyped: 'ani@example.org',
    });
  });

  it('writes nothing when the transaction fails, and refuses what can only be a mistake', async () => {
    const { outbox } = makeProcess('smtp://127.0.0.1:1');
    await expect(
      work.run(async (tx) => {
        await outbox.add(tx, [note()]);
        throw new Error('later');
      }),
    ).rejects.toThrow('later');
    const to = (address: string) => note({ to: { personId: null, address, name: '' } });
    for (const address of [
      'b@example.org\r\nBcc: v@evil.example',
      'b@example.org, v@evil.example',
      'x:v@evil.example;',
    ])
      await expect(add(outbox, to(address))).rejects.toThrow('one plain address');
    await expect(add(outbox, note({}, { statusUrl: 'https://evil.example/s' }))).rejects.toThrow('no link');
    await expect(
      add(outbox, note({}, { statusUrl: 'http://concord.example.evil.example/' })),
    ).rejects.toThrow('no link');
    await expect(add(outbox, note({ kind: 'unheard_of' }))).rejects.toThrow('unheard_of');
    expect(await rows()).toEqual([]);
  });

  it('keeps the address as its owner wrote it, for showing', async () => {
    const { outbox } = makeProcess('smtp://127.0.0.1:1');
    await db.query(`insert into person (id, created_at) values ('p1', now()) on conflict do nothing`);
    await db.query(
      `insert into person_address (address, typed, person_id, created_at) values ('ani@example.org', 'Ani@Example.org', 'p1', now())`,
    );
    const [id] = await add(outbox, note());
    expect((await row(id!)).recipientTyped).toBe('Ani@Example.org');
    await db.query(`delete from person_address where person_id = 'p1'`);
  });

  it('supersedes only what has not gone out', async () => {
    const { outbox } = makeProcess('smtp://127.0.0.1:1');
    const ids = await add(outbox, ...['1', '2', '3'].map((occasion) => note({ occasion })));
    await add(outbox, note({ subjectId: 's2' }));
    await db.query(`update mail_message set state = 'sending', sending_at = now() where id = $1`, [ids[0]]);
    expect(await work.run((tx) => outbox.supersede(tx, ['s1'], ['decision_accepted']))).toBe(2);
    expect((await rows()).map(({ state }) => state).toSorted()).toEqual([
      'ready',
      'sending',
      'superseded',
      'superseded',
    ]);
    expect(await outbox.countsByState('conf')).toMatchObject({
      ready: 1,
      sending: 1,
      superseded: 2,
      bounced: 0,
    });
  });

  it('lists by pages, newest first, and finds by recipient and subject', async () => {
    const { outbox } = makeProcess('smtp://127.0.0.1:1');
    for (let i = 1; i <= 5; i += 1)
      await add(
        outbox,
        note({
          occasion: String(i),
          to: { personId: null, address: `p${i}@example.org`, name: `Person 100%_${i}` },
        }),
      );
    const first = await outbox.list('conf', { limit: 2 });
    expect(first.items.map(({ occasion }) => occasion)).toEqual(['5', '4']);
    const second = await outbox.list('conf', { limit: 2, after: first.next! });
    expect(second.items.map(({ occasion }) => occasion)).toEqual(['3', '2']);
    const third = await outbox.list('conf', { limit: 2, after: second.next! });
    expect(third).toMatchObject({ items: [{ occasion: '1' }], next: null });
    expect((await outbox.list('conf', { limit: 9, q: '100%_3' })).items).toHaveLength(1);
    expect((await outbox.list('conf', { limit: 9, q: '%' })).items).toHaveLength(5);
    expect((await outbox.list('conf', { limit: 9, q: '_x_' })).items).toHaveLength(0);
    expect((await outbox.list('conf', { limit: 9, state: 'refused' })).items).toHaveLength(0);
    expect((await outbox.list('other', { limit: 9 })).items).toHaveLength(0);
    for (const after of ['rubbish', Buffer.from('["no date","x"]').toString('base64url')])
      await expect(outbox.list('conf', { limit: 2, after })).rejects.toMatchObject({ kind: 'malformed' });
  });
});

const BACKENDS: [string, string | undefined][] = [['PostgreSQL', undefined]];
if (process.env['TEST_REDIS_URL']) BACKENDS.push(['Redis', process.env['TEST_REDIS_URL']]);

describe.each(BACKENDS)('the worker, with its queue on %s', (_name, backend) => {
  beforeAll(() => {
    redisUrl = backend;
  });
  afterAll(() => {
    redisUrl = undefined;
  });

  it('sends one message a row, over few connections, and stores the answer', async () => {
    const sink = await sinkOf();
    const { outbox, worker } = makeProcess(sink.url);
    worker.start(QUICK);
    const ids = await add(
      outbox,
      ...Array.from({ length: 40 }, (_, i) =>
        note({
          subjectId: `s${i}`,
          to: { personId: null, address: `a${i}@example.org`, name: `Person ${i}` },
        }),
      ),
    );
    await until(() => sink.taken.length >= 40);
    for (const id of ids) await settled(id, 'handed_over');
    await sleep(300);
    expect(sink.taken.map(({ to }) => to).toSorted()).toEqual(
      ids.map((_, i) => `a${i}@example.org`).toSorted(),
    );
    expect(sink.connections).toBeLessThanOrEqual(5);
    const mail = (await parsed(sink)).find(({ to }) => to?.[0]?.address === 'a7@example.org')!;
    expect(mail).toMatchObject({
      from: { name: 'Example Conference', address: 'concord@localhost.example' },
      to: [{ name: 'Person 7', address: 'a7@example.org' }],
      replyTo: [{ name: 'Example Conference', address: 'desk@example.org' }],
      subject: 'EX-7KQF: accepted for Example Conference',
    });
    const stored = (await rows()).find(({ recipientAddress }) => recipientAddress === 'a7@example.org')!;
    expect(mail.messageId).toBe(stored.messageId);
    expect(mail.text?.trim()).toBe(stored.text);
    expect(mail.html?.trim()).toBe(stored.html.trim());
    expect(mail.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated');
    expect(stored).toMatchObject({ state: 'handed_over', attempts: 0 });
    expect(stored.response).toMatch(/^250 /);
  });

  it.each([
    'Ani\r\nBcc: v@evil.example',
    '"Ani" <v@evil.example>, x',
    'v@evil.example',
    'Անի Օրինակ',
    '\u0000\u0007\u007f\u202eAni',
    'a'.repeat(1000),
    '=?utf-8?q?x?= ;:,<>()[]\\',
  ])('writes to the stored address only, with the name %j', async (name) => {
    const sink = await sinkOf();
    const { outbox, worker } = makeProcess(sink.url);
    worker.start(QUICK);
    const [id] = await add(
      outbox,
      note({
        to: { personId: null, address: 'ani@example.org', name },
        conference: { id: 'conf', name: `${name}\nX-Evil: 1`, contactAddress: 'desk@example.org' },
      }),
    );
    await settled(id!, 'handed_over');
    expect(sink.taken.map(({ to }) => to)).toEqual(['ani@example.org']);
    const [mail] = await parsed(sink);
    expect(mail!.to).toHaveLength(1);
    expect(mail!.to![0]!.address).toBe('ani@example.org');
    expect(mail!.bcc).toBeUndefined();
    expect(mail!.headers.map(({ key }) => key)).not.toContain('x-evil');
    expect(mail!.subject).toMatch(/^EX-7KQF: accepted for [^\r\n]/);
    expect(mail!.html!.replace(/<head>.*<\/head>/s, '')).not.toMatch(/evil\.example/);
  });

  it('refuses a row whose words or recipient are not those that were released', async () => {
    const sink = await sinkOf();
    const { outbox, worker } = makeProcess(sink.url);
    const ids = await add(outbox, note(), note({ occasion: '2' }), note({ occasion: '3' }));
    await db.query(`update mail_message set text = text || ' and a prize' where id = $1`, [ids[0]]);
    await db.query(
      `update mail_message set recipient_address = 'a@example.org, v@evil.example' where id = $1`,
      [ids[1]],
    );
    worker.start(QUICK);
    expect((await settled(ids[0]!, 'refused')).response).toContain('not the one that was released');
    expect((await settled(ids[1]!, 'refused')).response).toContain('not the stored recipient');
    await settled(ids[2]!, 'handed_over');
    expect(sink.taken).toHaveLength(1);
  });

  it('tries again after a 451, with the same message', async () => {
    const sink = await sinkOf((stage, _to, count) =>
      (stage === 'dot' && count === 1) || (stage === 'rcpt' && count === 2)
        ? { code: 451, text: 'later' }
        : undefined,
    );
    const { outbox, worker } = makeProcess(sink.url);
    worker.start(QUICK);
    const [id] = await add(outbox, note());
    expect(await settled(id!, 'handed_over')).toMatchObject({ attempts: 2 });
    expect(sink.taken).toHaveLength(1);
  });

  it('gives up after five days of "later"', async () => {
    const sink = await sinkOf((stage) =>
      stage === 'rcpt' ? { code: 450, text: 'mailbox busy' } : undefined,
    );
    const { outbox, worker } = makeProcess(sink.url);
    worker.start(QUICK);
    const [id] = await add(outbox, note());
    await settled(id!, 'deferred');
    clock.offsetMs = 6 * 86_400_000;
    expect((await settled(id!, 'refused')).response).toContain('mailbox busy');
  });

  it.each(['rcpt', 'dot'] as const)('stops at a 550 to the %s, and goes on with the others', async (at) => {
    const sink = await sinkOf((stage, to) =>
      stage === at && to.startsWith('gone') ? { code: 550, text: 'no such user' } : undefined,
    );
    const { outbox, worker } = makeProcess(sink.url);
    worker.start(QUICK);
    const [gone, here] = await add(
      outbox,
      note({ to: { personId: null, address: 'gone@example.org', name: '' } }),
      note(),
    );
    expect(await settled(gone!, 'refused')).toMatchObject({ response: '550 no such user', attempts: 0 });
    await settled(here!, 'handed_over');
    expect(worker.degraded).toBe(false);
  });

  it.each(['dot', 'body'] as const)('never sends again what was cut at: %s', async (at) => {
    const sink = await sinkOf((stage, _to, count) => (stage === at && count === 1 ? 'cut' : undefined));
    const { outbox, worker } = makeProcess(sink.url);
    worker.start(QUICK);
    const [id] = await add(outbox, note());
    await settled(id!, 'uncertain');
    await sleep(500);
    expect((await row(id!)).state).toBe('uncertain');
    expect(sink.taken).toHaveLength(at === 'dot' ? 1 : 0);
  });

  it.each([true, false])(
    'defers what was cut before the body was asked for (pipelining hidden: %s)',
    async (hidePIPELINING) => {
      const sink = await sinkOf(
        (stage, _to, count) => (stage === 'rcpt' && count === 1 ? 'cut' : undefined),
        { hidePIPELINING },
      );
      const { outbox, worker } = makeProcess(sink.url);
      worker.start(QUICK);
      const [id] = await add(outbox, note());
      expect(await settled(id!, 'handed_over')).toMatchObject({ attempts: 1 });
      expect(sink.taken).toHaveLength(1);
    },
  );

  it('notices a kept connection that the server has dropped', async () => {
    let drop = false;
    const sink = await sinkOf((stage) => {
      if (stage !== 'rcpt' || !drop) return undefined;
      drop = false;
      return 'cut';
    });
    const { outbox, worker } = makeProcess(sink.url);
    worker.start({ ...QUICK, connections: 1 });
    const [first] = await add(outbox, note());
    await settled(first!, 'handed_over');
    drop = true;
    const [second] = await add(outbox, note({ occasion: '2' }));
    expect(await settled(second!, 'handed_over')).toMatchObject({ attempts: 0 });
    expect(sink.connections).toBe(2);
  });

  it('waits without blaming the message while the server refuses the connection', async () => {
    const sink = await sinkOf((stage, _to, count) =>
      stage === 'connect' && count <= 2 ? { code: 421, text: 'too busy' } : undefined,
    );
    const { outbox, worker } = makeProcess(sink.url);
    worker.start({ ...QUICK, connections: 1 });
    const [id] = await add(outbox, note());
    await until(async () => (await row(id!)).state === 'deferred');
    expect(worker.degraded).toBe(true);
    expect(await settled(id!, 'handed_over')).toMatchObject({ attempts: 0 });
    expect(worker.degraded).toBe(false);
  });

  it('waits without blaming the message while the credentials are not taken', async () => {
    const sink = await sinkOf((stage, _to, count) =>
      stage === 'auth' && count === 1 ? { code: 535, text: 'wrong password' } : undefined,
    );
    const { outbox, worker } = makeProcess(sink.url.replace('//', '//user:p%40ss@'));
    worker.start({ ...QUICK, connections: 1 });
    const [id] = await add(outbox, note());
    await settled(id!, 'handed_over');
    expect(await row(id!)).toMatchObject({ attempts: 0 });
    expect(sink.connections).toBe(2);
  });

  it('marks nothing refused while the server refuses everybody, tells it once, and goes on by itself', async () => {
    let closed = true;
    const sink = await sinkOf((stage) =>
      stage === 'rcpt' && closed ? { code: 554, text: 'not you' } : undefined,
    );
    const alerts: string[] = [];
    const log = pino({ level: 'error' }, { write: (line: string) => void alerts.push(line) });
    const [one, other] = [makeProcess(sink.url, {}, log), makeProcess(sink.url, {}, log)];
    const settings = { ...QUICK, firstPauseMs: 30, refusalsInRow: 4 };
    const ids = await add(one.outbox, ...Array.from({ length: 20 }, (_, i) => note({ subjectId: `s${i}` })));
    one.worker.start(settings);
    other.worker.start(settings);
    await until(() => one.worker.degraded && other.worker.degraded);
    await until(async () => (await rows()).every(({ state }) => state !== 'refused'));
    expect((await db.manager.find(MailServer))[0]).toMatchObject({
      trouble: expect.stringContaining('not you'),
    });
    closed = false;
    for (const id of ids) await settled(id, 'handed_over');
    expect(sink.taken).toHaveLength(20);
    expect(alerts.filter((line) => line.includes('does not take mail'))).toHaveLength(1);
    await until(async () => (await db.manager.find(MailServer))[0]!.trouble === null);
  });

  it('believes a "no" that names the address, however many there are', async () => {
    const sink = await sinkOf((stage) =>
      stage === 'rcpt' ? { code: 550, text: '5.1.1 no such user' } : undefined,
    );
    const { outbox, worker } = makeProcess(sink.url);
    worker.start({ ...QUICK, refusalsInRow: 2 });
    const ids = await add(outbox, ...Array.from({ length: 6 }, (_, i) => note({ subjectId: `s${i}` })));
    for (const id of ids) await settled(id, 'refused');
    expect(worker.degraded).toBe(false);
    expect(await db.manager.find(MailAttempt)).toHaveLength(6);
  });

  it('sends no faster than its rate, but sign-in links at once', async () => {
    const sink = await sinkOf();
    const { outbox, worker } = makeProcess(sink.url, { mailRate: 1 });
    worker.start(QUICK);
    const ids = await add(outbox, ...Array.from({ length: 4 }, (_, i) => note({ subjectId: `s${i}` })));
    await until(() => sink.taken.length === 1);
    const [signIn] = await add(outbox, signInLink());
    await settled(signIn!, 'handed_over');
    expect(sink.taken).toHaveLength(2);
    // A minute later there is a turn for one more.
    clock.offsetMs = 61_000;
    await until(() => sink.taken.length === 3);
    await sleep(200);
    expect(
      (await rows()).filter(({ id, state }) => ids.includes(id) && state === 'handed_over'),
    ).toHaveLength(2);
  });

  it('holds mail until a person lets it go, but for sign-in links written since', async () => {
    const sink = await sinkOf();
    const { outbox, worker } = makeProcess(sink.url);
    const holds = new MailHolds(db, work, audit);
    const [early] = await add(outbox, signInLink('before'));
    const [waiting] = await add(outbox, note());
    await holds.holdAfterRestore(systemActor());
    await holds.hold(systemActor(), 'conf');
    await holds.hold(systemActor(), 'conf');
    expect((await row(waiting!)).state).toBe('held');
    worker.start(QUICK);
    const [later] = await add(outbox, note({ occasion: '2' }));
    const [signIn] = await add(outbox, signInLink('after'));
    await settled(signIn!, 'handed_over');
    await settled(later!, 'held');
    expect(await holds.open('conf')).toMatchObject([{ reason: 'restore' }, { reason: 'person' }]);
    await holds.release(systemActor(), null);
    await settled(early!, 'handed_over');
    expect((await row(waiting!)).state).toBe('held');
    await holds.release(systemActor(), 'conf');
    for (const id of [waiting, later]) await settled(id!, 'handed_over');
    expect(sink.taken).toHaveLength(4);
    expect((await db.manager.find(AuditEntry)).map(({ action }) => action).toSorted()).toEqual([
      'mail.held',
      'mail.held',
      'mail.released',
      'mail.released',
    ]);
  });

  it('waits for a server that does not answer at all', async () => {
    const gone = await startSink();
    await gone.stop();
    const { outbox, worker } = makeProcess(gone.url);
    worker.start(QUICK);
    const [id] = await add(outbox, note());
    const waiting = await settled(id!, 'deferred');
    expect(waiting).toMatchObject({ attempts: 0, settledAt: null });
    expect(waiting.response).toContain('ECONNREFUSED');
  });

  it('sends what the queue has lost', async () => {
    const sink = await sinkOf();
    const { outbox, worker } = makeProcess(sink.url);
    const [id] = await work.run((tx) => outbox.add({ ...tx, afterCommit: () => undefined }, [note()]));
    worker.start(QUICK);
    await settled(id!, 'handed_over');
    expect(sink.taken).toHaveLength(1);
  });

  it('takes back a claim that led to nothing, and calls a lost sending uncertain', async () => {
    const sink = await sinkOf();
    const { outbox, worker } = makeProcess(sink.url);
    const ids = await add(outbox, ...['1', '2', '3', '4'].map((occasion) => note({ occasion })));
    await mark(ids[0], 'claimed', 3);
    await mark(ids[1], 'claimed', 1);
    await mark(ids[2], 'sending', 16);
    await mark(ids[3], 'sending', 14);
    worker.start(QUICK);
    await settled(ids[0]!, 'handed_over');
    await settled(ids[2]!, 'uncertain');
    expect((await row(ids[1]!)).state).toBe('claimed');
    expect((await row(ids[3]!)).state).toBe('sending');
    expect(sink.taken).toHaveLength(1);
  });

  it('sends once though two processes work the same rows', async () => {
    const sink = await sinkOf();
    const [one, other] = [makeProcess(sink.url), makeProcess(sink.url)];
    const ids = await add(one.outbox, ...Array.from({ length: 100 }, (_, i) => note({ subjectId: `s${i}` })));
    one.worker.start(QUICK);
    other.worker.start(QUICK);
    await Promise.all(ids.flatMap((id) => [one.worker.deliver(id), other.worker.deliver(id)]));
    for (const id of ids) await settled(id, 'handed_over');
    await sleep(300);
    expect(sink.taken).toHaveLength(100);
    expect(new Set((await parsed(sink)).map(({ messageId }) => messageId)).size).toBe(100);
  });

  it('gives up a claim that was taken from it', async () => {
    const waiting: (() => void)[] = [];
    const sink = await sinkOf(undefined, { onConnect: (_session, done) => void waiting.push(done) });
    const { outbox, worker } = makeProcess(sink.url);
    const [id] = await add(outbox, note());
    worker.start({ ...QUICK, sweepEveryMs: 60_000 });
    await until(() => waiting.length > 0);
    expect((await row(id!)).state).toBe('claimed');
    await db.query(`update mail_message set version = version + 1, claimed_at = now() where id = $1`, [id]);
    for (const greet of waiting) greet();
    await sleep(300);
    expect(sink.taken).toHaveLength(0);
    expect((await row(id!)).state).toBe('claimed');
  });

  it('finishes what it is sending when it is stopped, and takes up nothing new', async () => {
    const sink = await sinkOf();
    const { outbox, worker } = makeProcess(sink.url);
    worker.start(QUICK);
    const ids = await add(outbox, ...Array.from({ length: 60 }, (_, i) => note({ subjectId: `s${i}` })));
    await until(() => sink.taken.length > 3);
    await worker.stop();
    const states = new Set((await rows()).map(({ state }) => state));
    expect([...states].every((state) => state === 'handed_over' || state === 'ready')).toBe(true);
    expect(sink.taken).toHaveLength((await rows()).filter(({ state }) => state === 'handed_over').length);
    await worker.deliver(ids.at(-1)!);
    expect(sink.taken).toHaveLength((await rows()).filter(({ state }) => state === 'handed_over').length);
  });

  it('keeps no body of a secret kind', async () => {
    const sink = await sinkOf();
    const { outbox, worker } = makeProcess(sink.url);
    worker.start(QUICK);
    const [id] = await add(
      outbox,
      note({
        kind: 'sign_in',
        conference: null,
        values: { signInUrl: 'http://concord.example/sign-in/secret', minutes: 15 },
      }),
    );
    expect(await settled(id!, 'handed_over')).toMatchObject({ text: '', html: '' });
    expect(sink.taken[0]!.raw.toString()).toContain('sign-in/secret');
    const [mail] = await parsed(sink);
    expect(mail).toMatchObject({ from: { name: 'Concord' }, subject: 'Your sign-in link for Concord' });
    expect(mail!.replyTo).toBeUndefined();
    await expect(outbox.resend(systemActor(), id!)).rejects.toMatchObject({ code: 'mail.secret' });
  });
});

describe('a person', () => {
  it('sends a message again: another row, the same words', async () => {
    const sink = await sinkOf();
    const { outbox, worker } = makeProcess(sink.url);
    worker.start(QUICK);
    const [id] = await add(outbox, note());
    await settled(id!, 'handed_over');
    const [first, second] = await Promise.allSettled([
      outbox.resend(systemActor(), id!),
      outbox.resend(systemActor(), id!),
    ]);
    const done = [first, second].filter((result) => result.status === 'fulfilled');
    const failed = [first, second].filter((result) => result.status === 'rejected');
    expect(
      failed.every(
        (result) => result.reason instanceof Refusal && result.reason.code === 'mail.resendUnderWay',
      ),
    ).toBe(true);
    for (const result of done) await settled(result.value.id, 'handed_over');
    const copies = (await rows()).filter(({ resendOf }) => resendOf === id);
    expect(copies).toHaveLength(done.length);
    expect(copies[0]!.bodyHash).toBe((await row(id!)).bodyHash);
    expect(copies[0]!.messageId).not.toBe((await row(id!)).messageId);
    expect(sink.taken).toHaveLength(1 + done.length);
    expect(await db.manager.countBy(AuditEntry, { action: 'mail.resent', subjectId: id! })).toBe(done.length);
  });

  it('repeats nothing with the same key', async () => {
    const { outbox } = makeProcess('smtp://127.0.0.1:1');
    const [id] = await add(outbox, note());
    await db.query(`update mail_message set state = 'refused', settled_at = now() where id = $1`, [id]);
    const actor = systemActor();
    actor.request.idempotencyKey = 'k1';
    const first = await outbox.resend(actor, id!);
    expect(await outbox.resend(actor, id!)).toEqual({ id: first.id, replayed: true });
    await expect(outbox.resend(systemActor(), first.id)).rejects.toMatchObject({
      code: 'mail.notResendable',
    });
    await expect(outbox.resend(systemActor(), 'nobody')).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('settles what is uncertain', async () => {
    const { outbox } = makeProcess('smtp://127.0.0.1:1');
    const ids = await add(outbox, note(), note({ occasion: '2' }));
    await expect(outbox.settleUncertain(systemActor(), ids[0]!, 'handed_over')).rejects.toMatchObject({
      code: 'mail.notUncertain',
    });
    await db.query(`update mail_message set state = 'uncertain', settled_at = now()`);
    expect((await outbox.settleUncertain(systemActor(), ids[0]!, 'handed_over')).id).toBe(ids[0]);
    expect((await row(ids[0]!)).state).toBe('handed_over');
    const copy = await outbox.settleUncertain(systemActor(), ids[1]!, 'resend');
    expect((await row(ids[1]!)).state).toBe('superseded');
    expect(await row(copy.id)).toMatchObject({ state: 'ready', resendOf: ids[1], occasion: '2' });
  });
});

describe('the mailbox', () => {
  it('keeps messages over a stop and a start', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'concord-mailbox-'));
    closing.push(() => rm(dir, { recursive: true, force: true }));
    let mailbox = await startMailbox({ dir });
    const { outbox, worker } = makeProcess(mailbox.url);
    worker.start(QUICK);
    for (const name of ['Անի Օրինակ', '<b>Ani</b>']) {
      const [id] = await add(
        outbox,
        note({ occasion: name, to: { personId: null, address: 'ani@example.org', name } }),
      );
      await settled(id!, 'handed_over');
    }
    await worker.stop();
    const before = await mailbox.list();
    await mailbox.stop();
    mailbox = await startMailbox({ dir });
    closing.push(() => mailbox.stop());
    expect(await mailbox.list()).toEqual(before);
    expect(before).toHaveLength(2);
    expect(before[0]).toMatchObject({
      from: 'Example Conference <concord@localhost.example>',
      to: 'ani@example.org',
      subject: 'EX-7KQF: accepted for Example Conference',
    });
    const newest = await mailbox.read(before[0]!.id);
    expect(newest!.text).toMatch(/^Dear <b>Ani<\/b>,/);
    expect(newest!.html).toContain('&lt;b&gt;Ani&lt;/b&gt;');
    expect(newest!.headers.some((line) => line.startsWith('Message-ID: <'))).toBe(true);
    expect((await mailbox.read(before[1]!.id))!.text).toMatch(/^Dear Անի Օրինակ,/);
    for (const id of ['../../etc/passwd', '0000000009-00000000', ''])
      expect(await mailbox.read(id)).toBeNull();
  });
});
