import { figuresOf, median, percentile } from './bench-figures.js';

describe('figures', () => {
  it('takes percentiles by the nearest rank', () => {
    const sorted = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([
      percentile(sorted, 0.5),
      percentile(sorted, 0.99),
      percentile([7], 0.99),
      percentile([], 0.5),
    ]).toEqual([50, 99, 7, 0]);
    expect(median([3, 1, 2])).toBe(2);
  });

  it('tells the rate', () => {
    expect(figuresOf([3, 1, 2], 2)).toEqual({ count: 3, rate: 1.5, p50: 2, p99: 3 });
    expect(figuresOf([], 2)).toEqual({ count: 0, rate: 0, p50: 0, p99: 0 });
  });
});
