import { jest } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataSource } from 'typeorm';
import { compose, type ClaimedMessage } from '../../src/mail/compose.js';
import { hashOf } from '../../src/mail/render.js';
import { safePath } from '../../src/accounts/next-path.js';
import { normaliseEmail } from '../../src/people/email.js';
import { cleanText, isStorable, tooManyMarks } from '../../src/platform/text.js';
import { fold } from '../../src/platform/fold.js';
import { countWords } from '../../src/submissions/words.js';
import { routesOf } from '../../src/web/routes.js';
import { abstractOf, createTestApp, type TestApp, type TestConference } from '../support/app.js';
import { newKey, submitted } from '../support/panel.js';

/*
 * The rows of the catalogue of bad input that come by the web; docs/testing.md names the test of every row. What a browser
 * makes of markup in every field is in long/bad-input-markup.test.ts.
 */

jest.setTimeout(120_000);

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const sources = (folder: string): string[] =>
  (readdirSync(join(ROOT, folder), { recursive: true }) as string[])
    .filter((name) => /\.tsx?$/.test(name) && !/\.spec\.tsx?$/.test(name))
    .map((name) => join(ROOT, folder, name));

let app: TestApp;
let conference: TestConference;
let author: string;
let organiser: string;

beforeAll(async () => {
  app = await createTestApp();
  conference = await app.conference({ slug: 'web' });
  await app.db.query(`update conference set letters_open = true, registration_open = true where id = $1`, [
    conference.id,
  ]);
  author = await app.token('ani@example.org');
  organiser = await app.token('organiser@example.org', 'organiser', conference.id);
});
afterAll(() => app.close());

const submit = (change: Record<string, unknown>) =>
  app.http
    .post(`/api/v1/conferences/web/submissions`)
    .set('authorization', `Bearer ${author}`)
    .set('idempotency-key', newKey())
    .send(abstractOf(conference, change));

