import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import { DataSource } from 'typeorm';
import { createApp } from '../src/app.js';
import type { Installation } from '../src/installation.js';
import { startMailbox } from '../src/mail/mailbox.js';
import { isReservedDomain } from '../src/people/email.js';
import { Clock } from '../src/platform/clock.js';
import { readConfig } from '../src/platform/config.js';
import { Queues } from '../src/platform/queue.js';
import { Storage } from '../src/platform/storage.js';
import { EXAMPLE_PEOPLE, seedExample, seedExamplePeople } from '../src/tools/example.js';
import { checkInvariants } from '../src/tools/invariants.js';
import { startWorkers, stopWorkers } from '../src/workers.js';
import { createTestDatabase } from './support/database.js';

const TABLES = [
  'person',
  'person_address',
  'role_grant',
  'conference',
  'submission',
  'submission_author',
  'submission_version',
  'letter_of_interest',
  'registration',
  'reviewer',
  'assignment_run',
  'assignment',
  'review',
  'pending_decision',
  'decision_release',
  'decision',
  'proceedings_build',
  'mail_message',
  'audit_entry',
];

/** An installation as the embedded default opens it, on a database of its own. */
async function open(): Promise<Installation & { app: NestFastifyApplication; db: DataSource }> {
  const database = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'concord-example-'));
  const mailbox = await startMailbox({ dir: join(folder, 'mailbox') });
  const logger = pino({ level: process.env['TEST_LOG'] ?? 'silent' });
  const config = { ...readConfig({ VAR_DIR: folder }), databaseUrl: database.url, smtpUrl: mailbox.url };
  const queues = new Queues(logger, { redisUrl: undefined, databaseUrl: database.url });
  const installation = {
    config,
    logger,
    queues,
    storage: new Storage(join(folder, 'files')),
    mailbox,
    embedded: true,
  };
  const app = await createApp(installation, { limits: false });
  await seedExamplePeople(app);
  return {
    ...installation,
    app,
    db: app.get(DataSource),
    async close() {
      await app.close();
      await queues.close();
      await mailbox.stop();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const counts = async (db: DataSource): Promise<Record<string, number>> => {
  const found: Record<string, number> = {};
  for (const table of TABLES)
    found[table] = (await db.query<{ n: number }[]>(`select count(*)::int as n from ${table}`))[0]!.n;
  return found;
};

const byStatus = async (db: DataSource, sql: string): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await db.query<{ status: string; n: number }[]>(sql)).map(({ status, n }) => [status, n]),
  );

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  const end = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('waited for a minute in vain');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};

