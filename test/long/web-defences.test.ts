import { jest } from '@jest/globals';
import { connect } from 'node:net';
import { SignIn } from '../../src/accounts/sign-in.service.js';
import { personActor } from '../../src/platform/actor.js';
import { CONFIG, type Config } from '../../src/platform/config.js';
import { statements } from '../../src/platform/database.js';
import { SubmissionGate } from '../../src/submissions/submission.gate.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { Authenticator } from '../support/authenticator.js';
import { submitted } from '../support/panel.js';

/*
 * What the application does for itself against what comes by HTTP; docs/security.md names the requirement that each holds
 * up. Bad input by its rows is in bad-input-web.test.ts.
 */

jest.setTimeout(120_000);

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let app: TestApp;
const lines: Record<string, unknown>[] = [];

beforeAll(async () => {
  app = await createTestApp({
    ownAddress: true,
    log: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
  });
});
afterAll(() => app.close());
afterEach(() => {
  app.clock.offsetMs = 0;
});

const cookiesOf = ({ headers }: { headers: Record<string, unknown> }): string[] =>
  (headers['set-cookie'] ?? []) as string[];

const linkOf = async (of: TestApp, email: string): Promise<string> => {
  await of.http.post('/sign-in').type('form').send({ email }).expect(303);
  return newestLink(of, email);
};

const newestLink = async (of: TestApp, email: string): Promise<string> => {
  const [{ text }] = await of.db.query(
    `select text from mail_message where kind = 'sign_in' and recipient_address = $1 order by created_at desc limit 1`,
    [email],
  );
  return new URL(/https?:\S+\/sign-in\/\S+/.exec(text)![0]).pathname;
};

describe('behind TLS', () => {
  let secure: TestApp;
  beforeAll(async () => {
    secure = await createTestApp({ settings: { publicUrl: 'https://concord.example' } });
  });
  afterAll(() => secure.close());

  it('cookies are for this host and TLS alone, out of reach of scripts, and short', async () => {
    const asked = await secure.http.post('/sign-in').type('form').send({ email: 'tls@example.org' });
    const used = await secure.http.post(await newestLink(secure, 'tls@example.org')).expect(303);
    const question = await secure.http.post('/sign-in/passkey/options').expect(201);
    const set = [asked, used, question].flatMap(cookiesOf);
    expect(set.map((one) => one.split('=')[0])).toEqual([
      '__Host-concord_asked',
      '__Host-concord_session',
      '__Host-concord_passkey',
    ]);
    for (const one of set) {
      expect(one).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=(?:Lax|Strict)$/);
      expect(one).not.toContain('Domain');
      expect(one.length).toBeLessThan(4096);
    }
    const [session] = cookiesOf(used)[0]!.split(';');
    await secure.http.get('/me').set('cookie', session!).expect(200);
    // What another host of the domain could set is not looked at.
    await secure.http.get('/me').set('cookie', session!.replace('__Host-', '')).expect(303);
  });

  it('browsers are told to use TLS only, here and below, for a year at least', async () => {
    for (const path of ['/', '/api/v1/conferences', '/nowhere', '/assets/concord.css']) {
      const { headers } = await secure.http.get(path);
      expect(headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
    }
    expect((await app.http.get('/')).headers['strict-transport-security']).toBeUndefined();
  });
});

