import * as fc from 'fast-check';
import {
  beginning,
  cleanLine,
  cleanText,
  graphemes,
  isPlain,
  isStorable,
  sha256,
  tooManyMarks,
} from './text.js';

const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
      fc.constantFrom(
        '\r',
        '\n',
        '\r\n',
        '\n\n',
        '\t',
        ' ',
        '\u0000',
        '\u2028',
        '\u2029',
        '\u200B',
        '\u202E',
        '\u0301',
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

describe('cleanLine', () => {
  it.each<[string, string, string]>([
    ['composes', 'Cafe\u0301', 'Café'],
    ['keeps the Armenian ligature', 'և', 'և'],
    ['keeps Azerbaijani letters', ' Ə ə ı İ ğ ş ', 'Ə ə ı İ ğ ş'],
    ['makes one line', 'a\r\nb\nc\u2028d\u2029e\u0085f\vg\fh\ti', 'a b c d e f g h i'],
    ['collapses white space of every kind', 'a\u00A0 \u3000b', 'a b'],
    ['strips controls', 'a\u0000b\u0007c\u001Bd\u007Fe\u0080f\u009Fg', 'abcdefg'],
    [
      'strips bidi controls',
      'paper\u202Efdp.exe \u061C\u200E\u200F\u202A\u202B\u202C\u202D\u2066\u2067\u2068\u2069',
      'paperfdp.exe',
    ],
    ['strips noncharacters', 'a\uFFFE\uFFFF\uFDD0\u{1FFFE}b', 'ab'],
    ['strips zero-width spaces', 'a\u200B\u2060\uFEFFb \u200B c', 'ab c'],
    ['keeps joiners', 'می\u200Cخواهم 👩\u200D👧', 'می\u200Cخواهم 👩\u200D👧'],
    ['keeps flags made of tags', '🏴\u{E0067}\u{E0062}\u{E007F}', '🏴\u{E0067}\u{E0062}\u{E007F}'],
    ['composes across what it strips', 'e\u200B\u0301', 'é'],
    ['empties what cannot be seen', ' \u200B\u200C\u200D\u00AD\u3164\uFE0F\u0301 ', ''],
    ['empties spaces', ' \t ', ''],
  ])('%s', (_, given, expected) => {
    expect(cleanLine(given)).toBe(expected);
  });

  it('is done after one time, and leaves one line in NFC without controls', () => {
    fc.assert(
      fc.property(anyText, (given) => {
        const once = cleanLine(given);
        expect(cleanLine(once)).toBe(once);
        expect(once.normalize('NFC')).toBe(once);
        expect(/[\p{Cc}\u2028\u2029\u200B\u2060\uFEFF\p{Bidi_Control}]|^ | $| {2}/u.test(once)).toBe(false);
      }),
    );
  });

  it('is fast on marks that make NFC slow', () => {
    const line = cleanLine(`a${'\u0301'.repeat(100_000)}${'\u0316'.repeat(100_000)}`);
    expect(tooManyMarks(line)).toBe(true);
  });
});

describe('cleanText', () => {
  it.each<[string, string, string]>([
    ['keeps lines, as LF', 'a\r\nb\rc\nd', 'a\nb\nc\nd'],
    ['takes U+2028, U+0085, VT and FF for line breaks', 'a\u2028b\u0085c\vd\fe', 'a\nb\nc\nd\ne'],
    ['takes U+2029 for the end of a paragraph', 'a\u2029b', 'a\n\nb'],
    ['makes a tab a space and trims lines', 'a\tb  c \n  d', 'a b c\nd'],
    ['keeps two blank lines', 'a\n\n\nb', 'a\n\n\nb'],
    ['shortens more blank lines to two', 'a\n \n\t\n\n\n\u200B\nb', 'a\n\n\nb'],
    ['trims', '\n\n a \n\n', 'a'],
    ['strips as a line does', 'a\u0000\u202E\u200B\uFFFFb\u200Dc', 'ab\u200Dc'],
    ['composes', 'e\u0301', 'é'],
    ['empties what cannot be seen', '\u200C\n\u200D', ''],
  ])('%s', (_, given, expected) => {
    expect(cleanText(given)).toBe(expected);
  });

  it('is done after one time, and never leaves three blank lines', () => {
    fc.assert(
      fc.property(anyText, (given) => {
        const once = cleanText(given);
        expect(cleanText(once)).toBe(once);
        expect(once.normalize('NFC')).toBe(once);
        expect(/\n{4}|(?!\n)\p{Cc}| {2}| \n|\n /u.test(once)).toBe(false);
      }),
    );
  });

  it('is the same as cleanLine for one line', () => {
    fc.assert(
      fc.property(anyText, (given) => {
        const line = cleanLine(given);
        expect(cleanText(line)).toBe(line);
      }),
    );
  });
});

describe('isStorable', () => {
  it.each<[string, boolean]>([
    ['', true],
    ['мир 和平 😀', true],
    ['a\u0000b', false],
    ['a\uD800b', false],
    ['\uDC00', false],
    ['\uDC00\uD800', false],
  ])('of %j is %s', (given, expected) => {
    expect(isStorable(given)).toBe(expected);
  });
});

describe('tooManyMarks', () => {
  it.each<[string, boolean]>([
    ['', false],
    [`a${'\u0301'.repeat(4)}b${'\u0301'.repeat(4)}`, false],
    [`a${'\u0301'.repeat(5)}`, true],
    ['a\u0301\u0302\u0303\u0304\u20DD', true],
    [`a${'\u0301\u200D'.repeat(5)}`, true],
    [`a${'\u0301\u034F'.repeat(3)}`, true],
    ['ကြွှေး', false],
    ['สวัสดี ชื่อ', false],
    ['1️⃣ 👩‍❤️‍👩', false],
  ])('of %j is %s', (given, expected) => {
    expect(tooManyMarks(given)).toBe(expected);
  });
});

describe('graphemes', () => {
  it.each<[string, number]>([
    ['', 0],
    ['peace', 5],
    ['e\u0301', 1],
    ['👩‍👩‍👧🇺🇳', 2],
    ['a\r\nb', 3],
    ['мир'.repeat(1_000), 3_000],
    ['👩‍👩‍👧'.repeat(500), 500],
    [`a${'\u0301'.repeat(5_000)}b`, 2],
  ])('of %.20j is %i', (given, expected) => {
    expect(graphemes(given)).toBe(expected);
  });

  it('agrees with the segmenter on the whole text', () => {
    const whole = new Intl.Segmenter('en', { granularity: 'grapheme' });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 200, maxLength: 400 }), (given) => {
        expect(graphemes(given)).toBe([...whole.segment(given)].length);
      }),
      { numRuns: 200, endOnFailure: true },
    );
  });

  it('needs time in proportion', () => {
    expect(graphemes('я'.repeat(100_000))).toBe(100_000);
    expect(graphemes('й'.normalize('NFD').repeat(100_000))).toBe(100_000);
  });
});

