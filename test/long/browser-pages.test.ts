import { readdirSync } from 'node:fs';
import { jest } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { CONFIG, type Config } from '../../src/platform/config.js';
import { LOGGER } from '../../src/platform/platform.module.js';
import { Queues } from '../../src/platform/queue.js';
import { Storage } from '../../src/platform/storage.js';
import { seedExample, seedExamplePeople } from '../../src/tools/example.js';
import { routesOf } from '../../src/web/routes.js';
import { abstractOf, createTestApp, type TestApp } from '../support/app.js';
import {
  axeFindings,
  describeInBrowser,
  LAYOUT_RULES,
  openBrowser,
  visitAs,
  type Visit,
} from '../support/browser.js';

jest.setTimeout(240_000);

const EVERYBODY = ['guest', 'author', 'reviewer', 'partner', 'organiser'] as const;
type Who = (typeof EVERYBODY)[number];
const SIGNED_IN = EVERYBODY.filter((who) => who !== 'guest');

/** How one route is walked. */
interface Walk {
  /** Addresses of it; each is looked at, the first is asked for by everybody. */
  paths: string[];
  /** Who gets the first of them; the eyes of the first of these look at all. */
  opens: readonly Who[];
  /** What the others get who are signed in, and organisers where that differs; guests are sent to sign in. */
  shut?: 403 | 404;
  shutToOrganisers?: 403;
  /** Answers that are not 200, by address. */
  answers?: Record<string, number>;
  /** A file, not a page: only asked for. */
  file?: true;
}

const KEY = new RegExp(
  `\\b(?:${readdirSync(new URL('../../src/locales/en/', import.meta.url))
    .map((name) => name.slice(0, -'.json'.length))
    .join('|')}):[a-zA-Z_]+\\.[a-zA-Z_.]+`,
  'g',
);

