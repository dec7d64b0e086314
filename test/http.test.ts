import { routesOf } from '../src/web/routes.js';
import { abstractOf, createTestApp, type TestApp, type TestConference } from './support/app.js';

let app: TestApp;
let conference: TestConference;

beforeAll(async () => {
  app = await createTestApp();
  conference = await app.conference({ slug: 'peace' });
});
afterAll(() => app.close());

describe('every answer', () => {
  it('carries a strict policy for scripts and styles, and tells nobody where the reader came from', async () => {
    for (const path of ['/', '/api/v1/conferences', '/nowhere', '/assets/concord.css']) {
      const { headers } = await app.http.get(path);
      expect(headers['content-security-policy']).toBe(
        "default-src 'none';object-src 'none';script-src 'self';style-src 'self';font-src 'self';img-src 'self';connect-src 'self';form-action 'self';frame-ancestors 'none';base-uri 'none'",
      );
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers['x-powered-by']).toBeUndefined();
    }
  });

  it('of a page is never kept by caches', async () => {
    const { headers } = await app.http.get('/').expect(200);
    expect(headers['cache-control']).toBe('private, no-store');
  });

  it('has no inline script or style in it', async () => {
    for (const path of [
      '/',
      '/conferences/peace',
      '/conferences/peace/submit',
      '/conferences/peace/register',
      '/sign-in',
    ]) {
      const { text } = await app.http.get(path).expect(200);
      expect(text).not.toMatch(/<script(?![^>]*src=)|<style|\sstyle=|\son\w+=/);
    }
  });
});

describe('routes', () => {
  it('all say who may call them', () => {
    expect(routesOf(app.app).filter((route) => !route.policy)).toEqual([]);
  });

  it('that are not there say so in the form that was asked for', async () => {
    const page = await app.http.get('/nowhere').expect(404).expect('content-type', /html/);
    expect(page.text).toContain('<h1>');
    const problem = await app.http
      .get('/api/v1/nowhere')
      .expect(404)
      .expect('content-type', /problem\+json/);
    expect(problem.body).toMatchObject({ status: 404, code: 'notFound', fields: [] });
  });

  it('behind a sign-in send a page’s reader there and back, and answer a program with 401', async () => {
    await app.http.get('/me?x=1').expect(303).expect('location', '/sign-in?next=%2Fme%3Fx%3D1');
    await app.http.get('/api/v1/me').expect(401).expect('www-authenticate', 'Bearer');
    await app.http
      .get('/api/v1/me')
      .set('authorization', 'Bearer concord_nothing_of_the_sort_is_known')
      .expect(401);
    await app.http.get('/api/v1/me').set('authorization', 'Basic eDp5').expect(401);
  });

  it.each([
    '/submissions/%00',
    '/api/v1/submissions/%00',
    '/api/v1/submissions/%ff',
    `/api/v1/submissions/${'x'.repeat(500)}`,
  ])('survive %s', async (path) => {
    const token = await app.token('ani@example.org');
    const { status } = await app.http.get(path).set('authorization', `Bearer ${token}`);
    expect([400, 404, 414]).toContain(status);
  });
});

describe('forms of other sites', () => {
  it.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 303],
    [{}, 303],
  ])('with %j are answered %i', async (headers, status) => {
    await app.http
      .post('/sign-in')
      .set(headers as Record<string, string>)
      .type('form')
      .send({ email: 'ani@example.org' })
      .expect(status);
  });
});

