import { daysOf, wordsOf } from './reviewing-form.js';

describe('words of a scale', () => {
  it('are a list as the form sends one, or none of one’s own', () => {
    expect(wordsOf(['no', '', '', '', 'yes'])).toEqual(['no', '', '', '', 'yes']);
    expect(wordsOf({ 0: 'no', 1: 'yes' })).toEqual(['no', 'yes']);
    expect(wordsOf(['', ' ', '', '', ''])).toEqual([]);
    expect(wordsOf(undefined)).toEqual([]);
    expect(wordsOf(null)).toEqual([]);
    expect(wordsOf([{}])).toEqual([{}]);
  });
});

describe('days of a schedule', () => {
  it('stand in a line as people write them', () => {
    expect(daysOf('-7, -1;2')).toEqual([-7, -1, 2]);
    expect(daysOf(' \u22127  +3 ')).toEqual([-7, 3]);
    expect(daysOf('')).toEqual([]);
    expect(daysOf('soon, 1')).toEqual(['soon', 1]);
  });
});
