import { findUnstorable } from '../../src/platform/json.js';
import { createTestApp, type TestApp } from '../support/app.js';
import {
  attemptsOn,
  bodyText,
  fieldsOf,
  objectsOf,
  pathOf,
  valueAt,
  withValue,
  type Attempt,
  type Field,
  type Schemas,
  type Step,
} from '../support/hostile.js';
import { everyWrite, type Write } from '../support/writes.js';

/*
 * Every field of every body that the API's description knows, each with everything that should not be in it, sent by
 * somebody who may call the route. A new route fails here until `everyWrite` knows how to call it.
 */

interface Problem {
  code: string;
  fields: { field: string; code: string; message: string; limit?: unknown; value?: unknown }[];
}

let app: TestApp;
let schemas: Schemas;
let bodies: Map<string, string>;
let writes: Map<string, Write>;

beforeAll(async () => {
  app = await createTestApp();
  const { body } = await app.http.get('/api/openapi.json').expect(200);
  schemas = body.components.schemas as Schemas;
  bodies = new Map();
  for (const [path, methods] of Object.entries(body.paths as Record<string, Record<string, Operation>>))
    for (const [method, { requestBody }] of Object.entries(methods))
      if (requestBody)
        bodies.set(
          `${method.toUpperCase()} ${path}`,
          requestBody.content['application/json'].schema.$ref.split('/').at(-1)!,
        );
  writes = new Map((await everyWrite(app)).map((write) => [write.route, write]));
});
afterAll(() => app.close());

interface Operation {
  requestBody?: { content: { 'application/json': { schema: { $ref: string } } } };
}

let serial = 0;
/** As long as nothing was changed. */
const versions = new Map<string, number>();

/** Sends a text as the write's body, with a key of its own and the latest version. */
async function send(write: Write, text: string): Promise<{ status: number; body: unknown; text: string }> {
  const [method] = write.route.split(' ');
  const version = versions.get(write.route) ?? (await write.version?.());
  if (version !== undefined) versions.set(write.route, version);
  const answer = await fetch(`${app.url}${write.path}`, {
    method: method!,
    headers: {
      'content-type': 'application/json',
      'idempotency-key': `hostile-key-${(serial += 1)}`,
      ...write.headers,
      ...(write.token && { authorization: `Bearer ${write.token}` }),
      ...(version !== undefined && { 'if-match': `"${version}"` }),
    },
    body: text,
  });
  if (answer.status < 300) {
    await write.again?.();
    versions.clear();
  }
  const answered = await answer.text();
  return {
    status: answer.status,
    text: answered,
    body: answered === '' ? undefined : (JSON.parse(answered) as unknown),
  };
}