describe('signing in', () => {
  const linkFor = async (email: string): Promise<string> => {
    await app.http.post('/sign-in').type('form').send({ email, next: '/me/reviews' }).expect(303);
    const [{ text }] = await app.db.query(
      `select text from mail_message where kind = 'sign_in' and recipient_address = $1 order by created_at desc limit 1`,
      [email],
    );
    return /concord\.example(\/sign-in\/\S+)/.exec(text)![1]!;
  };

  it('answers alike whether anybody is known by the address', async () => {
    await app.person('known@example.org');
    const [known, unknown] = await Promise.all(
      ['known@example.org', 'unknown@example.org'].map((email) =>
        app.http.post('/sign-in').type('form').send({ email }),
      ),
    );
    expect(known!.status).toBe(unknown!.status);
    expect(known!.headers['location']!.replace('known', '')).toBe(
      unknown!.headers['location']!.replace('unknown', ''),
    );
  });

  it('takes a click, works once, and leads back to where it was asked for', async () => {
    const link = await linkFor('once@example.org');
    // A mail scanner follows the link; that uses nothing up.
    await app.http.get(link).expect(200);
    await app.http.get(link).expect(200);
    const used = await app.http.post(link).expect(303).expect('location', '/me/reviews');
    const [cookie] = used.headers['set-cookie'] as unknown as string[];
    expect(cookie).toMatch(/HttpOnly; SameSite=Lax/);
    await app.http.get('/me').set('cookie', cookie!.split(';')[0]!).expect(200);
    await app.http.post(link).expect(422);
    await app.http.get(link).expect(410);
  });

  it('refuses a link that is too old, forged or leads elsewhere', async () => {
    const link = await linkFor('late@example.org');
    app.clock.offsetMs = 10 * 60_000;
    await app.http.post(link).expect(422);
    app.clock.offsetMs = 0;
    await app.http.post('/sign-in/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA').expect(422);
    await app.http
      .post('/sign-in')
      .type('form')
      .send({ email: 'away@example.org', next: '//evil.example' })
      .expect(303);
    const [{ next_path }] = await app.db.query(
      `select next_path from sign_in_link where address = 'away@example.org'`,
    );
    expect(next_path).toBe('/me');
  });

  it('stops mailing an address that is asked for too often, and says nothing of it', async () => {
    for (let n = 0; n < 8; n += 1)
      await app.http.post('/sign-in').type('form').send({ email: 'often@example.org' }).expect(303);
    const [{ n }] = await app.db.query(
      `select count(*)::int as n from mail_message where recipient_address = 'often@example.org'`,
    );
    expect(n).toBe(5);
  });

  it('ends with the session, and a role is gone the moment it is taken', async () => {
    const cookie = await app.cookie('gone@example.org');
    await app.grant('gone@example.org', 'organiser', conference.id);
    await app.http.get('/conferences/peace/organise/roles').set('cookie', cookie).expect(200);
    await app.db.query(`update role_grant set revoked_at = clock_timestamp() where conference_id = $1`, [
      conference.id,
    ]);
    await app.http.get('/conferences/peace/organise/roles').set('cookie', cookie).expect(403);
    await app.http.post('/sign-out').set('cookie', cookie).expect(303);
    await app.http.get('/me').set('cookie', cookie).expect(303);
  });
});

describe('tokens', () => {
  it('carry one role that the person has, and not the others', async () => {
    await app.grant('two@example.org', 'chair', conference.id);
    const asAuthor = await app.token('two@example.org');
    const list = `/api/v1/conferences/peace/submissions`;
    await app.http.get(list).set('authorization', `Bearer ${asAuthor}`).expect(403);
    const asChair = await app.token('two@example.org', 'chair', conference.id);
    await app.http.get(list).set('authorization', `Bearer ${asChair}`).expect(200);
    const made = await app.http
      .post('/api/v1/me/tokens')
      .set('authorization', `Bearer ${asAuthor}`)
      .send({ name: 'x', role: 'auditor', conference: 'peace' });
    expect(made.status).toBe(422);
    await app.http
      .post('/api/v1/rehearsal/tokens')
      .set('authorization', `Bearer ${asChair}`)
      .send({ email: 'victim@example.org', name: 'V', role: 'author' })
      .expect(403);
  });
});

describe('health', () => {
  it('tells what is up, and metrics only to this machine', async () => {
    await app.http.get('/health/live').expect(200, { status: 'ok' });
    await app.http
      .get('/health/ready')
      .expect(200, { status: 'ok', database: 'ok', queue: 'ok', mail: 'ok', record: 'ok' });
    const { text } = await app.http.get('/metrics').expect(200);
    expect(text).toContain('concord_http_request_seconds_bucket');
    expect(text).not.toContain('@');
    await app.http.get('/metrics').set('x-forwarded-for', '203.0.113.7').expect(404);
  });
});

describe('rate limits', () => {
  it('stop a guest who asks for links without end, with the seconds to wait', async () => {
    const limited = await createTestApp({ limits: true });
    let last = { status: 0, headers: {} as Record<string, string> };
    for (let n = 0; n < 21; n += 1)
      last = await limited.http
        .post('/sign-in')
        .type('form')
        .send({ email: `a${n}@example.org` });
    expect(last.status).toBe(429);
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
    await limited.http.get('/').expect(200);
    await limited.close();
  });
});

describe('a page’s form', () => {
  it('loses nothing that was typed, and says which field and which limit', async () => {
    const cookie = await app.cookie('typed@example.org');
    const { abstract } = abstractOf(conference);
    const { text } = await app.http
      .post('/conferences/peace/submit')
      .set('cookie', cookie)
      .type('form')
      .send({
        act: 'submit',
        title: '<b>"Typed" & kept</b>',
        abstract: `${abstract as string} `.repeat(30),
        'authors[0][name]': 'Ani',
      })
      .expect(422);
    expect(text).toContain('&lt;b>&quot;Typed&quot; &amp; kept&lt;/b>');
    expect(text).toContain('At most 300 words; this has 480.');
    expect(text).toContain('Choose at least one topic.');
  });
});
