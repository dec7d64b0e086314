import { describe, expect, it } from '@jest/globals';
import { untilNextStep } from './even-time.js';

describe('the time until an answer may leave', () => {
  it('ends at the next whole step after the request had arrived', () => {
    expect([0.5, 7, 24.5, 25, 26, 74].map((elapsed) => untilNextStep(elapsed, 25))).toEqual([
      24.5, 18, 0.5, 0, 24, 1,
    ]);
  });

  it('takes a clock that went back for none', () => {
    expect(untilNextStep(-3, 25)).toBe(0);
  });

  it('is nothing where there are no steps', () => {
    expect(untilNextStep(7, 0)).toBe(0);
  });
});
