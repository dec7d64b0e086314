import { groupArc, type AssignmentNetwork } from './network.js';
import type { Start } from './network-simplex.js';
import type { Prices } from './certificate.js';
import { HIGHEST_AFFINITY, type AssignmentProblem } from './problem.js';

/** Where a search begins: the pairs of an earlier result, and its prices. */
export interface Beginning {
  /** Chooses among pairs that fit equally well, or nearly so. */
  readonly seed: number;
  /** Pairs that are taken first, whatever the balance of their panels. */
  readonly earlier?: Int32Array;
  /** Prices of an earlier result; the nearer they are to the new ones the fewer steps are left. */
  readonly prices?: Prices;
}

const NONE = -1;
/** Affinities that share all but their last 8 bits count as equal for a start. */
const COARSE = 8;
/** How many pairs of each submission are tried first. */
const BEST_FEW = 12;
const LEVELS = (HIGHEST_AFFINITY >> COARSE) + 1;

/** The pairs of a list by falling affinity, roughly, and otherwise scattered by the seed. */
export function byAffinity(pairs: Int32Array, affinity: Int32Array, seed: number): Int32Array {
  const place = new Int32Array(LEVELS + 1);
  for (let at = 0; at < pairs.length; at += 1) place[LEVELS - (affinity[pairs[at]!]! >> COARSE)]! += 1;
  for (let level = 0; level < LEVELS; level += 1) place[level + 1]! += place[level]!;
  const order = new Int32Array(pairs.length);
  // Steps of a length without a common divisor with the number of pairs visit each of them once.
  let step = 1 + ((Math.imul(seed, 0x9e3779b1) >>> 0) % Math.max(1, pairs.length));
  while (divisor(step, pairs.length) > 1) step += 1;
  for (let count = 0, at = 0; count < pairs.length; count += 1) {
    const pair = pairs[at]!;
    order[place[LEVELS - 1 - (affinity[pair]! >> COARSE)]!++] = pair;
    at += step;
    if (at >= pairs.length) at -= pairs.length;
  }
  return order;
}

const divisor = (one: number, other: number): number => (other === 0 ? one : divisor(other, one % other));

/** A first flow, and a strongly feasible tree for it. */
export function startOf(
  problem: AssignmentProblem,
  network: AssignmentNetwork,
  { seed, earlier, prices }: Beginning,
): Start {
  const { arcOf, places, units, share } = network;
  const firstOpen = 2 * problem.most.length;
  const flow = new Int32Array(network.from.length);
  if (earlier) fill(problem, network, flow, earlier, false);
  // Most places go to one of the best few; only where these are taken are all others looked at.
  const wanted = new Int32Array(problem.reviewer.length);
  for (const most of [BEST_FEW, Infinity]) {
    let count = 0;
    for (let s = 0; s < places.length; s += 1)
      if (places[s]! * units + flow[firstOpen + s]! >= share) {
        const [from, to] = [problem.first[s]!, problem.first[s + 1]!];
        const enough = to - from > most ? problem.affinity.subarray(from, to).toSorted().at(-most)! : 0;
        for (let pair = from; pair < to; pair += 1)
          if (problem.affinity[pair]! >= enough && arcOf[pair] !== NONE) wanted[count++] = pair;
      }
    fill(problem, network, flow, byAffinity(wanted.subarray(0, count), problem.affinity, seed), true);
  }
  for (let s = 0; s < places.length; s += 1) flow[firstOpen + s]! += places[s]! * units;
  return { flow, treeArc: treeFor(problem, network, flow, prices) };
}

