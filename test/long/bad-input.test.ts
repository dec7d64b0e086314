import { Agent, request } from 'node:http';
import { createTestApp, abstractOf, type TestApp, type TestConference } from '../support/app.js';
import { formsOf, linksOf, type PageForm } from '../support/forms.js';
import { assigned, moveTo, newKey, reviewer, someone, submitted } from '../support/panel.js';

/*
 * Rows of the catalogue of bad inputs that no other test has; docs/testing.md names the test of every row. Each field of
 * each body of the API is tried in bad-input-fields.test.ts.
 */

let app: TestApp;
let conference: TestConference;
let author: string;

beforeAll(async () => {
  app = await createTestApp();
  conference = await app.conference();
  await app.db.query(`update conference set letters_open = true, registration_open = true where id = $1`, [
    conference.id,
  ]);
  author = await app.token('ani@example.org');
});
afterAll(() => app.close());

const submit = (change: object, type = 'application/json') =>
  app.http
    .post(`/api/v1/conferences/${conference.slug}/submissions`)
    .set('authorization', `Bearer ${author}`)
    .set('idempotency-key', newKey())
    .set('content-type', type)
    .send(abstractOf(conference, change as Record<string, unknown>));

const words = (n: number, separator: string): string =>
  Array.from({ length: n }, () => 'word').join(separator);

const organiserOf = (of: TestConference): Promise<string> =>
  app.token(`organiser-${of.slug}@example.org`, 'organiser', of.id);
/** The conference's exports, as its organiser's browser gets them. */
async function exported(of: TestConference, file: string): Promise<string> {
  await app.grant(`organiser-${of.slug}@example.org`, 'organiser', of.id);
  const cookie = await app.cookie(`organiser-${of.slug}@example.org`);
  return (
    await app.http.get(`/conferences/${of.slug}/organise/exports/${file}`).set('cookie', cookie).expect(200)
  ).text;
}
const page = async (of: TestConference, path: string): Promise<string> => {
  await app.grant(`organiser-${of.slug}@example.org`, 'organiser', of.id);
  const cookie = await app.cookie(`organiser-${of.slug}@example.org`);
  return (await app.http.get(path).set('cookie', cookie).expect(200)).text;
};
async function taken(of: TestConference, change: Record<string, unknown>): Promise<Record<string, string>> {
  const { body } = await app.http
    .post(`/api/v1/conferences/${of.slug}/submissions`)
    .set('authorization', `Bearer ${author}`)
    .set('idempotency-key', newKey())
    .send(abstractOf(of, change))
    .expect(201);
  return body as Record<string, string>;
}
async function search(of: TestConference, q: string): Promise<string[]> {
  const { body } = await app.http
    .get(`/api/v1/conferences/${of.slug}/submissions`)
    .query({ q })
    .set('authorization', `Bearer ${await organiserOf(of)}`)
    .expect(200);
  return body.items.map(({ id }: { id: string }) => id);
}
const fieldsIn = (body: { fields: { field: string; code: string }[] }): string[] =>
  body.fields.map(({ field, code }) => `${field} ${code}`);

describe('row 1: words at the limit', () => {
  it('keeps what was typed in the form, with both numbers, in a text of 301 words', async () => {
    const cookie = await app.cookie('ani@example.org');
    const { text } = await app.http
      .post(`/conferences/${conference.slug}/submit`)
      .set('cookie', cookie)
      .type('form')
      .send({ act: 'submit', title: 'Kept', abstract: words(301, ' '), 'authors[0][name]': 'Ani' })
      .expect(422);
    expect(text).toContain('At most 300 words; this has 301.');
    expect(text).toContain(words(301, ' '));
  });
});

