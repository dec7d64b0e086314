import { atWallTime } from './wall-time.js';

describe('atWallTime', () => {
  it('is what clocks in the zone show', () => {
    expect(atWallTime('2027-12-01', '09:30', 'Asia/Tbilisi')).toEqual(new Date('2027-12-01T05:30:00Z'));
  });
  it('takes the first of two, and none that is skipped', () => {
    expect(atWallTime('2027-10-31', '02:30', 'Europe/Berlin')).toEqual(new Date('2027-10-31T00:30:00Z'));
    expect(atWallTime('2027-03-28', '02:30', 'Europe/Berlin')).toBeUndefined();
  });
  it.each([
    ['2027-02-29', '09:30', 'UTC'],
    ['1 December', '09:30', 'UTC'],
    ['2027-12-01', '9.30', 'UTC'],
    ['2027-12-01', '09:30', 'Nowhere/Land'],
  ])('knows what is none: %s %s %s', (day, time, zone) => {
    expect(atWallTime(day, time, zone)).toBeUndefined();
  });
});
