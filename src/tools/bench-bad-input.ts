import { median } from './bench-figures.js';
import { startOwnInstance, type OwnInstance } from './own-instance.js';
import { OPERATOR } from './seed.js';

/** What one kind of hostile request cost the server that refused it. */
export interface Refused {
  what: string;
  rounds: number;
  /** The answer's status, of all rounds. */
  status: number;
  /** Milliseconds from the first byte sent to the answer's last, the sending included. */
  median: number;
  worst: number;
  /** Resident memory of the server's process in MB, before the rounds and after them. */
  memoryBefore: number;
  memoryAfter: number;
}

interface Hostile {
  what: string;
  path: string;
  type?: string;
  body?: string;
}

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Row 17 of the catalogue of bad inputs: much of everything. */
function requests(): Hostile[] {
  const submissions = '/api/v1/conferences/bench/submissions';
  const submit = '/conferences/bench/submit';
  const long = 'a'.repeat(10_000_000);
  const many = (pair: (n: number) => string, between: string): string =>
    Array.from({ length: 100_000 }, (_, n) => pair(n)).join(between);
  return [
    { what: '10 MB in one field, JSON', path: submissions, type: JSON_TYPE, body: `{"title":"${long}"}` },
    { what: '10 MB in one field, form', path: submit, type: FORM_TYPE, body: `title=${long}` },
    {
      what: '100,000 fields, JSON',
      path: submissions,
      type: JSON_TYPE,
      body: `{${many((n) => `"f${n}":1`, ',')}}`,
    },
    { what: '100,000 fields, form', path: submit, type: FORM_TYPE, body: many((n) => `f${n}=`, '&') },
    {
      what: '10,000 levels, JSON',
      path: submissions,
      type: JSON_TYPE,
      body: `{"topics":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
    },
    { what: '10,000 levels, form', path: submit, type: FORM_TYPE, body: `title${'[a]'.repeat(10_000)}=1` },
    {
      what: '50,000 keys in a query',
      path: `/api/v1/conferences?${Array.from({ length: 50_000 }, (_, n) => `k${n}=`).join('&')}`,
    },
  ];
}

/** Sends each hostile request again and again to an instance of its own. @throws Error for an answer that refuses nothing */
export async function benchBadInput(rounds: number, say: (line: string) => void): Promise<Refused[]> {
  const instance = await startOwnInstance();
  try {
    const token = (
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
    const made = await send(instance, token, {
      path: '/api/v1/conferences',
      type: JSON_TYPE,
      body: JSON.stringify({
        slug: 'bench',
        codePrefix: 'BENCH',
        name: 'Benchmark',
        organiserName: 'Example Institute',
        timeZone: 'Asia/Tbilisi',
        kind: 'rehearsal',
        call: { deadlineDay: '2099-12-31', wordLimit: 300 },
        topics: [{ title: 'Dialogue' }],
        criteria: [],
      }),
    });
    if (made !== 201) throw new Error(`The conference was answered with ${made}.`);
    const done: Refused[] = [];
    for (const hostile of requests()) {
      say(hostile.what);
      for (let round = 0; round < Math.ceil(rounds / 5); round += 1) await send(instance, token, hostile);
      const memoryBefore = await memory(instance);
      const times: number[] = [];
      let status = 0;
      for (let round = 0; round < rounds; round += 1) {
        const from = performance.now();
        status = await send(instance, token, hostile);
        times.push(performance.now() - from);
        if (status < 400 || status >= 500) throw new Error(`${hostile.what} was answered with ${status}.`);
      }
      const short = (ms: number): number => Math.round(ms * 10) / 10;
      done.push({
        what: hostile.what,
        rounds,
        status,
        median: short(median(times)),
        worst: short(Math.max(...times)),
        memoryBefore,
        memoryAfter: await memory(instance),
      });
    }
    return done;
  } finally {
    await instance.stop();
  }
}

/** @returns the status; where the line was cut before the answer could be read, as Node cuts it on an endless header, 431 */
async function send(
  instance: OwnInstance,
  token: string,
  { path, type, body }: Omit<Hostile, 'what'>,
): Promise<number> {
  const answer = await fetch(`${instance.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, ...(type && { 'content-type': type }) },
    ...(body !== undefined && { body }),
  }).catch((error: Error) => {
    if (body === undefined && /ECONNRESET|EPIPE/.test((error.cause as { code?: string })?.code ?? ''))
      return undefined;
    throw error;
  });
  await answer?.arrayBuffer();
  return answer?.status ?? 431;
}

async function memory(instance: OwnInstance): Promise<number> {
  const text = await (await fetch(`${instance.url}/metrics`)).text();
  const bytes = Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]);
  return Math.round(bytes / 1e6);
}