describe('rows 2 and 3: words that hide', () => {
  it.each([
    ['en dashes', words(301, '–'), 301],
    ['white space of other kinds', words(301, '\u2003'), 301],
    ['line and paragraph separators', words(301, '\u2028'), 301],
    ['joiners beside spaces', words(301, '\u200d \u200c'), 301],
    ['Han without spaces', '和平与战争的记忆'.repeat(61), 305],
  ])('are counted behind %s', async (_how, abstract, value) => {
    const { body } = await submit({ abstract }).expect(422);
    expect(body.fields).toContainEqual(
      expect.objectContaining({ field: 'abstract', code: 'words', limit: 300, value }),
    );
  });

  it('are shown cleaned of what has no width', async () => {
    const { title, abstract } = await taken(conference, {
      title: 'No\u200b wi\u2060dth',
      abstract: 'One\ufeff two.',
    });
    expect([title, abstract]).toEqual(['No width', 'One two.']);
  });
});

describe('rows 4 to 8: letters of the region', () => {
  const names = ['Əli Iğdırlı', 'İlham Ilıcalı', 'Անի Եվա և Հայկ', 'გიორგი', 'Ольга Ёлкина', 'Işıl Şahin'];
  const title = 'Ի՞նչ է ու և «Հայաստան»։ Sülhə doğru; მშვიდობა; за́мок и ёлка; İstanbul’da ışıq';
  let of: TestConference;
  let id: string;

  beforeAll(async () => {
    of = await app.conference();
    ({ id } = (await taken(of, {
      title,
      abstract: `${title}. Co\u00adoperation.`,
      authors: names.map((name, n) => ({
        name,
        nativeName: name,
        affiliation: 'İzmir İqtisad Universiteti',
        ...(n === 0 && { email: 'ani@example.org', corresponding: true }),
      })),
    })) as { id: string });
  });

  it('come out of API, page, mail, CSV and JSON as they went in', async () => {
    const [mail] = await app.db.query(`select subject, text, html from mail_message where subject_id = $1`, [
      id,
    ]);
    const asOrganiser = await page(of, `/conferences/${of.slug}/organise/submissions/${id}`);
    const { body } = await app.http
      .get(`/api/v1/submissions/${id}`)
      .set('authorization', `Bearer ${author}`)
      .expect(200);
    expect(body.title).toBe(title);
    expect(body.authors.map(({ name }: { name: string }) => name)).toEqual(names);
    const csv = await exported(of, 'authors.csv');
    const json = JSON.stringify(JSON.parse(await exported(of, 'authors.json')));
    for (const name of names)
      for (const [where, text] of Object.entries({
        asOrganiser,
        mail: mail.text,
        html: mail.html,
        csv,
        json,
      }))
        expect([where, text.includes(name)]).toEqual([where, true]);
    for (const text of [mail.text, asOrganiser, await exported(of, 'submissions.csv')])
      expect(text).toContain(title);
  });

  it.each([
    'eli igdirli',
    'Əli Iğdırlı',
    'ilham ILICALI',
    'İLHAM',
    'isil sahin',
    'замок',
    'за\u0301мок',
    'елка',
    'ЁЛКА',
    'cooperation',
    'მშვიდობა',
    'Հայաստան',
    'istanbul',
  ])('are found by %s', async (q) => {
    expect(await search(of, q)).toEqual([id]);
  });

  it('tell two people apart who only look alike: folding finds, and never identifies', async () => {
    const { authors } = (await taken(of, {
      authors: [
        { name: 'Ilık', affiliation: 'A', email: 'ilik@example.org', corresponding: true },
        { name: 'İlik', affiliation: 'B' },
        { name: 'ILIK', affiliation: 'C' },
      ],
    })) as unknown as { authors: { name: string }[] };
    expect(authors.map(({ name }) => name)).toEqual(['Ilık', 'İlik', 'ILIK']);
  });

  it('are never put into upper case by a style sheet', async () => {
    for (const sheet of ['concord.css', 'organise.css']) {
      const { text } = await app.http.get(`/assets/${sheet}`).expect(200);
      expect(text).not.toMatch(/text-transform:\s*(?:uppercase|capitalize)|small-caps/);
    }
  });
});

describe('row 9: marks', () => {
  it('are composed: two ways to write a letter are one', async () => {
    const { title } = await taken(conference, { title: 'cafe\u0301 й е\u0308' });
    expect(title).toBe('café й ё');
  });
});

