import { hasRole, type Role } from '../../src/platform/actor.js';
import type { Policy } from '../../src/platform/policy.js';
import { routesOf, type Route } from '../../src/web/routes.js';
import { Sealer } from '../../src/audit/sealer.js';
import { createTestApp, type TestApp } from '../support/app.js';
import {
  each,
  headersOf,
  PEOPLE,
  ROLES_HELD,
  seedWorld,
  send,
  worldKey,
  type Someone,
  type World,
} from '../support/conference-world.js';

/**
 * Who may call what, for every route of the running application. What is expected comes from the table below, by gate and act
 * and not by route: a new route is in the matrix at once, and one with an unknown gate or act fails until somebody says who it is for.
 */

/** Whoever calls, with everything that may matter. */
interface Who {
  name: string;
  someone: Someone | null;
  guest: boolean;
  /** Roles in conference A. */
  roles: readonly Role[];
  operator: boolean;
  headers: Record<string, string>;
  /** Organises conference B: what is foreign to everybody else is there for them. */
  organisesB?: true;
}

/** What an id in a path names: whose it is, and whether it is there for the organisers of conference A. */
interface What {
  id: string;
  authors: readonly Someone[];
  /** Its reviewer, sender, attendee or the invited person. */
  owner: Someone | null;
  there: boolean;
  ended?: boolean;
}

type Outcome = 'passes' | 401 | 403 | 404;

const is = (who: Who, ...roles: Role[]): boolean =>
  hasRole(
    { grants: who.roles.map((role) => ({ role, conferenceId: 'A' })) } as unknown as Parameters<
      typeof hasRole
    >[0],
    'A',
    ...roles,
  );
const wrote = (who: Who, what: What): boolean => who.someone !== null && what.authors.includes(who.someone);
const owns = (who: Who, what: What): boolean => who.someone !== null && what.owner === who.someone;
const inspects = (who: Who, what: What): boolean =>
  what.there && !wrote(who, what) && is(who, 'organiser', 'auditor');
const role =
  (...roles: Role[]) =>
  (who: Who): Outcome =>
    is(who, ...roles) ? 'passes' : 403;
const seen =
  (then: (who: Who, what: What) => Outcome) =>
  (who: Who, what: What): Outcome =>
    wrote(who, what) || !inspects(who, what) ? 404 : then(who, what);
const forOwner = (others: readonly Role[], changes = false) => {
  return (who: Who, what: What): Outcome => {
    if (owns(who, what)) return 'passes';
    if (!what.there || !is(who, ...others)) return 404;
    return changes ? 403 : 'passes';
  };
};

