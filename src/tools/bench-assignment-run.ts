import { Client } from 'pg';
import { median } from './bench-figures.js';
import { Driver } from './driver.js';
import { ToolFailure } from './failure.js';
import { startOwnInstance } from './own-instance.js';
import { OPERATOR } from './seed.js';

const SUBMISSIONS = 1000;
const REVIEWERS = 200;
const ORGANISER = 'organiser@rehearsal.example';
/** How often a proposal that is still computed is looked at, and for how long. */
const LOOK_MS = 100;
const PATIENCE_MS = 120_000;

/** From the click to the page with the proposal, in seconds. */
export interface RunFigures {
  submissions: number;
  reviewers: number;
  rounds: number;
  median: number;
  /** The first one meets a server that has computed nothing yet. */
  first: number;
  worst: number;
}

/**
 * An organiser's click on "Propose", as a browser sends it, until the page shows the stored proposal: the default objective on a
 * running instance with a thousand submissions, two hundred reviewers with topics, and three places each.
 * @throws ToolFailure when no proposal comes
 */
export async function benchAssignmentRun(rounds: number, say: (line: string) => void): Promise<RunFigures> {
  const instance = await startOwnInstance();
  const client = new Client({ connectionString: instance.databaseUrl });
  await client.connect();
  const driver = new Driver(instance.url, 1);
  try {
    const operator = (
      await instance.cli(
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
    const topics = Array.from({ length: 12 }, (_, at) => ({ title: `Topic ${at + 1}` }));
    await driver.ask(201, 'POST', '/api/v1/conferences', {
      token: operator,
      body: {
        slug: 'bench',
        codePrefix: 'BENCH',
        name: 'Benchmark',
        organiserName: 'Example Institute',
        timeZone: 'Asia/Tbilisi',
        kind: 'rehearsal',
        call: { deadlineDay: '2099-12-31', wordLimit: 300, reviewsPerSubmission: 3 },
        topics,
        criteria: [],
      },
    });
    await driver.ask(201, 'POST', '/api/v1/rehearsal/tokens', {
      token: operator,
      body: { email: ORGANISER, name: 'Organiser', role: 'organiser', conference: 'bench' },
    });
    await fill(client);
    const path = '/conferences/bench/organise/assignment';
    const link = (await instance.cli('sign-in-link', '--email', ORGANISER, '--next', path)).trim();
    const signedIn = await fetch(link, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: '',
    });
    const cookie = signedIn.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    const seconds: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      seconds.push(await click(`${instance.url}${path}`, cookie));
      say(`${round}: ${seconds.at(-1)!.toFixed(2)} s`);
    }
    return {
      submissions: SUBMISSIONS,
      reviewers: REVIEWERS,
      rounds,
      median: median(seconds),
      first: seconds[0]!,
      worst: Math.max(...seconds),
    };
  } finally {
    driver.close();
    await client.end();
    await instance.stop();
  }
}

/** @returns seconds from sending the form to having read the page with the proposal */
async function click(page: string, cookie: string): Promise<number> {
  const read = async (): Promise<string> => (await fetch(page, { headers: { cookie } })).text();
  const key = /name="idempotencyKey" value="([^"]+\.propose)"/.exec(await read())?.[1];
  if (!key) throw new ToolFailure('The page of the assignment has no form.');
  const from = performance.now();
  const answer = await fetch(page, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      idempotencyKey: key,
      perSubmission: '3',
      objective: 'worst pair',
    }).toString(),
  });
  if (answer.status !== 303) throw new ToolFailure(`The form was answered with ${answer.status}.`);
  for (;;) {
    const text = await read();
    const passed = performance.now() - from;
    if (/assignment\/[\w-]+\/apply"/.test(text)) return Math.round(passed) / 1000;
    if (passed > PATIENCE_MS || !/assignment\/[\w-]+\/cancel"/.test(text))
      throw new ToolFailure('No proposal came.');
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Submissions with two topics each, reviewers with three, and a maximum of a fifth above what is needed. */
async function fill(client: Client): Promise<void> {
  const conference = `(select id from conference where slug = 'bench')`;
  await client.query(
    `insert into person (id, name, created_at) select 'bench-p' || i, 'Person ' || i, now() from generate_series(1, $1::int) i`,
    [SUBMISSIONS + REVIEWERS],
  );
  await client.query(
    `insert into submission (id, conference_id, call_id, status, title, abstract, created_by, created_at, updated_at, submitted_at, search_text)
     select 'BENCH-' || i, ${conference}, k.id, 'submitted', 'Title ' || i, 'A text about dialogue number ' || i, 'bench-p' || i,
       now(), now(), now(), 'title ' || i
     from generate_series(1, $1::int) i, call k where k.conference_id = ${conference}`,
    [SUBMISSIONS],
  );
  await client.query(
    `insert into submission_author (id, submission_id, position, person_id, name, affiliation, address, corresponding)
     select 'bench-a' || i, 'BENCH-' || i, 1, 'bench-p' || i, 'Person ' || i, 'House ' || (i % 400),
       'p' || i || '@rehearsal.example', true from generate_series(1, $1::int) i`,
    [SUBMISSIONS],
  );
  await client.query(
    `insert into submission_topic (submission_id, topic_id)
     select distinct 'BENCH-' || i, t.id from generate_series(1, $1::int) i, generate_series(0, 1) k
     join lateral (select id from topic where conference_id = ${conference} order by position, id) t on true
     where t.id = (select id from topic where conference_id = ${conference} order by position, id offset (i * 7 + k * 5) % 12 limit 1)`,
    [SUBMISSIONS],
  );
  await client.query(
    `insert into reviewer (id, conference_id, person_id, name, affiliation, address, status, max_load, invited_at)
     select 'bench-r' || i, ${conference}, 'bench-p' || ($1::int + i), 'Person ' || ($1::int + i), 'House ' || i,
       'p' || ($1::int + i) || '@rehearsal.example', 'accepted', 18, now() from generate_series(1, $2::int) i`,
    [SUBMISSIONS, REVIEWERS],
  );
  await client.query(
    `insert into reviewer_topic (reviewer_id, topic_id)
     select distinct 'bench-r' || i, t.id from generate_series(1, $1::int) i, generate_series(0, 2) k
     join lateral (select id from topic where conference_id = ${conference} order by position, id) t on true
     where t.id = (select id from topic where conference_id = ${conference} order by position, id offset (i * 5 + k * 4) % 12 limit 1)`,
    [REVIEWERS],
  );
}
