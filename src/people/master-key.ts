import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { StartFailure } from '../platform/start-failure.js';
import { newKey } from './sealed.js';

const FORM = /^concord-master-key-1 ([0-9a-f]{64})\n?$/;

/** Reads the key that wraps all others. @returns undefined where there is no file @throws StartFailure when it holds none */
export function readMasterKey(file: string): Buffer | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw new StartFailure(`The master key ${file} cannot be read (${codeOf(cause)}).`);
  }
  const digits = FORM.exec(text)?.[1];
  if (!digits) throw new StartFailure(`The file ${file} holds no master key.`);
  return Buffer.from(digits, 'hex');
}

/** Makes the key where none is. Processes that start at once agree on one: the first link wins, and it appears whole. */
export function makeMasterKey(file: string): Buffer {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(draft, `concord-master-key-1 ${newKey().toString('hex')}\n`, {
      mode: 0o600,
      flag: 'wx',
      flush: true,
    });
    linkSync(draft, file);
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST')
      throw new StartFailure(`The master key ${file} cannot be written (${codeOf(cause)}).`);
  } finally {
    rmSync(draft, { force: true });
  }
  return readMasterKey(file)!;
}

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code ?? 'unknown');
