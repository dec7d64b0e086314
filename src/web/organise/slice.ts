import { badCursor, decodeCursor, encodeCursor } from '../../platform/cursor.js';
import { text, type Form } from '../form.js';

/** Rows on a page of a list. */
export const PAGE_ROWS = 50;
const MOST = 1_000_000;

/** The place in a list, from 0, at which the page begins that `?after=` or `?before=` asks for. @throws Refusal 400 */
export function startOf(query: Form): number {
  const cursor = text(query, 'after') || text(query, 'before');
  if (!cursor) return 0;
  const [start] = decodeCursor(cursor, ['number']);
  if (typeof start === 'number' && Number.isInteger(start) && start >= 0 && start <= MOST) return start;
  throw badCursor();
}

/** Opaque cursors of the neighbouring pages. */
export function neighbours(
  start: number,
  matching: number,
  rows = PAGE_ROWS,
): { previous?: string; next?: string } {
  return {
    ...(start > 0 && { previous: encodeCursor([Math.max(0, start - rows)]) }),
    ...(start + rows < matching && { next: encodeCursor([start + rows]) }),
  };
}

/** A filter of the address where it is one of the words that it may be; anything else filters nothing. */
export function oneOf<W extends string>(query: Form, name: string, words: readonly W[]): W | undefined {
  return words.find((word) => word === text(query, name));
}

/** What is searched for, at most as long as a search makes sense. */
export const searched = (query: Form): string | undefined =>
  text(query, 'q').trim().slice(0, 200) || undefined;

/** Filters without those that are not set. */
export function present<F extends Record<string, string | undefined>>(
  filters: F,
): { [K in keyof F]?: NonNullable<F[K]> } {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value)) as {
    [K in keyof F]?: NonNullable<F[K]>;
  };
}
