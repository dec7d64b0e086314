import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { readHead, type SignedHead } from './tree-head.js';

/**
 * The last head that a worker has signed, kept outside the database: one that is put back from a backup, or turned back
 * by somebody, is noticed by it.
 */
const fileOf = (folder: string, log: string): string => join(folder, `record-head-${log}.json`);

/** @returns null where none is kept, or what is kept cannot be read. */
export async function readKeptHead(folder: string, log: string): Promise<SignedHead | null> {
  try {
    const head = readHead(JSON.parse(await readFile(fileOf(folder, log), 'utf8')));
    return head.log === log ? head : null;
  } catch {
    return null;
  }
}

export async function keepHead(folder: string, head: SignedHead): Promise<void> {
  const draft = `${fileOf(folder, head.log)}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, `${JSON.stringify(head)}\n`);
  await rename(draft, fileOf(folder, head.log));
}
