import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import type { Writable } from 'node:stream';
import { Driver } from './driver.js';
import { ToolFailure } from './failure.js';
import { runCli, startOwnInstance } from './own-instance.js';
import { invented, type Population } from './population.js';
import { play } from './rehearsal.js';
import { Report } from './report.js';
import { mailboxFolder, type Inbox } from './sink.js';
import { readProgramme } from './tsv.js';
import { OPERATOR } from './seed.js';
import { builtFile } from '../platform/program.js';

export interface RehearseOptions {
  /** Programme to play; else `size` abstracts are invented. */
  from?: string;
  size: number;
  seed: number;
  connections: number;
  /** A running instance, whose settings are in the environment. */
  url?: string;
  /** Folder of that instance's mailbox. */
  mailbox?: string;
  json?: true;
}

/** Where a rehearsal is played. */
interface Stage {
  url: string;
  inbox: Inbox;
  cli(...words: string[]): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Rehearses a conference and prints what came of it.
 * @returns whether every check holds
 * @throws ToolFailure when the rehearsal cannot begin or go on
 */
export async function rehearse(
  options: RehearseOptions,
  results: Writable,
  progress: Writable,
): Promise<boolean> {
  if ((options.url === undefined) !== (options.mailbox === undefined))
    throw new ToolFailure('--url and --mailbox go together.');
  const json = options.json ?? false;
  const report = new Report(results, json ? undefined : progress, json);
  const { population } = await report.stage('read the population', () => populationOf(options, report));
  const { stage } = await report.stage('start the instance', async () => ({
    count: 1,
    stage: await stageOf(options),
  }));
  const driver = new Driver(stage.url, options.connections);
  try {
    const operator = (
      await stage.cli(
        'token',
        'create',
        '--email',
        OPERATOR.email,
        '--role',
        'operator',
        '--rehearsal',
        '--days',
        '1',
      )
    ).trim();
    await play({ driver, inbox: stage.inbox, report, operator, population, seed: options.seed });
    await report.stage('check invariants', () => invariantsOf(stage, report));
  } catch (error) {
    // What was found so far is told, too.
    report.check(false, () => `the rehearsal could not go on: ${(error as Error).message}`);
  } finally {
    driver.close();
    await stage.stop();
  }
  return report.finish({
    abstracts: population.abstracts.length,
    requests: driver.answered,
    cores: cpus().length,
    node: process.version,
  });
}

async function populationOf(
  options: RehearseOptions,
  report: Report,
): Promise<{ count: number; population: Population }> {
  if (options.from === undefined) {
    const population = invented(options.size, options.seed);
    return { count: population.abstracts.length, population };
  }
  const text = await readFile(options.from, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ToolFailure(`The file ${options.from} cannot be read (${error.code}).`);
  });
  const { population, refused } = readProgramme(text);
  for (const { line, reason } of refused) report.refuse('read the population', `line ${line}`, reason);
  return { count: population.abstracts.length, population };
}

async function stageOf({ url, mailbox }: RehearseOptions): Promise<Stage> {
  if (url === undefined || mailbox === undefined) {
    const own = await startOwnInstance();
    return { url: own.url, inbox: own.sink, cli: own.cli, stop: own.stop };
  }
  if (!URL.canParse(url)) throw new ToolFailure(`"${url}" is no address of an instance.`);
  const inbox = mailboxFolder(mailbox);
  await inbox.all();
  return {
    url,
    inbox,
    cli: (...words) => runCli(builtFile('cli.js'), words),
    stop: () => Promise.resolve(),
  };
}

/** Asks the command, as an operator would. */
async function invariantsOf(stage: Stage, report: Report): Promise<{ count: number }> {
  const printed = await stage.cli('check-invariants', '--json').catch((error: Error) => error.message);
  const lines = printed.split('\n').filter((line) => line.startsWith('{'));
  const findings = lines.map(
    (line) => JSON.parse(line) as { invariant: string; broken: number; offending: string[] },
  );
  report.check(findings.length > 0, () => `the invariants could not be checked: ${printed}`);
  for (const { invariant, broken, offending } of findings)
    report.check(
      broken === 0,
      () => `the invariant ${invariant} is broken by ${broken}: ${offending.slice(0, 5).join(', ')}`,
    );
  return { count: findings.length };
}
