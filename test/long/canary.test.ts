import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { routesOf, type Route } from '../../src/web/routes.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { inside } from '../support/inside.js';
import {
  addressesOf,
  each,
  headersOf,
  PEOPLE,
  ROLES_HELD,
  seedWorld,
  send,
  type Someone,
  type World,
} from '../support/conference-world.js';

/**
 * A word of its own stands in every personal field of a double-blind conference. Everybody reads everything they can reach, follows
 * every link and searches for every word; no word may turn up where the table does not say so: in no page, API answer, file,
 * mail, line of the log, job of a queue or file on disk.
 */

type Caller = Someone | 'guest' | 'stranger' | 'operator' | 'organiserOfB';

const IDENTITY = ['name', 'house', 'town', 'mail', 'native'];
const NAMED = ['name', 'mail'];
const FACE = ['name', 'house', 'town', 'mail'];
const REVIEWERS: readonly Someone[] = [
  'handedin',
  'drafting',
  'conflicted',
  'removed',
  'idle',
  'invited',
  'unwilling',
];
const ORGANISERS: readonly Caller[] = ['organiser', 'chair', 'ownorganiser'];
/** Auditors see what organisers see, but for what attendees need and partners write. */
const INSPECTORS: readonly Caller[] = [...ORGANISERS, 'auditor'];
/** Organisers of whom none has a hand in the submission of the organiser who is an author. */
const UNCONCERNED: readonly Caller[] = ['organiser', 'chair', 'auditor'];

interface Sight {
  who: readonly Caller[];
  of: readonly Someone[];
  fields: readonly string[];
}

/** Who may see what of whom, besides everybody's own. What is not here is to be seen by nobody. */
const MAY_SEE: readonly Sight[] = [
  // Authors see their own team and text; reviewers see text.
  { who: ['author', 'coauthor'], of: ['author', 'coauthor'], fields: [...IDENTITY, 'title', 'text'] },
  {
    who: ['ownorganiser', 'owncoauthor'],
    of: ['ownorganiser', 'owncoauthor'],
    fields: [...IDENTITY, 'title', 'text'],
  },
  { who: ['handedin', 'drafting'], of: ['author', 'ownorganiser'], fields: ['title', 'text'] },
  { who: ['drafting'], of: ['printed'], fields: ['title', 'text'] },
  // What was announced.
  { who: ['printed'], of: ['chair'], fields: ['texttoprinted'] },
  { who: ['printed'], of: ['drafting'], fields: ['toauthorsprinted'] },
  // Organisers see what was handed in, and not what is begun or waits for its address.
  // Of whom is protected only what they chose, and what they said of their house; not even officers read more without asking.
  { who: INSPECTORS, of: ['sheltered'], fields: ['public', 'house', 'town', 'title', 'text'] },
  { who: ['safeguard'], of: ['sheltered'], fields: ['public'] },
  {
    who: INSPECTORS,
    of: ['author', 'coauthor', 'printed', 'withdrawer'],
    fields: [...IDENTITY, 'title', 'text', 'reason'],
  },
  { who: UNCONCERNED, of: ['ownorganiser', 'owncoauthor'], fields: [...IDENTITY, 'title', 'text'] },
  { who: INSPECTORS, of: REVIEWERS, fields: [...FACE, 'reason'] },
  { who: INSPECTORS, of: ['handedin'], fields: ['toauthorsmain', 'toorganisersmain'] },
  { who: INSPECTORS, of: ['drafting'], fields: ['toauthorsprinted', 'toorganisersprinted'] },
  { who: UNCONCERNED, of: ['handedin'], fields: ['toauthorsown', 'toorganisersown'] },
  { who: INSPECTORS, of: ['chair'], fields: ['reasonmain', 'texttomain', 'texttoprinted'] },
  { who: UNCONCERNED, of: ['chair'], fields: ['reasonown', 'texttoown'] },
  { who: INSPECTORS, of: Object.keys(ROLES_HELD) as Someone[], fields: NAMED },
  { who: INSPECTORS, of: ['partner'], fields: [...NAMED, 'organisation'] },
  {
    who: [...ORGANISERS, 'partnership'],
    of: ['partner'],
    fields: [...NAMED, 'organisation', 'website', 'letter'],
  },
  { who: INSPECTORS, of: ['attendee'], fields: NAMED },
  { who: ORGANISERS, of: ['attendee'], fields: [...FACE, 'needs'] },
  // What the authors' own files tell of them; reviewers get a copy that tells nothing.
  { who: ['author', 'coauthor'], of: ['author'], fields: ['paper'] },
  { who: ['ownorganiser', 'owncoauthor'], of: ['ownorganiser'], fields: ['paper'] },
  { who: INSPECTORS, of: ['author', 'printed'], fields: ['paper'] },
  { who: UNCONCERNED, of: ['ownorganiser'], fields: ['paper'] },
  { who: [...ORGANISERS, 'editor'], of: ['printed'], fields: ['file'] },
  { who: ['editor'], of: ['printed'], fields: ['name', 'house', 'town', 'native', 'title', 'text'] },
];

