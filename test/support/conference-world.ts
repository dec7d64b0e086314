import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { Storage } from '../../src/platform/storage.js';
import type { Role } from '../../src/platform/actor.js';
import { newId } from '../../src/platform/ids.js';
import { EXPORTS, FORMATS } from '../../src/web/organise/export-names.js';
import type { Route } from '../../src/web/routes.js';
import type { TestApp, TestConference } from './app.js';
import { tellingPaper } from './pdf.js';

/**
 * A double-blind conference in the middle of its work, with people in every role and something in every table: what tests of
 * "nobody sees what they may not" look at. Every personal field holds a word of its own, see {@link canary}.
 */
export interface World {
  label: string;
  conference: TestConference;
  /** Addresses by who they are. */
  people: Record<Someone, string>;
  ids: WorldIds;
}

export const PEOPLE = [
  // Of the submission that most is about, and somebody who never confirmed an address.
  'author',
  'coauthor',
  // An organiser with a submission of their own, and its co-author.
  'ownorganiser',
  'owncoauthor',
  // Of the one that is accepted and printed, of the one withdrawn, of the one that waits for its address.
  'printed',
  'withdrawer',
  'guestauthor',
  // Of one in which their identity is protected.
  'sheltered',
  // Reviewers: with a review handed in, with a draft, given back for a conflict, taken away, with nothing to do, not yet
  // answering, not willing.
  'handedin',
  'drafting',
  'conflicted',
  'removed',
  'idle',
  'invited',
  'unwilling',
  'organiser',
  'chair',
  'editor',
  'programmer',
  'partnership',
  'safeguard',
  'auditor',
  'partner',
  'guestpartner',
  'attendee',
  'guestattendee',
] as const;
export type Someone = (typeof PEOPLE)[number];

export interface WorldIds {
  submission: string;
  draft: string;
  own: string;
  printed: string;
  withdrawn: string;
  held: string;
  sheltered: string;
  /** Person of the protected identity. */
  shelteredPerson: string;
  reviewers: Record<
    'handedin' | 'drafting' | 'conflicted' | 'removed' | 'idle' | 'invited' | 'unwilling',
    string
  >;
  /** Assignments by submission and reviewer. */
  assignments: Record<
    | 'handedin'
    | 'drafting'
    | 'conflicted'
    | 'removed'
    | 'ownHandedin'
    | 'ownDrafting'
    | 'ownRemoved'
    | 'printed',
    string
  >;
  run: string;
  /** Frozen by the chair, of the submission alone. */
  list: string;
  letter: string;
  heldLetter: string;
  registration: string;
  heldRegistration: string;
  build: string;
  /** About the letter: nobody's submission. */
  mail: string;
  /** To a reviewer of the submission of the organiser who is an author. */
  ownMail: string;
  grant: string;
}

/** The word that is written into one field of one person and nowhere else. */
export const canary = (label: string, someone: string, field: string): string =>
  `q${label}${someone}${field}z`;

/** The same in a script of their own. */
export const ownScript = (label: string, someone: string): string => `Ք${label}${someone}Ն`;

export const ROLES_HELD: Partial<Record<Someone, Role>> = {
  ownorganiser: 'organiser',
  organiser: 'organiser',
  chair: 'chair',
  editor: 'proceedings_editor',
  programmer: 'programme_editor',
  partnership: 'partner_manager',
  safeguard: 'safeguarding_officer',
  auditor: 'auditor',
};

let serial = 0;
export const worldKey = (): string => `world-key-${(serial += 1)}`;

/** A request without a socket. */
export const send = (app: TestApp, request: InjectOptions): Promise<LightMyRequestResponse> =>
  app.app.getHttpAdapter().getInstance().inject(request);

