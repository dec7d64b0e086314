const DAY_MS = 86_400_000;

/**
 * Which reminder is due now: the latest of those whose day has come. Earlier ones are left out, so that whoever was accepted late
 * gets one and not all at once.
 * @param confirmBy until when authors are asked to confirm, exclusive
 * @param days before that, on which the conference reminds
 * @returns its days, or undefined while none is due and once the time is over
 */
export function reminderDue(confirmBy: Date, days: readonly number[], now: Date): number | undefined {
  if (now >= confirmBy) return undefined;
  const due = days.filter((before) => confirmBy.getTime() - before * DAY_MS <= now.getTime());
  return due.length === 0 ? undefined : Math.min(...due);
}

/** Where an accepted submission stands with its confirmation; `overdue`: the organisers decide what becomes of its place. */
export type AttendanceState = 'confirmed' | 'waiting' | 'overdue';

/** @param confirmBy null where the conference does not ask */
export function attendanceState(status: string, confirmBy: Date | null, now: Date): AttendanceState {
  if (status === 'confirmed' || status === 'published') return 'confirmed';
  return confirmBy !== null && now >= confirmBy ? 'overdue' : 'waiting';
}

/** How many places are free: those of the conference less those that are taken; null where nobody has said how many there are. */
export const freePlaces = (places: number | null, taken: number): number | null =>
  places === null ? null : Math.max(0, places - taken);

/** The order of a waiting list: by rank, then those without one by their mean, best first, then by id. */
export function waitlistOrder(
  a: { rank: number | null; mean: number | null; id: string },
  b: { rank: number | null; mean: number | null; id: string },
): number {
  const byRank = (a.rank ?? Infinity) - (b.rank ?? Infinity);
  if (a.rank !== b.rank) return byRank;
  return (b.mean ?? 0) - (a.mean ?? 0) || (a.id < b.id ? -1 : 1);
}