/** An invitation says who invites. */
const MAIL_TELLS: readonly Sight[] = [{ who: REVIEWERS, of: ['organiser'], fields: ['name'] }];

/** After the pending decision is announced, and another review was asked for. */
const LATER: readonly Sight[] = [
  { who: ['author', 'coauthor'], of: ['chair'], fields: ['texttomain'] },
  { who: ['author', 'coauthor'], of: ['handedin'], fields: ['toauthorsmain'] },
];

const CALLERS: readonly Caller[] = [
  'guest',
  'stranger',
  'operator',
  'organiserOfB',
  ...PEOPLE.filter((one) => !['unwilling', 'withdrawer', 'guestattendee'].includes(one)),
];

const WORD = /q[ab][a-y]+z|ք[ab][a-y]+ն/g;

let app: TestApp;
let a: World;
let routes: Route[];
const headers = new Map<Caller, Record<string, string>>();
const log: string[] = [];
/** Who saw which word. */
const seenBy = new Map<string, Set<Caller>>();
const hashes = new Map<string, string>();
/** Papers that were read, by reader and address. */
const files = new Map<string, Caller>();

beforeAll(async () => {
  app = await createTestApp({ workers: true, log: (line) => log.push(line) });
  a = await seedWorld(app, 'a');
  const b = await seedWorld(app, 'b');
  routes = routesOf(app.app);
  for (const [one, carried] of Object.entries(await headersOf(app, a))) headers.set(one as Someone, carried);
  headers.set('guest', {});
  headers.set('stranger', { cookie: await app.cookie('stranger@example.org') });
  headers.set('operator', {
    authorization: `Bearer ${await app.token('operator@example.org', 'operator')}`,
  });
  headers.set('organiserOfB', { cookie: await app.cookie(b.people.organiser) });
  for (const world of [a, b])
    for (const email of Object.values(world.people))
      for (const algorithm of ['md5', 'sha1', 'sha256'])
        hashes.set(createHash(algorithm).update(email).digest('hex'), email);
}, 300_000);
afterAll(() => app?.close());

/** The parts of a word: whose it is in which conference, and the field. */
function parts(word: string): { label: string; someone: string; field: string } {
  const body = word.slice(2, -1);
  const someone = PEOPLE.toSorted((x, y) => y.length - x.length).find((one) => body.startsWith(one)) ?? '';
  return {
    label: word[1]!,
    someone,
    field: word.startsWith('ք') ? 'native' : body.slice(someone.length),
  };
}

function allowed(caller: Caller, word: string, more: readonly Sight[] = []): boolean {
  const { label, someone, field } = parts(word);
  if (caller === 'organiserOfB') return label === 'b';
  if (label !== 'a') return false;
  if (caller === someone) return true;
  return [...MAY_SEE, ...more].some(
    (sight) =>
      sight.who.includes(caller) && sight.of.includes(someone as Someone) && sight.fields.includes(field),
  );
}

const wordsIn = (text: string): string[] =>
  [...new Set(text.toLowerCase().match(WORD))].filter((word) => parts(word).someone !== '');

/** Notes what a text tells a caller. @returns what it must not */
function found(caller: Caller, where: string, text: string, more: readonly Sight[] = []): string[] {
  const leaks: string[] = [];
  for (const word of wordsIn(text)) {
    seenBy.set(word, (seenBy.get(word) ?? new Set()).add(caller));
    if (!allowed(caller, word, more)) leaks.push(`${caller} sees ${word} at ${where}`);
  }
  for (const [hash] of text.toLowerCase().matchAll(/[0-9a-f]{32,64}/g))
    if (hashes.has(hash)) leaks.push(`${caller} sees a hash of ${hashes.get(hash)!} at ${where}`);
  return leaks;
}

/** Links and forms of a page that lead on within the site, and a list's next page. */
function onward(url: string, body: string): string[] {
  const next = /"next":"([^"]+)"/.exec(body)?.[1];
  const links = [
    ...body.matchAll(/<a [^>]*href="(\/[^"#]*)|<form(?![^>]*method="post")[^>]*action="(\/[^"#]*)/g),
  ]
    .map(([, href, action]) => (href ?? action)!.replaceAll('&amp;', '&'))
    .filter((one) => !/^\/(assets|mailbox)/.test(one) && (one.match(/[?&]/g) ?? []).length < 2);
  return [...links, ...(next ? [`${url.split('?')[0]}?limit=1&after=${encodeURIComponent(next)}`] : [])];
}

