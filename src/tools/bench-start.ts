import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ToolFailure } from './failure.js';
import { freePort } from './own-instance.js';
import { projectFile } from '../platform/program.js';

const LOOK_EVERY_MS = 10;
const PATIENCE_MS = 120_000;

/** Seconds from `npm start` with an empty data folder to the first page served. */
export async function timeToFirstPage(): Promise<number> {
  const varDir = await mkdtemp(join(tmpdir(), 'concord-start-'));
  const port = await freePort();
  const from = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: projectFile('.'),
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      PORT: String(port),
      VAR_DIR: varDir,
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'ignore', 'ignore'],
    // A group of its own, so that npm and what it starts can be told to stop together.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  try {
    while (!(await serves(port))) {
      if (child.exitCode !== null) throw new ToolFailure('"npm start" ended before it served a page.');
      if (performance.now() - from > PATIENCE_MS)
        throw new ToolFailure('"npm start" served no page in time.');
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    return Math.round((performance.now() - from) / 10) / 100;
  } finally {
    await stop(child, ended, port);
    await rm(varDir, { recursive: true, force: true });
  }
}

function serves(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/' }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode === 200));
    });
    request.once('error', () => resolve(false));
  });
}

/** npm may go before the server has; nothing may be left when the folder is removed. */
async function stop(child: ChildProcess, ended: Promise<void>, port: number): Promise<void> {
  if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
  await ended;
  for (let tries = 0; tries < 600 && groupLives(child.pid); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  if (await serves(port)) throw new ToolFailure('The server did not stop.');
}

function groupLives(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}
