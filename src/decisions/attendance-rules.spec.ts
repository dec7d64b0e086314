import { attendanceState, freePlaces, reminderDue, waitlistOrder } from './attendance-rules.js';

const on = (day: number): Date => new Date(Date.UTC(2028, 1, day));

describe('reminderDue', () => {
  it('is the latest whose day has come', () => {
    expect(reminderDue(on(20), [7, 2], on(12))).toBeUndefined();
    expect(reminderDue(on(20), [7, 2], on(13))).toBe(7);
    expect(reminderDue(on(20), [7, 2], on(18))).toBe(2);
    expect(reminderDue(on(20), [7, 2], on(20))).toBeUndefined();
    expect(reminderDue(on(20), [], on(19))).toBeUndefined();
  });
});

describe('attendanceState', () => {
  it('is overdue once the time is over', () => {
    expect(attendanceState('confirmed', on(20), on(25))).toBe('confirmed');
    expect(attendanceState('published', null, on(25))).toBe('confirmed');
    expect(attendanceState('accepted', on(20), on(19))).toBe('waiting');
    expect(attendanceState('accepted', on(20), on(20))).toBe('overdue');
    expect(attendanceState('accepted', null, on(20))).toBe('waiting');
  });
});

describe('freePlaces', () => {
  it('is never less than none', () => {
    expect(freePlaces(10, 4)).toBe(6);
    expect(freePlaces(10, 12)).toBe(0);
    expect(freePlaces(null, 12)).toBeNull();
  });
});

describe('waitlistOrder', () => {
  it('goes by rank, then by mean', () => {
    const rows = [
      { id: 'e', rank: null, mean: null },
      { id: 'd', rank: null, mean: null },
      { id: 'c', rank: null, mean: 4 },
      { id: 'b', rank: 2, mean: 1 },
      { id: 'f', rank: 2, mean: 1 },
      { id: 'a', rank: 1, mean: 3 },
    ];
    expect(rows.toSorted(waitlistOrder).map(({ id }) => id)).toEqual(['a', 'b', 'f', 'c', 'd', 'e']);
    expect(rows.toReversed().toSorted(waitlistOrder)[0]!.id).toBe('a');
  });
});
