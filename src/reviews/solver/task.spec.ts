import { problemOf } from './problem.js';
import { solve } from './task.js';

const problem = problemOf({
  places: [1, 1],
  reviewers: [
    { least: 0, most: 1 },
    { least: 0, most: 1 },
  ],
  pairs: [0, 1].flatMap((submission) => [0, 1].map((reviewer) => ({ submission, reviewer, affinity: 5 }))),
});

describe('solve', () => {
  it('refuses what contradicts itself', () => {
    const result = solve({
      problem: { ...problem, least: Int32Array.of(2, 0) },
      options: { objective: 'total', seed: 1 },
    });
    expect(result).toMatchObject({ kind: 'refused', troubles: [{ kind: 'least beyond most' }] });
  });

  it('solves, tells how it goes, and checks its own proof', () => {
    for (const objective of ['total', 'worst pair', 'by chance'] as const)
      for (const watch of [undefined, () => undefined]) {
        const result = solve(
          { problem, options: { objective, seed: 1, chances: { units: 2, share: 1 } } },
          watch,
        );
        expect(result).toMatchObject({ kind: 'solved', fault: undefined });
        expect(result.kind === 'solved' && result.pairs).toHaveLength(2);
      }
  });
});
