import * as fc from 'fast-check';
import { countWords, LONGEST_WORD, overlongWord, words } from './words.js';

const ZERO_WIDTH = ['\u00AD', '\u200B', '\u200C', '\u200D', '\u2060', '\uFEFF'];
const MARKS = ['\u0300', '\u0301', '\u0307', '\u0323', '\u0338', '\u034F', '\uFE0F', '\u20DD', '\u{E0100}'];
const SPACES = [
  ['\t', '\n', '\v', '\f', '\r', ' ', '\u0085', '\u00A0', '\u1680', '\u2000', '\u2005', '\u200A'],
  ['\u2028', '\u2029', '\u202F', '\u205F', '\u3000'],
].flat();

const UNSPACED =
  /(?!\p{M})[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\u30FC\uFF70]/u;

/** Text of everything that matters to the count: all scripts, separators, ignored characters, marks, lone surrogates. */
const text = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 5 }) },
      { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 5 }) },
      {
        weight: 4,
        arbitrary: fc.constantFrom(
          ...ZERO_WIDTH,
          ...MARKS,
          ...SPACES,
          '\u2013',
          '\u2014',
          '\uD800',
          '\uDC00',
          '-',
          '/',
          '…',
          '’',
          'peace',
          'ղարաբաղ',
          'Ə',
          'ი',
          'ё',
          '和平',
          '战争',
          'ピース',
          'の',
          'か\u3099',
          'สันติภาพ',
          '。',
          '3',
        ),
      },
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(''));