describe('row 10: long titles without spaces', () => {
  it('come whole into page, mail and export', async () => {
    const of = await app.conference();
    const title = '和平与战争的记忆'.repeat(37).slice(0, 296);
    const { id } = (await taken(of, { title })) as { id: string };
    const [{ text, subject }] = await app.db.query(
      `select text, subject from mail_message where subject_id = $1`,
      [id],
    );
    expect(text).toContain(title);
    expect(subject).not.toMatch(/[\r\n]/);
    expect(await page(of, `/conferences/${of.slug}/organise/submissions/${id}`)).toContain(title);
    expect(await exported(of, 'submissions.csv')).toContain(title);
  });
});

describe('row 13: controls', () => {
  it('make no second line of a mail’s subject, nor anything that cannot be seen', async () => {
    const { id, title } = (await taken(conference, {
      title: 'One\r\nBcc: v@example.org\u2028two\u0085three\u001b[31m\u009f\ufffe\u{1ffff}',
    })) as { id: string; title: string };
    expect(title).toBe('One Bcc: v@example.org two three[31m');
    const mails = await app.db.query(
      `select subject, recipient_address as to from mail_message where subject_id = $1`,
      [id],
    );
    for (const { subject } of mails) expect(subject).not.toMatch(/(?! )\p{White_Space}|\p{C}/u);
    expect(mails.map(({ to }: { to: string }) => to)).not.toContain('v@example.org');
  });
});

describe('rows 14 and 15: direction', () => {
  it('is nobody’s to turn in a line, and each name stands for itself in pages', async () => {
    const of = await app.conference();
    const name = 'محمد رضا';
    const { id, authors } = (await taken(of, {
      title: 'paper\u202efdp.exe',
      authors: [
        { name: 'Ani \u2066Example', affiliation: 'A', email: 'ani@example.org', corresponding: true },
        { name, nativeName: 'דוד', affiliation: 'اصفهان' },
        { name: 'Zoe Example', affiliation: 'Z' },
      ],
    })) as unknown as { id: string; authors: { name: string }[] };
    expect(authors.map((one) => one.name)).toEqual(['Ani Example', name, 'Zoe Example']);
    for (const path of [`/conferences/${of.slug}/organise/submissions/${id}`]) {
      const html = await page(of, path);
      expect(html).toContain(name);
      // Nowhere in one run of text with others.
      for (const text of html.match(/>[^<]*محمد رضا[^<]*</g) ?? [])
        expect([path, text]).toEqual([path, `>${name}<`]);
    }
    const cookie = await app.cookie('ani@example.org');
    const own = await app.http.get(`/submissions/${id}`).set('cookie', cookie).expect(200);
    for (const text of own.text.match(/>[^<]*محمد رضا[^<]*</g) ?? []) expect(text).toBe(`>${name}<`);
    expect(own.text).toContain('paperfdp.exe');
  });
});