/** The table: what each gate lets pass, after guests were told to sign in. */
const EXPECTED: Record<string, Record<string, (who: Who, what: What) => Outcome>> = {
  ConferenceGate: {
    read: () => 'passes',
    submit: () => 'passes',
    inspect: role('organiser', 'auditor'),
    organise: role('organiser'),
    decide: role('chair'),
    partners: role('organiser', 'partner_manager'),
    proceedings: role('organiser', 'proceedings_editor'),
    roles: role('organiser'),
    safeguard: role('safeguarding_officer'),
  },
  OperatorGate: { operate: (who) => (who.operator ? 'passes' : 403) },
  SubmissionGate: {
    read: (who, what) => (wrote(who, what) || inspects(who, what) ? 'passes' : 404),
    edit: (who, what) => (wrote(who, what) ? 'passes' : inspects(who, what) ? 403 : 404),
    inspect: seen(() => 'passes'),
    organise: seen((who) => (is(who, 'organiser') ? 'passes' : 403)),
    decide: seen((who) => (is(who, 'chair') ? 'passes' : 403)),
  },
  DecisionGate: { read: (who, what) => (wrote(who, what) || inspects(who, what) ? 'passes' : 404) },
  LetterGate: {
    read: forOwner(['organiser', 'partner_manager']),
    answer: (who, what) =>
      what.there && is(who, 'organiser', 'partner_manager') ? 'passes' : owns(who, what) ? 403 : 404,
    withdraw: forOwner(['organiser', 'partner_manager'], true),
  },
  RegistrationGate: {
    read: forOwner(['organiser']),
    cancel: forOwner(['organiser']),
    change: forOwner(['organiser'], true),
  },
  ReviewerGate: {
    own: (who, what) => (owns(who, what) ? 'passes' : 404),
    organise: (who, what) => {
      if (what.there && is(who, 'organiser')) return 'passes';
      return owns(who, what) ? 403 : 404;
    },
  },
  AssignmentGate: {
    review: (who, what) => {
      if (wrote(who, what)) return 404;
      if (owns(who, what)) return what.ended ? 404 : 'passes';
      return what.there && is(who, 'organiser') ? 403 : 404;
    },
    decline: (who, what) => {
      if (wrote(who, what)) return 404;
      if (owns(who, what)) return 'passes';
      return what.there && is(who, 'organiser') ? 403 : 404;
    },
    organise: (who, what) => {
      if (wrote(who, what)) return 404;
      if (what.there && is(who, 'organiser')) return 'passes';
      return owns(who, what) ? 403 : 404;
    },
  },
  RunGate: {
    inspect: (who, what) => (what.there && is(who, 'organiser', 'auditor') ? 'passes' : 404),
    organise: (who, what) => {
      if (!what.there || !is(who, 'organiser', 'auditor')) return 404;
      return is(who, 'organiser') ? 'passes' : 403;
    },
  },
  // Whoever has a submission of their own knows only of the lists that they froze: the world's was frozen by its chair.
  ReleaseListGate: {
    inspect: (who, what) => (inspects(who, what) ? 'passes' : 404),
    decide: (who, what) => {
      if (!inspects(who, what)) return 404;
      return is(who, 'chair') ? 'passes' : 403;
    },
  },
  MailGate: {
    inspect: (who, what) => (inspects(who, what) ? 'passes' : 404),
    organise: seen((who) => (is(who, 'organiser') ? 'passes' : 403)),
  },
  // That something is in the record may be proven to everybody; test/long/record-proofs.test.ts shows who reads what it says.
  RecordEntryGate: { prove: () => 'passes' },
  BuildGate: {
    read: (who, what) => (what.there && is(who, 'organiser', 'proceedings_editor') ? 'passes' : 404),
  },
};

/** Acts for which nobody needs to sign in. */
const FOR_GUESTS: readonly string[] = ['ConferenceGate.read', 'RecordEntryGate.prove'];

/** What `:id` names, by gate; behind the gate of a conference by the path. */
type Kind =
  | 'submission'
  | 'list'
  | 'assignment'
  | 'reviewer'
  | 'run'
  | 'letter'
  | 'registration'
  | 'mail'
  | 'build'
  | 'entry';
const KIND_OF: Record<string, Kind> = {
  SubmissionGate: 'submission',
  DecisionGate: 'submission',
  LetterGate: 'letter',
  RegistrationGate: 'registration',
  ReviewerGate: 'reviewer',
  AssignmentGate: 'assignment',
  RunGate: 'run',
  ReleaseListGate: 'list',
  MailGate: 'mail',
  BuildGate: 'build',
  RecordEntryGate: 'entry',
};
const KIND_BELOW: [RegExp, Kind][] = [
  [/\/organise\/mail\/:id/, 'mail'],
  [/\/organise\/partners\/:id/, 'letter'],
  [/\/organise\/proceedings\/builds\/:id/, 'build'],
];

