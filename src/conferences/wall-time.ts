import { DateTime } from 'luxon';

/**
 * The instant at which clocks in a zone show a day (`YYYY-MM-DD`) and a time (`HH:MM`); the first of two where clocks go back.
 * `undefined` for what is no day or time, and for a time that clocks skip.
 */
export function atWallTime(day: string, time: string, zone: string): Date | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || !/^\d\d:\d\d$/.test(time)) return undefined;
  const local = DateTime.fromISO(`${day}T${time}`, { zone });
  if (!local.isValid || local.toFormat('yyyy-MM-dd HH:mm') !== `${day} ${time}`) return undefined;
  return local.getPossibleOffsets()[0]!.toJSDate();
}
