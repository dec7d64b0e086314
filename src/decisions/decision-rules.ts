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

/** How many of each outcome, in the outcomes' order. */
export function countOutcomes(list: readonly { outcome: Outcome }[]): Record<Outcome, number> {
  const counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  for (const { outcome } of list) counts[outcome] += 1;
  return counts;
}

/** What authors are told besides the outcome. */
export interface Words {
  outcome: Outcome;
  textToAuthors: string;
  conditions: string;
}

/** A field of a decision that is missing, with the code of its refusal. */
export interface MissingWords {
  field: 'textToAuthors' | 'conditions';
  code: 'textNeeded' | 'conditionsNeeded';
}

/** What a decision lacks: words where the conference asks for them, and the conditions of a conditional acceptance. */
export function missingWords(textRequired: readonly string[], words: Words): MissingWords | undefined {
  const { outcome, textToAuthors, conditions } = words;
  if (outcome === 'conditionally_accepted' && conditions === '' && textToAuthors === '')
    return { field: 'conditions', code: 'conditionsNeeded' };
  if (textRequired.includes(outcome) && textToAuthors === '')
    return { field: 'textToAuthors', code: 'textNeeded' };
  return undefined;
}

/** Why a listed submission cannot be released. */
export type ReleaseProblem = 'notPending' | 'state' | 'words';

/** A line of a list that cannot be released; `index` is its place in the list. */
export interface RefusedLine {
  index: number;
  submissionId: string;
  problem: ReleaseProblem;
}

/**
 * What keeps a list from being released, in its order: submissions without a pending decision (released already, taken back,
 * or never there), those that have moved on since, and those without words where the conference asks for them.
 */
export function releaseProblems(
  ids: readonly string[],
  pending: ReadonlyMap<string, Words & { status: Status }>,
  textRequired: readonly string[] = [],
): RefusedLine[] {
  return ids.flatMap((submissionId, index): RefusedLine[] => {
    const found = pending.get(submissionId);
    if (!found) return [{ index, submissionId, problem: 'notPending' }];
    if (!mayDecide(found.status, found.outcome)) return [{ index, submissionId, problem: 'state' }];
    return missingWords(textRequired, found) ? [{ index, submissionId, problem: 'words' }] : [];
  });
}

/** Why an author is written to, or is not. */
export type RecipientReason = 'author' | 'shared' | 'noAddress';

/** The reason for each author, in their order; one message goes to each address, for the first of those who share it. */
export function recipientReasons(authors: readonly { address: string | null }[]): RecipientReason[] {
  const seen = new Set<string>();
  return authors.map(({ address }) => {
    if (address === null) return 'noAddress';
    if (seen.has(address)) return 'shared';
    seen.add(address);
    return 'author';
  });
}

/** Authors to write to: everybody with an address, each address once, the first of those who share it. */
export function recipients<A extends { address: string | null }>(
  authors: readonly A[],
): (A & { address: string })[] {
  const reasons = recipientReasons(authors);
  return authors.filter((_author, index): _author is A & { address: string } => reasons[index] === 'author');
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

/**
 * What the record keeps of the words of a decision: SHA-256 of the JSON of the chair's text and the list of comments, and where
 * there are conditions of these as well.
 */
export const textHashOf = (textToAuthors: string, comments: readonly string[], conditions = ''): string =>
  createHash('sha256')
    .update(JSON.stringify(conditions ? [textToAuthors, comments, conditions] : [textToAuthors, comments]))
    .digest('hex');
