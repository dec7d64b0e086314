import type { AssignmentProblem } from './problem.js';

/**
 * Checks a result against the problem alone; knows nothing of networks and shares no code with the solver. Prices, whatever they
 * are, bound what any assignment can be worth (weak duality): pay `submission` for each place filled, `reviewer` for each review,
 * `group` for each member, and the best that is left to gain is found for each pair, load and panel by itself. An assignment
 * worth as much as the bound is the best there is.
 */
export interface Claim {
  readonly objective: 'worst pair' | 'total';
  /** The chosen pairs, locked ones too, rising. */
  readonly pairs: Int32Array;
  /** Where pairs are chosen by chance: for each chosen one how much of it, and the most of a free one, of `units`. */
  readonly chances?: { readonly amounts: Int32Array; readonly share: number; readonly units: number };
  /** Affinity under which no pair may be chosen unless it is locked. */
  readonly threshold: number;
  readonly total: Proof;
  /** Where rules are broken: that fewer breaches are not possible, however little affinity counted. */
  readonly relaxed?: Proof;
  /** For the worst pair: that no assignment which breaks no more rules has all its pairs at this threshold or above. */
  readonly beyond?: Proof;
}

/**
 * The prices that prove a result: what one more place of a submission, one more review of a reviewer, one more member of a
 * group in a panel would bring. Those of groups tell who belongs to which side, so they are shown to nobody.
 */
export interface Prices {
  readonly submission: Float64Array;
  readonly reviewer: Float64Array;
  /** For each submission one for each group, then one for all groups outside the parties. */
  readonly group: Float64Array;
}

export interface Proof {
  /** What one open place, one breach of the balance and one missing review cost, in affinity. */
  readonly weights: { readonly open: number; readonly balance: number; readonly least: number };
  readonly prices: Prices;
}

export type Fault =
  | 'pairs are not in order, or not of this problem'
  | 'a locked pair is missing'
  | 'a pair is more likely than it may be'
  | 'a pair is below the threshold'
  | 'a panel is too large'
  | 'a reviewer has too many'
  | 'a weight is below zero'
  | 'the total is not proven'
  | 'the relaxing is not proven'
  | 'the worst pair is not proven';

/** @returns what is wrong first, or undefined when everything is proven. */
export function faultOf(problem: AssignmentProblem, claim: Claim): Fault | undefined {
  const { objective, pairs, threshold, total, relaxed, beyond } = claim;
  const { first, reviewer, affinity, locked } = problem;
  const { units, share, amounts } = claim.chances ?? { units: 1, share: 1, amounts: pairs.map(() => 1) };
  for (let at = 0; at < pairs.length; at += 1)
    if (!(pairs[at]! > (at === 0 ? -1 : pairs[at - 1]!)) || pairs[at]! >= reviewer.length)
      return 'pairs are not in order, or not of this problem';
  const chosen = new Int32Array(reviewer.length);
  for (const [at, pair] of pairs.entries()) chosen[pair] = amounts[at]!;
  const load = new Int32Array(problem.most.length);
  let hasFree = false;
  for (let s = 0; s < problem.places.length; s += 1) {
    let size = 0;
    for (let pair = first[s]!; pair < first[s + 1]!; pair += 1) {
      const amount = chosen[pair]!;
      if (locked[pair] === 1 && amount !== units) return 'a locked pair is missing';
      if (locked[pair] === 0 && amount !== 0) {
        hasFree = true;
        if (!(amount > 0 && amount <= share)) return 'a pair is more likely than it may be';
        if (affinity[pair]! < threshold) return 'a pair is below the threshold';
      }
      size += amount;
      load[reviewer[pair]!]! += amount;
    }
    if (size > problem.places[s]! * units) return 'a panel is too large';
  }
  if (load.some((reviews, r) => reviews > problem.most[r]! * units)) return 'a reviewer has too many';
  for (const proof of [total, relaxed, beyond])
    if (proof && !Object.values(proof.weights).every((weight) => weight >= 0))
      return 'a weight is below zero';

  const scale = { problem, pairs, amounts, units, share };
  const worth = (pair: number): number => affinity[pair]!;
  const nothing = (): number => 0;
  if (objective === 'total' && threshold !== 0) return 'the total is not proven';
  if (valueOf(scale, total, worth) !== boundOf(scale, total, worth, threshold))
    return 'the total is not proven';
  const kept = { weights: { open: 1, balance: 1, least: 1 } };
  if (valueOf(scale, relaxed ?? kept, nothing) !== (relaxed ? boundOf(scale, relaxed, nothing, 0) : 0n))
    return 'the relaxing is not proven';
  if (objective === 'worst pair' && hasFree) {
    // The next affinity that there is, if there is one: each pair counts one if it reaches it, and they cannot be enough.
    let next = Infinity;
    for (const one of affinity) if (one > threshold) next = Math.min(next, one);
    if (next === Infinity) return undefined;
    const good = (pair: number): number => Number(affinity[pair]! >= next || locked[pair] === 1);
    if (!beyond || boundOf(scale, beyond, good, 0) >= valueOf(scale, beyond, () => 1))
      return 'the worst pair is not proven';
  }
  return undefined;
}

