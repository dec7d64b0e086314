import {
  canMoveLetter,
  isTold,
  isWebsite,
  judgeLetter,
  LETTER_MOVES,
  LETTER_STATUSES,
  type LetterStatus,
} from './letter-rules.js';

describe('statuses of a letter', () => {
  it('are all reachable', () => {
    const reached = new Set<LetterStatus>(['received']);
    for (const status of reached) for (const next of LETTER_MOVES[status]) reached.add(next);
    expect([...reached].toSorted()).toEqual([...LETTER_STATUSES].toSorted());
  });

  it.each<[LetterStatus, LetterStatus, boolean]>([
    ['received', 'considered', true],
    ['considered', 'received', false],
    ['welcomed', 'declined', true],
    ['welcomed', 'considered', false],
    ['declined', 'declined', false],
    ['withdrawn', 'welcomed', false],
  ])('from %s to %s: %p', (from, to, expected) => {
    expect(canMoveLetter(from, to)).toBe(expected);
  });

  it('are told once they are an answer', () => {
    expect(LETTER_STATUSES.filter(isTold)).toEqual(['welcomed', 'declined']);
  });
});

describe('isWebsite', () => {
  it.each([
    ['https://example.org', true],
    ['http://www.example.org/a?b=c#d', true],
    ['https://առողջ.example', true],
    ['javascript:alert(1)', false],
    ['data:text/html,x', false],
    ['ftp://example.org', false],
    ['example.org', false],
    ['https://user:word@example.org', false],
    ['https://user@example.org', false],
    ['https://intranet', false],
    ['https://', false],
    [undefined, false],
  ])('%p: %p', (value, expected) => {
    expect(isWebsite(value)).toBe(expected);
  });
});

describe('judgeLetter', () => {
  it('counts by the written rule', () => {
    expect(judgeLetter('We offer well-known experts – gladly.')).toEqual({ words: 5, problems: [] });
  });

  it('takes 1,000 words and refuses 1,001 with both numbers', () => {
    expect(judgeLetter('word '.repeat(1000)).problems).toEqual([]);
    expect(judgeLetter('word '.repeat(1001)).problems).toEqual([
      { field: 'letter', code: 'words', limit: 1000, value: 1001 },
    ]);
  });

  it('refuses an overlong word and shows it', () => {
    expect(judgeLetter('x'.repeat(81)).problems).toEqual([
      { field: 'letter', code: 'overlongWord', limit: 80, value: 'x'.repeat(81) },
    ]);
    expect(judgeLetter('x'.repeat(300)).problems[0]?.value).toBe(`${'x'.repeat(100)}…`);
  });
});
