import { normaliseOrcid } from './orcid.js';

describe('normaliseOrcid', () => {
  it.each([
    ['0000-0002-1825-0097', '0000-0002-1825-0097'],
    [' 0000-0002-1825-0097 ', '0000-0002-1825-0097'],
    ['https://orcid.org/0000-0002-1825-0097', '0000-0002-1825-0097'],
    ['http://www.orcid.org/0000-0002-1825-0097/', '0000-0002-1825-0097'],
    ['HTTPS://ORCID.ORG/0000-0002-1694-233X', '0000-0002-1694-233X'],
    ['0000-0002-1694-233x', '0000-0002-1694-233X'],
    ['0000-0001-5109-3700', '0000-0001-5109-3700'],
  ])('takes %s', (given, expected) => {
    expect(normaliseOrcid(given)).toBe(expected);
  });

  it.each(
    [
      ['', '0000-0002-1825-0098', '0000-0002-1694-2330', '0000-0002-1825-009X', '0000000218250097'],
      ['0000-0002-1825-00977', '0000-0002-1825', 'X000-0002-1825-0097', '٠٠٠٠-0002-1825-0097'],
      ['https://example.org/0000-0002-1825-0097', 'https://orcid.org.example.org/0000-0002-1825-0097'],
      ['orcid.org/0000-0002-1825-0097', 'https://orcid.org/0000-0002-1825-0097?x', ' '.repeat(100_000)],
    ].flat(),
  )('refuses %.50j', (given) => {
    expect(normaliseOrcid(given)).toBeUndefined();
  });

  it('notices every single wrong digit', () => {
    const right = '0000-0002-1825-0097';
    const changed = Array.from(right).flatMap((_, at) =>
      Array.from('0123456789', (digit) => right.slice(0, at) + digit + right.slice(at + 1)),
    );
    expect(new Set(changed.map(normaliseOrcid))).toEqual(new Set([right, undefined]));
    expect(changed.filter((given) => normaliseOrcid(given) === right && given !== right)).toEqual([]);
  });
});
