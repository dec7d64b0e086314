import type { Wanted } from '../../decisions/pending-decisions.service.js';
import type { BoardRow } from '../../decisions/decision.view.js';
import { OUTCOMES, type Outcome } from '../../submissions/submission-states.js';

/** What a decision may follow on: the others are settled, and only a correction on their own page moves them. */
const OPEN: readonly string[] = ['submitted', 'under_review', 'conditionally_accepted', 'waitlisted'];

/** The rows that wait for a decision or for its release; once nothing does, all of them. */
export function openRows<R extends Pick<BoardRow, 'status' | 'pendingOutcome'>>(
  rows: readonly R[],
): readonly R[] {
  const open = rows.filter(({ status, pendingOutcome }) => pendingOutcome !== null || OPEN.includes(status));
  return open.length > 0 ? open : rows;
}

/** Places by mean, from 1; equal means share a place, and without reviews there is none. `rows` are in the board's order. */
export function ranks(rows: readonly Pick<BoardRow, 'id' | 'mean'>[]): Map<string, number | null> {
  const found = new Map<string, number | null>();
  let rank = 0;
  let before: number | null = null;
  for (const [index, { id, mean }] of rows.entries()) {
    if (mean !== null && mean !== before) rank = index + 1;
    before = mean;
    found.set(id, mean === null ? null : rank);
  }
  return found;
}

/** Which rows may well lie on the other side of the line of places. */
export interface CloseCalls {
  above: ReadonlySet<string>;
  below: ReadonlySet<string>;
}

/**
 * Which may well lie on the other side of the line than their mean puts them: those above whose calibrated score may be lower than
 * the line, and those below whose may be higher. The line stands halfway between the calibrated scores next to it.
 * @param rows in the board's order
 * @returns null without a line or without calibrated scores on both sides of it
 */
export function closeCalls(
  rows: readonly Pick<BoardRow, 'id' | 'calibrated'>[],
  places: number,
): CloseCalls | null {
  const scores = rows.map(({ calibrated }) => calibrated).filter((one) => one !== null);
  const sorted = scores.map(({ score }) => score).toSorted((a, b) => b - a);
  const [last, first] = [sorted[places - 1], sorted[places]];
  if (last === undefined || first === undefined) return null;
  const line = (last + first) / 2;
  const ids = (some: typeof rows): ReadonlySet<string> => new Set(some.map(({ id }) => id));
  return {
    above: ids(rows.slice(0, places).filter(({ calibrated }) => calibrated && calibrated.low < line)),
    below: ids(rows.slice(places).filter(({ calibrated }) => calibrated && calibrated.high > line)),
  };
}

/** How a group fares; null where so few lie behind a number that it would tell of somebody. */
export interface GroupFigures {
  key: string;
  decided: number | null;
  accepted: number | null;
}

/** Behind a number that is shown lie at least so many submissions. */
export const LEAST_IN_GROUP = 5;

/**
 * Figures of groups with the small ones left out. Where that is a single group, the next smallest goes too: otherwise the total
 * less the others would give it away.
 * @param partition every submission is in one group only, so that a total can be taken apart
 */
export function withoutSmall(
  groups: readonly { key: string; decided: number; accepted: number }[],
  partition: boolean,
): GroupFigures[] {
  const hidden = new Set(groups.filter(({ decided }) => decided < LEAST_IN_GROUP).map(({ key }) => key));
  if (partition && hidden.size === 1) {
    const next = groups.filter(({ key }) => !hidden.has(key)).toSorted((a, b) => a.decided - b.decided)[0];
    if (next) hidden.add(next.key);
  }
  return groups.map(({ key, decided, accepted }) =>
    hidden.has(key) ? { key, decided: null, accepted: null } : { key, decided, accepted },
  );
}

/** How many have which pending outcome; `none` are those that have none. */
export function pendingCounts(
  rows: readonly Pick<BoardRow, 'pendingOutcome'>[],
): Record<Outcome, number> & { none: number } {
  const counts = Object.fromEntries([...OUTCOMES, 'none'].map((key) => [key, 0])) as Record<
    Outcome,
    number
  > & { none: number };
  for (const { pendingOutcome } of rows) counts[pendingOutcome ?? 'none'] += 1;
  return counts;
}

const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

const isOutcome = (value: unknown): value is Outcome => (OUTCOMES as readonly unknown[]).includes(value);

/** The words that are typed once for all chosen rows. */
export const BULK_WORDS = ['textToAuthors', 'conditions'] as const;

/**
 * Reads the board's form: every row's outcome, or with `act=bulk` one outcome for the chosen rows, with the words typed beside it. Whatever is no outcome
 * means "not decided".
 */
export function wantedOutcomes(form: Readonly<Record<string, unknown>>): Wanted[] {
  const versions = recordOf(form['versions']);
  const seen = (id: string): number | undefined => {
    const version = versions[id];
    return typeof version === 'string' && /^\d{1,9}$/.test(version) ? Number(version) : undefined;
  };
  if (form['act'] === 'bulk') {
    const outcome = form['outcome'];
    const chosen = Array.isArray(form['chosen']) ? form['chosen'] : [form['chosen']];
    if (!isOutcome(outcome)) return [];
    const words = Object.fromEntries(
      BULK_WORDS.flatMap((name) => {
        const text = form[name];
        return typeof text === 'string' && text.trim() !== '' ? [[name, text]] : [];
      }),
    );
    return chosen
      .filter((id): id is string => typeof id === 'string' && id !== '')
      .map((id) => ({
        id,
        outcome,
        seenVersion: seen(id),
        ...(Object.keys(words).length > 0 && { words }),
      }));
  }
  return Object.entries(recordOf(form['outcomes'])).map(([id, outcome]) => ({
    id,
    outcome: isOutcome(outcome) ? outcome : null,
    seenVersion: seen(id),
  }));
}
