import { exampleReview } from './example-reviews.js';

const many = (quality: number) => Array.from({ length: 60 }, (_, seed) => exampleReview(quality, seed));
const mean = (quality: number) => many(quality).reduce((sum, { overall }) => sum + overall, 0) / 60;

describe('exampleReview', () => {
  it('is the same for the same seed and scores near the quality', () => {
    expect(exampleReview(3, 5)).toEqual(exampleReview(3, 5));
    expect(mean(4.6)).toBeGreaterThan(4);
    expect(mean(3)).toBeGreaterThan(2.5);
    expect(mean(3)).toBeLessThan(3.5);
    expect(mean(1.6)).toBeLessThan(2.3);
  });

  it('stays within the scales and always says something to the authors', () => {
    for (const review of [...many(5), ...many(3), ...many(1)]) {
      for (const score of [...review.scores, review.overall, review.confidence]) {
        expect(score).toBeGreaterThanOrEqual(1);
        expect(score).toBeLessThanOrEqual(5);
      }
      expect(review.scores).toHaveLength(3);
      expect(review.commentsToAuthors).not.toBe('');
    }
    const asides = many(3).filter(({ commentsToOrganisers }) => commentsToOrganisers !== '');
    expect(asides.length).toBeGreaterThan(0);
    expect(asides.length).toBeLessThan(60);
  });
});