describe('the example', () => {
  let place: Awaited<ReturnType<typeof open>>;
  let db: DataSource;

  beforeAll(async () => {
    place = await open();
    db = place.db;
    await seedExample(place);
  }, 120_000);

  afterAll(() => place.close());

  it('is seeded once: a second time changes nothing', async () => {
    const before = await counts(db);
    expect(await seedExample(place)).toBe(false);
    expect(await counts(db)).toEqual(before);
  });

  it('doubles nothing when a start was interrupted', async () => {
    const before = await counts(db);
    for (const done of [[], ['call'], ['call', 'assignment']]) {
      await db.query(
        `update installation_fact set value = jsonb_set(value, '{done}', $1::jsonb) where key = 'example'`,
        [JSON.stringify(done)],
      );
      expect(await seedExample(place)).toBe(true);
      expect(await counts(db)).toEqual(before);
    }
  }, 60_000);

  it('leaves the Clock of the server alone', async () => {
    expect(place.app.get(Clock).offsetMs).toBe(0);
    expect(
      (await db.query<object[]>(`select 1 from person where created_at > clock_timestamp()`)).length,
    ).toBe(0);
  });

  it('has a submission in each state that the middle of reviewing has', async () => {
    expect(await byStatus(db, `select status, count(*)::int as n from submission group by status`)).toEqual({
      draft: 2,
      withdrawn: 3,
      accepted: 6,
      conditionally_accepted: 1,
      waitlisted: 1,
      rejected: 2,
      under_review: 21,
    });
    expect(
      await byStatus(
        db,
        `select outcome as status, count(*)::int as n from pending_decision group by outcome`,
      ),
    ).toEqual({ accepted: 3, conditionally_accepted: 2, waitlisted: 1, rejected: 2 });
    const days = await db.query<{ n: number }[]>(
      `select count(*)::int as n from submission where submitted_at is not null group by date_trunc('day', submitted_at) order by 1 desc`,
    );
    expect(days.length).toBeGreaterThan(15);
    expect(Math.max(...days.slice(0, 3).map(({ n }) => n))).toBeGreaterThanOrEqual(7);
  });

  it('has reviewers in each state, and about seventy of a hundred reviews', async () => {
    expect(await byStatus(db, `select status, count(*)::int as n from reviewer group by status`)).toEqual({
      accepted: 10,
      invited: 1,
      declined: 1,
    });
    const [work] = await db.query<{ assigned: number; declined: number; handed_in: number; begun: number }[]>(
      `select count(*) filter (where a.status = 'assigned')::int as assigned,
         count(*) filter (where a.status = 'declined')::int as declined,
         count(*) filter (where v.status = 'handed_in')::int as handed_in,
         count(*) filter (where v.status = 'draft')::int as begun
       from assignment a left join review v on v.assignment_id = a.id`,
    );
    expect(work!.declined).toBe(1);
    expect(work!.begun).toBeGreaterThan(3);
    expect(work!.handed_in / work!.assigned).toBeGreaterThan(0.6);
    expect(work!.handed_in / work!.assigned).toBeLessThan(0.8);
    expect(
      await byStatus(db, `select status, count(*)::int as n from assignment_run group by status`),
    ).toEqual({
      discarded: 1,
      applied: 1,
    });
  });

  it('has letters, registrations and mail in several states', async () => {
    expect(
      await byStatus(db, `select status, count(*)::int as n from letter_of_interest group by status`),
    ).toEqual({
      received: 1,
      considered: 1,
      welcomed: 1,
      declined: 1,
      withdrawn: 1,
    });
    expect(await byStatus(db, `select status, count(*)::int as n from registration group by status`)).toEqual(
      {
        registered: 60,
        cancelled: 3,
      },
    );
    const languages = await byStatus(
      db,
      `select interpretation as status, count(*)::int as n from registration where interpretation is not null group by 1`,
    );
    expect(Object.keys(languages).toSorted()).toEqual(['az', 'hy', 'ru', 'tr']);
    const held = await db.query<object[]>(
      `select 1 from registration where held_until is not null union all select 1 from letter_of_interest where held_until is not null`,
    );
    expect(held).toEqual([]);
  });

  it('gives each of the four people something to look at', async () => {
    const [organiser, reviewer, author, partner] = EXAMPLE_PEOPLE.map(({ email }) => email);
    const roles = await db.query<{ role: string }[]>(
      `select role from role_grant g join person_address a on a.person_id = g.person_id where a.address = $1 order by role`,
      [organiser],
    );
    expect(roles.map(({ role }) => role)).toEqual(['chair', 'organiser']);
    const reviews = await db.query<{ review: string; n: number }[]>(
      `select coalesce(v.status, 'none') as review, count(*)::int as n from assignment a
       join reviewer r on r.id = a.reviewer_id left join review v on v.assignment_id = a.id
       where r.address = $1 and a.status = 'assigned' group by 1 order by 1`,
      [reviewer],
    );
    expect(reviews.map(({ review }) => review)).toEqual(['draft', 'handed_in', 'none']);
    const own = await db.query<{ status: string }[]>(
      `select s.status from submission s join person_address a on a.person_id = s.created_by where a.address = $1 order by 1`,
      [author],
    );
    expect(own.map(({ status }) => status)).toEqual(['accepted', 'draft', 'under_review']);
    const letters = await db.query<{ status: string }[]>(
      `select l.status from letter_of_interest l where l.address = $1`,
      [partner],
    );
    expect(letters).toEqual([{ status: 'welcomed' }]);
  });

  it('knows reserved domains only', async () => {
    const rows = await db.query<{ address: string }[]>(
      `select address from person_address union select recipient_address from mail_message
       union select contact_address from conference`,
    );
    expect(rows.length).toBeGreaterThan(70);
    expect(rows.filter(({ address }) => !isReservedDomain(address))).toEqual([]);
    const sites = await db.query<{ website: string }[]>(`select website from letter_of_interest`);
    for (const { website } of sites) expect(new URL(website).hostname).toMatch(/\.example\.(org|com|net)$/);
  });

  it('lies in the past, in the order of a conference', async () => {
    const [late] = await db.query<{ n: number }[]>(
      `select count(*)::int as n from (select at from audit_entry union all select created_at from mail_message) t
       where at > (select at from installation_fact where key = 'example')`,
    );
    expect(late!.n).toBe(0);
    const [call] = await db.query<{ closed: number; due: number }[]>(
      `select (extract(epoch from clock_timestamp() - closes_at) / 86400)::float8 as closed,
         (extract(epoch from reviews_due_at - clock_timestamp()) / 86400)::float8 as due from call`,
    );
    expect(call!.closed).toBeGreaterThan(23);
    expect(call!.closed).toBeLessThan(26);
    expect(call!.due).toBeGreaterThan(8);
    expect(call!.due).toBeLessThan(11);
  });

  it('has its volume built and its mail delivered to the mailbox by the server, and keeps every invariant', async () => {
    startWorkers(place.app);
    await until(
      async () =>
        (await db.query<object[]>(`select 1 from proceedings_build where status = 'done'`)).length === 1 &&
        (
          await db.query<object[]>(
            `select 1 from mail_message where state not in ('handed_over', 'superseded')`,
          )
        ).length === 0,
    );
    await stopWorkers(place.app);
    expect((await place.mailbox!.list()).length).toBeGreaterThan(150);
    const findings = await checkInvariants(db, place.storage);
    expect(findings.filter(({ offending }) => offending.length > 0)).toEqual([]);
  }, 120_000);
});

describe('without the mailbox', () => {
  it('there is no example', async () => {
    const logger = pino({ level: 'silent' });
    // Nothing listens there: whoever tried to look would fail.
    const config = { ...readConfig({}), databaseUrl: 'postgres://nobody@127.0.0.1:1/nothing' };
    const installation: Installation = {
      config,
      logger,
      queues: new Queues(logger, { redisUrl: undefined, databaseUrl: config.databaseUrl }),
      storage: new Storage(join(tmpdir(), 'concord-nothing')),
      mailbox: undefined,
      embedded: true,
      close: () => Promise.resolve(),
    };
    expect(await seedExample(installation)).toBe(false);
    expect(await seedExample({ ...installation, embedded: false })).toBe(false);
  });
});