describeInBrowser('the pages', () => {
  let app: TestApp;
  let browser: Browser;
  let cookies: Record<Who, string | undefined>;
  let walks: Record<string, Walk>;
  let wanted: string[];
  let ways: RegExp[];

  beforeAll(async () => {
    app = await createTestApp({ workers: true });
    await seedExamplePeople(app.app);
    await seedExample({
      config: app.app.get<Config>(CONFIG),
      logger: app.app.get(LOGGER),
      queues: app.app.get(Queues),
      storage: app.app.get(Storage),
      mailbox: app.mailbox,
      embedded: true,
      close: () => Promise.resolve(),
    });
    cookies = Object.fromEntries(
      await Promise.all(
        EVERYBODY.map(async (who) => [
          who,
          who === 'guest' ? undefined : await app.cookie(`${who}@example.org`),
        ]),
      ),
    ) as typeof cookies;
    await mailAndBuildAreDone(app);
    walks = await walksOf(app);
    const routes = routesOf(app.app);
    wanted = routes
      .filter(({ method, path }) => method === 'GET' && !/^\/(api|health|metrics)/.test(path))
      .map(({ path }) => path);
    ways = routes.map(
      ({ method, path }) => new RegExp(`^${method} ${path.replaceAll(/:[a-z]+/gi, '[^/]+')}$`),
    );
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  /** Whether some route takes it. */
  const leads = (way: string): boolean => ways.some((pattern) => pattern.test(way));

  it('are all walked', () => {
    expect(wanted.filter((path) => !walks[path])).toEqual([]);
    expect(Object.keys(walks).filter((path) => !wanted.includes(path))).toEqual([]);
  });

  it('open for whom they are meant for', async () => {
    const wrong: string[] = [];
    for (const path of wanted) {
      const walk = walks[path];
      if (!walk) continue;
      for (const who of EVERYBODY) {
        const right = walk.opens.includes(who)
          ? (walk.answers?.[walk.paths[0]!] ?? 200)
          : who === 'guest'
            ? 303
            : who === 'organiser'
              ? (walk.shutToOrganisers ?? walk.shut)
              : walk.shut;
        const response = await fetch(`${app.url}${walk.paths[0]}`, {
          headers: cookies[who] ? { cookie: cookies[who] } : {},
          redirect: 'manual',
        });
        await response.text();
        if (response.status !== right) wrong.push(`${path} as ${who}: ${response.status}, not ${right}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it.each(EVERYBODY)(
    'can be read and used by everybody, wide and light, narrow and dark: as %s',
    async (who) => {
      const looks = Object.values(walks)
        .filter((walk) => !walk.file && walk.opens[0] === who)
        .flatMap((walk) =>
          walk.paths.map((path, index) => ({
            path,
            status: walk.answers?.[path] ?? 200,
            isTwin: index > 0,
          })),
        )
        .values();
      const problems: string[] = [];
      const walk = async (): Promise<void> => {
        const visit = await visitAs(browser, app.url, cookies[who]);
        for (const look of looks)
          for (const problem of await problemsOf(visit, look, leads))
            problems.push(`${look.path}: ${problem}`);
        await visit.context.close();
      };
      // Two tabs, as most machines have two processors to draw them.
      await Promise.all([walk(), walk()]);
      expect(problems).toEqual([]);
    },
  );
});

/** Where a page's links and forms lead, as method and path. */
async function waysOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const way = (method: string, address: string): string =>
      `${method.toUpperCase()} ${new URL(address, location.href).pathname}`;
    const own = (address: string): boolean => new URL(address, location.href).origin === location.origin;
    return [
      ...[...document.querySelectorAll<HTMLAnchorElement>('a[href]')].map(
        ({ href }) => ['get', href] as const,
      ),
      ...[...document.querySelectorAll('form')].map(
        (form) => [form.method, form.getAttribute('action') ?? location.href] as const,
      ),
      ...[...document.querySelectorAll<HTMLButtonElement>('button[formaction]')].map(
        (button) => [button.form!.method, button.formAction] as const,
      ),
    ]
      .filter(([, address]) => own(address))
      .map(([method, address]) => way(method, address));
  });
}

/**
 * Everything that is wrong with a page, first at 1280 px in the light, then at 360 px in the dark. Another state of a page
 * that was seen at both is looked at in the narrow only.
 */
async function problemsOf(
  { page, complaints }: Visit,
  { path, status, isTwin }: { path: string; status: number; isTwin: boolean },
  leads: (way: string) => boolean,
): Promise<string[]> {
  const problems: string[] = [];
  complaints.length = 0;
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  const response = await page.goto(path);
  if (response?.status() !== status) problems.push(`answers ${response?.status()}, not ${status}`);
  const html = await page.content();
  problems.push(...(html.match(KEY) ?? []).map((key) => `no words for ${key}`));
  const text = await page.locator('body').innerText();
  problems.push(
    ...(text.match(/\bundefined\b|\bNaN\b|\[object |Invalid Date|\{\{/g) ?? [])
      // Whoever words mail reads and writes variables.
      .filter((it) => it !== '{{' || !path.includes('/mail-texts/'))
      .map((it) => `reads ${it}`),
  );
  problems.push(
    ...[...new Set(await waysOf(page))].filter((way) => !leads(way)).map((way) => `leads nowhere: ${way}`),
  );
  if (!isTwin) problems.push(...(await axeFindings(page)).map((finding) => `wide ${finding}`));
  await page.setViewportSize({ width: 360, height: 800 });
  await page.emulateMedia({ colorScheme: 'dark' });
  const tooWide = await page.evaluate(() => {
    const { scrollWidth } = document.documentElement;
    return scrollWidth <= innerWidth ? null : `is ${scrollWidth} px wide at ${innerWidth}`;
  });
  if (tooWide) problems.push(tooWide);
  const narrow = await axeFindings(page, isTwin ? undefined : LAYOUT_RULES);
  problems.push(...narrow.map((finding) => `narrow ${finding}`));
  problems.push(...complaints.map((complaint) => `complains: ${complaint}`));
  return problems;
}

/** The example beside a conference whose call is open and that has nothing yet. */
async function walksOf(app: TestApp): Promise<Record<string, Walk>> {
  const idOf = async (sql: string, values: unknown[] = []): Promise<string> => {
    const rows: { id: string }[] = await app.db.query(sql, values);
    if (!rows[0]) throw new Error(`nothing found: ${sql}`);
    return rows[0].id;
  };
  const idsOf = async (sql: string, values: unknown[] = []): Promise<string[]> =>
    (await app.db.query<{ id: string }[]>(sql, values)).map(({ id }) => id);
  const person = (who: Who): Promise<string> => app.person(`${who}@example.org`);

  const open = await app.conference({ slug: 'open-call' });
  await app.db.query(`update conference set letters_open = true, registration_open = true where id = $1`, [
    open.id,
  ]);
  await app.grant('organiser@example.org', 'organiser', open.id);
  await app.grant('organiser@example.org', 'chair', open.id);
  const token = await app.token('author@example.org');
  const sent = async (status: string): Promise<string> =>
    (
      await app.http
        .post('/api/v1/conferences/open-call/submissions')
        .set('authorization', `Bearer ${token}`)
        .set('idempotency-key', `pages-${status}`)
        .send(
          abstractOf(open, {
            status,
            authors: [{ name: 'Author Example', email: 'author@example.org', corresponding: true }],
          }),
        )
        .expect(201)
    ).body.id as string;
  const draft = await sent('draft');
  // The organiser is an officer too, and sees who is protected.
  await app.grant('organiser@example.org', 'safeguarding_officer', open.id);
  await app.grant('second@example.org', 'safeguarding_officer', open.id);
  const guarded = await app.http
    .post('/api/v1/conferences/open-call/submissions')
    .set('authorization', `Bearer ${token}`)
    .set('idempotency-key', 'pages-guarded')
    .send(
      abstractOf(open, {
        authors: [
          { name: 'Author Example', email: 'author@example.org', corresponding: true },
          { name: 'Hidden Example', email: 'hidden@example.org', protect: true, publicName: 'N. Sevan' },
        ],
      }),
    )
    .expect(201);
  const hidden = await idOf(
    `select person_id as id from submission_author where submission_id = '${guarded.body.id}' and protected`,
  );

  const slug = await idOf(`select slug as id from conference where kind = 'example'`);
  const id = await idOf(`select id from conference where slug = $1`, [slug]);
  const [author, reviewer] = [await person('author'), await person('reviewer')];
  const own = await idsOf(
    `select id from submission where created_by = $1 and conference_id = $2 order by status`,
    [author, id],
  );
  const seen = await idsOf(
    `select distinct on (status) id from submission where conference_id = $1 and status in ('under_review', 'accepted', 'withdrawn') order by status, id`,
    [id],
  );
  const assignments = await idsOf(
    `select a.id from assignment a join reviewer r on r.id = a.reviewer_id left join review v on v.assignment_id = a.id
     where r.person_id = $1 and a.status = 'assigned' order by v.status nulls first`,
    [reviewer],
  );
  // Of the printed reviewer: one panel that discusses, most said first, and one review that is not handed in.
  const panels = await idsOf(
    `select a.id from assignment a join reviewer r on r.id = a.reviewer_id join submission s on s.id = a.submission_id
     join discussion d on d.submission_id = s.id where r.person_id = $1 and s.status = 'under_review'
     order by (select count(*) from discussion_post p where p.submission_id = s.id) desc, a.id limit 2`,
    [reviewer],
  );
  const discussed = await idsOf(
    `select s.id from submission s join discussion d on d.submission_id = s.id where s.conference_id = $1
     order by (select count(*) from discussion_post p where p.submission_id = s.id) desc, s.id limit 1`,
    [id],
  );
  const asked = await idsOf(
    `select s.id from submission s join author_response r on r.submission_id = s.id where s.created_by = $1`,
    [author],
  );
  const letter = await idOf(`select id from letter_of_interest where person_id = $1`, [
    await person('partner'),
  ]);
  const letters = await idsOf(
    `select distinct on (status) id from letter_of_interest
     where conference_id = $1 and status in ('received', 'welcomed') order by status`,
    [id],
  );
  // One whose text may be shown, one that is told of by its sum only.
  const mails = await idsOf(
    `select distinct on (kind) id from mail_message
     where conference_id = $1 and kind in ('submission_receipt', 'reviewer_invitation') order by kind, id`,
    [id],
  );
  const releaseLists = await idsOf(`select id from release_list where conference_id = $1`, [id]);
  const decisionReleases = await idsOf(
    `select id from decision_release where conference_id = $1 order by released_at limit 1`,
    [id],
  );
  const registration = await idOf(
    `insert into registration (id, conference_id, person_id, name, address, attendance, interpretation, access_needs, created_at)
     values ('REG-PAGES', $1, $2, 'Partner Example', 'partner@example.org', 'in_person', 'hy', 'A ramp.', clock_timestamp())
     returning id`,
    [open.id, await person('partner')],
  );
  const builds = await idsOf(`select id from proceedings_build where conference_id = $1`, [id]);
  const attendee = await idOf(`select name as id from registration where conference_id = $1 order by name`, [
    id,
  ]);
  const pair = await idsOf(
    `select person_id as id from reviewer where conference_id = $1 and person_id <> $2 order by person_id limit 2`,
    [id, await person('organiser')],
  );
  const inBox = (await app.mailbox!.list())[0]!.id;

  const organise = (entry: string, walk: Partial<Walk> = {}): Walk => ({
    paths: [slug, 'open-call'].map((one) => `/conferences/${one}/organise${entry}`),
    opens: ['organiser'],
    shut: 403,
    ...walk,
  });
  const inside = `/conferences/${slug}/organise`;
  return {
    '/': { paths: ['/'], opens: EVERYBODY },
    '/help/words': { paths: ['/help/words', '/help/words?text=peace%20and%20memory'], opens: EVERYBODY },
    '/sign-in': { paths: ['/sign-in', '/sign-in?next=%2Fme'], opens: EVERYBODY },
    '/sign-in/sent': { paths: ['/sign-in/sent?next=%2Fme'], opens: EVERYBODY },
    '/sign-in/passkey': { paths: ['/sign-in/passkey?next=%2Fme'], opens: EVERYBODY },
    // Not registered with ORCID here: test/long/orcid.test.ts looks at these.
    '/sign-in/orcid/callback': {
      paths: ['/sign-in/orcid/callback'],
      opens: EVERYBODY,
      answers: { '/sign-in/orcid/callback': 404 },
    },
    '/sign-in/orcid/address': {
      paths: ['/sign-in/orcid/address'],
      opens: EVERYBODY,
      answers: { '/sign-in/orcid/address': 404 },
    },
    '/sign-in/orcid/finish': {
      paths: ['/sign-in/orcid/finish'],
      opens: SIGNED_IN,
      answers: { '/sign-in/orcid/finish': 404 },
    },
    '/sign-in/:secret': {
      paths: ['/sign-in/unknown'],
      opens: EVERYBODY,
      answers: { '/sign-in/unknown': 410 },
    },
    // Some rows of a long list look like all of them.
    '/mailbox': { paths: ['/mailbox?q=letter', '/mailbox?q=nobody-at-all'], opens: EVERYBODY },
    '/mailbox/:id': { paths: [`/mailbox/${inBox}`], opens: EVERYBODY },
    '/conferences/:slug': {
      paths: [`/conferences/${slug}`, '/conferences/open-call', '/conferences/no-such'],
      opens: EVERYBODY,
      answers: { '/conferences/no-such': 404 },
    },
    '/conferences/:slug/held': {
      paths: [`/conferences/${slug}/held`, `/conferences/${slug}/held?kept=draft`],
      opens: EVERYBODY,
    },
    '/conferences/:slug/submit': {
      paths: [`/conferences/${slug}/submit`, '/conferences/open-call/submit'],
      opens: EVERYBODY,
    },
    '/conferences/:slug/partners': {
      paths: [`/conferences/${slug}/partners`, '/conferences/open-call/partners'],
      opens: EVERYBODY,
    },
    '/conferences/:slug/register': {
      paths: [`/conferences/${slug}/register`, '/conferences/open-call/register'],
      opens: EVERYBODY,
    },
    '/record': { paths: ['/record'], opens: EVERYBODY },
    '/record/receipt': { paths: ['/record/receipt'], opens: EVERYBODY },
    '/record/verify-record.js': { paths: ['/record/verify-record.js'], opens: EVERYBODY, file: true },
    '/record/keys/:file': {
      paths: [`/record/keys/${await idOf(`select key_id as id from signing_key`)}.pem`],
      opens: EVERYBODY,
      file: true,
    },
    // The operator's, who is none of these.
    '/installation/mail': { paths: ['/installation/mail'], opens: [], shut: 403 },
    '/me': { paths: ['/me'], opens: SIGNED_IN },
    '/me/sign-in': { paths: ['/me/sign-in'], opens: SIGNED_IN },
    '/me/language': { paths: ['/me/language'], opens: SIGNED_IN },
    '/mail/stop/:token': {
      paths: ['/mail/stop/unknown'],
      opens: EVERYBODY,
      answers: { '/mail/stop/unknown': 404 },
    },
    '/me/addresses': { paths: ['/me/addresses'], opens: SIGNED_IN },
    '/me/addresses/confirm/:secret': {
      paths: ['/me/addresses/confirm/unknown'],
      opens: SIGNED_IN,
      answers: { '/me/addresses/confirm/unknown': 422 },
    },
    '/me/data': { paths: ['/me/data'], opens: SIGNED_IN },
    '/me/data/export': { paths: ['/me/data/export'], opens: SIGNED_IN, file: true },
    '/me/data/erase/:secret': {
      paths: ['/me/data/erase/unknown'],
      opens: SIGNED_IN,
      answers: { '/me/data/erase/unknown': 422 },
    },
    '/me/merges/:id': { paths: ['/me/merges/0000000000000000'], opens: [], shut: 404 },
    '/oai': { paths: ['/oai?verb=Identify'], opens: EVERYBODY, file: true },
    '/conferences/:slug/proceedings': { paths: [`/conferences/${slug}/proceedings`], opens: EVERYBODY },
    // test/published.test.ts has those of a volume that is published.
    '/conferences/:slug/proceedings/:paper': {
      paths: [`/conferences/${slug}/proceedings/none`],
      opens: EVERYBODY,
      answers: { [`/conferences/${slug}/proceedings/none`]: 404 },
    },
    '/conferences/:slug/proceedings/:paper/cite.:format': {
      paths: [`/conferences/${slug}/proceedings/none/cite.bib`],
      opens: EVERYBODY,
      file: true,
      answers: { [`/conferences/${slug}/proceedings/none/cite.bib`]: 404 },
    },
    '/conferences/:slug/proceedings/files/:name': {
      paths: [`/conferences/${slug}/proceedings/files/none`],
      opens: EVERYBODY,
      file: true,
      answers: { [`/conferences/${slug}/proceedings/files/none`]: 404 },
    },
    '/conferences/:slug/privacy': { paths: [`/conferences/${slug}/privacy`], opens: EVERYBODY },
    '/me/protection': { paths: ['/me/protection'], opens: SIGNED_IN },
    '/submissions/:id': {
      paths: own.map((one) => `/submissions/${one}`),
      opens: ['author'],
      shut: 404,
      shutToOrganisers: 403,
    },
    '/submissions/:id/withdraw': {
      paths: [`/submissions/${own[0]}/withdraw`],
      opens: ['author'],
      shut: 404,
      shutToOrganisers: 403,
    },
    '/submissions/:id/edit': { paths: [`/submissions/${draft}/edit`], opens: ['author'], shut: 404 },
    '/me/perspectives': {
      paths: ['/me/perspectives'],
      opens: ['reviewer', 'author', 'partner', 'organiser'],
    },
    '/me/reviews': { paths: ['/me/reviews'], opens: ['reviewer', 'author', 'partner', 'organiser'] },
    '/me/reviews/:id': {
      paths: assignments.map((one) => `/me/reviews/${one}`),
      opens: ['reviewer'],
      shut: 404,
      shutToOrganisers: 403,
    },
    '/me/reviews/:id/panel': {
      paths: [...panels, assignments[0]!].map((one) => `/me/reviews/${one}/panel`),
      opens: ['reviewer'],
      shut: 404,
      shutToOrganisers: 403,
    },
    '/submissions/:id/response': {
      paths: asked.map((one) => `/submissions/${one}/response`),
      opens: ['author'],
      shut: 404,
      shutToOrganisers: 403,
    },
    '/me/reviews/:id/decline': {
      paths: [`/me/reviews/${assignments[0]}/decline`],
      opens: ['reviewer'],
      shut: 404,
      shutToOrganisers: 403,
    },
    '/invitations/:id': {
      paths: [`/invitations/${await idOf(`select id from reviewer where person_id = $1`, [reviewer])}`],
      opens: ['reviewer'],
      shut: 404,
    },
    '/invitations/:id/bids': {
      paths: [`/invitations/${await idOf(`select id from reviewer where person_id = $1`, [reviewer])}/bids`],
      opens: ['reviewer'],
      shut: 404,
    },
    '/letters/:id': { paths: [`/letters/${letter}`], opens: ['partner'], shut: 404, shutToOrganisers: 403 },
    '/registrations/:id': {
      paths: [`/registrations/${registration}`],
      opens: ['partner'],
      shut: 404,
      shutToOrganisers: 403,
    },
    '/registrations/:id/edit': {
      paths: [`/registrations/${registration}/edit`],
      opens: ['partner'],
      shut: 404,
      shutToOrganisers: 403,
    },
    '/conferences/:slug/organise': organise(''),
    '/conferences/:slug/organise/submissions': organise('/submissions', {
      paths: [
        `${inside}/submissions`,
        `${inside}/submissions?q=nothing-like-it`,
        '/conferences/open-call/organise/submissions',
      ],
    }),
    '/conferences/:slug/organise/submissions/:id': organise('', {
      paths: seen.map((one) => `${inside}/submissions/${one}`),
      shut: 404,
    }),
    '/conferences/:slug/organise/submissions/:id/panel': organise('', {
      paths: [...discussed, ...seen].map((one) => `${inside}/submissions/${one}/panel`),
      shut: 404,
    }),
    '/conferences/:slug/organise/reviewing': organise('/reviewing'),
    '/conferences/:slug/organise/places': organise('/places'),
    '/conferences/:slug/organise/reviewers': organise('/reviewers'),
    '/conferences/:slug/organise/conflicts': organise('/conflicts'),
    '/conferences/:slug/organise/submissions/:id/conflicts': organise('', {
      paths: seen.map((one) => `${inside}/submissions/${one}/conflicts`),
      shut: 404,
    }),
    '/conferences/:slug/organise/reviewers/:id/conflicts': organise('', {
      paths: [
        `${inside}/reviewers/${await idOf(
          `select r.id from reviewer r join conference c on c.id = r.conference_id where c.slug = $2 and r.person_id <> $1
           order by r.id limit 1`,
          [reviewer, slug],
        )}/conflicts`,
      ],
      shut: 404,
    }),
    '/conferences/:slug/organise/assignment': organise('/assignment'),
    '/conferences/:slug/organise/assignment/settings': organise('/assignment/settings'),
    '/conferences/:slug/organise/decisions': organise('/decisions'),
    '/conferences/:slug/organise/decisions/release': organise('/decisions/release'),
    '/conferences/:slug/organise/decisions/lists': organise('/decisions/lists'),
    '/conferences/:slug/organise/decisions/lists/:id': organise('', {
      paths: releaseLists.map((one) => `${inside}/decisions/lists/${one}`),
      shut: 404,
    }),
    '/conferences/:slug/organise/decisions/recipients/:release': organise('', {
      paths: decisionReleases.map((one) => `${inside}/decisions/recipients/${one}`),
    }),
    '/conferences/:slug/organise/decisions/waitlist': organise('/decisions/waitlist'),
    '/conferences/:slug/organise/decisions/settings': organise('/decisions/settings'),
    '/conferences/:slug/organise/mail': organise('/mail'),
    '/conferences/:slug/organise/mail-texts': organise('/mail-texts'),
    '/conferences/:slug/organise/mail-texts/:kind/:locale': organise('', {
      paths: [`${inside}/mail-texts/submission_receipt/en`, `${inside}/mail-texts/frame/hy`],
    }),
    // Mail as mail programs show it: a document of its own, with its styles in it.
    '/conferences/:slug/organise/mail-texts/:kind/:locale/mail': organise('', {
      paths: [`${inside}/mail-texts/submission_receipt/en/mail`],
      file: true,
    }),
    '/conferences/:slug/organise/mail/:id': organise('', {
      paths: mails.map((one) => `${inside}/mail/${one}`),
    }),
    '/conferences/:slug/organise/registrations': organise('', {
      paths: [
        `${inside}/registrations?${new URLSearchParams({ q: attendee }).toString()}`,
        '/conferences/open-call/organise/registrations',
      ],
    }),
    '/conferences/:slug/organise/partners': organise('/partners'),
    '/conferences/:slug/organise/partners/:id': organise('', {
      paths: letters.map((one) => `${inside}/partners/${one}`),
    }),
    '/conferences/:slug/organise/proceedings': organise('/proceedings'),
    '/conferences/:slug/organise/proceedings/builds/:id': organise('', {
      paths: builds.map((one) => `${inside}/proceedings/builds/${one}`),
    }),
    '/conferences/:slug/organise/settings': organise('', { paths: [`${inside}/settings`] }),
    '/conferences/:slug/organise/duplicates': organise('/duplicates'),
    '/conferences/:slug/organise/duplicates/:one/:other': organise('', {
      paths: [`${inside}/duplicates/${pair.join('/')}`],
    }),
    '/conferences/:slug/organise/keeping': organise('/keeping'),
    '/conferences/:slug/organise/roles': organise('', { paths: [`${inside}/roles`] }),
    '/conferences/:slug/organise/record': organise('', { paths: [`${inside}/record?q=letter`] }),
    '/conferences/:slug/organise/protected': organise('/protected', {
      paths: ['/conferences/open-call/organise/protected'],
    }),
    '/conferences/:slug/organise/protected/:whom': organise('', {
      paths: [`/conferences/open-call/organise/protected/${hidden}`],
    }),
    '/conferences/:slug/organise/exports': organise('', { paths: [`${inside}/exports`] }),
    '/conferences/:slug/organise/exports/:file': organise('', {
      paths: [`${inside}/exports/submissions.csv`],
      file: true,
    }),
  };
}

async function mailAndBuildAreDone(app: TestApp): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const rows = await app.db.query(
      `select 1 from mail_message where state in ('ready', 'claimed', 'sending', 'deferred')
       union all select 1 from proceedings_build where status not in ('done', 'failed')`,
    );
    if (rows.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('mail or build did not come to an end');
}
