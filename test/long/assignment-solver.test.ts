import { chance } from '../../src/platform/chance.js';
import { assign } from '../../src/reviews/solver/assign.js';
import { faultOf } from '../../src/reviews/solver/certificate.js';
import { troublesOf } from '../../src/reviews/solver/problem.js';
import { optimumOf } from '../support/assignment-oracle.js';
import { problemIn, smallConference } from '../support/small-conference.js';

const sum = (numbers: Int32Array): number => numbers.reduce((a, b) => a + b, 0);

describe('the solver, against integer programming', () => {
  it('finds the same optimum in 600 random small conferences with every feature', async () => {
    const random = chance(20_261_122);
    let relaxed = 0;
    for (let round = 0; round < 600; round += 1) {
      const conference = smallConference(random);
      const problem = problemIn(conference);
      expect(troublesOf(problem)).toEqual([]);
      const optimum = await optimumOf(conference);
      const breaches = { open: optimum.open, unbalanced: optimum.unbalanced, short: optimum.short };
      const total = assign(problem, { objective: 'total', seed: round });
      const worst = assign(problem, { objective: 'worst pair', seed: round });
      for (const { tally } of [total, worst])
        expect({
          open: sum(tally.open),
          unbalanced: tally.tooMany + tally.outsideMissing,
          short: sum(tally.short),
        }).toEqual(breaches);
      expect(total.tally.total).toBe(optimum.total);
      expect(worst.tally.total).toBe(optimum.totalOfWorst);
      const free = Array.from(worst.claim.pairs).filter((pair) => problem.locked[pair] === 0);
      const least = Math.min(optimum.worstThinkable, ...free.map((pair) => problem.affinity[pair]!));
      expect(least).toBe(optimum.worst);
      expect(faultOf(problem, total.claim)).toBeUndefined();
      expect(faultOf(problem, worst.claim)).toBeUndefined();
      if (total.tally.isRelaxed) relaxed += 1;
    }
    // Neither kind is rare, so that feasibility is judged too.
    expect(relaxed).toBeGreaterThan(100);
    expect(relaxed).toBeLessThan(500);
  }, 120_000);
});