describe('every answer', () => {
  it('is for this site’s own windows alone, and for no other origin', async () => {
    for (const path of ['/', '/api/v1/conferences', '/nowhere', '/assets/concord.css']) {
      const { headers } = await app.http.get(path).set('origin', 'https://evil.example');
      expect(headers).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
      });
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });

  it.each([
    ['/', 'text/html; charset=utf-8'],
    ['/nowhere', 'text/html; charset=utf-8'],
    ['/api/v1/conferences', 'application/json; charset=utf-8'],
    ['/api/v1/nowhere', 'application/problem+json; charset=utf-8'],
    ['/api/openapi.json', 'application/json; charset=utf-8'],
    ['/assets/concord.css', 'text/css; charset=utf-8'],
    ['/assets/js/words.js', 'application/javascript; charset=utf-8'],
    ['/assets/js/simplewebauthn.js', 'text/javascript; charset=utf-8'],
    ['/record/verify-record.js', 'text/javascript; charset=utf-8'],
    ['/assets/fonts/noto-sans-latin.woff2', 'font/woff2'],
  ])('says what it is: %s', async (path, type) => {
    const { headers } = await app.http.get(path);
    expect(headers['content-type']).toBe(type);
  });

  it.each(['TRACE', 'CONNECT-ish', 'PROPFIND', 'OPTIONS'])(
    'is a refusal to the method %s',
    async (method) => {
      const status = await new Promise<number>((resolve, reject) => {
        const { port } = new URL(app.url);
        const socket = connect(Number(port), '127.0.0.1');
        let answer = '';
        socket.on('data', (part: Buffer) => (answer += part.toString()));
        socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])));
        socket.on('error', reject);
        socket.write(
          `${method} /api/v1/conferences HTTP/1.1\r\nHost: localhost\r\nX-Probe: probe\r\nConnection: close\r\n\r\n`,
        );
      });
      expect([400, 404, 405]).toContain(status);
    },
  );

  it('is the same whichever host the request names, and nothing of a forged one comes back', async () => {
    const { text, headers } = await app.http
      .post('/sign-in')
      .set('host', 'evil.example')
      .set('x-forwarded-host', 'evil.example')
      .type('form')
      .send({ email: 'host@example.org' });
    expect(JSON.stringify([text, headers])).not.toContain('evil.example');
    const [{ body }] = await app.db.query(
      `select text || html as body from mail_message where recipient_address = 'host@example.org'`,
    );
    expect(body).not.toContain('evil.example');
    expect(body).toContain(`${app.url}/sign-in/`);
  });

  it.each(['/assets/', '/assets/js/', '/assets/.git/config', '/.git/config', '/.env', '/assets/..%2f..%2fpackage.json', '/assets/js/../../../package.json', '/assets/%2e%2e/app.js', '/assets//etc/passwd', '/package.json', '/dist/src/main.js'])(
    'lists no folder and hands out nothing but the assets: %s',
    async (path) => {
      const answer = await new Promise<string>((resolve, reject) => {
        const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
        let text = '';
        socket.on('data', (part: Buffer) => (text += part.toString()));
        socket.on('close', () => resolve(text));
        socket.on('error', reject);
        socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      });
      expect(answer).toMatch(/^HTTP\/1\.1 (?:400|403|404) /);
      expect(answer).not.toMatch(/"dependencies"|\[core\]|createApp|root:/);
    },
  ); // prettier-ignore

  it('tells nothing of a fault of ours but its number, and the log has the rest', async () => {
    const conference = await app.conference();
    await app.db.query('alter table topic rename to topic_away');
    try {
      for (const path of [`/conferences/${conference.slug}`, `/api/v1/conferences/${conference.slug}`]) {
        const { text, headers } = await app.http.get(path).expect(500);
        expect(text).not.toMatch(/topic_away|relation|select|\.ts|at \w+ \(|QueryFailed/);
        expect(text).toContain(headers['x-request-id']);
        expect(lines).toContainEqual(
          expect.objectContaining({
            msg: 'unexpected error',
            requestId: headers['x-request-id'],
            error: expect.stringContaining('topic'),
          }),
        );
      }
    } finally {
      await app.db.query('alter table topic_away rename to topic');
    }
    await app.http.get(`/conferences/${conference.slug}`).expect(200);
  });
});

