import { Client } from 'pg';
import { median } from './bench-figures.js';
import { Driver } from './driver.js';
import { startOwnInstance, type OwnInstance } from './own-instance.js';
import { OPERATOR } from './seed.js';

/** Two questions that must take equally long, whatever the answer hides. */
export interface Pair {
  name: string;
  rounds: number;
  /** Medians in milliseconds of the case that hides something and of the one that does not. */
  hidden: number;
  plain: number;
  /** The larger by the smaller. */
  ratio: number;
}

const WARM_UP = 0.1;

type Ask = (round: number) => Promise<void>;

/**
 * Asks in pairs, the order drawn anew for each, so that whatever slows the machine slows both; the first tenth only warms
 * up.
 */
async function compare(name: string, rounds: number, hidden: Ask, plain: Ask): Promise<Pair> {
  const times: [number[], number[]] = [[], []];
  const asks = [hidden, plain];
  const warm = Math.ceil(rounds * WARM_UP);
  for (let round = 0; round < rounds + warm; round += 1)
    for (const which of Math.random() < 0.5 ? ([0, 1] as const) : ([1, 0] as const)) {
      const from = performance.now();
      await asks[which]!(round);
      if (round >= warm) times[which].push(performance.now() - from);
    }
  const [one, other] = times.map(median) as [number, number];
  const short = (ms: number): number => Math.round(ms * 1000) / 1000;
  return {
    name,
    rounds,
    hidden: short(one),
    plain: short(other),
    ratio: Math.round((Math.max(one, other) / Math.min(one, other)) * 1000) / 1000,
  };
}

/** The times of what must not tell who is known here and what is there, over HTTP, one request at a time. */
export async function benchSignIn(rounds: number, say: (line: string) => void): Promise<Pair[]> {
  const instance = await startOwnInstance();
  const client = new Client({ connectionString: instance.databaseUrl });
  await client.connect();
  const driver = new Driver(instance.url, 1);
  try {
    return await pairs(instance, client, driver, rounds, say);
  } finally {
    driver.close();
    await client.end();
    await instance.stop();
  }
}

