import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/*
 * What may be read with a person's key alone: AES-256-GCM, a fresh nonce each time. The words that a text is sealed with
 * ("about") must be given again to open it, so that a sealed text cannot be put in the place of another.
 */

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MARK = 'sealed1.';
const SEALED = /^sealed1\.[A-Za-z0-9_-]{38,}$/;

/** A key of 256 random bits. */
export const newKey = (): Buffer => randomBytes(KEY_BYTES);

/** A key for one purpose, made from another (HKDF, RFC 5869); the same each time. */
export function keyFor(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `concord ${purpose}`, KEY_BYTES));
}

/** A hash that nobody can compute, or try words against, without the key: HMAC-SHA-256 in hexadecimal. */
export const keyedHash = (key: Buffer, text: string): string =>
  createHmac('sha256', key).update(text, 'utf8').digest('hex');

/** Whether a text has the form of what {@link seal} makes. */
export const isSealed = (text: string): boolean => SEALED.test(text);

export function seal(key: Buffer, about: string, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(about, 'utf8'));
  const sealed = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
  return `${MARK}${Buffer.concat(sealed).toString('base64url')}`;
}

/** @throws Error for another key, other words it is about, or a text that was changed; it never says more. */
export function open(key: Buffer, about: string, sealed: string): string {
  if (!isSealed(sealed)) throw new Error('this is not sealed');
  const bytes = Buffer.from(sealed.slice(MARK.length), 'base64url');
  const end = bytes.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(about, 'utf8'));
  decipher.setAuthTag(bytes.subarray(end));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, end)), decipher.final()]).toString(
      'utf8',
    );
  } catch {
    throw new Error('this cannot be opened with this key');
  }
}
