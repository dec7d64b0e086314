import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

/**
 * What is signed and published of the record: a tree head says that the record had this many entries with this root at
 * this time. The signed bytes are lines of text, so that a reader can check them with nothing but a public key.
 */

/** Names a tree: the number of its epoch, how many entries it had, and its root in hex. */
export interface TreeName {
  epoch: number;
  size: number;
  root: string;
}

export interface TreeHead extends TreeName {
  /** The record's own name, which tells it from the records of other installations. */
  log: string;
  /** When it was signed: ISO 8601 in UTC, to the millisecond. */
  at: string;
  /** The last head that was published before the epoch began; null in the first epoch. */
  previous: TreeName | null;
}

export interface SignedHead extends TreeHead {
  /** Which key has signed; see {@link keyIdOf}. */
  keyId: string;
  /** Ed25519, base64. */
  signature: string;
}

const nameText = ({ epoch, size, root }: TreeName): string => `${epoch} ${size} ${root}`;

/** The bytes that are signed, each line ended by a line feed. */
export function headText({ log, epoch, size, root, at, previous }: TreeHead): string {
  return [
    'concord record head 1',
    `log ${log}`,
    `epoch ${epoch}`,
    `size ${size}`,
    `root ${root}`,
    `at ${at}`,
    `previous ${previous ? nameText(previous) : 'none'}`,
    '',
  ].join('\n');
}

/** The text by which a key names the one that follows it. */
export const successionText = (keyId: string, nextKeyId: string): string =>
  `concord record key 1\nkey ${keyId}\nnext ${nextKeyId}\n`;

/** The name of a public key: the first 16 hex digits of the SHA-256 of its SPKI form. */
export const keyIdOf = (publicKey: KeyObject): string =>
  createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);

/** A public key from its PEM text. @throws Error when it is none, or none of Ed25519 */
export function readPublicKey(pem: string): KeyObject {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('not a key of Ed25519');
  return key;
}

export function signText(text: string, privateKey: KeyObject): string {
  return sign(null, Buffer.from(text, 'utf8'), privateKey).toString('base64');
}

export function isSigned(text: string, signature: string, publicKey: KeyObject): boolean {
  return verify(null, Buffer.from(text, 'utf8'), publicKey, Buffer.from(signature, 'base64'));
}

/** Signs a head with a private key. */
export function signHead(head: TreeHead, privateKey: KeyObject): SignedHead {
  return {
    ...head,
    keyId: keyIdOf(createPublicKey(privateKey)),
    signature: signText(headText(head), privateKey),
  };
}

/** Whether the head was signed with the private half of this key. */
export const isHeadSigned = (head: SignedHead, publicKey: KeyObject): boolean =>
  head.keyId === keyIdOf(publicKey) && isSigned(headText(head), head.signature, publicKey);

const LOG = /^[0-9a-z]{1,64}$/;
const ROOT = /^[0-9a-f]{64}$/;
const KEY_ID = /^[0-9a-f]{16}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const SIGNATURE = /^[A-Za-z0-9+/]{86}==$/;

/** Reads a head from parsed JSON, which may have more in it. @throws Error naming what is not as in a head */
export function readHead(value: unknown): SignedHead {
  const text = (object: Record<string, unknown>, key: string, form: RegExp): string => {
    const found = object[key];
    if (typeof found !== 'string' || !form.test(found)) throw new Error(`not a tree head: ${key}`);
    return found;
  };
  const name = (object: Record<string, unknown>): TreeName => {
    const whole = (key: 'epoch' | 'size'): number => {
      const found = object[key];
      if (!Number.isSafeInteger(found) || (found as number) < 0) throw new Error(`not a tree head: ${key}`);
      return found as number;
    };
    return { epoch: whole('epoch'), size: whole('size'), root: text(object, 'root', ROOT) };
  };
  const object = objectOf(value);
  const previous = object['previous'];
  return {
    log: text(object, 'log', LOG),
    ...name(object),
    at: text(object, 'at', INSTANT),
    previous: previous === null ? null : name(objectOf(previous)),
    keyId: text(object, 'keyId', KEY_ID),
    signature: text(object, 'signature', SIGNATURE),
  };
}

function objectOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new Error('not a tree head');
  return value as Record<string, unknown>;
}
