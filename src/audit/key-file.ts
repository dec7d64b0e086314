import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { RecordTrouble } from './record-trouble.js';
import { keyIdOf } from './tree-head.js';

/** A key as it lies in its file, with its name and its public half. */
export interface SecretKey {
  keyId: string;
  privateKey: KeyObject;
  /** SPKI as PEM. */
  publicKey: string;
}

/** A key that is written and not yet in use lies beside the one that is. */
const nextFile = (file: string): string => `${file}.next`;

/** Reads a key. @returns undefined where there is no file. @throws RecordTrouble when it holds no key of Ed25519 */
export function readKeyFile(file: string): SecretKey | undefined {
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw new RecordTrouble(`The signing key ${file} cannot be read (${codeOf(cause)}).`, { cause });
  }
  try {
    const privateKey = createPrivateKey(pem);
    if (privateKey.asymmetricKeyType === 'ed25519') return secretKey(privateKey);
  } catch {
    // Falls through: whatever is wrong with it, its words may hold parts of the key.
  }
  throw new RecordTrouble(`The file ${file} holds no private key of Ed25519 (PEM).`);
}

/** Makes a key where none is. Processes that start at once agree on one: the first link wins, and it appears whole. */
export function makeKeyFile(file: string): SecretKey {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  writeKey(draft, newKey());
  try {
    linkSync(draft, file);
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') throw cannotWrite(file, cause);
  } finally {
    rmSync(draft, { force: true });
  }
  return readKeyFile(file)!;
}

/** Writes a new key beside the one in use, which stays until {@link useNextKey}. */
export function makeNextKey(file: string): SecretKey {
  const key = newKey();
  rmSync(nextFile(file), { force: true });
  writeKey(nextFile(file), key);
  return key;
}

/** Puts the next key in the place of the one in use, whose private half is gone then. @returns it, if there was one */
export function useNextKey(file: string): SecretKey | undefined {
  const next = readKeyFile(nextFile(file));
  if (next) renameSync(nextFile(file), file);
  return next;
}

/** The key that waits to be put into use. */
export const readNextKey = (file: string): SecretKey | undefined => readKeyFile(nextFile(file));

function newKey(): SecretKey {
  return secretKey(generateKeyPairSync('ed25519').privateKey);
}

function secretKey(privateKey: KeyObject): SecretKey {
  const publicKey = createPublicKey(privateKey);
  return {
    keyId: keyIdOf(publicKey),
    privateKey,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

function writeKey(file: string, { privateKey }: SecretKey): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
    writeFileSync(file, pem, { mode: 0o600, flag: 'wx', flush: true });
  } catch (cause) {
    throw cannotWrite(file, cause);
  }
}

const cannotWrite = (file: string, cause: unknown): RecordTrouble =>
  new RecordTrouble(`The signing key ${file} cannot be written (${codeOf(cause)}).`, { cause });

function codeOf(error: unknown): string {
  return typeof error === 'object' && error && 'code' in error ? String(error.code) : 'unknown';
}
