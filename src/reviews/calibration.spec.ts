import { calibrate, type Calibration, type GivenScore } from './calibration.js';
import { chance } from '../platform/chance.js';
import { inverse } from './positive-definite.js';

const score = (submission: string, reviewer: string, value: number): GivenScore => ({
  submission,
  reviewer,
  score: value,
});

describe('a small conference with one strict reviewer', () => {
  const given = [
    ['s1', [8, 7, 4]],
    ['s2', [6, 6, 2]],
    ['s3', [9, 8, 5]],
    ['s4', [4, 5, 1]],
  ].flatMap(([submission, scores]) =>
    (scores as number[]).map((value, r) => score(submission as string, `r${r + 1}`, value)),
  );
  // The fourth submission was not given to the strict one.
  given.push(score('s5', 'r1', 6), score('s5', 'r2', 6), score('s5', 'r4', 6), score('s1', 'r4', 7));
  const result = calibrate(given)!;

  it('finds who is strict', () => {
    const offsets = [...result.reviewers].toSorted(([, a], [, b]) => a.offset - b.offset);
    expect(offsets[0]![0]).toBe('r3');
    expect(offsets[0]![1].offset).toBeLessThan(-1.5);
    expect(result.matters).toBe(true);
  });

  it('raises those whom the strict one has judged', () => {
    const [s1, s5] = [result.submissions.get('s1')!, result.submissions.get('s5')!];
    expect(s1).toMatchObject({ reviews: 4, mean: 6.5 });
    expect(s1.calibrated - s1.mean).toBeGreaterThan(s5.calibrated - s5.mean);
    expect(s1.low).toBeLessThan(s1.calibrated);
    expect(s1.high).toBeGreaterThan(s1.calibrated);
  });

  it('has shares that sum to 1', () => {
    const { submissions, reviewers, rest } = result.shares;
    expect(submissions + reviewers + rest).toBeCloseTo(1, 12);
  });

  it('agrees with generalised least squares on the whole covariance of the scores', () => {
    const { submissions, reviewers, rest } = result.shares;
    const n = given.length;
    const covariance = Float64Array.from({ length: n * n }, (_value, at) => {
      const [a, b] = [given[Math.floor(at / n)]!, given[at % n]!];
      return (
        (a.submission === b.submission ? submissions : 0) +
        (a.reviewer === b.reviewer ? reviewers : 0) +
        (a === b ? rest : 0)
      );
    });
    const precision = inverse(covariance, n);
    const row = (i: number, values: number[]): number =>
      values.reduce((sum, value, j) => sum + precision[i * n + j]! * value, 0);
    const ones = given.map(() => 1);
    const values = given.map((one) => one.score);
    const sum = (list: number[]): number => list.reduce((total, value) => total + value, 0);
    const mean = sum(given.map((_one, i) => row(i, values))) / sum(given.map((_one, i) => row(i, ones)));
    const residual = values.map((value) => value - mean);
    for (const [id, { calibrated }] of result.submissions) {
      const effect = given.reduce(
        (total, one, i) => total + (one.submission === id ? submissions * row(i, residual) : 0),
        0,
      );
      expect(calibrated).toBeCloseTo(mean + effect, 9);
    }
  });

  it('does not depend on the order of the scores', () => {
    const other = calibrate(given.toReversed())!;
    for (const [id, { calibrated, low }] of result.submissions) {
      expect(other.submissions.get(id)!.calibrated).toBeCloseTo(calibrated, 9);
      expect(other.submissions.get(id)!.low).toBeCloseTo(low, 9);
    }
  });
});

it('numbers groups of submissions that share no reviewer apart', () => {
  const given = ['a', 'b'].flatMap((side) =>
    [1, 2, 3].flatMap((s) => [1, 2].map((r) => score(`${side}${s}`, `${side}r${r}`, s + r + (s % r)))),
  );
  const { submissions, islands } = calibrate(given)!;
  const island = (id: string): number => submissions.get(id)!.island;
  expect(islands).toBe(2);
  expect(island('a1')).toBe(island('a3'));
  expect(island('a1')).not.toBe(island('b1'));
});

