import { problemIn, smallConference } from '../../../test/support/small-conference.js';
import { chance } from '../../platform/chance.js';
import { assign } from './assign.js';
import { faultOf, type Claim, type Proof } from './certificate.js';
import { lotteryOf } from './lottery.js';
import { problemOf } from './problem.js';

// Four submissions, five reviewers; a maximum that binds, a party's bound that binds, one locked pair.
const random = chance(5);
const problem = problemOf({
  places: [2, 2, 2, 2],
  reviewers: Array.from({ length: 5 }, (_, r) => ({ least: 1, most: 2, group: [0, 0, 1, 1, -1][r]! })),
  pairs: Array.from({ length: 20 }, (_, at) => ({
    submission: Math.floor(at / 5),
    reviewer: at % 5,
    affinity: 100 + Math.floor(random() * 900) + (at % 5 < 2 ? 500 : 0),
    locked: at === 2,
  })),
  balance: { groups: [{ most: 1, outside: false }, { outside: true }], outsideAtLeast: 1 },
});
const total = assign(problem, { objective: 'total', seed: 1 }).claim;
const worst = assign(problem, { objective: 'worst pair', seed: 1 }).claim;
const lottery = lotteryOf(problem, { chances: { units: 4, share: 3 }, seed: 1 }).claim;
const changed = (list: Float64Array, at: number, by: number): Float64Array => list.with(at, list[at]! + by);

