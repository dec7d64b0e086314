import type { FieldProblem } from '../platform/refusal.js';
import type { BalanceRule } from './solver/problem.js';

/** A group that reviewers may say they belong to. */
export interface PerspectiveGroup {
  /** Eight letters: all as long as each other, so that what is sealed does not tell by its length. */
  id: string;
  /** In the conference's own words. */
  name: string;
  /** `party`: a panel has at most so many of it. `outside`: it counts as outside the parties. `neither`: it counts for nothing. */
  counts: 'party' | 'outside' | 'neither';
}

export const COUNTS = ['party', 'outside', 'neither'] as const;

/** What a conference begins with that turns the groups on. */
export const USUAL_GROUPS: readonly Omit<PerspectiveGroup, 'id'>[] = [
  { name: 'Party A', counts: 'party' },
  { name: 'Party B', counts: 'party' },
  { name: 'Region', counts: 'outside' },
  { name: 'Outside', counts: 'outside' },
];

/** The rule of a panel in the solver's terms; without groups there is none. */
export function balanceRule(
  groups: readonly PerspectiveGroup[] | null,
  mostOfParty: number | null,
  outsideAtLeast: number,
): BalanceRule {
  if (!groups) return { groups: [], outsideAtLeast: 0 };
  return {
    groups: groups.map(({ counts }) => ({
      ...(counts === 'party' && mostOfParty !== null && { most: mostOfParty }),
      outside: counts === 'outside',
    })),
    outsideAtLeast,
  };
}

/** What is wrong with a conference's rule, by field. @param panel the call's size of a panel */
export function ruleProblems(
  groups: readonly Pick<PerspectiveGroup, 'name' | 'counts'>[] | null,
  { mostOfParty, outsideAtLeast }: { mostOfParty: number | null; outsideAtLeast: number },
  panel: number,
): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const names = new Set<string>();
  for (const [at, { name }] of (groups ?? []).entries()) {
    const known = name.toLocaleLowerCase('en');
    if (names.has(known)) problems.push({ field: `groups[${at}].name`, code: 'groupTwice', value: name });
    names.add(known);
  }
  const has = (counts: PerspectiveGroup['counts']): boolean =>
    (groups ?? []).some((group) => group.counts === counts);
  if (mostOfParty !== null && groups && !has('party'))
    problems.push({ field: 'mostOfParty', code: 'noParty', value: mostOfParty });
  if (outsideAtLeast > 0 && groups && !has('outside'))
    problems.push({ field: 'outsideAtLeast', code: 'noOutside', value: outsideAtLeast });
  if (outsideAtLeast > panel)
    problems.push({
      field: 'outsideAtLeast',
      code: 'outsideBeyondPanel',
      limit: panel,
      value: outsideAtLeast,
    });
  return problems;
}
