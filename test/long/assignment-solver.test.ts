import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { chance } from '../../src/platform/chance.js';
import { assign } from '../../src/reviews/solver/assign.js';
import { faultOf } from '../../src/reviews/solver/certificate.js';
import { troublesOf } from '../../src/reviews/solver/problem.js';
import { optimumOf, totalOfLp } from '../support/assignment-oracle.js';
import { solveInThread } from '../../src/reviews/solver/solve-in-thread.js';
import type { Progress } from '../../src/reviews/solver/assign.js';
import { builtFile } from '../../src/platform/program.js';
import { aamasInstance, assignmentInstance, minMaxTotal } from '../../src/tools/assignment-instances.js';
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

  it('finds the same optimum for the bids of AAMAS 2015, well above MinMax in two passes', async () => {
    const problem = aamasInstance(readFileSync('test/data/aamas2015.txt', 'utf8'), 4);
    const { claim, tally } = assign(problem, { objective: 'total', seed: 1 });
    expect(tally.isRelaxed).toBe(false);
    expect(faultOf(problem, claim)).toBeUndefined();
    expect(tally.total).toBe(await totalOfLp(problem));
    expect(tally.total).toBeGreaterThanOrEqual(1.02 * minMaxTotal(problem));
    const worst = assign(problem, { objective: 'worst pair', seed: 1 });
    expect(faultOf(problem, worst.claim)).toBeUndefined();
    expect(worst.tally.isRelaxed).toBe(false);
  }, 120_000);

  it('proves what it finds for a thousand submissions', () => {
    const problem = assignmentInstance(1000, 200, 1);
    const { claim, tally } = assign(problem, { objective: 'worst pair', seed: 1 });
    expect(tally.isRelaxed).toBe(false);
    expect(faultOf(problem, claim)).toBeUndefined();
  }, 60_000);
});

describe('the thread', () => {
  const file = pathToFileURL(builtFile('reviews/solver/solver-thread.js'));
  const problem = assignmentInstance(300, 60, 1);
  const options = { objective: 'worst pair', seed: 1 } as const;

  it('answers what the solver answers, and tells how it goes', async () => {
    const told: Progress[] = [];
    const result = await solveInThread({ problem, options }, file, {
      progress: (progress) => told.push(progress),
    });
    expect(result).toMatchObject({ kind: 'solved', fault: undefined });
    const { claim } = assign(problem, options);
    expect(result.kind === 'solved' && result.pairs).toEqual(claim.pairs);
    expect(told.map(({ stage }) => stage)).toContain('worst pair');
  });

  it('ends when it is told to, before and while it works', async () => {
    const gone = AbortSignal.abort(new Error('not wanted'));
    await expect(solveInThread({ problem, options }, file, { signal: gone })).rejects.toThrow('not wanted');
    const abort = new AbortController();
    const cancelled = solveInThread({ problem, options }, file, {
      signal: abort.signal,
      progress: () => abort.abort(new Error('no longer wanted')),
    });
    await expect(cancelled).rejects.toThrow('no longer wanted');
  });

  it('says when it fails', async () => {
    const broken = { ...problem, first: undefined as unknown as Int32Array };
    await expect(solveInThread({ problem: broken, options }, file)).rejects.toThrow(/undefined/);
  });
});
