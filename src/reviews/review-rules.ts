import type { FieldProblem } from '../platform/refusal.js';

/** Statuses of a submission in which reviewers are assigned and reviews are written. */
export const REVIEWABLE: readonly string[] = ['submitted', 'under_review'];

/** Longest comment, in characters. */
export const COMMENT_LIMIT = 10_000;

/** Whether reviews may still be written; `dueAt` is exclusive, null means without end. */
export function reviewsOpen(dueAt: Date | null, arrival: Date): boolean {
  return dueAt === null || arrival < dueAt;
}

/** What is wrong with the scores of a review: `illFormed` values are no whole numbers, `refused` ones break a rule. */
export function scoreProblems(
  scores: Readonly<Record<string, unknown>>,
  criteria: readonly { id: string }[],
): { illFormed: FieldProblem[]; refused: FieldProblem[] } {
  const illFormed: FieldProblem[] = [];
  const refused: FieldProblem[] = [];
  for (const [id, score] of Object.entries(scores)) {
    const field = `scores.${id}`;
    if (typeof score !== 'number' || !Number.isInteger(score)) illFormed.push({ field, code: 'isInt' });
    else if (!criteria.some((criterion) => criterion.id === id))
      refused.push({ field, code: 'unknownCriterion' });
    else if (score < 1) refused.push({ field, code: 'min', limit: 1, value: score });
    else if (score > 5) refused.push({ field, code: 'max', limit: 5, value: score });
  }
  return { illFormed, refused };
}

/** Every field that a review still lacks before it can be handed in. */
export function missingForHandIn(
  review: {
    scores: Readonly<Record<string, unknown>>;
    overall?: number | null | undefined;
    confidence?: number | null | undefined;
  },
  criteria: readonly { id: string }[],
): FieldProblem[] {
  const problems: FieldProblem[] = criteria
    .filter(({ id }) => !Object.hasOwn(review.scores, id))
    .map(({ id }) => ({ field: `scores.${id}`, code: 'required' }));
  if (review.overall === undefined || review.overall === null)
    problems.push({ field: 'overall', code: 'required' });
  if (review.confidence === undefined || review.confidence === null)
    problems.push({ field: 'confidence', code: 'required' });
  return problems;
}
