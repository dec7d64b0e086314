import { cpus } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { benchAssignmentRun } from './bench-assignment-run.js';
import { benchAudit } from './bench-audit.js';
import { benchBadInput } from './bench-bad-input.js';
import { median } from './bench-figures.js';
import { benchRecord } from './bench-record.js';
import { timeToFirstPage } from './bench-start.js';
import { benchSignIn } from './bench-sign-in.js';
import { benchSubmissions } from './bench-submissions.js';
import { complaintOf } from './command.js';
import { table } from './table.js';

/** `npm run -s bench`: figures of this machine, each beside what it is compared with. */

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const machine = (): Record<string, string | number> => ({
  cores: cpus().length,
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  node: process.version,
  platform: `${process.platform}-${process.arch}`,
});

const wholeTo =
  (most: number) =>
  (text: string): number => {
    const number = Number(text);
    if (!Number.isInteger(number) || number < 1 || number > most)
      throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
    return number;
  };
const whole = wholeTo(1000);

const wholes = (text: string): number[] => text.split(',').map((part) => whole(part));

async function submissions({
  seconds,
  connections,
  json,
}: {
  seconds: number;
  connections: number[];
  json?: true;
}): Promise<void> {
  const bench = await benchSubmissions(connections, seconds, json ? () => undefined : say);
  const facts = { ...machine(), postgres: bench.postgres };
  if (json) {
    for (const level of bench.levels) print(JSON.stringify({ bench: 'submissions', seconds, ...level }));
    print(JSON.stringify({ machine: facts, rows: bench.rows, bodyBytes: bench.bodyBytes }));
    return;
  }
  const rows = bench.levels.map(({ connections: at, http, pg, ratio, mailLeft, mailSeconds }) => [
    at,
    http.rate,
    http.p50,
    http.p99,
    pg.rate,
    pg.p50,
    pg.p99,
    ratio,
    mailLeft,
    mailSeconds,
  ]);
  print(
    `Submissions over HTTP (${bench.bodyBytes} bytes each) beside the same rows by plain pg, ${seconds} s each`,
  );
  print(
    table(
      [
        'connections',
        'HTTP/s',
        'p50 ms',
        'p99 ms',
        'pg/s',
        'p50 ms',
        'p99 ms',
        'ratio',
        'mail left',
        'gone in s',
      ],
      rows,
    ),
  );
  print(
    `rows of one submission: ${Object.entries(bench.rows)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ')}`,
  );
  print(
    Object.entries(facts)
      .map(([name, value]) => `${name}: ${value}`)
      .join(', '),
  );
}

async function start({ rounds, json }: { rounds: number; json?: true }): Promise<void> {
  const seconds: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    seconds.push(await timeToFirstPage());
    if (!json) say(`${round}: ${seconds.at(-1)} s`);
  }
  const figures = { bench: 'start', median: median(seconds), seconds };
  if (json) print(JSON.stringify({ ...figures, machine: machine() }));
  else
    print(
      `From "npm start" with an empty data folder to the first page: median ${figures.median} s of ${seconds.map((one) => one.toFixed(2)).join(', ')} (${machine()['cores']} cores, node ${process.version})`,
    );
}

async function record({ entries, json }: { entries: number; json?: true }): Promise<void> {
  const figures = await benchRecord(entries, json ? () => undefined : say);
  const facts = { ...machine(), postgres: figures.postgres };
  if (json) print(JSON.stringify({ bench: 'record', ...figures, machine: facts }));
  else {
    const { heads, written, sealed, verified, proofMs } = figures;
    print(
      table(
        ['entries', 'heads', 'written s', 'sealed s', 'verified s', 'proof ms'],
        [[entries, heads, written, sealed, verified, proofMs]],
      ),
    );
    print(
      Object.entries(facts)
        .map(([name, value]) => `${name}: ${value}`)
        .join(', '),
    );
  }
}

async function signIn({ rounds, json }: { rounds: number; json?: true }): Promise<void> {
  const done = await benchSignIn(rounds, json ? () => undefined : say);
  if (json) {
    for (const pair of done) print(JSON.stringify({ bench: 'sign-in', ...pair }));
    print(JSON.stringify({ machine: machine() }));
    return;
  }
  print(
    table(
      ['question', 'rounds', 'median ms', 'median ms', 'ratio'],
      done.map(({ name, rounds: n, hidden, plain, ratio }) => [name, n, hidden, plain, ratio]),
    ),
  );
  print(
    Object.entries(machine())
      .map(([name, value]) => `${name}: ${value}`)
      .join(', '),
  );
}