/** The other parts of paths. */
const PARTS: Record<string, string> = {
  personId: '0000000000000000',
  role: 'auditor',
  secret: 'nosuchlinknosuchlinknosuchlinknosuchlink000',
  file: 'submissions.csv',
  part: 'call',
  paper: 'TZZ-00000',
  format: 'bib',
  name: 'papers.csv',
  one: '0000000000000000',
  other: '0000000000000001',
  version: '1',
  post: '0000000000000000',
  reviewer: '0000000000000000',
  kind: 'submission_receipt',
  locale: 'en',
  token: 'nosuchtoken',
  release: '0000000000000000',
};

/** Answers of routes for anybody that are neither a success nor a refusal of access, with what they mean. */
const OTHERWISE: Record<string, number> = {
  'GET /sign-in/:secret': 410,
  // Not registered with ORCID here; test/long/orcid.test.ts is.
  'POST /sign-in/orcid': 404,
  'GET /sign-in/orcid/callback': 404,
  'GET /sign-in/orcid/address': 404,
  'POST /sign-in/orcid/address': 404,
  'GET /sign-in/orcid/finish': 404,
  'POST /sign-in/orcid/finish': 404,
  'POST /me/sign-in/orcid': 404,
  // Nobody was asked to respond.
  'GET /submissions/:id/response': 404,
  // Not every submission has a paper.
  'GET /api/v1/submissions/:id/papers/:version': 409,
  // No mail came with such a link.
  'GET /mail/stop/:token': 404,
  'POST /mail/stop/:token': 404,
  'POST /mail/stop/:token/resume': 404,
  // Nobody has said what the secret is.
  'POST /api/v1/mail-bounces': 404,
  // No such release.
  'GET /conferences/:slug/organise/decisions/recipients/:release': 404,
  'GET /mailbox': 404,
  'GET /mailbox/:id': 404,
  // Nothing was published.
  'GET /conferences/:slug/proceedings/files/:name': 404,
  'GET /conferences/:slug/proceedings/:paper': 404,
  'GET /conferences/:slug/proceedings/:paper/cite.:format': 404,
  // Of which heads is not said, and no key is called so.
  'GET /api/v1/record/consistency': 400,
  'GET /record/keys/:file': 404,
  // No such link was mailed, nobody was asked this, and it is not said who the two are.
  'GET /me/addresses/confirm/:secret': 422,
  'GET /me/data/erase/:secret': 422,
  'GET /me/merges/:id': 404,
  'GET /api/v1/conferences/:slug/merges/preview': 400,
  'GET /conferences/:slug/organise/duplicates/:one/:other': 404,
  // A token does not carry everything away.
  'GET /me/data/export': 403,
};

const NO_SUCH: Record<'submission' | 'other', string> = {
  submission: 'TZZ-00000',
  other: '0000000000000000',
};

let app: TestApp;
let a: World;
let b: World;
let routes: Route[];
let everyone: Who[];
/** Of the record. */
let entry: string;
const revoked: Record<string, string>[] = [];

beforeAll(async () => {
  app = await createTestApp();
  a = await seedWorld(app, 'a');
  b = await seedWorld(app, 'b');
  routes = routesOf(app.app);
  everyone = await cast();
  await app.app.get(Sealer).seal();
  const [first]: { id: string }[] = await app.db.query(
    `select id from audit_entry order by leaf_index limit 1`,
  );
  entry = first!.id;
}, 300_000);
afterAll(() => app?.close());

const gateOf = (policy: Policy): { gate: string; act: string } =>
  typeof policy === 'string' ? { gate: policy, act: '' } : { gate: policy.gate.name, act: policy.act };