export async function seedWorld(app: TestApp, label: string): Promise<World> {
  const word = (someone: string, field: string): string => canary(label, someone, field);
  const email = (someone: string): string => `${word(someone, 'mail')}@example.org`;
  const people = Object.fromEntries(PEOPLE.map((one) => [one, email(one)])) as Record<Someone, string>;
  const conference = await app.conference({ slug: `world-${label}`, blindness: 'double' });
  await app.db.query(`update call set paper = 'optional' where id = $1`, [conference.callId]);
  const at = `/api/v1/conferences/${conference.slug}`;
  const named = (someone: string) => ({
    name: `${word(someone, 'name')} Example`,
    affiliation: `${word(someone, 'house')} of ${word(someone, 'town')}`,
    email: email(someone),
  });

  const tokens = new Map<string, string>();
  for (const one of PEOPLE) await app.person(people[one], named(one).name);
  for (const one of PEOPLE) {
    const role = ROLES_HELD[one];
    tokens.set(one, await app.token(people[one], role ?? 'author', role ? conference.id : null));
  }
  const call = async <T = { id: string }>(
    someone: Someone | null,
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    payload?: object,
    headers: Record<string, string> = {},
  ): Promise<T> => {
    const answer = await send(app, {
      method,
      url,
      ...(payload && { payload }),
      headers: {
        ...(someone && { authorization: `Bearer ${tokens.get(someone)!}` }),
        'idempotency-key': worldKey(),
        ...headers,
      },
    });
    if (answer.statusCode >= 300)
      throw new Error(`${method} ${url} as ${someone}: ${answer.statusCode} ${answer.body}`);
    return (answer.body ? answer.json() : {}) as T;
  };

  const submission = (someone: Someone, team: readonly Someone[], more: object = {}) =>
    call(team.includes('guestauthor') ? null : someone, 'POST', `${at}/submissions`, {
      status: 'submitted',
      title: `${word(someone, 'title')} without trust`,
      abstract: `The ceasefire promised return, yet ${word(someone, 'text')} is a promise that families do not claim.`,
      topics: [conference.topics[0]],
      authors: team.map((one, index) => ({
        ...named(one),
        nativeName: ownScript(label, one),
        country: 'GE',
        corresponding: index === 0,
        presenting: index === 0,
      })),
      ...more,
    });

  const main = await submission('author', ['author', 'coauthor']);
  const draft = await submission('author', ['author'], {
    status: 'draft',
    title: `${word('author', 'drafttitle')} not yet`,
  });
  const own = await submission('ownorganiser', ['ownorganiser', 'owncoauthor']);
  const printed = await submission('printed', ['printed']);
  // Papers whose metadata tell who wrote them, and whose pages do not.
  for (const [one, { id }] of [
    ['author', main],
    ['ownorganiser', own],
    ['printed', printed],
  ] as const) {
    const answer = await send(app, {
      method: 'PUT',
      url: `/api/v1/submissions/${id}/paper`,
      headers: { authorization: `Bearer ${tokens.get(one)!}`, 'content-type': 'application/pdf' },
      payload: tellingPaper(word(one, 'paper')),
    });
    if (answer.statusCode !== 200) throw new Error(`paper: ${answer.statusCode} ${answer.body}`);
  }
  const withdrawn = await submission('withdrawer', ['withdrawer']);
  const sheltered = await submission('sheltered', ['sheltered'], {
    authors: [
      {
        ...named('sheltered'),
        nativeName: ownScript(label, 'sheltered'),
        corresponding: true,
        protect: true,
        publicName: `${word('sheltered', 'public')} Example`,
      },
    ],
  });
  // By page, as guests do.
  await submitAsGuest(app, conference, named('guestauthor'), word);
  const held = await idOf(
    app,
    `select id from submission where conference_id = $1 and held_until is not null`,
    [conference.id],
  );

  const reviewers = {} as WorldIds['reviewers'];
  for (const one of [
    'handedin',
    'drafting',
    'conflicted',
    'removed',
    'idle',
    'invited',
    'unwilling',
  ] as const) {
    reviewers[one] = (
      await call('organiser', 'POST', `${at}/reviewers`, { ...named(one), topics: [], maxLoad: 9 })
    ).id;
    if (one === 'invited') continue;
    const answer = one === 'unwilling' ? 'decline' : 'accept';
    await call(
      one,
      'POST',
      `/api/v1/invitations/${reviewers[one]}/${answer}`,
      one === 'unwilling' ? { reason: word(one, 'reason') } : {},
    );
  }

  await app.db.query(
    `update call set opens_at = clock_timestamp() - interval '9 days', closes_at = clock_timestamp() - interval '1 day',
       reviews_due_at = clock_timestamp() + interval '30 days' where id = $1`,
    [conference.callId],
  );
  await call('organiser', 'POST', `${at}/reviewing`, {}, { 'if-match': await versionOf(app, at) });
  await call(
    'withdrawer',
    'POST',
    `/api/v1/submissions/${withdrawn.id}/withdraw`,
    { reason: word('withdrawer', 'reason') },
    { 'if-match': await submissionVersion(app, withdrawn.id) },
  );
  const assign = async (id: string, reviewer: string): Promise<string> =>
    (await call('chair', 'POST', `/api/v1/submissions/${id}/assignments`, { reviewer })).id;
  const assignments = {
    handedin: await assign(main.id, reviewers.handedin),
    drafting: await assign(main.id, reviewers.drafting),
    conflicted: await assign(main.id, reviewers.conflicted),
    removed: await assign(main.id, reviewers.removed),
    ownHandedin: await assign(own.id, reviewers.handedin),
    ownDrafting: await assign(own.id, reviewers.drafting),
    ownRemoved: await assign(own.id, reviewers.removed),
    printed: await assign(printed.id, reviewers.drafting),
  };
  const review = (someone: Someone, assignment: string, about: string, status = 'handed_in') =>
    call(someone, 'PUT', `/api/v1/assignments/${assignment}/review`, {
      status,
      scores: Object.fromEntries(conference.criteria.map((id) => [id, 4])),
      overall: 4,
      confidence: 3,
      commentsToAuthors: `${word(someone, `toauthors${about}`)} clear and careful.`,
      commentsToOrganisers: `${word(someone, `toorganisers${about}`)} for a panel.`,
    });
  await review('handedin', assignments.handedin, 'main');
  await review('drafting', assignments.drafting, 'main', 'draft');
  await review('removed', assignments.removed, 'main', 'draft');
  await review('handedin', assignments.ownHandedin, 'own');
  await review('drafting', assignments.ownDrafting, 'own', 'draft');
  await review('removed', assignments.ownRemoved, 'own', 'draft');
  await review('drafting', assignments.printed, 'printed');
  await call('conflicted', 'POST', `/api/v1/assignments/${assignments.conflicted}/decline`, {
    reason: word('conflicted', 'reason'),
    conflict: true,
  });
  await call('chair', 'DELETE', `/api/v1/assignments/${assignments.removed}`);
  await call('chair', 'DELETE', `/api/v1/assignments/${assignments.ownRemoved}`);

  const decide = (id: string, about: string, outcome: string) =>
    call('chair', 'PUT', `/api/v1/submissions/${id}/decision`, {
      outcome,
      reason: word('chair', `reason${about}`),
      textToAuthors: `${word('chair', `textto${about}`)} and good wishes.`,
    });
  await decide(printed.id, 'printed', 'accepted');
  await call('chair', 'POST', `${at}/decision-releases`, { submissions: [printed.id] });
  await decide(main.id, 'main', 'conditionally_accepted');
  await decide(own.id, 'own', 'waitlisted');
  const list = await call('chair', 'POST', `${at}/release-lists`, { submissions: [main.id] });
  const run = await call('chair', 'POST', `${at}/assignment-runs`, { perSubmission: 3, seed: 7 });

  const letterOf = (someone: Someone) => ({
    organisation: `${word(someone, 'organisation')} Foundation`,
    contactName: named(someone).name,
    email: email(someone),
    website: `https://${word(someone, 'website')}.example.org/`,
    contribution: 'expertise',
    letter: `We would like to help with ${word(someone, 'letter')}.`,
  });
  const letter = await call('partner', 'POST', `${at}/letters-of-interest`, letterOf('partner'));
  await call(null, 'POST', `${at}/letters-of-interest`, letterOf('guestpartner'));
  const registrationOf = (someone: Someone) => ({
    ...named(someone),
    attendance: 'in_person',
    interpretation: 'hy',
    accessNeeds: `${word(someone, 'needs')} near the door`,
  });
  const registration = await call('attendee', 'POST', `${at}/registrations`, registrationOf('attendee'));
  await call(null, 'POST', `${at}/registrations`, registrationOf('guestattendee'));

  const volume = await send(app, {
    url: `${at}/volume`,
    headers: { authorization: `Bearer ${tokens.get('editor')!}` },
  });
  await call(
    'editor',
    'PUT',
    `${at}/volume`,
    {
      title: 'Proceedings',
      publisher: 'Example Press',
      sections: [{ title: 'Papers', papers: [printed.id] }],
    },
    { 'if-match': String(volume.headers['etag']) },
  );
  const build = await addBuild(app, conference, word('printed', 'file'));
  return {
    label,
    conference,
    people,
    ids: {
      submission: main.id,
      draft: draft.id,
      own: own.id,
      printed: printed.id,
      withdrawn: withdrawn.id,
      held,
      sheltered: sheltered.id,
      shelteredPerson: await app.person(people.sheltered),
      reviewers,
      assignments,
      run: run.id,
      list: list.id,
      letter: letter.id,
      heldLetter: await idOf(
        app,
        `select id from letter_of_interest where conference_id = $1 and held_until is not null`,
        [conference.id],
      ),
      registration: registration.id,
      heldRegistration: await idOf(
        app,
        `select id from registration where conference_id = $1 and held_until is not null`,
        [conference.id],
      ),
      build,
      mail: await idOf(app, `select id from mail_message where subject_id = $1 limit 1`, [letter.id]),
      ownMail: await idOf(app, `select id from mail_message where subject_id = $1 limit 1`, [
        assignments.ownHandedin,
      ]),
      grant: await idOf(app, `select id from role_grant where conference_id = $1 and role = 'auditor'`, [
        conference.id,
      ]),
    },
  };
}

