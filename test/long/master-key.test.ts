import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { jest } from '@jest/globals';
import { PersonKeys } from '../../src/people/person-keys.js';
import { Work } from '../../src/platform/work.js';
import { abstractOf, createTestApp, type TestApp, type TestConference } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

jest.setTimeout(180_000);

const REAL = { name: 'Zarine Quillfeather', email: 'zarine.quill@example.org' };

const folder = mkdtempSync(join(tmpdir(), 'concord-exchange-'));
const masterKeyFile = join(folder, 'master-key');
let database: TestDatabase;
let conference: TestConference;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** An application on the one database, which stays when it closes. */
async function opened<T>(act: (app: TestApp) => Promise<T>, workers = false): Promise<T> {
  const app = await createTestApp({
    database: { ...database, drop: () => Promise.resolve() },
    settings: { masterKeyFile },
    workers,
  });
  try {
    return await act(app);
  } finally {
    await app.close();
  }
}

const rotate = () =>
  spawnSync(process.execPath, [resolve('dist/src/cli.js'), 'master-key', 'rotate'], {
    env: {
      PATH: process.env['PATH'],
      VAR_DIR: folder,
      MASTER_KEY_FILE: masterKeyFile,
      DATABASE_URL: database.url,
      SMTP_URL: 'smtp://127.0.0.1:1',
    },
    encoding: 'utf8',
  });

const keysIn = async (app: TestApp): Promise<string[]> =>
  (await app.db.query(`select data_key from person where data_key is not null order by id`)).map(
    (row: { data_key: string }) => row.data_key,
  );

const inUse = (): string => readFileSync(masterKeyFile, 'utf8');

/** They can be reached and are known by their address, and nobody else has it. */
async function isThemselves(app: TestApp): Promise<void> {
  const cookie = await app.cookie(REAL.email);
  const { text } = await app.http.get('/me/protection').set('cookie', cookie).expect(200);
  expect(text.includes(REAL.name)).toBe(true);
  const [{ count }] = await app.db.query(`select count(*)::int as count from person where name = $1`, [
    'N. Sevan',
  ]);
  expect(count).toBe(1);
}

it('is not exchanged while another process has read it', () =>
  opened(async (app) => {
    conference = await app.conference({ slug: 'guarded' });
    await app.person(REAL.email, REAL.name);
    const token = await app.token(REAL.email);
    await app.http
      .post(`/api/v1/conferences/${conference.slug}/submissions`)
      .set('authorization', `Bearer ${token}`)
      .set('idempotency-key', 'exchange-1')
      .send(
        abstractOf(conference, {
          authors: [
            {
              name: REAL.name,
              affiliation: 'Institute',
              email: REAL.email,
              corresponding: true,
              protect: true,
              publicName: 'N. Sevan',
            },
          ],
        }),
      )
      .expect(201);
    const before = [await keysIn(app), inUse()];
    const { status, stderr } = rotate();
    expect([status, stderr]).toEqual([1, expect.stringContaining('stop every web and worker process')]);
    expect([await keysIn(app), inUse()]).toEqual(before);
    await isThemselves(app);
  }));

it('is exchanged by the command, and protected people sign in, read and are reached as before', async () => {
  const before = inUse();
  const keys = await opened(keysIn);
  const { status, stdout, stderr } = rotate();
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^The keys of \d+ people are wrapped by the master key [0-9a-f]{16} now\./);
  expect(inUse()).not.toBe(before);
  // The former one is kept for backups.
  const kept = readdirSync(folder).filter((name) => /^master-key\.[0-9a-f]{16}$/.test(name));
  expect(kept.map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual([before]);
  await opened(async (app) => {
    const now = await keysIn(app);
    expect(now).toHaveLength(keys.length);
    expect(now.filter((key) => keys.includes(key))).toEqual([]);
    await isThemselves(app);
    const [entry] = await app.db.query(
      `select actor_kind, before, after from audit_entry where action = 'installation.masterKeyExchanged'`,
    );
    expect(entry).toEqual({
      actor_kind: 'system',
      before: { key: kept[0]!.split('.')[1] },
      after: { key: expect.stringMatching(/^[0-9a-f]{16}$/), people: keys.length },
    });
    // Mail that waited over the exchange.
    const waiting: unknown[] = await app.db.query(
      `select 1 from mail_message where kind = 'submission_receipt' and sealed_for is not null and state = 'ready'`,
    );
    expect(waiting).toHaveLength(1);
  });
  await opened(async (app) => {
    for (let tries = 0; tries < 200; tries += 1) {
      if (
        (await app.mailbox!.list()).some(
          ({ to, subject }) => to === REAL.email && /we have your submission/.test(subject),
        )
      )
        return;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error('the mail that waited did not arrive');
  }, true);
});

it('is as it was when the exchange ends before its end, and takes the same next key up again', () =>
  opened(async (app) => {
    const before = [await keysIn(app), inUse()];
    const exchange = (act: () => Promise<void>) =>
      app.app.get(PersonKeys).exchangeMaster(app.app.get(Work), act);
    await expect(exchange(() => Promise.reject(new Error('the power went')))).rejects.toThrow('power');
    expect([await keysIn(app), inUse()]).toEqual(before);
    const next = readFileSync(`${masterKeyFile}.next`, 'utf8');
    await isThemselves(app);
    await exchange(() => Promise.resolve());
    expect(inUse()).toBe(next);
    expect(existsSync(`${masterKeyFile}.next`)).toBe(false);
    await isThemselves(app);
  }));

it('is put into its place by the next start when the exchange ended between database and file', async () => {
  const before = join(folder, 'before');
  copyFileSync(masterKeyFile, before);
  expect(rotate().status).toBe(0);
  const now = inUse();
  renameSync(masterKeyFile, `${masterKeyFile}.next`);
  copyFileSync(before, masterKeyFile);
  await opened(isThemselves);
  expect(inUse()).toBe(now);
  expect(existsSync(`${masterKeyFile}.next`)).toBe(false);
});

it('is asked for by name when the one here is another', async () => {
  const right = inUse();
  rmSync(masterKeyFile);
  await expect(opened(() => Promise.resolve())).rejects.toThrow('is not in');
  expect(existsSync(masterKeyFile)).toBe(false);
  writeFileSync(masterKeyFile, right);
  await opened(isThemselves);
});
