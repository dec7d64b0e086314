import type { AssignmentProblem } from './problem.js';

/** What an assignment gives, and which rules it breaks; all numbers in units where pairs are chosen in parts. */
export interface Tally {
  /** The sum of affinity over all pairs. */
  readonly total: number;
  /** For each submission the places that stay open. */
  readonly open: Int32Array;
  /** For each reviewer the reviews, and those that are missing to the least number. */
  readonly load: Int32Array;
  readonly short: Int32Array;
  /** How far panels are from balanced, over all of them: members too many of a group, and missing from outside the parties. */
  readonly tooMany: number;
  readonly outsideMissing: number;
  /** Whether any rule is broken. */
  readonly isRelaxed: boolean;
}

/**
 * @param amounts for each chosen pair how many units of it are chosen, of `units` that make it whole; whole unless given
 */
export function tallyOf(
  problem: AssignmentProblem,
  pairs: Int32Array,
  amounts?: Int32Array,
  units = 1,
): Tally {
  const { first, places, most, least, reviewer, affinity, group, balance } = problem;
  const open = places.map((count) => count * units);
  const load = new Int32Array(most.length);
  let total = 0;
  let tooMany = 0;
  let outsideMissing = 0;
  let at = 0;
  for (let s = 0; s < places.length; s += 1) {
    const members = balance.groups.map(() => 0);
    for (; at < pairs.length && pairs[at]! < first[s + 1]!; at += 1) {
      const pair = pairs[at]!;
      const r = reviewer[pair]!;
      const amount = amounts ? amounts[at]! : 1;
      total += amount * affinity[pair]!;
      open[s]! -= amount;
      load[r]! += amount;
      if (group[r]! >= 0) members[group[r]!]! += amount;
    }
    let outside = 0;
    for (const [g, count] of members.entries()) {
      if (balance.groups[g]!.outside) outside += count;
      tooMany += Math.max(0, count - (balance.groups[g]!.most ?? Infinity) * units);
    }
    outsideMissing += Math.max(0, balance.outsideAtLeast * units - outside);
  }
  const short = load.map((reviews, r) => Math.max(0, least[r]! * units - reviews));
  const isRelaxed = tooMany + outsideMissing > 0 || [open, short].some((list) => list.some((n) => n > 0));
  return { total, open, load, short, tooMany, outsideMissing, isRelaxed };
}
