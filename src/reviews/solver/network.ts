import type { Network } from './network-simplex.js';
import type { Prices } from './certificate.js';
import type { AssignmentProblem } from './problem.js';
import type { Weights } from './weights.js';

/**
 * A problem as a network. The root sends one unit for each place: to reviewers, who send it on over their pairs to the panels,
 * or straight to a panel, which is a place left open. A panel takes units of a group with a bound through a node of its own.
 * Nothing has a lower bound: what is wanted at least is a first arc that rewards, what is wanted at most a first arc before a
 * second that costs. So there is always a flow, and one with the least cost breaks a rule only where it must.
 * Locked pairs are not in it: they take their places, loads and shares of groups beforehand.
 */
export interface AssignmentNetwork extends Network, Shares {
  /** For each pair its arc, or -1 when it is locked or its submission needs nobody else. */
  readonly arcOf: Int32Array;
  /** For each pair its submission. */
  readonly submissionOf: Int32Array;
  readonly reviewerNode: (reviewer: number) => number;
  readonly panelNode: (submission: number) => number;
  /** The node of a group in a panel, or -1 where its bound can never matter; the group after the last is "outside". */
  readonly groupNode: Int32Array;
  /** What each submission still needs, each reviewer may still take, and how many of them must be. */
  readonly places: Int32Array;
  readonly most: Int32Array;
  readonly least: Int32Array;
}

/** How many units one place is, and how many of them one pair may take: `share / units` bounds its probability. */
export interface Shares {
  readonly units: number;
  readonly share: number;
}

const NONE = -1;

/** Pairs lie scattered over the arcs, so that a block of arcs holds pairs of many submissions. */
export function networkOf(
  problem: AssignmentProblem,
  { units, share }: Shares = { units: 1, share: 1 },
): AssignmentNetwork {
  const { first, reviewer, locked, group, balance } = problem;
  const submissions = problem.places.length;
  const reviewers = problem.most.length;
  const groups = balance.groups.length;
  const slots = groups + 1;

  const places = problem.places.slice();
  const most = problem.most.slice();
  const least = problem.least.slice();
  const held = new Int32Array(submissions * slots);
  const choice = new Int32Array(submissions * slots);
  for (let s = 0; s < submissions; s += 1)
    for (let pair = first[s]!; pair < first[s + 1]!; pair += 1) {
      const r = reviewer[pair]!;
      const g = group[r]!;
      const counts = locked[pair] === 1 ? held : choice;
      if (g !== NONE) {
        counts[s * slots + g]! += 1;
        if (balance.groups[g]!.outside) counts[s * slots + groups]! += 1;
      }
      if (locked[pair] === 1) {
        places[s]! -= 1;
        most[r]! -= 1;
        least[r]! -= 1;
      }
    }
  let free = 0;
  for (let s = 0; s < submissions; s += 1)
    if (places[s]! > 0) for (let pair = first[s]!; pair < first[s + 1]!; pair += 1) free += 1 - locked[pair]!;
  for (let r = 0; r < reviewers; r += 1) least[r] = Math.max(0, least[r]!);

  // A node only where a bound can matter.
  const groupNode = new Int32Array(submissions * slots).fill(NONE);
  let nodes = 1 + reviewers + submissions;
  for (let s = 0; s < submissions; s += 1)
    for (let g = 0; g < slots; g += 1) {
      const at = s * slots + g;
      const joining = Math.min(choice[at]!, places[s]!);
      const matters =
        g === groups
          ? places[s]! > 0 && balance.outsideAtLeast > held[at]!
          : joining > 0 && joining + held[at]! > (balance.groups[g]!.most ?? Infinity);
      if (matters) groupNode[at] = nodes++;
    }

  const firstPairArc = 2 * reviewers + submissions + 2 * (nodes - 1 - reviewers - submissions);
  const arcs = firstPairArc + free;
  const from = new Int32Array(arcs);
  const to = new Int32Array(arcs);
  const cost = new Float64Array(arcs);
  const capacity = new Int32Array(arcs);
  const arc = (at: number, tail: number, head: number, limit: number): void => {
    from[at] = tail;
    to[at] = head;
    capacity[at] = limit;
  };
  const reviewerNode = (r: number): number => 1 + r;
  const panelNode = (s: number): number => 1 + reviewers + s;

  for (let r = 0; r < reviewers; r += 1) {
    arc(2 * r, 0, reviewerNode(r), least[r]! * units);
    arc(2 * r + 1, 0, reviewerNode(r), (most[r]! - least[r]!) * units);
  }
  for (let s = 0; s < submissions; s += 1) {
    const unbounded = places[s]! * units + 1;
    arc(2 * reviewers + s, 0, panelNode(s), unbounded);
    for (let g = 0; g < slots; g += 1) {
      const node = groupNode[s * slots + g]!;
      if (node === NONE) continue;
      const at = groupArc(node, reviewers, submissions);
      const taken = held[s * slots + g]!;
      if (g === groups) {
        arc(at, node, panelNode(s), (balance.outsideAtLeast - taken) * units);
        arc(at + 1, node, panelNode(s), unbounded);
      } else {
        const outside = balance.groups[g]!.outside ? groupNode[s * slots + groups]! : NONE;
        const into = outside === NONE ? panelNode(s) : outside;
        arc(at, node, into, Math.max(0, balance.groups[g]!.most! - taken) * units);
        arc(at + 1, node, into, unbounded);
      }
    }
  }

  // Where pairs enter a panel, by the reviewer's group; the undeclared, at the end, go straight there.
  const entry = new Int32Array(submissions * slots);
  for (let s = 0; s < submissions; s += 1) {
    const outside = groupNode[s * slots + groups]!;
    for (let g = 0; g < groups; g += 1) {
      const own = groupNode[s * slots + g]!;
      const shared = balance.groups[g]!.outside && outside !== NONE ? outside : panelNode(s);
      entry[s * slots + g] = own === NONE ? shared : own;
    }
    entry[s * slots + groups] = panelNode(s);
  }
  const submissionOf = new Int32Array(reviewer.length);
  for (let s = 0; s < submissions; s += 1) submissionOf.fill(s, first[s], first[s + 1]);
  capacity.fill(share, firstPairArc);
  const arcOf = layPairs(problem, { from, to, submissionOf, places, entry }, firstPairArc);
  return {
    nodes,
    from,
    to,
    cost,
    capacity,
    arcOf,
    submissionOf,
    reviewerNode,
    panelNode,
    groupNode,
    places,
    most,
    least,
    units,
    share,
  };
}

