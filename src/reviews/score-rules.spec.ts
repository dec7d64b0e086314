import { complete, criteriaMean, mean, panelScore, spread } from './score-rules.js';

const criteria = [
  { id: 'a', weight: 1 },
  { id: 'b', weight: 3 },
];

describe('mean and spread', () => {
  it('know that nothing has no mean', () => {
    expect(mean([])).toBeNull();
    expect(mean([1, 2, 6])).toBe(3);
  });
  it('need two values to be apart', () => {
    expect(spread([])).toBeNull();
    expect(spread([4])).toBeNull();
    expect(spread([4, 4])).toBe(0);
    expect(spread([1, 5])).toBe(2);
  });
});

describe('criteriaMean', () => {
  it('weighs', () => {
    expect(criteriaMean({ a: 1, b: 5 }, criteria)).toBe(4);
    expect(criteriaMean({ a: 2 }, criteria)).toBe(2);
    expect(criteriaMean({ retired: 5 }, criteria)).toBeNull();
  });
});

describe('complete', () => {
  it('wants every criterion, the overall score and the confidence', () => {
    const review = { scores: { a: 1, b: 2 }, overall: 3, confidence: 4 };
    expect(complete(review, criteria)).toBe(true);
    expect(complete({ ...review, overall: null }, criteria)).toBe(false);
    expect(complete({ ...review, confidence: null }, criteria)).toBe(false);
    expect(complete({ ...review, scores: { a: 1 } }, criteria)).toBe(false);
  });
});

describe('panelScore', () => {
  it('sums up', () => {
    expect(
      panelScore(
        [
          { overall: 2, scores: { a: 2, b: 2 } },
          { overall: 4, scores: { a: 4, b: 4 } },
          { overall: null, scores: {} },
        ],
        criteria,
      ),
    ).toEqual({ reviews: 3, mean: 3, criteriaMean: 3, spread: 1 });
    expect(panelScore([], criteria)).toEqual({ reviews: 0, mean: null, criteriaMean: null, spread: null });
  });
});
