/** Letters that no decomposition turns into their plain neighbours. */
const PLAIN: Record<string, string> = {
  ə: 'e',
  ı: 'i',
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
};

/**
 * Folds text so that a search finds it with and without diacritics, in any case: for comparing only, never shown.
 * `Əliyev` and `Eliyev`, `Iğdır` and `Igdir`, `замок` and `за́мок` fold alike.
 */
export function fold(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\p{M}\u00ad\u200b-\u200d\u2060\ufeff]/gu, '')
    .replace(/[əıłøđßæœþ]/g, (letter) => PLAIN[letter]!)
    .replace(/\s+/g, ' ')
    .trim();
}

/** A LIKE pattern that finds `text` anywhere, its wildcards taken literally. */
export function containing(text: string): string {
  return `%${fold(text).replace(/[\\%_]/g, '\\$&')}%`;
}
