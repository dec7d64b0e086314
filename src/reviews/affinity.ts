import { HIGHEST_AFFINITY } from './solver/problem.js';

/** What is known about how well a reviewer fits a submission. */
export interface Fit {
  /** Number of topics that both have, and of topics that the submission has. */
  sharedTopics: number;
  topics: number;
}

/** How well they fit, whole, 0 to `HIGHEST_AFFINITY`: the share of the submission's topics that the reviewer knows. */
export function affinityOf({ sharedTopics, topics }: Fit): number {
  return topics === 0 ? 0 : Math.round((HIGHEST_AFFINITY * sharedTopics) / topics);
}