describe('row 17: much of everything', () => {
  it('is refused for 50,000 keys in a query before it is read', async () => {
    const answer = await fetch(
      `${app.url}/api/v1/conferences?${Array.from({ length: 50_000 }, (_, n) => `k${n}=`).join('&')}`,
    );
    expect([400, 413, 414, 431]).toContain(answer.status);
  });

  it.each(['', '/api/v1'])(
    'is refused for a body of 10 MB with 413 in a form and in JSON (%s)',
    async (start) => {
      const form = start === '';
      const answer = await app.http
        .post(
          form
            ? `/conferences/${conference.slug}/submit`
            : `${start}/conferences/${conference.slug}/submissions`,
        )
        .set('content-type', form ? 'application/x-www-form-urlencoded' : 'application/json')
        .send(form ? `title=${'a'.repeat(10_000_000)}` : `{"title":"${'a'.repeat(10_000_000)}"}`);
      expect(answer.status).toBe(413);
    },
  );

  it('tells a sender who does not listen before everything is sent', async () => {
    const body = Buffer.alloc(10_000_000, 'a');
    const agent = new Agent({ keepAlive: true });
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request(
        `${app.url}/conferences/${conference.slug}/submit`,
        {
          method: 'POST',
          agent,
          headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length },
        },
        (response) => response.resume().once('end', () => resolve(response.statusCode)),
      );
      sent.once('error', reject);
      const next = (from: number): void => {
        if (from >= body.length) sent.end();
        else sent.write(body.subarray(from, from + 100_000), () => setImmediate(next, from + 100_000));
      };
      next(0);
    });
    agent.destroy();
    expect(answer).toBe(413);
  });

  it.each([
    ['100,000 fields', Array.from({ length: 100_000 }, (_, n) => `f${n}=1`).join('&')],
    ['names of 10,000 levels', `title${'[a]'.repeat(10_000)}=1`],
    ['lists in lists', `authors${'[]'.repeat(1000)}=1`],
    ['3,000 authors', Array.from({ length: 3000 }, (_, n) => `authors[][name]=${n}`).join('&')],
  ])('is refused for a form of %s, and not read in part', async (_what, body) => {
    const cookie = await app.cookie('ani@example.org');
    await app.http
      .post(`/conferences/${conference.slug}/submit`)
      .set('cookie', cookie)
      .set('content-type', 'application/x-www-form-urlencoded')
      .send(body)
      .expect(413);
  });
});

describe('row 20: days', () => {
  it.each([
    '2027-02-29', '2027-13-01', '0001-01-01', '9999-12-31', '2027-00-10', '2027-1-1', '0000-01-01', '+012027-01-01', '10000-01-01', '-2027-01-01', '2027-10-31T24:00:00Z',
    '2027-10-31T00:00:00', '2027-10-31+14:00', '31.10.2027', '20271031', 'tomorrow', '٢٠٢٧-١٠-٣١',
  ])('that are none are refused by name: %s', async (day) => {
    const operator = await app.token('operator@example.org', 'operator');
    const { body, status } = await app.http
      .post('/api/v1/conferences')
      .set('authorization', `Bearer ${operator}`)
      .set('idempotency-key', newKey())
      .send({ ...DAYS, startsOn: day, call: { deadlineDay: day, opensOn: day, reviewsDueDay: day, decisionsOn: day } });
    expect(status).toBe(422);
    for (const field of ['startsOn', 'call.deadlineDay', 'call.opensOn', 'call.reviewsDueDay', 'call.decisionsOn'])
      expect(fieldsIn(body)).toContain(`${field} day`);
  }); // prettier-ignore

  it.each([
    ['2028-02-29', '2028-02-29'],
    ['1900-01-01', '2200-12-31'],
  ])('at the edges are taken: %s to %s', async (first, last) => {
    const operator = await app.token('operator@example.org', 'operator');
    const { body } = await app.http
      .post('/api/v1/conferences')
      .set('authorization', `Bearer ${operator}`)
      .set('idempotency-key', newKey())
      .send({
        ...DAYS,
        slug: `edge-${first}`,
        codePrefix: first === last ? 'EDG' : 'EDH',
        startsOn: first,
        endsOn: last,
        call: { opensOn: first, deadlineDay: last, reviewsDueDay: last, decisionsOn: last },
      })
      .expect(201);
    expect(body).toMatchObject({ startsOn: first, endsOn: last });
  });

  const DAYS = {
    slug: 'days',
    codePrefix: 'DAY',
    name: 'Days',
    organiserName: 'Example Institute',
    timeZone: 'Asia/Tbilisi',
  };
});

describe('row 22: one for many', () => {
  it('is refused where one is wanted, in the order of the rest', async () => {
    const { body } = await submit({ title: ['a', 'b'], status: ['submitted'], topics: 'one' }).expect(400);
    expect(fieldsIn(body).toSorted()).toEqual(['status isString', 'title isString', 'topics isArray']);
  });
});