describe('sha256', () => {
  it('hashes the UTF-8', () => {
    expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(sha256('мир')).toMatch(/^[0-9a-f]{64}$/);
    expect(sha256('мир')).not.toBe(sha256('Мир'));
  });
});

describe('isPlain', () => {
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const characters = (text: string): number => Array.from(segmenter.segment(text)).length;

  it.each(['', 'Return without trust', 'Ə ı İ «և» ქართული ё', '和平与战争の記憶', 'a\nb'])(
    'holds for %j',
    (text) => {
      expect(isPlain(text)).toBe(true);
      expect(graphemes(text)).toBe(text.length);
    },
  );

  it.each(['e\u0301', '😀', '🇬🇪', 'a\r\nb', 'a\u200db', '각', 'กำ', 'か\u3099'])(
    'does not hold for %j',
    (text) => {
      expect(isPlain(text)).toBe(false);
      expect(graphemes(text)).toBe(characters(text));
    },
  );

  it('holds for no character that joins its neighbour', () => {
    const plain = Array.from({ length: 0xd800 }, (_, code) => String.fromCharCode(code)).filter(isPlain);
    expect(plain.length).toBeGreaterThan(20_000);
    // What joins another joins a letter, a mark's base or itself.
    for (let at = 0; at < plain.length; at += 100) {
      const some = plain.slice(at, at + 100).map((letter) => `a${letter}${letter}カ${letter}`);
      expect(characters(some.join(''))).toBe(5 * some.length);
    }
  });
});

describe('beginning', () => {
  it.each([
    ['short', 10, 'short'],
    ['exactly', 7, 'exactly'],
    ['too long', 3, 'too…'],
    ['ab😀cd', 3, 'ab…'],
    ['ab😀cd', 4, 'ab😀…'],
  ])('of %j to %i is %j', (text, most, expected) => {
    expect(beginning(text, most)).toBe(expected);
  });
});