async function submitAsGuest(
  app: TestApp,
  conference: TestConference,
  author: { name: string; affiliation: string; email: string },
  word: (someone: string, field: string) => string,
): Promise<void> {
  const form = new URLSearchParams({
    act: 'submit',
    idempotencyKey: worldKey(),
    title: `${word('guestauthor', 'title')} from afar`,
    abstract: `A short text about ${word('guestauthor', 'text')} and its neighbours.`,
    'topics[]': conference.topics[0]!,
    'authors[0][name]': author.name,
    'authors[0][affiliation]': author.affiliation,
    'authors[0][email]': author.email,
    corresponding: '0',
    presenting: '0',
  });
  const answer = await send(app, {
    method: 'POST',
    url: `/conferences/${conference.slug}/submit`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    payload: form.toString(),
  });
  if (answer.statusCode !== 303) throw new Error(`guest: ${answer.statusCode} ${answer.body}`);
}

async function idOf(app: TestApp, sql: string, values: unknown[]): Promise<string> {
  const rows: { id: string }[] = await app.db.query(sql, values);
  if (!rows[0]) throw new Error(`nothing there for ${sql}`);
  return rows[0].id;
}

const versionOf = async (app: TestApp, at: string): Promise<string> =>
  String((await send(app, { url: at })).headers['etag']);