/** How many rows every table has: what no refused request may change. */
async function rows(): Promise<Record<string, number>> {
  const tables: { name: string }[] = await app.db.query(
    `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables)
    counts[name] = Number((await app.db.query(`select count(*) as n from "${name}"`))[0].n);
  return counts;
}

describe('row 25: what would be Markdown elsewhere', () => {
  it('is text: no image is fetched, no link is made, neither in pages nor in mail', async () => {
    const abstract =
      '![beacon](https://evil.example/x.png) [click](javascript:alert(1)) <img src=https://evil.example/y.png> **bold**';
    const { body } = await submit({
      abstract,
      title: '[Click](https://evil.example) https://evil.example/z',
    }).expect(201);
    await app.grant('looker@example.org', 'organiser', conference.id);
    const pages = await Promise.all(
      [
        [`/conferences/web/organise/submissions/${body.id}`, await app.cookie('looker@example.org')],
        [`/submissions/${body.id}`, await app.cookie('ani@example.org')],
      ].map(([path, cookie]) => app.http.get(path!).set('cookie', cookie!).expect(200)),
    );
    const mails: { html: string }[] = await app.db.query(
      `select html from mail_message where subject_id = $1`,
      [body.id],
    );
    expect(mails.length).toBeGreaterThan(0);
    const mailed = mails.map((mail) => mail.html);
    for (const html of [...pages.map(({ text }) => text), ...mailed])
      expect(html).not.toMatch(/<img|(?:src|href)="[^"]*evil|href="javascript/i);
    for (const { text } of pages) expect(text).toContain('[Click](https://evil.example)');
    // Mail programs make links of their own accord; here they find none.
    for (const html of mailed)
      expect(html).toContain('[Click](https<span>://</span>evil<span>.</span>example)');
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', '//evil.example', 'ftp://example.org', 'https://a b', 'vbscript:x'])(
    'has one link that a stranger gives, to a website, which cannot be %s',
    async (website) => {
      const { body } = await app.http
        .post('/api/v1/conferences/web/letters-of-interest')
        .set('idempotency-key', newKey())
        .send({ organisation: 'O', contactName: 'C', email: 'p@example.org', contribution: 'venue', letter: 'We offer rooms.', website })
        .expect(422);
      expect(body.fields).toMatchObject([{ field: 'website', code: 'website' }]);
    },
  ); // prettier-ignore

  it('leads to that website without telling from where', async () => {
    const token = await app.token('partner@example.org');
    const { body } = await app.http
      .post('/api/v1/conferences/web/letters-of-interest')
      .set('authorization', `Bearer ${token}`)
      .set('idempotency-key', newKey())
      .send({ organisation: 'O', contactName: 'C', contribution: 'venue', letter: 'We offer rooms.', website: 'https://example.org/a' })
      .expect(201);
    await app.grant('looker@example.org', 'organiser', conference.id);
    const { text, headers } = await app.http
      .get(`/conferences/web/organise/partners/${body.id}`)
      .set('cookie', await app.cookie('looker@example.org'))
      .expect(200);
    expect(text).toContain('<a href="https://example.org/a" rel="noopener noreferrer nofollow">');
    expect(headers['referrer-policy']).toBe('no-referrer');
  }); // prettier-ignore
});

describe('row 30: what would be a template elsewhere', () => {
  it('comes literally in mail and pages', async () => {
    const title = '{{7*7}} ${7*7} <%= 7*7 %> #{7*7} {% raw %} {name.constructor} %s %n';
    const { body } = await submit({ title, authors: [{ name: '{{ 7 | times: 7 }}', affiliation: '{% include "x" %}', email: 'ani@example.org', corresponding: true }] }).expect(201);
    const [mail] = await app.db.query(`select text, subject from mail_message where subject_id = $1`, [body.id]);
    expect(mail.text).toContain(title);
    const { text } = await app.http.get(`/submissions/${body.id}`).set('cookie', await app.cookie('ani@example.org'));
    expect(text).toContain('{{7*7}} ${7*7} &lt;%= 7*7 %> #{7*7} {% raw %} {name.constructor} %s %n');
    expect(text).toContain('{{ 7 | times: 7 }}');
    expect(mail.text + mail.subject + text).not.toMatch(/\b49\b/);
  }); // prettier-ignore
});

/** Every form and body that takes an address. */
const BAD_ADDRESSES = [
  'b@example.org\r\nBcc: v@example.org', 'b@example.org\nBcc: v@example.org', 'b@example.org, v@example.org', 'b@example.org;v@example.org',
  'x:v@example.org;', '<v@example.org>', 'B <b@example.org>', '"x@evil.example y"@example.org', '"b"@example.org', 'b(c)@example.org',
  'a@[127.0.0.1]', 'a@[IPv6:::1]', 'a@localhost', 'a@127.0.0.1', 'a@2130706433', `${'a'.repeat(65)}@example.org`, `a@${'b'.repeat(320)}.org`,
  'İLHAM@example.org', 'ılham@example.org', 'ſam@example.org', '\u212aelvin@example.org', 'а@example.org',
  'a@exa\u00admple.org', 'a@１２７.0.0.1', 'a@example.org.', 'a@.example.org', 'a@example..org', 'a@ex\u200bample.org', 'a@example.org\u0000',
]; // prettier-ignore

describe('rows 36, 37, 39 and 41: addresses that are none, or more than one, or another one', () => {
  it.each(BAD_ADDRESSES)('are refused wherever an address is asked for, and nobody is written to: %j', async (email) => {
    const before = await rows();
    const page = await app.http.post('/sign-in').type('form').send({ email });
    expect([400, 422]).toContain(page.status);
    const asJson = async (path: string, token: string | undefined, body: object): Promise<void> => {
      const request = app.http.post(path).set('idempotency-key', newKey());
      if (token) void request.set('authorization', `Bearer ${token}`);
      const answer = await request.send(body);
      expect([path, [400, 422].includes(answer.status)]).toEqual([path, true]);
      expect(answer.body.fields.length).toBeGreaterThan(0);
    };
    const api = '/api/v1/conferences/web';
    await asJson(`${api}/letters-of-interest`, undefined, { organisation: 'O', contactName: 'C', contribution: 'venue', letter: 'We offer rooms.', email });
    await asJson(`${api}/registrations`, undefined, { name: 'N', attendance: 'online', email });
    await asJson(`${api}/reviewers`, organiser, { name: 'N', affiliation: 'A', email });
    await asJson(`${api}/roles`, organiser, { name: 'N', role: 'auditor', email });
    await asJson(`${api}/submissions`, author, abstractOf(conference, { authors: [{ name: 'N', affiliation: 'A', email, corresponding: true }] }));
    expect(await rows()).toEqual(before);
  }); // prettier-ignore

  it('in the database are in their identity form, and nothing else compares them', () => {
    for (const file of [...sources('src'), ...sources('migrations')]) {
      const source = readFileSync(file, 'utf8');
      expect([relative(ROOT, file), /(?<!no `)citext/i.test(source)]).toEqual([relative(ROOT, file), false]);
      // Lower case in SQL is another one than JavaScript's for İ and others.
      expect([
        relative(ROOT, file),
        /\b(?:lower|upper)\((?:[a-z]+\.)?(?:address|typed|email)/.test(source),
      ]).toEqual([relative(ROOT, file), false]);
    }
  });
});