async function pairs(
  instance: OwnInstance,
  client: Client,
  driver: Driver,
  rounds: number,
  say: (line: string) => void,
): Promise<Pair[]> {
  const token = async (email: string, role: string, ...more: string[]): Promise<string> =>
    (await instance.cli('token', 'create', '--email', email, '--role', role, ...more)).trim();
  const operator = await token(OPERATOR.email, 'operator', '--rehearsal', '--days', '1');
  const { topics } = await driver.ask<{ topics: { id: string }[] }>(201, 'POST', '/api/v1/conferences', {
    token: operator,
    body: {
      slug: 'bench',
      codePrefix: 'BENCH',
      name: 'Benchmark',
      organiserName: 'Example Institute',
      timeZone: 'Asia/Tbilisi',
      kind: 'rehearsal',
      call: { deadlineDay: '2099-12-31', wordLimit: 300 },
      topics: [{ title: 'Dialogue' }],
      criteria: [],
    },
  });
  const made = (name: string, role = 'author', conference?: string) =>
    driver.ask<{ token: string }>(201, 'POST', '/api/v1/rehearsal/tokens', {
      token: operator,
      body: { email: `${name}@rehearsal.example`, name, role, ...(conference && { conference }) },
    });
  const author = (await made('author')).token;
  const stranger = (await made('stranger')).token;
  const { id } = await driver.ask<{ id: string }>(201, 'POST', '/api/v1/conferences/bench/submissions', {
    token: author,
    key: true,
    body: {
      status: 'submitted',
      title: 'Return without trust',
      abstract: 'A text of some words.',
      topics: [topics[0]!.id],
      authors: [
        {
          name: 'Author',
          affiliation: 'Example House',
          email: 'author@rehearsal.example',
          corresponding: true,
        },
      ],
    },
  });
  const own = async (path: string, body: object): Promise<string> =>
    (await driver.ask<{ id: string }>(201, 'POST', path, { token: author, key: true, body })).id;
  const letter = await own('/api/v1/conferences/bench/letters-of-interest', {
    organisation: 'Example House',
    contactName: 'Author',
    contribution: 'other',
    letter: 'A letter of some words.',
  });
  const registration = await own('/api/v1/conferences/bench/registrations', {
    name: 'Author',
    attendance: 'in_person',
  });
  const { token: organiser } = await made('organiser', 'organiser', 'bench');
  const { id: invitation } = await driver.ask<{ id: string }>(
    201,
    'POST',
    '/api/v1/conferences/bench/reviewers',
    {
      token: organiser,
      body: {
        email: 'author@rehearsal.example',
        name: 'Author',
        affiliation: 'Example House',
        topics: [],
        maxLoad: 5,
      },
    },
  );
  // One address for each round, as no address gets more than five links in ten minutes; the stranger's limits are lifted.
  const addresses = rounds + Math.ceil(rounds * WARM_UP);
  await client.query(
    `insert into person (id, name, created_at) select 'bench-' || n, 'Known ' || n, clock_timestamp() from generate_series(0, $1::int) n`,
    [addresses],
  );
  await client.query(
    `insert into person_address (address, typed, person_id, is_primary, confirmed_at, created_at)
     select 'known' || n || '@rehearsal.example', 'known' || n || '@rehearsal.example', 'bench-' || n, true, clock_timestamp(), clock_timestamp()
     from generate_series(0, $1::int) n`,
    [addresses],
  );
  await client.query(
    `insert into passkey (id, person_id, credential_id, public_key, counter, name, created_at)
     select 'bench-' || n, 'bench-' || n, 'bench-' || n, '\\x00', 0, 'Key', clock_timestamp() from generate_series(0, $1::int) n`,
    [addresses],
  );
  await client.query('analyze');

  const post = async (path: string, body: unknown, status: number): Promise<void> => {
    const answer = await driver.send('POST', path, { token: stranger, body });
    if (answer.status !== status) throw new Error(`${path} was answered with ${answer.status}`);
  };
  const absent = async (path: string): Promise<void> => {
    const answer = await driver.send('GET', path, { token: stranger });
    if (answer.status !== 404) throw new Error(`${path} was answered with ${answer.status}`);
  };
  const link =
    (kind: string): Ask =>
    (round) =>
      post('/sign-in', { email: `${kind}${round}@rehearsal.example` }, 303);
  const options: Ask = () => post('/sign-in/passkey/options', undefined, 201);
  const nothing = `${id.slice(0, -5)}00000`;
  const done: Pair[] = [];
  for (const [name, hidden, plain] of [
    ['a link for an address: known, unknown', link('known'), link('nobody')],
    ['the question to a passkey: asked twice', options, options],
    [
      'a submission by API: another’s, none',
      () => absent(`/api/v1/submissions/${id}`),
      () => absent(`/api/v1/submissions/${nothing}`),
    ],
    [
      'a submission’s page: another’s, none',
      () => absent(`/submissions/${id}`),
      () => absent(`/submissions/${nothing}`),
    ],
    ...(
      [
        ['a letter of interest', '/api/v1/letters-of-interest', letter],
        ['a registration', '/api/v1/registrations', registration],
        ['an invitation to review', '/api/v1/invitations', invitation],
        ['an invitation’s page', '/invitations', invitation],
      ] as const
    ).map(
      ([what, path, theirs]) =>
        [
          `${what}: another’s, none`,
          () => absent(`${path}/${theirs}`),
          () => absent(`${path}/${theirs.slice(0, -5)}00000`),
        ] as const,
    ),
  ] as const) {
    say(name);
    done.push(await compare(name, rounds, hidden, plain));
  }
  return done;
}
