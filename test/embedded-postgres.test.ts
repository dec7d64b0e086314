import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/platform/embedded-postgres.js';
import { StartFailure } from '../src/platform/start-failure.js';

let made: string;
let folder: string;
const started: EmbeddedPostgres[] = [];

beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), 'concord-embedded-made-'));
  await (await startEmbeddedPostgres({ dir: join(made, 'postgres'), fsync: false })).stop();
});

afterAll(() => rmSync(made, { recursive: true, force: true }));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'concord-embedded-'));
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((postgres) => postgres.stop()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(name: string, port?: number): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dir: join(folder, name, 'postgres'), port, fsync: false });
  started.push(postgres);
  return postgres;
}

/** Starts on data made before, which is faster than making it. */
function startMade(name: string): Promise<EmbeddedPostgres> {
  cpSync(made, join(folder, name), { recursive: true });
  return start(name);
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The sentence that the start fails with. */
async function failure(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StartFailure);
  return error instanceof StartFailure ? error.message : '';
}

describe('the embedded PostgreSQL', () => {
  it('keeps its data over a stop and a start', async () => {
    const first = await start('a');
    expect(first.startedHere).toBe(true);
    await query(first.url, `create table kept as select 'Հայոց' as word`);
    await first.stop();
    await first.stop();
    await expect(query(first.url, 'select 1')).rejects.toThrow(/ECONNREFUSED|ENOENT/);

    const second = await start('a');
    expect(second.startedHere).toBe(true);
    expect(await query(second.url, 'select upper(word) as word from kept')).toEqual([{ word: 'ՀԱՅՈՑ' }]);
  });

  it('finds the server that runs on the folder already', async () => {
    const first = await startMade('a');
    const second = await start('a', 1);
    expect(second.startedHere).toBe(false);
    expect(second.url).toBe(first.url);
  });

  it('starts once when two processes start it together on an empty folder', async () => {
    const both = await Promise.all([start('a'), start('a')]);
    expect(both.filter(({ startedHere }) => startedHere)).toHaveLength(1);
    expect(both[0].url).toBe(both[1].url);
    expect(readdirSync(join(folder, 'a')).toSorted()).toEqual(['postgres', 'postgres.secret']);
  });

  it('runs beside another instance, each with a password of its own', async () => {
    const [a, b] = await Promise.all([start('a'), start('b')]);
    await query(a.url, 'create table only_here ()');
    await expect(query(b.url, 'select from only_here')).rejects.toThrow('does not exist');
    const [ours, theirs] = [new URL(a.url), new URL(b.url)];
    expect(ours.port).not.toBe(theirs.port);
    theirs.password = ours.password;
    await expect(query(theirs.href, 'select 1')).rejects.toThrow('password authentication failed');
    expect(statSync(join(folder, 'a', 'postgres.secret')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'a')).mode & 0o055).toBe(0o055);
  });

  it('copies a template, what is in it and all, under a password of its own', async () => {
    const template = await startMade('template');
    await query(template.url, `create table made as select 1 as once`);
    await template.stop();
    const copy = await startEmbeddedPostgres({
      dir: join(folder, 'copy', 'postgres'),
      template: join(folder, 'template', 'postgres'),
    });
    started.push(copy);
    expect(await query(copy.url, 'select once from made')).toEqual([{ once: 1 }]);
    const theirs = new URL(copy.url);
    theirs.password = new URL(template.url).password;
    expect(theirs.href).not.toBe(copy.url);
    await expect(query(theirs.href, 'select 1')).rejects.toThrow('password authentication failed');
  });

  it('makes its data itself where the template cannot be used', async () => {
    mkdirSync(join(folder, 'template'));
    const copy = await startEmbeddedPostgres({
      dir: join(folder, 'copy', 'postgres'),
      template: join(folder, 'template'),
      fsync: false,
    });
    started.push(copy);
    expect(await query(copy.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(readdirSync(join(folder, 'copy')).toSorted()).toEqual(['postgres', 'postgres.secret']);
  });

  it('takes no server for its own because a process has the number of one that is gone', async () => {
    const first = await startMade('a');
    await first.stop();
    const pidFile = join(folder, 'a', 'postgres', 'postmaster.pid');
    writeFileSync(
      pidFile,
      `${process.pid}\n${folder}\n0\n${new URL(first.url).port}\n\n127.0.0.1\n\nready\n`,
    );
    const second = await start('a');
    expect(second.startedHere).toBe(true);
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  describe('refuses with a sentence', () => {
    it('a folder that cannot be written', async () => {
      writeFileSync(join(folder, 'a'), 'a file, not a folder');
      expect(await failure(start('a'))).toMatch(/cannot be written \((EEXIST|ENOTDIR)\)/);
    });

    it('a folder with something else in it', async () => {
      mkdirSync(join(folder, 'a', 'postgres'), { recursive: true });
      writeFileSync(join(folder, 'a', 'postgres', 'notes.txt'), '');
      expect(await failure(start('a'))).toContain('holds no complete database');
      expect(existsSync(join(folder, 'a', 'postgres.secret'))).toBe(false);
    });

    it('the data of another PostgreSQL', async () => {
      mkdirSync(join(folder, 'a', 'postgres', 'global'), { recursive: true });
      writeFileSync(join(folder, 'a', 'postgres', 'global', 'pg_control'), '');
      writeFileSync(join(folder, 'a', 'postgres', 'PG_VERSION'), '15\n');
      expect(await failure(start('a'))).toMatch(/is of PostgreSQL 15, and Concord brings PostgreSQL 18/);
    });

    it('a port that is taken', async () => {
      cpSync(made, join(folder, 'a'), { recursive: true });
      const blocker = createServer();
      await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
      const address = blocker.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      try {
        expect(await failure(start('a', port))).toContain(`the port ${port} is taken`);
      } finally {
        blocker.close();
      }
    });

    it('a password that is lost or wrong', async () => {
      const secret = join(folder, 'a', 'postgres.secret');
      await (await startMade('a')).stop();
      const password = readFileSync(secret, 'utf8');
      rmSync(secret);
      expect(await failure(start('a'))).toContain('cannot be read');
      writeFileSync(secret, 'wrong\n');
      expect(await failure(start('a'))).toContain('does not open the database');
      writeFileSync(secret, password);
      expect((await start('a')).startedHere).toBe(false);
    });
  });
});
