import { missingForHandIn, reviewsOpen, scoreProblems } from './review-rules.js';

const criteria = [{ id: 'a' }, { id: 'b' }];

describe('reviewsOpen', () => {
  it('ends at the instant itself, or never', () => {
    const due = new Date('2027-12-01T12:00:00Z');
    expect(reviewsOpen(due, new Date('2027-12-01T11:59:59.999Z'))).toBe(true);
    expect(reviewsOpen(due, due)).toBe(false);
    expect(reviewsOpen(null, due)).toBe(true);
  });
});

describe('scoreProblems', () => {
  it('accepts 1 to 5 for known criteria', () => {
    expect(scoreProblems({ a: 1, b: 5 }, criteria)).toEqual({ illFormed: [], refused: [] });
  });
  it('tells ill-typed scores from refused ones', () => {
    expect(scoreProblems({ a: '3', b: 2.5 }, criteria)).toEqual({
      illFormed: [
        { field: 'scores.a', code: 'isInt' },
        { field: 'scores.b', code: 'isInt' },
      ],
      refused: [],
    });
    expect(scoreProblems({ a: 0, b: 6, c: 3 }, criteria).refused).toEqual([
      { field: 'scores.a', code: 'min', limit: 1, value: 0 },
      { field: 'scores.b', code: 'max', limit: 5, value: 6 },
      { field: 'scores.c', code: 'unknownCriterion' },
    ]);
  });
});

describe('missingForHandIn', () => {
  it('names everything that is missing', () => {
    expect(missingForHandIn({ scores: { a: 3 } }, criteria)).toEqual([
      { field: 'scores.b', code: 'required' },
      { field: 'overall', code: 'required' },
      { field: 'confidence', code: 'required' },
    ]);
    expect(
      missingForHandIn({ scores: { a: 3, b: 3 }, overall: null, confidence: null }, criteria),
    ).toHaveLength(2);
    expect(missingForHandIn({ scores: { a: 3, b: 3 }, overall: 3, confidence: 1 }, criteria)).toEqual([]);
  });
});