describe('a login session', () => {
  const answers = async (cookie: string): Promise<number> =>
    (await app.http.get('/me').set('cookie', cookie)).status;

  it('ends when it is not used: after three days, and after twelve hours for whoever holds a role', async () => {
    const author = await app.cookie('idle-author@example.org');
    await app.grant('idle-operator@example.org', 'operator', null);
    const operator = await app.cookie('idle-operator@example.org');
    app.clock.offsetMs = 11 * HOUR;
    expect([await answers(author), await answers(operator)]).toEqual([200, 200]);
    // Used eleven hours ago, twelve hours after that it is not.
    app.clock.offsetMs = 22 * HOUR;
    expect(await answers(operator)).toBe(200);
    app.clock.offsetMs = 34.5 * HOUR;
    expect([await answers(author), await answers(operator)]).toEqual([200, 303]);
    app.clock.offsetMs = 34 * HOUR + 3 * DAY;
    expect(await answers(author)).toBe(200);
    app.clock.offsetMs = 35 * HOUR + 6 * DAY;
    expect(await answers(author)).toBe(303);
  });

  it('ends at the latest after fourteen days, and after seven for whoever holds a role', async () => {
    const author = await app.cookie('long-author@example.org');
    await app.grant('long-operator@example.org', 'operator', null);
    const operator = await app.cookie('long-operator@example.org');
    const ends: Record<string, number> = {};
    for (let hours = 10; hours < 16 * 24; hours += 10) {
      app.clock.offsetMs = hours * HOUR;
      for (const [name, cookie] of Object.entries({ author, operator }))
        if ((await answers(cookie)) !== 200) ends[name] ??= hours / 24;
    }
    expect(ends['author']).toBeGreaterThan(14);
    expect(ends['author']).toBeLessThan(14.5);
    expect(ends['operator']).toBeGreaterThan(7);
    expect(ends['operator']).toBeLessThan(7.5);
  });

  it('is held to the role that is held now: who is given one has its shorter time at once', async () => {
    const cookie = await app.cookie('raised@example.org');
    app.clock.offsetMs = 20 * HOUR;
    expect(await answers(cookie)).toBe(200);
    app.clock.offsetMs = 40 * HOUR;
    await app.grant('raised@example.org', 'operator', null);
    expect(await answers(cookie)).toBe(303);
  });

  it('takes the place of the one that the browser had, and its secret is new', async () => {
    const before = await app.cookie('again@example.org');
    const used = await app.http
      .post(await linkOf(app, 'again@example.org'))
      .set('cookie', before)
      .expect(303);
    const after = cookiesOf(used)[0]!.split(';')[0]!;
    expect(after).not.toBe(before);
    expect([await answers(before), await answers(after)]).toEqual([303, 200]);
  });

  it('ends with signing out, on the server as in the browser, with what the pages have kept there', async () => {
    const cookie = await app.cookie('out@example.org');
    const out = await app.http.post('/sign-out').set('cookie', cookie).expect(303);
    expect(out.headers['clear-site-data']).toBe('"storage"');
    expect(cookiesOf(out)[0]).toMatch(/^concord_session=; Max-Age=0; Path=\/; Expires=Thu, 01 Jan 1970/);
    expect(await answers(cookie)).toBe(303);
  });
});

describe('addresses of pages', () => {
  it('hold no address of a person: what a link was asked for is in a cookie for ten minutes', async () => {
    const asked = await app.http
      .post('/sign-in')
      .type('form')
      .send({ email: 'quiet@example.org' })
      .expect(303);
    expect(asked.headers['location']).toBe('/sign-in/sent?next=%2Fme');
    const [cookie] = cookiesOf(asked);
    expect(cookie).toMatch(/Max-Age=600; .*HttpOnly; SameSite=Strict/);
    const sent = await app.http.get('/sign-in/sent?next=%2Fme').set('cookie', cookie!.split(';')[0]!);
    expect(sent.text).toContain('quiet@example.org');
    expect((await app.http.get('/sign-in/sent?email=v%40example.org')).text).not.toContain('v@example.org');
  });
});

