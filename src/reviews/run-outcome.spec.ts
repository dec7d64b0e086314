import { FEWEST_FOR_BALANCE, outcomeOf } from './run-outcome.js';
import { runProblem, type RunInput } from './run-problem.js';
import { NO_BALANCE } from './solver/problem.js';

/** So many submissions and reviewers, of whom each may review each. */
function everybody(count: number, change: Partial<RunInput> = {}): RunInput {
  const every = Array.from({ length: count }, (_, at) => at);
  return {
    submissions: every.map((s) => ({ id: `s${s}`, places: 2 })),
    reviewers: every.map((r) => ({ id: `r${r}`, least: 0, most: count, group: r === 0 ? 0 : -1 })),
    standing: [],
    eligible: {
      first: Int32Array.from([0, ...every.map((s) => (s + 1) * count)]),
      reviewer: Int32Array.from(every.flatMap(() => every)),
      affinity: Int32Array.from(every.flatMap(() => every.map((r) => r * 10))),
    },
    balance: NO_BALANCE,
    ...change,
  };
}
const fitOf = (_submission: string, reviewer: string): number => Number(reviewer.slice(1)) * 10;
const PARTY = { groups: [{ most: 1, outside: false }], outsideAtLeast: 1 };

describe('what an answer means', () => {
  it('tells what comes, stays and goes, with what stood', () => {
    const input = everybody(3, {
      standing: [
        { submissionId: 's0', reviewerId: 'r0', locked: false },
        { submissionId: 's0', reviewerId: 'r1', locked: true },
        { submissionId: 'elsewhere', reviewerId: 'r1', locked: true },
        { submissionId: 's1', reviewerId: 'gone', locked: true },
      ],
    });
    const { proposal, report } = outcomeOf(input, runProblem(input), Int32Array.from([1, 2, 4]), 7, fitOf);
    expect(proposal).toEqual({
      seed: 7,
      pairs: [
        { submissionId: 's0', reviewerId: 'r2', fit: 20 },
        { submissionId: 's1', reviewerId: 'r1', fit: 10 },
      ],
      stays: [{ submissionId: 's0', reviewerId: 'r1', fit: 10 }],
      goes: [{ submissionId: 's0', reviewerId: 'r0' }],
      standing: input.standing.map(({ submissionId, reviewerId }) => ({ submissionId, reviewerId })),
      reviewers: ['r0', 'r1', 'r2'],
    });
    expect(report.openPlaces).toEqual([{ submissionId: 's2', missing: 2, because: 'full' }]);
    expect(report.balance).toBeNull();
  });

  it('says that nobody has accepted yet, and who has too few', () => {
    const none = everybody(1, {
      reviewers: [],
      eligible: { first: Int32Array.from([0, 0]), reviewer: new Int32Array(), affinity: new Int32Array() },
    });
    expect(outcomeOf(none, runProblem(none), new Int32Array(), 1, fitOf).report.openPlaces).toEqual([
      { submissionId: 's0', missing: 2, because: 'none' },
    ]);
    const one = everybody(1, { reviewers: [{ id: 'r0', least: 1, most: 1, group: -1 }] });
    expect(outcomeOf(one, runProblem(one), new Int32Array(), 1, fitOf).report).toMatchObject({
      openPlaces: [{ missing: 2, because: 'few' }],
      short: [{ reviewerId: 'r0', missing: 1 }],
    });
  });

  it('tells of the balance over many panels only', () => {
    const few = everybody(FEWEST_FOR_BALANCE - 1, { balance: PARTY });
    expect(outcomeOf(few, runProblem(few), new Int32Array(), 1, fitOf).report.balance).toBeNull();
    const many = everybody(FEWEST_FOR_BALANCE, { balance: PARTY });
    expect(outcomeOf(many, runProblem(many), new Int32Array(), 1, fitOf).report.balance).toEqual({
      panels: 10,
      tooMany: 0,
      outsideMissing: 10,
    });
    const fewer = { ...many, reviewers: many.reviewers.slice(0, 3) };
    expect(outcomeOf(fewer, runProblem(fewer), new Int32Array(), 1, fitOf).report.balance).toBeNull();
  });

  it('does not tell of a panel in which something is locked', () => {
    // Two of one party together would be one too many.
    const input = everybody(11, {
      balance: PARTY,
      reviewers: everybody(11).reviewers.map((one) => ({ ...one, group: 0 })),
      standing: [{ submissionId: 's0', reviewerId: 'r0', locked: true }],
    });
    const together = (s: number): number[] => [s * 11, s * 11 + 1];
    const tell = (chosen: number[]) =>
      outcomeOf(input, runProblem(input), Int32Array.from(chosen), 1, fitOf).report.balance;
    expect(tell(together(0))).toEqual({ panels: 10, tooMany: 0, outsideMissing: 10 });
    expect(tell([...together(0), ...together(1)])).toEqual({ panels: 10, tooMany: 1, outsideMissing: 10 });
  });
});
