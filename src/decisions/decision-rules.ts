import { createHash } from 'node:crypto';
import { canMove, OUTCOMES, type Outcome, type Status } from '../submissions/submission-states.js';

/** A confirmed participation already says "accepted": that decision leaves it where it is. */
function stays(status: Status, outcome: Outcome): boolean {
  return status === outcome || (status === 'confirmed' && outcome === 'accepted');
}

/**
 * Whether a chair may decide this: from review on, until publication. Deciding the same again is a correction of the
 * words, which changes no state.
 */
export function mayDecide(status: Status, outcome: Outcome): boolean {
  // The table knows ways back from a withdrawal; they are the authors' to go, not a decision's.
  if (status === 'withdrawn') return false;
  return stays(status, outcome) || canMove(status, outcome);
}

/** Whether announcing the outcome moves the submission to another state. */
export function movesTo(status: Status, outcome: Outcome): boolean {
  return !stays(status, outcome);
}

/** What identifies one line of a list that is about to be announced. */
export interface ListedDecision {
  submissionId: string;
  outcome: Outcome;
  version: number;
  /** Tells a pending decision from one that was cleared and made anew under the same version. */
  decidedAt: Date;
}

/** SHA-256 of a list of pending decisions in any order: what was previewed is what is released. */
export function listHash(list: readonly ListedDecision[]): string {
  const lines = list.map(
    ({ submissionId, outcome, version, decidedAt }) =>
      `${submissionId}:${outcome}:${version}:${decidedAt.getTime()}`,
  );
  return createHash('sha256').update(lines.toSorted().join('\n')).digest('hex');
}

/** How many of each outcome, in the outcomes' order. */
export function countOutcomes(list: readonly { outcome: Outcome }[]): Record<Outcome, number> {
  const counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  for (const { outcome } of list) counts[outcome] += 1;
  return counts;
}

/** Why a listed submission cannot be released. */
export type ReleaseProblem = 'notPending' | 'state';

/** A line of a list that cannot be released; `index` is its place in the list. */
export interface RefusedLine {
  index: number;
  submissionId: string;
  problem: ReleaseProblem;
}

/**
 * What keeps a list from being released, in its order: submissions without a pending decision (released already, taken back,
 * or never there), and those that have moved on since.
 */
export function releaseProblems(
  ids: readonly string[],
  pending: ReadonlyMap<string, { outcome: Outcome; status: Status }>,
): RefusedLine[] {
  return ids.flatMap((submissionId, index): RefusedLine[] => {
    const found = pending.get(submissionId);
    if (!found) return [{ index, submissionId, problem: 'notPending' }];
    return mayDecide(found.status, found.outcome) ? [] : [{ index, submissionId, problem: 'state' }];
  });
}

/** Authors to write to: everybody with an address, each address once, the first of those who share it. */
export function recipients<A extends { address: string | null }>(
  authors: readonly A[],
): (A & { address: string })[] {
  const seen = new Set<string>();
  return authors.filter((author): author is A & { address: string } => {
    if (author.address === null || seen.has(author.address)) return false;
    seen.add(author.address);
    return true;
  });
}

/** The board's order: best mean first, then best criteria, then by id; without reviews last. */
export function boardOrder(
  a: { mean: number | null; criteriaMean: number | null; id: string },
  b: { mean: number | null; criteriaMean: number | null; id: string },
): number {
  const byScore = (b.mean ?? 0) - (a.mean ?? 0) || (b.criteriaMean ?? 0) - (a.criteriaMean ?? 0);
  if (byScore !== 0 || a.id === b.id) return byScore;
  return a.id < b.id ? -1 : 1;
}

/** What the record keeps of the words of a decision: SHA-256 of the JSON of the chair's text and the list of comments. */
export const textHashOf = (textToAuthors: string, comments: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([textToAuthors, comments]))
    .digest('hex');
