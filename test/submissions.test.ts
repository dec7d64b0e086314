import { jest } from '@jest/globals';
import { Conferences } from '../src/conferences/conferences.service.js';
import { personActor } from '../src/platform/actor.js';
import type { Refusal } from '../src/platform/refusal.js';
import { parse } from '../src/platform/validate.js';
import { CreateSubmissionDto } from '../src/submissions/submission.dto.js';
import { Submissions } from '../src/submissions/submissions.service.js';
import { abstractOf, createTestApp, type TestApp, type TestConference } from './support/app.js';

let app: TestApp;
let conference: TestConference;
let author: string;
let organiser: string;
let serial = 0;
const key = (): string => `test-key-${(serial += 1)}`;

beforeAll(async () => {
  app = await createTestApp();
  conference = await app.conference();
  author = await app.token('ani@example.org');
  organiser = await app.token('organiser@example.org', 'organiser', conference.id);
});
afterAll(() => app.close());

const submit = (body: object, token = author, idempotencyKey = key()) =>
  app.http
    .post(`/api/v1/conferences/${conference.slug}/submissions`)
    .set('authorization', `Bearer ${token}`)
    .set('idempotency-key', idempotencyKey)
    .send(body);

const words = (n: number): string => Array.from({ length: n }, () => 'word').join(' ');