describe('countWords', () => {
  it.each<[string, string, number]>([
    ['nothing', '', 0],
    ['only white space', ' \t\n\u00A0\u3000', 0],
    ['only zero-width characters', '\u200B\u2060\uFEFF\u00AD\u200C\u200D', 0],
    ['one word', 'peace', 1],
    ['words with spaces at both ends', '  How to  achieve\npeace ', 4],
    ['em dashes', 'peace—war—memory', 3],
    ['en dashes', '1988–1994', 2],
    ['dashes that stand alone', 'war – peace — memory', 3],
    ['a hyphen that stands alone: a word processor counts it', 'war - peace', 3],
    ['hyphens', 'state-of-the-art', 1],
    ['a non-breaking hyphen', 'что‑нибудь и кое-как', 3],
    ['slashes', 'and/or', 1],
    ['an ellipsis', 'wait…what', 1],
    ['runs without letters', '* 42 & %', 4],
    ['a URL', 'see https://example.org/a/b?c=d', 2],
    ['zero-width spaces', 'one\u200Btwo\u200Bthree', 1],
    ['a soft hyphen', 'recon\u00ADciliation', 1],
    ['a zero-width joiner and non-joiner', 'می\u200Cخواهم', 1],
    ['Armenian with its own marks', 'Հայաստանի պատմությունը։ Ի՞նչ է', 4],
    ['Azerbaijani and Turkish', 'İstanbul’da ışıq və sülh', 4],
    ['Georgian', 'მშვიდობა კავკასიაში', 2],
    ['Russian with a stress mark', 'за́мок и ёлка', 3],
    ['Hangul, which has spaces', '평화와 전쟁', 2],
    ['emoji', 'peace 👩‍👩‍👧 🇺🇳', 3],
    ['a mark alone', ' \u0301 ', 1],
    ['Han', '和平与战争的记忆', 5],
    ['Han with its punctuation', '和平。战争', 2],
    ['Han beside Latin', 'IBM公司', 2],
    ['Han beside a compound', 'state-of-the-art和平', 2],
    ['Kana with its long mark', 'コンピューター', 1],
    ['Kana composed or not', 'か\u3099く', countWords('がく')],
    ['a Thai mark among Latin', 'state-\u0E31of', 1],
    ['Thai', 'สันติภาพ', 1],
    ['several Thai words', 'สวัสดีชาวโลก', 3],
    ['a run of an unspaced script without a letter', '฿', 1],
    ['a lone surrogate', 'a \uD800 b', 3],
  ])('counts %s', (_, given, expected) => {
    expect(countWords(given)).toBe(expected);
  });

  it.each(SPACES.map((space) => [space.charCodeAt(0).toString(16), space]))(
    'separates at U+%s',
    (_, space) => {
      expect(countWords(`a${space}b`)).toBe(2);
    },
  );

  it('separates exactly at Unicode white space, the en dash and the em dash', () => {
    const wrong: string[] = [];
    for (let code = 0; code <= 0xffff; code += 1) {
      const character = String.fromCharCode(code);
      const separates = /[\p{White_Space}\u2013\u2014]/u.test(character);
      if (UNSPACED.test(character)) continue;
      if (countWords(`a${character}b`) !== (separates ? 2 : 1)) wrong.push(code.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  it('counts two texts side by side as the sum of both', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(countWords(`${a} ${b}`)).toBe(countWords(a) + countWords(b));
      }),
      { numRuns: 200 },
    );
  });

  it('is never lowered by a zero-width character or a combining mark', () => {
    fc.assert(
      fc.property(text, fc.constantFrom(...ZERO_WIDTH, ...MARKS), fc.nat(), (given, added, where) => {
        const letters = Array.from(given);
        const at = where % (letters.length + 1);
        const grown = [...letters.slice(0, at), added, ...letters.slice(at)].join('');
        expect(countWords(grown)).toBeGreaterThanOrEqual(countWords(given));
      }),
      { numRuns: 200 },
    );
  });

  it('counts the same before and after NFC, and after the cleaning of stored text', () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(countWords(given.normalize('NFC'))).toBe(countWords(given));
        expect(countWords(given.normalize('NFC').replace(/[\u200B\u2060\uFEFF]/g, ''))).toBe(
          countWords(given),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('cuts long Han and Thai like the segmenter cuts the whole', () => {
    for (const sample of ['和平与战争的记忆', 'สวัสดีชาวโลกสันติภาพ', 'コンピューターと平和']) {
      expect(countWords(sample.repeat(200))).toBe(countWords(sample) * 200);
    }
  });

  it.each<[string, string]>([
    ['short words', 'peace '],
    ['one endless word', 'a'],
    ['white space', ' '],
    ['zero-width spaces', '\u200B'],
    ['marks', '\u0301\u0316'],
    ['dashes', '—'],
    ['emoji', '😀'],
  ])('reads a megabyte of %s', (_, unit) => {
    const given = unit.repeat(1_000_000 / unit.length);
    expect(countWords(given)).toBeLessThanOrEqual(given.length);
    expect(typeof overlongWord(given)).not.toBe('number');
  });

  it.each<[string, string]>([
    ['Han', '和平与战争的记忆'],
    ['Thai', 'สวัสดีชาวโลกสันติภาพ'],
    ['Thai that is no word', 'อิ'],
    ['Han with piled marks', '和'.padEnd(50_000, '\u0301\u0316')],
    ['Kana with piled Thai marks', 'カ'.padEnd(50_000, '\u0E48\u0E38')],
    ['Kana with marks that do not compose', 'カ\u3099\u302A'.padEnd(50, '\u3099\u302A')],
  ])('needs time in proportion for a long run of %s', (_, unit) => {
    expect(countWords(unit.repeat(Math.ceil(50_000 / unit.length)))).toBeGreaterThan(0);
  });
});

describe('words', () => {
  it('gives each word without what the count ignores', () => {
    expect([...words('  recon\u00ADciliation—\uFEFFpeace 和平, IBM公司! ')]).toEqual([
      'reconciliation',
      'peace',
      '和平',
      'IBM',
      '公司',
    ]);
  });
});

describe('overlongWord', () => {
  const longest = 'a'.repeat(LONGEST_WORD);

  it('accepts a word of 80 characters and gives back one of 81', () => {
    expect(overlongWord(`peace ${longest} war`)).toBeUndefined();
    expect(overlongWord(`peace ${longest}b war`)).toBe(`${longest}b`);
  });

  it('counts neither combining marks nor ignored characters, and counts an astral character once', () => {
    expect(overlongWord('e\u0301'.repeat(80))).toBeUndefined();
    expect(overlongWord('a\u200B'.repeat(80))).toBeUndefined();
    expect(overlongWord('𐑕'.repeat(80))).toBeUndefined();
    expect(overlongWord('𐑕'.repeat(81))).toBe('𐑕'.repeat(81));
  });

  it('accepts long Han, which has many words, and refuses a long Latin word beside it', () => {
    expect(overlongWord('和平与战争'.repeat(40))).toBeUndefined();
    expect(overlongWord(`和平${longest}b`)).toBe(`${longest}b`);
  });

  it.each([
    `https://example.org/${longest}`,
    `(http://example.org:8080/${longest})`,
    `“HTTPS://www.example.org/${longest}”`,
    `ftp://example.org/${longest}`,
    `www.example.org/${longest}`,
    `doi:10.1234/${longest}`,
    `<https://мир.example/${longest}>`,
  ])('accepts the URL %s', (url) => {
    expect(overlongWord(url)).toBeUndefined();
  });

  it.each([`https://${longest}`, `${longest}https://example.org/`, `https:${longest}`, `www.${longest}`])(
    'does not take %s for a URL',
    (word) => {
      expect(overlongWord(word)).toBe(word);
    },
  );
});
