import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Storage } from '../../src/platform/storage.js';
import { readPaper } from '../../src/submissions/paper-reading.js';
import { sealIdentity } from '../../src/people/identity.js';
import { PersonKeys } from '../../src/people/person-keys.js';
import { Work } from '../../src/platform/work.js';
import { routesOf } from '../../src/web/routes.js';
import { createTestApp, type TestApp } from '../support/app.js';
import {
  addressesOf,
  each,
  headersOf,
  seedWorld,
  send,
  type Someone,
  type World,
} from '../support/conference-world.js';
import { tellingPaper } from '../support/pdf.js';
import { copyDatabase, createTestDatabase, type TestDatabase } from '../support/database.js';

/**
 * Two worlds that differ in one hidden fact and in nothing else answer whoever may not know it byte for byte alike: every
 * page, list, count, export and search. They are copies of one database, with the same sessions and ids, so that only what is named
 * below has to be left out of the comparison.
 */

/** What may differ between two answers to the same question. */
const VOLATILE: readonly [RegExp, string][] = [
  // Instants in lists, and as pages write them.
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<instant>'],
  [/\d{1,2} \w+( \d{4})?, \d\d:\d\d/g, '<instant>'],
  [/(datetime="<instant>">)\d\d:\d\d/g, '$1<instant>'],
  // Ids of requests, and of rows and keys of forms.
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<request>'],
  [/\b[0-9a-hjkmnp-tv-z]{32}\b/g, '<key>'],
  [/\b[0-9a-hjkmnp-tv-z]{16}\b/g, '<id>'],
  // Cursors hold an instant.
  [/"next":"[^"]+"/g, '"next":"<cursor>"'],
];

/** Several facts about which the same people must know nothing, told apart in one pair of worlds. */
interface Round {
  name: string;
  /** Everybody who may know none of them. */
  hiddenFrom: readonly Viewer[];
  /** What happened in the one world and in the other, by what it makes a secret. */
  facts: Readonly<Record<string, readonly [Happening, Happening]>>;
  /** Writes that are answered alike as well. */
  asks: readonly Ask[];
}

type Happening = (world: Living) => Promise<unknown>;

interface Ask {
  who: Viewer;
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: () => string;
  payload?: object;
}

type Viewer = Someone | 'guest' | 'stranger';

/** A world with its application running. */
interface Living {
  app: TestApp;
  act(
    someone: Someone,
    method: 'POST' | 'PUT' | 'DELETE',
    url: string,
    payload?: object,
    seen?: number,
  ): Promise<{ id: string; version: number }>;
}

let seeded: TestDatabase;
/** The files of the world. */
let kept: string;
let world: World;
let headers: Record<Viewer, Record<string, string>>;

beforeAll(async () => {
  kept = await mkdtemp(join(tmpdir(), 'concord-world-'));
  seeded = await createTestDatabase();
  const app = await createTestApp({ database: { url: seeded.url, drop: () => Promise.resolve() } });
  try {
    world = await seedWorld(app, 'a');
    await cp(join(app.folder, 'files'), kept, { recursive: true });
    headers = {
      ...(await headersOf(app, world)),
      guest: {},
      stranger: { cookie: await app.cookie('stranger@example.org') },
    } as typeof headers;
  } finally {
    await app.close();
  }
}, 300_000);
afterAll(async () => {
  await seeded?.drop();
  await rm(kept, { recursive: true, force: true });
});

let serial = 0;

async function live(): Promise<Living> {
  const app = await createTestApp({ database: await copyDatabase(seeded) });
  await cp(kept, join(app.folder, 'files'), { recursive: true });
  return {
    app,
    async act(someone, method, url, payload, seen) {
      serial += 1;
      const answer = await send(app, {
        method,
        url,
        ...(payload && { payload }),
        headers: {
          ...headers[someone],
          'idempotency-key': `fact-key-${serial}`,
          ...(seen !== undefined && { 'if-match': `"${seen}"` }),
        },
      });
      if (answer.statusCode >= 300) throw new Error(`${method} ${url}: ${answer.statusCode} ${answer.body}`);
      return (answer.body ? answer.json() : {}) as { id: string; version: number };
    },
  };
}

const plain = (text: string): string => {
  let left = text;
  for (const [pattern, instead] of VOLATILE) left = left.replace(pattern, instead);
  return left;
};

