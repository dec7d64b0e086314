import { Logger, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Client } from 'pg';
import { AppModule } from '../app.module.js';
import { connectPorts } from '../app.js';
import type { Installation } from '../installation.js';
import { People } from '../people/people.service.js';
import { Clock } from '../platform/clock.js';
import { Queues } from '../platform/queue.js';
import { NestLogger } from '../platform/telemetry.js';
import { Work } from '../platform/work.js';
import { Builds } from '../proceedings/builds.service.js';
import { Volumes } from '../proceedings/volume.service.js';
import { letterSteps, openConference, registrationSteps, submissionSteps } from './example-call.js';
import { flag } from './example-pairs.js';
import { EXAMPLE_PEOPLE } from './example-people.js';
import { panelSteps } from './example-panels.js';
import { assign, decisionSteps, invitationSteps, reviewSteps } from './example-reviewing.js';
import { ExampleStage, type Step } from './example-stage.js';

export { EXAMPLE_PEOPLE };

const FACT = 'example';
/** What has to be played, in this order; the fact names those that are behind us. */
const ACTS = ['call', 'assignment', 'reviewing', 'proceedings'] as const;
type Act = (typeof ACTS)[number];

/** The queue is a wake-up only: the server's sweepers find the example's mail and its build. */
class NoWakeUps extends Queues {
  override wake(): Promise<void> {
    return Promise.resolve();
  }
}

/** The example's people come first, so that their links can be printed at once. */
export async function seedExamplePeople(app: INestApplicationContext): Promise<void> {
  await app.get(Work).run(async (tx) => {
    await app.get(People).resolve(tx, EXAMPLE_PEOPLE, () => 'email');
  });
}

/**
 * Plays the example conference once, through the services, as its people, from seventy days ago until now. It runs in an
 * application of its own, whose Clock it sets; the server's is untouched. What a start has left undone the next one goes on
 * with; every step looks first whether it was done. Only where mail cannot leave: with the embedded database and the mailbox.
 * @returns whether anything was played now.
 */
export async function seedExample(installation: Installation): Promise<boolean> {
  const { config, embedded, mailbox, logger } = installation;
  if (!embedded || !mailbox) return false;
  const notes = new Client({ connectionString: config.databaseUrl });
  let stopped = false;
  notes.on('error', () => (stopped = true));
  await notes.connect();
  try {
    const free = await notes.query<{ free: boolean }>(
      `select pg_try_advisory_lock(hashtextextended('example', 0)) as free`,
    );
    if (!free.rows[0]!.free) return false;
    const { present, done } = await progress(notes);
    if (ACTS.every((act) => done.includes(act))) return false;
    const app = await secondApp(installation);
    try {
      const stage = new ExampleStage(app, present, await app.get(Clock).now());
      await openConference(stage);
      for (const act of ACTS) {
        if (done.includes(act)) continue;
        await play(stage, act);
        done.push(act);
        await notes.query(`update installation_fact set value = $2 where key = $1`, [
          FACT,
          { present, done },
        ]);
      }
    } finally {
      await app.close();
    }
    logger.info('the example is seeded');
    return true;
  } catch (error) {
    if (!stopped) throw error;
    logger.info('the server stops: the example goes on at the next start');
    return false;
  } finally {
    await notes.end().catch(() => undefined);
  }
}

/** The application once more, without its web server and with a Clock of its own; few connections leave the rest to people. */
async function secondApp(installation: Installation): Promise<INestApplicationContext> {
  const { config, logger } = installation;
  const surroundings = {
    ...installation,
    config: { ...config, databasePoolSize: 2 },
    queues: new NoWakeUps(logger, { redisUrl: config.redisUrl, databaseUrl: config.databaseUrl! }),
  };
  // Nest has one logger for the process, and TypeORM warns of a second data source, which is meant here.
  const quiet = new NestLogger(logger.child({}, { level: 'error' }));
  Logger.overrideLogger(quiet);
  try {
    const app = await NestFactory.createApplicationContext(AppModule.with(surroundings), {
      logger: quiet,
      abortOnError: false,
    });
    connectPorts(app);
    return app;
  } finally {
    Logger.overrideLogger(new NestLogger(logger));
  }
}

/** The moment at which the example was first begun, which is its present, and the acts that are behind us. */
async function progress(notes: Client): Promise<{ present: Date; done: Act[] }> {
  await notes.query(
    `insert into installation_fact (key, value, at) values ($1, '{}', clock_timestamp()) on conflict do nothing`,
    [FACT],
  );
  const { rows } = await notes.query<{ at: Date; value: { done?: Act[] } }>(
    `select at, value from installation_fact where key = $1`,
    [FACT],
  );
  return { present: rows[0]!.at, done: rows[0]!.value.done ?? [] };
}

async function play(stage: ExampleStage, act: Act): Promise<void> {
  const { closesAt } = stage;
  const inCall = ({ at }: Step): boolean => at < closesAt;
  const throughout = async (): Promise<Step[]> => [
    ...(await submissionSteps(stage)),
    ...letterSteps(stage),
    ...registrationSteps(stage),
    ...(await invitationSteps(stage)),
  ];
  switch (act) {
    case 'call':
      return stage.play((await throughout()).filter(inCall));
    case 'assignment':
      return assign(stage);
    case 'reviewing': {
      const rest = (await throughout()).filter((step) => !inCall(step));
      return stage.play([
        ...rest,
        ...(await reviewSteps(stage)),
        ...decisionSteps(stage),
        ...panelSteps(stage),
        { at: stage.daysAgo(0.3), act: () => flag(stage) },
      ]);
    }
    case 'proceedings':
      return bind(stage);
  }
}

/** A first volume of what is accepted so far, arranged by topic. */
async function bind(stage: ExampleStage): Promise<void> {
  const { conference } = stage;
  const volumes = stage.get(Volumes);
  stage.travel(stage.daysAgo(0.001));
  const { volume } = await volumes.plan(conference);
  if (volume.version === 0)
    await volumes.change(
      await stage.organiser(),
      conference,
      { title: 'Proceedings of the Example Conference on Dialogue', subtitle: 'Advance volume' },
      { kind: 'arrange' },
    );
  const builds = stage.get(Builds);
  if ((await builds.list(conference)).items.length === 0)
    await builds.request(await stage.organiser(), conference);
}
