import { Line, Text } from './fields.js';
import type { Refusal } from './refusal.js';
import { parse } from './validate.js';

class Dto {
  @Line(10, { optional: true }) line?: string;
  @Text(20, { optional: true }) text?: string;
}

/** What is told of the fields, or the value as it was taken. */
const told = (input: object): unknown => {
  try {
    return parse(Dto, input);
  } catch (error) {
    return (error as Refusal).fields;
  }
};

describe('the longest text', () => {
  const family = '👩‍👩‍👧‍👦';
  const england = '\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}';

  it.each([family, england, '👩🏽‍❤️‍💋‍👨🏿', 'é', '和', 'Z\u0316\u0317\u0318\u0319'])('has ten of %s', (one) => {
    expect(told({ line: one.repeat(10) })).toEqual({ line: one.repeat(10) });
    expect(told({ line: one.repeat(11) })).toEqual([
      { field: 'line', code: 'maxLength', limit: 10, value: 11 },
    ]);
  });

  it.each([
    ['joiners', `a${'\u200d'.repeat(200)}`, 601],
    ['tags', `\u{1f3f4}${'\u{e0061}'.repeat(200)}`, 804],
    ['the first letters of Hangul syllables', '\u1100'.repeat(200), 600],
  ])('has no one character of endless %s', (_what, line, value) => {
    expect(told({ line })).toEqual([{ field: 'line', code: 'bytes', limit: 400, value }]);
  });

  it('is told fast of what is much too long', () => {
    const start = performance.now();
    expect(told({ line: 'x'.repeat(1_000_000) })).toEqual([
      { field: 'line', code: 'maxLength', limit: 10, value: 1_000_000 },
    ]);
    expect(told({ line: 'ก็'.repeat(150_000) })).toEqual([expect.objectContaining({ code: 'bytes' })]);
    expect(performance.now() - start).toBeLessThan(500);
  });
});
