import { inverse } from './positive-definite.js';

/** One reviewer's score of one submission; a reviewer scores a submission at most once. */
export interface GivenScore {
  submission: string;
  reviewer: string;
  score: number;
}

/** A submission's score with the strictness of its reviewers taken out. */
export interface CalibratedScore {
  reviews: number;
  /** Arithmetic mean of the scores as they were given. */
  mean: number;
  calibrated: number;
  /** The interval from `low` to `high` holds what the submission deserves in 95 of 100 cases, if the model is right. */
  low: number;
  high: number;
  /** Submissions are linked through shared reviewers; those with different numbers cannot be compared by their scores. */
  island: number;
}

/** What is known of a reviewer's strictness. */
export interface ReviewerOffset {
  reviews: number;
  /** How far above (lenient) or below (strict) the mean reviewer they score the same work; nearer to 0 the less is known. */
  offset: number;
}

export interface Calibration {
  submissions: ReadonlyMap<string, CalibratedScore>;
  reviewers: ReadonlyMap<string, ReviewerOffset>;
  /** Which parts of the scores' variance come from submissions, from reviewers' strictness, and from the rest; they sum to 1. */
  shares: { submissions: number; reviewers: number; rest: number };
  /** False where reviewers do not differ more than by chance: every offset is 0 then, and means say as much. */
  matters: boolean;
  /** Number of islands; 1 where all submissions can be compared. */
  islands: number;
}

/** Below this share of the variance, strictness cannot be told from chance with the reviews that a conference has. */
const SHARE_THAT_MATTERS = 0.03;
const FEWEST_SCORES = 8;
const NORMAL_95 = 1.959_964;

/**
 * Separates what submissions deserve from how strictly their reviewers score: score = mean + submission + reviewer + rest,
 * the last three normal around 0. This crossed random effects model is the one of Platt and Burges and of Ge, Welling and
 * Ghahramani, with which NeurIPS looked at its scores. The variances come from Henderson's first method (Biometrics 9, 1953,
 * 226-252), the effects from his mixed model equations, which draw each towards 0 by as much as little is known of it.
 * Takes some reviewers^3 steps and memory for reviewers^2 numbers.
 *
 * An offset cannot be told from having been given weaker submissions where reviewers share too few; see `island`.
 *
 * @returns null where there are too few scores to tell reviewers and submissions apart, or where all are the same
 */
export function calibrate(given: readonly GivenScore[]): Calibration | null {
  const table = tabulate(given);
  const variances = varianceComponents(table);
  return variances && predict(table, variances);
}

interface Group {
  id: string;
  /** Places of the other side's groups, one a review. */
  others: number[];
  /** Sum of the scores, less the mean of all for each. */
  sum: number;
}

interface Table {
  count: number;
  mean: number;
  /** Sum of the squares of the scores less their mean. */
  squares: number;
  submissions: Group[];
  reviewers: Group[];
}

interface Variances {
  submission: number;
  reviewer: number;
  rest: number;
}

function tabulate(given: readonly GivenScore[]): Table {
  const count = given.length;
  const mean = given.reduce((sum, { score }) => sum + score, 0) / Math.max(count, 1);
  const table: Table = { count, mean, squares: 0, submissions: [], reviewers: [] };
  const places = { submissions: new Map<string, number>(), reviewers: new Map<string, number>() };
  const place = (side: 'submissions' | 'reviewers', id: string): number => {
    const known = places[side].get(id) ?? table[side].push({ id, others: [], sum: 0 }) - 1;
    places[side].set(id, known);
    return known;
  };
  for (const { submission, reviewer, score } of given) {
    const [s, r] = [place('submissions', submission), place('reviewers', reviewer)];
    const deviation = score - mean;
    table.squares += deviation ** 2;
    table.submissions[s]!.others.push(r);
    table.submissions[s]!.sum += deviation;
    table.reviewers[r]!.others.push(s);
    table.reviewers[r]!.sum += deviation;
  }
  return table;
}

