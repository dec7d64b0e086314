import { containing, fold } from './fold.js';

describe('fold', () => {
  it.each([
    ['Əliyev', 'Eliyev'],
    ['Iğdır', 'Igdir'],
    ['İstanbul’da', 'istanbul’da'],
    ['за́мок', 'замок'],
    ['ёлка', 'елка'],
    ['co\u00adoperation', 'cooperation'],
    ['Straße', 'STRASSE'],
  ])('finds %s by %s', (written, searched) => {
    expect(fold(written)).toBe(fold(searched));
  });

  it('keeps other scripts apart', () => {
    expect(fold('Հայաստան')).not.toBe('');
    expect(fold('საქართველო')).toBe('საქართველო');
  });
});

describe('containing', () => {
  it('takes wildcards literally', () => {
    expect(containing('50%_a\\b')).toBe('%50\\%\\_a\\\\b%');
  });
});
