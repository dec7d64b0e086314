import { abstractOf, createTestApp, type TestApp, type TestConference } from './support/app.js';

let app: TestApp;
let operator: string;

beforeAll(async () => {
  app = await createTestApp();
  operator = await app.token('operator@example.org', 'operator');
});
afterAll(() => app.close());

const bearer = (token: string) => `Bearer ${token}`;

/** A conference of its own with a token of its chair, who is also its organiser. */
async function withChair(
  options?: Parameters<TestApp['conference']>[0],
): Promise<{ conference: TestConference; chair: string; email: string; path: string }> {
  const conference = await app.conference(options);
  const email = `chair-of-${conference.slug}@example.org`;
  await app.grant(email, 'organiser', conference.id);
  const chair = await app.token(email, 'chair', conference.id);
  return { conference, chair, email, path: `/api/v1/conferences/${conference.slug}` };
}

async function change(path: string, token: string, input: object, version = 1) {
  return app.http.patch(path).set('authorization', bearer(token)).set('if-match', `"${version}"`).send(input);
}

const fields = (body: { fields?: { field: string; code: string }[] }) =>
  (body.fields ?? []).map(({ field, code }) => `${field} ${code}`);

const wanted = (slug: string, codePrefix: string, more: object = {}): object => ({
  slug,
  codePrefix,
  name: 'Example Conference',
  organiserName: 'Example Institute',
  timeZone: 'Asia/Tbilisi',
  contactAddress: 'Office@Example.org',
  interpretation: ['hy', 'az', 'ru', 'tr'],
  call: { deadlineDay: '2099-10-31' },
  topics: [{ title: 'Dialogue' }, { title: 'Trust' }],
  criteria: [{ title: 'Relevance', anchors: ['none', 'slight', 'fair', 'clear', 'major'], weight: 2 }],
  ...more,
});

const create = (token: string | null, input: object) => {
  const request = app.http.post('/api/v1/conferences');
  return (token ? request.set('authorization', bearer(token)) : request).send(input);
};
const replace = (path: string, token: string, input: object, version: number) =>
  app.http.put(path).set('authorization', bearer(token)).set('if-match', `"${version}"`).send(input);
const grant = (path: string, token: string, input: object) =>
  app.http.post(`${path}/roles`).set('authorization', bearer(token)).send(input);
const revoke = (path: string, token: string, personId: string, role: string) =>
  app.http.delete(`${path}/roles/${personId}/${role}`).set('authorization', bearer(token));

describe('reading conferences', () => {
  it('is for anyone, without settings and without the grace period', async () => {
    const { conference, path, chair } = await withChair();
    await app.db.query('update call set grace_minutes = 45 where id = $1', [conference.callId]);
    const answer = await app.http.get(path);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ slug: conference.slug, settings: null });
    expect(answer.body.call).toMatchObject({ state: 'open', graceUntil: null, wordLimit: 300 });
    expect(answer.text).not.toContain(conference.id);
    expect(answer.text).not.toMatch(/graceMinutes/);
    expect(answer.headers['etag']).toBe('"1"');
    const seen = await app.http.get(path).set('authorization', bearer(chair));
    expect(seen.body.settings).toMatchObject({ graceMinutes: 45, reviewsPerSubmission: 3 });
  });

  it('shows auditors the settings', async () => {
    const { conference, path } = await withChair();
    const auditor = await app.token('auditor@example.org', 'auditor', conference.id);
    const seen = await app.http.get(path).set('authorization', bearer(auditor));
    expect(seen.body.settings).not.toBeNull();
  });

  it('answers 404 for one that is not there', async () => {
    expect((await app.http.get('/api/v1/conferences/nowhere')).status).toBe(404);
  });

  it('lists page by page, rehearsals for the operator only', async () => {
    await app.conference({ slug: 'a-rehearsal', kind: 'rehearsal' });
    await app.conference();
    const all: string[] = [];
    let next: string | null = null;
    do {
      const page = await app.http.get(`/api/v1/conferences?limit=1${next ? `&after=${next}` : ''}`);
      expect(page.status).toBe(200);
      expect(page.body.items).toHaveLength(1);
      all.push(page.body.items[0].slug);
      next = page.body.next;
    } while (next);
    expect(new Set(all).size).toBe(all.length);
    expect(all).not.toContain('a-rehearsal');
    const operators = await app.http.get('/api/v1/conferences').set('authorization', bearer(operator));
    expect(operators.body.items.map((item: { slug: string }) => item.slug)).toContain('a-rehearsal');
  });

  it('refuses a cursor that is none, and a limit beyond the most', async () => {
    expect((await app.http.get('/api/v1/conferences?after=nonsense')).status).toBe(400);
    expect((await app.http.get('/api/v1/conferences?limit=1000')).status).toBe(422);
    expect((await app.http.get('/api/v1/conferences?limit=x')).status).toBe(400);
  });
});