/** Lays the arcs of all free pairs. A function of its own: within a larger one its loop would run uncompiled for long. */
function layPairs(
  { reviewer, locked, group, balance }: AssignmentProblem,
  {
    from,
    to,
    submissionOf,
    places,
    entry,
  }: Record<'from' | 'to' | 'submissionOf' | 'places' | 'entry', Int32Array>,
  firstPairArc: number,
): Int32Array {
  const slots = balance.groups.length + 1;
  const arcOf = new Int32Array(reviewer.length).fill(NONE);
  const stride = Math.ceil(Math.sqrt(reviewer.length)) || 1;
  let at = firstPairArc;
  for (let offset = 0; offset < stride; offset += 1)
    for (let pair = offset; pair < reviewer.length; pair += stride) {
      const s = submissionOf[pair]!;
      if (locked[pair] === 1 || places[s]! <= 0) continue;
      const r = reviewer[pair]!;
      const g = group[r]!;
      from[at] = 1 + r;
      to[at] = entry[s * slots + (g === NONE ? slots - 1 : g)]!;
      arcOf[pair] = at;
      at += 1;
    }
  return arcOf;
}

/** Sets what the arcs cost: a pair less the more it is worth, the rules by their weights. */
export function setCosts(
  { cost, arcOf, groupNode, places }: AssignmentNetwork,
  { most, balance }: AssignmentProblem,
  weights: Weights,
  worth: (pair: number) => number,
): void {
  for (let r = 0; r < most.length; r += 1) cost[2 * r] = -weights.least;
  cost.fill(weights.open, 2 * most.length, 2 * most.length + places.length);
  const slots = balance.groups.length + 1;
  for (let slot = 0; slot < groupNode.length; slot += 1) {
    const node = groupNode[slot]!;
    if (node === NONE) continue;
    const low = groupArc(node, most.length, places.length);
    if (slot % slots === slots - 1) cost[low] = -weights.balance;
    else cost[low + 1] = weights.balance;
  }
  for (let pair = 0; pair < arcOf.length; pair += 1)
    if (arcOf[pair] !== NONE) cost[arcOf[pair]!] = -worth(pair);
}

/** The first of the two arcs that leave the node of a group. */
export const groupArc = (node: number, reviewers: number, submissions: number): number =>
  2 * reviewers + submissions + 2 * (node - 1 - reviewers - submissions);

/** The prices of nodes as prices of what they stand for. */
export function pricesOf(
  problem: AssignmentProblem,
  network: AssignmentNetwork,
  price: Float64Array,
  open: number,
): Prices {
  const { groupNode, places, panelNode, reviewerNode } = network;
  const groups = problem.balance.groups.length;
  const slots = groups + 1;
  const group = new Float64Array(places.length * slots);
  // Nobody else can join a panel that is complete, whatever they pay.
  const submission = Float64Array.from(places, (free, s) => (free > 0 ? -price[panelNode(s)]! : 2 * open));
  for (let s = 0; s < places.length; s += 1) {
    const outsideNode = groupNode[s * slots + groups]!;
    for (let g = 0; g < slots; g += 1) {
      const node = groupNode[s * slots + g]!;
      if (node === NONE) continue;
      const nested = g < groups && problem.balance.groups[g]!.outside && outsideNode !== NONE;
      group[s * slots + g] = price[nested ? outsideNode : panelNode(s)]! - price[node]!;
    }
  }
  return { submission, reviewer: Float64Array.from(problem.most, (_, r) => price[reviewerNode(r)]!), group };
}
