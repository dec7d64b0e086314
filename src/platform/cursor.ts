import { Refusal } from './refusal.js';

/** An opaque cursor holding the sort key of the last item of a page. */
export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** @throws Refusal 400 for anything that was not made by {@link encodeCursor} with as many parts. */
export function decodeCursor(cursor: string, parts: number): (string | number)[] {
  try {
    const key = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown;
    if (
      Array.isArray(key) &&
      key.length === parts &&
      key.every((part) => typeof part === 'string' || typeof part === 'number')
    )
      return key;
  } catch {
    // Falls through to the refusal.
  }
  throw new Refusal('malformed', 'malformed', { fields: [{ field: 'after', code: 'cursor' }] });
}