describe('creating a conference', () => {
  it('is the operator’s', async () => {
    expect((await create(null, wanted('c-1', 'CA'))).status).toBe(401);
    const author = await app.token('somebody@example.org');
    expect((await create(author, wanted('c-1', 'CA'))).status).toBe(403);
    // Rights come before the form of the body.
    expect((await create(author, { nonsense: true })).status).toBe(403);
  });

  it('adds call, topics and criteria, and makes the creator organiser and chair', async () => {
    const answer = await create(operator, wanted('c-2', 'CB'));
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      slug: 'c-2',
      contactAddress: 'office@example.org',
      interpretation: ['hy', 'az', 'ru', 'tr'],
      kind: 'real',
      version: 1,
      call: {
        closesAt: '2099-11-01T12:00:00.000Z',
        deadlineDay: '2099-10-31',
        deadlineZone: 'Etc/GMT+12',
        state: 'open',
      },
      topics: [{ title: 'Dialogue' }, { title: 'Trust' }],
      criteria: [{ title: 'Relevance', weight: 2 }],
    });
    const roles = await app.db.query(
      `select g.role from role_grant g join conference c on c.id = g.conference_id where c.slug = 'c-2' order by g.role`,
    );
    expect(roles).toEqual([{ role: 'chair' }, { role: 'organiser' }]);
    const entries = await app.db.query(
      `select e.action from audit_entry e join conference c on c.id = e.conference_id where c.slug = 'c-2' order by e.action`,
    );
    expect(entries.map((entry: { action: string }) => entry.action)).toEqual([
      'conference.created',
      'role.granted',
      'role.granted',
    ]);
  });

  it('repeats harmlessly under one key', async () => {
    for (let time = 0; time < 2; time += 1) {
      const answer = await create(operator, wanted('c-3', 'CC')).set('idempotency-key', 'a-key-for-c-3');
      expect([answer.status, answer.body.slug]).toEqual([201, 'c-3']);
    }
  });

  it('refuses a slug or prefix that is taken, and names the field', async () => {
    await create(operator, wanted('c-4', 'CD'));
    const slug = await create(operator, wanted('c-4', 'CE'));
    expect(slug.status).toBe(409);
    expect(fields(slug.body)).toEqual(['slug taken']);
    const prefix = await create(operator, wanted('c-5', 'CD'));
    expect(prefix.status).toBe(409);
    expect(fields(prefix.body)).toEqual(['codePrefix taken']);
  });

  it('names an edition before it', async () => {
    await create(operator, wanted('c-6', 'CF'));
    const next = await create(operator, wanted('c-7', 'CG', { previous: 'c-6' }));
    expect(next.body.previous).toBe('c-6');
    expect(fields((await create(operator, wanted('c-8', 'CH', { previous: 'c-none' }))).body)).toEqual([
      'previous unknown',
    ]);
  });

  it('tells ill-formed input from what a rule refuses, with paths', async () => {
    const unknown = await create(operator, wanted('c-9', 'CI', { flag: 'x' }));
    expect([unknown.status, fields(unknown.body)]).toEqual([400, ['flag whitelistValidation']]);
    const inner = await create(operator, wanted('c-9', 'CI', { call: { deadlineDay: 5 } }));
    expect([inner.status, fields(inner.body)]).toEqual([400, ['call.deadlineDay isString']]);
    const notObject = await create(operator, wanted('c-9', 'CI', { call: 'soon' }));
    expect(notObject.status).toBe(400);
    const strings = await create(operator, wanted('c-9', 'CI', { topics: ['Dialogue'] }));
    expect(strings.status).toBe(400);
    const rule = await create(
      operator,
      wanted('Not a slug', 'c', {
        timeZone: 'Nowhere',
        contactAddress: 'nobody',
        interpretation: ['Armenian'],
        call: { deadlineDay: '2099-02-30', deadlineZone: '+04:00' },
        criteria: [{ title: 'Short', anchors: ['one'] }],
      }),
    );
    expect(rule.status).toBe(422);
    expect(fields(rule.body).toSorted()).toEqual([
      'call.deadlineDay day',
      'call.deadlineZone zone',
      'codePrefix codePrefix',
      'contactAddress email',
      'criteria[0].anchors anchors',
      'interpretation language',
      'slug slug',
      'timeZone zone',
    ]);
    const dates = await create(
      operator,
      wanted('c-9', 'CI', {
        startsOn: '2099-05-12',
        endsOn: '2099-05-11',
        call: { opensOn: '2099-12-01', deadlineDay: '2099-10-31' },
        topics: [{ title: 'Trust' }, { title: 'trust' }],
      }),
    );
    expect(fields(dates.body).toSorted()).toEqual([
      'call.deadlineDay beforeOpening',
      'endsOn beforeStart',
      'topics[1].title twice',
    ]);
  });
});

