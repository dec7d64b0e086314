import { runProblem, type RunInput } from './run-problem.js';
import { assign } from './solver/assign.js';
import { NO_BALANCE, troublesOf } from './solver/problem.js';

/** Pairs by submission: reviewers that may, with their affinity. */
function inputOf(
  pairs: readonly (readonly (readonly [number, number])[])[],
  change: Partial<Omit<RunInput, 'eligible'>> = {},
): RunInput {
  const flat = pairs.flat();
  const first = Int32Array.from([0, ...pairs.map((_, s) => pairs.slice(0, s + 1).flat().length)]);
  return {
    submissions: pairs.map((_, s) => ({ id: `s${s}`, places: 1 })),
    reviewers: ['r0', 'r1', 'r2'].map((id) => ({ id, least: 0, most: 2, group: -1 })),
    standing: [],
    eligible: {
      first,
      reviewer: Int32Array.from(flat, ([reviewer]) => reviewer),
      affinity: Int32Array.from(flat, ([, affinity]) => affinity),
    },
    balance: NO_BALANCE,
    ...change,
  };
}
const stands = (submissionId: string, reviewerId: string, locked = false) => ({
  submissionId,
  reviewerId,
  locked,
});

describe('a run in numbers', () => {
  it('passes affinity on as it is where nothing stands that could move', () => {
    const input = inputOf(
      [
        [
          [0, 1_000_000],
          [2, 5],
        ],
      ],
      { standing: [stands('s0', 'r2', true)] },
    );
    const { problem, stands: standing } = runProblem(input);
    expect(problem.affinity).toBe(input.eligible.affinity);
    expect([...problem.locked]).toEqual([0, 1]);
    expect([...standing]).toEqual([1]);
    expect(troublesOf(problem)).toEqual([]);
  });

  it('keeps what stands unless somebody else fits better by more than the preference', () => {
    const standing = [stands('s0', 'r1')];
    for (const [other, chosen] of [
      [500_900, 1],
      [510_000, 0],
    ] as const) {
      const { problem } = runProblem(
        inputOf(
          [
            [
              [0, other],
              [1, 500_000],
            ],
          ],
          { standing },
        ),
      );
      expect(troublesOf(problem)).toEqual([]);
      expect([...assign(problem, { objective: 'total', seed: 1 }).claim.pairs]).toEqual([chosen]);
    }
    const best = runProblem(
      inputOf(
        [
          [
            [0, 1_000_000],
            [1, 1_000_000],
          ],
        ],
        { standing },
      ),
    );
    expect([...best.problem.affinity]).toEqual([999_000, 1_000_000]);
  });

  it('leaves locked assignments where they are, beyond places and maximum too', () => {
    const standing = [stands('s0', 'r0', true), stands('s0', 'r1', true), stands('s1', 'r0', true)];
    const { problem } = runProblem(
      inputOf(
        [
          [
            [0, 1],
            [1, 1],
          ],
          [[0, 1]],
        ],
        {
          standing,
          reviewers: [
            { id: 'r0', least: 3, most: 1, group: 0 },
            { id: 'r1', least: 0, most: 4, group: -1 },
          ],
        },
      ),
    );
    expect([...problem.places]).toEqual([2, 1]);
    expect([...problem.most]).toEqual([2, 4]);
    expect([...problem.least]).toEqual([2, 0]);
    expect([...problem.group]).toEqual([0, -1]);
    expect(troublesOf(problem)).toEqual([]);
  });

  it('counts work elsewhere, and the places of those who review no more', () => {
    const standing = [
      stands('hidden', 'r0'),
      stands('hidden', 'gone'),
      stands('s0', 'gone', true),
      stands('s1', 'gone'),
      stands('s1', 'gone too'),
    ];
    const { problem } = runProblem(inputOf([[[0, 1]], [[1, 1]]], { standing }));
    expect([...problem.most]).toEqual([1, 2, 2]);
    expect([...problem.places]).toEqual([0, 0]);
  });

  it('tells locked assignments between two who must not meet, and lets others go', () => {
    const standing = [stands('s0', 'r1', true), stands('s0', 'r2')];
    const ready = runProblem(inputOf([[[0, 9]]], { standing }));
    expect(ready.lockedInConflict).toEqual([{ submissionId: 's0', reviewerId: 'r1' }]);
    expect([...ready.stands]).toEqual([]);
    expect(runProblem(inputOf([[[1, 9]]], { standing: [stands('s0', 'r0')] })).stands).toHaveLength(0);
  });
});
