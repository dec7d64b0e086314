import { createHash, randomBytes } from 'node:crypto';

/**
 * Identifiers that nobody can guess, count or put in order of time. Crockford's base 32 has no i, l, o and u, so that
 * people can read a code aloud and no word comes out by chance.
 */

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const ID = /^[0-9a-hjkmnp-tv-z]{16}$/;
const CODE = /^[A-Z][A-Z0-9]{0,9}-[0-9A-HJKMNP-TV-Z]{5}$/;
const PREFIX = /^[A-Z][A-Z0-9]{0,9}$/;

/** A new identifier for a row: 16 characters, 80 random bits. */
export function newId(): string {
  return random(16);
}

/**
 * A new code that people read, such as `PSC-7KQF3`: 25 random bits, so the data base must hold it unique within its
 * conference, and the writer try again. It names a thing and opens nothing. The prefix is 1 to 10 of A-Z and 0-9,
 * beginning with a letter; another throws a RangeError.
 */
export function newCode(prefix: string): string {
  if (!PREFIX.test(prefix)) throw new RangeError(`"${prefix}" is no prefix of a code`);
  return `${prefix}-${random(5).toUpperCase()}`;
}

/** A new secret for a link, a session or a token: 256 random bits in 43 characters of base64url. Keep its hash only. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Whether the text has the form of {@link newId}. */
export function isId(text: string): boolean {
  return ID.test(text);
}

/** Whether the text has the form of {@link newCode}. */
export function isCode(text: string): boolean {
  return CODE.test(text);
}

/** What is kept of a secret: SHA-256, 64 lower-case hex digits. No salt, as the secret is random and long. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret, 'utf8').digest('hex');
}

/** 256 is a multiple of 32, so each character is equally likely. */
function random(length: number): string {
  return Array.from(randomBytes(length), (byte) => ALPHABET[byte % 32]).join('');
}