describe('changing a conference', () => {
  it('answers 401, 403, 400 and 412 in that order', async () => {
    const { path, chair } = await withChair();
    expect((await app.http.patch(path).send({ name: 'X' })).status).toBe(401);
    expect((await change(path, await app.token('other@example.org'), { name: 'X' })).status).toBe(403);
    const missing = await app.http.patch(path).set('authorization', bearer(chair)).send({ name: 'X' });
    expect([missing.status, missing.body.code]).toEqual([400, 'version.missing']);
    expect((await change(path, chair, { name: 'X' })).status).toBe(200);
    const stale = await change(path, chair, { name: 'Y' });
    expect([stale.status, stale.body.code]).toEqual([412, 'stale']);
    expect((await app.http.get(path)).body.name).toBe('X');
  });

  it('tells a past version before a value that no version allows, and a field that is none before both', async () => {
    const { path, chair } = await withChair();
    await change(path, chair, { name: 'X' });
    const tooLong = { name: 'n'.repeat(5000) };
    expect((await change(path, chair, tooLong)).body.code).toBe('stale');
    expect((await change(path, chair, { ...tooLong, nonsense: 1 })).status).toBe(400);
    expect((await app.http.get(path)).body.name).toBe('X');
  });

  it('sets and clears texts, dates and switches', async () => {
    const { path, chair } = await withChair();
    const set = await change(path, chair, {
      venue: ' Example\nHall ',
      startsOn: '2099-05-12',
      endsOn: '2099-05-14',
      registrationOpen: false,
      call: {
        rules: 'In English.',
        graceMinutes: 15,
        reviewsDueDay: '2099-12-01',
        decisionsOn: '2099-12-15',
      },
    });
    expect(set.status).toBe(200);
    expect(set.headers['etag']).toBe('"2"');
    expect(set.body).toMatchObject({
      venue: 'Example Hall',
      endsOn: '2099-05-14',
      registrationOpen: false,
      lettersOpen: true,
      call: { rules: 'In English.', decisionsOn: '2099-12-15' },
      settings: { graceMinutes: 15, reviewsDueDay: '2099-12-01' },
    });
    const cleared = await change(
      path,
      chair,
      { venue: '', endsOn: null, startsOn: '', call: { rules: null, reviewsDueDay: '', decisionsOn: null } },
      2,
    );
    expect(cleared.status).toBe(200);
    expect(cleared.body).toMatchObject({
      venue: '',
      startsOn: null,
      endsOn: null,
      call: { rules: '', decisionsOn: null },
      settings: { graceMinutes: 15, reviewsDueAt: null },
    });
  });

  it('moves the deadline of an open call with a reason, which the record keeps', async () => {
    const { conference, path, chair } = await withChair();
    const bare = await change(path, chair, { call: { deadlineDay: '2099-11-10' } });
    expect([bare.status, fields(bare.body)]).toEqual([422, ['call.reason required']]);
    const moved = await change(path, chair, {
      call: { deadlineDay: '2099-11-10', reason: 'Mail was down.' },
    });
    expect(moved.body.call.closesAt).toBe('2099-11-11T12:00:00.000Z');
    const [entry] = await app.db.query(
      `select reason, before->>'closesAt' as before, after->>'closesAt' as after from audit_entry
       where conference_id = $1 and action = 'conference.changed'`,
      [conference.id],
    );
    expect(entry).toMatchObject({ reason: 'Mail was down.', after: '2099-11-11T12:00:00.000Z' });
    expect(entry.before).not.toBe(entry.after);
  });

  it('closes the call at once', async () => {
    const { path, chair } = await withChair();
    const closed = await change(path, chair, { call: { closeNow: true, reason: 'Full.' } });
    expect(closed.body.call.state).toBe('closed');
    const again = await change(path, chair, { call: { closeNow: true, reason: 'Full.' } }, 2);
    expect([again.status, fields(again.body)]).toEqual([422, ['call.closeNow alreadyClosed']]);
  });

  it('lets one of two changes of the same version through', async () => {
    const { path, chair } = await withChair();
    const both = await Promise.all([
      change(path, chair, { name: 'One' }),
      change(path, chair, { name: 'Two' }),
    ]);
    expect(new Set(both.map((answer) => answer.status))).toEqual(new Set([200, 412]));
  });
});

