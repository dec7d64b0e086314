/** Five fields of words as a list; all of them empty mean none of one's own. */
export function wordsOf(value: unknown): unknown[] {
  const words: unknown[] = Array.isArray(value)
    ? value
    : typeof value === 'object' && value !== null
      ? Object.values(value)
      : [];
  return words.some((word) => typeof word !== 'string' || word.trim() !== '') ? words : [];
}

/** Days as people write them in a line: whole numbers between commas or spaces; what is none stays for the rule to refuse. */
export function daysOf(text: string): (number | string)[] {
  return text
    .replaceAll('\u2212', '-')
    .split(/[\s,;]+/)
    .filter((part) => part !== '')
    .map((part) => (/^[+-]?\d{1,6}$/.test(part) ? Number(part) : part));
}