async function submissionVersion(app: TestApp, id: string): Promise<string> {
  const rows: { version: number }[] = await app.db.query(`select version from submission where id = $1`, [
    id,
  ]);
  return `"${rows[0]!.version}"`;
}

/** A build that is done, with one file; typesetting is another test's business. */
async function addBuild(app: TestApp, conference: TestConference, word: string): Promise<string> {
  const id = newId();
  const bytes = Buffer.from(`The printed words of ${word}.\n`);
  const sha256 = await app.app.get(Storage).put(bytes);
  await app.db.query(
    `insert into proceedings_build (id, conference_id, status, stage, progress, snapshot, snapshot_hash, created_at, finished_at)
     values ($1, $2, 'done', 'done', 100, '{"sections": []}', repeat('0', 64), clock_timestamp(), clock_timestamp())`,
    [id, conference.id],
  );
  await app.db.query(
    `insert into proceedings_file (build_id, name, media_type, size, sha256) values ($1, 'papers.csv', 'text/csv', $2, $3)`,
    [id, bytes.length, sha256],
  );
  return id;
}

/** Who never signs in: signing in would confirm their addresses. */
const UNCONFIRMED: readonly Someone[] = ['coauthor', 'guestauthor', 'guestpartner', 'guestattendee'];

/** What everybody's requests carry: a session's cookie, or a token of who never signed in. */
export async function headersOf(
  app: TestApp,
  world: World,
): Promise<Record<Someone, Record<string, string>>> {
  const headers = {} as Record<Someone, Record<string, string>>;
  for (const one of PEOPLE)
    headers[one] = UNCONFIRMED.includes(one)
      ? { authorization: `Bearer ${await app.token(world.people[one])}` }
      : { cookie: await app.cookie(world.people[one]) };
  return headers;
}

