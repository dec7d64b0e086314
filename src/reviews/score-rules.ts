/** What scoring knows of a criterion. */
export interface WeighedCriterion {
  id: string;
  /** From 1 to 10. */
  weight: number;
}

/** What scoring knows of a review that was handed in. */
export interface ScoredReview {
  /** From 1 to 5; null in a draft. */
  overall: number | null;
  /** Criterion id to a score from 1 to 5. */
  scores: Readonly<Record<string, number>>;
}

/** The arithmetic mean, or null of nothing. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** How far reviewers are apart: the standard deviation of all values (not of a sample), or null of fewer than two. */
export function spread(values: readonly number[]): number | null {
  const middle = mean(values);
  if (middle === null || values.length < 2) return null;
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2))!);
}

/** Mean of one review's scores, each counted by its criterion's weight; criteria without a score stay out. */
export function criteriaMean(
  scores: ScoredReview['scores'],
  criteria: readonly WeighedCriterion[],
): number | null {
  const scored = criteria.filter(({ id }) => Object.hasOwn(scores, id));
  const weights = scored.reduce((sum, { weight }) => sum + weight, 0);
  return weights === 0
    ? null
    : scored.reduce((sum, { id, weight }) => sum + scores[id]! * weight, 0) / weights;
}

/** Whether nothing is missing that a review needs to be handed in. */
export function complete(
  review: ScoredReview & { confidence: number | null },
  criteria: readonly WeighedCriterion[],
): boolean {
  return (
    review.overall !== null &&
    review.confidence !== null &&
    criteria.every(({ id }) => Object.hasOwn(review.scores, id))
  );
}

/** What a panel says of a submission. */
export interface PanelScore {
  /** Reviews handed in. */
  reviews: number;
  /** Mean of the overall scores. */
  mean: number | null;
  /** Mean of the reviews' weighted criteria means. */
  criteriaMean: number | null;
  /** Standard deviation of the overall scores. */
  spread: number | null;
}

/** Sums up the reviews that were handed in. */
export function panelScore(
  reviews: readonly ScoredReview[],
  criteria: readonly WeighedCriterion[],
): PanelScore {
  const overall = reviews.map((review) => review.overall).filter((score) => score !== null);
  const means = reviews
    .map((review) => criteriaMean(review.scores, criteria))
    .filter((score) => score !== null);
  return { reviews: reviews.length, mean: mean(overall), criteriaMean: mean(means), spread: spread(overall) };
}
