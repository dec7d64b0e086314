import type { Prices } from './prices.js';
import type { AssignmentProblem } from './problem.js';

/**
 * Checks a result against the problem alone; knows nothing of networks and shares no code with the solver. Prices, whatever they
 * are, bound what any assignment can be worth (weak duality): pay `submission` for each place filled, `reviewer` for each review,
 * `group` for each member, and the best that is left to gain is found for each pair, load and panel by itself. An assignment
 * worth as much as the bound is the best there is.
 */
export interface Claim {
  /** The chosen pairs, locked ones too, rising. */
  readonly pairs: Int32Array;
  /** Affinity under which no pair may be chosen unless it is locked. */
  readonly threshold: number;
  readonly total: Proof;
  /** Where rules are broken: that fewer breaches are not possible, however little affinity counted. */
  readonly relaxed?: Proof;
  /** That no assignment which breaks no more rules has all its pairs at this threshold or above. */
  readonly beyond?: Proof & { readonly threshold: number };
}

export interface Proof {
  /** What one open place, one breach of the balance and one missing review cost, in affinity. */
  readonly weights: { readonly open: number; readonly balance: number; readonly least: number };
  readonly prices: Prices;
}

export type Fault =
  | 'pairs are not in order, or not of this problem'
  | 'a locked pair is missing'
  | 'a pair is below the threshold'
  | 'a panel is too large'
  | 'a reviewer has too many'
  | 'a weight is below zero'
  | 'the total is not proven'
  | 'the relaxing is not proven'
  | 'the worst pair is not proven';

/** @returns what is wrong first, or undefined when everything is proven. */
export function faultOf(problem: AssignmentProblem, claim: Claim): Fault | undefined {
  const { pairs, threshold, total, relaxed, beyond } = claim;
  const { first, reviewer, affinity, locked } = problem;
  for (let at = 0; at < pairs.length; at += 1)
    if (!(pairs[at]! > (at === 0 ? -1 : pairs[at - 1]!)) || pairs[at]! >= reviewer.length)
      return 'pairs are not in order, or not of this problem';
  const chosen = new Uint8Array(reviewer.length);
  for (const pair of pairs) chosen[pair] = 1;
  const load = new Int32Array(problem.most.length);
  for (let s = 0; s < problem.places.length; s += 1) {
    let size = 0;
    for (let pair = first[s]!; pair < first[s + 1]!; pair += 1) {
      if (locked[pair] === 1 && chosen[pair] === 0) return 'a locked pair is missing';
      if (chosen[pair] === 0) continue;
      if (locked[pair] === 0 && affinity[pair]! < threshold) return 'a pair is below the threshold';
      size += 1;
      load[reviewer[pair]!]! += 1;
    }
    if (size > problem.places[s]!) return 'a panel is too large';
  }
  if (load.some((reviews, r) => reviews > problem.most[r]!)) return 'a reviewer has too many';
  for (const proof of [total, relaxed, beyond])
    if (proof && !Object.values(proof.weights).every((weight) => weight >= 0))
      return 'a weight is below zero';

  const worth = (pair: number): number => affinity[pair]!;
  if (valueOf(problem, pairs, total, worth) !== boundOf(problem, total, worth, threshold))
    return 'the total is not proven';
  const nothing = (): number => 0;
  if (
    relaxed
      ? valueOf(problem, pairs, relaxed, nothing) !== boundOf(problem, relaxed, nothing, 0)
      : broken(problem, pairs)
  )
    return 'the relaxing is not proven';
  if (beyond) {
    // Each pair counts one when it is good enough: all of them are, or the bound stays below.
    const good = (pair: number): number => Number(affinity[pair]! >= beyond.threshold || locked[pair] === 1);
    const wanted = valueOf(problem, pairs, beyond, () => 1);
    if (beyond.threshold <= threshold || boundOf(problem, beyond, good, 0) >= wanted)
      return 'the worst pair is not proven';
    for (const one of affinity)
      if (one > threshold && one < beyond.threshold) return 'the worst pair is not proven';
  }
  return undefined;
}

/** Whether an assignment leaves a place open, breaks a balance or gives somebody too little. */
const broken = (problem: AssignmentProblem, pairs: Int32Array): boolean =>
  valueOf(problem, pairs, { weights: { open: 1, balance: 1, least: 1 } }, () => 0) !== 0n;

