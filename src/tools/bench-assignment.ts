import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import { preferring } from '../reviews/run-problem.js';
import { assign, type Assignment, type AssignOptions, type Progress } from '../reviews/solver/assign.js';
import { faultOf } from '../reviews/solver/certificate.js';
import type { AssignmentProblem } from '../reviews/solver/problem.js';
import { aamasInstance, assignmentInstance, minMaxTotal, withConflict } from './assignment-instances.js';
import { table } from './table.js';

/**
 * `npm run -s bench:assignment`: what an assignment costs, by size. Seconds are of the processor, all threads of the process
 * together, so that a busy machine changes little; each size and objective has a process of its own, so that its memory is its own.
 */

const SIZES = ['300x60', '1000x200', '5000x1000', '10000x4000', '20000x20000'];
/**
 * The size at which one new conflict is solved again, and the seeds that choose it. With the preference for what stands they
 * change 2 to 5 places, and seed 12 changes 11; without it 2 to 14.
 */
const AGAIN = '10000x4000';
const CONFLICTS = [2, 3, 4, 5, 6];
const AAMAS = join('test', 'data', 'aamas2015.txt');

const print = (line: string): void => void process.stdout.write(`${line}\n`);

interface Row {
  instance: string;
  submissions: number;
  reviewers: number;
  pairs: number;
  objective: AssignOptions['objective'];
  seconds: number;
  /** What passed on the clock meanwhile: more on a busy machine. */
  wallSeconds: number;
  graphSeconds: number;
  solveSeconds: number;
  worstPairSeconds: number;
  peakMb: number;
  total: number;
  /** The least affinity of a chosen pair. */
  worstPair: number;
  steps: number;
  relaxed: boolean;
  certificate: string;
  certificateSeconds: number;
}

interface Again {
  instance: string;
  conflict: number;
  seconds: number;
  changed: number;
  certificate: string;
}

function clock(): () => number {
  const started = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(started);
    return Math.round((user + system) / 1000) / 1000;
  };
}

function measure(
  instance: string,
  problem: AssignmentProblem,
  objective: AssignOptions['objective'],
): { row: Row; assignment: Assignment } {
  const elapsed = clock();
  const began = performance.now();
  const begun: Partial<Record<Progress['stage'], number>> = {};
  const assignment = assign(problem, {
    objective,
    seed: 1,
    watch: ({ stage }) => (begun[stage] ??= elapsed()),
  });
  const seconds = elapsed();
  const wallSeconds = rounded((performance.now() - began) / 1000);
  const checking = clock();
  const certificate = faultOf(problem, assignment.claim) ?? 'ok';
  const worstAt = begun['worst pair'] ?? seconds;
  const row: Row = {
    instance,
    submissions: problem.places.length,
    reviewers: problem.most.length,
    pairs: problem.reviewer.length,
    objective,
    seconds,
    wallSeconds,
    graphSeconds: begun.total!,
    solveSeconds: rounded(worstAt - begun.total!),
    worstPairSeconds: rounded(seconds - worstAt),
    peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
    total: assignment.tally.total,
    worstPair: assignment.claim.pairs.reduce((low, pair) => Math.min(low, problem.affinity[pair]!), Infinity),
    steps: assignment.steps,
    relaxed: assignment.tally.isRelaxed,
    certificate,
    certificateSeconds: checking(),
  };
  return { row, assignment };
}

const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000;

/** How a result changes by one conflict more: places that somebody else gets. */
function solveAgain(
  instance: string,
  problem: AssignmentProblem,
  before: Assignment,
  conflict: number,
): Again {
  const { problem: changed, kept } = withConflict(problem, before.claim.pairs, conflict);
  const now = new Map(Array.from(kept, (pair, at) => [pair, at]));
  const earlier = {
    pairs: before.claim.pairs.filter((pair) => now.has(pair)).map((pair) => now.get(pair)!),
    prices: before.claim.total.prices,
  };
  // As a run of a conference does: who stands is preferred a little.
  const stands = new Set(earlier.pairs);
  const affinity = changed.affinity.map((fit, pair) => preferring(fit, stands.has(pair)));
  const preferred = { ...changed, affinity };
  const elapsed = clock();
  const after = assign(preferred, { objective: 'total', seed: 1, earlier });
  const seconds = elapsed();
  const old = new Set(before.claim.pairs);
  return {
    instance,
    conflict,
    seconds,
    changed: after.claim.pairs.filter((pair) => !old.has(kept[pair]!)).length,
    certificate: faultOf(preferred, after.claim) ?? 'ok',
  };
}

