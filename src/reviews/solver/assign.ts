import type { Claim, Prices, Proof } from './certificate.js';
import { withPairs, type AssignmentProblem } from './problem.js';
import { Search } from './search.js';
import { tallyOf, type Tally } from './tally.js';

/** An earlier result of much the same problem, in whose numbers it speaks: a search from there has little left to do. */
export interface Earlier {
  readonly pairs: Int32Array;
  readonly prices: Prices;
}

/** Where a search stands. */
export interface Progress {
  readonly stage: 'total' | 'relaxing' | 'worst pair' | 'total again';
  /** Steps of the whole search so far. */
  readonly steps: number;
  /** Of the search for the worst pair: the thresholds between which the best one lies. */
  readonly between?: readonly [number, number];
}

export interface AssignOptions {
  /** `worst pair`: the least affinity of all pairs as high as can be, then the total. `total`: the total alone. */
  readonly objective: 'worst pair' | 'total';
  /** Chooses among equally good assignments; the same seed chooses the same. */
  readonly seed: number;
  readonly earlier?: Earlier;
  /** Called again and again; what it throws ends the search. */
  readonly watch?: (progress: Progress) => void;
}

/** An assignment and the proof that there is no better one; `claim` is what `faultOf` checks. */
export interface Assignment {
  readonly claim: Claim;
  readonly tally: Tally;
  readonly steps: number;
}

/** Solves a problem that has no `troublesOf`. Always ends with an assignment; the tally says which rules it had to break. */
export function assign(problem: AssignmentProblem, options: AssignOptions): Assignment {
  const { objective, seed, earlier, watch } = options;
  let steps = 0;
  const stage = (name: Progress['stage'], between?: readonly [number, number]) => (own: number) =>
    watch?.({ stage: name, steps: steps + own, ...(between && { between }) });

  const best = new Search(problem, {
    ...(earlier && { earlier: earlier.pairs, prices: earlier.prices }),
    seed,
  });
  stage('total')(0);
  best.run(stage('total'));
  let pairs = best.pairs();
  let total = best.proof();
  const tally = tallyOf(problem, pairs);

  let relaxed: Proof | undefined;
  if (tally.isRelaxed) {
    best.count(() => 0, 0);
    best.run(stage('relaxing'));
    relaxed = best.proof();
  }
  if (objective === 'total')
    return {
      claim: { objective, pairs, threshold: 0, total, ...(relaxed && { relaxed }) },
      tally,
      steps: best.steps,
    };

  stage('worst pair')(best.steps);
  const { threshold, beyond } = bestThreshold(problem, best, pairs, (between) =>
    stage('worst pair', between),
  );
  steps = best.steps;
  if (pairs.some((pair) => problem.locked[pair] === 0 && problem.affinity[pair]! < threshold)) {
    const { problem: above, kept } = withPairs(
      problem,
      (pair) => problem.locked[pair] === 1 || problem.affinity[pair]! >= threshold,
    );
    const index = new Map(Array.from(kept, (pair, at) => [pair, at]));
    const again = new Search(above, {
      earlier: Int32Array.from(pairs)
        .filter((pair) => index.has(pair))
        .map((pair) => index.get(pair)!),
      prices: total.prices,
      seed,
    });
    stage('total again')(0);
    again.run(stage('total again'));
    steps += again.steps;
    pairs = again.pairs().map((pair) => kept[pair]!);
    total = again.proof();
  }
  return {
    claim: { objective, pairs, threshold, total, ...(relaxed && { relaxed }), ...(beyond && { beyond }) },
    tally: tallyOf(problem, pairs),
    steps,
  };
}

/**
 * The highest affinity that all free pairs of an assignment can have at once, without breaking more rules. By halving: for a
 * threshold the search is run with affinity 1 for a pair that reaches it and 0 for others, from where the last one ended.
 */
function bestThreshold(
  problem: AssignmentProblem,
  search: Search,
  pairs: Int32Array,
  stage: (between: readonly [number, number]) => (steps: number) => void,
): { threshold: number; beyond?: Claim['beyond'] } {
  const { affinity, locked } = problem;
  const lowest = (chosen: Int32Array): number =>
    chosen.reduce((low, pair) => (locked[pair] === 1 ? low : Math.min(low, affinity[pair]!)), Infinity);
  const least = lowest(pairs);
  if (least === Infinity) return { threshold: 0 };
  const values = Int32Array.from(new Set(affinity.filter((one) => one >= least))).toSorted();

  search.count(() => 1, 1);
  const wanted = search.cost;
  let beyond: Claim['beyond'] | undefined;
  const reaches = (at: number): boolean => {
    search.count((pair) => Number(affinity[pair]! >= values[at]!), 1);
    const told = stage([values[low]!, values[high - 1]!]);
    told(search.steps);
    search.run(told, wanted);
    if (search.cost <= wanted) return true;
    beyond = search.proof();
    return false;
  };
  let low = 0;
  let high = values.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (reaches(middle)) low = values.indexOf(lowest(search.pairs()));
    else high = middle;
  }
  return { threshold: values[low]!, ...(beyond && { beyond }) };
}