/** What an assignment is worth: of its pairs, less the weights of the rules that it breaks. */
function valueOf(
  problem: AssignmentProblem,
  pairs: Int32Array,
  { weights }: Pick<Proof, 'weights'>,
  worth: (pair: number) => number,
): bigint {
  const { first, places, most, least, reviewer, group, balance } = problem;
  const sum = new ExactSum();
  const load = new Int32Array(most.length);
  let at = 0;
  for (let s = 0; s < places.length; s += 1) {
    const members = new Int32Array(balance.groups.length);
    const begin = at;
    for (; at < pairs.length && pairs[at]! < first[s + 1]!; at += 1) {
      const r = reviewer[pairs[at]!]!;
      sum.add(1, worth(pairs[at]!));
      load[r]! += 1;
      if (group[r]! >= 0) members[group[r]!]! += 1;
    }
    sum.add(at - begin - places[s]!, weights.open);
    let outside = 0;
    for (const [g, rule] of balance.groups.entries()) {
      if (rule.outside) outside += members[g]!;
      sum.add(-Math.max(0, members[g]! - (rule.most ?? Infinity)), weights.balance);
    }
    sum.add(-Math.max(0, balance.outsideAtLeast - outside), weights.balance);
  }
  for (const [r, reviews] of load.entries()) sum.add(-Math.max(0, least[r]! - reviews), weights.least);
  return sum.total();
}

/** What no assignment can be worth more than, by the prices, with free pairs only from a threshold of affinity on. */
function boundOf(
  problem: AssignmentProblem,
  { weights, prices }: Proof,
  worth: (pair: number) => number,
  threshold: number,
): bigint {
  const { first, places, most, least, reviewer, affinity, locked, group, balance } = problem;
  const groups = balance.groups.length;
  const sum = new ExactSum();
  const held = new Int32Array(most.length);
  for (let s = 0; s < places.length; s += 1) {
    const price = prices.submission[s]!;
    const slot = s * (groups + 1);
    const outsidePrice = prices.group[slot + groups]!;
    const members = new Int32Array(groups);
    let size = 0;
    for (let pair = first[s]!; pair < first[s + 1]!; pair += 1) {
      const r = reviewer[pair]!;
      const g = group[r]!;
      const gain =
        worth(pair) -
        price -
        prices.reviewer[r]! -
        (g < 0 ? 0 : prices.group[slot + g]! + (balance.groups[g]!.outside ? outsidePrice : 0));
      if (locked[pair] === 1) {
        sum.add(1, gain);
        size += 1;
        held[r]! += 1;
        if (g >= 0) members[g]! += 1;
      } else if (gain > 0 && affinity[pair]! >= threshold) sum.add(1, gain);
    }
    // Places are paid for, or left open.
    const free = places[s]! - size;
    sum.add(places[s]!, price);
    sum.add(free, Math.max(0, -weights.open - price));
    // What a panel may gain by the number of members of a group, which is concave: best at an end or where the rule begins.
    let outside = 0;
    for (const [g, rule] of balance.groups.entries()) {
      if (rule.outside) outside += members[g]!;
      const limit = rule.most ?? Infinity;
      sum.best(members[g]!, members[g]! + free, limit, prices.group[slot + g]!, (n) =>
        n > limit ? [limit - n, weights.balance] : [0, 0],
      );
    }
    sum.best(outside, outside + free, balance.outsideAtLeast, outsidePrice, (n) => [
      -Math.max(0, balance.outsideAtLeast - n),
      weights.balance,
    ]);
  }
  for (let r = 0; r < most.length; r += 1)
    sum.best(held[r]!, most[r]!, least[r]!, prices.reviewer[r]!, (n) => [
      -Math.max(0, least[r]! - n),
      weights.least,
    ]);
  return sum.total();
}

/** A sum of products of whole numbers that is exact however large it grows. */
class ExactSum {
  #near = 0;
  #far = 0n;

  add(times: number, value: number): void {
    const product = times * value;
    if (Math.abs(product) < 2 ** 52) this.#near += product;
    else this.#far += BigInt(times) * BigInt(value);
    if (Math.abs(this.#near) >= 2 ** 52) {
      this.#far += BigInt(this.#near);
      this.#near = 0;
    }
  }

  /** Adds the most of `n * price` plus a product, for n at either end or at the bend between them. */
  best(
    from: number,
    to: number,
    bend: number,
    price: number,
    product: (n: number) => readonly [number, number],
  ): void {
    let most: bigint | undefined;
    for (const n of [from, to, Math.min(Math.max(bend, from), to)]) {
      const [times, value] = product(n);
      const one = BigInt(n) * BigInt(price) + BigInt(times) * BigInt(value);
      if (most === undefined || one > most) most = one;
    }
    this.#far += most!;
  }

  total(): bigint {
    return this.#far + BigInt(this.#near);
  }
}
