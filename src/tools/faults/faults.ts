import { Command, InvalidArgumentError, Option } from 'commander';
import { complaintOf } from '../command.js';
import { table } from '../table.js';
import { endAll } from './processes.js';
import { FAULTS, runFaults, type FaultResult } from './run-faults.js';
import type { Backend } from './stand.js';

/** `npm run -s faults`: kills, cuts and starves a system of processes, and checks what must hold afterwards. */

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const whole = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 10_000)
    throw new InvalidArgumentError('It must be a whole number from 1 to 10000.');
  return number;
};

const named = (text: string): string[] => {
  const ids = text.split(',');
  const unknown = ids.find((id) => !FAULTS.some((fault) => fault.id === id));
  if (unknown !== undefined)
    throw new InvalidArgumentError(
      `There is no fault ${unknown}; there are ${FAULTS.map(({ id }) => id).join(', ')}.`,
    );
  return ids;
};

interface Options {
  only?: string[];
  seeds: number;
  from: number;
  backend?: Backend;
  logs?: string;
  json?: true;
}

async function faults({ only, seeds, from, backend, logs, json }: Options): Promise<void> {
  const told = (result: FaultResult): void => {
    if (json) print(JSON.stringify(result));
    else say(`${result.fault} ${result.backend}: ${result.passed} of ${result.seeds} in ${result.seconds} s`);
  };
  const results = await runFaults(
    {
      ...(only && { only }),
      ...(backend && { backends: [backend] }),
      ...(logs && { keepLogs: logs }),
      seeds,
      from,
    },
    json ? () => undefined : say,
    told,
  );
  const failed = results.filter(({ passed }) => passed < seeds);
  if (!json) {
    print(
      table(
        ['fault', 'what', 'backend', 'seeds', 'passed', 'seconds'],
        results.map((result) => [
          result.fault,
          result.what,
          result.backend,
          result.seeds,
          result.passed,
          result.seconds,
        ]),
      ),
    );
    for (const { fault, backend: on, broken } of failed)
      for (const { seed, complaints } of broken)
        print(
          `${fault} ${on} seed ${seed}:\n${complaints
            .slice(0, 10)
            .map((line) => `  ${line}`)
            .join('\n')}`,
        );
    print(
      failed.length === 0
        ? `All ${results.length} were passed with ${seeds} seeds each.`
        : `${failed.length} of ${results.length} were not passed.`,
    );
  }
  if (failed.length > 0) process.exitCode = 1;
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.once(signal, () => void endAll().finally(() => process.exit(code)));

try {
  await new Command('faults')
    .description('plays faults on an own system of processes and prints which were passed')
    .addOption(new Option('--only <list>', 'which, with commas, as F4,F5').argParser(named))
    .addOption(
      new Option('--seeds <number>', 'how often each, every time otherwise').argParser(whole).default(20),
    )
    .addOption(new Option('--from <number>', 'the first seed, to play one again').argParser(whole).default(1))
    .addOption(new Option('--backend <name>', 'one queue only').choices(['postgres', 'redis']))
    .option('--logs <folder>', 'where the logs of what failed are kept')
    .addOption(new Option('--json', 'print JSON lines and nothing else'))
    .action(faults)
    .parseAsync();
} catch (error) {
  process.stderr.write(`${complaintOf(error)}\n`);
  process.exitCode = 1;
}