/** Takes pairs while there is room. The flow of a place's open arc is counted below zero here: minus what has been taken. */
function fill(
  { reviewer, most: reviewers, places: submissions, group, balance }: AssignmentProblem,
  network: AssignmentNetwork,
  flow: Int32Array,
  order: Int32Array,
  careful: boolean,
): void {
  const { arcOf, submissionOf, to, capacity, units, share, groupNode } = network;
  const firstOpen = 2 * reviewers.length;
  const firstPanel = network.panelNode(0);
  const slots = balance.groups.length + 1;
  for (let at = 0; at < order.length; at += 1) {
    const pair = order[at]!;
    const s = submissionOf[pair]!;
    const open = network.places[s]! * units + flow[firstOpen + s]!;
    if (open < share) continue;
    const arc = arcOf[pair]!;
    const r = reviewer[pair]!;
    const left = network.most[r]! * units - flow[2 * r]! - flow[2 * r + 1]!;
    if (arc === NONE || flow[arc]! > 0 || left < share) continue;
    if (careful) {
      // Neither one too many of a group, nor the last places that somebody from outside the parties has to have.
      const g = group[r]!;
      const own = g === NONE ? NONE : groupNode[s * slots + g]!;
      if (own !== NONE) {
        const low = groupArc(own, reviewers.length, submissions.length);
        if (capacity[low]! - flow[low]! < share) continue;
      }
      const outside = groupNode[s * slots + slots - 1]!;
      if (outside !== NONE && (g === NONE || !balance.groups[g]!.outside)) {
        const low = groupArc(outside, reviewers.length, submissions.length);
        if (open - share < capacity[low]! - flow[low]!) continue;
      }
    }
    flow[arc] = share;
    flow[firstOpen + s]! -= share;
    add(flow, capacity, 2 * r, share);
    for (let node = to[arc]!; node >= firstPanel + submissions.length;) {
      const low = groupArc(node, reviewers.length, submissions.length);
      add(flow, capacity, low, share);
      node = to[low]!;
    }
  }
}

/** Sends units over the first of two arcs while it has room, then over the second. */
function add(flow: Int32Array, capacity: Int32Array, low: number, amount: number): void {
  const first = Math.min(amount, capacity[low]! - flow[low]!);
  flow[low]! += first;
  flow[low + 1]! += amount - first;
}

/**
 * A tree in which every node has room towards the root, with every arc in it that is neither empty nor full (they never close
 * a cycle, since a start takes pairs whole). Besides these it takes arcs whose prices were even before, then what fits.
 */
function treeFor(
  problem: AssignmentProblem,
  network: AssignmentNetwork,
  flow: Int32Array,
  prices: Prices | undefined,
): Int32Array {
  const { nodes, from, to, capacity, arcOf } = network;
  const reviewers = problem.most.length;
  const submissions = problem.places.length;
  const firstPanel = network.panelNode(0);
  const firstGroup = firstPanel + submissions;

  const isFree = (arc: number): boolean => flow[arc]! > 0 && flow[arc]! < capacity[arc]!;
  const free: number[] = [];
  for (let arc = 0; arc < groupArc(nodes, reviewers, submissions); arc += 1) if (isFree(arc)) free.push(arc);
  const freeArcs = incidence(network, free);
  const evenArcs = incidence(network, prices ? evenOf(problem, network, prices) : []);

  const treeArc = new Int32Array(nodes).fill(NONE);
  const reached = new Uint8Array(nodes);
  const queue = new Int32Array(nodes);
  let queued = 0;
  let served = 0;
  const hang = (node: number, arc: number): void => {
    treeArc[node] = arc;
    reached[node] = 1;
    queue[queued++] = node;
  };
  const across = (arc: number, node: number): number => (from[arc] === node ? to[arc]! : from[arc]!);
  /** Hangs up a node, and at once all that hangs together with it by arcs that must be in the tree. */
  const attach = (node: number, arc: number): void => {
    let at = queued;
    hang(node, arc);
    for (; at < queued; at += 1)
      for (const next of freeArcs(queue[at]!)) {
        const other = across(next, queue[at]!);
        if (reached[other] === 0) hang(other, next);
      }
  };
  const spread = (): void => {
    for (; served < queued; served += 1)
      for (const arc of evenArcs(queue[served]!)) {
        const other = across(arc, queue[served]!);
        if (reached[other] === 1) continue;
        const room = from[arc] === other ? flow[arc]! < capacity[arc]! : flow[arc]! > 0;
        if (room) attach(other, arc);
      }
  };

  attach(0, NONE);
  spread();
  // A reviewer with reviews can give one back; those whose arcs are neither empty nor full hang at the root already.
  for (let r = 0; r < reviewers; r += 1) {
    if (reached[1 + r] === 1 || (flow[2 * r] === 0 && flow[2 * r + 1] === 0)) continue;
    attach(1 + r, flow[2 * r + 1]! > 0 ? 2 * r + 1 : 2 * r);
    spread();
  }
  // A full panel can give back its least fitting member.
  const leastOf = leastFitting(problem, arcOf, flow);
  for (let s = 0; s < submissions; s += 1) {
    if (reached[firstPanel + s] === 1) continue;
    const least = leastOf[s]!;
    if (least === NONE) attach(firstPanel + s, 2 * reviewers + s);
    let arc = least === NONE ? NONE : arcOf[least]!;
    while (reached[firstPanel + s] === 0) {
      const node = to[arc]!;
      if (reached[node] === 0) attach(node, arc);
      const low = groupArc(node, reviewers, submissions);
      arc = flow[low + 1]! > 0 ? low + 1 : low;
    }
    spread();
  }
  // The node of a group hangs at its panel; that of all outside groups comes before those within.
  for (let node = nodes - 1; node >= firstGroup; node -= 1) {
    if (reached[node] === 1) continue;
    const low = groupArc(node, reviewers, submissions);
    attach(node, flow[low]! < capacity[low]! ? low : low + 1);
    spread();
  }
  // Reviewers without a review hang at the panel that they fit best.
  const best = bestFitting(problem, arcOf);
  for (let r = 0; r < reviewers; r += 1) {
    if (reached[1 + r] === 1) continue;
    // Whoever fits nowhere hangs at the root, by the arc that rewards if there is one.
    attach(1 + r, best[r] !== NONE ? arcOf[best[r]!]! : capacity[2 * r]! > 0 ? 2 * r : 2 * r + 1);
  }
  return treeArc;
}

