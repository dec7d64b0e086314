import type { FieldProblem } from '../platform/refusal.js';

export const ATTENDANCES = ['in_person', 'online'] as const;
export type Attendance = (typeof ATTENDANCES)[number];

/** Whether the interpretation wanted is one that the conference offers; none is always fine. */
export function interpretationProblem(
  wanted: string | null | undefined,
  offered: readonly string[],
): FieldProblem | undefined {
  if (!wanted || offered.includes(wanted)) return undefined;
  return { field: 'interpretation', code: 'notOffered', limit: offered.join(', '), value: wanted };
}

/**
 * What becomes of a registration when its person has one already: a held one gives way to the newer, a confirmed one
 * stays. Only its own person is told that it is there.
 */
export function onSecond(
  existing: { heldUntil: Date | null } | null,
  own: boolean,
): 'add' | 'replace' | 'refuse' | 'keepSilently' {
  if (!existing) return 'add';
  if (existing.heldUntil) return 'replace';
  return own ? 'refuse' : 'keepSilently';
}

/** A language's name in that language, as "Հայերեն" for `hy`. */
export function ownName(tag: string): string {
  return new Intl.DisplayNames([tag], { type: 'language' }).of(tag)!;
}

/** The days of a conference in words, as "12–14 May 2028"; undefined while they are not known. */
export function daysInWords(
  startsOn: string | null,
  endsOn: string | null,
  locale: string,
): string | undefined {
  if (!startsOn) return undefined;
  const format = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
  return format.formatRange(new Date(startsOn), new Date(endsOn ?? startsOn));
}
