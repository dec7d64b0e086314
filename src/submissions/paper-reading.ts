import { execFile, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { builtFile } from '../platform/program.js';
import { Refusal } from '../platform/refusal.js';
import { MOST_PAGES, type CleanPaper } from './paper-clean.js';
import type { PaperReply } from './paper-child.js';

/** Of the process that reads one file. */
const MOST_MS = 20_000;
const MOST_HEAP_MB = 384;
const MOST_MEMORY_MB = 768;
const WATCH_MS = 50;
/** So many files are read at once; the others wait. */
const AT_ONCE = 2;

const PAGE_BYTES = 4096;
const WORDS_MS = 10_000;
const WORDS_BYTES = 2 * 1024 * 1024;

let reading = 0;
const queue: (() => void)[] = [];

/**
 * Reads and cleans a file that somebody has sent, in a process of its own that has neither the server's environment nor much
 * time or memory: the file is hostile until it was written anew.
 * @throws Refusal 422 `paper.notPdf`, `.locked`, `.broken`, `.pages`, `.heavy`
 */
export async function readPaper(bytes: Buffer): Promise<CleanPaper> {
  if (reading >= AT_ONCE) await new Promise<void>((resolve) => queue.push(resolve));
  reading += 1;
  try {
    const reply = await ask(bytes);
    if (reply.kind === 'done') return reply;
    throw new Refusal('rule', `paper.${reply.fault}`, { values: { limit: MOST_PAGES } });
  } finally {
    reading -= 1;
    queue.shift()?.();
  }
}

function ask(bytes: Buffer): Promise<PaperReply> {
  return new Promise((resolve) => {
    const child = fork(builtFile('submissions/paper-child.js'), [], {
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${MOST_HEAP_MB}`],
      env: { TZ: 'UTC' },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    let reply: PaperReply = { kind: 'refused', fault: 'heavy' };
    const kill = (): boolean => child.kill('SIGKILL');
    const late = setTimeout(kill, MOST_MS);
    const watch = setInterval(() => {
      if (memoryMb(child.pid) > MOST_MEMORY_MB) kill();
    }, WATCH_MS);
    child.on('message', (message: PaperReply) => (reply = message));
    const end = (): void => {
      clearTimeout(late);
      clearInterval(watch);
      resolve(reply);
    };
    child.once('error', end);
    child.once('close', end);
    // A process that is dead already is reported by "close".
    child.send(bytes, () => {});
  });
}

/** What a process holds, where the system tells (Linux); else 0, and time alone ends it. */
function memoryMb(pid: number | undefined): number {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES) / 1024 / 1024;
  } catch {
    return 0;
  }
}

/**
 * The words of a paper's pages, by poppler's `pdftotext`, from the cleaned copy: of as many pages as can be read within some
 * seconds, none where it is not installed. The paper is handed over by a pipe, so no file is left behind.
 */
export function wordsOfPages(pdf: Uint8Array): Promise<string[]> {
  return new Promise((resolve) => {
    const child = execFile(
      'pdftotext',
      ['-l', String(MOST_PAGES), '-enc', 'UTF-8', '-', '-'],
      { timeout: WORDS_MS, killSignal: 'SIGKILL', maxBuffer: WORDS_BYTES, encoding: 'utf8' },
      // Each page ends with a form feed: what comes after the last is a page that was cut off, or nothing.
      (_error, text) => resolve(text.split('\f').slice(0, -1)),
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(pdf);
  });
}
