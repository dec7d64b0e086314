/**
 * One question to the solver, in numbers only: submissions and reviewers are counted from 0, and no name, identity or group
 * leaves with it. All arrays can go to a thread as they are. Only pairs that may be are in it: a conflict of interest, a
 * language that cannot be read or an assignment that was declined is a pair that is not there, and so can never be relaxed.
 */
export interface AssignmentProblem {
  /** For each submission the size of its panel. */
  readonly places: Int32Array;
  /** For each reviewer the least and the most reviews, over all submissions. */
  readonly least: Int32Array;
  readonly most: Int32Array;
  /** The pairs of submission s are those from `first[s]` up to, not including, `first[s + 1]`. */
  readonly first: Int32Array;
  readonly reviewer: Int32Array;
  /** For each pair how well it fits, whole, 0 to `HIGHEST_AFFINITY`. */
  readonly affinity: Int32Array;
  /** For each pair 1 when it must be in the result. */
  readonly locked: Uint8Array;
  /** For each reviewer the index in `balance.groups`, or -1: undeclared, which counts for nothing. */
  readonly group: Int8Array;
  readonly balance: BalanceRule;
}

/**
 * What a panel must be like. At most one bound for each group and one for all groups outside the parties together, so that the
 * bounds of a panel are nested and the problem stays a network flow, whose optimum is whole by itself.
 */
export interface BalanceRule {
  readonly groups: readonly {
    /** The most members that a panel may have; undefined for any number. */
    readonly most?: number;
    /** Whether its members count as being outside the parties. */
    readonly outside: boolean;
  }[];
  /** The least members of each panel from the groups outside the parties. */
  readonly outsideAtLeast: number;
}

export const HIGHEST_AFFINITY = 1_000_000;

export const NO_BALANCE: BalanceRule = { groups: [], outsideAtLeast: 0 };

/** One pair that may be. */
export interface EligiblePair {
  submission: number;
  reviewer: number;
  affinity: number;
  locked?: boolean;
}

/** Makes a problem of lists. Pairs may come in any order; in the problem they are ordered by submission, then reviewer. */
export function problemOf(input: {
  places: ArrayLike<number>;
  reviewers: readonly { least: number; most: number; group?: number }[];
  pairs: readonly EligiblePair[];
  balance?: BalanceRule;
}): AssignmentProblem {
  const { places, reviewers, balance = NO_BALANCE } = input;
  const pairs = input.pairs.toSorted((a, b) => a.submission - b.submission || a.reviewer - b.reviewer);
  const first = new Int32Array(places.length + 1);
  for (const { submission } of pairs) first[submission + 1]! += 1;
  for (let s = 0; s < places.length; s += 1) first[s + 1]! += first[s]!;
  return {
    places: Int32Array.from(places),
    least: Int32Array.from(reviewers, ({ least }) => least),
    most: Int32Array.from(reviewers, ({ most }) => most),
    first,
    reviewer: Int32Array.from(pairs, ({ reviewer }) => reviewer),
    affinity: Int32Array.from(pairs, ({ affinity }) => affinity),
    locked: Uint8Array.from(pairs, ({ locked }) => Number(locked ?? false)),
    group: Int8Array.from(reviewers, ({ group }) => group ?? -1),
    balance,
  };
}

/** The same problem with only the pairs for which `keep` holds; `kept` gives for each of its pairs the one it was before. */
export function withPairs(
  problem: AssignmentProblem,
  keep: (pair: number) => boolean,
): { problem: AssignmentProblem; kept: Int32Array } {
  const first = new Int32Array(problem.first.length);
  const all = new Int32Array(problem.reviewer.length);
  let count = 0;
  for (let s = 0; s < problem.places.length; s += 1) {
    for (let pair = problem.first[s]!; pair < problem.first[s + 1]!; pair += 1)
      if (keep(pair)) all[count++] = pair;
    first[s + 1] = count;
  }
  const kept = all.slice(0, count);
  return {
    problem: {
      ...problem,
      first,
      reviewer: kept.map((pair) => problem.reviewer[pair]!),
      affinity: kept.map((pair) => problem.affinity[pair]!),
      locked: Uint8Array.from(kept, (pair) => problem.locked[pair]!),
    },
    kept,
  };
}

/** What makes a problem unanswerable: it contradicts itself, whoever else might review. */
export type Trouble =
  | { kind: 'affinity'; submission: number; reviewer: number }
  | { kind: 'pair twice'; submission: number; reviewer: number }
  /** More pairs are locked than a submission has places. */
  | { kind: 'locked beyond places'; submission: number; locked: number; places: number }
  /** More pairs are locked than a reviewer may have. */
  | { kind: 'locked beyond most'; reviewer: number; locked: number; most: number }
  | { kind: 'least beyond most'; reviewer: number; least: number; most: number };

/** All that must be mended before a problem can be solved. Everything else is solved, and relaxed where it must be. */
export function troublesOf(problem: AssignmentProblem): Trouble[] {
  const { places, least, most, first, reviewer, affinity, locked } = problem;
  const troubles: Trouble[] = [];
  const load = new Int32Array(most.length);
  for (let s = 0; s < places.length; s += 1) {
    let held = 0;
    for (let pair = first[s]!; pair < first[s + 1]!; pair += 1) {
      const r = reviewer[pair]!;
      if (affinity[pair]! < 0 || affinity[pair]! > HIGHEST_AFFINITY)
        troubles.push({ kind: 'affinity', submission: s, reviewer: r });
      if (pair > first[s]! && reviewer[pair - 1] === r)
        troubles.push({ kind: 'pair twice', submission: s, reviewer: r });
      held += locked[pair]!;
      load[r]! += locked[pair]!;
    }
    if (held > places[s]!)
      troubles.push({ kind: 'locked beyond places', submission: s, locked: held, places: places[s]! });
  }
  for (let r = 0; r < most.length; r += 1) {
    if (load[r]! > most[r]!)
      troubles.push({ kind: 'locked beyond most', reviewer: r, locked: load[r]!, most: most[r]! });
    if (least[r]! > most[r]!)
      troubles.push({ kind: 'least beyond most', reviewer: r, least: least[r]!, most: most[r]! });
  }
  return troubles;
}
