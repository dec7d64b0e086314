import { jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { StartFailure } from '../../src/platform/start-failure.js';
import { readConfig } from '../../src/platform/config.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { Authenticator } from '../support/authenticator.js';
import { axeFindings, describeInBrowser, mailedPath, openBrowser, visitAs } from '../support/browser.js';
import { CLIENT, OpenIdProvider } from '../support/openid.js';
import { someone, submitted } from '../support/panel.js';

jest.setTimeout(180_000);

const MINUTE = 60_000;

let app: TestApp;
let provider: OpenIdProvider;

beforeAll(async () => {
  // It warns of what does not matter here, such as that it keeps nothing.
  for (const kind of ['warn', 'info'] as const) jest.spyOn(console, kind).mockImplementation(() => undefined);
  provider = await OpenIdProvider.start();
  app = await createTestApp({
    workers: true,
    ownAddress: true,
    orcid: { issuer: provider.issuer, ...CLIENT },
  });
  provider.register(`${app.url}/sign-in/orcid/callback`);
});
afterAll(async () => {
  await app.close();
  await provider.stop();
});
afterEach(() => {
  app.clock.offsetMs = 0;
  provider.lies = {};
  provider.foreignKey = false;
});

let serial = 0;
/** An iD of nobody else's. */
function newOrcid(): string {
  const digits = String(100_000_000 + (serial += 1)).padStart(15, '0');
  let total = 0;
  for (const digit of digits) total = ((total + Number(digit)) * 2) % 11;
  const check = (12 - total) % 11;
  return `${digits}${check === 10 ? 'X' : check}`.replace(/(.{4})(?=.)/g, '$1-');
}

interface Answered {
  status: number;
  headers: Record<string, unknown>;
  text: string;
}
const cookieOf = (answer: Answered, name: string): string | undefined =>
  ((answer.headers['set-cookie'] ?? []) as string[])
    .map((line) => line.split(';')[0]!)
    .find((pair) => pair.startsWith(`${name}=`) && pair !== `${name}=`);

const send = (path: string, cookies: (string | undefined)[], fields: Record<string, string> = {}) =>
  app.http.post(path).set('cookie', cookies.filter(Boolean).join('; ')).type('form').send(fields);
const get = (path: string, ...cookies: (string | undefined)[]) =>
  app.http.get(path).set('cookie', cookies.filter(Boolean).join('; '));

/** Goes to the provider. @returns the attempt's cookie, and the path that the browser is sent back to */
async function there(
  session?: string,
  change: (location: URL) => void = () => undefined,
): Promise<{ cookie: string; back: string }> {
  const path = session ? '/me/sign-in/orcid' : '/sign-in/orcid';
  const answer = await send(path, [session], { next: '/me/reviews' }).expect(303);
  const location = new URL(answer.headers['location'] as string);
  expect(location.origin).toBe(provider.issuer);
  change(location);
  const { pathname, search } = await provider.visit(location.href, app.url);
  return { cookie: cookieOf(answer, 'concord_orcid')!, back: pathname + search };
}

/** There and back. */
async function signIn(session?: string): Promise<Answered> {
  const { cookie, back } = await there(session);
  return get(back, session, cookie);
}

/** A person with a linked iD. */
async function linked(email: string): Promise<{ orcid: string; session: string }> {
  const session = await app.cookie(email);
  const orcid = newOrcid();
  provider.orcid = orcid;
  const answer = await signIn(session);
  expect([answer.status, answer.headers['location']]).toEqual([303, '/me/sign-in?done=orcidLinked']);
  return { orcid, session };
}

/** Up to now: other tests have been later already. */
const refusals = async (): Promise<{ after: { problem: string } }[]> =>
  app.db.query(
    `select after from audit_entry where action = 'orcid.refused' and at <= $1 order by at desc limit 1`,
    [await app.clock.now()],
  );

/** Is refused in words, for a reason that is recorded, and nobody is signed in or linked. */
async function expectRefused(answer: Answered, problem: string, words: string): Promise<void> {
  expect([answer.status, cookieOf(answer, 'concord_session')]).toEqual([422, undefined]);
  expect(answer.text).toContain(words);
  expect(answer.text).toContain('Nothing was changed here');
  expect((await refusals())[0]!.after).toEqual({ problem });
}

const links = async (): Promise<number> =>
  (await app.db.query(`select count(*)::int as n from person_orcid`))[0].n;
const people = async (): Promise<number> =>
  (await app.db.query(`select count(*)::int as n from person`))[0].n;

describe('an ORCID iD', () => {
  it('is linked by its owner, who is told by mail, and signs in from then on', async () => {
    const email = someone('linker');
    const { orcid, session } = await linked(email);
    for (const path of ['/me', '/me/sign-in'])
      expect((await get(path, session).expect(200)).text).toMatch(
        new RegExp(`${orcid}[^]*confirmed by ORCID`),
      );
    const answer = await signIn();
    expect([answer.status, answer.headers['location']]).toEqual([303, '/me/reviews']);
    const own = cookieOf(answer, 'concord_session')!;
    const me = await get('/api/v1/me', own).expect(200);
    expect(me.body.address).toBe(email);
    const [entry] = await app.db.query(
      `select after from audit_entry where action = 'person.signed_in' and actor_id = $1 order by at desc limit 1`,
      [me.body.id],
    );
    expect(entry).toEqual({ after: { by: 'orcid' } });

    // Somebody else vouching for it is no fresh proof: no way to sign in is changed by it.
    await send('/me/sign-in/orcid/remove', [own])
      .expect(422)
      .expect(/show once more/);
    await send('/me/sign-in/orcid/remove', [session]).expect(303);
    await send('/me/sign-in/orcid/remove', [session]).expect(404);
    const mails = await app.db.query(
      `select kind, recipient_address from mail_message where kind like 'orcid%' and text like $1 order by created_at`,
      [`%${orcid}%`],
    );
    expect(mails).toEqual(
      ['orcid_linked', 'orcid_unlinked'].map((kind) => ({ kind, recipient_address: email })),
    );
    const actions = await app.db.query(
      `select action from audit_entry where subject_type = 'person' and subject_id = $1 and action like 'orcid.%' order by at`,
      [me.body.id],
    );
    expect(actions).toEqual([{ action: 'orcid.linked' }, { action: 'orcid.unlinked' }]);
    // It is unknown again.
    expect((await signIn()).headers['location']).toBe('/sign-in/orcid/address');
  });

  it('that nobody is known by makes no account before an address is confirmed in the same browser', async () => {
    const email = someone('first');
    provider.orcid = newOrcid();
    const before = await people();
    const shown = await signIn();
    expect([shown.status, shown.headers['location']]).toEqual([303, '/sign-in/orcid/address']);
    expect(cookieOf(shown, 'concord_session')).toBeUndefined();
    const cookie = cookieOf(shown, 'concord_orcid')!;
    expect((await get('/sign-in/orcid/address', cookie).expect(200)).text).toContain(provider.orcid);
    await get('/sign-in/orcid/address').expect(303).expect('location', '/sign-in');
    await send('/sign-in/orcid/address', [cookie], { email: 'none' }).expect(422);
    await send('/sign-in/orcid/address', [cookie], { email }).expect(303);
    expect([await people(), await links()]).toEqual([before, await links()]);

    const secret = (await mailedPath(app, email, '/sign-in/')).split('/').at(-1)!;
    const used = await send(`/sign-in/${secret}`, [cookie])
      .expect(303)
      .expect('location', '/sign-in/orcid/finish');
    const session = cookieOf(used, 'concord_session')!;
    expect(await people()).toBe(before + 1);
    // In another browser the link signs in and links nothing.
    const count = await links();
    await get('/sign-in/orcid/finish', session).expect(303).expect('location', '/me/sign-in');
    await send('/sign-in/orcid/finish', [session]).expect(422);
    await get('/sign-in/orcid/finish', session, cookie).expect(200).expect(new RegExp(email));
    expect(await links()).toBe(count);
    await send('/sign-in/orcid/finish', [session, cookie]).expect(303).expect('location', '/me/reviews');
    await send('/sign-in/orcid/finish', [session, cookie]).expect(422);
    expect(await links()).toBe(count + 1);
    const again = await signIn();
    expect((await get('/api/v1/me', cookieOf(again, 'concord_session')).expect(200)).body.address).toBe(
      email,
    );
  });

  it('does not spare whoever has a role and a passkey the passkey', async () => {
    const email = someone('chair');
    const { session } = await linked(email);
    const device = new Authenticator(app.url);
    const asked = await app.http.post('/me/sign-in/passkeys/options').set('cookie', session).expect(201);
    await send('/me/sign-in/passkeys', [session, cookieOf(asked, 'concord_passkey')], {
      name: 'Laptop',
      answer: device.create(asked.body),
    }).expect(303);
    expect((await signIn()).headers['location']).toBe('/me/reviews');
    await app.grant(email, 'operator', null);
    const answer = await signIn();
    expect([answer.status, answer.headers['location'], cookieOf(answer, 'concord_session')]).toEqual([
      303,
      '/sign-in/passkey?next=%2Fme%2Freviews',
      undefined,
    ]);
  });

  it('is linked to one account, and an account has one', async () => {
    const { orcid, session } = await linked(someone('one'));
    const other = await app.cookie(someone('two'));
    await expectRefused(await signIn(other), 'taken', 'linked to another account');
    provider.orcid = newOrcid();
    await expectRefused(await signIn(session), 'other', 'Another ORCID iD is linked');
    provider.orcid = orcid;
    expect((await signIn(session)).headers['location']).toBe('/me/sign-in?done=orcidLinked');
  });

  it('has its mark beside the author who has linked it, for organisers and on their own line alone', async () => {
    const conference = await app.conference();
    const email = someone('marked');
    const { orcid, session } = await linked(email);
    const other = someone('unmarked');
    const author = (name: string, address: string, iD: string, corresponding: boolean) => ({
      name,
      affiliation: 'Institute',
      email: address,
      orcid: iD,
      corresponding,
    });
    const id = await submitted(app, conference, email, {
      authors: [author('Ann Author', email, orcid, true), author('Bea Author', other, newOrcid(), false)],
    });
    await app.grant('marker@example.org', 'organiser', conference.id);
    const marks = async (path: string, cookie: string): Promise<number> =>
      (await get(path, cookie).expect(200)).text.split('confirmed by ORCID').length - 1;
    const inside = `/conferences/${conference.slug}/organise/submissions/${id}`;
    expect(await marks(inside, await app.cookie('marker@example.org'))).toBe(1);
    expect(await marks(`/submissions/${id}`, session)).toBe(1);
    // Nobody learns by writing an address and an iD down whether there is such an account.
    expect(await marks(`/submissions/${id}`, await app.cookie(other))).toBe(0);
  });

  it('is unlinked when its person asks for protection, and nothing of it is left; none is linked until that ends', async () => {
    const { orcid, session } = await linked('guarded-by-name@example.org');
    const person = await app.person('guarded-by-name@example.org');
    const under = await there(session);
    expect((await get('/me/protection', session).expect(200)).text).toContain('is unlinked');
    await send('/me/protection', [session], { publicName: 'Q. Willow' }).expect(303);
    expect(await app.db.query(`select 1 from person_orcid where orcid = $1`, [orcid])).toEqual([]);
    expect(
      await app.db.query(`select 1 from orcid_attempt where orcid = $1 or person_id = $2`, [orcid, person]),
    ).toEqual([]);
    const [entry] = await app.db.query(
      `select count(*)::int as n from audit_entry where action = 'orcid.unlinked' and subject_id = $1`,
      [person],
    );
    expect(entry.n).toBe(1);
    // What was told by mail is sealed.
    expect(
      await app.db.query(`select 1 from mail_message where position($1 in subject || text || html) > 0`, [
        orcid,
      ]),
    ).toEqual([]);
    // Neither begun before nor anew, nor shown first and claimed.
    await expectRefused(await get(under.back, session, under.cookie), 'expired', 'Begin again');
    const refused = await send('/me/sign-in/orcid', [session]);
    expect([refused.status, refused.text.includes('None can be linked')]).toEqual([422, true]);
    const { text } = await get('/me/sign-in', session).expect(200);
    expect([text.includes('no ORCID iD can be linked'), text.includes('action="/me/sign-in/orcid"')]).toEqual(
      [true, false],
    );
    const first = await signIn();
    const claimed = await send('/sign-in/orcid/finish', [session, cookieOf(first, 'concord_orcid')]);
    expect([claimed.status, claimed.text.includes('None can be linked')]).toEqual([422, true]);
    expect(await app.db.query(`select 1 from person_orcid where person_id = $1`, [person])).toEqual([]);
    expect(await app.db.query(`select 1 from orcid_attempt where orcid = $1`, [orcid])).toEqual([]);
    await send('/me/protection/end', [session]).expect(303);
    provider.orcid = orcid;
    expect((await signIn(session)).headers['location']).toBe('/me/sign-in?done=orcidLinked');
  });

  it('is not linked by a stale session or by a token', async () => {
    const email = someone('stale');
    const session = await app.cookie(email);
    const token = await app.token(email);
    for (const path of ['/me/sign-in/orcid', '/me/sign-in/orcid/remove', '/sign-in/orcid/finish'])
      await app.http.post(path).set('authorization', `Bearer ${token}`).expect(403);
    app.clock.offsetMs = 10 * MINUTE + 1000;
    await send('/me/sign-in/orcid', [session])
      .expect(422)
      .expect(/show once more/);
  });
});

describe('an answer', () => {
  it('is asked for with PKCE, state and nonce, none of which is kept here', async () => {
    const answer = await send('/sign-in/orcid', [], {}).expect(303);
    const { searchParams } = new URL(answer.headers['location'] as string);
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: CLIENT.clientId,
      redirect_uri: `${app.url}/sign-in/orcid/callback`,
      response_type: 'code',
      scope: 'openid',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    const rows = JSON.stringify(await app.db.query(`select * from orcid_attempt`));
    const cookie = cookieOf(answer, 'concord_orcid')!.split('=')[1]!;
    for (const secret of [searchParams.get('state')!, searchParams.get('nonce')!, cookie])
      expect(rows).not.toContain(secret);
    const [line] = answer.headers['set-cookie'] as unknown as string[];
    expect(line).toMatch(/HttpOnly; SameSite=Lax/);
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ['another nonce', { nonce: 'of-another-question' }, 'answer', 'could not be checked'],
    ['no nonce', { nonce: undefined }, 'answer', 'could not be checked'],
    ['another issuer', { iss: 'https://orcid.example' }, 'answer', 'could not be checked'],
    ['another audience', { aud: 'APP-OTHER' }, 'answer', 'could not be checked'],
    ['a time that has passed', { exp: 1_000_000_000 }, 'answer', 'could not be checked'],
    ['a subject that is no iD', { sub: 'ani@example.org' }, 'answer', 'could not be checked'],
    ['an iD with a wrong check digit', { sub: '0000-0002-1825-0098' }, 'answer', 'could not be checked'],
    [
      'an e-mail that is not verified',
      { email: 'victim@example.org', email_verified: false },
      'unverified',
      'has not verified',
    ],
    ['an e-mail of which nothing is said', { email: 'victim@example.org' }, 'unverified', 'has not verified'],
  ])('with %s is refused', async (_name, lies, problem, words) => {
    await linked(someone('owner'));
    provider.lies = lies;
    await expectRefused(await signIn(), problem, words);
    provider.lies = {};
    expect((await signIn()).headers['location']).toBe('/me/reviews');
  });

  it('signed with a key that is not ORCID’s is refused', async () => {
    await linked(someone('owner'));
    provider.foreignKey = true;
    await expectRefused(await signIn(), 'answer', 'could not be checked');
  });

  it('to a question whose nonce was changed on the way is refused', async () => {
    await linked(someone('owner'));
    const { cookie, back } = await there(undefined, ({ searchParams }) =>
      searchParams.set('nonce', 'another'),
    );
    await expectRefused(await get(back, cookie), 'answer', 'could not be checked');
  });

  it('that names another issuer in its address is refused', async () => {
    await linked(someone('owner'));
    const { cookie, back } = await there();
    expect(back).toContain('iss=');
    const forged = back.replace(/iss=[^&]*/, 'iss=https%3A%2F%2Forcid.example');
    await expectRefused(await get(forged, cookie), 'answer', 'could not be checked');
  });

  it('with a forged state, or in a browser that did not ask, is refused and uses the attempt up', async () => {
    await linked(someone('owner'));
    const { cookie, back } = await there();
    await expectRefused(await get(back), 'expired', 'another browser');
    await expectRefused(
      await get(back.replace(/state=[^&]*/, 'state=forged'), cookie),
      'state',
      'does not belong',
    );
    await expectRefused(await get(back, cookie), 'expired', 'answered before');
    // The answer to one browser's question in another one that has asked too.
    const [mine, theirs] = [await there(), await there()];
    await expectRefused(await get(theirs.back, mine.cookie), 'state', 'does not belong');
  });

  it('is taken once, and its code once, also by another attempt', async () => {
    await linked(someone('owner'));
    const { cookie, back } = await there();
    expect((await get(back, cookie)).headers['location']).toBe('/me/reviews');
    await expectRefused(await get(back, cookie), 'expired', 'answered before');
    const code = new URL(back, app.url).searchParams.get('code')!;
    const other = await there();
    const replayed = other.back.replace(/code=[^&]*/, `code=${code}`);
    await expectRefused(await get(replayed, other.cookie), 'code', 'used before');
    const twice = await there();
    const answers = await Promise.all([1, 2, 3].map(() => get(twice.back, twice.cookie)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 422, 422]);
  });

  it('is refused after half an hour, and for linking in anybody else’s session', async () => {
    await linked(someone('owner'));
    const late = await there();
    app.clock.offsetMs = 30 * MINUTE + 1000;
    await expectRefused(await get(late.back, late.cookie), 'expired', 'took too long');
    app.clock.offsetMs = 0;
    provider.orcid = newOrcid();
    const session = await app.cookie(someone('asker'));
    const { cookie, back } = await there(session);
    const count = await links();
    await expectRefused(
      await get(back, await app.cookie(someone('stranger')), cookie),
      'expired',
      'another browser',
    );
    expect(await links()).toBe(count);
  });

  it('that says no is told as such', async () => {
    provider.orcid = null;
    await expectRefused(await signIn(), 'denied', 'not allowed ORCID');
  });
});

describe('the offer', () => {
  it('stands on the page for signing in, whose forms may lead there', async () => {
    const { text, headers } = await app.http.get('/sign-in').expect(200);
    expect(text).toContain('Sign in with ORCID');
    expect(headers['content-security-policy']).toContain(`form-action 'self' ${provider.issuer};`);
  });

  it('is not made where nothing is registered', async () => {
    const plain = await createTestApp();
    const { text, headers } = await plain.http.get('/sign-in').expect(200);
    expect(text).not.toContain('ORCID');
    expect(headers['content-security-policy']).toContain(`form-action 'self';`);
    await plain.http.post('/sign-in/orcid').type('form').send({}).expect(404);
    await plain.http.get('/sign-in/orcid/callback?code=x&state=y').expect(404);
    const cookie = await plain.cookie('nobody@example.org');
    expect((await plain.http.get('/me/sign-in').set('cookie', cookie)).text).not.toContain('ORCID');
    await plain.close();
  });

  it('says so when ORCID does not answer, and keeps the rest going', async () => {
    const closed = await OpenIdProvider.start();
    await closed.stop();
    const lonely = await createTestApp({ orcid: { issuer: closed.issuer, ...CLIENT } });
    const { text } = await lonely.http.post('/sign-in/orcid').type('form').send({}).expect(503);
    expect(text).toContain('ORCID does not answer');
    await lonely.http.get('/sign-in').expect(200);
    await lonely.close();
  });
});

describe('its settings', () => {
  const read = (env: Record<string, string>) => readConfig(env).orcid;
  const both = { ORCID_CLIENT_ID: 'APP-1', ORCID_CLIENT_SECRET: 'secret' };

  it('are two, with ORCID itself as the issuer, and none without', () => {
    expect(read({})).toBeUndefined();
    expect(read({ ORCID_ISSUER: 'https://sandbox.orcid.org' })).toBeUndefined();
    expect(read(both)).toEqual({
      issuer: 'https://orcid.org',
      clientId: 'APP-1',
      clientSecret: 'secret',
    });
    expect(read({ ...both, ORCID_ISSUER: 'http://127.0.0.1:4000' })).toMatchObject({
      issuer: 'http://127.0.0.1:4000',
    });
  });

  it.each([
    [{ ORCID_CLIENT_ID: 'APP-1' }],
    [{ ORCID_CLIENT_SECRET: 'secret' }],
    [{ ...both, ORCID_ISSUER: 'http://orcid.example' }],
    [{ ...both, ORCID_ISSUER: 'orcid.org' }],
  ])('stop the start where they are %p', (env) => {
    expect(() => read(env)).toThrow(StartFailure);
  });
});

describeInBrowser('in a browser', () => {
  it.each([
    [360, true],
    [1280, false],
  ])('an unknown iD becomes somebody’s, %i px wide, with scripts: %p', async (width, javaScriptEnabled) => {
    const browser = await openBrowser();
    const { page, complaints } = await visitAs(browser, app.url, undefined, { width, javaScriptEnabled });
    const look = async (of: Page): Promise<void> => {
      expect(await axeFindings(of)).toEqual([]);
      // The page's own scripts are off where they are off; this one is the browser's.
      expect(await of.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      const folder = process.env['SHOTS'];
      if (folder)
        await of.screenshot({
          path: `${folder}/${new URL(of.url()).pathname.replaceAll('/', '_')}-${width}.png`,
          fullPage: true,
        });
    };
    const email = someone('browser');
    provider.orcid = newOrcid();
    await page.goto('/sign-in');
    await look(page);
    await page.getByRole('button', { name: 'Sign in with ORCID' }).click();
    await page.waitForURL('**/sign-in/orcid/address');
    await look(page);
    await page.getByLabel('Your e-mail address').fill(email);
    await page.getByRole('button', { name: 'Send me a link' }).click();
    await page.waitForURL('**/sign-in/sent*');
    await page.goto(await mailedPath(app, email, '/sign-in/'));
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL('**/sign-in/orcid/finish');
    await look(page);
    await page.getByRole('button', { name: 'Link it' }).click();
    await page.waitForURL('**/me');
    await look(page);
    await page.goto('/me/sign-in');
    await look(page);
    expect(await page.textContent('main')).toContain(provider.orcid);
    // Otherwise the provider would know this browser, and not ask again.
    await page.context().clearCookies();
    provider.orcid = null;
    await page.goto('/sign-in');
    await page.getByRole('button', { name: 'Sign in with ORCID' }).click();
    await page.getByRole('heading', { name: 'did not work' }).waitFor();
    await look(page);
    expect(complaints).toEqual([]);
    await browser.close();
  });
});