describe('row 38: who a message is from, and where answers go', () => {
  const row = (change: Partial<ClaimedMessage>): ClaimedMessage => {
    const body = { subject: 'S', text: 'T', html: '<p>T</p>' };
    return {
      id: 'x', kind: 'k', recipientAddress: 'b@example.org', recipientName: '', locale: 'en', ...body, bodyHash: hashOf(body),
      messageId: '<x@example.org>', attempts: 0, version: 1, createdAt: new Date(0), conferenceName: null, contactAddress: null, claimedAt: new Date(0),
      sealedFor: null, stopToken: null, sealKey: null, ownerId: null, ownerKey: null, ownerProtected: false, ownAddress: null, ownTyped: null,
      ...change,
    };
  }; // prettier-ignore
  const sender = {
    from: { name: 'Concord', address: 'concord@example.org' },
    publicUrl: 'http://concord.example',
    bounceAddress: null,
    dkim: null,
  };

  it('is ours, whatever names have in them, and one line each', async () => {
    const { envelope, message } = await compose(
      row({
        recipientName: 'Eve" <v@example.org>\r\nBcc: v@example.org',
        conferenceName: 'Conf\r\nReply-To: v@example.org',
        contactAddress: 'office@example.org',
      }),
      sender,
    );
    expect(envelope).toEqual({ from: 'concord@example.org', to: 'b@example.org' });
    const head = message
      .toString()
      .split('\r\n\r\n')[0]!
      .replaceAll(/\r\n[ \t]+/g, ' ');
    const names = head.split('\r\n').map((line) => line.split(':')[0]!.toLowerCase());
    expect(names.filter((name) => ['bcc', 'cc', 'sender'].includes(name))).toEqual([]);
    for (const name of ['from', 'to', 'reply-to', 'subject', 'message-id'])
      expect(names.filter((one) => one === name)).toHaveLength(1);
    expect(head).toMatch(/^From: .*<concord@example\.org>$/m);
    expect(head).toMatch(/^Reply-To: .*<office@example\.org>$/m);
    expect(head).toMatch(/^To: .*<b@example\.org>$/m);
  });

  it.each(['v@example.org, w@example.org', 'v@example.org\r\nBcc: w@example.org', 'a b@example.org', '<v@example.org>'])(
    'is left out where a conference’s contact is no address: %j',
    async (contactAddress) => {
      const { message } = await compose(row({ contactAddress }), sender);
      expect(message.toString()).not.toMatch(/reply-to/i);
    },
  ); // prettier-ignore
});

describe('row 42: plus tags and dots', () => {
  it('make other accounts', async () => {
    const ids = await Promise.all(
      ['tag@example.org', 'tag+a@example.org', 't.ag@example.org'].map((email) => app.person(email)),
    );
    expect(new Set(ids).size).toBe(3);
  });
});

describe('row 43: an address that looks like somebody’s', () => {
  it('is written to itself or not at all, and the one in another case to the stored one', async () => {
    await app.person('victim@example.org');
    for (const email of ['vіctim@example.org', 'victim@exаmple.org', 'VICTIM@Example.ORG'])
      await app.http.post('/sign-in').type('form').send({ email });
    const to: { recipient_address: string }[] = await app.db.query(
      `select recipient_address from mail_message where kind = 'sign_in' and recipient_address like '%v%ctim@%' order by 1`,
    );
    expect(to.map((one) => one.recipient_address)).toEqual([
      'victim@example.org',
      'victim@xn--exmple-4nf.org',
    ]);
    expect(normaliseEmail('victim@exаmple.org')).not.toBe('victim@example.org');
  });
});