/** Everything that one viewer gets to read: by address, status, headers and body. */
async function everything(living: Living, viewer: Viewer): Promise<Map<string, string>> {
  const { app } = living;
  const at = `/conferences/${world.conference.slug}`;
  const words = [world.people.handedin, 'Example', 'assigned', 'trust', world.ids.own];
  const lists = [
    `/api/v1${at}/submissions`,
    `/api/v1${at}/mail`,
    ...['submissions', 'decisions', 'reviewers', 'mail', 'record'].map((page) => `${at}/organise/${page}`),
  ];
  const urls = [
    ...addressesOf(routesOf(app.app), world),
    ...(viewer === 'organiser'
      ? ['mail', 'submissions', 'registrations'].flatMap((page) =>
          ['Legalname', 'aurelia', 'bo@elsewhere', 'Celestine', 'Othername'].map(
            (q) => `${at}/organise/${page}?${new URLSearchParams({ q }).toString()}`,
          ),
        )
      : []),
    ...(viewer === 'ownorganiser'
      ? [
          ...lists.flatMap((path) => words.map((q) => `${path}?${new URLSearchParams({ q }).toString()}`)),
          ...lists.slice(0, 2).map((path) => `${path}?limit=1`),
          ...['mean', '-mean', 'spread', 'title'].map((sort) => `${at}/organise/submissions?sort=${sort}`),
          `${at}/organise/submissions?missing=1`,
        ]
      : []),
  ];
  const answers = new Map<string, string>();
  await each(urls, async (url) => {
    const answer = await send(app, { url, headers: headers[viewer] });
    const { date: _date, 'x-request-id': _request, ...head } = answer.headers;
    answers.set(url, plain(`${answer.statusCode} ${JSON.stringify(head)}\n${answer.body}`));
  });
  return answers;
}

/** Where a text first differs from another, with what stands around. */
function difference(one: string, other: string): string {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return `${one.slice(Math.max(0, at - 80), at + 80)}\n   or ${other.slice(Math.max(0, at - 80), at + 80)}`;
}

const review = (comments: string, overall = 4, status = 'handed_in') => ({
  status,
  scores: Object.fromEntries(world.conference.criteria.map((id) => [id, overall])),
  overall,
  confidence: 3,
  commentsToAuthors: 'Clear and careful.',
  commentsToOrganisers: comments,
});

/** A paper that says in every note of its file who wrote it. */
const paperBy =
  (name: string): Happening =>
  async ({ app }) => {
    const file = tellingPaper(name);
    const { pdf, pages } = await readPaper(file);
    const storage = app.app.get(Storage);
    await app.db.query(
      `insert into paper (submission_id, version, pages, size, sha256, clean_size, clean_sha256, found, pages_read, uploaded_at, uploaded_by)
       select submission_id, 2, $2, $3, $4, $5, $6, found, pages_read, clock_timestamp(), uploaded_by
       from paper where submission_id = $1`,
      [
        world.ids.submission,
        pages,
        file.length,
        await storage.put(file),
        pdf.length,
        await storage.put(Buffer.from(pdf)),
      ],
    );
  };

const nothing: Happening = () => Promise.resolve();

/** A guest registers under another name, and confirms the address. */
function registers(name: string, email: string): Happening {
  return async ({ app }) => {
    const answer = await send(app, {
      method: 'POST',
      url: `/api/v1/conferences/${world.conference.slug}/registrations`,
      payload: { name, email, publicName: 'A. Shade', attendance: 'online' },
      headers: { 'idempotency-key': 'fact-key-shade' },
    });
    if (answer.statusCode >= 300) throw new Error(answer.body);
    await app.cookie(email);
  };
}

/** Somebody protected was always called so. */
function renamed(name: string): Happening {
  return async ({ app }) => {
    const { shelteredPerson } = world.ids;
    await app.app.get(Work).run(async (tx) => {
      const key = await app.app.get(PersonKeys).of(tx, shelteredPerson);
      await tx.manager.query(`update person set secret = $2 where id = $1`, [
        shelteredPerson,
        sealIdentity(key!, { name }),
      ]);
    });
  };
}

