import { createHash } from 'node:crypto';
import type { Pair } from './run-problem.js';

/** Hash of a list of pairs, in their order, for the record. */
export function pairsHash(pairs: readonly Pair[]): string {
  const hash = createHash('sha256');
  for (const pair of pairs) hash.update(`${pair.submissionId} ${pair.reviewerId}\n`);
  return hash.digest('hex');
}
