import { needlesOf, patternOf, withoutNeedles } from './needles.js';

const person = (names: string[], addresses: string[] = []) =>
  needlesOf({ id: 'p', names, addresses, replacement: 'Name erased' });

describe('needlesOf', () => {
  it('takes addresses and names that are surely meant', () => {
    expect(person(['Ani Example', 'Ani', 'Hovhannisyan', ''], ['ani@example.org', ''])).toEqual([
      'ani@example.org',
      'Ani Example',
      'Hovhannisyan',
    ]);
  });
});

describe('patternOf', () => {
  it('takes texts literally, the longest first', () => {
    expect(patternOf(['a.b', 'a.b+c@d'])).toBe(String.raw`a\.b\+c@d|a\.b`);
    expect(patternOf([])).toBeUndefined();
  });
});

describe('withoutNeedles', () => {
  it('replaces in any case, and writes the replacement as it is', () => {
    expect(
      withoutNeedles('Dear ANI EXAMPLE (ani@example.org)', ['Ani Example', 'ani@example.org'], '$&'),
    ).toBe('Dear $& ($&)');
    expect(withoutNeedles('Dear Ani', [], 'x')).toBe('Dear Ani');
  });
  it('finds what stands in elements of its own', () => {
    const html = 'ani<span>@</span>example<span>.</span>org and A &amp; B';
    expect(withoutNeedles(html, ['ani@example.org', 'A & B'], 'x', { marked: true })).toBe('x and x');
  });
});
