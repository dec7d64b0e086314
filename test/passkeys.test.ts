import { jest } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { SignIn } from '../src/accounts/sign-in.service.js';
import { createTestApp, type TestApp } from './support/app.js';
import { Authenticator, type Lies } from './support/authenticator.js';
import { axeFindings, describeInBrowser, mailedPath, openBrowser, visitAs } from './support/browser.js';
import { someone } from './support/panel.js';

jest.setTimeout(180_000);

const MINUTE = 60_000;

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp({ workers: true, ownAddress: true });
});
afterAll(() => app.close());
afterEach(() => {
  app.clock.offsetMs = 0;
});

/** The value that an answer sets a cookie to, as `name=value`; undefined where it sets none. */
function cookieOf(response: { headers: Record<string, unknown> }, name: string): string | undefined {
  const set = (response.headers['set-cookie'] ?? []) as string[];
  return set
    .map((line) => line.split(';')[0]!)
    .find((pair) => pair.startsWith(`${name}=`) && pair !== `${name}=`);
}

/** A question to a device: its options, and the cookie that the answer goes with. */
async function ask<T = { challenge: string }>(
  path: string,
  session = '',
): Promise<{ options: T; cookie: string }> {
  const response = await app.http.post(path).set('cookie', session).expect(201);
  return { options: response.body as T, cookie: cookieOf(response, 'concord_passkey')! };
}

type AddOptions = { challenge: string; user: { id: string } };
const askToAdd = (session: string) => ask<AddOptions>('/me/sign-in/passkeys/options', session);
const askToSignIn = () => ask('/sign-in/passkey/options');

const send = (path: string, cookies: string[], fields: Record<string, string>) =>
  app.http.post(path).set('cookie', cookies.join('; ')).type('form').send(fields);

/** A person with a passkey on a device of theirs. */
async function withPasskey(email: string): Promise<{ device: Authenticator; session: string; id: string }> {
  const device = new Authenticator(app.url);
  const session = await app.cookie(email);
  const { options, cookie } = await askToAdd(session);
  await send('/me/sign-in/passkeys', [session, cookie], { name: 'Laptop', answer: device.create(options) })
    .expect(303)
    .expect('location', '/me/sign-in?done=passkeyAdded');
  const rows: { id: string }[] = await app.db.query(`select id from passkey where credential_id = $1`, [
    device.id,
  ]);
  return { device, session, id: rows[0]!.id };
}

/** Signs in by passkey; what comes back. */
async function signIn(device: Authenticator, lies: Lies = {}) {
  const { options, cookie } = await askToSignIn();
  return send('/sign-in/passkey', [cookie], { next: '/me/reviews', answer: device.get(options, lies) });
}

const entries = (subjectId: string): Promise<{ action: string; after: unknown }[]> =>
  app.db.query(`select action, after from audit_entry where subject_id = $1 order by at`, [subjectId]);

/** A mailed link's secret, out of the mail. */
async function mailedSecret(email: string): Promise<string> {
  await app.http.post('/sign-in').type('form').send({ email, next: '/me' }).expect(303);
  return (await mailedPath(app, email, '/sign-in/')).split('/').at(-1)!;
}