describe('topics and criteria', () => {
  it('replaces topics: keeps ids, reorders, retires, and takes a retired one back', async () => {
    const { conference, path, chair } = await withChair();
    const [first, second, third] = conference.topics;
    const replaced = await replace(
      `${path}/topics`,
      chair,
      { topics: [{ id: third, title: 'Third, first' }, { title: 'New' }, { id: first, title: 'Topic 1' }] },
      1,
    );
    expect(replaced.status).toBe(200);
    expect(replaced.body.topics).toEqual([
      { id: third, title: 'Third, first' },
      { id: expect.any(String), title: 'New' },
      { id: first, title: 'Topic 1' },
    ]);
    const rows = await app.db.query(
      'select id from topic where conference_id = $1 and retired_at is not null',
      [conference.id],
    );
    expect(rows).toEqual([{ id: second }]);
    const back = await replace(`${path}/topics`, chair, { topics: [{ id: second, title: 'Second' }] }, 2);
    expect(back.body.topics).toEqual([{ id: second, title: 'Second' }]);
  });

  it('refuses another conference’s topic', async () => {
    const { path, chair } = await withChair();
    const other = await app.conference();
    const answer = await replace(
      `${path}/topics`,
      chair,
      { topics: [{ id: other.topics[0], title: 'Stolen' }] },
      1,
    );
    expect([answer.status, fields(answer.body)]).toEqual([422, ['topics[0].id unknown']]);
  });

  it('freezes the criteria once reviewing has started, but for their words', async () => {
    const { conference, path, chair } = await withChair({ opensIn: -120, closesIn: -60 });
    const anchors = ['none', 'slight', 'fair', 'clear', 'major'];
    const [first, second] = conference.criteria;
    const list = [
      { id: second, title: 'Second', anchors },
      { id: first, title: 'First', anchors },
    ];
    expect((await replace(`${path}/criteria`, chair, { criteria: list }, 1)).status).toBe(200);
    await app.http.post(`${path}/reviewing`).set('authorization', bearer(chair)).send();
    const words = await replace(
      `${path}/criteria`,
      chair,
      { criteria: list.map((row) => ({ ...row, title: `${row.title}!` })) },
      3,
    );
    expect(words.body.criteria.map((row: { title: string }) => row.title)).toEqual(['Second!', 'First!']);
    const fewer = await replace(`${path}/criteria`, chair, { criteria: list.slice(1) }, 4);
    expect([fewer.status, fewer.body.code]).toEqual([409, 'criteria.frozen']);
    const blindness = await change(path, chair, { call: { blindness: 'open' } }, 4);
    expect([blindness.status, blindness.body.code]).toEqual([409, 'call.reviewing']);
    const reopened = await change(path, chair, { call: { deadlineDay: '2099-11-10', reason: 'More.' } }, 4);
    expect([reopened.status, reopened.body.code]).toEqual([409, 'call.reviewing']);
    const due = await change(path, chair, { call: { reviewsDueDay: '2099-12-01' } }, 4);
    expect(due.status).toBe(200);
  });
});

