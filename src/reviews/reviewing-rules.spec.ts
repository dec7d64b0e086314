import {
  disagreements,
  dueStep,
  isLate,
  letterOf,
  opensByItself,
  reminderAt,
  reviewsEnd,
  scheduleOf,
  seated,
} from './reviewing-rules.js';

const due = new Date('2027-12-02T12:00:00Z');
const zones = { due: 'Etc/GMT+12', conference: 'Asia/Tbilisi' };
const at = (text: string): Date => new Date(text);

describe('the end of reviewing', () => {
  it('is the due date with the late days, or never', () => {
    expect(reviewsEnd(null, 5)).toBeNull();
    expect(reviewsEnd(due, 0)).toEqual(due);
    expect(reviewsEnd(due, 2)).toEqual(at('2027-12-04T12:00:00Z'));
  });

  it('tells a late review from one in time', () => {
    expect(isLate(due, null)).toBe(false);
    expect(isLate(null, due)).toBe(false);
    expect(isLate(due, new Date(due.getTime() - 1))).toBe(false);
    expect(isLate(due, due)).toBe(true);
  });
});

describe('reminders', () => {
  it('are counted from the last day, in the morning where the conference is', () => {
    // Anywhere on Earth the last day is 1 December; nine in Tbilisi is five in UTC.
    expect(reminderAt(due, 0, zones)).toEqual(at('2027-12-01T05:00:00Z'));
    expect(reminderAt(due, -7, zones)).toEqual(at('2027-11-24T05:00:00Z'));
    expect(reminderAt(due, 2, zones)).toEqual(at('2027-12-03T05:00:00Z'));
  });

  it('stay at the same hour where clocks change', () => {
    const paris = { due: 'Europe/Paris', conference: 'Europe/Paris' };
    const autumn = at('2027-10-31T23:00:00Z');
    expect(reminderAt(autumn, 0, paris)).toEqual(at('2027-10-31T08:00:00Z'));
    expect(reminderAt(autumn, -1, paris)).toEqual(at('2027-10-30T07:00:00Z'));
  });

  it('are kept in order, each once', () => {
    expect(scheduleOf([2, -7, 2, -1])).toEqual([-7, -1, 2]);
  });

  it('are the last whose time has come, and none from before', () => {
    const long = at('2027-01-01T00:00:00Z');
    const step = (now: string, since = long): number | null =>
      dueStep([2, -7, -1], due, zones, since, at(now));
    expect(step('2027-11-24T04:59:59Z')).toBeNull();
    expect(step('2027-11-24T05:00:00Z')).toBe(-7);
    expect(step('2027-12-02T00:00:00Z')).toBe(-1);
    expect(step('2027-12-31T00:00:00Z')).toBe(2);
    expect(step('2027-11-25T00:00:00Z', at('2027-11-24T12:00:00Z'))).toBeNull();
    expect(dueStep([], due, zones, long, due)).toBeNull();
  });
});

describe('the places of a panel', () => {
  it('have letters', () => {
    expect([1, 2, 26, 27, 52, 53, 703].map(letterOf)).toEqual(['A', 'B', 'Z', 'AA', 'AZ', 'BA', 'AAA']);
  });

  it('are drawn by lot, whatever the order in which reviewers come', () => {
    const last = (below: number): number => below - 1;
    const first = (): number => 0;
    expect(seated(['c', 'a', 'b'], 0, last).map((one) => one.reviewerId)).toEqual(['a', 'b', 'c']);
    expect(seated(['a', 'b', 'c'], 0, first)).toEqual(seated(['c', 'b', 'a'], 0, first));
    expect(seated(['a', 'b', 'c'], 0, first).map((one) => one.reviewerId)).not.toEqual(['a', 'b', 'c']);
    expect(seated(['x'], 3, first)).toEqual([{ reviewerId: 'x', place: 4 }]);
  });
});

describe('disagreement', () => {
  const criteria = [{ id: 'a' }, { id: 'b' }];

  it('is two steps or more on a scale', () => {
    expect(
      disagreements(
        [
          { overall: 2, scores: { a: 1, b: 3 } },
          { overall: 4, scores: { a: 5 } },
        ],
        criteria,
      ),
    ).toEqual([
      { on: 'overall', lowest: 2, highest: 4 },
      { on: 'a', lowest: 1, highest: 5 },
    ]);
  });

  it('is none among those who are close, or where nothing was said', () => {
    expect(disagreements([], criteria)).toEqual([]);
    expect(
      disagreements(
        [
          { overall: null, scores: { a: 3 } },
          { overall: 4, scores: { a: 4 } },
        ],
        criteria,
      ),
    ).toEqual([]);
  });
});

describe('a discussion', () => {
  it('opens by itself with the last review of a whole panel', () => {
    expect(opensByItself(3, 3, 3)).toBe(true);
    expect(opensByItself(3, 2, 3)).toBe(false);
    expect(opensByItself(2, 2, 3)).toBe(false);
    expect(opensByItself(4, 4, 3)).toBe(true);
    expect(opensByItself(1, 1, 1)).toBe(false);
  });
});