/** Everybody who calls: people of A by session, those who never signed in and the narrower ones by token. */
async function cast(): Promise<Who[]> {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const nobody = { someone: null, guest: false, roles: [], operator: false };
  const headers = await headersOf(app, a);
  const people: Who[] = [];
  for (const someone of PEOPLE) {
    const held = ROLES_HELD[someone];
    people.push({
      ...nobody,
      name: someone,
      someone,
      roles: held ? [held] : [],
      headers: headers[someone],
    });
  }
  await app.grant('both@example.org', 'organiser', a.conference.id);
  await app.grant('former@example.org', 'organiser', a.conference.id);
  revoked.push(
    { cookie: await app.cookie('former@example.org') },
    bearer(await app.token('former@example.org', 'organiser', a.conference.id)),
  );
  return [
    { ...nobody, name: 'guest', guest: true, headers: {} },
    { ...nobody, name: 'stranger', headers: { cookie: await app.cookie('stranger@example.org') } },
    {
      ...nobody,
      name: 'operator',
      operator: true,
      headers: bearer(await app.token('operator@example.org', 'operator')),
    },
    ...people,
    {
      ...nobody,
      name: 'organiser of B',
      organisesB: true,
      headers: { cookie: await app.cookie(b.people.organiser) },
    },
    {
      ...nobody,
      name: 'organiser of A and B, by a token for B',
      organisesB: true,
      headers: bearer(await app.token('both@example.org', 'organiser', b.conference.id)),
    },
    {
      ...nobody,
      name: 'organiser, by a token as an author',
      headers: bearer(await app.token(a.people.organiser, 'author')),
    },
    {
      ...nobody,
      name: 'chair, by a token as an organiser',
      roles: ['organiser'],
      headers: bearer(await app.token(a.people.chair, 'organiser', a.conference.id)),
    },
  ];
}