interface Scale {
  problem: AssignmentProblem;
  pairs: Int32Array;
  amounts: Int32Array;
  units: number;
  share: number;
}

/** What an assignment is worth: of its pairs, less the weights of the rules that it breaks. */
function valueOf(
  { problem, pairs, amounts, units }: Scale,
  { weights }: Pick<Proof, 'weights'>,
  worth: (pair: number) => number,
): bigint {
  const { first, places, most, least, reviewer, group, balance } = problem;
  const sum = new ExactSum();
  const load = new Int32Array(most.length);
  let at = 0;
  for (let s = 0; s < places.length; s += 1) {
    const members = new Int32Array(balance.groups.length);
    let open = places[s]! * units;
    for (; at < pairs.length && pairs[at]! < first[s + 1]!; at += 1) {
      const r = reviewer[pairs[at]!]!;
      const amount = amounts[at]!;
      sum.add(amount, worth(pairs[at]!));
      open -= amount;
      load[r]! += amount;
      if (group[r]! >= 0) members[group[r]!]! += amount;
    }
    sum.add(-open, weights.open);
    let outside = 0;
    for (const [g, rule] of balance.groups.entries()) {
      if (rule.outside) outside += members[g]!;
      sum.add(-Math.max(0, members[g]! - (rule.most ?? Infinity) * units), weights.balance);
    }
    sum.add(-Math.max(0, balance.outsideAtLeast * units - outside), weights.balance);
  }
  for (const [r, reviews] of load.entries())
    sum.add(-Math.max(0, least[r]! * units - reviews), weights.least);
  return sum.total();
}

/** What no assignment can be worth more than, by the prices, with free pairs only from a threshold of affinity on. */
function boundOf(
  { problem, units, share }: Scale,
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
        sum.add(units, gain);
        size += units;
        held[r]! += units;
        if (g >= 0) members[g]! += units;
      } else if (gain > 0 && affinity[pair]! >= threshold) sum.add(share, gain);
    }
    // Places are paid for, or left open.
    const free = places[s]! * units - size;
    sum.add(places[s]! * units, price);
    sum.add(free, Math.max(0, -weights.open - price));
    // What a panel may gain by the number of members of a group, which is concave: best at an end or where the rule begins.
    let outside = 0;
    for (const [g, rule] of balance.groups.entries()) {
      if (rule.outside) outside += members[g]!;
      const limit = (rule.most ?? Infinity) * units;
      sum.best(members[g]!, members[g]! + free, limit, prices.group[slot + g]!, (n) =>
        n > limit ? [limit - n, weights.balance] : [0, 0],
      );
    }
    const wanted = balance.outsideAtLeast * units;
    sum.best(outside, outside + free, wanted, outsidePrice, (n) => [
      -Math.max(0, wanted - n),
      weights.balance,
    ]);
  }
  for (let r = 0; r < most.length; r += 1)
    sum.best(held[r]!, most[r]! * units, least[r]! * units, prices.reviewer[r]!, (n) => [
      -Math.max(0, least[r]! * units - n),
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