describe('row 46: SQL', () => {
  const list = (query: string) =>
    app.http.get(`/api/v1/conferences/web/submissions?${query}`).set('authorization', `Bearer ${organiser}`);

  it('signs of a pattern stand for themselves in a search', async () => {
    await submit({ title: 'Exactly 100% of under_scores' }).expect(201);
    for (const [q, found] of [['100%', 1], ['%', 1], ['under_scores', 1], ['underXscores', 0], ['100_', 0], ["' or '1'='1", 0], ['\\', 0]] as const) {
      const { body } = await list(new URLSearchParams({ q }).toString()).expect(200);
      expect([q, body.items.filter(({ title }: { title: string }) => title.startsWith('Exactly')).length]).toEqual([q, found]);
    }
  }); // prettier-ignore

  it.each(['sort=CASE WHEN 1=1 THEN title END', 'order=id;drop table person', 'limit=-1', 'limit=1;drop', 'limit=1e309', 'limit[]=1', 'after=\'; drop table person--', 'status=submitted\' or \'1\'=\'1', 'topic=\' union select 1--', 'q[$ne]=a'])(
    'is nothing that a query can bring: %s',
    async (query) => {
      const answer = await list(query.replaceAll(' ', '%20'));
      expect([400, 422]).toContain(answer.status);
      expect(Number((await app.db.query('select count(*) as n from person'))[0].n)).toBeGreaterThan(0);
    },
  ); // prettier-ignore

  it('is put together from words of our own alone', () => {
    // TypeORM takes raw text there: what a request says must not get in.
    for (const file of sources('src'))
      for (const [call] of readFileSync(file, 'utf8').matchAll(
        /\.(?:orderBy|addOrderBy|groupBy|addGroupBy)\(([^)]*)\)/g,
      ))
        expect([relative(ROOT, file), /\.(?:query|body|params)\b|`/.test(call)]).toEqual([
          relative(ROOT, file),
          false,
        ]);
  });
});

describe('row 47: objects for texts', () => {
  it('never become a condition: neither where somebody signs in nor where rows are looked for', async () => {
    for (const form of ['email[$ne]=a', 'email[]=a@example.org', 'email[_type]=not&email[_value]=a', 'email=a@example.org&email=b@example.org']) {
      const before = await rows();
      const { status } = await app.http.post('/sign-in').type('form').send(form);
      expect([400, 422]).toContain(status);
      expect(await rows()).toEqual(before);
    }
    // A condition that is missing must not find the first row.
    const db = app.app.get(DataSource);
    await expect(db.getRepository('Person').findOneBy({ id: undefined })).rejects.toThrow(/undefined/i);
  }); // prettier-ignore
});

describe('row 50: requests that another site makes', () => {
  it('change nothing as a form of a kind that needs no leave to be sent', async () => {
    const cookie = await app.cookie('victim-of-forms@example.org');
    const before = await rows();
    for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded'])
      for (const path of ['/api/v1/me/tokens', '/api/v1/conferences/web/submissions', '/me/tokens', '/conferences/web/submit', '/me/sign-in/sessions/end-others']) {
        const { status } = await app.http
          .post(path)
          .set('cookie', cookie)
          .set('origin', 'https://evil.example')
          .set('sec-fetch-site', 'cross-site')
          .set('content-type', type)
          .send('{"name":"x","role":"author"}');
        expect([path, type, [403, 415].includes(status)]).toEqual([path, type, true]);
      }
    // Where a browser is too old to say from where, JSON by another name is no JSON.
    await app.http.post('/api/v1/me/tokens').set('cookie', cookie).set('content-type', 'text/plain').send('{"name":"x","role":"author"}').expect(415);
    expect(await rows()).toEqual(before);
  }); // prettier-ignore

  it('have the method that they have', async () => {
    const token = await app.token('override@example.org');
    const id = (await app.http.get('/api/v1/me/tokens').set('authorization', `Bearer ${token}`)).body.items[0].id as string;
    for (const [name, value] of [['x-http-method-override', 'DELETE'], ['x-method-override', 'DELETE'], ['x-http-method', 'DELETE']] as const)
      await app.http.post(`/api/v1/me/tokens/${id}`).set('authorization', `Bearer ${token}`).set(name, value).expect(404);
    await app.http.post(`/api/v1/me/tokens/${id}?_method=DELETE`).set('authorization', `Bearer ${token}`).expect(404);
    await app.http.get('/api/v1/me').set('authorization', `Bearer ${token}`).expect(200);
  }); // prettier-ignore

  it('change nothing by GET, whatever route it is and whoever looks', async () => {
    const id = await submitted(app, conference, 'getter@example.org');
    await app.grant('getter@example.org', 'chair', conference.id);
    const cookie = await app.cookie('getter@example.org');
    const before = await rows();
    for (const { method, path } of routesOf(app.app)) {
      if (method !== 'GET' || path.startsWith('/mailbox')) continue;
      const url = path.replace(/:slug/g, 'web').replace(/:id/g, id).replace(/:\w+/g, 'x');
      for (const query of ['', '?_method=POST&act=submit&status=withdrawn'])
        expect((await app.http.get(`${url}${query}`).set('cookie', cookie)).status).toBeLessThan(500);
    }
    expect(await rows()).toEqual(before);
  });
});

describe('row 51: where to go next', () => {
  it.each(['//evil.example', '/\\evil.example', 'https:evil.example', 'https://evil.example', '%2f%2fevil.example', '/%2fevil.example', '/%5cevil.example', '/%09/evil.example', '/\t/evil.example', 'javascript:alert(1)', '\\\\evil.example', '/a\r\nlocation: https://evil.example', '///evil.example', ' //evil.example', 'evil.example'])(
    'is a page of ours: not %j',
    async (next) => {
      expect(safePath(next)).toBe('/me');
      const email = `next-${newKey()}@example.org`;
      const sent = await app.http.post('/sign-in').type('form').send({ email, next }).expect(303);
      expect(sent.headers['location']).toBe('/sign-in/sent?next=%2Fme');
      const page = await app.http.get('/sign-in').query({ next }).expect(200);
      expect(page.text).toContain('name="next" value="/me"');
      const [{ text }] = await app.db.query(`select text from mail_message where recipient_address = $1`, [email]);
      const link = new URL(/https?:\S+\/sign-in\/\S+/.exec(text)![0]).pathname;
      await app.http.post(link).expect(303).expect('location', '/me');
    },
  ); // prettier-ignore
});

describe('rows 52 and 53: addresses that a server would fetch', () => {
  /** Files that talk to another server, which the settings name and never a user. */
  const TALKS = new Set([
    'src/mail/smtp.ts',
    'src/mail/mailbox.ts',
    'src/platform/queue.ts',
    'src/platform/database.ts',
    // These look whether something listens at an address of the settings.
    'src/web/health.controller.ts',
    'src/main.ts',
  ]);

  it('are fetched by nothing: no product code opens a connection to what somebody typed', () => {
    const talking = sources('src')
      .filter((file) => !relative(ROOT, file).startsWith('src/tools/'))
      .filter((file) =>
        /\bfetch\(|from '(?:node:)?(?:http|https|net|tls|dgram|http2|undici|axios|got)'|\bcreateConnection\(/.test(
          readFileSync(file, 'utf8').replace(/import type .*|import \{ isIPv6 \} from 'node:net';/g, ''),
        ),
      )
      .map((file) => relative(ROOT, file))
      .filter((file) => !TALKS.has(file) && !/^src\/(?:web\/assets|accounts\/orcid|platform\/(?:embedded-postgres|open-database))/.test(file));
    expect(talking).toEqual([]);
  }); // prettier-ignore

  it.each(['http://127.1', 'http://0x7f.1', 'http://2130706433', 'http://[::ffff:127.0.0.1]', 'http://169.254.169.254/latest', 'http://localhost.', 'file:///etc/passwd', 'gopher://x'])(
    'may be typed for a website or are refused, and are only ever shown: %s',
    async (website) => {
      const { status } = await app.http
        .post('/api/v1/conferences/web/letters-of-interest')
        .set('idempotency-key', newKey())
        .send({ organisation: 'O', contactName: 'C', email: `w-${newKey()}@example.org`, contribution: 'venue', letter: 'We offer rooms.', website });
      expect([201, 422]).toContain(status);
    },
  ); // prettier-ignore
});

describe('row 54: names that are paths', () => {
  const NAMES = ['../../etc/passwd', '..%2f..%2fetc%2fpasswd', '..%5c..%5cboot.ini', '%2e%2e%2f%2e%2e%2fpackage.json', '%2fetc%2fpasswd', 'CON', 'con.csv', `${'a'.repeat(300)}.csv`, 'submissions.csv.', 'submissions.csv%00.png', '....//....//etc/passwd', 'submissions', '.env', 'submissions.csv%0d%0aset-cookie:x=1']; // prettier-ignore

  it.each(NAMES)('lead to nothing: %s', async (name) => {
    await app.grant('looker@example.org', 'chair', conference.id);
    const cookie = await app.cookie('looker@example.org');
    for (const start of ['/conferences/web/organise/exports', '/api/v1/proceedings-builds/0123456789abcdef/files', '/record/keys', '/mailbox', '/assets/js', '/submissions']) {
      const answer = await app.http.get(`${start}/${name}`).set('cookie', cookie);
      expect([start, [400, 401, 404, 414].includes(answer.status)]).toEqual([start, true]);
      expect(answer.text).not.toMatch(/root:x|"dependencies"/);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  }); // prettier-ignore

  it('of a file that is served are ours, as an attachment', async () => {
    await app.grant('looker@example.org', 'organiser', conference.id);
    const { headers } = await app.http
      .get('/conferences/web/organise/exports/submissions.csv')
      .set('cookie', await app.cookie('looker@example.org'))
      .expect(200);
    expect(headers['content-disposition']).toMatch(/^attachment; filename="[\x21-\x7e]+\.csv"$/);
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
  });
});

describe('row 59: texts that make a check slow', () => {
  it.each([
    ['spaces', ' '.repeat(100_000)], ['one letter', 'a'.repeat(100_000)], ['letters and spaces', 'a '.repeat(50_000)], ['at signs', '@'.repeat(100_000)],
    ['dots', 'a.'.repeat(50_000)], ['hyphens', '-'.repeat(100_000)], ['marks', '\u0301'.repeat(100_000)], ['joiners', '\u200d'.repeat(100_000)],
    ['line breaks', '\r\n'.repeat(50_000)], ['slashes', '/'.repeat(100_000)], ['percent signs', '%2'.repeat(50_000)], ['Han', '和平'.repeat(50_000)], ['emoji', '👩‍👩‍👧'.repeat(12_000)],
    ['letters and a wrong end', `${'a'.repeat(99_999)}!`], ['an address and a wrong end', `a@${'b.'.repeat(50_000)}!`],
  ])('end all the same: %s', (_what, text) => {
    // Whatever grows with more than a small power of the length would not come back within the test's two minutes.
    expect(normaliseEmail(text)).toBeUndefined();
    expect(safePath(text)).toBe('/me');
    expect(typeof countWords(text)).toBe('number');
    expect(typeof cleanText(text)).toBe('string');
    expect(typeof fold(text)).toBe('string');
    expect(typeof tooManyMarks(text)).toBe('boolean');
    expect(isStorable(text)).toBe(true);
  }); // prettier-ignore
});

describe('rows 55, 58 and 60: bodies of parts', () => {
  const ODD = [
    '--x\r\nContent-Disposition: form-data; name=""\r\n\r\na\r\n--x--\r\n',
    '--x\r\nContent-Disposition: form-data; name="a"\r\n--x--\r\n',
    '--x\r\nContent-Disposition: form-data; name="0"; filename="a"; filename="../b"; filename*=utf-8\'\'%2e%2e%2fc\r\n\r\nPK\u0003\u0004\r\n--x--\r\n',
    '--x\r\n\r\n--x--',
    '--x',
    '',
    Array.from(
      { length: 10_000 },
      (_, n) => `--x\r\nContent-Disposition: form-data; name="${n}"\r\n\r\n1\r\n`,
    ).join(''),
  ];

  it('are refused where no file is asked for, a thousand times, and the server goes on', async () => {
    const before = await rows();
    const cookie = await app.cookie('parts@example.org');
    for (let n = 0; n < 1000; n += 1) {
      const answer = await fetch(`${app.url}${n % 2 ? '/conferences/web/submit' : '/api/v1/conferences/web/submissions'}`, {
        method: 'POST',
        headers: { cookie, 'content-type': n % 3 ? 'multipart/form-data; boundary=x' : 'multipart/form-data' },
        body: ODD[n % ODD.length]!,
      });
      await answer.text();
      expect([400, 401, 415]).toContain(answer.status);
    }
    await app.http.get('/health/ready').expect(200);
    delete before['login_session'];
    expect(await rows()).toMatchObject({ submission: before['submission'], submission_author: before['submission_author'] });
  }); // prettier-ignore
});
