import { assert, constantFrom, integer, property } from 'fast-check';
import { problemIn, smallConference } from '../../../test/support/small-conference.js';
import { chance } from '../../platform/chance.js';
import { assign, type Progress } from './assign.js';
import { faultOf } from './certificate.js';
import { problemOf, withPairs, type AssignmentProblem } from './problem.js';

const small = (seed: number): AssignmentProblem => problemIn(smallConference(chance(seed)));
const seeds = integer({ min: 0, max: 1_000_000 });
const objectives = constantFrom('total' as const, 'worst pair' as const);

describe('assign', () => {
  it('gives everybody whom they fit best, within loads', () => {
    const problem = problemOf({
      places: [1, 1],
      reviewers: [
        { least: 0, most: 1 },
        { least: 0, most: 1 },
      ],
      pairs: [
        { submission: 0, reviewer: 0, affinity: 9 },
        { submission: 0, reviewer: 1, affinity: 8 },
        { submission: 1, reviewer: 0, affinity: 7 },
        { submission: 1, reviewer: 1, affinity: 1 },
      ],
    });
    const { claim, tally } = assign(problem, { objective: 'total', seed: 1 });
    expect(Array.from(claim.pairs)).toEqual([1, 2]);
    expect(tally.total).toBe(15);
  });

  it('puts the worst pair before the total where asked', () => {
    const problem = problemOf({
      places: [1, 1],
      reviewers: [
        { least: 0, most: 1 },
        { least: 0, most: 1 },
      ],
      pairs: [
        { submission: 0, reviewer: 0, affinity: 90 },
        { submission: 0, reviewer: 1, affinity: 40 },
        { submission: 1, reviewer: 0, affinity: 40 },
        { submission: 1, reviewer: 1, affinity: 1 },
      ],
    });
    const total = assign(problem, { objective: 'total', seed: 1 });
    expect(Array.from(total.claim.pairs)).toEqual([0, 3]);
    const stages: Progress[] = [];
    const worst = assign(problem, {
      objective: 'worst pair',
      seed: 1,
      watch: (progress) => stages.push(progress),
    });
    expect(Array.from(worst.claim.pairs)).toEqual([1, 2]);
    expect(worst.claim.threshold).toBe(40);
    expect([...new Set(stages.map(({ stage }) => stage))]).toEqual(['total', 'worst pair', 'total again']);
    expect(stages.find(({ between }) => between !== undefined)?.between).toEqual([1, 90]);
    expect(faultOf(problem, worst.claim)).toBeUndefined();
  });

  it('solves what has nothing in it', () => {
    const nobody = problemOf({ places: [2, 1], reviewers: [], pairs: [] });
    const nothing = problemOf({ places: [], reviewers: [{ least: 1, most: 2 }], pairs: [] });
    for (const objective of ['total', 'worst pair'] as const) {
      const left = assign(nobody, { objective, seed: 1 });
      expect(Array.from(left.tally.open)).toEqual([2, 1]);
      expect(faultOf(nobody, left.claim)).toBeUndefined();
      const idle = assign(nothing, { objective, seed: 1 });
      expect(Array.from(idle.tally.short)).toEqual([1]);
      expect(faultOf(nothing, idle.claim)).toBeUndefined();
    }
  });

  it('proves whatever it finds, keeps locked pairs, loads and places, and is the same for the same seed', () => {
    assert(
      property(seeds, objectives, (seed, objective) => {
        const problem = small(seed);
        const { claim, tally } = assign(problem, { objective, seed });
        expect(faultOf(problem, claim)).toBeUndefined();
        const chosen = new Set(claim.pairs);
        expect(problem.locked.findIndex((locked, pair) => locked === 1 && !chosen.has(pair))).toBe(-1);
        expect(tally.load.every((load, r) => load <= problem.most[r]!)).toBe(true);
        expect(tally.open.every((open) => open >= 0)).toBe(true);
        expect(assign(problem, { objective, seed }).claim).toEqual(claim);
        // Another seed may choose others that are as good.
        expect(assign(problem, { objective, seed: seed + 1 }).tally.total).toBe(tally.total);
      }),
      { numRuns: 80 },
    );
  });

  it('keeps panels balanced wherever they can be', () => {
    assert(
      property(seeds, (seed) => {
        const random = chance(seed);
        // Five of each side and five from outside; nobody is in conflict, but one side fits much better.
        const problem = problemOf({
          places: new Int32Array(6).fill(3),
          reviewers: Array.from({ length: 15 }, (_, r) => ({ least: 0, most: 3, group: r % 3 })),
          pairs: Array.from({ length: 90 }, (_, at) => ({
            submission: Math.floor(at / 15),
            reviewer: at % 15,
            affinity: Math.floor(random() * 1000) + (at % 3 === 0 ? 2000 : 0),
          })),
          balance: {
            groups: [{ most: 1, outside: false }, { most: 1, outside: false }, { outside: true }],
            outsideAtLeast: 1,
          },
        });
        const { claim, tally } = assign(problem, { objective: 'worst pair', seed });
        expect(tally.isRelaxed).toBe(false);
        for (let s = 0; s < 6; s += 1) {
          const panel = claim.pairs.filter((pair) => Math.floor(pair / 15) === s).map((pair) => pair % 3);
          for (const party of [0, 1]) expect(panel.filter((g) => g === party).length).toBeLessThan(2);
          expect(panel).toContain(2);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('goes on from an earlier result to the same optimum', () => {
    assert(
      property(seeds, objectives, (seed, objective) => {
        const before = small(seed);
        const { claim } = assign(before, { objective, seed });
        const free = claim.pairs.filter((pair) => before.locked[pair] === 0);
        const { problem, kept } = withPairs(before, (pair) => pair !== free[seed % Math.max(1, free.length)]);
        const now = new Map(Array.from(kept, (pair, at) => [pair, at]));
        const earlier = {
          pairs: claim.pairs.filter((pair) => now.has(pair)).map((pair) => now.get(pair)!),
          prices: claim.total.prices,
        };
        const warm = assign(problem, { objective, seed, earlier });
        expect(faultOf(problem, warm.claim)).toBeUndefined();
        expect(warm.tally.total).toBe(assign(problem, { objective, seed }).tally.total);
      }),
      { numRuns: 80 },
    );
  });
});