async function audit({ rounds, json }: { rounds: number; json?: true }): Promise<void> {
  const done = await benchAudit(rounds, json ? () => undefined : say);
  if (json) {
    for (const figures of done) print(JSON.stringify({ bench: 'audit', ...figures }));
    print(JSON.stringify({ machine: machine() }));
    return;
  }
  print(
    table(
      ['what', 'rounds', 'with the entry ms', 'without ms', 'ratio'],
      done.map(({ what, rounds: n, withEntry, withoutEntry, ratio }) => [
        what,
        n,
        withEntry,
        withoutEntry,
        ratio,
      ]),
    ),
  );
  print(
    Object.entries(machine())
      .map(([name, value]) => `${name}: ${value}`)
      .join(', '),
  );
}

async function badInput({ rounds, json }: { rounds: number; json?: true }): Promise<void> {
  const done = await benchBadInput(rounds, json ? () => undefined : say);
  if (json) {
    for (const figures of done) print(JSON.stringify({ bench: 'bad-input', ...figures }));
    print(JSON.stringify({ machine: machine() }));
    return;
  }
  print(
    table(
      ['what', 'rounds', 'answer', 'median ms', 'worst ms', 'MB before', 'MB after'],
      done.map((one) => [
        one.what,
        one.rounds,
        one.status,
        one.median,
        one.worst,
        one.memoryBefore,
        one.memoryAfter,
      ]),
    ),
  );
  print(
    Object.entries(machine())
      .map(([name, value]) => `${name}: ${value}`)
      .join(', '),
  );
}

async function assignmentRun({ rounds, json }: { rounds: number; json?: true }): Promise<void> {
  const done = await benchAssignmentRun(rounds, json ? () => undefined : say);
  if (json) print(JSON.stringify({ bench: 'assignment-run', ...done, machine: machine() }));
  else
    print(
      `From the click to the page with the proposal, ${done.submissions} submissions and ${done.reviewers} reviewers: median ${done.median} s, the first ${done.first} s, the worst ${done.worst} s (${machine()['cores']} cores, node ${process.version})`,
    );
}

const asJson = (): Option => new Option('--json', 'print JSON lines and nothing else');

const program = new Command('bench').description('figures of this machine');
program
  .command('submissions', { isDefault: true })
  .description('submissions a second over HTTP, beside the same rows by plain pg')
  .addOption(new Option('--seconds <number>', 'how long each round takes').argParser(whole).default(10))
  .addOption(new Option('--connections <list>', 'levels, with commas').argParser(wholes).default([1, 8, 32]))
  .addOption(asJson())
  .action(submissions);
program
  .command('start')
  .description('seconds from "npm start" on a built checkout with an empty data folder to the first page')
  .addOption(new Option('--rounds <number>', 'how often').argParser(whole).default(5))
  .addOption(asJson())
  .action(start);
program
  .command('record')
  .description('seconds to seal and to verify a record, in a database of its own')
  .addOption(new Option('--entries <number>', 'how many').argParser(wholeTo(10_000_000)).default(1_000_000))
  .addOption(asJson())
  .action(record);
program
  .command('sign-in')
  .description('whether times tell who is known: medians of each pair of questions, and their ratio')
  .addOption(new Option('--rounds <number>', 'how many pairs').argParser(wholeTo(100_000)).default(1000))
  .addOption(asJson())
  .action(signIn);
program
  .command('audit')
  .description('what the entry of the record costs a submission: over HTTP, and of its bare statements')
  .addOption(new Option('--rounds <number>', 'how often each').argParser(wholeTo(100_000)).default(1000))
  .addOption(asJson())
  .action(audit);
program
  .command('bad-input')
  .description('how quickly bodies and queries of ten megabytes, 100,000 fields or 10,000 levels are refused')
  .addOption(new Option('--rounds <number>', 'how often each').argParser(whole).default(50))
  .addOption(asJson())
  .action(badInput);

program
  .command('assignment-run')
  .description('seconds from the click on "Propose" to the page with the stored proposal')
  .addOption(new Option('--rounds <number>', 'how often').argParser(whole).default(5))
  .addOption(asJson())
  .action(assignmentRun);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${complaintOf(error)}\n`);
  process.exitCode = 1;
}
