import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { StartFailure } from '../platform/start-failure.js';
import { keyedHash, keyFor, newKey, open, seal } from './sealed.js';

const FORM = /^concord-master-key-1 ([0-9a-f]{64})\n?$/;

/** What can be done with the master key; it never leaves the process. */
export interface MasterKey {
  /** Tells one from another, and nothing about it: the database knows by it which one is in use. */
  name: string;
  wrap(personId: string, key: Buffer): string;
  /** @throws Error for what another key has wrapped, or for another person */
  unwrap(personId: string, wrapped: string): Buffer;
  /** What an address in its identity form is found by where it is not written itself. */
  lookup(address: string): string;
  /** What is kept of a request's body: nobody can try words against it. */
  bodyHash(body: string): string;
}

/** Reads the key that wraps all others. @returns undefined where there is no file @throws StartFailure when it holds none */
export function readMasterKey(file: string): MasterKey | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw new StartFailure(`The master key ${file} cannot be read (${codeOf(cause)}).`);
  }
  const digits = FORM.exec(text)?.[1];
  if (!digits) throw new StartFailure(`The file ${file} holds no master key.`);
  return masterKey(Buffer.from(digits, 'hex'));
}

/** Makes the key where none is. Processes that start at once agree on one: the first link wins, and it appears whole. */
export function makeMasterKey(file: string): MasterKey {
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

/** The key that is to come, written beside the one in use; one that an exchange has left behind is taken up again. */
export function makeNextMasterKey(file: string): MasterKey {
  return readNextMasterKey(file) ?? makeMasterKey(nextFile(file));
}

/** @returns undefined where no exchange has begun */
export const readNextMasterKey = (file: string): MasterKey | undefined => readMasterKey(nextFile(file));

/**
 * Puts the next key in the place of the one in use, which is kept under its own name: backups from before need it.
 * @returns the file in which the former one lies
 */
export function useNextMasterKey(file: string): string {
  const kept = `${file}.${readMasterKey(file)?.name ?? 'none'}`;
  try {
    rmSync(kept, { force: true });
    linkSync(file, kept);
    renameSync(nextFile(file), file);
  } catch (cause) {
    throw new StartFailure(`The master key ${file} cannot be put into use (${codeOf(cause)}).`);
  }
  return kept;
}

const nextFile = (file: string): string => `${file}.next`;

function masterKey(key: Buffer): MasterKey {
  const wrapping = keyFor(key, 'wrapping');
  const addresses = keyFor(key, 'addresses');
  const bodies = keyFor(key, 'bodies');
  return {
    name: keyedHash(keyFor(key, 'name of the key'), '').slice(0, 16),
    wrap: (personId, personKey) => seal(wrapping, personId, personKey.toString('base64url')),
    unwrap: (personId, wrapped) => Buffer.from(open(wrapping, personId, wrapped), 'base64url'),
    lookup: (address) => keyedHash(addresses, address),
    bodyHash: (body) => keyedHash(bodies, body),
  };
}

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code ?? 'unknown');