/** Every table's rows as numbers that any write changes. */
async function everyRow(): Promise<Record<string, string>> {
  const tables: { name: string }[] = await app.db.query(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const sums: Record<string, string> = {};
  for (const { name } of tables) {
    const [row]: { n: string; x: string; h: string }[] = await app.db.query(
      `select count(*) as n, coalesce(sum(xmin::text::bigint), 0) as x, coalesce(sum(hashtext(t::text)), 0) as h from "${name}" t`,
    );
    sums[name] = `${row!.n} ${row!.x} ${row!.h}`;
  }
  return sums;
}

function kindOf(route: Route): Kind | null {
  const { gate } = gateOf(route.policy!);
  if (!route.path.includes(':id')) return null;
  return KIND_OF[gate] ?? KIND_BELOW.find(([path]) => path.test(route.path))?.[1] ?? null;
}

/**
 * Of these everything is tried. Who has nothing to do with what else there is gets the first and the foreign one of each kind,
 * and guests, who are told to sign in before anything is looked at, the first.
 */
const POWERFUL: readonly string[] = [
  'stranger',
  'organiser',
  'chair',
  'ownorganiser',
  'auditor',
  'editor',
  'partnership',
];

function tried(who: Who, kind: Kind | null): What[] {
  const all = targets(kind).filter((what) => !(who.organisesB && what.id === foreignOf(kind)));
  if (who.guest) return all.slice(0, 1);
  if (POWERFUL.includes(who.name)) return all;
  return all.filter(
    (what, index) => index === 0 || what.id === foreignOf(kind) || wrote(who, what) || owns(who, what),
  );
}

/** What guests may call is tried by them, by somebody who is signed in, and by an organiser. */
const tries = (who: Who, route: Route): boolean => {
  const { gate, act } = gateOf(route.policy!);
  return (
    who.guest ||
    ['stranger', 'organiser'].includes(who.name) ||
    (gate !== 'anyone' && !FOR_GUESTS.includes(`${gate}.${act}`))
  );
};

const foreignOf = (kind: Kind | null): string | null => (kind === null ? null : targets(kind).at(-1)!.id);

/** What the sweep puts in the place of `:id`: things of A in different circumstances, and the same of B. */
function targets(kind: Kind | null): What[] {
  const { ids } = a;
  const main: Pick<What, 'authors'> = { authors: ['author', 'coauthor'] };
  const own: Pick<What, 'authors'> = { authors: ['ownorganiser', 'owncoauthor'] };
  const nobodys = { authors: [], owner: null, there: true };
  const foreign = { authors: [], owner: null, there: false };
  switch (kind) {
    case 'submission':
      return [
        { ...nobodys, ...main, id: ids.submission },
        { ...nobodys, ...own, id: ids.own },
        { ...nobodys, id: ids.draft, authors: ['author'], there: false },
        { ...nobodys, id: ids.held, authors: ['guestauthor'], there: false },
        { ...foreign, id: b.ids.submission },
      ];
    case 'assignment':
      return [
        { ...nobodys, ...main, id: ids.assignments.handedin, owner: 'handedin' },
        { ...nobodys, ...own, id: ids.assignments.ownHandedin, owner: 'handedin' },
        { ...nobodys, ...main, id: ids.assignments.conflicted, owner: 'conflicted', ended: true },
        // Whom it was taken from does not see it any more.
        { ...nobodys, ...main, id: ids.assignments.removed },
        { ...foreign, id: b.ids.assignments.handedin },
      ];
    case 'reviewer':
      return [
        { ...nobodys, id: ids.reviewers.invited, owner: 'invited' },
        { ...foreign, id: b.ids.reviewers.invited },
      ];
    case 'letter':
      return [
        { ...nobodys, id: ids.letter, owner: 'partner' },
        { ...nobodys, id: ids.heldLetter, owner: 'guestpartner', there: false },
        { ...foreign, id: b.ids.letter },
      ];
    case 'registration':
      return [
        { ...nobodys, id: ids.registration, owner: 'attendee' },
        { ...nobodys, id: ids.heldRegistration, owner: 'guestattendee', there: false },
        { ...foreign, id: b.ids.registration },
      ];
    case 'mail':
      return [
        { ...nobodys, id: ids.mail },
        // Who was written to about it says who reviews it.
        { ...nobodys, ...own, id: ids.ownMail },
        { ...foreign, id: b.ids.mail },
      ];
    case 'list':
      return [
        { ...nobodys, ...own, id: ids.list },
        { ...foreign, id: b.ids.list },
      ];
    case 'run':
      return [
        { ...nobodys, id: ids.run },
        { ...foreign, id: b.ids.run },
      ];
    case 'build':
      return [
        { ...nobodys, id: ids.build },
        { ...foreign, id: b.ids.build },
      ];
    case 'entry':
      return [{ ...nobodys, id: entry }];
    case null:
      return [{ ...nobodys, id: NO_SUCH.other }];
  }
}

/** @throws Error for a gate or an act that the table does not know */
function expected(route: Route, kind: Kind | null, who: Who, what: What): Outcome {
  const { gate, act } = gateOf(route.policy!);
  if (gate === 'anyone') return 'passes';
  if (who.guest && !FOR_GUESTS.includes(`${gate}.${act}`)) return 401;
  if (gate === 'signedIn') return 'passes';
  const rule = EXPECTED[gate]?.[act];
  if (!rule) throw new Error(`${route.method} ${route.path}: nobody has said who passes ${gate}.${act}`);
  const outcome = rule(who, what);
  // Behind a conference's gate the handler looks for the thing itself.
  if (outcome !== 'passes' || kind === null || KIND_OF[gate]) return outcome;
  return what.there && !wrote(who, what) ? 'passes' : 404;
}

function urlOf(route: Route, id: string, slug = a.conference.slug): string {
  return route.path.replace(/:(\w+)/g, (_all, name: string) => {
    if (name === 'slug') return slug;
    if (name === 'id') return id;
    if (name === 'whom') return a.ids.shelteredPerson;
    const part = PARTS[name];
    if (part === undefined) throw new Error(`${route.path}: nobody has said what stands for :${name}`);
    return part;
  });
}

async function call(route: Route, who: Who, url: string, body = '{}') {
  const isPage = !route.path.startsWith('/api/');
  const writes = route.method !== 'GET';
  return send(app, {
    method: route.method as 'GET',
    url,
    headers: {
      ...who.headers,
      ...(writes && {
        'idempotency-key': worldKey(),
        'content-type': isPage ? 'application/x-www-form-urlencoded' : 'application/json',
      }),
    },
    ...(writes && { payload: isPage ? '' : body }),
  });
}

type Answer = Awaited<ReturnType<typeof call>>;

/** An answer without what differs from one request to the next: the request's id, the hour, and the id asked for. */
function plain(answer: Answer, id: string): string {
  const { date: _date, 'x-request-id': _request, ...headers } = answer.headers;
  return JSON.stringify([answer.statusCode, headers, answer.body])
    .replaceAll(id, '<id>')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<request>');
}

it('has no route without a policy', () => {
  expect(routes.filter((route) => !route.policy).map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  expect(routes.length).toBeGreaterThan(140);
});

it('knows no id in a path of which nobody has said what it names', () => {
  const unknown = routes.filter(
    (route) =>
      route.path.includes(':id') &&
      kindOf(route) === null &&
      !['signedIn', 'anyone'].includes(gateOf(route.policy!).gate) &&
      route.path !== '/conferences/:slug/organise/roles/:id/revoke',
  );
  expect(unknown.map(({ path }) => path)).toEqual([]);
});

it('answers every route to everybody as the table says, and what is hidden like what is not there', async () => {
  const before = await everyRow();
  const wrong: string[] = [];
  const cached: string[] = [];
  const told: string[] = [];
  let cells = 0;
  await each(
    everyone.flatMap((who) => routes.filter((route) => tries(who, route)).map((route) => ({ who, route }))),
    async ({ who, route }) => {
      const name = `${route.method} ${route.path}`;
      const kind = kindOf(route);
      const nobodys = NO_SUCH[kind === 'submission' ? 'submission' : 'other'];
      let missing: string | undefined;
      for (const what of tried(who, kind)) {
        const outcome = expected(route, kind, who, what);
        cells += 1;
        // What would succeed is stopped right behind the gate, by a character that cannot be stored.
        const stop = outcome === 'passes' && route.method !== 'GET';
        const answer = await call(route, who, `${urlOf(route, what.id)}${stop ? '?stop=%00' : ''}`);
        const cell = `${name} ${what.id} as ${who.name}: ${answer.statusCode}, not ${outcome}`;
        if (
          !who.guest &&
          route.method === 'GET' &&
          !`${answer.headers['cache-control']}`.includes('no-store')
        )
          cached.push(`${name} ${answer.statusCode}`);
        if (outcome === 'passes') {
          const fine = stop
            ? answer.statusCode === 400
            : answer.statusCode < 400 || answer.statusCode === OTHERWISE[name];
          if (!fine) wrong.push(cell);
          continue;
        }
        // A page sends guests to sign in.
        const toSignIn =
          outcome === 401 &&
          answer.statusCode === 303 &&
          `${answer.headers['location']}`.startsWith('/sign-in?');
        if (answer.statusCode !== outcome && !toSignIn) wrong.push(cell);
        if (kind === null || outcome !== 404) continue;
        missing ??= plain(await call(route, who, urlOf(route, nobodys)), nobodys);
        if (plain(answer, what.id) !== missing) told.push(`${cell}\n${plain(answer, what.id)}\n${missing}`);
      }
    },
  );
  expect(wrong).toEqual([]);
  expect([...new Set(cached)]).toEqual([]);
  expect(told).toEqual([]);
  expect(cells).toBeGreaterThan(5000);
  expect(await everyRow()).toEqual(before);
}, 300_000);

it('finds nothing of one conference at the address of another', async () => {
  const stranger = everyone.find(({ name }) => name === 'stranger')!;
  const chairOfB: Who = { ...stranger, headers: { cookie: await app.cookie(b.people.chair) } };
  const found: string[] = [];
  await each(
    routes.filter((route) => kindOf(route) !== null && route.path.includes(':slug')),
    async (route) => {
      const kind = kindOf(route)!;
      const theirs = targets(kind).at(-1)!.id;
      const nobodys = NO_SUCH[kind === 'submission' ? 'submission' : 'other'];
      const answer = await call(route, chairOfB, urlOf(route, theirs));
      const missing = await call(route, chairOfB, urlOf(route, nobodys));
      if (answer.statusCode < 403 || plain(answer, theirs) !== plain(missing, nobodys))
        found.push(`${route.method} ${route.path}: ${answer.statusCode} and ${missing.statusCode}`);
    },
  );
  expect(found).toEqual([]);
});

it('takes no query parameter by API that it does not know', async () => {
  const wrong: string[] = [];
  await each(
    routes.filter((route) => route.path.startsWith('/api/v1')),
    async (route) => {
      const kind = kindOf(route);
      const what = targets(kind)[0]!;
      const who = everyone.find((one) => !one.guest && expected(route, kind, one, what) === 'passes')!;
      for (const parameter of ['group=reviewers', `submission=${a.ids.own}`, 'authors[name]=x']) {
        const answer = await call(route, who, `${urlOf(route, what.id)}?${parameter}`);
        if (answer.statusCode !== 400)
          wrong.push(`${route.method} ${route.path}?${parameter} as ${who.name}: ${answer.statusCode}`);
      }
    },
  );
  expect(wrong).toEqual([]);
});

it('takes no field by API that it does not know, also where it reads no body', async () => {
  const wrong: string[] = [];
  await each(
    routes.filter((route) => route.path.startsWith('/api/v1') && route.method !== 'GET'),
    async (route) => {
      const kind = kindOf(route);
      const what = targets(kind)[0]!;
      const who = everyone.find((one) => !one.guest && expected(route, kind, one, what) === 'passes')!;
      const answer = await call(route, who, urlOf(route, what.id), '{"noSuchField":"reviewers"}');
      if (answer.statusCode !== 400 || !answer.body.includes('"noSuchField"'))
        wrong.push(`${route.method} ${route.path} as ${who.name}: ${answer.statusCode}`);
    },
  );
  expect(wrong).toEqual([]);
});

it('takes a role away from sessions and tokens at once', async () => {
  const at = `/api/v1/conferences/${a.conference.slug}`;
  const [former]: { id: string }[] = await app.db.query(
    `select person_id as id from person_address where address = 'former@example.org'`,
  );
  for (const headers of revoked)
    expect((await send(app, { url: `${at}/submissions`, headers })).statusCode).toBe(200);
  const organiser = everyone.find(({ name }) => name === 'organiser')!;
  const answer = await send(app, {
    method: 'DELETE',
    url: `${at}/roles/${former!.id}/organiser`,
    headers: organiser.headers,
  });
  expect(answer.statusCode).toBeLessThan(300);
  for (const headers of revoked) {
    expect((await send(app, { url: `${at}/submissions`, headers })).statusCode).toBe(403);
    expect((await send(app, { url: `/api/v1/submissions/${a.ids.submission}`, headers })).statusCode).toBe(
      404,
    );
    expect((await send(app, { url: `/conferences/${a.conference.slug}/organise`, headers })).statusCode).toBe(
      403,
    );
  }
});

it('lets a token make no token that may do more than itself', async () => {
  const organiser = await app.token(a.people.organiser, 'author');
  const make = (token: string, wanted: string) =>
    send(app, {
      method: 'POST',
      url: '/api/v1/me/tokens',
      headers: { authorization: `Bearer ${token}` },
      payload: { name: 'wider', role: wanted, conference: a.conference.slug },
    });
  expect((await make(organiser, 'organiser')).statusCode).toBe(422);
  const chair = await app.token(a.people.chair, 'organiser', a.conference.id);
  expect((await make(chair, 'chair')).statusCode).toBe(422);
  expect((await make(chair, 'organiser')).statusCode).toBe(201);
});
