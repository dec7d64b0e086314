import type { Status } from '../submissions/submission-states.js';
import {
  changesOf,
  commentsHashOf,
  listHash,
  secondProblem,
  wordsHashOf,
  type FrozenLine,
} from './release-list-rules.js';

const line = (submissionId: string, changes: Partial<FrozenLine> = {}): FrozenLine => ({
  submissionId,
  outcome: 'accepted',
  version: 1,
  decidedAt: new Date(1000),
  submissionVersion: 3,
  wordsHash: 'w',
  commentsHash: 'c',
  ...changes,
});

describe('the hashes of words and comments', () => {
  const words = { title: 't', textToAuthors: 'a', conditions: '', rank: null };
  it('change with everything that they hold', () => {
    const hashes = [
      wordsHashOf(words),
      wordsHashOf({ ...words, title: 'u' }),
      wordsHashOf({ ...words, textToAuthors: '', conditions: 'a' }),
      wordsHashOf({ ...words, rank: 1 }),
      commentsHashOf(['a', 'b']),
      commentsHashOf(['ab']),
    ];
    expect(new Set(hashes).size).toBe(6);
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('listHash', () => {
  it('does not depend on the order, and on everything else', () => {
    const hash = listHash([line('A'), line('B')]);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(listHash([line('B'), line('A')])).toBe(hash);
    expect(listHash([line('A')])).not.toBe(hash);
    const changes: Partial<FrozenLine>[] = [
      { outcome: 'rejected' },
      { version: 2 },
      { decidedAt: new Date(1001) },
      { submissionVersion: 4 },
      { wordsHash: 'x' },
      { commentsHash: 'x' },
    ];
    for (const change of changes) expect(listHash([line('A'), line('B', change)])).not.toBe(hash);
  });
});

describe('changesOf', () => {
  const now = (change: Partial<FrozenLine> & { status?: Status } = {}) =>
    new Map([['A', { ...line('A'), status: 'under_review' as Status, ...change }]]);
  it('finds nothing where nothing has changed', () => {
    expect(changesOf([line('A')], now())).toEqual([]);
  });
  it.each([
    [{ status: 'withdrawn' as const, outcome: 'rejected' as const }, 'state'],
    [{ outcome: 'rejected' as const, version: 2 }, 'outcome'],
    [{ submissionVersion: 4 }, 'abstract'],
    [{ wordsHash: 'x' }, 'words'],
    [{ version: 2 }, 'words'],
    [{ decidedAt: new Date(2000) }, 'words'],
    [{ commentsHash: 'x' }, 'comments'],
  ])('names what has: %j is %s', (change, expected) => {
    expect(changesOf([line('A')], now(change))).toEqual([{ submissionId: 'A', change: expected }]);
  });
  it('names what is not pending any more', () => {
    expect(changesOf([line('A'), line('B')], now())).toEqual([{ submissionId: 'B', change: 'gone' }]);
  });
});

describe('secondProblem', () => {
  const chair = (personId: string, organisation?: string) => ({ personId, organisation });
  it('wants somebody else', () => {
    const rule = { twoOrganisations: false };
    expect(secondProblem(rule, chair('a'), chair('a'))).toBe('same');
    expect(secondProblem(rule, chair('a'), chair('b'))).toBeUndefined();
  });
  it('wants another organisation where the conference asks for it', () => {
    const rule = { twoOrganisations: true };
    expect(secondProblem(rule, chair('a', 'One'), chair('b'))).toBe('organisationUnknown');
    expect(secondProblem(rule, chair('a'), chair('b', 'Two'))).toBe('organisationUnknown');
    expect(secondProblem(rule, chair('a', 'House of  One'), chair('b', ' house of one'))).toBe(
      'organisationSame',
    );
    expect(secondProblem(rule, chair('a', 'One'), chair('b', 'Two'))).toBeUndefined();
  });
});
