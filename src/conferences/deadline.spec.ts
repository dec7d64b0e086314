import * as fc from 'fast-check';
import {
  AOE,
  dayBefore,
  endOfDay,
  isZone,
  lastMoment,
  nextOctober31,
  timeLeft,
  windowState,
} from './deadline.js';

const at = (iso: string) => new Date(iso);

describe('endOfDay', () => {
  it.each([
    ['2027-10-31', AOE, '2027-11-01T12:00:00.000Z'],
    ['2027-10-31', 'Asia/Yerevan', '2027-10-31T20:00:00.000Z'],
    ['2027-10-31', 'UTC', '2027-11-01T00:00:00.000Z'],
    ['2028-02-29', AOE, '2028-03-01T12:00:00.000Z'],
    ['2027-12-31', AOE, '2028-01-01T12:00:00.000Z'],
    // a day of 25 hours, and one of 23
    ['2027-10-31', 'Europe/Berlin', '2027-10-31T23:00:00.000Z'],
    ['2027-03-28', 'Europe/Berlin', '2027-03-28T22:00:00.000Z'],
    // midnight does not strike, and strikes twice
    ['2026-03-28', 'Asia/Beirut', '2026-03-28T22:00:00.000Z'],
    ['2026-10-31', 'America/Havana', '2026-11-01T04:00:00.000Z'],
    // the next day was skipped
    ['2011-12-29', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
  ])('of %s in %s is %s', (date, zone, expected) => {
    expect(endOfDay(date, zone)?.toISOString()).toBe(expected);
  });

  it.each([
    '',
    '2027-02-29',
    '2027-13-01',
    '2027-00-10',
    '2027-04-31',
    '2027-10-32',
    '2027-10-00',
    '0000-01-01',
    '2027-1-1',
    '27-10-31',
    '+002027-10-31',
    '2027-10-31T24:00',
    ' 2027-10-31',
    '2027-10-31\n',
    '2027/10/31',
    '31.10.2027',
    '2027-W44-7',
    '٢٠٢٧-10-31',
  ])('refuses the date %j', (date) => {
    expect(endOfDay(date, AOE)).toBeUndefined();
  });

  it('refuses a day that the zone skipped', () => {
    expect(endOfDay('2011-12-30', 'Pacific/Apia')).toBeUndefined();
  });

  it.each([
    '',
    'AoE',
    'local',
    'system',
    'default',
    'UTC-12',
    '-12:00',
    '+14:00',
    'Asia/Nowhere',
    'Asia/Baku ',
  ])('refuses the zone %j', (zone) => {
    expect(isZone(zone)).toBe(false);
    expect(endOfDay('2027-10-31', zone)).toBeUndefined();
  });
});

describe('dayBefore', () => {
  it('is the day of which the instant is the exclusive end', () => {
    expect(dayBefore(at('2027-11-01T12:00:00Z'), AOE)).toBe('2027-10-31');
    expect(dayBefore(at('2027-11-01T12:00:00.001Z'), AOE)).toBe('2027-11-01');
    expect(dayBefore(at('2027-10-31T13:00:00Z'), 'Asia/Baku')).toBe('2027-10-31');
  });

  it('takes back what endOfDay did', () => {
    const zones = [
      AOE,
      'Asia/Yerevan',
      'Asia/Baku',
      'Europe/Berlin',
      'America/Havana',
      'Asia/Beirut',
      'Pacific/Apia',
    ];
    const days = fc.date({ min: at('2024-01-01'), max: at('2040-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(days, fc.constantFrom(...zones), (day, zone) => {
        const date = day.toISOString().slice(0, 10);
        const end = endOfDay(date, zone);
        expect(end && dayBefore(end, zone)).toBe(date);
      }),
      { numRuns: 500 },
    );
  });

  it('throws for what is no zone and no instant', () => {
    expect(() => dayBefore(at('2027-11-01'), 'Asia/Nowhere')).toThrow(RangeError);
    expect(() => dayBefore(at('nonsense'), AOE)).toThrow(RangeError);
  });
});

describe('nextOctober31', () => {
  it.each([
    ['2026-11-22T00:00:00Z', '2027-11-01T12:00:00.000Z'],
    ['2027-01-01T00:00:00Z', '2027-11-01T12:00:00.000Z'],
    ['2027-11-01T11:59:59.999Z', '2027-11-01T12:00:00.000Z'],
    ['2027-11-01T12:00:00.000Z', '2028-11-01T12:00:00.000Z'],
    ['2028-01-01T11:59:59Z', '2028-11-01T12:00:00.000Z'],
  ])('after %s is %s', (now, expected) => {
    expect(nextOctober31(at(now)).toISOString()).toBe(expected);
  });
});

describe('windowState', () => {
  const window = {
    opensAt: at('2027-06-01T00:00:00Z'),
    closesAt: at('2027-11-01T12:00:00Z'),
    graceMs: 60_000,
  };

  it.each([
    ['2027-05-31T23:59:59.999Z', 'before'],
    ['2027-06-01T00:00:00.000Z', 'open'],
    ['2027-11-01T11:59:59.999Z', 'open'],
    ['2027-11-01T12:00:00.000Z', 'grace'],
    ['2027-11-01T12:00:59.999Z', 'grace'],
    ['2027-11-01T12:01:00.000Z', 'closed'],
  ])('at %s is %s', (arrival, expected) => {
    expect(windowState(window, at(arrival))).toBe(expected);
  });

  it('closes at once without grace', () => {
    expect(windowState({ ...window, graceMs: 0 }, window.closesAt)).toBe('closed');
  });

  it('has no beginning or no end when none is set', () => {
    expect(windowState({ ...window, opensAt: null }, at('2000-01-01'))).toBe('open');
    expect(windowState({ ...window, closesAt: null }, at('2100-01-01'))).toBe('open');
    expect(windowState({ ...window, closesAt: null }, at('2000-01-01'))).toBe('before');
  });
});

describe('timeLeft', () => {
  const from = at('2027-10-30T10:00:00Z');

  it.each([
    ['2027-11-01T12:34:59.999Z', { days: 2, hours: 2, minutes: 34, past: false }],
    ['2027-10-30T10:00:59.999Z', { days: 0, hours: 0, minutes: 0, past: false }],
    ['2027-10-31T10:00:00.000Z', { days: 1, hours: 0, minutes: 0, past: false }],
    ['2027-10-30T10:00:00.000Z', { days: 0, hours: 0, minutes: 0, past: true }],
    ['2027-10-29T08:59:00.000Z', { days: 1, hours: 1, minutes: 1, past: true }],
  ])('until %s', (to, expected) => {
    expect(timeLeft(from, at(to))).toEqual(expected);
  });
});

describe('lastMoment', () => {
  const end = at('2027-11-01T12:00:00Z');

  it.each([
    [AOE, 'en', '31 October 2027', '23:59'],
    [AOE, 'ru', '31 октября 2027 г.', '23:59'],
    [AOE, 'az', '31 oktyabr 2027', '23:59'],
    [AOE, 'tr', '31 Ekim 2027', '23:59'],
    ['Asia/Yerevan', 'en', '1 November 2027', '15:59'],
  ])('in %s for %s is %s, %s', (zone, locale, date, time) => {
    expect(lastMoment(end, zone, locale)).toEqual({ date, time });
  });

  it('writes the first hour as 00', () => {
    expect(lastMoment(at('2027-11-01T12:01:00Z'), AOE, 'en')).toEqual({
      date: '1 November 2027',
      time: '00:00',
    });
  });

  it('throws for what is no zone', () => {
    expect(() => lastMoment(end, 'nonsense', 'en')).toThrow(RangeError);
  });
});