describe('row 33: cells that are formulas', () => {
  it.each(['=1+1', '+1', '-1', '@sum', '＝1', '=HYPERLINK("http://x")', `";=1`])(
    'leave in CSV disarmed, in JSON as they are: %s',
    async (title) => {
      const of = await app.conference();
      await taken(of, { title });
      const csv = await exported(of, 'submissions.csv');
      const disarmed = /^[=+\-@＝]/.test(title) ? `'${title}` : title;
      expect(csv).toContain(`,"${disarmed.replaceAll('"', '""')}",`);
      expect(JSON.parse(await exported(of, 'submissions.json'))[0].title).toBe(title);
    },
  );
});

describe('row 48: what is not theirs', () => {
  it.each([
    [{ status: 'accepted' }, 'status'],
    [{ createdBy: 'x' }, 'createdBy'],
    [{ conferenceId: 'x' }, 'conferenceId'],
    [{ heldUntil: null }, 'heldUntil'],
    [{ decision: { outcome: 'accepted' } }, 'decision'],
    [{ authors: [{ name: 'A', personId: 'x' }] }, 'authors[0].personId'],
  ])('changes nothing: %j', async (change, field) => {
    const { id } = (await taken(conference, {})) as { id: string };
    const row = () => app.db.query('select s.*, s.xmin from submission s where id = $1', [id]);
    const before = await row();
    const { body } = await app.http
      .patch(`/api/v1/submissions/${id}`)
      .set('authorization', `Bearer ${author}`)
      .set('if-match', '"1"')
      .send({ title: 'Changed', ...change })
      .expect(400);
    expect(fieldsIn(body)).toEqual([`${field} whitelistValidation`]);
    expect(await row()).toEqual(before);
  });
});

