import { Refusal } from './refusal.js';
import { isStorable } from './text.js';

/** What a part of a sort key is: an instant as PostgreSQL or ISO 8601 writes it, a text, or a number. */
export type CursorPart = 'instant' | 'text' | 'number';

/** An opaque cursor holding the sort key of the last item of a page. */
export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/**
 * The key in a cursor, of the given parts. What passes can be compared by the database: anybody may write a cursor.
 * @throws Refusal 400 for anything that was not made by {@link encodeCursor} of such parts.
 */
export function decodeCursor(cursor: string, parts: readonly CursorPart[]): (string | number)[] {
  try {
    const key = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown;
    if (
      Array.isArray(key) &&
      key.length === parts.length &&
      key.every((part: unknown, index) => isPart(part, parts[index]!))
    )
      return key;
  } catch {
    // Falls through to the refusal.
  }
  throw badCursor();
}

/** The refusal of a cursor that leads nowhere. */
export const badCursor = (): Refusal =>
  new Refusal('malformed', 'malformed', { fields: [{ field: 'after', code: 'cursor' }] });

function isPart(part: unknown, kind: CursorPart): part is string | number {
  if (kind === 'number') return typeof part === 'number';
  return typeof part === 'string' && (kind === 'instant' ? isInstant(part) : isStorable(part));
}

const INSTANT =
  /^(?!0000)(\d{4}-\d{2}-\d{2})[ T](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?(?:Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)$/;

function isInstant(text: string): boolean {
  const day = INSTANT.exec(text)?.[1];
  if (day === undefined) return false;
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}
