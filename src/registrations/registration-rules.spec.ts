import { daysInWords, interpretationProblem, onSecond, ownName } from './registration-rules.js';

describe('interpretationProblem', () => {
  it.each([undefined, null, '', 'hy'])('takes %p', (wanted) => {
    expect(interpretationProblem(wanted, ['hy', 'az'])).toBeUndefined();
  });

  it('refuses a language that is not offered and names those that are', () => {
    expect(interpretationProblem('ka', ['hy', 'az'])).toEqual({
      field: 'interpretation',
      code: 'notOffered',
      limit: 'hy, az',
      value: 'ka',
    });
  });
});

describe('a second registration', () => {
  const held = { heldUntil: new Date(0) };
  const confirmed = { heldUntil: null };

  it.each([
    [null, true, 'add'],
    [null, false, 'add'],
    [held, true, 'replace'],
    [held, false, 'replace'],
    [confirmed, true, 'refuse'],
    [confirmed, false, 'keepSilently'],
  ])('existing %p, own %p: %s', (existing, own, expected) => {
    expect(onSecond(existing, own)).toBe(expected);
  });
});

describe('words for mail', () => {
  it('names a language in itself', () => {
    expect(['hy', 'az', 'ru', 'tr'].map(ownName)).toEqual(['հայերեն', 'azərbaycan', 'русский', 'Türkçe']);
  });

  it.each([
    [null, null, undefined],
    ['2028-05-12', null, '12 May 2028'],
    ['2028-05-12', '2028-05-12', '12 May 2028'],
    ['2028-05-12', '2028-05-14', '12–14 May 2028'],
    ['2028-05-30', '2028-06-02', '30 May – 2 June 2028'],
  ])('days %p to %p: %p', (start, end, expected) => {
    // CLDR puts thin spaces where its versions differ.
    expect(
      daysInWords(start, end, 'en')?.replace(/\s*–\s*/u, (dash) =>
        start === '2028-05-30' ? ' – ' : dash.trim(),
      ),
    ).toBe(expected);
  });

  it('follows another language', () => {
    expect(daysInWords('2028-05-12', null, 'tr')).toBe('12 Mayıs 2028');
  });
});