describe('the forms of all pages', () => {
  /** A browser's form, in which lists are written as `a[0][b]`. */
  const post = async (form: PageForm, cookie: string, typed: [string, string][]) => {
    const body = new URLSearchParams([...form.given, ...typed]);
    if (body.has('idempotencyKey')) body.set('idempotencyKey', newKey());
    const answer = await fetch(`${app.url}${form.action}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
      body,
    });
    return { status: answer.status, text: await answer.text() };
  };
  const forms = new Map<string, { form: PageForm; cookie: string }>();
  const faults: string[] = [];

  beforeAll(async () => {
    const emails = ['chair@example.org', 'writer@example.org', 'reviewing@example.org'];
    await app.grant('chair@example.org', 'chair', conference.id);
    const chair = await app.token('chair@example.org', 'chair', conference.id);
    const judged = await submitted(app, conference, 'writer@example.org');
    await submitted(app, conference, 'writer@example.org', { status: 'draft' });
    const panel = await reviewer(app, conference, chair, 'reviewing@example.org');
    await assigned(app, chair, judged, panel.id);
    await app.http
      .post(`/api/v1/conferences/${conference.slug}/reviewers`)
      .set('authorization', `Bearer ${chair}`)
      .send({ email: 'writer@example.org', name: 'W', affiliation: 'Elsewhere' })
      .expect(201);
    await app.http
      .post(`/api/v1/conferences/${conference.slug}/letters-of-interest`)
      .set('authorization', `Bearer ${author}`)
      .set('idempotency-key', newKey())
      .send({ organisation: 'O', contactName: 'C', contribution: 'venue', letter: 'We offer rooms.' })
      .expect(201);
    await moveTo(app, await submitted(app, conference, someone('decided')), 'under_review');
    const accepted = await submitted(app, conference, someone('accepted'));
    await moveTo(app, accepted, 'under_review');
    await moveTo(app, accepted, 'accepted');
    await app.http
      .post(`/api/v1/conferences/${conference.slug}/registrations`)
      .set('authorization', `Bearer ${await app.token('writer@example.org')}`)
      .set('idempotency-key', newKey())
      .send({ name: 'W', attendance: 'online' })
      .expect(201);
    for (const email of emails) {
      const cookie = await app.cookie(email);
      const waiting = [
        `/conferences/${conference.slug}`,
        `/conferences/${conference.slug}/organise`,
        '/me',
        '/me/reviews',
        '/sign-in',
      ];
      for (let at = 0; at < waiting.length && at < 120; at += 1) {
        const path = waiting[at]!;
        const answer = await fetch(`${app.url}${path}`, { headers: { cookie }, redirect: 'manual' });
        const html = await answer.text();
        if (answer.status >= 500) faults.push(`GET ${path}: ${answer.status}`);
        for (const link of linksOf(html))
          if (!waiting.includes(link) && !link.includes('/exports/')) waiting.push(link);
        for (const form of formsOf(path, html)) {
          const kind = `${form.action.replace(/[A-Z]{3}-[0-9A-Z]{5}|[0-9a-z]{16}/g, ':id')} ${form.typed.map(({ name }) => name).join()}`;
          if (form.typed.length > 0 && !forms.has(kind)) forms.set(kind, { form, cookie });
        }
      }
    }
  });

  it('are found', () => {
    expect(forms.size).toBeGreaterThan(20);
    expect(faults).toEqual([]);
  });

  it('lose nothing that was typed when it is too long, and tell where', async () => {
    const lost: string[] = [];
    for (const { form, cookie } of forms.values()) {
      const { status, text } = await post(
        form,
        cookie,
        form.typed.map(({ name, long }, n) => [name, `kept-${n}-${'xxxxxxxxx '.repeat(long ? 3000 : 60)}`]),
      );
      if (status !== 422 && status !== 400) lost.push(`${form.action}: ${status}`);
      for (const [n, { name }] of form.typed.entries())
        if (!text.includes(`kept-${n}-`)) lost.push(`${form.action} ${name}: ${status}`);
    }
    expect(lost).toEqual([]);
  });

  it('lose nothing that was typed where a character cannot be kept, and mark it', async () => {
    const lost: string[] = [];
    for (const { form, cookie } of forms.values()) {
      const { status, text } = await post(
        form,
        cookie,
        form.typed.map(({ name }, n) => [name, `kept-${n}-a\0b`]),
      );
      if (status !== 400) lost.push(`${form.action}: ${status}`);
      for (const [n, { name }] of form.typed.entries())
        if (!text.includes(`kept-${n}-a\ufffdb`)) lost.push(`${form.action} ${name}: ${status}`);
    }
    expect(lost).toEqual([]);
  });

  it.each([
    ['five marks', `Z${'\u0316'.repeat(5)}`],
    ['what turns and hides', '\u202ea\u200bb\u0007\u2028\ufffe'],
    ['nothing to be seen', '\u200b\u200d'],
    ['markup', `"><script>alert(1)</script>{{7*7}}' or 1=1--`],
    ['a number that is none', '1e309'],
  ])('never fail by %s', async (_what, value) => {
    const failed: string[] = [];
    for (const { form, cookie } of forms.values()) {
      const { status, text } = await post(
        form,
        cookie,
        form.typed.map(({ name }) => [name, value]),
      );
      if (status >= 500) failed.push(`${form.action}: ${status}`);
      if (text.includes('<script>alert')) failed.push(`${form.action} writes the script`);
    }
    expect(failed).toEqual([]);
  });

  it('never fail by fields of another shape', async () => {
    const failed: string[] = [];
    for (const { form, cookie } of forms.values())
      for (const change of [
        (name: string): [string, string][] => [[`${name}[]`, 'a']],
        (name: string): [string, string][] => [[`${name}[$ne]`, 'a']],
        (name: string): [string, string][] => [
          [name, 'a'],
          [name, 'b'],
        ],
        (name: string): [string, string][] => [[`${name}[__proto__][x]`, 'a']],
        (): [string, string][] => [
          ['isAdmin', '1'],
          ['status', 'accepted'],
          ['__proto__', 'x'],
          ['toString', 'x'],
        ],
      ]) {
        const { status } = await post(
          form,
          cookie,
          form.typed.flatMap(({ name }) => change(name)),
        );
        if (status >= 500) failed.push(`${form.action} ${change('x').join()}: ${status}`);
      }
    expect(failed).toEqual([]);
  });
});
