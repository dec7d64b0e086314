import type { Claim, Prices, Proof } from './solver/certificate.js';
import type { AssignmentProblem } from './solver/problem.js';

/** A claim as data, with what its places stand for. */
export interface StoredClaim {
  submissions: string[];
  reviewers: string[];
  objective: Claim['objective'];
  threshold: number;
  total: StoredProof;
  relaxed?: StoredProof;
  beyond?: StoredProof;
}

interface StoredProof {
  weights: Proof['weights'];
  prices: { submission: number[]; reviewer: number[]; group: number[] };
}

export function storedClaim(claim: Claim, submissions: string[], reviewers: string[]): StoredClaim {
  return {
    submissions,
    reviewers,
    objective: claim.objective,
    threshold: claim.threshold,
    total: storedProof(claim.total),
    ...(claim.relaxed && { relaxed: storedProof(claim.relaxed) }),
    ...(claim.beyond && { beyond: storedProof(claim.beyond) }),
  };
}

const storedProof = ({ weights, prices }: Proof): StoredProof => ({
  weights,
  prices: {
    submission: Array.from(prices.submission),
    reviewer: Array.from(prices.reviewer),
    group: Array.from(prices.group),
  },
});

/**
 * What an earlier claim says for a problem of today: the prices of those who are still there, 0 for who is new. Groups have
 * none where they were others then.
 */
export function pricesFor(
  { submissions, reviewers, total }: StoredClaim,
  problem: AssignmentProblem,
  ids: { submissions: readonly string[]; reviewers: readonly string[] },
): Prices {
  const slots = problem.balance.groups.length + 1;
  const submissionAt = new Map(submissions.map((id, at) => [id, at]));
  const reviewerAt = new Map(reviewers.map((id, at) => [id, at]));
  const { submission, reviewer, group } = total.prices;
  const sameGroups = group.length === submissions.length * slots;
  const groups = new Float64Array(ids.submissions.length * slots);
  if (sameGroups)
    for (const [at, id] of ids.submissions.entries()) {
      const then = submissionAt.get(id);
      if (then !== undefined) groups.set(group.slice(then * slots, (then + 1) * slots), at * slots);
    }
  return {
    submission: Float64Array.from(ids.submissions, (id) => submission[submissionAt.get(id) ?? -1] ?? 0),
    reviewer: Float64Array.from(ids.reviewers, (id) => reviewer[reviewerAt.get(id) ?? -1] ?? 0),
    group: groups,
  };
}