/** Henderson's first method: sums of squares are set equal to what they would be on average, which is linear in the variances. */
function varianceComponents({ count, squares, submissions, reviewers }: Table): Variances | null {
  if (count < FEWEST_SCORES || count <= submissions.length || count <= reviewers.length) return null;
  const between = (groups: Group[]): number =>
    groups.reduce((sum, group) => sum + group.sum ** 2 / group.others.length, 0);
  const meanSize = (groups: Group[]): number =>
    groups.reduce((sum, group) => sum + group.others.length ** 2, 0) / count;

  const ofSubmissions = between(submissions);
  // What scores of one submission differ by is strictness and rest; what scores of one reviewer differ by, submission and rest.
  const strictnessAndRest = (squares - ofSubmissions) / (count - submissions.length);
  const submissionAndRest = (squares - between(reviewers)) / (count - reviewers.length);
  const perSubmission = count - meanSize(submissions);
  const perReviewer = submissions.length - meanSize(reviewers);
  const rest =
    (perSubmission * submissionAndRest + perReviewer * strictnessAndRest - ofSubmissions) /
    (perSubmission + perReviewer - (submissions.length - 1));
  const total = submissionAndRest + strictnessAndRest - rest;
  if (!(total > 0) || !Number.isFinite(total)) return null;

  const least = total * 1e-6;
  const reviewer = strictnessAndRest - rest;
  if (reviewer >= SHARE_THAT_MATTERS * total)
    return { reviewer, submission: Math.max(submissionAndRest - rest, least), rest: Math.max(rest, least) };
  const restAlone = Math.max(strictnessAndRest, least);
  const submission = (ofSubmissions - (submissions.length - 1) * restAlone) / perSubmission;
  return { reviewer: 0, submission: Math.max(submission, least), rest: restAlone };
}

/**
 * Solves the mixed model equations. Each submission's effect is eliminated first, which leaves one unknown for the mean and
 * one a reviewer, in this order.
 */
function predict(table: Table, variances: Variances): Calibration {
  const { submissions, reviewers, mean } = table;
  const matters = variances.reviewer > 0;
  const size = matters ? reviewers.length + 1 : 1;
  const left = new Float64Array(size * size);
  const right = new Float64Array(size);
  // Everything is divided by the variance of the rest.
  const ridge = variances.rest / variances.submission;
  const touched = ({ others }: Group): number[] => (matters ? [0, ...others.map((r) => r + 1)] : [0]);
  const weight = (unknown: number, { others }: Group): number => (unknown === 0 ? others.length : 1);

  left[0] = table.count;
  if (matters)
    reviewers.forEach(({ others, sum }, place) => {
      const at = place + 1;
      left[at * size + at] = others.length + variances.rest / variances.reviewer;
      left[at] = left[at * size] = others.length;
      right[at] = sum;
    });
  for (const group of submissions) {
    const known = group.others.length + ridge;
    for (const i of touched(group)) {
      right[i]! -= (weight(i, group) * group.sum) / known;
      for (const j of touched(group)) left[i * size + j]! -= (weight(i, group) * weight(j, group)) / known;
    }
  }
  const covariance = inverse(left, size);
  const found = right.map((_value, i) =>
    right.reduce((sum, value, j) => sum + covariance[i * size + j]! * value, 0),
  );

  const islands = findIslands(table);
  const scores = submissions.map((group, place): [string, CalibratedScore] => {
    const reviews = group.others.length;
    const known = reviews + ridge;
    const unexplained = touched(group).reduce((sum, i) => sum - weight(i, group) * found[i]!, group.sum);
    const calibrated = mean + found[0]! + unexplained / known;
    // How the mean and the strictness of its reviewers, as far as they are wrong, enter the score.
    const share = (i: number): number => (i === 0 ? 1 : 0) - weight(i, group) / known;
    let variance = 1 / known;
    for (const i of touched(group))
      for (const j of touched(group)) variance += share(i) * share(j) * covariance[i * size + j]!;
    const reach = NORMAL_95 * Math.sqrt(variance * variances.rest);
    const [low, high] = [calibrated - reach, calibrated + reach];
    return [
      group.id,
      { reviews, mean: mean + group.sum / reviews, calibrated, low, high, island: islands[place]! },
    ];
  });
  const total = variances.submission + variances.reviewer + variances.rest;
  return {
    submissions: new Map(scores),
    reviewers: new Map(
      reviewers.map(({ id, others }, place) => [
        id,
        { reviews: others.length, offset: matters ? found[place + 1]! : 0 },
      ]),
    ),
    shares: {
      submissions: variances.submission / total,
      reviewers: variances.reviewer / total,
      rest: variances.rest / total,
    },
    matters,
    islands: new Set(islands).size,
  };
}

/** Numbers the groups of submissions that are linked through reviewers; one number a submission. */
function findIslands({ submissions, reviewers }: Table): number[] {
  const islands = submissions.map(() => -1);
  submissions.forEach((_group, start) => {
    if (islands[start] !== -1) return;
    const open = [start];
    islands[start] = start;
    for (let s = open.pop(); s !== undefined; s = open.pop())
      for (const r of submissions[s]!.others)
        for (const next of reviewers[r]!.others)
          if (islands[next] === -1) {
            islands[next] = start;
            open.push(next);
          }
  });
  return islands;
}
