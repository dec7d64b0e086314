/** Whether the text is an ISBN of thirteen digits, with hyphens or blanks as given, whose last digit checks the others (ISO 2108). */
export function isIsbn(text: string): boolean {
  const digits = text.replace(/[- ]/g, '');
  if (!/^97[89]\d{10}$/.test(digits)) return false;
  const sum = Array.from(digits).reduce(
    (total, digit, index) => total + Number(digit) * (index % 2 ? 3 : 1),
    0,
  );
  return sum % 10 === 0;
}

/** Whether the text is an ISSN such as `2434-561X`, whose last character checks the others (ISO 3297). */
export function isIssn(text: string): boolean {
  if (!/^\d{4}-\d{3}[\dX]$/.test(text)) return false;
  const sum = Array.from(text.replace('-', '')).reduce(
    (total, digit, index) => total + (digit === 'X' ? 10 : Number(digit)) * (8 - index),
    0,
  );
  return sum % 11 === 0;
}

/** Whether the text is the prefix of a registrant: `10.` and four to nine digits. */
export const isDoiPrefix = (text: string): boolean => /^10\.\d{4,9}$/.test(text);

/**
 * Whether the text says how DOIs are made: letters, digits and `-._/` with the words `{conference}`, `{year}` and, at its end,
 * `{paper}`, so that no two papers share one; something must be left before it for the volume itself.
 */
export const isDoiPattern = (text: string): boolean =>
  /^(?:[A-Za-z0-9\-._/]|\{conference\}|\{year\}){2,80}\{paper\}$/.test(text) && volumePart(text) !== '';

/** What a pattern is filled with. */
export interface DoiParts {
  prefix: string;
  pattern: string;
  conference: string;
  year: number;
}

/** The DOI of a paper, in small letters as DOIs are compared without regard to case. */
export const paperDoi = (parts: DoiParts, paper: string): string =>
  `${parts.prefix}/${filled(parts.pattern, parts).replace('{paper}', paper)}`.toLowerCase();

/** The DOI of the volume: the pattern without the paper and the sign before it. */
export const volumeDoi = (parts: DoiParts): string =>
  `${parts.prefix}/${filled(volumePart(parts.pattern), parts)}`.toLowerCase();

const volumePart = (pattern: string): string => pattern.replace(/[-._/]*\{paper\}$/, '');

const filled = (pattern: string, { conference, year }: DoiParts): string =>
  pattern.replaceAll('{conference}', conference).replaceAll('{year}', String(year));
