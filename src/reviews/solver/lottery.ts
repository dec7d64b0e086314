import type { Claim, Proof } from './certificate.js';
import type { Progress } from './assign.js';
import { chance } from '../../platform/chance.js';
import { networkOf, type AssignmentNetwork, type Shares } from './network.js';
import type { AssignmentProblem } from './problem.js';
import { Search } from './search.js';
import { tallyOf, type Tally } from './tally.js';

export interface LotteryOptions {
  /** No free pair is more likely than `share / units`, such as 1 of 2; both whole, the smaller the quicker. */
  readonly chances: Shares;
  readonly seed: number;
  readonly watch?: (progress: Progress) => void;
}

/** Chances of pairs with the best expected total, from which assignments are drawn. */
export interface Lottery {
  /** The pairs that may be drawn, with their chances in parts of `units`, and the proof that no other chances expect more. */
  readonly claim: Claim & { readonly chances: NonNullable<Claim['chances']> };
  /** In units: what is expected. */
  readonly expected: Tally;
  /** What all arcs of the network carry, for `drawFrom`. */
  readonly flow: Int32Array;
}

/**
 * The best chances under a bound for each pair, so that nobody can be sure of getting a submission: the same network with more
 * units than pairs may take (after Jecmen et al. 2020). Rules hold for what is expected; where they are whole numbers, as loads
 * and bounds of panels are, every draw keeps them too.
 */
export function lotteryOf(
  problem: AssignmentProblem,
  { chances: { units, share }, seed, watch }: LotteryOptions,
): Lottery {
  const stage = (name: Progress['stage']) => (steps: number) => watch?.({ stage: name, steps });
  const search = new Search(problem, { seed }, { units, share });
  stage('total')(0);
  search.run(stage('total'));
  const flow = search.flow.slice();
  const total = search.proof();
  const { arcOf } = search.network;
  const amountOf = (pair: number): number =>
    problem.locked[pair] === 1 ? units : arcOf[pair]! < 0 ? 0 : flow[arcOf[pair]!]!;
  const pairs = problem.reviewer.map((_, pair) => pair).filter((pair) => amountOf(pair) > 0);
  const amounts = pairs.map(amountOf);
  const expected = tallyOf(problem, pairs, amounts, units);
  let relaxed: Proof | undefined;
  if (expected.isRelaxed) {
    search.count(() => 0, 0);
    search.run(stage('relaxing'));
    relaxed = search.proof();
  }
  return {
    claim: {
      objective: 'total',
      pairs,
      chances: { amounts, share, units },
      threshold: 0,
      total,
      ...(relaxed && { relaxed }),
    },
    expected,
    flow,
  };
}

/**
 * Draws one assignment: pairs are in it as likely as the lottery says, and everything that was whole stays so. Parts are carried
 * around cycles of arcs that hold parts, one way or the other by chance, until none holds a part: each cycle leaves at least one
 * arc whole, and no expectation changes (after Gandhi et al. 2006). The same seed draws the same.
 * @returns the pairs, rising
 */
export function drawFrom(
  problem: AssignmentProblem,
  { claim, flow: chances }: Lottery,
  seed: number,
): Int32Array {
  const { units } = claim.chances;
  const network = networkOf(problem, claim.chances);
  const flow = chances.slice();
  settle(network, flow, units, chance(seed));
  return claim.pairs.filter((pair) => problem.locked[pair] === 1 || flow[network.arcOf[pair]!]! > 0);
}

function settle(
  { nodes, from, to }: AssignmentNetwork,
  flow: Int32Array,
  units: number,
  random: () => number,
): void {
  const inParts = (arc: number): boolean => flow[arc]! % units !== 0;
  const arcsAt: number[][] = Array.from({ length: nodes }, () => []);
  for (let arc = 0; arc < flow.length; arc += 1)
    if (inParts(arc)) {
      arcsAt[from[arc]!]!.push(arc);
      arcsAt[to[arc]!]!.push(arc);
    }
  // A walk over arcs that hold parts, by nodes and the arcs between them; where it meets itself it has found a cycle.
  const walk: number[] = [];
  const over: number[] = [];
  const place = new Int32Array(nodes).fill(-1);
  for (let start = 0; start < nodes; start += 1) {
    let node = start;
    for (;;) {
      const arcs = arcsAt[node]!;
      while (arcs.length > 0 && !inParts(arcs.at(-1)!)) arcs.pop();
      // Whatever meets in a node adds up to a whole, so whoever comes by one part can leave by another.
      const next = arcs.findLast((arc) => arc !== over.at(-1) && inParts(arc));
      if (next === undefined) break;
      place[node] = walk.length;
      walk.push(node);
      over.push(next);
      node = from[next] === node ? to[next]! : from[next]!;
      if (place[node] === -1) continue;
      const begin = place[node]!;
      turn(begin);
      for (const passed of walk.splice(begin)) place[passed] = -1;
      over.length = begin;
      // An arc on the way here may be whole by now only if it was in the cycle, which is gone.
    }
  }

  /** Carries parts around the cycle at the end of the walk. */
  function turn(begin: number): void {
    let along = Infinity;
    let against = Infinity;
    for (let at = begin; at < over.length; at += 1) {
      const part = flow[over[at]!]! % units;
      const isAlong = from[over[at]!] === walk[at];
      along = Math.min(along, isAlong ? units - part : part);
      against = Math.min(against, isAlong ? part : units - part);
    }
    const by = random() * (along + against) < against ? along : -against;
    for (let at = begin; at < over.length; at += 1)
      flow[over[at]!]! += from[over[at]!] === walk[at] ? by : -by;
  }
}