const ROUNDS: readonly Round[] = [
  {
    name: 'how the panel of an organiser who is an author works',
    hiddenFrom: [
      'ownorganiser',
      'owncoauthor',
      'author',
      'printed',
      'invited',
      'editor',
      'partnership',
      'guest',
    ],
    facts: {
      'who reviews, and with which score': [
        async ({ act }) => {
          const made = await act('chair', 'POST', `/api/v1/submissions/${world.ids.own}/assignments`, {
            reviewer: world.ids.reviewers.idle,
          });
          await act('idle', 'PUT', `/api/v1/assignments/${made.id}/review`, review('One of the best.', 5));
        },
        async ({ act }) => {
          const made = await act('chair', 'POST', `/api/v1/submissions/${world.ids.own}/assignments`, {
            reviewer: world.ids.reviewers.conflicted,
          });
          await act(
            'conflicted',
            'PUT',
            `/api/v1/assignments/${made.id}/review`,
            review('Not for us.', 1, 'draft'),
          );
        },
      ],
      'who gave it back for a conflict of interest, with a review begun': [
        ({ act }) =>
          act('drafting', 'POST', `/api/v1/assignments/${world.ids.assignments.ownDrafting}/decline`, {
            reason: 'A former pupil.',
            conflict: true,
          }),
        nothing,
      ],
      'what reviewers tell the organisers': [
        ({ act }) =>
          act(
            'handedin',
            'PUT',
            `/api/v1/assignments/${world.ids.assignments.ownHandedin}/review`,
            review('I doubt the sources of it.', 2),
            1,
          ),
        nothing,
      ],
      'which decision waits': [
        ({ act }) =>
          act(
            'chair',
            'PUT',
            `/api/v1/submissions/${world.ids.own}/decision`,
            { outcome: 'rejected', reason: 'Too narrow.' },
            1,
          ),
        ({ act }) => act('chair', 'DELETE', `/api/v1/submissions/${world.ids.own}/decision`, undefined, 1),
      ],
      'who was reminded of it': [
        async ({ app, act }) => {
          await app.db.query(
            `update mail_message set state = 'handed_over', settled_at = created_at where conference_id = $1 and state = 'ready'`,
            [world.conference.id],
          );
          await act('chair', 'POST', `/api/v1/mail/${world.ids.ownMail}/resend`);
        },
        ({ app }) =>
          app.db.query(
            `update mail_message set state = 'handed_over', settled_at = created_at where conference_id = $1 and state = 'ready'`,
            [world.conference.id],
          ),
      ],
    },
    asks: [
      { who: 'ownorganiser', method: 'POST', url: () => `/api/v1/assignment-runs/${world.ids.run}/apply` },
      {
        who: 'ownorganiser',
        method: 'DELETE',
        url: () => `/api/v1/reviewers/${world.ids.reviewers.drafting}`,
      },
      {
        who: 'ownorganiser',
        method: 'PUT',
        url: () => `/api/v1/submissions/${world.ids.own}/decision`,
        payload: { outcome: 'accepted' },
      },
      {
        who: 'ownorganiser',
        method: 'POST',
        url: () => `/api/v1/submissions/${world.ids.own}/assignments`,
        payload: { reviewer: 'nobody' },
      },
    ],
  },
  {
    name: 'who wrote what is under review',
    hiddenFrom: ['handedin', 'drafting', 'conflicted', 'removed', 'invited', 'printed', 'editor', 'guest'],
    facts: {
      'who, with how many, from where': [
        nothing,
        async ({ app }) => {
          const { submission } = world.ids;
          const person = await app.person('quite.another@example.org', 'Quite Another');
          await app.db.query(`delete from submission_author where submission_id = $1 and position > 1`, [
            submission,
          ]);
          await app.db.query(
            `update submission_author set person_id = $2, name = 'Quite Another', native_name = null, affiliation = 'Elsewhere',
               country = 'AM', address = 'quite.another@example.org' where submission_id = $1`,
            [submission, person],
          );
          await app.db.query(
            `update submission set created_by = $2, search_text = 'quite another' where id = $1`,
            [submission, person],
          );
        },
      ],
      'what the notes of its paper tell': [paperBy('First Author'), paperBy('Quite Another Author')],
      'that there is a draft': [
        ({ app }) =>
          app.db.query(`update submission set title = 'Quite another draft' where id = $1`, [
            world.ids.draft,
          ]),
        nothing,
      ],
      'what waits for a confirmed address': [
        nothing,
        ({ app }) =>
          app.db.query(
            `update submission set title = 'Held and other', search_text = 'held and other trust' where id = $1`,
            [world.ids.held],
          ),
      ],
    },
    asks: [
      {
        who: 'handedin',
        method: 'PUT',
        url: () => `/api/v1/assignments/${world.ids.assignments.handedin}/review`,
        payload: { status: 'draft' },
      },
      {
        who: 'removed',
        method: 'PATCH',
        url: () => `/api/v1/submissions/${world.ids.submission}`,
        payload: {},
      },
    ],
  },
  {
    name: 'what waits to be announced, and why',
    hiddenFrom: [
      'author',
      'coauthor',
      'owncoauthor',
      'drafting',
      'removed',
      'printed',
      'attendee',
      'stranger',
    ],
    facts: {
      'which decision waits': [
        ({ act }) =>
          act(
            'chair',
            'PUT',
            `/api/v1/submissions/${world.ids.submission}/decision`,
            { outcome: 'rejected', reason: 'Too narrow.', textToAuthors: 'We regret.' },
            1,
          ),
        ({ act }) =>
          act('chair', 'DELETE', `/api/v1/submissions/${world.ids.submission}/decision`, undefined, 1),
      ],
      'what a reviewer tells, and with which score': [
        ({ act }) =>
          act(
            'handedin',
            'PUT',
            `/api/v1/assignments/${world.ids.assignments.handedin}/review`,
            review('I doubt the sources of it.', 1),
            1,
          ),
        nothing,
      ],
      'who is asked to review': [
        ({ act }) =>
          act('chair', 'POST', `/api/v1/conferences/${world.conference.slug}/reviewers`, {
            email: 'late@example.org',
            name: 'Late Example',
            affiliation: 'House of the late',
          }),
        nothing,
      ],
    },
    asks: [
      {
        who: 'author',
        method: 'POST',
        url: () => `/api/v1/submissions/${world.ids.submission}/withdraw`,
        payload: { reason: 'no version' },
      },
      {
        who: 'author',
        method: 'PUT',
        url: () => `/api/v1/submissions/${world.ids.submission}/decision`,
        payload: { outcome: 'accepted' },
      },
    ],
  },
  {
    name: 'who somebody with a protected identity is',
    hiddenFrom: [
      'organiser',
      'chair',
      'auditor',
      'safeguard',
      'author',
      'attendee',
      'partnership',
      'stranger',
      'guest',
    ],
    facts: {
      'a legal name, and the address with it': [
        registers('Aurelia Legalname', 'aurelia.legalname@example.org'),
        registers('Bo Quite-Another', 'bo@elsewhere.example.org'),
      ],
      'how somebody protected is called': [renamed('Celestine Firstname'), renamed('Dominik Othername')],
    },
    asks: [
      {
        who: 'organiser',
        method: 'POST',
        url: () => `/conferences/${world.conference.slug}/organise/protected/${world.ids.shelteredPerson}`,
        payload: { reason: 'Curiosity.' },
      },
      {
        // There is no second officer.
        who: 'safeguard',
        method: 'POST',
        url: () => `/conferences/${world.conference.slug}/organise/protected/${world.ids.shelteredPerson}`,
        payload: { reason: 'The visa.' },
      },
    ],
  },
];

