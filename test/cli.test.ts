import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres.js';
import { conferenceBySlug, exportRows, writeExport } from '../src/tools/export.js';
import { printToken, type TokenOptions } from '../src/tools/token.js';
import { cellsOf } from '../src/web/organise/export-file.js';
import { EXPORTS } from '../src/web/organise/export-names.js';
import { CONFIG, type Config } from '../src/platform/config.js';
import { createTestApp, type TestApp, type TestConference } from './support/app.js';
import { submitted } from './support/panel.js';

const CLI = resolve('dist/src/cli.js');

interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

let app: TestApp;
let conference: TestConference;
let folder: string;

beforeAll(async () => {
  app = await createTestApp();
  conference = await app.conference();
  folder = await mkdtemp(join(tmpdir(), 'concord-cli-'));
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the command line on the database of the test's application, or on what `settings` names. */
function concord(words: string[], settings?: Record<string, string>): Promise<Run> {
  const url = (app.db.options as { url: string }).url;
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [CLI, ...words], {
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        VAR_DIR: folder,
        // The application and its commands share the key.
        MASTER_KEY_FILE: app.app.get<Config>(CONFIG).masterKeyFile,
        ...(settings ?? { DATABASE_URL: url }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const run: Run = { code: null, stdout: '', stderr: '' };
    child.stdout.on('data', (part: Buffer) => (run.stdout += part.toString()));
    child.stderr.on('data', (part: Buffer) => (run.stderr += part.toString()));
    child.once('error', failed);
    child.once('close', (code) => done({ ...run, code }));
  });
}

async function works(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await concord(words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

/** One clear line, nothing on standard output, and a code other than zero. */
async function complains(words: string[], about: RegExp): Promise<void> {
  const { code, stdout, stderr } = await concord(words);
  expect(stderr).toMatch(about);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stdout).toBe('');
  expect(code).not.toBe(0);
}

describe('concord', () => {
  it('has help on each command', async () => {
    const commands = [
      [],
      ['migrate'],
      ['seed'],
      ['role'],
      ['role', 'grant'],
      ['sign-in-link'],
      ['token'],
      ['token', 'create'],
      ['export'],
      ['rehearse'],
      ['check-invariants'],
      ['audit'],
      ['audit', 'verify'],
      ['audit', 'head'],
      ['audit', 'rotate-key'],
      ['audit', 'new-epoch'],
      ['master-key', 'rotate'],
    ];
    for (const command of commands) {
      const help = await works(...command, '--help');
      expect(help).toContain(`Usage: concord${command.map((word) => ` ${word}`).join('')}`);
    }
  });

  it('exchanges no master key while another process has read it', async () => {
    const { code, stderr } = await concord(['master-key', 'rotate']);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/stop every web and worker process/)]);
  });

  it('seeds', async () => {
    expect(await works('seed')).toBe('Seeded.\n');
    await app.http.get('/api/v1/conferences/peace-in-south-caucasus').expect(200);
  });

  it('grants a role and prints a token that carries it, and nothing else', async () => {
    const where = ['--conference', conference.slug];
    await works(
      'role',
      'grant',
      '--email',
      'olga@example.org',
      '--role',
      'chair',
      '--name',
      'Olga Example',
      ...where,
    );
    const token = await works(
      'token',
      'create',
      '--email',
      'olga@example.org',
      '--role',
      'organiser',
      ...where,
    );
    expect(token).toMatch(/^concord_[\w-]{43}\n$/);
    const { body } = await app.http
      .get('/api/v1/me')
      .set('authorization', `Bearer ${token.trim()}`)
      .expect(200);
    expect(body).toMatchObject({
      name: 'Olga Example',
      roles: [{ role: 'organiser', conference: conference.slug }],
    });
  });

  it('makes tokens for what the person may, and for everybody who writes or reviews', async () => {
    const make = (options: Omit<TokenOptions, 'email'>, email = 'olga@example.org') =>
      printToken(app.app, { email, ...options });
    const secret = await make({ role: 'author' }, 'new@example.org');
    await app.http.get('/api/v1/me').set('authorization', `Bearer ${secret}`).expect(200);
    const where = { conference: conference.slug };
    await expect(make({ role: 'chair', ...where }, 'nobody@example.org')).rejects.toThrow(
      /^Nobody is known by nobody@example\.org/,
    );
    await expect(make({ role: 'operator' })).rejects.toThrow(/does not have the role operator/);
    await expect(make({ role: 'auditor', ...where })).rejects.toThrow(
      /does not have the role auditor in test-/,
    );
    await expect(make({ role: 'operator', ...where })).rejects.toThrow(/leave --conference out/);
    await expect(make({ role: 'chair' })).rejects.toThrow(/needs --conference/);
    await expect(make({ role: 'chair', conference: 'nowhere' })).rejects.toThrow(
      'There is no conference "nowhere".',
    );
  });

  it('prints a sign-in link and nothing else', async () => {
    const link = await works('sign-in-link', '--email', 'olga@example.org', '--next', '/me');
    expect(link).toMatch(/^http:\/\/localhost:3000\/sign-in\/[\w-]+\n$/);
  });

  it('signs out whoever it is told to, everywhere', async () => {
    const cookies = [await app.cookie('guided@example.org'), await app.cookie('guided@example.org')];
    const other = await app.cookie('unguided@example.org');
    expect(await works('sign-out', '--email', 'guided@example.org')).toBe('Login sessions ended: 2.\n');
    for (const cookie of cookies) await app.http.get('/me').set('cookie', cookie).expect(303);
    await app.http.get('/me').set('cookie', other).expect(200);
    expect(await works('sign-out', '--everybody')).toMatch(/^Login sessions ended: [1-9]\d*\.\n$/);
    await app.http.get('/me').set('cookie', other).expect(303);
    await complains(['sign-out'], /say whom/);
    await complains(['sign-out', '--email', 'unheard-of@example.org'], /Nobody is known/);
  });

  it('says in one line what is wrong', async () => {
    const olga = ['--email', 'olga@example.org'];
    await complains(
      ['role', 'grant', ...olga, '--role', 'chair', '--conference', 'nowhere'],
      /^There is no conference "nowhere"\.$/m,
    );
    await complains(
      ['role', 'grant', ...olga, '--role', 'chair'],
      /^error: the role chair needs --conference/,
    );
    await complains(
      ['role', 'grant', ...olga, '--role', 'operator', '--conference', conference.slug],
      /leave --conference out/,
    );
    await complains(
      ['role', 'grant', ...olga, '--role', 'king', '--conference', conference.slug],
      /Allowed choices are operator/,
    );
    await complains(
      ['role', 'grant', '--email', 'a, b@example.org', '--role', 'operator'],
      /That is no e-mail address/,
    );
    await complains(
      ['token', 'create', ...olga, '--role', 'chair', '--conference', conference.slug, '--rehearsal'],
      /--rehearsal goes with --role operator only/,
    );
    await complains(['token', 'create', ...olga, '--role', 'author', '--days', '0'], /from 1 to 365/);
    await complains(['rehearse', '--url', 'http://127.0.0.1:9'], /^--url and --mailbox go together\.$/m);
    await complains(['rehearse', '--from', join(folder, 'missing.tsv')], /cannot be read \(ENOENT\)/);
    await complains(['rehearse', '--size', '2'], /from 3 to 5000/);
    await complains(['fly'], /unknown command 'fly'/);
    const unreachable = await concord(['migrate'], { DATABASE_URL: 'postgres://nobody:x@127.0.0.1:9/none' });
    expect(unreachable).toMatchObject({ code: 1, stdout: '' });
    expect(unreachable.stderr).toMatch(/^The database none at 127\.0\.0\.1:9 cannot be reached .*\n$/);
  }, 90_000);

  it('exports what organisers may see, guarded against formulas', async () => {
    const id = await submitted(app, conference, 'ann@example.org', {
      title: '=HYPERLINK("http://evil.example")',
    });
    await submitted(app, conference, 'ben@example.org', { status: 'draft', title: 'A draft' });
    const all = ['export', '--conference', conference.slug];

    const rows = JSON.parse(await works(...all, '--what', 'submissions', '--format', 'json')) as object[];
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ id, status: 'submitted', authors: [{ email: 'ann@example.org' }] });
    expect(rows[0]).not.toHaveProperty('searchText');

    const file = join(folder, 'submissions.csv');
    expect(await works(...all, '--what', 'submissions', '--out', file)).toBe('');
    const csv = await readFile(file, 'utf8');
    expect(csv.split('\r\n')).toHaveLength(3);
    expect(csv).toContain(`"${id}"`);
    expect(csv).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
    expect(csv).toContain('<ann@example.org>"');

    const out = join(folder, 'letters.json');
    await writeExport(
      app.app,
      { conference: conference.slug, what: 'letters', format: 'json', out },
      process.stdout,
    );
    expect(await readFile(out, 'utf8')).toBe('[]\n');
    const nowhere = {
      conference: conference.slug,
      what: 'letters',
      format: 'csv',
      out: join(folder, 'no', 'where.csv'),
    } as const;
    await expect(writeExport(app.app, nowhere, process.stdout)).rejects.toThrow(
      /cannot be written \(ENOENT\)/,
    );
    expect(existsSync(join(folder, 'no'))).toBe(false);
  }, 60_000);

  it.each(EXPORTS)('exports %s', async (what) => {
    for await (const row of exportRows(app.app, await conferenceBySlug(app.app, conference.slug), what))
      for (const cell of Object.values(cellsOf(row))) expect(typeof (cell ?? '')).not.toBe('object');
  });

  it('erases a person who asked for it by mail, after saying what goes', async () => {
    await submitted(app, conference, 'asks.by.mail@example.org');
    const words = ['person', 'erase', '--email', 'asks.by.mail@example.org', '--reason', 'Asked by mail'];
    const said = await works(...words);
    expect(said).toContain('one submission without co-authors');
    expect(said).toContain('Nothing was erased.');
    const known = `select 1 from person_address where address = 'asks.by.mail@example.org'`;
    expect(await app.db.query(known)).toHaveLength(1);
    expect(await works(...words, '--yes')).toContain('Erased.');
    expect(await app.db.query(known)).toEqual([]);
    expect(await concord([...words, '--yes'])).toMatchObject({
      code: 1,
      stderr: 'Nobody is known by asks.by.mail@example.org.\n',
    });
  }, 60_000);

  it('checks the invariants, with a code that says how it went', async () => {
    expect(await works('check-invariants')).toMatch(/All \d+ invariants hold\.\n$/);
    await app.db.query(
      `insert into idempotency_key (owner, key, route, body_hash, created_at) values ('x', 'y', 'z', '', now())`,
    );
    const { code, stdout } = await concord(['check-invariants', '--json']);
    expect(code).toBe(1);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { invariant: string; broken: number });
    expect(lines.filter(({ broken }) => broken > 0)).toEqual([
      { invariant: 'idempotency-result', broken: 1, offending: ['x y'] },
    ]);
    expect((await concord(['check-invariants'])).stdout).toContain('idempotency-result: x y');
  });

  it('starts the embedded database for the length of a command, and leaves a running one running', async () => {
    const own = { VAR_DIR: join(folder, 'var') };
    const running = join(folder, 'var', 'postgres', 'postmaster.pid');
    expect(await concord(['migrate'], own)).toMatchObject({ code: 0, stdout: 'The schema is up to date.\n' });
    expect(existsSync(running)).toBe(false);
    const postgres = await startEmbeddedPostgres({ dir: join(folder, 'var', 'postgres') });
    try {
      expect(await concord(['check-invariants'], own)).toMatchObject({ code: 0 });
      expect(existsSync(running)).toBe(true);
    } finally {
      await postgres.stop();
    }
  }, 90_000);
});
