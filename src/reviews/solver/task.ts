import { assign, type AssignOptions, type Assignment, type Progress } from './assign.js';
import { faultOf, type Fault } from './certificate.js';
import { drawFrom, lotteryOf, type Lottery, type LotteryOptions } from './lottery.js';
import { troublesOf, type AssignmentProblem, type Trouble } from './problem.js';

/** What a thread is given, and what it says. Both are data, so that they can be copied between threads. */
export interface Task {
  readonly problem: AssignmentProblem;
  /** How to choose. By chance: draws one assignment of the best lottery. */
  readonly options:
    Omit<AssignOptions, 'watch'> | ({ objective: 'by chance' } & Omit<LotteryOptions, 'watch'>);
}

export type Result =
  /** The problem contradicts itself. */
  | { kind: 'refused'; troubles: Trouble[] }
  | {
      kind: 'solved';
      /** The pairs to propose. */
      pairs: Int32Array;
      proven: Assignment | Omit<Lottery, 'flow'>;
      /** What the checker finds wrong with the proof: nothing, unless the solver is. */
      fault: Fault | undefined;
    };

export type Answer = { progress: Progress } | { result: Result };

/** Looks for contradictions, solves, checks the proof. */
export function solve({ problem, options }: Task, watch?: (progress: Progress) => void): Result {
  const troubles = troublesOf(problem);
  if (troubles.length > 0) return { kind: 'refused', troubles };
  if (options.objective !== 'by chance') {
    const proven = assign(problem, { ...options, ...(watch && { watch }) });
    return { kind: 'solved', pairs: proven.claim.pairs, proven, fault: faultOf(problem, proven.claim) };
  }
  const lottery = lotteryOf(problem, { ...options, ...(watch && { watch }) });
  const { claim, expected } = lottery;
  const pairs = drawFrom(problem, lottery, options.seed);
  return { kind: 'solved', pairs, proven: { claim, expected }, fault: faultOf(problem, claim) };
}