describe('nobody who may not know can tell', () => {
  it.each(ROUNDS.map((round) => [round.name, round] as const))(
    '%s',
    async (_name, round) => {
      const living: Living[] = [];
      try {
        for (const side of [0, 1] as const) {
          const one = await live();
          living.push(one);
          for (const happenings of Object.values(round.facts)) await happenings[side](one);
        }
        const told: string[] = [];
        let compared = 0;
        for (const viewer of round.hiddenFrom) {
          const [one, other] = await Promise.all(living.map((each_) => everything(each_, viewer)));
          for (const [url, answer] of one!) {
            compared += 1;
            if (other!.get(url) !== answer)
              told.push(`${viewer} can tell by ${url}:\n   ${difference(answer, other!.get(url)!)}`);
          }
        }
        for (const { who, method, url, payload } of round.asks) {
          const [one, other] = await Promise.all(
            living.map(async ({ app }) => {
              const answer = await send(app, {
                method,
                url: url(),
                ...(payload && { payload }),
                headers: { ...headers[who], 'idempotency-key': `ask-key-${method}-1` },
              });
              return plain(`${answer.statusCode}\n${answer.body}`);
            }),
          );
          if (one !== other)
            told.push(`${who} can tell by ${method} ${url()}:\n   ${difference(one!, other!)}`);
        }
        expect(told).toEqual([]);
        expect(compared).toBeGreaterThan(1000);
      } finally {
        for (const one of living) await one.app.close();
      }
    },
    300_000,
  );
});

it('lets an organiser work on whatever happens on the panel of their own submission', async () => {
  const living = await live();
  try {
    const { app, act } = living;
    const page = async (): Promise<string> => {
      const url = `/conferences/${world.conference.slug}/organise/assignment`;
      return plain((await send(app, { url, headers: headers.ownorganiser })).body);
    };
    const before = await page();
    await act('chair', 'DELETE', `/api/v1/assignments/${world.ids.assignments.ownDrafting}`);
    expect(await page()).toBe(before);
    const applied = await act('ownorganiser', 'POST', `/api/v1/assignment-runs/${world.ids.run}/apply`);
    expect(applied).toMatchObject({ id: world.ids.run, status: 'applied' });
  } finally {
    await living.app.close();
  }
}, 60_000);
