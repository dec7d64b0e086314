import { assign } from '../reviews/solver/assign.js';
import {
  problemOf,
  withPairs,
  type AssignmentProblem,
  type EligiblePair,
} from '../reviews/solver/problem.js';
import { between, chance } from '../platform/chance.js';

/** Which share of reviewers declares what, and what a benchmark's panels must be like. */
const PARTY = 0.2;
const OTHERS = [0.12, 0.18];
const CANDIDATES = 100;
const PLACES = 3;
const FIELDS = 40;
/** What party members fit better than others, so that the rule is not kept by chance. */
const PARTY_BONUS = 120_000;

/**
 * An invented conference: `CANDIDATES` eligible reviewers for each submission (fewer by conflicts where there are not so many),
 * three places each, loads from half to 1.2 times the mean. Groups 0 and 1 are the parties, 2 is the region, 3 outside.
 */
export function assignmentInstance(submissions: number, reviewers: number, seed: number): AssignmentProblem {
  const random = chance(seed);
  const mean = (PLACES * submissions) / reviewers;
  const groupOf = (): number => {
    const at = random();
    const bounds = [PARTY, 2 * PARTY, 2 * PARTY + OTHERS[0]!, 2 * PARTY + OTHERS[0]! + OTHERS[1]!];
    return bounds.findIndex((bound) => at < bound);
  };
  const people = Array.from({ length: reviewers }, () => ({
    group: groupOf(),
    fields: [between(random, 0, FIELDS - 1), between(random, 0, FIELDS - 1), between(random, 0, FIELDS - 1)],
  }));
  const first = new Int32Array(submissions + 1);
  const reviewer: number[] = [];
  const affinity: number[] = [];
  const stamp = new Int32Array(reviewers).fill(-1);
  for (let s = 0; s < submissions; s += 1) {
    const about = [between(random, 0, FIELDS - 1), between(random, 0, FIELDS - 1)];
    const members: number[] = [];
    const wanted = Math.min(CANDIDATES, Math.floor(reviewers * 0.95));
    while (members.length < wanted) {
      const r = between(random, 0, reviewers - 1);
      if (stamp[r] === s) continue;
      stamp[r] = s;
      members.push(r);
    }
    members.sort((a, b) => a - b);
    for (const r of members) {
      // One in twenty has a conflict of interest.
      if (random() < 0.05) continue;
      const person = people[r]!;
      const shared = person.fields.filter((field) => about.includes(field)).length;
      const fit = shared * 250_000 + Math.floor(random() * 350_000);
      reviewer.push(r);
      affinity.push(Math.min(1_000_000, fit + (person.group === 0 || person.group === 1 ? PARTY_BONUS : 0)));
    }
    first[s + 1] = reviewer.length;
  }
  const shape = problemOf({
    places: new Int32Array(submissions).fill(PLACES),
    reviewers: people.map(({ group }) => ({
      least: Math.floor(mean / 2),
      most: Math.ceil(mean * 1.2),
      group,
    })),
    pairs: [],
    balance: {
      groups: [
        { most: 1, outside: false },
        { most: 1, outside: false },
        { outside: true },
        { outside: true },
      ],
      outsideAtLeast: 1,
    },
  });
  return {
    ...shape,
    first,
    reviewer: Int32Array.from(reviewer),
    affinity: Int32Array.from(affinity),
    locked: new Uint8Array(reviewer.length),
  };
}

/**
 * The bids of a real conference, AAMAS 2015, from the file that holds them (`test/data/aamas2015.txt`): three places for each
 * submission, at most twelve reviews for each reviewer.
 */
export function aamasInstance(file: string, least: number): AssignmentProblem {
  const lines = file.split('\n').filter((line) => /^[0124x]+$/.test(line));
  const pairs: EligiblePair[] = lines.flatMap((line, submission) =>
    [...line].flatMap((mark, reviewer) =>
      mark === 'x' ? [] : [{ submission, reviewer, affinity: Number(mark) * 250_000 }],
    ),
  );
  return problemOf({
    places: lines.map(() => PLACES),
    reviewers: [...lines[0]!].map(() => ({ least, most: 12 })),
    pairs,
  });
}

/**
 * The total of a matching in two passes, as OpenReview's MinMax makes it: first everybody's least number as well as can be, then
 * on top of that, unchanged, the rest.
 */
export function minMaxTotal(problem: AssignmentProblem): number {
  const options = { objective: 'total', seed: 1 } as const;
  const first = assign({ ...problem, most: problem.least }, options);
  const locked = new Uint8Array(problem.reviewer.length);
  for (const pair of first.claim.pairs) locked[pair] = 1;
  return assign({ ...problem, locked, least: new Int32Array(problem.least.length) }, options).tally.total;
}

/** The same problem with one conflict of interest more, between a submission and somebody chosen for it. */
export function withConflict(
  problem: AssignmentProblem,
  chosen: Int32Array,
  seed: number,
): { problem: AssignmentProblem; kept: Int32Array } {
  const found = chosen[between(chance(seed), 0, chosen.length - 1)]!;
  return withPairs(problem, (pair) => pair !== found);
}
