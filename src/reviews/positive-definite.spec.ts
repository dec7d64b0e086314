import { inverse } from './positive-definite.js';

it('inverts a matrix of three rows', () => {
  const result = inverse(Float64Array.of(4, 2, 0, 2, 5, 3, 0, 3, 6), 3);
  const expected = [21, -12, 6, -12, 24, -12, 6, -12, 16].map((value) => value / 60);
  for (const [at, value] of expected.entries()) expect(result[at]).toBeCloseTo(value, 12);
});

it('leaves its argument as it is', () => {
  const matrix = Float64Array.of(2, 1, 1, 2);
  inverse(matrix, 2);
  expect([...matrix]).toEqual([2, 1, 1, 2]);
});

it('refuses what is not positive definite', () => {
  expect(() => inverse(Float64Array.of(1, 2, 2, 1), 2)).toThrow(RangeError);
});
