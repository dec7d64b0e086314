/** Who is being erased: the id stays, and nothing else. */
export interface ErasedPerson {
  id: string;
  /** Identity forms, confirmed or not. */
  addresses: readonly string[];
  /** Every form of the name that stands anywhere. */
  names: readonly string[];
  /** What stands in place of the name. */
  replacement: string;
}

/** A single word shorter than this may be another word, and is not looked for. */
const SHORT_NAME = 8;

/** What tells of a person anywhere: addresses, and names that are long enough not to be another word. */
export function needlesOf(person: ErasedPerson): string[] {
  const telling = person.names.filter((name) => /\S\s+\S/.test(name) || name.length >= SHORT_NAME);
  return [...new Set([...person.addresses, ...telling])].filter((needle) => needle !== '');
}

/** A regular expression of PostgreSQL that finds any of the texts, taken literally; undefined for none. */
export function patternOf(needles: readonly string[]): string | undefined {
  if (needles.length === 0) return undefined;
  return needles
    .toSorted((a, b) => b.length - a.length)
    .map((needle) => needle.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&'))
    .join('|');
}

/** Puts the replacement in place of the texts, whatever their case; `marked` also finds dots and at signs that stand in elements of their own. */
export function withoutNeedles(
  text: string,
  needles: readonly string[],
  replacement: string,
  { marked = false } = {},
): string {
  const pattern = patternOf(marked ? needles.map((needle) => needle.replaceAll('&', '&amp;')) : needles);
  if (pattern === undefined) return text;
  const found = marked ? pattern.replace(/\\\.|@/g, '(?:<span>)?$&(?:</span>)?') : pattern;
  return text.replace(new RegExp(found, 'giu'), () => replacement);
}