describe('limits', () => {
  const signIn = (of: TestApp, email: string, from: string) =>
    of.http.post('/sign-in').set('x-forwarded-for', from).type('form').send({ email });

  it('do not lock out whose address a stranger asks for: links that were mailed work, and a passkey does', async () => {
    const device = new Authenticator(app.url);
    const own = await app.cookie('owner@example.org');
    const add = await app.http.post('/me/sign-in/passkeys/options').set('cookie', own).expect(201);
    await app.http
      .post('/me/sign-in/passkeys')
      .set('cookie', `${own}; ${cookiesOf(add)[0]!.split(';')[0]!}`)
      .type('form')
      .send({
        name: 'Laptop',
        answer: device.create(add.body as { challenge: string; user: { id: string } }),
      })
      .expect(303);
    const first = await linkOf(app, 'owner@example.org');
    await Promise.all(
      Array.from({ length: 30 }, () =>
        app.http.post('/sign-in').type('form').send({ email: 'owner@example.org' }),
      ),
    );
    const [{ n }] = await app.db.query(
      `select count(*)::int as n from sign_in_link where address = 'owner@example.org' and not printed`,
    );
    expect(n).toBe(5);
    await app.http.post(first).expect(303).expect('location', '/me');
    // One was used: the next is mailed again.
    await app.http.post(await linkOf(app, 'owner@example.org')).expect(303);
    const question = await app.http.post('/sign-in/passkey/options').expect(201);
    const answer = await app.http
      .post('/sign-in/passkey')
      .set('cookie', cookiesOf(question)[0]!.split(';')[0]!)
      .type('form')
      .send({ answer: device.get(question.body as { challenge: string }) });
    expect(answer.status).toBe(303);
  });

  it('count a network, not what a request says of itself; another network and other ways are open', async () => {
    const limited = await createTestApp({ limits: true, settings: { trustProxyHops: 1 } });
    try {
      // The proxy adds the last address; everything before it is the sender's own invention.
      const statuses = new Map<number, number>();
      for (let n = 0; n < 1000; n += 1) {
        const { status } = await signIn(
          limited,
          `v${n % 7}@example.org`,
          `10.${n % 250}.${n % 199}.1, 203.0.113.9`,
        );
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
      expect(Object.fromEntries(statuses)).toEqual({ 303: 20, 429: 980 });
      // The owner, from elsewhere, and in the same network by a link or a device.
      await signIn(limited, 'v1@example.org', '198.51.100.4').expect(303);
      const link = await newestLink(limited, 'v1@example.org');
      await limited.http.post('/sign-in/passkey/options').set('x-forwarded-for', '203.0.113.9').expect(201);
      await limited.http.post(link).set('x-forwarded-for', '203.0.113.9').expect(303);
      // One who has a /64 has one network.
      let last = 0;
      for (let n = 0; n < 21; n += 1)
        last = (await signIn(limited, 'six@example.org', `2001:db8:0:7:${n}::1`)).status;
      expect(last).toBe(429);
    } finally {
      await limited.close();
    }
  });

  it('without a proxy believe no word of where a request comes from', async () => {
    const limited = await createTestApp({ limits: true });
    try {
      let refused = 0;
      for (let n = 0; n < 40; n += 1)
        if ((await signIn(limited, `x${n}@example.org`, `10.0.0.${n}`)).status === 429) refused += 1;
      expect(refused).toBe(20);
    } finally {
      await limited.close();
    }
  });

  it('count tokens that nobody knows, and forged links, as the tries they are', async () => {
    const limited = await createTestApp({ limits: true });
    try {
      const tries = async (send: (n: number) => Promise<{ status: number }>, most: number) => {
        const statuses = new Set<number>();
        for (let n = 0; n < most; n += 1) statuses.add((await send(n)).status);
        return [...statuses];
      };
      const forged = (n: number) => `concord_${'A'.repeat(40)}${String(n).padStart(3, '0')}`;
      expect(
        await tries(
          (n) => limited.http.post('/api/v1/me/tokens').set('authorization', `Bearer ${forged(n)}`),
          61,
        ),
      ).toEqual([401, 429]);
      // A network that was refused for tokens is the same for links.
      expect(await tries((n) => limited.http.post(`/sign-in/${forged(n)}`), 2)).toEqual([429]);
    } finally {
      await limited.close();
    }
  });
});

describe('refusals', () => {
  /** The log's line of the refusal that an answer is. */
  const lineOf = ({ headers }: { headers: Record<string, string> }) =>
    lines.find(({ event, requestId }) => event === 'refused' && requestId === headers['x-request-id']);

  it.each<[string, string, () => Promise<{ status: number; headers: Record<string, string>; text: string }>]>([
    ['a forged link', 'link.unknown', async () => app.http.post(`/sign-in/${'A'.repeat(43)}`)],
    [
      'a link of yesterday',
      'link.expired',
      async () => {
        const link = await linkOf(app, 'late@example.org');
        app.clock.offsetMs = DAY;
        return app.http.post(link);
      },
    ],
    [
      'a link that somebody has used before',
      'link.used',
      async () => {
        const link = await linkOf(app, 'stolen@example.org');
        await app.http.post(link).expect(303);
        return app.http.post(link);
      },
    ],
    ['no token of ours', 'unauthenticated', async () => app.http.get('/api/v1/me').set('authorization', `Bearer ${'x'.repeat(43)}`)],
    ['a form of another site', 'crossSite', async () => app.http.post('/sign-in').set('sec-fetch-site', 'cross-site').type('form').send({ email: 'a@example.org' })],
  ])('are logged, as %s, with nothing personal in it', async (_what, code, act) => {
    const answer = await act();
    const line = lineOf(answer);
    expect(line).toMatchObject({ level: 40, code, status: answer.status, actor: null });
    expect(JSON.stringify(line)).not.toMatch(/@|AAAA|xxxx|127\.0\.0\.1/);
    expect(answer.text).not.toContain('undefined');
  }); // prettier-ignore

  it('are logged for a passkey of another origin, and the passkey goes on working where it belongs', async () => {
    const device = new Authenticator(app.url);
    const own = await app.cookie('origin@example.org');
    const add = await app.http.post('/me/sign-in/passkeys/options').set('cookie', own).expect(201);
    await app.http
      .post('/me/sign-in/passkeys')
      .set('cookie', `${own}; ${cookiesOf(add)[0]!.split(';')[0]!}`)
      .type('form')
      .send({ name: 'Phone', answer: device.create(add.body as { challenge: string; user: { id: string } }) })
      .expect(303);
    const show = async (lies: { origin?: string }) => {
      const question = await app.http.post('/sign-in/passkey/options').expect(201);
      return app.http
        .post('/sign-in/passkey')
        .set('cookie', cookiesOf(question)[0]!.split(';')[0]!)
        .type('form')
        .send({ answer: device.get(question.body as { challenge: string }, lies) });
    };
    const refused = await show({ origin: 'https://evil.example' });
    expect(refused.status).toBe(422);
    expect(lineOf(refused)).toMatchObject({ level: 40, code: 'passkey.failed', route: '/sign-in/passkey' });
    expect((await show({})).status).toBe(303);
  });

  it('are logged for a token whose role was taken away, with whose it was, and nothing was changed', async () => {
    const conference = await app.conference();
    const token = await app.token('former@example.org', 'organiser', conference.id);
    const personId = await app.person('former@example.org');
    await app.db.query(`update role_grant set revoked_at = clock_timestamp() where person_id = $1`, [
      personId,
    ]);
    const refused = await app.http
      .patch(`/api/v1/conferences/${conference.slug}`)
      .set('authorization', `Bearer ${token}`)
      .set('if-match', '"1"')
      .send({ name: 'Taken over' })
      .expect(403);
    expect(lineOf(refused)).toMatchObject({ level: 40, code: 'forbidden', actor: personId });
    expect(await app.db.query(`select version from conference where id = $1`, [conference.id])).toEqual([
      { version: 1 },
    ]);
  });

  it('are logged in a log that is one object a line, with the time in UTC', () => {
    for (const line of lines)
      expect(line).toEqual(
        expect.objectContaining({ level: expect.any(Number), time: expect.stringMatching(/Z$/) }),
      );
  });
});

describe('sign-in', () => {
  it('does the same work for an address that is known and for one that is not', async () => {
    await app.grant('known@example.org', 'operator', null);
    const kinds = (email: string): Promise<string[]> => {
      const seen = { count: 0, log: [] as string[] };
      return statements.run(seen, () => app.app.get(SignIn).request(email)).then(() => seen.log);
    };
    const known = await kinds('known@example.org');
    expect(known.length).toBeGreaterThan(2);
    expect(known).toEqual(await kinds('nobody-at-all@example.org'));
  });
});

describe('what is not there for somebody', () => {
  it('is looked for by the same statements whether it is another’s or nobody’s', async () => {
    const conference = await app.conference();
    const id = await submitted(app, conference, 'hidden-author@example.org');
    const stranger = personActor(await app.person('passer-by@example.org'));
    const look = async (code: string): Promise<string[]> => {
      const seen = { count: 0, log: [] as string[] };
      await expect(
        statements.run(seen, () => app.app.get(SubmissionGate).pass(stranger, 'read', { id: code })),
      ).rejects.toMatchObject({ code: 'notFound' });
      return seen.log;
    };
    const hidden = await look(id);
    expect(hidden).toHaveLength(1);
    expect(hidden).toEqual(await look(`${id.slice(0, -5)}00000`));
  });

  it('is answered no earlier than at the next step, whichever gate or service found it', async () => {
    const config = app.app.get<Config>(CONFIG);
    config.notFoundStepMs = 400;
    try {
      const bearer = `Bearer ${await app.token('passer-by@example.org')}`;
      const from = performance.now();
      const asked = ['submissions', 'letters-of-interest', 'registrations', 'invitations', 'me/assignments']
        .map((path) => `/api/v1/${path}/none`)
        .concat('/submissions/none', '/conferences/none', '/organise/none/submissions');
      await Promise.all(
        asked.map(async (path) => {
          await app.http.get(path).set('authorization', bearer).expect(404);
          expect(performance.now() - from).toBeGreaterThan(399);
        }),
      );
    } finally {
      config.notFoundStepMs = 0;
    }
  });
});