describe('starting the reviewing', () => {
  it('waits for the call to close, takes every submission along, and happens once', async () => {
    const { conference, path, chair } = await withChair();
    const author = await app.token('ani@example.org');
    const submitted = await app.http
      .post(`${path}/submissions`)
      .set('authorization', bearer(author))
      .set('idempotency-key', 'submission-of-ani')
      .send(abstractOf(conference));
    expect(submitted.status).toBe(201);
    const start = () => app.http.post(`${path}/reviewing`).set('authorization', bearer(chair)).send();
    const early = await start();
    expect([early.status, early.body.code]).toEqual([409, 'reviewing.callOpen']);
    await change(path, chair, { call: { closeNow: true, reason: 'Full.' } });
    const started = await start();
    expect(started.status).toBe(200);
    expect(started.body.settings.reviewingSince).not.toBeNull();
    const [row] = await app.db.query('select status from submission where id = $1', [submitted.body.id]);
    expect(row.status).toBe('under_review');
    const again = await start();
    expect([again.status, again.body.code]).toEqual([409, 'reviewing.started']);
  });
});

describe('roles', () => {
  it('are granted by address, listed for organisers, and taken back', async () => {
    const { path, chair } = await withChair();
    const granted = await grant(path, chair, {
      email: 'New.Helper@Example.org',
      name: 'New Helper',
      role: 'partner_manager',
    });
    expect(granted.status).toBe(201);
    expect(granted.body).toEqual({
      personId: expect.any(String),
      name: 'New Helper',
      email: 'new.helper@example.org',
      role: 'partner_manager',
    });
    expect(
      (await grant(path, chair, { email: 'new.helper@example.org', role: 'partner_manager' })).status,
    ).toBe(201);
    const list = await app.http.get(`${path}/roles`).set('authorization', bearer(chair));
    expect(list.body.items.filter((item: { role: string }) => item.role === 'partner_manager')).toHaveLength(
      1,
    );
    expect((await revoke(path, chair, granted.body.personId, 'partner_manager')).status).toBe(204);
    expect((await revoke(path, chair, granted.body.personId, 'partner_manager')).status).toBe(404);
  });

  it('are nobody else’s to see or give', async () => {
    const { conference, path } = await withChair();
    expect((await app.http.get(`${path}/roles`)).status).toBe(401);
    const helper = await app.token('helper@example.org', 'partner_manager', conference.id);
    expect((await grant(path, helper, { email: 'x@example.org', role: 'organiser' })).status).toBe(403);
    const list = await app.http.get(`${path}/roles`).set('authorization', bearer(helper));
    expect(list.status).toBe(403);
  });

  it('never leave a conference without organiser or chair', async () => {
    const { path, chair, email } = await withChair();
    const me = await app.person(email);
    for (const role of ['organiser', 'chair']) {
      const last = await revoke(path, chair, me, role);
      expect([last.status, last.body.code]).toEqual([409, 'role.last']);
    }
    await grant(path, chair, { email: 'second@example.org', role: 'organiser' });
    expect((await revoke(path, chair, me, 'organiser')).status).toBe(204);
  });

  it('of a chair are a chair’s to give and take', async () => {
    const { conference, path, email } = await withChair();
    const organiser = await app.token('organiser@example.org', 'organiser', conference.id);
    const up = await grant(path, organiser, { email: 'organiser@example.org', role: 'chair' });
    expect([up.status, up.body.code]).toEqual([403, 'role.chairOnly']);
    expect((await revoke(path, organiser, await app.person(email), 'chair')).status).toBe(403);
  });

  it('refuse the operator’s role and unknown ones', async () => {
    const { path, chair } = await withChair();
    expect((await grant(path, chair, { email: 'x@example.org', role: 'operator' })).status).toBe(422);
    const address = await grant(path, chair, { email: 'nobody', role: 'organiser' });
    expect([address.status, fields(address.body)]).toEqual([422, ['email email']]);
  });
});
