import highsLoader, { type Highs, type Model } from 'highs';
import type { AssignmentProblem } from '../../src/reviews/solver/problem.js';
import type { Conference } from './small-conference.js';

export interface Optimum {
  open: number;
  unbalanced: number;
  short: number;
  /** The best total, and the best total under the best worst pair. */
  total: number;
  worst: number;
  /** What `worst` is where no pair is free to be chosen. */
  worstThinkable: number;
  totalOfWorst: number;
}

// The package's types speak of its CommonJS form, in which the loader is a property.
const loadHighs = highsLoader as unknown as (typeof highsLoader)['default'];
let highs: Promise<Highs> | undefined;

/**
 * What the best assignment is, by integer programming, written from the rules as they are said: one variable for each thinkable
 * pair, one for each breach, and one goal after another, each fixed before the next.
 */
export async function optimumOf(conference: Conference): Promise<Optimum> {
  highs ??= loadHighs();
  const solver = await highs;
  const model = solver.createModel();
  try {
    return solve(conference, model, solver);
  } finally {
    model.dispose();
  }
}

function solve(conference: Conference, model: Model, solver: Highs): Optimum {
  const { submissions, reviewers, affinity, conflict, locked, balance } = conference;
  const infinity = solver.infinity;
  model.options.set('output_flag', false);
  model.options.set('mip_rel_gap', 0);
  let columns = 0;
  const variable = (low: number, high: number): number => {
    model.addVar(low, high);
    return columns++;
  };
  const row = (low: number, high: number, terms: readonly (readonly [number, number])[]): void =>
    void model.addRow(low, high, { indices: terms.map(([at]) => at), values: terms.map(([, by]) => by) });
  const one = (at: number): readonly [number, number] => [at, 1];

  const x = submissions.map(({ language }, s) =>
    reviewers.map(({ languages }, r) => {
      const may = !conflict[s]![r]! && languages.includes(language);
      return variable(Number(locked[s]![r]), Number(may));
    }),
  );
  const open = submissions.map(({ places }) => variable(0, places));
  const breaches: number[] = [];
  for (const [s, { places }] of submissions.entries()) {
    row(places, places, [...x[s]!.map(one), one(open[s]!)]);
    for (const [g, { most }] of balance.groups.entries()) {
      if (most === undefined) continue;
      const over = variable(0, infinity);
      breaches.push(over);
      const members = x[s]!.filter((_, r) => reviewers[r]!.group === g);
      row(-infinity, most, [...members.map(one), [over, -1]]);
    }
    const missing = variable(0, infinity);
    breaches.push(missing);
    const outside = x[s]!.filter((_, r) => {
      const { group } = reviewers[r]!;
      return group !== undefined && balance.groups[group]!.outside;
    });
    row(balance.outsideAtLeast, infinity, [...outside.map(one), one(missing)]);
  }
  const short = reviewers.map(({ least, most }, r) => {
    const missing = variable(0, infinity);
    row(
      -infinity,
      most,
      submissions.map((_, s) => one(x[s]![r]!)),
    );
    row(least, infinity, [...submissions.map((_, s) => one(x[s]![r]!)), one(missing)]);
    return missing;
  });
  /** The best value of a goal, kept from then on when `fix` says so. */
  const best = (terms: readonly (readonly [number, number])[], fix: boolean): number => {
    for (let at = 0; at < columns; at += 1) model.changeColCost(at, 0);
    for (const [at, by] of terms) model.changeColCost(at, by);
    // Whole numbers that are best among all numbers are best among whole ones; only else they are asked for.
    const run = (): number => {
      model.run();
      if (model.getModelStatus() !== solver.constants.modelStatus.optimal) throw new Error('no optimum');
      return model.getObjectiveValue();
    };
    let objective = run();
    if (model.getSolution().colValue.some((number) => Math.abs(number - Math.round(number)) > 1e-6)) {
      const { integer, continuous } = solver.constants.variableType;
      for (let at = 0; at < columns; at += 1) model.changeColIntegrality(at, integer);
      objective = run();
      for (let at = 0; at < columns; at += 1) model.changeColIntegrality(at, continuous);
    }
    const value = Math.round(objective);
    if (fix && terms.length > 0) row(-infinity, value, terms);
    return value;
  };
  const all = x.flatMap((list, s) => list.map((at, r) => [at, -affinity[s]![r]!] as const));
  const rules = {
    open: best(open.map(one), true),
    unbalanced: best(breaches.map(one), true),
    short: best(short.map(one), true),
  };
  const total = 0 - best(all, false);
  // The highest affinity below which no free pair has to be taken.
  const values = [...new Set(affinity.flat())].toSorted((a, b) => a - b);
  const below = (value: number): (readonly [number, number])[] =>
    x.flatMap((list, s) => list.filter((_, r) => !locked[s]![r]! && affinity[s]![r]! < value).map(one));
  let worst = 0;
  for (let from = 0, to = values.length; from < to;) {
    const middle = (from + to) >> 1;
    if (best(below(values[middle]!), false) > 0) to = middle;
    else {
      worst = values[middle]!;
      from = middle + 1;
    }
  }
  best(below(worst), true);
  return { ...rules, total, worst, worstThinkable: values.at(-1)!, totalOfWorst: 0 - best(all, false) };
}

/** The best total of a problem without groups and locked pairs that breaks no rule, by linear programming. */
export async function totalOfLp({
  places,
  least,
  most,
  first,
  reviewer,
  affinity,
}: AssignmentProblem): Promise<number> {
  highs ??= loadHighs();
  const solver = await highs;
  const columns = reviewer.length;
  const rows = places.length + most.length;
  const indices = new Int32Array(2 * columns);
  for (let s = 0; s < places.length; s += 1)
    for (let pair = first[s]!; pair < first[s + 1]!; pair += 1)
      indices.set([s, places.length + reviewer[pair]!], 2 * pair);
  const model = solver.createModel({
    numCols: columns,
    numRows: rows,
    colCost: Float64Array.from(affinity, (one) => -one),
    colLower: new Float64Array(columns),
    colUpper: new Float64Array(columns).fill(1),
    rowLower: Float64Array.from([...places, ...least]),
    rowUpper: Float64Array.from([...places, ...most]),
    matrix: {
      format: 'csc',
      numRows: rows,
      numCols: columns,
      starts: Int32Array.from({ length: columns + 1 }, (_, at) => 2 * at),
      indices,
      values: new Float64Array(2 * columns).fill(1),
    },
  });
  try {
    model.options.set('output_flag', false);
    model.run();
    if (model.getModelStatus() !== solver.constants.modelStatus.optimal) throw new Error('no optimum');
    return Math.round(-model.getObjectiveValue());
  } finally {
    model.dispose();
  }
}
