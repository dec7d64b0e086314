import type { FieldProblem } from '../platform/refusal.js';
import { countWords, LONGEST_WORD, overlongWord } from '../submissions/words.js';

/** Most words a letter may have. */
export const LETTER_WORDS = 1000;
/** Longest website address, in characters. */
export const WEBSITE_LENGTH = 200;

/** What a partner offers. */
export const CONTRIBUTIONS = ['funding', 'expertise', 'venue', 'media', 'participants', 'other'] as const;
export type Contribution = (typeof CONTRIBUTIONS)[number];

export const LETTER_STATUSES = ['received', 'considered', 'welcomed', 'declined', 'withdrawn'] as const;
export type LetterStatus = (typeof LETTER_STATUSES)[number];

/** What organisers may answer. */
export const ANSWERS = ['considered', 'welcomed', 'declined'] as const;
export type LetterAnswer = (typeof ANSWERS)[number];

/** Where a letter may go from each status; an answer may be corrected, a withdrawal may not. */
export const LETTER_MOVES: Record<LetterStatus, readonly LetterStatus[]> = {
  received: ['considered', 'welcomed', 'declined', 'withdrawn'],
  considered: ['welcomed', 'declined', 'withdrawn'],
  welcomed: ['declined', 'withdrawn'],
  declined: ['welcomed', 'withdrawn'],
  withdrawn: [],
};

export const canMoveLetter = (from: LetterStatus, to: LetterStatus): boolean =>
  LETTER_MOVES[from].includes(to);

/** Whether an answer is final enough to be told: it has a time, and mail goes out. */
export const isTold = (status: LetterStatus): boolean => status === 'welcomed' || status === 'declined';

/** Whether a text is an http or https address that carries no password. */
export function isWebsite(value: unknown): value is string {
  if (typeof value !== 'string' || !/^https?:\/\//i.test(value) || !URL.canParse(value)) return false;
  const url = new URL(value);
  return url.username === '' && url.password === '' && url.hostname.includes('.');
}

/** How many words a letter has, and what a rule refuses in it. */
export function judgeLetter(letter: string): { words: number; problems: FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const words = countWords(letter);
  if (words > LETTER_WORDS)
    problems.push({ field: 'letter', code: 'words', limit: LETTER_WORDS, value: words });
  const overlong = overlongWord(letter);
  if (overlong !== undefined)
    problems.push({ field: 'letter', code: 'overlongWord', limit: LONGEST_WORD, value: shortened(overlong) });
  return { words, problems };
}

const shortened = (word: string): string =>
  [...word].length > 100 ? `${[...word].slice(0, 100).join('')}…` : word;
