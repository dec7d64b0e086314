import {
  problemOf,
  type AssignmentProblem,
  type BalanceRule,
  type EligiblePair,
} from '../../src/reviews/solver/problem.js';

/** An assignment to be made, as a conference would say it: every pair is thinkable, and rules say which may not be. */
export interface Conference {
  submissions: { places: number; language: string }[];
  reviewers: { languages: string[]; least: number; most: number; group?: number }[];
  /** By submission, then reviewer. */
  affinity: number[][];
  conflict: boolean[][];
  locked: boolean[][];
  balance: BalanceRule;
}

/** A random small conference that has every feature; some can be solved without relaxing anything, many cannot. */
export function smallConference(random: () => number): Conference {
  const upTo = (most: number): number => Math.floor(random() * (most + 1));
  const groups = [
    { most: 1 + upTo(1), outside: false },
    { most: 1, outside: false },
    // Sometimes the region does not count as outside; sometimes a group outside has a bound of its own.
    { outside: random() < 0.7 },
    random() < 0.3 ? { most: 1, outside: true } : { outside: true },
  ];
  const balance: BalanceRule =
    random() < 0.15
      ? { groups: [], outsideAtLeast: 0 }
      : { groups, outsideAtLeast: random() < 0.1 ? 2 : upTo(1) };
  const count = 2 + upTo(4);
  const wanted = 1 + upTo(2);
  const submissions = Array.from({ length: count }, () => ({
    places: random() < 0.2 ? upTo(4) : wanted,
    language: random() < 0.8 ? 'en' : 'hy',
  }));
  const reviewers = Array.from({ length: 3 + upTo(7) }, () => {
    const least = random() < 0.3 ? upTo(2) : 0;
    const group = balance.groups.length > 0 && random() < 0.75 ? upTo(3) : undefined;
    return {
      languages: random() < 0.7 ? ['en', 'hy'] : [random() < 0.8 ? 'en' : 'hy'],
      least,
      most: least + 1 + upTo(4),
      ...(group !== undefined && { group }),
    };
  });
  const scale = random() < 0.3 ? 3 : 100;
  const each = <T>(value: (s: number, r: number) => T): T[][] =>
    submissions.map((_, s) => reviewers.map((__, r) => value(s, r)));
  const conflict = each(() => random() < 0.15);
  const load = reviewers.map(() => 0);
  const held = submissions.map(() => 0);
  const locked = each((s, r) => {
    const can =
      !conflict[s]![r]! &&
      reviewers[r]!.languages.includes(submissions[s]!.language) &&
      load[r]! < reviewers[r]!.most &&
      held[s]! < submissions[s]!.places;
    if (!can || random() >= 0.06) return false;
    load[r]! += 1;
    held[s]! += 1;
    return true;
  });
  return { submissions, reviewers, affinity: each(() => upTo(scale)), conflict, locked, balance };
}

/** The pairs of a conference that may be. */
function eligibleIn({ submissions, reviewers, affinity, conflict, locked }: Conference): EligiblePair[] {
  return submissions.flatMap(({ language }, s) =>
    reviewers.flatMap(({ languages }, r) =>
      conflict[s]![r]! || !languages.includes(language)
        ? []
        : [{ submission: s, reviewer: r, affinity: affinity[s]![r]!, locked: locked[s]![r]! }],
    ),
  );
}

/** A conference as the solver gets it. */
export const problemIn = (conference: Conference): AssignmentProblem =>
  problemOf({
    places: conference.submissions.map(({ places }) => places),
    reviewers: conference.reviewers,
    pairs: eligibleIn(conference),
    balance: conference.balance,
  });