const MOST = 400;

/** Whose pages show all the links that there are. */
const FOLLOW: readonly Caller[] = ['author', 'handedin', 'ownorganiser', 'auditor', 'editor'];

async function crawl(
  caller: Caller,
  more: readonly Sight[] = [],
): Promise<{ leaks: string[]; read: number }> {
  const leaks: string[] = [];
  const known = new Set<string>();
  let waiting = [
    ...addressesOf(routes, a),
    `/api/v1/conferences/${a.conference.slug}/submissions?limit=1`,
    `/api/v1/conferences/${a.conference.slug}/mail?limit=1`,
    `/api/v1/conferences/${a.conference.slug}/reviewers?limit=1`,
  ];
  while (waiting.length > 0 && known.size < MOST) {
    const now = [...new Set(waiting)].filter((url) => !known.has(url));
    waiting = [];
    for (const url of now) known.add(url);
    await each(now, async (url) => {
      const answer = await send(app, { url, headers: headers.get(caller)! });
      if (answer.statusCode >= 500) leaks.push(`${caller} breaks ${url}`);
      leaks.push(
        ...found(caller, url, `${JSON.stringify(answer.headers)} ${inside(answer.rawPayload)}`, [
          // One's data hold the mail that one was sent.
          ...(url === '/me/data/export' ? MAIL_TELLS : []),
          ...more,
        ]),
      );
      if (answer.headers['content-type'] === 'application/pdf') files.set(`${caller} ${url}`, caller);
      if (answer.statusCode === 200 && FOLLOW.includes(caller)) waiting.push(...onward(url, answer.body));
    });
  }
  return { leaks, read: known.size };
}

it('tells nobody what the table does not say', async () => {
  const leaks: string[] = [];
  let read = 0;
  for (const caller of CALLERS) {
    const one = await crawl(caller);
    leaks.push(...one.leaks);
    read += one.read;
  }
  expect([...new Set(leaks)]).toEqual([]);
  expect(read).toBeGreaterThan(2000);
}, 300_000);

it('looks where there is something to be seen', () => {
  const seen = (word: string): string[] => [...(seenBy.get(word) ?? [])];
  for (const sight of MAY_SEE)
    for (const someone of sight.of)
      for (const caller of sight.who.filter((one) => CALLERS.includes(one))) {
        const some = [...seenBy].some(
          ([word, callers]) =>
            callers.has(caller) &&
            parts(word).someone === someone &&
            sight.fields.includes(parts(word).field),
        );
        expect({ caller, someone, some }).toEqual({ caller, someone, some: true });
      }
  // Reviewers have read papers, as authors have; see what stands in them above.
  expect([...files.values()]).toEqual(expect.arrayContaining(['author', 'handedin', 'organiser']));
  // Drafts, and what waits for its address, are there for their own only.
  expect(seen('qaauthordrafttitlez')).toEqual(['author']);
  expect(seen('qadraftingtoorganisersmainz')).toEqual(['drafting']);
  expect(seen('qaguestauthortextz')).toEqual(['guestauthor']);
  expect(seen('qaguestpartnerletterz')).toEqual(['guestpartner']);
});

it('finds hidden words no more than words that do not occur', async () => {
  const at = `/conferences/${a.conference.slug}`;
  const searches = [
    `/api/v1${at}/submissions`,
    `/api/v1${at}/mail`,
    ...['submissions', 'reviewers', 'decisions', 'mail', 'registrations', 'partners', 'record'].map(
      (page) => `${at}/organise/${page}`,
    ),
    `${at}/organise/exports/submissions.json`,
    `${at}/organise/exports/registrations.json`,
  ];
  const words = [...seenBy.keys()].filter((word) => parts(word).label === 'a');
  const told: string[] = [];
  for (const caller of ['ownorganiser', 'auditor'] as const) {
    const hidden = words.filter((word) => !allowed(caller, word));
    expect(hidden.length).toBeGreaterThan(5);
    const ask = async (path: string, q: string): Promise<string> => {
      const url = `${path}?${new URLSearchParams({ q }).toString()}`;
      const answer = await send(app, { url, headers: headers.get(caller)! });
      return `${answer.statusCode} ${answer.body}`
        .replaceAll(encodeURIComponent(q), '<q>')
        .replaceAll(q, '<q>')
        .replace(/name="idempotencyKey"[^>]*value="[^"]*"|value="[^"]*"[^>]*name="idempotencyKey"/g, '<key>')
        .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<request>');
    };
    await each(searches, async (path) => {
      const nothing = await ask(path, 'xyyyyyyyyyyx');
      for (const word of hidden)
        if ((await ask(path, word)) !== nothing) told.push(`${caller} finds ${word} at ${path}`);
    });
  }
  expect(told).toEqual([]);
}, 60_000);