describe('faultOf', () => {
  it('finds nothing in what is right', () => {
    for (const claim of [total, worst, lottery]) expect(faultOf(problem, claim)).toBeUndefined();
  });

  it('finds other pairs than those that were proven', () => {
    const without = (at: number): Int32Array => total.pairs.filter((_, index) => index !== at);
    const swapped = (pair: number): Int32Array => Int32Array.from([...without(0), pair]).toSorted();
    expect(faultOf(problem, { ...total, pairs: total.pairs.toReversed() })).toMatch('not in order');
    expect(faultOf(problem, { ...total, pairs: Int32Array.from([...total.pairs, 20]) })).toMatch(
      'not of this problem',
    );
    expect(faultOf(problem, { ...total, pairs: Int32Array.from([-1, ...total.pairs]) })).toMatch(
      'not in order',
    );
    const twice = Int32Array.from([...total.pairs, total.pairs[0]!]).toSorted();
    expect(faultOf(problem, { ...total, pairs: twice })).toMatch('not in order');
    const lockedAt = total.pairs.indexOf(2);
    expect(faultOf(problem, { ...total, pairs: without(lockedAt) })).toBe('a locked pair is missing');
    const other = Array.from({ length: 20 }, (_, pair) => pair).filter((pair) => !total.pairs.includes(pair));
    for (const pair of other) expect(faultOf(problem, { ...total, pairs: swapped(pair) })).toBeDefined();
    for (const pair of other)
      expect(
        faultOf(problem, { ...total, pairs: Int32Array.from([...total.pairs, pair]).toSorted() }),
      ).toMatch(/too (large|many)/);
    const free = total.pairs.findIndex((pair) => pair !== 2);
    expect(faultOf(problem, { ...total, pairs: without(free) })).toBe('the total is not proven');
  });

  it('finds a reviewer with too many', () => {
    const one = problemOf({
      places: [1, 1],
      reviewers: [{ least: 0, most: 1 }],
      pairs: [0, 1].map((submission) => ({ submission, reviewer: 0, affinity: 1 })),
    });
    const { claim } = assign(one, { objective: 'total', seed: 1 });
    expect(faultOf(one, claim)).toBeUndefined();
    expect(faultOf(one, { ...claim, pairs: Int32Array.of(0, 1) })).toBe('a reviewer has too many');
  });

  it('finds every price of the total that has been changed to prove another', () => {
    const { prices } = total.total;
    const withPrices = (change: Partial<Proof['prices']>): Claim => ({
      ...total,
      total: { ...total.total, prices: { ...prices, ...change } },
    });
    for (const by of [-1_000_000, 1_000_000]) {
      for (const s of problem.places.keys())
        expect(faultOf(problem, withPrices({ submission: changed(prices.submission, s, by) }))).toBe(
          'the total is not proven',
        );
      for (const r of problem.most.keys())
        expect(faultOf(problem, withPrices({ reviewer: changed(prices.reviewer, r, by) }))).toBe(
          'the total is not proven',
        );
    }
    const groups = Array.from(prices.group.keys()).filter(
      (at) => faultOf(problem, withPrices({ group: changed(prices.group, at, 1_000_000) })) !== undefined,
    );
    expect(groups).toHaveLength(prices.group.length);
  });

  it('finds weights that reward what is broken, and a better affinity than there is', () => {
    const weights = { ...total.total.weights, open: -1 };
    expect(faultOf(problem, { ...total, total: { ...total.total, weights } })).toBe('a weight is below zero');
    const better = problem.affinity.map((one, pair) => (total.pairs.includes(pair) ? one : 1_000_000));
    expect(faultOf({ ...problem, affinity: better }, total)).toBe('the total is not proven');
  });

  it('finds a threshold that is not kept, not allowed or not the best', () => {
    expect(worst.threshold).toBeGreaterThan(0);
    expect(worst.beyond).toBeDefined();
    expect(faultOf(problem, { ...worst, threshold: 1_000_000 })).toBe('a pair is below the threshold');
    expect(faultOf(problem, { ...worst, objective: 'total' })).toBe('the total is not proven');
    const { beyond, ...rest } = worst;
    expect(faultOf(problem, rest)).toBe('the worst pair is not proven');
    expect(faultOf(problem, { ...rest, threshold: worst.threshold - 1, beyond: beyond! })).toBe(
      'the worst pair is not proven',
    );
    const submission = beyond!.prices.submission.map((price) => price + 100);
    expect(
      faultOf(problem, { ...rest, beyond: { ...beyond!, prices: { ...beyond!.prices, submission } } }),
    ).toBe('the worst pair is not proven');
  });

  it('finds chances that are too high or do not add up', () => {
    const { chances } = lottery;
    const at = lottery.pairs.findIndex((pair) => problem.locked[pair] === 0);
    const of = (amount: number): Claim => ({
      ...lottery,
      chances: { ...chances, amounts: chances.amounts.with(at, amount) },
    });
    expect(faultOf(problem, of(4))).toBe('a pair is more likely than it may be');
    expect(faultOf(problem, of(-1))).toBe('a pair is more likely than it may be');
    expect(faultOf(problem, of(chances.amounts[at]! - 1))).toBe('the total is not proven');
  });

  it('asks for a proof that nothing was relaxed without need', () => {
    const poor = { ...problem, places: Int32Array.of(3, 3, 3, 3) };
    const { claim } = assign(poor, { objective: 'total', seed: 1 });
    expect(faultOf(poor, claim)).toBeUndefined();
    const { relaxed, ...rest } = claim;
    expect(faultOf(poor, rest)).toBe('the relaxing is not proven');
    const reviewer = relaxed!.prices.reviewer.map((price) => price + 1);
    expect(
      faultOf(poor, { ...rest, relaxed: { ...relaxed!, prices: { ...relaxed!.prices, reviewer } } }),
    ).toBe('the relaxing is not proven');
    expect(faultOf(problem, { ...total, relaxed: relaxed! })).toBe('the relaxing is not proven');
  });

  it('adds up exactly what is beyond the numbers that a computer counts with', () => {
    const huge: Claim = {
      ...total,
      total: {
        ...total.total,
        prices: {
          ...total.total.prices,
          submission: total.total.prices.submission.map((price) => price - 2 ** 52),
        },
      },
    };
    expect(faultOf(problem, huge)).toBe('the total is not proven');
    // Many small conferences that cannot keep their rules.
    for (let seed = 0; seed < 60; seed += 1) {
      const one = problemIn(smallConference(chance(seed)));
      expect(faultOf(one, assign(one, { objective: 'worst pair', seed }).claim)).toBeUndefined();
    }
  });
});