/** One size and objective in this process: a JSON line for each figure. */
function one(size: string, objective: AssignOptions['objective']): void {
  const [submissions, reviewers] = size.split('x').map(Number) as [number, number];
  const problem = assignmentInstance(submissions, reviewers, 1);
  const { row, assignment } = measure(size, problem, objective);
  print(JSON.stringify(row));
  if (size === AGAIN && objective === 'total')
    for (const conflict of CONFLICTS) print(JSON.stringify(solveAgain(size, problem, assignment, conflict)));
}

/** The real conference, beside a matching in two passes. */
function aamas(): void {
  const problem = aamasInstance(readFileSync(AAMAS, 'utf8'), 4);
  const { row } = measure('AAMAS 2015, at least 4', problem, 'total');
  const minMax = minMaxTotal(problem);
  print(JSON.stringify(row));
  print(
    JSON.stringify({
      instance: row.instance,
      minMax,
      percentAbove: Math.round((row.total / minMax - 1) * 10_000) / 100,
    }),
  );
}

function linesOf(...words: string[]): string[] {
  const { stdout, status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 24,
  });
  if (status !== 0)
    throw new Error(`The benchmark of ${words.join(' ')} ended with ${status ?? 'a signal'}.`);
  return stdout.split('\n').filter((line) => line !== '');
}

interface Words {
  size?: string;
  json?: true;
  here?: string;
  worst?: true;
}

function all({ size, json, here, worst }: Words): void {
  if (here !== undefined) {
    if (here === 'aamas') aamas();
    else one(here, worst ? 'worst pair' : 'total');
    return;
  }
  const lines = (size === undefined ? SIZES : [size]).flatMap((each) => {
    if (!json) process.stderr.write(`${each}\n`);
    return [...linesOf('--here', each), ...linesOf('--here', each, '--worst')];
  });
  if (size === undefined && existsSync(AAMAS)) lines.push(...linesOf('--here', 'aamas'));
  if (json) {
    for (const line of lines) print(line);
    return;
  }
  const figures = lines.map((line) => JSON.parse(line) as Partial<Row & Again & { percentAbove: number }>);
  print(
    table(
      [
        'instance',
        'pairs',
        'objective',
        's',
        'clock s',
        'graph s',
        'solve s',
        'worst pair s',
        'MB',
        'total',
        'worst pair',
        'relaxed',
        'certificate',
        'checked in s',
      ],
      (figures.filter((figure) => figure.objective !== undefined) as Row[]).map((row) => [
        row.instance,
        row.pairs,
        row.objective,
        row.seconds,
        row.wallSeconds,
        row.graphSeconds,
        row.solveSeconds,
        row.worstPairSeconds,
        row.peakMb,
        row.total,
        row.worstPair,
        row.relaxed ? 'yes' : 'no',
        row.certificate,
        row.certificateSeconds,
      ]),
    ),
  );
  const again = figures.filter((figure) => figure.changed !== undefined) as Again[];
  if (again.length > 0)
    print(
      `\n${table(
        ['one new conflict in', 'seed', 's', 'places changed', 'certificate'],
        again.map((row) => [row.instance, row.conflict, row.seconds, row.changed, row.certificate]),
      )}`,
    );
  for (const { instance, percentAbove } of figures)
    if (percentAbove !== undefined) print(`\n${instance}: ${percentAbove} % above MinMax in two passes`);
}

const sizeOf = (text: string): string => {
  if (!/^[1-9]\d{0,5}x[1-9]\d{0,5}$/.test(text))
    throw new InvalidArgumentError('It must be submissions x reviewers, such as 1000x200.');
  return text;
};

const program = new Command('bench:assignment')
  .description('seconds, memory and proof of assignments by size')
  .addOption(new Option('--size <size>', 'one size alone, such as 1000x200').argParser(sizeOf))
  .addOption(new Option('--json', 'print JSON lines and nothing else'))
  .addOption(new Option('--here <what>', 'measure in this process').hideHelp())
  .addOption(new Option('--worst', 'best worst pair first').hideHelp())
  .action(all);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