describe('a passkey', () => {
  it('signs its owner in, is counted and is recorded', async () => {
    const { device, id } = await withPasskey('owner@example.org');
    const response = await signIn(device);
    expect([response.status, response.headers['location']]).toEqual([303, '/me/reviews']);
    const session = cookieOf(response, 'concord_session')!;
    await app.http
      .get('/me/sign-in')
      .set('cookie', session)
      .expect(200)
      .expect(/Laptop/);
    const [row] = await app.db.query(
      `select k.counter, k.last_used_at is not null as used, e.after
       from passkey k join login_session s on s.person_id = k.person_id
       join audit_entry e on e.subject_id = s.id and e.action = 'person.signed_in'
       where k.id = $1 order by s.created_at desc limit 1`,
      [id],
    );
    expect(row).toEqual({ counter: '1', used: true, after: { by: 'passkey' } });
    expect((await entries(id)).map(({ action }) => action)).toEqual(['passkey.added']);
  });

  it('is asked for with user verification, for the host of the public address, and names nobody', async () => {
    const { session } = await withPasskey('asked@example.org');
    const { options } = await askToSignIn();
    expect(options).toMatchObject({ rpId: 'localhost', userVerification: 'required' });
    expect((options as { allowCredentials?: unknown }).allowCredentials ?? []).toEqual([]);
    const add = await askToAdd(session);
    expect(add.options).toMatchObject({
      rp: { id: 'localhost' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: [{}],
    });
  });

  it.each<[string, Lies]>([
    ['another origin', { origin: 'http://localhost.example' }],
    ['another host', { host: 'example.org' }],
    ['a challenge of its own', { challenge: 'AAAA' }],
    ['no user verification', { unverified: true }],
    ['a wrong signature', { badSignature: true }],
    ['another person', { userHandle: Buffer.from('nobody').toString('base64url') }],
    ['no person', { userHandle: '' }],
  ])('is refused with %s, and nobody is signed in', async (_name, lies) => {
    const { device, id } = await withPasskey(someone('liar'));
    const response = await signIn(device, lies);
    expect([response.status, cookieOf(response, 'concord_session')]).toEqual([422, undefined]);
    expect(response.text).toContain('could not be checked');
    expect(await app.db.query(`select counter from passkey where id = $1`, [id])).toEqual([{ counter: '0' }]);
    // The good answer of the same device is taken.
    expect((await signIn(device)).status).toBe(303);
  });

  it.each<[string, Lies]>([
    ['another origin', { origin: 'https://example.org' }],
    ['another host', { host: 'example.org' }],
    ['a challenge of its own', { challenge: 'AAAA' }],
    ['no user verification', { unverified: true }],
  ])('is not added with %s', async (_name, lies) => {
    const session = await app.cookie(someone('adder'));
    const { options, cookie } = await askToAdd(session);
    const device = new Authenticator(app.url);
    const answer = device.create(options, lies);
    await send('/me/sign-in/passkeys', [session, cookie], { name: 'Phone', answer }).expect(422);
    expect(await app.db.query(`select 1 from passkey where credential_id = $1`, [device.id])).toEqual([]);
  });

  it.each(['', 'null', '[]', '{}', '{"id":5}', '{"id":"x","response":{}}', 'no JSON'])(
    'is refused where the answer is %p',
    async (answer) => {
      const { cookie } = await askToSignIn();
      await send('/sign-in/passkey', [cookie], { answer }).expect(422);
      const session = await app.cookie('garbage@example.org');
      const add = await askToAdd(session);
      await send('/me/sign-in/passkeys', [session, add.cookie], { name: 'Phone', answer }).expect(422);
    },
  );

  it('is refused when its counter goes back or stands still', async () => {
    const { device } = await withPasskey('counter@example.org');
    device.counter = 10;
    expect((await signIn(device)).status).toBe(303);
    expect((await signIn(device, { counter: 11 })).status).toBe(422);
    expect((await signIn(device, { counter: 3 })).status).toBe(422);
    expect((await signIn(device, { counter: 12 })).status).toBe(303);
  });

  it('answers a question once, within five minutes, in the browser that asked', async () => {
    const { device } = await withPasskey('once@example.org');
    const first = await askToSignIn();
    const answer = device.get(first.options);
    await send('/sign-in/passkey', [first.cookie], { answer }).expect(303);
    await send('/sign-in/passkey', [first.cookie], { answer })
      .expect(422)
      .expect(/took too long/);
    await send('/sign-in/passkey', [first.cookie], { answer: device.get(first.options) }).expect(422);

    const wrong = await askToSignIn();
    await send('/sign-in/passkey', [wrong.cookie], { answer: '{}' }).expect(422);
    await send('/sign-in/passkey', [wrong.cookie], { answer: device.get(wrong.options) })
      .expect(422)
      .expect(/took too long/);

    const elsewhere = await askToSignIn();
    await send('/sign-in/passkey', [], { answer: device.get(elsewhere.options) }).expect(422);
    const other = await askToSignIn();
    await send('/sign-in/passkey', [other.cookie], { answer: device.get(elsewhere.options) }).expect(422);

    const late = await askToSignIn();
    app.clock.offsetMs = 5 * MINUTE + 1000;
    await send('/sign-in/passkey', [late.cookie], { answer: device.get(late.options) })
      .expect(422)
      .expect(/took too long/);
    // Asking lets go of what nobody has answered.
    await askToSignIn();
    const rows = await app.db.query(
      `select count(*)::int as n from webauthn_challenge where expires_at <= $1`,
      [await app.clock.now()],
    );
    expect(rows).toEqual([{ n: 0 }]);
  });

  it('is added to the account of whoever asked, once, and by no token', async () => {
    const { device, session } = await withPasskey('first@example.org');
    const stranger = await app.cookie('second@example.org');
    const mine = await askToAdd(session);
    const other = new Authenticator(app.url);
    await send('/me/sign-in/passkeys', [stranger, mine.cookie], {
      name: 'Phone',
      answer: other.create(mine.options),
    }).expect(422);
    // A question for signing in is none for adding.
    const signing = await askToSignIn();
    await send('/me/sign-in/passkeys', [session, signing.cookie], {
      name: 'Phone',
      answer: other.create({ ...mine.options, ...signing.options }),
    }).expect(422);
    const again = await askToAdd(stranger);
    await send('/me/sign-in/passkeys', [stranger, again.cookie], {
      name: 'Phone',
      answer: device.create(again.options),
    })
      .expect(422)
      .expect(/in use here already/);
    const nameless = await askToAdd(session);
    await send('/me/sign-in/passkeys', [session, nameless.cookie], {
      name: ' ',
      answer: other.create(nameless.options),
    }).expect(422);
    const token = await app.token('first@example.org');
    for (const path of ['passkeys/options', 'passkeys', 'passkeys/x/remove', 'sessions/end-others'])
      await app.http.post(`/me/sign-in/${path}`).set('authorization', `Bearer ${token}`).expect(403);
    for (const path of ['passkeys/options', 'passkeys', 'passkeys/x/remove', 'sessions/end-others'])
      await app.http.post(`/me/sign-in/${path}`).expect(401);
  });

  it('is removed by its owner alone, who is told by mail, and fails from then on', async () => {
    const { device, session, id } = await withPasskey('loser@example.org');
    const stranger = await app.cookie('stranger@example.org');
    await send(`/me/sign-in/passkeys/${id}/remove`, [stranger], {}).expect(404);
    expect((await signIn(device)).status).toBe(303);
    await send(`/me/sign-in/passkeys/${id}/remove`, [session], {}).expect(303);
    await send(`/me/sign-in/passkeys/${id}/remove`, [session], {}).expect(404);
    expect((await signIn(device)).status).toBe(422);
    expect((await entries(id)).map(({ action }) => action)).toEqual(['passkey.added', 'passkey.removed']);
    expect(
      await app.db.query(
        `select kind, recipient_address, text from mail_message where subject_id = $1 order by kind`,
        [id],
      ),
    ).toEqual(
      ['passkey_added', 'passkey_removed'].map((kind) => ({
        kind,
        recipient_address: 'loser@example.org',
        text: expect.stringMatching(new RegExp(`"Laptop"[^]*${app.url}/me/sign-in`)),
      })),
    );
    // Neither adding nor removing ended the session.
    await app.http
      .get('/me/sign-in')
      .set('cookie', session)
      .expect(200)
      .expect(/no passkey yet/);
  });
});

describe('changing the ways to sign in', () => {
  it('takes a fresh proof: a sign-in of the last ten minutes', async () => {
    const { device, session, id } = await withPasskey('stale@example.org');
    const page = () => app.http.get('/me/sign-in').set('cookie', session).expect(200);
    expect((await page()).text).not.toContain('show once more');
    app.clock.offsetMs = 10 * MINUTE + 1000;
    const { text } = await page();
    expect(text).toContain('show once more that it is you');
    expect(text).not.toContain('data-passkey="add"');
    const refused = await send(`/me/sign-in/passkeys/${id}/remove`, [session], {}).expect(422);
    expect(refused.text).toContain('Nothing was changed');
    expect(refused.text).toContain('Laptop');
    await app.http.post('/me/sign-in/passkeys/options').set('cookie', session).expect(422);
    expect((await entries(id)).map(({ action }) => action)).toEqual(['passkey.added']);
    // Of others' passkeys nothing is said.
    const stranger = await app.cookie('stale-stranger@example.org');
    await send(`/me/sign-in/passkeys/${id}/remove`, [stranger], {}).expect(404);

    // Either the passkey, in the same browser, whose former session ends;
    const { options, cookie } = await askToSignIn();
    const answer = device.get(options);
    const again = await send('/sign-in/passkey', [session, cookie], { next: '/me/sign-in', answer })
      .expect(303)
      .expect('location', '/me/sign-in');
    await app.http.get('/api/v1/me').set('cookie', session).expect(401);
    // or a mailed link.
    const mailed = await send(`/sign-in/${await mailedSecret('stale@example.org')}`, [], {}).expect(303);
    await app.http
      .get('/me/sign-in')
      .set('cookie', cookieOf(mailed, 'concord_session')!)
      .expect(200)
      .expect(/data-passkey="add"/);
    await send(`/me/sign-in/passkeys/${id}/remove`, [cookieOf(again, 'concord_session')!], {}).expect(303);
    expect((await entries(id)).map(({ action }) => action)).toEqual(['passkey.added', 'passkey.removed']);
  });

  it('offers no link to whom a link is not enough for', async () => {
    const { session } = await withPasskey('stale-chair@example.org');
    await app.grant('stale-chair@example.org', 'operator', null);
    app.clock.offsetMs = 10 * MINUTE + 1000;
    const { text } = await app.http.get('/me/sign-in').set('cookie', session).expect(200);
    expect(text).toContain('Lost your passkey?');
    expect(text).not.toContain('Send me a link');
  });
});

describe('a mailed link', () => {
  it('is not used up by whoever only looks, and works once', async () => {
    const secret = await mailedSecret('scanned@example.org');
    await app.http.get(`/sign-in/${secret}`).expect(200);
    await app.http.head(`/sign-in/${secret}`);
    await app.http.get(`/sign-in/${secret}`).expect(200);
    const used = await send(`/sign-in/${secret}`, [], {}).expect(303);
    expect(cookieOf(used, 'concord_session')).toBeDefined();
    const again = await send(`/sign-in/${secret}`, [], {}).expect(422);
    expect(cookieOf(again, 'concord_session')).toBeUndefined();
    await app.http.get(`/sign-in/${secret}`).expect(410);
  });

  it('is used once even by two clicks at once', async () => {
    const secret = await mailedSecret('twice@example.org');
    const answers = await Promise.all([1, 2, 3].map(() => send(`/sign-in/${secret}`, [], {})));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 422, 422]);
  });

  it('lives for ten minutes', async () => {
    const secret = await mailedSecret('slow@example.org');
    app.clock.offsetMs = 10 * MINUTE + 1000;
    await app.http.get(`/sign-in/${secret}`).expect(410);
    await send(`/sign-in/${secret}`, [], {}).expect(422);
    const [row] = await app.db.query(
      `select max(expires_at - created_at) <= interval '10 minutes' as short from sign_in_link where not printed`,
    );
    expect(row).toEqual({ short: true });
  });

  it('is asked for with the same answer whoever is known', async () => {
    await withPasskey('known@example.org');
    await app.grant('known@example.org', 'operator', null);
    const answer = async (email: string) => {
      const { status, headers, text } = await app.http.post('/sign-in').type('form').send({ email });
      return {
        status,
        location: headers['location'],
        cookies: (headers['set-cookie'] as unknown as string[]).map((cookie) =>
          cookie.replace(encodeURIComponent(email), ''),
        ),
        text,
      };
    };
    expect(await answer('known@example.org')).toEqual(await answer('unknown@example.org'));
    // Beyond what is mailed to one address in ten minutes nothing is said either.
    const many = [];
    for (let n = 0; n < 7; n += 1) many.push(await answer('unknown@example.org'));
    expect(new Set(many.map((one) => JSON.stringify(one))).size).toBe(1);
  });

  it('is enough for an organiser without a passkey, and for an author with one', async () => {
    await app.grant('plain@example.org', 'operator', null);
    const plain = await send(`/sign-in/${await mailedSecret('plain@example.org')}`, [], {}).expect(303);
    expect(cookieOf(plain, 'concord_session')).toBeDefined();
    await withPasskey('writer@example.org');
    const writer = await send(`/sign-in/${await mailedSecret('writer@example.org')}`, [], {}).expect(303);
    expect(cookieOf(writer, 'concord_session')).toBeDefined();
  });

  it('is not enough for an organiser with a passkey; a printed one is', async () => {
    const conference = await app.conference();
    const { device, session } = await withPasskey('chair@example.org');
    await app.grant('chair@example.org', 'auditor', conference.id);
    // A role revokes nothing.
    await app.http.get('/me').set('cookie', session).expect(200);
    const secret = await mailedSecret('chair@example.org');
    const used = await send(`/sign-in/${secret}`, [], {})
      .expect(303)
      .expect('location', '/sign-in/passkey?next=%2Fme');
    expect(cookieOf(used, 'concord_session')).toBeUndefined();
    await send(`/sign-in/${secret}`, [], {}).expect(422);
    await app.http
      .get('/sign-in/passkey?next=%2Fme')
      .expect(200)
      .expect(/a mailed link alone is not enough/);
    const [link] = await app.db.query(
      `select id from sign_in_link where address = 'chair@example.org' and not printed`,
    );
    expect((await entries(link.id)).map(({ action }) => action)).toEqual(['person.passkey_asked']);
    expect((await signIn(device)).status).toBe(303);

    const printed = await app.app.get(SignIn).printedLink('chair@example.org', '/me', 10);
    const byPrinted = await send(new URL(printed).pathname, [], {}).expect(303).expect('location', '/me');
    expect(cookieOf(byPrinted, 'concord_session')).toBeDefined();

    // Without the role the link is enough again.
    await app.db.query(`update role_grant set revoked_at = clock_timestamp() where conference_id = $1`, [
      conference.id,
    ]);
    const { sessionSecret } = await app.app
      .get(SignIn)
      .use(await mailedSecretNow('chair@example.org'), 'test');
    expect(sessionSecret).not.toBeNull();
  });
});

