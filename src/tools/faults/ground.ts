import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../platform/embedded-postgres.js';
import { builtFile } from '../../platform/program.js';
import { drained } from '../bench-submissions.js';
import { Driver } from '../driver.js';
import { freePort, runCli } from '../own-instance.js';
import { OPERATOR } from '../seed.js';
import { startMailServer } from './mail-server.js';
import { startDoor } from './processes.js';

/** Links in mail begin with it; nobody opens them. */
export const PUBLIC_URL = 'http://faults.rehearsal.example';
/** Part of every name and address of an author: no log, job or key of Redis may hold it. */
export const CANARY = 'canary';

/** What the conferences of the ground look like to whoever plays on it. */
export interface Cast {
  /** The topic of the call that is open. */
  topic: string;
  /** Tokens of authors, of whom number i has the address `authorAddress(i)`. */
  authors: string[];
  chairs: string[];
  /** Codes of submissions whose decisions are pending, half of them to be accepted. */
  decided: string[];
  /** A reviewer with an assignment that has no review yet. */
  reviewer: { token: string; assignments: string[]; criteria: string[] };
}

/** One PostgreSQL for a whole run, with a conference that was played until it is ready for the faults. */
export interface Ground {
  postgres: EmbeddedPostgres;
  folder: string;
  cast: Cast;
  /** Environment of every process of the program. */
  environment: NodeJS.ProcessEnv;
  /**
   * A database of one's own as it was before the decisions were released (`decided`) or with all their mail still to be
   * sent (`released`). @returns its address, by TCP
   */
  database(state: 'decided' | 'released'): Promise<{ url: string; name: string; drop(): Promise<void> }>;
  /** Restarts PostgreSQL as if the power had gone: nothing is finished, nobody is asked. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

export const authorAddress = (index: number): string => `${CANARY}-${index}@rehearsal.example`;

const AUTHORS = 24;
const PANEL = 6;

/** Plays it with the program itself. @param decisions how many submissions wait for their decisions to be released */
export async function makeGround(decisions: number, say: (line: string) => void): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), 'concord-faults-'));
  const place = { dir: join(folder, 'postgres'), port: await freePort(), maxConnections: 200 };
  const postgres = await startEmbeddedPostgres(place);
  const admin = new Pool({ connectionString: postgres.url, max: 2 });
  // A fault restarts it under us.
  admin.on('error', () => {});
  const addressOf = (name: string): string => {
    const url = new URL(postgres.url);
    // By TCP, so that a proxy can stand between.
    url.search = '';
    url.pathname = `/${name}`;
    return url.href;
  };
  const stop = async (): Promise<void> => {
    await admin.end();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await admin.query('create database decided');
    const environment = {
      HOST: '127.0.0.1',
      PUBLIC_URL,
      SIGNING_KEY_FILE: join(folder, 'signing-key.pem'),
      MASTER_KEY_FILE: join(folder, 'master-key'),
      LOG_LEVEL: 'info',
      DATABASE_POOL: '12',
      TRUST_PROXY: '0',
    };
    const cast = await rehearse(
      { ...environment, VAR_DIR: folder, DATABASE_URL: addressOf('decided') },
      decisions,
      say,
    );
    await admin.query('create database released template decided strategy file_copy');
    await release({ ...environment, VAR_DIR: folder, DATABASE_URL: addressOf('released') }, cast);
    let count = 0;
    return {
      postgres,
      folder,
      cast,
      environment,
      async database(state) {
        count += 1;
        const name = `seed_${count}`;
        await admin.query(`create database ${name} template ${state} strategy file_copy`);
        return {
          url: addressOf(name),
          name,
          drop: async () => void (await admin.query(`drop database if exists ${name} with (force)`)),
        };
      },
      async crash() {
        process.kill(
          Number((await readFile(join(place.dir, 'postmaster.pid'), 'utf8')).split('\n')[0]),
          'SIGQUIT',
        );
        while (existsSync(join(place.dir, 'postmaster.pid'))) await sleep(20);
        await startEmbeddedPostgres(place);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Runs a web door for the length of `act`. */
async function served<T>(
  environment: NodeJS.ProcessEnv,
  inline: boolean,
  act: (driver: Driver, cli: (...words: string[]) => Promise<string>) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const all = { ...environment, PORT: String(port), WORKER: inline ? 'inline' : 'none' };
  const door = startDoor('main', [], all);
  const driver = new Driver(`http://127.0.0.1:${port}`, 8);
  try {
    for (let tries = 0; !door.hasPrinted; tries += 1) {
      if (tries > 900 || door.exitCode !== undefined)
        throw new Error(`no instance: ${door.log().slice(-1500)}`);
      await sleep(100);
    }
    return await act(driver, (...words) =>
      runCli(builtFile('cli.js'), words, { PATH: process.env['PATH'], ...all }),
    );
  } finally {
    driver.close();
    await door.end('SIGTERM');
  }
}

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

async function rehearse(
  environment: NodeJS.ProcessEnv,
  decisions: number,
  say: (line: string) => void,
): Promise<Cast> {
  const sink = await startMailServer();
  try {
    return await served(
      { ...environment, SMTP_URL: `smtp://127.0.0.1:${sink.port}` },
      true,
      async (driver, cli) => {
        say('playing a conference');
        const operator = (
          await cli(
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
        const token = async (email: string, role: string, conference?: string): Promise<string> =>
          (
            await driver.ask<{ token: string }>(201, 'POST', '/api/v1/rehearsal/tokens', {
              token: operator,
              body: { email, name: `The ${email.split('@')[0]}`, role, ...(conference && { conference }) },
            })
          ).token;
        const conference = async (slug: string, prefix: string) =>
          driver.ask<{ version: number; topics: { id: string }[]; criteria: { id: string }[] }>(
            201,
            'POST',
            '/api/v1/conferences',
            {
              token: operator,
              key: true,
              body: {
                slug,
                codePrefix: prefix,
                name: `Conference ${slug}`,
                organiserName: 'Example Institute',
                contactAddress: 'office@rehearsal.example',
                timeZone: 'Asia/Tbilisi',
                kind: 'rehearsal',
                call: { deadlineDay: '2099-12-31', wordLimit: 300, reviewsPerSubmission: 1 },
                topics: [{ title: 'Dialogue' }],
                criteria:
                  slug === 'panel' ? [{ title: 'Relevance', anchors: ['a', 'b', 'c', 'd', 'e'] }] : [],
              },
            },
          );
        const open = await conference('open', 'OPEN');
        const board = await conference('board', 'BOARD');
        const panel = await conference('panel', 'PANEL');
        const authors = await driver.each(range(AUTHORS), (index) => token(authorAddress(index), 'author'));
        const hand = (slug: string, topic: string) => async (index: number) =>
          (
            await driver.ask<{ id: string }>(201, 'POST', `/api/v1/conferences/${slug}/submissions`, {
              token: authors[index % AUTHORS]!,
              key: true,
              body: submissionBody(`Ground ${slug} ${index}`, topic, index % AUTHORS),
            })
          ).id;
        const decided = await driver.each(range(decisions), hand('board', board.topics[0]!.id));
        await driver.each(range(PANEL), hand('panel', panel.topics[0]!.id));
        const chairs = await driver.each(range(2), (index) =>
          token(`chair-${index}@rehearsal.example`, 'chair', 'board'),
        );
        const organiser = await token('organiser@rehearsal.example', 'organiser', 'panel');
        for (const [slug, by] of [
          ['board', chairs[0]!],
          ['panel', organiser],
        ] as const) {
          const { version } = await driver.ask<{ version: number }>(
            200,
            'GET',
            `/api/v1/conferences/${slug}`,
            { token: by },
          );
          await driver.ask(200, 'PATCH', `/api/v1/conferences/${slug}`, {
            token: by,
            version,
            body: { call: { closeNow: true, reason: 'Enough' } },
          });
          await driver.ask(200, 'POST', `/api/v1/conferences/${slug}/reviewing`, {
            token: by,
            key: true,
            body: {},
          });
        }
        await driver.each(decided, (id, index) =>
          driver.ask(200, 'PUT', `/api/v1/submissions/${id}/decision`, {
            token: chairs[0]!,
            version: 0,
            body: { outcome: outcomeOf(index), textToAuthors: `Text to the authors of ${id}.` },
          }),
        );
        const reviewer = await assigned(driver, token, organiser, panel.topics[0]!.id);
        const pool = new Pool({ connectionString: environment['DATABASE_URL'], max: 1 });
        await drained(pool).finally(() => pool.end());
        return {
          topic: open.topics[0]!.id,
          authors,
          chairs,
          decided,
          reviewer: { ...reviewer, criteria: panel.criteria.map(({ id }) => id) },
        };
      },
    );
  } finally {
    await sink.stop();
  }
}

async function assigned(
  driver: Driver,
  token: (email: string, role: string, conference?: string) => Promise<string>,
  organiser: string,
  topic: string,
): Promise<{ token: string; assignments: string[] }> {
  const { id, version } = await driver.ask<{ id: string; version: number }>(
    201,
    'POST',
    '/api/v1/conferences/panel/reviewers',
    {
      token: organiser,
      key: true,
      body: {
        email: 'reviewer@rehearsal.example',
        name: 'The Reviewer',
        affiliation: 'Independent',
        topics: [topic],
        maxLoad: PANEL,
      },
    },
  );
  const own = await token('reviewer@rehearsal.example', 'reviewer');
  await driver.ask(200, 'POST', `/api/v1/invitations/${id}/accept`, {
    token: own,
    version,
    key: true,
    body: {},
  });
  const submissions = await driver.list<{ id: string }>('/api/v1/conferences/panel/submissions', organiser);
  await driver.each(submissions, (submission) =>
    driver.ask(201, 'POST', `/api/v1/submissions/${submission.id}/assignments`, {
      token: organiser,
      key: true,
      body: { reviewer: id },
    }),
  );
  const work = await driver.list<{ id: string }>('/api/v1/me/assignments', own);
  return { token: own, assignments: work.map((one) => one.id) };
}

/** Releases all decisions while no worker runs. */
const release = (environment: NodeJS.ProcessEnv, cast: Cast): Promise<void> =>
  served(environment, false, (driver) =>
    driver
      .ask(201, 'POST', '/api/v1/conferences/board/decision-releases', {
        token: cast.chairs[0]!,
        key: true,
        body: { submissions: cast.decided },
      })
      .then(() => undefined),
  );

export const outcomeOf = (index: number): 'accepted' | 'rejected' =>
  index % 2 === 0 ? 'accepted' : 'rejected';

/** An abstract of one author. */
export const submissionBody = (title: string, topic: string, author: number): object => ({
  status: 'submitted',
  title,
  abstract: `What ${title} is about. ${'Neighbours talk of water and of schools. '.repeat(12)}`.trim(),
  topics: [topic],
  authors: [
    {
      name: `${CANARY} number ${author}`,
      affiliation: 'Example University',
      email: authorAddress(author),
      corresponding: true,
      presenting: true,
    },
  ],
});
