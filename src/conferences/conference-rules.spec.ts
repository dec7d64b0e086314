import {
  changeWindow,
  daysProblem,
  isDay,
  isLanguage,
  planList,
  sameScale,
  startOfDay,
} from './conference-rules.js';
import type { CallWindow, WindowChange } from './conference-rules.js';

describe('isDay', () => {
  it.each([
    ['2027-10-31', true],
    ['2028-02-29', true],
    ['2027-02-29', false],
    ['2027-13-01', false],
    ['0000-01-01', false],
    ['1899-12-31', false],
    ['1900-01-01', true],
    ['2200-12-31', true],
    ['2201-01-01', false],
    ['31.10.2027', false],
    ['', false],
    [20271031, false],
    [null, false],
  ])('%p: %p', (value, expected) => {
    expect(isDay(value)).toBe(expected);
  });
});

describe('isLanguage', () => {
  it.each([
    ['hy', true],
    ['az-Latn', true],
    ['AZ', false],
    ['az_Latn', false],
    ['', false],
    [null, false],
  ])('%p: %p', (value, expected) => {
    expect(isLanguage(value)).toBe(expected);
  });
});

describe('startOfDay', () => {
  it('is the end of the day before', () => {
    expect(startOfDay('2027-10-01', 'Asia/Baku')).toEqual(new Date('2027-09-30T20:00:00Z'));
    expect(startOfDay('2027-03-01', 'Etc/GMT+12')).toEqual(new Date('2027-03-01T12:00:00Z'));
  });
});

describe('changeWindow', () => {
  const window: CallWindow = {
    opensAt: new Date('2027-09-01T00:00:00Z'),
    closesAt: new Date('2027-11-01T12:00:00Z'),
    zone: 'Etc/GMT+12',
    graceMinutes: 30,
  };
  const before = new Date('2027-08-01T00:00:00Z');
  const during = new Date('2027-10-01T08:00:00Z');
  const after = new Date('2027-12-01T00:00:00Z');
  const change = (wanted: WindowChange, now: Date, of = window, shown = '2027-10-31') =>
    changeWindow(of, shown, wanted, 'Asia/Tbilisi', now);
  const codes = (wanted: WindowChange, now: Date) =>
    change(wanted, now).problems.map((problem) => `${problem.field} ${problem.code}`);

  it('leaves what is not named, and a deadline that is named as it is shown', () => {
    expect(change({}, during)).toEqual({ window, problems: [] });
    expect(change({ deadlineDay: '2027-10-31', deadlineZone: 'Etc/GMT+12' }, during)).toEqual({
      window,
      problems: [],
    });
  });

  it('does not reopen a call that was closed in the middle of the day whose name it gets', () => {
    const closed = { ...window, closesAt: during, graceMinutes: 0 };
    expect(change({ deadlineDay: '2027-09-30' }, during, closed, '2027-09-30').window.closesAt).toEqual(
      during,
    );
  });

  it('moves the deadline with a reason once the call has opened, and without one before', () => {
    const wanted = { deadlineDay: '2027-11-10' };
    expect(change({ ...wanted, reason: 'Mail was down.' }, during).window.closesAt).toEqual(
      new Date('2027-11-11T12:00:00Z'),
    );
    expect(codes(wanted, during)).toEqual(['call.reason required']);
    expect(codes(wanted, before)).toEqual([]);
  });

  it('keeps the day when only the zone changes', () => {
    expect(change({ deadlineZone: 'Asia/Yerevan', reason: 'r' }, during).window.closesAt).toEqual(
      new Date('2027-10-31T20:00:00Z'),
    );
  });

  it('takes grace and opening day', () => {
    const { window: next, problems } = change({ graceMinutes: 5, opensOn: '2027-08-15' }, before);
    expect(problems).toEqual([]);
    expect(next).toMatchObject({ graceMinutes: 5, opensAt: new Date('2027-08-14T20:00:00Z') });
  });

  it('closes at once and ends the grace', () => {
    const { window: next, problems } = change({ closeNow: true, reason: 'Enough.' }, during);
    expect(problems).toEqual([]);
    expect(next).toMatchObject({ closesAt: during, graceMinutes: 0 });
  });

  it.each<[string, WindowChange, Date, string[]]>([
    ['closing without a reason', { closeNow: true }, during, ['call.reason required']],
    ['closing twice', { closeNow: true, reason: 'r' }, after, ['call.closeNow alreadyClosed']],
    ['closing before it opens', { closeNow: true }, before, ['call.closeNow notOpenYet']],
    [
      'closing and moving',
      { closeNow: true, deadlineDay: '2027-11-10', reason: 'r' },
      during,
      ['call.closeNow closeOrMove'],
    ],
    ['a deadline in the past', { deadlineDay: '2027-09-15', reason: 'r' }, during, ['call.deadlineDay past']],
    ['a deadline before the opening', { opensOn: '2027-12-01' }, before, ['call.deadlineDay beforeOpening']],
  ])('refuses %s', (_name, wanted, now, expected) => {
    expect(codes(wanted, now)).toEqual(expected);
  });

  it('leaves the window where a day or zone cannot be', () => {
    expect(change({ opensOn: '2027-09-10', deadlineDay: '2027-02-30' }, before).window.closesAt).toEqual(
      window.closesAt,
    );
    expect(
      changeWindow(window, '2027-10-31', { opensOn: '2027-09-10' }, 'No/Where', before).window.opensAt,
    ).toEqual(window.opensAt);
  });
});

describe('daysProblem', () => {
  it.each([
    [null, null, undefined],
    ['2028-05-12', null, undefined],
    ['2028-05-12', '2028-05-12', undefined],
    [null, '2028-05-12', 'startsOn required'],
    ['2028-05-12', '2028-05-11', 'endsOn beforeStart'],
  ])('%p to %p: %p', (start, end, expected) => {
    const problem = daysProblem(start, end);
    expect(problem && `${problem.field} ${problem.code}`).toBe(expected);
  });
});

describe('planList', () => {
  const existing = [
    { id: 'b', position: 2 },
    { id: 'a', position: 1 },
    { id: 'c', position: 3 },
  ];

  it('retires what is not named, in its present order', () => {
    expect(planList('topics', existing, [{ id: 'c', title: 'C' }, { title: 'New' }])).toEqual({
      retired: ['a', 'b'],
      problems: [],
    });
  });

  it('refuses unknown ids, ids named twice and titles named twice', () => {
    const wanted = [
      { id: 'x', title: 'X' },
      { id: 'a', title: 'A' },
      { id: 'a', title: 'Again' },
      { title: 'x' },
    ];
    expect(
      planList('topics', existing, wanted).problems.map((problem) => `${problem.field} ${problem.code}`),
    ).toEqual(['topics[0].id unknown', 'topics[2].id unknown', 'topics[3].title twice']);
  });
});

describe('sameScale', () => {
  const inForce = [
    { id: 'a', weight: 1 },
    { id: 'b', weight: 2 },
  ];

  it.each([
    ['other order and words', [{ id: 'b', weight: 2 }, { id: 'a' }], true],
    [
      'another weight',
      [
        { id: 'a', weight: 3 },
        { id: 'b', weight: 2 },
      ],
      false,
    ],
    ['one less', [{ id: 'a', weight: 1 }], false],
    ['a new one', [{ id: 'a', weight: 1 }, { weight: 2 }], false],
  ])('%s', (_name, wanted, expected) => {
    expect(sameScale(inForce, wanted)).toBe(expected);
  });
});