it('takes nothing out where reviewers agree', () => {
  const given = [1, 2, 3, 4, 5].flatMap((s) =>
    [1, 2, 3].map((r) => score(`s${s}`, `r${r}`, s * 2 + ((s + r) % 3))),
  );
  const { matters, reviewers, shares } = calibrate(given)!;
  expect(matters).toBe(false);
  expect(shares.reviewers).toBe(0);
  expect([...reviewers.values()].every(({ offset }) => offset === 0)).toBe(true);
});

it.each<[string, GivenScore[]]>([
  ['nothing', []],
  ['a handful of scores', [1, 2, 3].map((r) => score('s1', `r${r}`, r))],
  ['one review a submission', [1, 2, 3, 4, 5, 6, 7, 8, 9].map((s) => score(`s${s}`, `r${s % 3}`, s))],
  ['one review a reviewer', [1, 2, 3, 4, 5, 6, 7, 8, 9].map((r) => score(`s${r % 3}`, `r${r}`, r))],
  ['scores that are all alike', [1, 2, 3].flatMap((s) => [1, 2, 3].map((r) => score(`s${s}`, `r${r}`, 4)))],
])('makes nothing of %s', (_name, given) => expect(calibrate(given)).toBeNull());

describe('simulated conferences of 300 submissions, three reviews each by 60 reviewers, scores from 1 to 10', () => {
  const ROUNDS = 12;

  it('lose nothing by calibration where no reviewer is biased', () => {
    const { raw, calibrated, covered } = simulate({ strictness: 0 });
    expect(calibrated - raw).toBeGreaterThan(-0.005);
    expect(covered).toBeGreaterThan(0.92);
    expect(covered).toBeLessThan(0.97);
  });

  it('gain some by calibration where reviewers differ a little', () => {
    const { raw, calibrated, covered } = simulate({ strictness: 0.7 });
    expect(calibrated - raw).toBeGreaterThan(0.01);
    expect(covered).toBeGreaterThan(0.92);
    expect(covered).toBeLessThan(0.97);
  });

  it('gain much by calibration where reviewers differ strongly', () => {
    const { raw, calibrated, covered } = simulate({ strictness: 1.5 });
    expect(calibrated - raw).toBeGreaterThan(0.08);
    expect(covered).toBeGreaterThan(0.92);
    expect(covered).toBeLessThan(0.97);
  });

  /** Rank correlations with the truth, and how often the interval holds it; means of the rounds. */
  function simulate({ strictness }: { strictness: number }) {
    const random = chance(7);
    const totals = { raw: 0, calibrated: 0, covered: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      const worth = Array.from({ length: 300 }, () => 5.5 + 1.5 * normal(random));
      const offsets = Array.from({ length: 60 }, () => strictness * normal(random));
      const given = worth.flatMap((value, s) =>
        threeOf(60, random).map((r) => {
          const exact = Math.round(value + offsets[r]! + normal(random));
          return score(`s${s}`, `r${r}`, Math.min(10, Math.max(1, exact)));
        }),
      );
      const result: Calibration = calibrate(given)!;
      const scores = worth.map((_value, s) => result.submissions.get(`s${s}`)!);
      totals.raw += correlation(ranks(scores.map(({ mean }) => mean)), ranks(worth)) / ROUNDS;
      totals.calibrated +=
        correlation(ranks(scores.map(({ calibrated }) => calibrated)), ranks(worth)) / ROUNDS;
      const held = worth.filter((value, s) => scores[s]!.low <= value && value <= scores[s]!.high);
      totals.covered += held.length / worth.length / ROUNDS;
    }
    return totals;
  }
});

function threeOf(size: number, random: () => number): number[] {
  const chosen = new Set<number>();
  while (chosen.size < 3) chosen.add(Math.floor(random() * size));
  return [...chosen];
}

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Ranks from 0; equal values share the mean of their ranks. */
function ranks(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2);
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [a, b].map((values) => values.map((value) => value - mean(values))) as [number[], number[]];
  const product = (left: number[], right: number[]): number =>
    left.reduce((sum, value, i) => sum + value * right[i]!, 0);
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
}
