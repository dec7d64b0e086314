import type { Status } from '../submissions/submission-states.js';
import {
  boardOrder,
  countOutcomes,
  mayDecide,
  missingWords,
  movesTo,
  recipientReasons,
  recipients,
  releaseProblems,
  textHashOf,
  type Words,
} from './decision-rules.js';

describe('mayDecide', () => {
  it('begins with the review and ends with publication', () => {
    expect(mayDecide('under_review', 'accepted')).toBe(true);
    expect(mayDecide('submitted', 'accepted')).toBe(false);
    expect(mayDecide('draft', 'rejected')).toBe(false);
    expect(mayDecide('published', 'rejected')).toBe(false);
    expect(mayDecide('rejected', 'accepted')).toBe(true);
    expect(mayDecide('confirmed', 'rejected')).toBe(true);
  });
  it('leaves what was withdrawn to its authors', () => {
    expect(mayDecide('withdrawn', 'accepted')).toBe(false);
  });
  it('allows a correction of the words alone', () => {
    expect(mayDecide('accepted', 'accepted')).toBe(true);
    expect(movesTo('accepted', 'accepted')).toBe(false);
    expect(mayDecide('confirmed', 'accepted')).toBe(true);
    expect(movesTo('confirmed', 'accepted')).toBe(false);
    expect(movesTo('confirmed', 'waitlisted')).toBe(true);
    expect(movesTo('under_review', 'accepted')).toBe(true);
  });
});

describe('countOutcomes', () => {
  it('counts from zero', () => {
    expect(
      countOutcomes([{ outcome: 'rejected' }, { outcome: 'accepted' }, { outcome: 'rejected' }]),
    ).toEqual({
      accepted: 1,
      conditionally_accepted: 0,
      waitlisted: 0,
      rejected: 2,
    });
  });
});

describe('releaseProblems', () => {
  const words = { textToAuthors: '', conditions: '' };
  const pending = new Map<string, Words & { status: Status }>([
    ['A', { outcome: 'accepted', status: 'under_review', ...words }],
    ['B', { outcome: 'accepted', status: 'withdrawn', ...words }],
    ['C', { outcome: 'accepted', status: 'published', ...words }],
  ]);
  it('names what is not there and what has moved on', () => {
    expect(releaseProblems(['A'], pending)).toEqual([]);
    expect(releaseProblems(['X', 'A', 'C'], pending)).toEqual([
      { index: 0, submissionId: 'X', problem: 'notPending' },
      { index: 2, submissionId: 'C', problem: 'state' },
    ]);
  });
  it('asks for words where the conference does', () => {
    expect(releaseProblems(['A'], pending, ['accepted'])).toEqual([
      { index: 0, submissionId: 'A', problem: 'words' },
    ]);
    expect(releaseProblems(['A'], pending, ['rejected'])).toEqual([]);
  });
  it('never revives what was withdrawn', () => {
    expect(releaseProblems(['B'], pending)).toEqual([{ index: 0, submissionId: 'B', problem: 'state' }]);
  });
});

describe('recipients', () => {
  it('writes once to each address', () => {
    const authors = [
      { address: 'a@example.org' },
      { address: null },
      { address: 'b@example.org' },
      { address: 'a@example.org' },
    ];
    expect(recipients(authors)).toEqual([{ address: 'a@example.org' }, { address: 'b@example.org' }]);
  });
});

describe('recipientReasons', () => {
  it('says for each author why, in their order', () => {
    const authors = ['a@example.org', null, 'b@example.org', 'a@example.org'].map((address) => ({ address }));
    expect(recipientReasons(authors)).toEqual(['author', 'noAddress', 'author', 'shared']);
  });
});

describe('missingWords', () => {
  const words = (outcome: Words['outcome'], textToAuthors = '', conditions = '') => ({
    outcome,
    textToAuthors,
    conditions,
  });
  it('asks for the text where the conference wants one', () => {
    expect(missingWords([], words('rejected'))).toBeUndefined();
    expect(missingWords(['rejected'], words('rejected'))).toEqual({
      field: 'textToAuthors',
      code: 'textNeeded',
    });
    expect(missingWords(['rejected'], words('rejected', 'Sorry.'))).toBeUndefined();
    expect(missingWords(['rejected'], words('accepted'))).toBeUndefined();
  });
  it('asks of a conditional acceptance for its conditions, in either place', () => {
    const missing = { field: 'conditions', code: 'conditionsNeeded' };
    expect(missingWords([], words('conditionally_accepted'))).toEqual(missing);
    expect(missingWords([], words('conditionally_accepted', 'Say how many.'))).toBeUndefined();
    expect(missingWords([], words('conditionally_accepted', '', 'Say how many.'))).toBeUndefined();
    expect(missingWords(['conditionally_accepted'], words('conditionally_accepted', '', 'Say.'))).toEqual({
      field: 'textToAuthors',
      code: 'textNeeded',
    });
  });
});

describe('boardOrder', () => {
  it('puts the best first and what has no review last', () => {
    const rows = [
      { id: 'a', mean: null, criteriaMean: null },
      { id: 'c', mean: 4, criteriaMean: 3 },
      { id: 'b', mean: 4, criteriaMean: 3 },
      { id: 'd', mean: 4, criteriaMean: 5 },
      { id: 'e', mean: 5, criteriaMean: 1 },
    ];
    expect(rows.toSorted(boardOrder).map((row) => row.id)).toEqual(['e', 'd', 'b', 'c', 'a']);
    expect(
      rows
        .toReversed()
        .toSorted(boardOrder)
        .map((row) => row.id),
    ).toEqual(['e', 'd', 'b', 'c', 'a']);
    expect(boardOrder(rows[0]!, rows[0]!)).toBe(0);
    expect(boardOrder(rows[0]!, { ...rows[0]!, id: 'z' })).toBe(-1);
  });
});

describe('textHashOf', () => {
  it('tells apart where one text ends and the next begins', () => {
    expect(textHashOf('a', ['b', 'c'])).toMatch(/^[0-9a-f]{64}$/);
    const hashes = [textHashOf('a', ['b', 'c']), textHashOf('a', ['bc']), textHashOf('ab', ['c'])];
    expect(new Set(hashes).size).toBe(3);
    expect(textHashOf('a', ['b'], 'c')).not.toBe(textHashOf('a', ['b']));
    expect(textHashOf('a', ['b'], '')).toBe(textHashOf('a', ['b']));
  });
});