/** The secret of the newest mailed link. */
async function mailedSecretNow(email: string): Promise<string> {
  await app.http.post('/sign-in').type('form').send({ email, next: '/me' }).expect(303);
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const [newest] = (await app.mailbox!.list()).filter((line) => line.to === email);
    const link = newest && /\/sign-in\/(\S+)/.exec((await app.mailbox!.read(newest.id))!.text)?.[1];
    if (link && (await app.http.get(`/sign-in/${link}`)).status === 200) return link;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no open link for ${email}`);
}

describe('login sessions', () => {
  it('are listed in words, ended one by one or all but this', async () => {
    const email = 'traveller@example.org';
    const here = await app.cookie(email);
    const there = await app.cookie(email);
    await app.cookie(email);
    const personId = await app.person(email);
    const stranger = await app.cookie('stranger@example.org');
    await app.db.query(`update login_session set browser = $2 where person_id = $1`, [
      personId,
      'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    ]);
    const page = await app.http.get('/me/sign-in').set('cookie', here).expect(200);
    expect(page.text.match(/Firefox on Linux/g)).toHaveLength(3);
    expect(page.text.match(/this browser/g)).toHaveLength(1);
    const ends = [...page.text.matchAll(/\/me\/sessions\/([^/]+)\/end"/g)].map((match) => match[1]!);
    expect(ends).toHaveLength(2);

    await send(`/me/sessions/${ends[0]}/end`, [stranger], {}).expect(303);
    const count = async (): Promise<number> =>
      (await app.http.get('/me/sign-in').set('cookie', here)).text.match(/Firefox on Linux/g)!.length;
    expect(await count()).toBe(3);
    await send(`/me/sessions/${ends[0]}/end`, [here], {}).expect(303);
    expect(await count()).toBe(2);
    await send('/me/sign-in/sessions/end-others', [here], {})
      .expect(303)
      .expect('location', '/me/sign-in?done=othersEnded');
    expect(await count()).toBe(1);
    await app.http.get('/me').set('cookie', there).expect(303);
    await app.http.get('/me').set('cookie', stranger).expect(200);
    for (const id of ends)
      expect((await entries(id)).map(({ action }) => action)).toEqual([
        'person.signed_in',
        'person.signed_out',
      ]);
    // One that has run out is no place where anybody is signed in.
    app.clock.offsetMs = 13 * 24 * 60 * MINUTE;
    const later = await app.cookie(email);
    app.clock.offsetMs = 15 * 24 * 60 * MINUTE;
    const late = await app.http.get('/me/sign-in').set('cookie', later).expect(200);
    expect(late.text).not.toContain('Firefox on Linux');
  });
});

describeInBrowser('with a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  /** Plugs in a device that agrees to everything. */
  async function plugIn(page: Page): Promise<void> {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
  }

  it('a passkey is added, signs in, is asked for after a mailed link, and fails once removed', async () => {
    const email = 'browser@example.org';
    await app.grant(email, 'operator', null);
    const { page, context, complaints } = await visitAs(browser, app.url, await app.cookie(email));
    await plugIn(page);
    await page.goto('/me/sign-in');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByText('no passkey yet').waitFor();
    await page.getByLabel('Name of the new passkey').fill('Blue phone');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.waitForURL('**/me/sign-in?done=passkeyAdded');
    await page.getByText('Blue phone').waitFor();
    await page.getByText('not used yet').waitFor();
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await axeFindings(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
    await page.setViewportSize({ width: 1280, height: 900 });

    // The same device again: it knows that it has one already.
    await page.getByLabel('Name of the new passkey').fill('The same');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByText('holds a passkey for this already').waitFor();

    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.goto('/sign-in?next=%2Fme%2Fsign-in');
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await axeFindings(page)).toEqual([]);
    }
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.waitForURL('**/me/sign-in');
    await page.getByText('last used').waitFor();
    await page.getByText('Chrome on Linux').first().waitFor();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();

    await page.goto('/sign-in?next=%2Fme%2Fsign-in');
    await page.getByLabel('Your e-mail address').fill(email);
    await page.getByRole('button', { name: 'Send me a link' }).click();
    await page.goto(await mailedPath(app, email, '/sign-in/'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/sign-in/passkey?*');
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await axeFindings(page)).toEqual([]);
    }
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.waitForURL('**/me/sign-in');

    await page.getByRole('button', { name: 'Remove the passkey Blue phone' }).click();
    await page.waitForURL('**/me/sign-in?done=passkeyRemoved');
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.goto('/sign-in');
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByText('it has been removed here').waitFor();
    expect(page.url()).toBe(`${app.url}/sign-in/passkey`);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('a device that does not finish leaves a sentence on the page', async () => {
    const { page, context, complaints } = await visitAs(browser, app.url, undefined);
    await plugIn(page);
    await page.goto('/sign-in');
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByText('Your device did not finish').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('passkeys are not offered at another address than the public one', async () => {
    const { page, context } = await visitAs(browser, app.url.replace('localhost', '127.0.0.1'), undefined);
    await page.goto('/sign-in');
    await page.getByRole('button', { name: 'Send me a link' }).waitFor();
    await page.waitForLoadState('networkidle');
    expect(await page.getByRole('button', { name: 'Sign in with a passkey' }).isVisible()).toBe(false);
    await context.close();
  });

  it('without JavaScript the link stays the way, and passkeys and sessions can be looked after', async () => {
    const email = 'scriptless@example.org';
    const { id } = await withPasskey(email);
    const { page, context } = await visitAs(browser, app.url, undefined, { javaScriptEnabled: false });
    await page.goto('/sign-in?next=%2Fme%2Fsign-in');
    expect(await page.getByRole('button', { name: 'Sign in with a passkey' }).isVisible()).toBe(false);
    await page.getByLabel('Your e-mail address').fill(email);
    await page.getByRole('button', { name: 'Send me a link' }).click();
    await page.goto(await mailedPath(app, email, '/sign-in/'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/me/sign-in');
    expect(await page.getByRole('button', { name: 'Add a passkey' }).isVisible()).toBe(false);
    await page.getByText('Adding a passkey takes JavaScript').waitFor();
    await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
    await page.getByText('Every other browser is signed out.').waitFor();
    await page.getByRole('button', { name: 'Remove the passkey Laptop' }).click();
    await page.getByText('no passkey yet').waitFor();
    expect(await app.db.query(`select 1 from passkey where id = $1`, [id])).toEqual([]);
    await context.close();
  });
});
