import { DateTime, IANAZone } from 'luxon';

/**
 * Deadlines: entered and shown as date and zone, kept as an exclusive instant. A deadline of 31 October "Anywhere on
 * Earth" ends at 1 November 12:00:00.000 UTC, and what arrives at that very millisecond is late.
 */

/** "Anywhere on Earth", UTC-12: the last place where a day ends. (POSIX signs: `+12` is west.) */
export const AOE = 'Etc/GMT+12';

/** When a call takes submissions. A missing end is open: a rolling call has no `closesAt`. */
export interface Window {
  readonly opensAt: Date | null;
  /** exclusive */
  readonly closesAt: Date | null;
  /** how long after `closesAt` submissions are still taken, never shown before it */
  readonly graceMs: number;
}

export type WindowState = 'before' | 'open' | 'grace' | 'closed';

/** A span cut down to whole minutes; `past` when `to` is not after `from`, the numbers then say how long ago. */
export interface TimeLeft {
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
  readonly past: boolean;
}

/** Whether the text names a zone of the IANA data base (`Asia/Baku`, `Etc/GMT+12`, `UTC`); offsets and `local` are none. */
export function isZone(zone: string): boolean {
  return /^[A-Za-z]/.test(zone) && IANAZone.isValidZone(zone);
}

/**
 * The exclusive end of a day in a zone: the instant at which the next day starts there. `undefined` for a day that does
 * not exist (`2027-02-29`, or the one that the zone skipped), another form than `YYYY-MM-DD`, or an unknown zone.
 */
export function endOfDay(date: string, zone: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || date.startsWith('0000') || !isZone(zone)) return undefined;
  const [year, month, day] = date.split('-').map(Number);
  const midnight = DateTime.fromObject({ year, month, day }, { zone });
  if (!midnight.isValid || midnight.toISODate() !== date) return undefined;
  const next = midnight.plus({ days: 1 }).startOf('day');
  // Where clocks go back over midnight, it strikes twice: the day starts at the first.
  return next.getPossibleOffsets()[0]!.toJSDate();
}

/**
 * The day (`YYYY-MM-DD`) to show for an exclusive end: the last one of which a part lies before it. The inverse of {@link endOfDay}.
 * Throws a RangeError for an unknown zone or an invalid date.
 */
export function dayBefore(instant: Date, zone: string): string {
  return inZone(instant.getTime() - 1, zone).toFormat('yyyy-MM-dd');
}

/** The exclusive AoE end of the 31 October that comes next: the first one after `now`. */
export function nextOctober31(now: Date): Date {
  const local = inZone(now.getTime(), AOE);
  const end = DateTime.fromObject({ year: local.year, month: 11, day: 1 }, { zone: AOE });
  return (end > local ? end : end.plus({ years: 1 })).toJSDate();
}

/** Where an arrival lies in the window, to the millisecond. Grace is for the server's decision, not for pages. */
export function windowState(window: Window, arrival: Date): WindowState {
  const at = arrival.getTime();
  if (window.opensAt && at < window.opensAt.getTime()) return 'before';
  if (!window.closesAt || at < window.closesAt.getTime()) return 'open';
  return at < window.closesAt.getTime() + window.graceMs ? 'grace' : 'closed';
}

/** How much time is left between two instants, rounded down, so that nobody is promised a minute too much. */
export function timeLeft(from: Date, to: Date): TimeLeft {
  const minutes = Math.floor(Math.abs(to.getTime() - from.getTime()) / 60_000);
  return {
    days: Math.floor(minutes / 1_440),
    hours: Math.floor((minutes % 1_440) / 60),
    minutes: minutes % 60,
    past: to.getTime() <= from.getTime(),
  };
}

/**
 * The last minute inside a window, as people read it: `31 October 2027` and `23:59` for an end at midnight, in the
 * words of the locale and a 24-hour clock. Throws a RangeError for an unknown zone or an invalid date.
 */
export function lastMoment(closesAt: Date, zone: string, locale: string): { date: string; time: string } {
  const last = inZone(closesAt.getTime() - 1, zone).setLocale(locale === 'en' ? 'en-GB' : locale);
  return {
    date: last.toLocaleString({ dateStyle: 'long' }),
    time: last.toLocaleString({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
  };
}

function inZone(ms: number, zone: string): DateTime<true> {
  const there = DateTime.fromMillis(ms, { zone });
  if (!isZone(zone) || !there.isValid) throw new RangeError(`no instant ${ms} in zone "${zone}"`);
  return there;
}