/** What is wrong with an answer, in words; undefined when it is as it has to be. */
function fault(
  write: Write,
  { status, body, text }: { status: number; body: unknown; text: string },
  at: readonly Step[],
  attempt: Attempt,
): string | undefined {
  const path = pathOf(at);
  if (status >= 500) return `answered ${status}: ${text.slice(0, 200)}`;
  if (status >= 400) {
    const { fields, code } = body as Problem;
    const named = fields.filter(
      ({ field }) =>
        field === path ||
        field.startsWith(`${path}.`) ||
        field.startsWith(`${path}[`) ||
        // A wrong entry may be told of its list.
        (typeof at.at(-1) === 'number' && field === pathOf(at.slice(0, -1))),
    );
    if (findUnstorable(body) !== undefined) return `answered ${status} with what cannot be stored`;
    for (const one of fields)
      if (!one.message || one.message.includes('refusal:') || /undefined|\[object/.test(one.message))
        return `answered "${one.message}"`;
    if (attempt.expected === 'any') return undefined;
    if (attempt.expected === 'malformed' && status !== 400)
      return `answered ${status} ${text.slice(0, 300)}, not 400`;
    if (status === 409 && /\/(decision-releases|release-lists)$/.test(write.route)) return undefined; // not the list that was seen
    if (status !== 400 && status !== 422) return `answered ${status} ${code}`;
    if (named.length === 0) return `answered ${status} ${code} without naming it: ${JSON.stringify(fields)}`;
    if (attempt.code && !named.some((one) => one.code === attempt.code))
      return `answered ${JSON.stringify(named)}, not ${attempt.code}`;
    for (const one of named)
      if (
        ['maxLength', 'min', 'max'].includes(one.code) &&
        (one.limit === undefined || one.value === undefined)
      )
        return `did not tell limit and value: ${JSON.stringify(one)}`;
    return undefined;
  }
  // A report is taken as it came, whatever it is; of most it says that nothing bounced.
  if (write.route.endsWith('/mail-bounces') && attempt.expected === 'refused') return undefined;
  if (attempt.expected !== 'any') return `was taken (${status})`;
  const back = valueAt(body, at);
  if (attempt.comesBackAs && typeof back === 'string' && !attempt.comesBackAs.includes(back))
    return `came back as ${JSON.stringify(back)}`;
  return undefined;
}

/** Keys with which somebody may try to set what is not theirs. */
const NOT_THEIRS = [
  'role', 'status', 'state', 'isAdmin', 'admin', 'id', '_id', 'conferenceId', 'authorId', 'personId', 'person_id',
  'createdBy', 'createdAt', 'decision', 'version', 'heldUntil', 'user', 'grants', '$where',
  'length', '',
]; // prettier-ignore

it('covers every route that takes a body', () => {
  expect([...writes.keys()].toSorted()).toEqual([...bodies.keys()].toSorted());
});

it('starts from bodies that are taken', async () => {
  const faults: string[] = [];
  for (const write of writes.values()) {
    if (write.route.endsWith('/decision-releases')) continue; // that hash is nobody's
    const answer = await send(write, JSON.stringify(write.body()));
    if (answer.status >= 300) faults.push(`${write.route}: ${answer.status} ${answer.text.slice(0, 400)}`);
  }
  expect(faults).toEqual([]);
});

it('answers every value in every field with its name, and never with a fault of ours', async () => {
  const faults: string[] = [];
  await inLanes(async (write) => {
    const together = new Map<string, { field: Field; attempt: Attempt }[]>();
    for (const field of fieldsOf(bodies.get(write.route)!, schemas))
      for (const attempt of attemptsOn(field))
        if (isAlone(field, attempt)) await tryOut(write, [{ field, attempt }], faults);
        else together.set(attempt.what, [...(together.get(attempt.what) ?? []), { field, attempt }]);
    for (const tries of together.values()) await tryOut(write, tries, faults);
  });
  expect(faults).toEqual([]);
}, 180_000);

/** Writes to different rows at the same time, those to one row one after the other. */
async function inLanes(act: (write: Write) => Promise<void>): Promise<void> {
  const lanes = new Map<unknown, Write[]>();
  for (const write of writes.values()) {
    const row = write.version ?? write.path.replace(/\/(accept|decline)$/, '');
    lanes.set(row, [...(lanes.get(row) ?? []), write]);
  }
  await Promise.all(
    [...lanes.values()].map(async (lane) => {
      for (const write of lane) await act(write);
    }),
  );
}

/**
 * What is refused for its form is told of all fields at once, so one request tries them all. The rest goes one by one:
 * what may be taken, entries of lists (whose lists are fields too), and what only the first field is told of.
 */
const isAlone = (field: Field, attempt: Attempt): boolean =>
  (attempt.expected === 'any' && (attempt.value === null || attempt.comesBackAs !== undefined)) ||
  attempt.code === 'unstorable' ||
  typeof field.steps.at(-1) === 'number' ||
  !['string', 'integer', 'boolean'].includes(field.schema.type ?? '');

async function tryOut(
  write: Write,
  tries: readonly { field: Field; attempt: Attempt }[],
  faults: string[],
): Promise<void> {
  const body = tries.reduce<unknown>(
    (rest, { field, attempt }) => withValue(rest, field.steps, attempt.value),
    write.body(),
  );
  const answer = await send(write, bodyText(body));
  for (const { field, attempt } of tries) {
    const wrong = fault(write, answer, field.steps, attempt);
    if (wrong) faults.push(`${write.route} ${field.path}: ${attempt.what} ${wrong}`);
  }
}

it('refuses every key that it does not know, in every object of every body', async () => {
  const faults: string[] = [];
  for (const write of writes.values())
    for (const { steps, known } of objectsOf(bodies.get(write.route)!, schemas)) {
      const unknown = NOT_THEIRS.filter((key) => !known.includes(key));
      const told = pathOf(steps);
      const path = (key: string): string => (told === '' ? key : `${told}.${key}`);
      let body: unknown = write.body();
      for (const key of unknown) body = withValue(body, [...steps, key], 'chair');
      const answer = await send(write, JSON.stringify(body));
      const named = (answer.body as Problem).fields ?? [];
      for (const key of unknown)
        if (
          answer.status !== 400 ||
          !named.some((one) => one.field === path(key) && one.code === 'whitelistValidation')
        )
          faults.push(`${write.route} ${path(key)}: ${answer.status}`);
      for (const key of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
        const wrong = fault(
          write,
          await send(write, JSON.stringify(withValue(write.body(), [...steps, key], { isAdmin: true }))),
          [...steps, key],
          { what: key, value: '', expected: 'malformed', code: 'whitelistValidation' },
        );
        if (wrong) faults.push(`${write.route} ${path(key)}: ${wrong}`);
      }
    }
  expect(faults).toEqual([]);
});

it('refuses bodies that are no object, and a key that is given twice', async () => {
  const faults: string[] = [];
  for (const write of writes.values()) {
    for (const text of ['[]', '[{}]', '"text"', '7', 'true', '{', 'nonsense', '{"a":NaN}', '\ufeff']) {
      const { status } = await send(write, text);
      if (status !== 400) faults.push(`${write.route} ${text}: ${status}`);
    }
    for (const text of ['', 'null', '{}']) {
      const { status, body } = await send(write, text);
      if (status >= 500) faults.push(`${write.route} ${text}: ${status} ${JSON.stringify(body)}`);
    }
    const [key] = Object.keys(write.body());
    const twice = JSON.stringify(write.body()).replace('{', `{${JSON.stringify(key)}:null,`);
    const { status, body } = await send(write, twice);
    if (status !== 400 || (body as Problem).fields[0]?.field !== key)
      faults.push(`${write.route} ${key} twice: ${status} ${JSON.stringify(body)}`);
  }
  expect(faults).toEqual([]);
});

/** Keys that a cursor may have been made of, and what somebody may write in their place. */
const CURSORS = [
  ['x', 'y'], ['2027-02-30 12:00:00+00', 'y'], ['2027-01-31 12:00:00+00', 'a\0b'], ['a\0b', 'y'], ['\ud800', 'y'], [1e300, 'y'],
  [-8.64e15, 'y'], [8.64e15, 'y'], [1, 2], ['infinity', 'y'], ['2027-01-31 12:00:00+00', 7], [{}, []], [1, 1, 'a\0'], [1, 1, {}],
  ['x', 'y', 'z'], [null, null], [], [-1], [1e9], [0.5],
].map((key) => Buffer.from(JSON.stringify(key)).toString('base64url')); // prettier-ignore

it('answers every query of every list with 400 or 422 and its name, or takes it', async () => {
  const { body } = await app.http.get('/api/openapi.json');
  const chair = writes.get('PUT /api/v1/conferences/{slug}/topics')!;
  const faults: string[] = [];
  let lists = 0;
  const hostile = async (path: string, get: List | undefined): Promise<void> => {
    const names = (get?.parameters ?? []).filter((one) => one.in === 'query').map(({ name }) => name);
    if (names.length === 0) return;
    lists += 1;
    // Of one thing: as somebody who may change it asks.
    const upToId = path.slice(0, path.indexOf('/{id}') + 1);
    const lender = path.includes('{id}')
      ? [...writes.values()].find(({ route }) => route.split(' ')[1]!.startsWith(`${upToId}{id}`))!
      : chair;
    const address = path
      .replace('{slug}', chair.path.split('/')[4]!)
      .replace('{id}', lender.path.slice(upToId.length).split('/')[0]!);
    const ask = async (query: string, ...mustRefuse: (string | undefined)[]): Promise<void> => {
      const answer = await fetch(`${app.url}${address}?${query}`, {
        headers: { authorization: `Bearer ${lender.token}` },
      });
      const text = await answer.text();
      const { fields = [] } = JSON.parse(text) as Partial<Problem>;
      if (answer.status >= 500 || answer.status === 401 || answer.status === 404)
        faults.push(`GET ${path}?${query.slice(0, 80)}: ${answer.status} ${text.slice(0, 200)}`);
      for (const name of mustRefuse)
        if (
          name !== undefined &&
          (![400, 422].includes(answer.status) || !fields.some(({ field }) => field.startsWith(name)))
        )
          faults.push(`GET ${path}?${query.slice(0, 80)}: ${answer.status} ${JSON.stringify(fields)}`);
    };
    await ask('', undefined);
    // What is missing is told before what is too long.
    const others = (name: string): string =>
      (get?.parameters ?? [])
        .filter((one) => one.in === 'query' && one.required && one.name !== name)
        .map((one) => `&${one.name}=a`)
        .join('');
    for (const name of names) {
      await ask(`${name}=a&${name}=b`, name);
      await ask(`${name}[]=a`, `${name}[]`);
      await ask(`${name}[$ne]=a`, `${name}[$ne]`);
      await ask(`${name}=%00`, name);
      await ask(`${name}=${'x'.repeat(1000)}${others(name)}`, name);
      await ask(`${name}=%ff%fe`, undefined);
      await ask(`${name}=%25_%5C%27--`, undefined);
      await ask(`${name}=`, undefined);
      await ask(`${name}=null`, undefined);
    }
    for (const limit of [
      '-1',
      '0',
      '201',
      '1e3',
      'NaN',
      'Infinity',
      '1.5',
      '0x10',
      ' 7 ',
      '9007199254740993',
      '1;drop',
    ])
      if (names.includes('limit')) await ask(`limit=${encodeURIComponent(limit)}`, 'limit');
    for (const cursor of CURSORS) if (names.includes('after')) await ask(`after=${cursor}`, undefined);
    const unknown = [...NOT_THEIRS, 'sort', 'order'].filter((name) => name !== '' && !names.includes(name));
    await ask(unknown.map((name) => `${name}=case+when+1=1+then+1+end`).join('&'), ...unknown);
    for (const name of ['__proto__', 'constructor', 'toString', '__proto__[isAdmin]'])
      await ask(`${name}=1`, name);
    await ask(Array.from({ length: 1500 }, (_, n) => `k${n}=1`).join('&'), 'k0');
  };
  const paths = Object.entries(body.paths as Record<string, { get?: List }>);
  await Promise.all(paths.map(([path, { get }]) => hostile(path, get)));
  expect(lists).toBeGreaterThan(8);
  expect(faults).toEqual([]);
});

interface List {
  parameters?: { in: string; name: string; required?: boolean }[];
}

const BAD_PARTS = [
  '%00', '%ff', '%ed%a0%80', 'x'.repeat(199), 'x'.repeat(2000), '..%2f..%2fetc%2fpasswd', '__proto__', '9007199254740993',
  "'%20or%201=1--",
]; // prettier-ignore

it('answers every path whose parts name nothing with 404, or 400', async () => {
  const { body } = await app.http.get('/api/openapi.json');
  const chair = writes.get('PUT /api/v1/conferences/{slug}/topics')!;
  const faults: string[] = [];
  const asked: { method: string; path: string; part: string }[] = [];
  for (const [path, methods] of Object.entries(body.paths as Record<string, object>))
    for (const method of Object.keys(methods))
      for (const part of BAD_PARTS) if (path.includes('{')) asked.push({ method, path, part });
  await Promise.all(
    [0, 1, 2, 3].map(async (lane) => {
      for (const { method, path, part } of asked.filter((_one, index) => index % 4 === lane)) {
        const answer = await fetch(`${app.url}${path.replace(/\{\w+\}/g, part)}`, {
          method: method.toUpperCase(),
          headers: { authorization: `Bearer ${chair.token}`, 'idempotency-key': `path-key-${(serial += 1)}` },
        });
        const text = await answer.text();
        if (![400, 404, 414].includes(answer.status))
          faults.push(`${method} ${path} ${part.slice(0, 30)}: ${answer.status} ${text.slice(0, 200)}`);
      }
    }),
  );
  expect(faults).toEqual([]);
});
