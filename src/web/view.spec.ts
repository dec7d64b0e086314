import { translator } from '../platform/i18n.js';
import {
  AOE,
  byAlphabet,
  formatCalendarDay,
  formatDate,
  formatDay,
  formatInstant,
  formatNumber,
  formatShare,
  formatTime,
  intlLocale,
  lastMinute,
  paths,
  timeLeft,
  zoneWords,
} from './view.js';

const view = { t: translator('en'), locale: 'en', now: new Date('2027-10-08T10:00:00Z') };
const end = new Date('2027-11-01T12:00:00Z');

describe('dates in words', () => {
  it('shows an exclusive end as the last minute before it, in every zone', () => {
    const shown = lastMinute(end);
    expect(formatInstant(view, shown, AOE)).toBe('31 October 2027, 23:59');
    expect(formatInstant(view, shown, 'Asia/Tbilisi', { year: false })).toBe('1 November, 15:59');
    expect(formatDate(view, shown, AOE)).toBe('31 October 2027');
    expect(formatDay(view, shown, AOE)).toBe('31 October');
    expect(formatTime(view, new Date('2027-11-01T00:05:00Z'), 'UTC')).toBe('00:05');
  });

  it('keeps calendar days as they are', () => {
    expect(formatCalendarDay(view, '2027-11-28')).toBe('28 November');
    expect(formatCalendarDay(view, '2027-11-28', { year: true })).toBe('28 November 2027');
  });

  it('names zones', () => {
    expect(zoneWords(view, AOE)).toBe('anywhere on Earth');
    expect(zoneWords(view, 'America/New_York')).toBe('New York');
    expect(zoneWords(view, 'UTC')).toBe('UTC');
  });

  it.each([
    ['2027-11-01T12:00:00Z', '24 days'],
    ['2027-10-10T09:59:00Z', '47 hours'],
    ['2027-10-08T11:00:00Z', 'one hour'],
    ['2027-10-08T10:00:01Z', 'one minute'],
    ['2027-10-08T10:00:00Z', null],
  ])('says how long until %s', (until, words) => {
    expect(timeLeft(view, new Date(until))).toBe(words);
  });
});

describe('numbers and order', () => {
  it('uses the separators of the language', () => {
    expect(formatNumber(view, 1709)).toBe('1,709');
    expect(formatNumber(view, 4.25, 1)).toBe('4.3');
    expect(formatShare(view, 0.7103)).toBe('71%');
    expect(intlLocale({ locale: 'hy' })).toBe('hy');
  });

  it('sorts by the alphabet and leaves its input alone', () => {
    const names = ['Öland', 'Zug', 'Oslo'];
    expect(byAlphabet(view, names, (name) => name)).toEqual(['Öland', 'Oslo', 'Zug']);
    expect(names).toEqual(['Öland', 'Zug', 'Oslo']);
  });
});

describe('paths', () => {
  it('leaves no slash at the end of the overview', () => {
    expect(paths.organise('p')).toBe('/conferences/p/organise');
    expect(paths.organise('p', 'mail')).toBe('/conferences/p/organise/mail');
  });
});
