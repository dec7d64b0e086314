import { badCursor, decodeCursor, encodeCursor } from '../platform/cursor.js';
import type { PageQuery } from '../platform/paging.js';

/** A part of a list, and the cursor of the part after it or null. */
export interface Page<T> {
  items: T[];
  next: string | null;
}

/** The sort key `[instant, id]` after which a part begins; nulls at the beginning. @throws Refusal 400 */
export function afterOf(query: PageQuery): [at: Date | null, id: string | null] {
  if (!query.after) return [null, null];
  const [time, id] = decodeCursor(query.after, ['number', 'text']);
  const at = new Date(Number(time));
  // PostgreSQL's time begins later than JavaScript's.
  if (Number.isNaN(at.getTime()) || at.getTime() < 0) throw badCursor();
  return [at, String(id)];
}

/** Makes a page of rows in the order of `createdAt, id`, which were read with one more than the limit. */
export function pageOfRows<T extends { id: string; createdAt: Date }>(
  rows: readonly T[],
  limit: number,
): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  if (rows.length <= limit || !last) return { items, next: null };
  return { items, next: encodeCursor([last.createdAt.getTime(), last.id]) };
}