// Walks over all pairs are functions of their own: within a larger one they would run uncompiled for long.

/** For each submission the chosen pair that fits least, or -1. */
function leastFitting(
  { first, affinity, places }: AssignmentProblem,
  arcOf: Int32Array,
  flow: Int32Array,
): Int32Array {
  const found = new Int32Array(places.length).fill(NONE);
  for (let s = 0; s < places.length; s += 1)
    for (let pair = first[s]!; pair < first[s + 1]!; pair += 1) {
      const arc = arcOf[pair]!;
      if (arc === NONE || flow[arc] === 0) continue;
      if (found[s] === NONE || affinity[pair]! < affinity[found[s]!]!) found[s] = pair;
    }
  return found;
}

/** For each reviewer the free pair that fits best, or -1. */
function bestFitting({ most, reviewer, affinity }: AssignmentProblem, arcOf: Int32Array): Int32Array {
  const best = new Int32Array(most.length).fill(NONE);
  for (let pair = 0; pair < reviewer.length; pair += 1) {
    const r = reviewer[pair]!;
    if (arcOf[pair] !== NONE && (best[r] === NONE || affinity[pair]! > affinity[best[r]!]!)) best[r] = pair;
  }
  return best;
}

/** For each node the arcs of a list at it. */
function incidence(
  { nodes, from, to }: AssignmentNetwork,
  arcs: readonly number[],
): (node: number) => Int32Array {
  const start = new Int32Array(nodes + 2);
  for (const arc of arcs) {
    start[from[arc]! + 2]! += 1;
    start[to[arc]! + 2]! += 1;
  }
  for (let node = 2; node < start.length; node += 1) start[node]! += start[node - 1]!;
  const all = new Int32Array(2 * arcs.length);
  for (const arc of arcs) {
    all[start[from[arc]! + 1]!++] = arc;
    all[start[to[arc]! + 1]!++] = arc;
  }
  return (node) => all.subarray(start[node], start[node + 1]);
}

/** The arcs that neither gain nor lose at given prices. */
function evenOf(problem: AssignmentProblem, network: AssignmentNetwork, prices: Prices): number[] {
  const { nodes, from, to, cost, groupNode } = network;
  const slots = problem.balance.groups.length + 1;
  const price = new Float64Array(nodes);
  price.set(prices.reviewer, 1);
  for (let s = 0; s < problem.places.length; s += 1) {
    const panel = -prices.submission[s]!;
    price[network.panelNode(s)] = panel;
    const outside = panel - prices.group[s * slots + slots - 1]!;
    for (let g = 0; g < slots; g += 1) {
      const node = groupNode[s * slots + g]!;
      if (node === NONE) continue;
      const above = g < slots - 1 && problem.balance.groups[g]!.outside ? outside : panel;
      price[node] = g === slots - 1 ? outside : above - prices.group[s * slots + g]!;
    }
  }
  const even: number[] = [];
  for (let arc = 0; arc < from.length; arc += 1)
    if (price[to[arc]!] === cost[arc]! + price[from[arc]!]!) even.push(arc);
  return even;
}
