import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../platform/embedded-postgres.js';
import { ToolFailure } from './failure.js';
import { startSink, type Sink } from './sink.js';
import { builtFile } from '../platform/program.js';

/** An instance of one's own: a server process with its own port, database, files and mail server, all gone after `stop`. */
export interface OwnInstance {
  url: string;
  databaseUrl: string;
  sink: Sink;
  /** What its processes are told; another one beside them needs the same keys, files and database. */
  settings: Readonly<NodeJS.ProcessEnv>;
  /** Runs a command of the CLI on this instance. @returns what it printed. @throws ToolFailure with its complaint */
  cli(...words: string[]): Promise<string>;
  stop(): Promise<void>;
}

const START_MS = 120_000;
const STOP_MS = 60_000;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Starts an instance and waits until it is seeded and serves. It is told of its database as a server in use would be, so
 * that no example conference is seeded beside what is measured.
 * @throws ToolFailure when it does not start
 */
export async function startOwnInstance(): Promise<OwnInstance> {
  const varDir = await mkdtemp(join(tmpdir(), 'concord-own-'));
  const postgres = await startEmbeddedPostgres({ dir: join(varDir, 'postgres'), maxConnections: 200 });
  const sink = await startSink();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    PORT: String(port),
    HOST: '127.0.0.1',
    PUBLIC_URL: url,
    VAR_DIR: varDir,
    DATABASE_URL: postgres.url,
    WORKER: 'inline',
    SMTP_URL: sink.url,
    LOG_LEVEL: 'warn',
    NODE_OPTIONS: '',
  };
  const server = spawn(process.execPath, [builtFile('main.js')], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()));
  let complaint = '';
  server.stderr.on('data', (part: Buffer) => (complaint = `${complaint}${part.toString()}`.slice(-2000)));

  const interrupted = (): void => void stop().finally(() => process.exit(130));
  const stop = async (): Promise<void> => {
    for (const signal of SIGNALS) process.removeListener(signal, interrupted);
    if (server.exitCode === null && server.signalCode === null) {
      server.kill('SIGTERM');
      const late = setTimeout(() => server.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(late);
    }
    await sink.stop();
    await postgres.stop();
    await rm(varDir, { recursive: true, force: true });
  };
  // The database would outlive us.
  for (const signal of SIGNALS) process.once(signal, interrupted);
  try {
    await firstLine(server, () => complaint);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    databaseUrl: postgres.url,
    sink,
    settings: environment,
    cli: (...words) => runCli(builtFile('cli.js'), words, environment),
    stop,
  };
}

/** The server prints its address once it is seeded and listens. */
function firstLine(server: ChildProcess, complaint: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new ToolFailure('The instance did not start in time.')), START_MS);
    const done = (act: () => void): void => {
      clearTimeout(late);
      act();
    };
    server.stdout!.once('data', () => done(resolve));
    server.stdout!.resume();
    server.once('error', (error) =>
      done(() => reject(new ToolFailure(`The instance cannot be started: ${error.message}`))),
    );
    server.once('close', () =>
      done(() =>
        reject(
          new ToolFailure(`The instance ended at its start: ${complaint().trim() || 'it gave no reason.'}`),
        ),
      ),
    );
  });
}

/**
 * Runs a command of the CLI in a process of its own.
 * @param environment this process's own unless given
 * @throws ToolFailure when it ends with another code than zero
 */
export function runCli(
  cli: string,
  words: readonly string[],
  environment?: NodeJS.ProcessEnv,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...words], {
      ...(environment && { env: environment }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    let complaint = '';
    child.stdout.on('data', (part: Buffer) => (printed += part.toString()));
    child.stderr.on('data', (part: Buffer) => (complaint += part.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(printed);
      else reject(new ToolFailure(`"concord ${words.join(' ')}" failed: ${(complaint + printed).trim()}`));
    });
  });
}

/** A port of 127.0.0.1 that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
