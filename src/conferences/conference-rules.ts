import type { FieldProblem } from '../platform/refusal.js';
import { endOfDay } from './deadline.js';

const FIRST_YEAR = 1900;
const LAST_YEAR = 2200;

/** Whether a text is a calendar day `YYYY-MM-DD` on which a conference may be. */
export function isDay(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  const year = Number(value.slice(0, 4));
  if (year < FIRST_YEAR || year > LAST_YEAR) return false;
  const time = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}

/** Whether a text is a language tag in its canonical form, as `az` or `az-Latn`. */
export function isLanguage(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  try {
    return Intl.getCanonicalLocales(value)[0] === value;
  } catch {
    return false;
  }
}

/** The instant at which a day begins in a zone. */
export function startOfDay(day: string, zone: string): Date | undefined {
  const before = new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  return endOfDay(before, zone);
}

/** When a call takes abstracts. */
export interface CallWindow {
  opensAt: Date;
  /** Exclusive. */
  closesAt: Date;
  zone: string;
  graceMinutes: number;
}

/** What the organisers want of a window; what is absent stays. */
export interface WindowChange {
  /** Day on which the call opens, in the conference's zone. */
  opensOn?: string | undefined;
  /** Last day of the call, in `deadlineZone`. */
  deadlineDay?: string | undefined;
  deadlineZone?: string | undefined;
  graceMinutes?: number | undefined;
  closeNow?: boolean | undefined;
  reason?: string | undefined;
}

/**
 * The window after a change. `shownDay` is the day under which the present deadline is shown: naming it again moves
 * nothing, so that saving a form does not reopen a call that was closed in the middle of a day.
 * @returns the window, and the fields that a rule refuses (paths below `call.`).
 */
export function changeWindow(
  window: CallWindow,
  shownDay: string,
  change: WindowChange,
  conferenceZone: string,
  now: Date,
): { window: CallWindow; problems: FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const next = { ...window, zone: change.deadlineZone ?? window.zone };
  next.graceMinutes = change.graceMinutes ?? window.graceMinutes;
  if (change.opensOn) next.opensAt = startOfDay(change.opensOn, conferenceZone) ?? window.opensAt;
  const day = change.deadlineDay ?? shownDay;
  const moved = day !== shownDay || next.zone !== window.zone;
  if (moved) next.closesAt = endOfDay(day, next.zone) ?? window.closesAt;
  if (change.closeNow) {
    next.closesAt = now;
    next.graceMinutes = 0;
    if (moved) problems.push({ field: 'call.closeNow', code: 'closeOrMove' });
    else if (now >= window.closesAt) problems.push({ field: 'call.closeNow', code: 'alreadyClosed' });
    else if (now <= window.opensAt) problems.push({ field: 'call.closeNow', code: 'notOpenYet' });
  } else if (moved && next.closesAt <= now) {
    problems.push({ field: 'call.deadlineDay', code: 'past', value: day });
  } else if (next.closesAt <= next.opensAt) {
    problems.push({ field: 'call.deadlineDay', code: 'beforeOpening', value: day });
  }
  const told = window.opensAt <= now && next.closesAt.getTime() !== window.closesAt.getTime();
  if (told && !change.reason) problems.push({ field: 'call.reason', code: 'required' });
  return { window: next, problems };
}

/** Whether the days of a conference are in order; an end needs a beginning. */
export function daysProblem(startsOn: string | null, endsOn: string | null): FieldProblem | undefined {
  if (endsOn === null || (startsOn !== null && endsOn >= startsOn)) return undefined;
  return startsOn === null
    ? { field: 'startsOn', code: 'required' }
    : { field: 'endsOn', code: 'beforeStart', limit: startsOn, value: endsOn };
}

/** An entry of an ordered list as somebody wants it: with the id it has, or new. */
export interface WantedEntry {
  id?: string | undefined;
  title: string;
}

/**
 * What a replacement of an ordered list means for the rows that are there.
 * @returns ids to retire in their present order, and the fields that a rule refuses.
 */
export function planList(
  name: string,
  existing: readonly { id: string; position: number }[],
  wanted: readonly WantedEntry[],
): { retired: string[]; problems: FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const known = new Set(existing.map((row) => row.id));
  const ids = new Set<string>();
  const titles = new Set<string>();
  for (const [index, entry] of wanted.entries()) {
    const title = entry.title.toLowerCase();
    if (titles.has(title))
      problems.push({ field: `${name}[${index}].title`, code: 'twice', value: entry.title });
    titles.add(title);
    if (entry.id === undefined) continue;
    if (!known.has(entry.id) || ids.has(entry.id))
      problems.push({ field: `${name}[${index}].id`, code: 'unknown', value: entry.id });
    ids.add(entry.id);
  }
  const retired = existing
    .filter((row) => !ids.has(row.id))
    .toSorted((a, b) => a.position - b.position)
    .map((row) => row.id);
  return { retired, problems };
}

/** Whether two lists of criteria ask the same of a reviewer: the same criteria with the same weights, in any words. */
export function sameScale(
  inForce: readonly { id: string; weight: number }[],
  wanted: readonly { id?: string | undefined; weight?: number | undefined }[],
): boolean {
  const weights = new Map(inForce.map((row) => [row.id, row.weight]));
  return (
    wanted.length === weights.size &&
    wanted.every((entry) => entry.id !== undefined && weights.get(entry.id) === (entry.weight ?? 1))
  );
}
