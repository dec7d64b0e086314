import { pricesFor, storedClaim } from './stored-claim.js';
import { assign } from './solver/assign.js';
import { problemOf } from './solver/problem.js';

const pairs = [0, 1].flatMap((submission) =>
  [0, 1, 2].map((reviewer) => ({ submission, reviewer, affinity: 100 * submission + 10 * reviewer })),
);
const problem = (balance?: { groups: { most?: number; outside: boolean }[]; outsideAtLeast: number }) =>
  problemOf({
    places: [2, 1],
    reviewers: [0, 1, 2].map((group) => ({ least: 0, most: 1, group: group % 2 })),
    pairs,
    ...(balance && { balance }),
  });

describe('a stored claim', () => {
  const balance = { groups: [{ most: 1, outside: false }, { outside: true }], outsideAtLeast: 1 };
  const { claim } = assign(problem(balance), { objective: 'worst pair', seed: 1 });
  const stored = storedClaim(claim, ['a', 'b'], ['x', 'y', 'z']);

  it('is data with all its proofs', () => {
    expect(structuredClone(stored)).toEqual(stored);
    expect(stored.total.prices.submission).toEqual([...claim.total.prices.submission]);
    expect(stored.beyond).toBeDefined();
    expect(stored.relaxed !== undefined).toBe(claim.relaxed !== undefined);
    const plain = { ...claim, beyond: undefined, relaxed: claim.total };
    expect(storedClaim(plain as unknown as typeof claim, [], [])).toMatchObject({ relaxed: stored.total });
  });

  it('gives its prices to those who are still there', () => {
    const prices = pricesFor(stored, problem(balance), {
      submissions: ['b', 'new'],
      reviewers: ['z', 'new', 'x'],
    });
    const { submission, reviewer, group } = claim.total.prices;
    expect([...prices.submission]).toEqual([submission[1], 0]);
    expect([...prices.reviewer]).toEqual([reviewer[2], 0, reviewer[0]]);
    expect([...prices.group]).toEqual([...group.slice(3, 6), 0, 0, 0]);
  });

  it('has no prices for other groups', () => {
    const prices = pricesFor(stored, problem(), { submissions: ['a', 'b'], reviewers: [] });
    expect([...prices.group]).toEqual([0, 0]);
  });
});
