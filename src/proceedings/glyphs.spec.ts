import { exampleSnapshot } from './example-snapshot.js';
import { drawable, unsupportedCharacters } from './glyphs.js';

const letters = (code: number): boolean => code < 0x100;
const marks = (code: number): boolean => code === 0x301;

describe('drawable', () => {
  it.each([
    ['Azerbaijani and Turkish', 'Əə ıİ ğĞ şŞ çÇ'],
    ['Armenian', 'Անահիտ և ֏'],
    ['Georgian, small and capital', 'ნინო ᲜᲘᲜᲝ'],
    ['Cyrillic and Greek', 'Иванова Ёё Αθήνα'],
    ['currencies', '₾ ₼ ₽ ₺ €'],
    ['mathematics and arrows', '≤ ≥ ∞ ∑ √ → □'],
    ['joiners and soft hyphens', 'a\u200cb\u200dc\u00add'],
    ['an accent that its letter takes', 'x\u0301y'],
  ])('keeps %s', (_, text) => {
    expect(drawable(text)).toEqual({ text, missing: [] });
  });

  it('composes letters', () => {
    expect(drawable('s\u0327').text).toBe('ş');
  });

  it('keeps white space as it is, beside anything', () => {
    expect(drawable('a\r\n\tb\u2028x\u0301 \n😀')).toEqual({
      text: 'a\r\n\tb\u2028x\u0301 \n□',
      missing: ['😀'],
    });
  });

  it('shows one mark for what a reader sees as one character', () => {
    expect(drawable('a 👨‍👩‍👧 b')).toEqual({ text: 'a □ b', missing: ['👨', '👩', '👧'] });
    expect(drawable('مرحبا').text).toBe('□□□□□');
  });

  it('keeps a letter whose accent is missing, and says that something is', () => {
    expect(drawable('x\u05b0')).toEqual({ text: 'x□', missing: ['\u05b0'] });
  });

  it('does not join parts from two fonts', () => {
    expect(drawable('q\u0301', [letters, marks])).toEqual({ text: 'q□', missing: ['\u0301'] });
  });

  it('drops what would turn or hide text, and controls', () => {
    expect(drawable('a\u202eb\u202c\u200e\u2066c\u2069 \u0007d\ufe0f\u{e0041}\u200b\ufeffe')).toEqual({
      text: 'abc de',
      missing: [],
    });
  });

  it('marks half a surrogate pair', () => {
    expect(drawable('a\ud800b')).toEqual({ text: 'a□b', missing: ['\ud800'] });
  });
});

describe('unsupportedCharacters', () => {
  it('finds nothing in the example, whose names are in five scripts', () => {
    expect(unsupportedCharacters(exampleSnapshot())).toEqual([]);
  });

  it('names paper, field and code point, once each', () => {
    const snapshot = exampleSnapshot();
    snapshot.conference.name += ' 漢';
    snapshot.sections[1]!.title += ' 漢';
    const paper = snapshot.sections[0]!.papers[0]!;
    paper.abstract += ' 😀 😀';
    paper.authors[0]!.nativeName = 'مر';
    expect(unsupportedCharacters(snapshot)).toEqual([
      { paperId: null, field: 'conference.name', character: '漢', codePoint: 'U+6F22' },
      { paperId: 'PSC-7KQF3', field: 'abstract', character: '😀', codePoint: 'U+1F600' },
      { paperId: 'PSC-7KQF3', field: 'authors.nativeName', character: 'م', codePoint: 'U+0645' },
      { paperId: 'PSC-7KQF3', field: 'authors.nativeName', character: 'ر', codePoint: 'U+0631' },
      { paperId: null, field: 'section.title', character: '漢', codePoint: 'U+6F22' },
    ]);
  });
});