describe('submitting', () => {
  it('stores a complete abstract, with a code that tells nothing, and mails every author', async () => {
    const { body } = await submit(abstractOf(conference)).expect(201).expect('etag', '"1"');
    expect(body).toMatchObject({ status: 'submitted', wordCount: 16, version: 1, held: false });
    expect(body.id).toMatch(/^T[A-Z]{2}-[0-9A-HJKMNP-TV-Z]{5}$/);
    expect(body.authors[0]).toMatchObject({ nativeName: 'Անի Օրինակ', corresponding: true });
    const mails = await app.db.query(
      `select recipient_address, subject, text from mail_message where subject_id = $1 order by recipient_address`,
      [body.id],
    );
    expect(mails.map((mail: { recipient_address: string }) => mail.recipient_address)).toEqual([
      'ani@example.org',
      'elnur@example.org',
    ]);
    for (const part of [body.id, body.textHash, 'Ani Example, Elnur Example', 'Return without trust', '16'])
      expect(mails[0].text).toContain(part);
    const audit = await app.db.query(`select action, after from audit_entry where subject_id = $1`, [
      body.id,
    ]);
    expect(audit).toEqual([
      {
        action: 'submission.submitted',
        after: { status: 'submitted', words: 16, textHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      },
    ]);
    // Salted under its writer's key: the record keeps nothing that a guess at the text could be compared with.
    expect(audit[0].after.textHash).not.toBe(body.textHash);
  });

  it('takes exactly the limit and refuses one word more with both numbers', async () => {
    await submit(abstractOf(conference, { abstract: words(300) })).expect(201);
    const { body } = await submit(abstractOf(conference, { abstract: words(301) })).expect(422);
    expect(body.fields).toEqual([
      {
        field: 'abstract',
        code: 'words',
        limit: 300,
        value: 301,
        message: 'At most 300 words; this has 301.',
      },
    ]);
  });

  it.each([
    ['zero-width spaces', Array.from({ length: 301 }, () => 'a').join('\u200b '), 301],
    ['em dashes', Array.from({ length: 301 }, () => 'war').join('—'), 301],
  ])('does not let words hide behind %s', async (_how, abstract, value) => {
    const { body } = await submit(abstractOf(conference, { abstract })).expect(422);
    expect(body.fields).toContainEqual(expect.objectContaining({ code: 'words', limit: 300, value }));
  });

  it('refuses a run of letters that no zero-width character separates any more', async () => {
    const { body } = await submit(
      abstractOf(conference, { abstract: Array.from({ length: 301 }, () => 'a').join('\u200b') }),
    ).expect(422);
    expect(body.fields[0]).toMatchObject({ field: 'abstract', code: 'overlongWord', limit: 80 });
  });

  it.each([
    ['an unknown field', { isAdmin: true }, 'isAdmin', 'whitelistValidation'],
    ['a status that is not the author’s to set', { status: 'accepted' }, 'status', 'isIn'],
    ['a number for a title', { title: 7 }, 'title', 'isString'],
    ['a list for a title', { title: ['a', 'b'] }, 'title', 'isString'],
    ['an operator object', { title: { $ne: null } }, 'title', 'isString'],
    ['a list for an author', { authors: [[]] }, 'authors', 'isObject'],
    ['NUL', { title: 'a\u0000b' }, 'title', 'unstorable'],
    ['half a surrogate pair', { abstract: 'a \ud800 b' }, 'abstract', 'unstorable'],
    [
      'a nested unknown field',
      { authors: [{ name: 'A', role: 'chair' }] },
      'authors[0].role',
      'whitelistValidation',
    ],
    ['a title of zero-width characters', { title: '\u200b\u2060' }, 'title', 'required'],
    [
      'an author without a name',
      { authors: [{ name: ' ', email: 'x@example.org' }] },
      'authors[0].name',
      'required',
    ],
    [
      'two addresses in one',
      { authors: [{ name: 'A', email: 'b@y.org, v@e.org' }] },
      'authors[0].email',
      'email',
    ],
    [
      'a line break in an address',
      { authors: [{ name: 'A', email: 'b@y.org\r\nBcc: v@e.org' }] },
      'authors[0].email',
      'email',
    ],
    [
      'a wrong ORCID iD',
      { authors: [{ name: 'A', orcid: '0000-0002-1825-0098' }] },
      'authors[0].orcid',
      'orcid',
    ],
    [
      'a country that is none',
      { authors: [{ name: 'A', country: 'XX' }] },
      'authors[0].country',
      'isISO31661Alpha2',
    ],
  ])('names the field for %s', async (_what, change, field, code) => {
    const { body, status } = await submit(abstractOf(conference, change));
    expect([400, 422]).toContain(status);
    expect(body.fields).toContainEqual(expect.objectContaining({ field, code }));
    expect(body.fields[0].message).not.toContain('refusal:');
  });

  it('counts characters as a reader does, keeps emoji whole, and names a long title’s length', async () => {
    const family = '👩‍👩‍👧‍👦';
    const { body } = await submit(abstractOf(conference, { title: family.repeat(300) })).expect(201);
    expect(body.title).toBe(family.repeat(300));
    const { body: problem } = await submit(abstractOf(conference, { title: '和'.repeat(301) })).expect(422);
    expect(problem.fields).toEqual([
      expect.objectContaining({ field: 'title', code: 'maxLength', limit: 300, value: 301 }),
    ]);
  });

  it('cleans what cannot be seen and keeps every letter', async () => {
    const title = '\u202eƏliyev\u200b  İğdır\u2028e\u0301 և Հայաստան ქართული за́мок\u0007';
    const { body } = await submit(abstractOf(conference, { title })).expect(201);
    expect(body.title).toBe('Əliyev İğdır \u00e9 և Հայաստան ქართული за́мок');
    await submit(abstractOf(conference, { title: `Z${'\u0316'.repeat(5)}algo` })).expect(422);
  });

  it('tells no more than fifty of a thousand unknown fields, and does not read a hundred thousand', async () => {
    const many = (length: number): object =>
      Object.fromEntries(Array.from({ length }, (_, n) => [`f${n}`, 1]));
    const { body } = await submit({ ...abstractOf(conference), ...many(1000) }).expect(400);
    expect(body.fields).toHaveLength(50);
    await submit({ ...abstractOf(conference), ...many(50_000) }).expect(413);
  });

  it.each(['__proto__', 'constructor', 'prototype'])('refuses the key %s', async (name) => {
    const response = await app.http
      .post(`/api/v1/conferences/${conference.slug}/submissions`)
      .set('authorization', `Bearer ${author}`)
      .set('idempotency-key', key())
      .set('content-type', 'application/json')
      .send(`{"status":"draft","${name}":{"a":1}}`);
    expect(response.status).toBe(400);
  });

  it('refuses a key given twice, deep nesting, a large body, no JSON and another form of body', async () => {
    const post = (type: string, body: string) =>
      app.http
        .post(`/api/v1/conferences/${conference.slug}/submissions`)
        .set('authorization', `Bearer ${author}`)
        .set('idempotency-key', key())
        .set('content-type', type)
        .send(body);
    expect(
      (await post('application/json', '{"status":"draft","title":"a","title":"b"}')).body.fields[0],
    ).toMatchObject({
      code: 'duplicate',
      field: 'title',
    });
    await post(
      'application/json',
      `{"status":"draft","title":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
    ).expect(400);
    await post('application/json', `{"status":"draft","abstract":"${'a'.repeat(10_000_000)}"}`).expect(413);
    await post('application/json', '{"status":').expect(400);
    await post('text/xml', '<a/>').expect(415);
  });

  it('refuses a topic of another conference', async () => {
    const other = await app.conference();
    const { body } = await submit(abstractOf(conference, { topics: [other.topics[0]] })).expect(422);
    expect(body.fields[0]).toMatchObject({ field: 'topics[0]', code: 'unknownTopic' });
  });

  it('wants a key, and makes one submission of fifty equal requests', async () => {
    await app.http
      .post(`/api/v1/conferences/${conference.slug}/submissions`)
      .set('authorization', `Bearer ${author}`)
      .send(abstractOf(conference))
      .expect(400);
    const same = key();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        submit(abstractOf(conference, { title: 'Fifty times' }), author, same),
      ),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201]));
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    const [{ n }] = await app.db.query(
      `select count(*)::int as n from submission where title = 'Fifty times'`,
    );
    expect(n).toBe(1);
    const { body } = await submit(abstractOf(conference, { title: 'Something else' }), author, same).expect(
      422,
    );
    expect(body.code).toBe('idempotency.reused');
  });

  it('asks who it is first, then whether the conference is there', async () => {
    await app.http
      .post(`/api/v1/conferences/nowhere/submissions`)
      .send('{')
      .set('content-type', 'application/json')
      .expect(400);
    await app.http.post(`/api/v1/conferences/nowhere/submissions`).send({}).expect(401);
    await app.http
      .post(`/api/v1/conferences/nowhere/submissions`)
      .set('authorization', `Bearer ${author}`)
      .send({ x: 1 })
      .expect(404);
  });
});

describe('the deadline', () => {
  it('closes at its instant: the millisecond before it is in time, the instant itself and the one after are not', async () => {
    const closing = await app.conference();
    await app.db.query(`update call set closes_at = date_trunc('seconds', closes_at) where id = $1`, [
      closing.callId,
    ]);
    const [{ at }] = await app.db.query(`select closes_at as at from call where id = $1`, [closing.callId]);
    const closesAt = at as Date;
    const entity = await app.app.get(Conferences).bySlug(closing.slug);
    const person = personActor(await app.person('ani@example.org'));
    // Nothing has passed since the last byte, so the request arrives when the Clock says.
    const actor = { ...person, request: { ...person.request, arrivedAt: Number.MAX_VALUE } };
    const arriving = (ms: number): Promise<string> => {
      const now = jest.spyOn(app.clock, 'now').mockResolvedValue(new Date(closesAt.getTime() + ms));
      return app.app
        .get(Submissions)
        .create(actor, entity, parse(CreateSubmissionDto, abstractOf(closing)))
        .then(
          ({ submission }) => submission.status,
          (refusal: Refusal) => refusal.code,
        )
        .finally(() => now.mockRestore());
    };
    expect([await arriving(-1), await arriving(0), await arriving(1)]).toEqual([
      'submitted',
      'call.closed',
      'call.closed',
    ]);
  });

  it('closes for requests, too', async () => {
    const closing = await app.conference();
    await app.db.query(`update call set closes_at = clock_timestamp() + interval '1 hour' where id = $1`, [
      closing.callId,
    ]);
    const post = () =>
      app.http
        .post(`/api/v1/conferences/${closing.slug}/submissions`)
        .set('authorization', `Bearer ${author}`)
        .set('idempotency-key', key())
        .send(abstractOf(closing));
    await post().expect(201);
    app.clock.offsetMs = 3_600_000;
    const { body } = await post().expect(422);
    app.clock.offsetMs = 0;
    expect(body.code).toBe('call.closed');
  });

  it('keeps what arrived in time, however long the commit takes', async () => {
    const closing = await app.conference();
    await app.db.query(`update call set closes_at = clock_timestamp() + interval '1 second' where id = $1`, [
      closing.callId,
    ]);
    // A stuck session holds the author's address, so that the request has to wait until long after the deadline.
    const runner = app.db.createQueryRunner();
    await runner.startTransaction();
    await runner.query(`insert into idempotency_key (owner, key, route, body_hash, created_at)
      select id, 'slow-commit-key', 'x', 'x', clock_timestamp() from person join person_address on person_id = id where address = 'ani@example.org'`);
    const sent = submitTo(closing, 'slow-commit-key');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await runner.rollbackTransaction();
    await runner.release();
    expect((await sent).status).toBe(201);
  });

  const submitTo = (to: TestConference, idempotencyKey: string) =>
    app.http
      .post(`/api/v1/conferences/${to.slug}/submissions`)
      .set('authorization', `Bearer ${author}`)
      .set('idempotency-key', idempotencyKey)
      .send(abstractOf(to))
      .then((answer) => answer);

  it('takes nothing before the call opens, and grants the grace that nobody is told of', async () => {
    const early = await app.conference({ opensIn: 10 });
    expect((await submitTo(early, key())).body.code).toBe('call.notOpen');
    const late = await app.conference({ closesIn: -5 });
    expect((await submitTo(late, key())).status).toBe(422);
    await app.db.query(`update call set grace_minutes = 10 where id = $1`, [late.callId]);
    expect((await submitTo(late, key())).status).toBe(201);
  });
});

describe('changing', () => {
  const as = (token: string, method: 'get' | 'patch' | 'post', path: string, version?: number) => {
    const request = app.http[method](`/api/v1${path}`)
      .set('authorization', `Bearer ${token}`)
      .set('idempotency-key', key());
    return version === undefined ? request : request.set('if-match', `"${version}"`);
  };

  it('keeps the history, sends a new receipt and asks for the version that was seen', async () => {
    const { body: first } = await submit(abstractOf(conference)).expect(201);
    const path = `/submissions/${first.id}`;
    expect((await as(author, 'patch', path).send({ title: 'Second' }).expect(400)).body.code).toBe(
      'version.missing',
    );
    const { body: second } = await as(author, 'patch', path, 1).send({ title: 'Second' }).expect(200);
    expect(second).toMatchObject({
      title: 'Second',
      version: 2,
      abstract: first.abstract,
      authors: first.authors,
    });
    await as(author, 'patch', path, 1).send({ title: 'Third' }).expect(412);
    const { body: history } = await as(author, 'get', `${path}/history`).expect(200);
    expect(history.items.map((one: { title: string }) => one.title)).toEqual(['Second', first.title]);
    const [{ n }] = await app.db.query(
      `select count(*)::int as n from mail_message where subject_id = $1 and recipient_address = 'ani@example.org'`,
      [first.id],
    );
    expect(n).toBe(2);
  });

  it('does not let a submitted abstract become incomplete', async () => {
    const { body } = await submit(abstractOf(conference)).expect(201);
    const { body: problem } = await as(author, 'patch', `/submissions/${body.id}`, 1)
      .send({ abstract: words(301), authors: [] })
      .expect(422);
    expect(problem.fields.map((field: { code: string }) => field.code)).toEqual(['words', 'authors']);
  });

  it('saves an unfinished draft and submits it when it is complete', async () => {
    const { body: draft } = await submit({ status: 'draft', title: 'Only a title' }).expect(201);
    const path = `/submissions/${draft.id}`;
    const { body: problem } = await as(author, 'post', `${path}/submit`, 1).send().expect(422);
    expect(problem.fields.map((field: { field: string }) => field.field)).toEqual([
      'abstract',
      'topics',
      'authors',
    ]);
    const { status: _status, ...content } = abstractOf(conference);
    await as(author, 'patch', path, 1).send(content).expect(200);
    const { body } = await as(author, 'post', `${path}/submit`, 2).send().expect(200);
    expect(body).toMatchObject({ status: 'submitted', version: 3 });
  });

  it('withdraws with a reason and takes that back while the call is open', async () => {
    const { body } = await submit(abstractOf(conference)).expect(201);
    const path = `/submissions/${body.id}`;
    const { body: gone } = await as(author, 'post', `${path}/withdraw`, 1)
      .send({ reason: 'Another time' })
      .expect(200);
    expect(gone).toMatchObject({ status: 'withdrawn', withdrawalReason: 'Another time' });
    expect((await as(author, 'post', `${path}/withdraw`, 2).send({}).expect(409)).body.code).toBe('state');
    const { body: back } = await as(author, 'post', `${path}/restore`, 2).send().expect(200);
    expect(back).toMatchObject({ status: 'submitted', withdrawalReason: null });
  });
});

describe('who may see it', () => {
  it('is there for its authors and organisers, and for nobody else', async () => {
    const { body } = await submit(abstractOf(conference)).expect(201);
    const other = await app.conference();
    const see = async (email: string, role?: 'organiser', conferenceId?: string) => {
      const token = await app.token(email, role ?? 'author', conferenceId ?? null);
      return (await app.http.get(`/api/v1/submissions/${body.id}`).set('authorization', `Bearer ${token}`))
        .status;
    };
    expect(await see('elnur@example.org')).toBe(200);
    expect(await see('stranger@example.org')).toBe(404);
    expect(await see('other@example.org', 'organiser', other.id)).toBe(404);
    expect(await see('organiser@example.org', 'organiser', conference.id)).toBe(200);
    await app.http.get(`/api/v1/submissions/${body.id}`).expect(401);
  });

  it('keeps drafts from organisers and from co-authors', async () => {
    const { body } = await submit({ ...abstractOf(conference), status: 'draft' }).expect(201);
    for (const token of [organiser, await app.token('elnur@example.org')])
      await app.http
        .get(`/api/v1/submissions/${body.id}`)
        .set('authorization', `Bearer ${token}`)
        .expect(404);
  });

  it('lets organisers list, filter and search, with and without diacritics', async () => {
    const fresh = await app.conference();
    const chair = await app.token('chair@example.org', 'organiser', fresh.id);
    for (const title of ['Əliyev and others', 'Town twinning', 'A third'])
      await app.http
        .post(`/api/v1/conferences/${fresh.slug}/submissions`)
        .set('authorization', `Bearer ${author}`)
        .set('idempotency-key', key())
        .send(
          abstractOf(fresh, { title, topics: title === 'A third' ? [fresh.topics[2]] : [fresh.topics[0]] }),
        )
        .expect(201);
    const list = async (query: string) =>
      (
        await app.http
          .get(`/api/v1/conferences/${fresh.slug}/submissions?${query}`)
          .set('authorization', `Bearer ${chair}`)
      ).body;
    expect((await list('')).items.map((item: { title: string }) => item.title)).toEqual([
      'A third',
      'Town twinning',
      'Əliyev and others',
    ]);
    expect((await list('q=eliyev')).items).toHaveLength(1);
    expect((await list('q=%25')).items).toHaveLength(0);
    expect((await list(`topic=${fresh.topics[2]}`)).items).toHaveLength(1);
    expect((await list('status=accepted')).items).toHaveLength(0);
    const first = await list('limit=2');
    expect(first.items).toHaveLength(2);
    const second = await list(`limit=2&after=${first.next}`);
    expect(second.items.map((item: { title: string }) => item.title)).toEqual(['Əliyev and others']);
    expect(second.next).toBeNull();
    for (const odd of ['limit=-1', 'limit=1e3', 'after=x', 'status=a&status=b', 'sort=id', 'status[$ne]=x'])
      expect(
        (
          await app.http
            .get(`/api/v1/conferences/${fresh.slug}/submissions?${odd}`)
            .set('authorization', `Bearer ${chair}`)
        ).status,
      ).toBeGreaterThanOrEqual(400);
    await app.http
      .get(`/api/v1/conferences/${fresh.slug}/submissions`)
      .set('authorization', `Bearer ${author}`)
      .expect(403);
  });
});