/** Runs what may run side by side, a few at a time. */
export async function each<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const work = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: 6 }, work));
}

/** Every address that a GET of the application can have in this world: each route with each thing that its id may name. */
export function addressesOf(routes: readonly Route[], world: World): string[] {
  const { ids, conference } = world;
  const every = [
    ids.submission,
    ids.draft,
    ids.own,
    ids.printed,
    ids.withdrawn,
    ids.held,
    ids.sheltered,
    ids.run,
    ids.list,
    ids.letter,
    ids.heldLetter,
    ids.registration,
    ids.heldRegistration,
    ids.build,
    ids.mail,
    ids.ownMail,
    ...Object.values(ids.reviewers),
    ...Object.values(ids.assignments),
  ];
  const fits = (path: string, id: string): boolean => {
    const is = (...list: string[]): boolean => list.includes(id);
    if (/submissions\/:id/.test(path)) return id.includes('-');
    if (/invitations\/:id/.test(path)) return is(...Object.values(ids.reviewers));
    if (/assignment-runs\/:id/.test(path)) return is(ids.run);
    if (/lists\/:id/.test(path)) return is(ids.list);
    if (/(assignments|me\/reviews)\/:id/.test(path)) return is(...Object.values(ids.assignments));
    if (/(letters|letters-of-interest|partners)\/:id/.test(path)) return is(ids.letter, ids.heldLetter);
    if (/registrations\/:id/.test(path)) return is(ids.registration, ids.heldRegistration);
    if (/(builds)\/:id/.test(path)) return is(ids.build);
    if (/mail\/:id/.test(path)) return is(ids.mail, ids.ownMail);
    return true;
  };
  const files = EXPORTS.flatMap((name) => FORMATS.map((format) => `${name}.${format}`));
  return routes
    .filter(({ method, path }) => method === 'GET' && !/^\/(mailbox|metrics|health)/.test(path))
    .flatMap(({ path }) => {
      const at = path
        .replace(':slug', conference.slug)
        .replace(':name', 'papers.csv')
        .replace(':version', '1')
        .replace(':release', '0000000000000000')
        .replace(':whom', ids.shelteredPerson)
        .replace(':secret', 'nosuchlinknosuchlinknosuchlinknosuchlink000');
      if (at.includes(':file')) return files.map((file) => at.replace(':file', file));
      if (!at.includes(':id')) return [at];
      return every.filter((id) => fits(path, id)).map((id) => at.replace(':id', id));
    });
}