it('writes to each only what they may see', async () => {
  const leaks = await mails();
  expect(leaks).toEqual([]);
}, 60_000);

it('keeps reviewers and authors from each other in every round', async () => {
  const at = `/api/v1/conferences/${a.conference.slug}`;
  const act = (caller: Caller, method: 'POST' | 'PUT', url: string, payload: object) =>
    send(app, {
      method,
      url,
      payload,
      headers: { ...headers.get(caller)!, 'idempotency-key': `round-${url.length}-${log.length}` },
    });
  // The one who gave back and the one it was taken from are still in the room, and another is asked.
  const asked = await act('organiser', 'POST', `/api/v1/submissions/${a.ids.submission}/assignments`, {
    reviewer: a.ids.reviewers.idle,
  });
  const { id } = asked.json<{ id: string }>();
  const more: Sight[] = [...LATER, { who: ['idle'], of: ['author'], fields: ['title', 'text'] }];
  const leaks: string[] = [];
  for (const url of [`/me/reviews/${id}`, `/api/v1/me/assignments/${id}`, '/api/v1/me/assignments']) {
    const answer = await send(app, { url, headers: headers.get('idle')! });
    expect(answer.statusCode).toBe(200);
    leaks.push(...found('idle', url, answer.body, more));
  }
  expect(
    (await act('chair', 'POST', `${at}/decision-releases`, { submissions: [a.ids.submission] })).statusCode,
  ).toBe(201);
  for (const caller of ['author', 'handedin', 'conflicted', 'removed', 'idle', 'ownorganiser'] as const)
    leaks.push(...(await crawl(caller, more)).leaks);
  leaks.push(...(await mails(more)));
  expect(leaks).toEqual([]);
  expect(seenBy.get('qachairtexttomainz')).toContain('author');
  expect(seenBy.get('qaauthortextz')).toContain('idle');
}, 300_000);

it('leaves no word in logs, queues and files', async () => {
  expect(log.length).toBeGreaterThan(1000);
  expect([
    ...new Set(log.flatMap((line) => wordsIn(line).map((word) => `${word} in ${line.slice(0, 300)}`))),
  ]).toEqual([]);
  expect(
    log.filter((line) => [...line.matchAll(/[0-9a-f]{32,64}/g)].some(([hash]) => hashes.has(hash))),
  ).toEqual([]);

  const tables: { name: string }[] = await app.db.query(
    `select table_name as name from information_schema.tables where table_schema = 'bullmq' and table_type = 'BASE TABLE'`,
  );
  let jobs = 0;
  for (const { name } of tables) {
    const rows: { row: string }[] = await app.db.query(`select t::text as row from bullmq."${name}" t`);
    jobs += rows.length;
    expect(rows.flatMap(({ row }) => wordsIn(row))).toEqual([]);
  }
  expect(jobs).toBeGreaterThan(20);

  const stored = (await readdir(app.folder, { recursive: true, withFileTypes: true })).filter(
    (entry) => entry.isFile() && !entry.parentPath.includes('mailbox'),
  );
  const copies = new Set(
    (await app.db.query(`select clean_sha256 as name from paper`)).map(({ name }: { name: string }) => name),
  );
  expect(copies.size).toBe(1);
  for (const file of stored) {
    const words = wordsIn(inside(await readFile(join(file.parentPath, file.name))));
    // What was typeset for print, and what authors have sent.
    expect(words.filter((word) => !['file', 'paper'].includes(parts(word).field))).toEqual([]);
    expect(copies.has(file.name) ? words : []).toEqual([]);
  }
});

/** Everything that has arrived, against what its recipient may see. */
async function mails(more: readonly Sight[] = []): Promise<string[]> {
  const until = performance.now() + 20_000;
  for (;;) {
    const [row]: { n: number }[] = await app.db.query(
      `select count(*)::int as n from mail_message where state in ('ready', 'claimed', 'sending', 'deferred')`,
    );
    if (row!.n === 0) break;
    if (performance.now() > until) throw new Error(`${row!.n} mails have not gone out`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const whose = new Map(Object.entries(a.people).map(([one, address]) => [address, one as Someone]));
  const leaks: string[] = [];
  const lines = await app.mailbox!.list();
  expect(lines.length).toBeGreaterThan(20);
  for (const { id, to } of lines) {
    const recipient = whose.get(to);
    const mail = await app.mailbox!.read(id);
    // Mail of the other conference is no business of anybody's here.
    if (recipient)
      leaks.push(
        ...found(recipient, `mail "${mail!.subject}"`, JSON.stringify(mail), [...MAIL_TELLS, ...more]),
      );
    else
      for (const word of wordsIn(JSON.stringify(mail)))
        if (parts(word).label === 'a') leaks.push(`${to} reads ${word}`);
  }
  return leaks;
}
