import { assert, constantFrom, integer, property } from 'fast-check';
import { problemIn, smallConference } from '../../../test/support/small-conference.js';
import { chance } from '../../platform/chance.js';
import { assign } from './assign.js';
import { faultOf } from './certificate.js';
import { drawFrom, lotteryOf } from './lottery.js';
import { tallyOf } from './tally.js';

const shares = constantFrom(
  { units: 2, share: 1 },
  { units: 10, share: 3 },
  { units: 4, share: 3 },
  { units: 1, share: 1 },
);

describe('lotteryOf and drawFrom', () => {
  it('bound every chance, prove the chances, and keep in each draw what is kept in expectation', () => {
    assert(
      property(integer({ min: 0, max: 1_000_000 }), shares, (seed, chances) => {
        const problem = problemIn(smallConference(chance(seed)));
        const lottery = lotteryOf(problem, { chances, seed });
        expect(faultOf(problem, lottery.claim)).toBeUndefined();
        for (let draw = 0; draw < 3; draw += 1) {
          const pairs = drawFrom(problem, lottery, draw);
          expect(drawFrom(problem, lottery, draw)).toEqual(pairs);
          const drawn = tallyOf(problem, pairs);
          const { open, load, short, tooMany, outsideMissing } = lottery.expected;
          // Each number is the expected one, rounded up or down; what is expected to be kept is kept.
          const far = (exact: Int32Array, expected: Int32Array): boolean =>
            exact.some((one, at) => Math.abs(one * chances.units - expected[at]!) >= chances.units);
          expect([far(drawn.open, open), far(drawn.load, load), far(drawn.short, short)]).toEqual([
            false,
            false,
            false,
          ]);
          expect(drawn.load.every((count, r) => count <= problem.most[r]!)).toBe(true);
          expect(drawn.tooMany > 0 && tooMany === 0).toBe(false);
          expect(drawn.outsideMissing > 0 && outsideMissing === 0).toBe(false);
          const chosen = new Set(pairs);
          expect(problem.locked.findIndex((locked, pair) => locked === 1 && !chosen.has(pair))).toBe(-1);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is the best assignment where every pair may be sure', () => {
    const problem = problemIn(smallConference(chance(11)));
    const stages: string[] = [];
    const lottery = lotteryOf(problem, {
      chances: { units: 1, share: 1 },
      seed: 1,
      watch: ({ stage }) => stages.push(stage),
    });
    expect(lottery.expected.total).toBe(assign(problem, { objective: 'total', seed: 1 }).tally.total);
    expect(drawFrom(problem, lottery, 1)).toEqual(lottery.claim.pairs);
    expect(stages[0]).toBe('total');
  });

  it('draws each pair as often as it says', () => {
    const problem = problemIn(smallConference(chance(11)));
    const lottery = lotteryOf(problem, { chances: { units: 3, share: 2 }, seed: 1 });
    const draws = 1000;
    const times = new Float64Array(problem.reviewer.length);
    for (let draw = 0; draw < draws; draw += 1)
      for (const pair of drawFrom(problem, lottery, draw)) times[pair]! += 1;
    for (const [at, pair] of lottery.claim.pairs.entries()) {
      const likely = lottery.claim.chances.amounts[at]! / 3;
      // Five standard deviations: by chance alone a failure once in a million, and the seeds are fixed.
      expect(Math.abs(times[pair]! / draws - likely)).toBeLessThanOrEqual(
        5 * Math.sqrt((likely * (1 - likely)) / draws),
      );
    }
  });
});
