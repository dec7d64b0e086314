import { createTestApp, type TestApp, type TestConference } from './support/app.js';
import { assigned, moveTo, newKey, reviewer, someone, submitted } from './support/panel.js';

let app: TestApp;
let conference: TestConference;
let organiser: string;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  conference = await app.conference();
  organiser = await app.token(someone('organiser'), 'organiser', conference.id);
});

const send = (
  method: 'get' | 'post' | 'put' | 'patch' | 'delete',
  path: string,
  token: string,
  body?: object,
) =>
  app.http[method](`/api/v1${path}`)
    .set('authorization', `Bearer ${token}`)
    .set('idempotency-key', newKey())
    .send(body);
const listOf = async (submission: string, token = organiser) =>
  (await send('get', `/submissions/${submission}/conflicts`, token).expect(200)).body.items;
const actions = async (subject: string): Promise<string[]> =>
  (await app.db.query(`select action from audit_entry where subject_id = $1 order by at, id`, [subject])).map(
    (row: { action: string }) => row.action,
  );
/** A submission and a reviewer of one house. */
async function ofOneHouse() {
  const house = `University of ${someone('x')}`;
  const email = someone('author');
  const submission = await submitted(app, conference, email, {
    authors: [{ name: 'Ann Author', affiliation: house, email, corresponding: true }],
  });
  return {
    submission,
    email,
    house,
    panel: await reviewer(app, conference, organiser, someone('r'), { affiliation: house }),
  };
}

describe('what organisers see of conflicts', () => {
  it('is every pair with every reason, by submission and by reviewer, and nothing of their own work', async () => {
    const { submission, panel } = await ofOneHouse();
    expect(await listOf(submission)).toEqual([
      {
        submission,
        title: 'Return without trust',
        reviewer: panel.id,
        name: expect.any(String),
        reasons: ['affiliation'],
        overridable: true,
        override: null,
        assigned: false,
      },
    ]);
    const own = someone('writing');
    const mine = await submitted(app, conference, own);
    const writing = await app.token(own, 'organiser', conference.id);
    await send('get', `/submissions/${mine}/conflicts`, writing).expect(404);
    const email = (await app.db.query(`select address from reviewer where id = $1`, [panel.id]))[0].address;
    await app.db.query(
      `insert into declared_conflict (submission_id, person_id, declared_by, created_at, source)
      select $1, person_id, person_id, clock_timestamp(), 'reviewer' from reviewer where id = $2`,
      [mine, panel.id],
    );
    const items = async (token: string) =>
      (await send('get', `/reviewers/${panel.id}/conflicts`, token).expect(200)).body.items.map(
        (row: { submission: string }) => row.submission,
      );
    expect(await items(organiser)).toEqual([mine, submission].toSorted());
    expect(await items(writing)).toEqual([submission]);
    await send('get', `/submissions/${submission}/conflicts`, panel.token).expect(404);
    await send('get', `/reviewers/${panel.id}/conflicts`, await app.token(email)).expect(403);
  });
});

describe('a conflict that an organiser records', () => {
  it('keeps the pair apart until it is taken back', async () => {
    const submission = await submitted(app, conference, someone('author'));
    const { id } = await reviewer(app, conference, organiser, someone('r'));
    const add = () =>
      send('post', `/submissions/${submission}/conflicts`, organiser, {
        reviewer: id,
        reason: 'Advised the author.',
      });
    await add().expect(201);
    await add().expect(201);
    expect(await listOf(submission)).toMatchObject([{ reasons: ['added'], overridable: false }]);
    const refused = await send('post', `/submissions/${submission}/assignments`, organiser, {
      reviewer: id,
    }).expect(422);
    expect(refused.body.fields[0].code).toBe('conflict.added');
    const override = await send('post', `/submissions/${submission}/conflict-overrides`, organiser, {
      reviewer: id,
      reason: 'Long ago.',
    }).expect(409);
    expect(override.body.code).toBe('override.certain');
    await send('delete', `/submissions/${submission}/conflicts/${id}`, organiser).expect(204);
    await send('delete', `/submissions/${submission}/conflicts/${id}`, organiser).expect(204);
    expect(await listOf(submission)).toEqual([]);
    expect((await actions(submission)).slice(1)).toEqual(['conflict.added', 'conflict.taken_back']);
    await send('post', `/submissions/${submission}/conflicts`, organiser, {
      reviewer: 'nobody',
      reason: 'x',
    }).expect(422);
  });
});

describe('an override', () => {
  it('lets an inferred conflict be, with a reason, until it is ended', async () => {
    const { submission, panel } = await ofOneHouse();
    const path = `/submissions/${submission}/conflict-overrides`;
    await send('post', path, organiser, { reviewer: panel.id }).expect(400);
    await send('post', path, organiser, { reviewer: panel.id, reason: 'Another campus.' }).expect(201);
    await send('post', path, organiser, { reviewer: panel.id, reason: 'Another campus.' }).expect(201);
    expect(await listOf(submission)).toMatchObject([
      { reasons: ['affiliation'], override: { reason: 'Another campus.' } },
    ]);
    await assigned(app, organiser, submission, panel.id);
    await send('delete', `${path}/${panel.id}`, organiser).expect(204);
    await send('delete', `${path}/${panel.id}`, organiser).expect(204);
    const panelOf = await send('get', `/submissions/${submission}/assignments`, organiser).expect(200);
    expect(panelOf.body.items).toMatchObject([{ conflict: 'affiliation' }]);
    expect(await actions(submission)).toEqual(
      expect.arrayContaining(['conflict.overridden', 'conflict.override_ended']),
    );
    const stranger = await reviewer(app, conference, organiser, someone('s'));
    const none = await send('post', path, organiser, { reviewer: stranger.id, reason: 'x' }).expect(409);
    expect(none.body.code).toBe('override.none');
  });

  it('ends when the authors change, and the standing assignment is flagged', async () => {
    const { submission, email, house, panel } = await ofOneHouse();
    await send('post', `/submissions/${submission}/conflict-overrides`, organiser, {
      reviewer: panel.id,
      reason: 'Another campus.',
    }).expect(201);
    const assignment = await assigned(app, organiser, submission, panel.id);
    const flags = () =>
      app.db.query(`select reasons from assignment_flag where assignment_id = $1`, [assignment]);
    const writer = await app.token(email);
    const change = async (authors: object[]) => {
      const { body } = await send('get', `/submissions/${submission}`, writer);
      await send('patch', `/submissions/${submission}`, writer, { authors })
        .set('if-match', `"${body.version}"`)
        .expect(200);
    };
    const first = { name: 'Ann Author', affiliation: house, email, corresponding: true };
    await change([first, { name: 'Bob Author', affiliation: 'Elsewhere Institute' }]);
    expect(await flags()).toEqual([]);
    const reviewerAddress = (await app.db.query(`select address from reviewer where id = $1`, [panel.id]))[0]
      .address;
    const together = someone('together');
    await submitted(app, conference, together, {
      authors: [
        { name: 'Cy Author', email: together, affiliation: 'Third Institute', corresponding: true },
        { name: 'R', email: reviewerAddress },
      ],
    });
    expect(await flags()).toEqual([]);
    await change([first, { name: 'Cy Author', affiliation: 'Third Institute', email: together }]);
    expect(await flags()).toEqual([{ reasons: ['affiliation', 'coauthor'] }]);
    expect(await listOf(submission)).toMatchObject([{ override: null, assigned: true }]);
    expect(await actions(assignment)).toContain('assignment.flagged');
    await change([{ ...first, affiliation: 'Fourth Institute' }]);
    expect(await flags()).toEqual([]);
    expect(await actions(assignment)).toContain('assignment.cleared');
  });

  it('is listed by page, with what is to be done about a flagged assignment', async () => {
    const { submission, panel } = await ofOneHouse();
    await send('post', `/submissions/${submission}/conflict-overrides`, organiser, {
      reviewer: panel.id,
      reason: 'Another campus.',
    }).expect(201);
    await assigned(app, organiser, submission, panel.id);
    await send('delete', `/submissions/${submission}/conflict-overrides/${panel.id}`, organiser).expect(204);
    const own = someone('page-organiser');
    await app.grant(own, 'organiser', conference.id);
    const cookie = await app.cookie(own);
    const page = (path: string) =>
      app.http.get(`/conferences/${conference.slug}/organise${path}`).set('cookie', cookie);
    const list = await page('/conflicts').expect(200);
    expect(list.text).toContain(submission);
    expect(list.text).toContain('Another campus.');
    expect((await page('').expect(200)).text).toContain('/organise/conflicts');
    const one = await page(`/submissions/${submission}/conflicts`).expect(200);
    expect(one.text).toContain('shares an affiliation');
    await page(`/reviewers/${panel.id}/conflicts`).expect(200);
  });
});

describe('bidding', () => {
  const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const open = (opensOn = day(-1), closesOn = day(2)) =>
    send('put', `/conferences/${conference.slug}/bidding`, organiser, { opensOn, closesOn });

  it('is opened by organisers, and takes what a reviewer says of what is not their own', async () => {
    const own = someone('rita');
    const { id, token } = await reviewer(app, conference, organiser, own, { topics: [conference.topics[1]] });
    const unfit = await submitted(app, conference, someone('author'));
    const fit = await submitted(app, conference, someone('author'), { topics: [conference.topics[1]] });
    const mine = await submitted(app, conference, own);
    const bids = (list: object[]) => send('put', `/invitations/${id}/bids`, token, { bids: list });
    const list = async (query = '') =>
      (await send('get', `/invitations/${id}/bids${query}`, token).expect(200)).body;
    expect((await bids([{ submission: fit, bid: 'yes' }]).expect(409)).body.code).toBe('bidding.closed');
    expect(await list()).toMatchObject({ open: false, items: [], total: 0 });
    await send('put', `/conferences/${conference.slug}/bidding`, token, {
      opensOn: day(0),
      closesOn: day(1),
    }).expect(403);
    await open(day(2), day(1)).expect(422);
    await open().expect(200);
    expect(await list()).toMatchObject({
      open: true,
      total: 2,
      done: 0,
      items: [
        { submission: fit, sharedTopics: 1, authors: null, bid: null },
        { submission: unfit, sharedTopics: 0 },
      ],
    });
    expect(JSON.stringify(await list())).not.toContain('Ann Author');
    const first = await list('?limit=1');
    expect((await list(`?limit=1&after=${first.next}`)).items).toMatchObject([{ submission: unfit }]);
    expect((await list(`?topic=${conference.topics[1]}`)).items).toHaveLength(1);
    const refused = await bids([{ submission: mine, bid: 'yes' }]).expect(422);
    expect(refused.body.fields).toMatchObject([{ field: 'bids[0].submission', code: 'unknown' }]);
    const done = await bids([
      { submission: fit, bid: 'maybe' },
      { submission: unfit, bid: 'conflict' },
    ]).expect(200);
    expect(done.body).toMatchObject({ total: 2, done: 2 });
    expect(await listOf(unfit)).toMatchObject([{ reasons: ['declared'] }]);
    await bids([{ submission: unfit, bid: 'none' }]).expect(200);
    expect(await listOf(unfit)).toEqual([]);
    expect((await list('?bid=none')).items).toMatchObject([{ submission: unfit }]);
    expect(await actions(id)).toContain('bids.changed');
  });

  it('shows organisers totals alone, without their own submissions', async () => {
    const { id, token } = await reviewer(app, conference, organiser, someone('rita'));
    const submission = await submitted(app, conference, someone('author'));
    const own = someone('writing');
    const mine = await submitted(app, conference, own);
    const writing = await app.token(own, 'organiser', conference.id);
    await open().expect(200);
    await send('put', `/invitations/${id}/bids`, token, {
      bids: [
        { submission, bid: 'yes' },
        { submission: mine, bid: 'no' },
      ],
    }).expect(200);
    const totals = async (who: string) =>
      (await send('get', `/conferences/${conference.slug}/bidding`, who).expect(200)).body;
    expect(await totals(organiser)).toMatchObject({
      reviewers: 1,
      bidders: 1,
      bids: { yes: 1, maybe: 0, no: 1, conflict: 0 },
      submissions: 2,
      wanted: 1,
    });
    expect(await totals(writing)).toMatchObject({ bids: { yes: 1, no: 0 }, submissions: 1 });
    await send('get', `/conferences/${conference.slug}/bidding`, token).expect(403);
    await send('get', `/invitations/${id}/bids`, organiser).expect(404);
  });

  it('flags what a reviewer has been given and now declares a conflict in', async () => {
    const { id, token } = await reviewer(app, conference, organiser, someone('rita'));
    const submission = await submitted(app, conference, someone('author'));
    await moveTo(app, submission, 'under_review');
    const assignment = await assigned(app, organiser, submission, id);
    await open().expect(200);
    await send('put', `/invitations/${id}/bids`, token, { bids: [{ submission, bid: 'conflict' }] }).expect(
      200,
    );
    expect(
      await app.db.query(`select reasons from assignment_flag where assignment_id = $1`, [assignment]),
    ).toEqual([{ reasons: ['declared'] }]);
  });

  it('is a list by page, which works without scripts and loses nothing', async () => {
    const email = someone('rita');
    const { id } = await reviewer(app, conference, organiser, email, { topics: [conference.topics[0]] });
    const submission = await submitted(app, conference, someone('author'));
    const cookie = await app.cookie(email);
    const page = (query = '') => app.http.get(`/invitations/${id}/bids${query}`).set('cookie', cookie);
    const save = (bid: string) =>
      app.http
        .post(`/invitations/${id}/bids`)
        .set('cookie', cookie)
        .type('form')
        .send({ [`bids[${submission}]`]: bid, idempotencyKey: newKey() });
    expect((await page().expect(200)).text).toContain('nothing to bid on');
    await save('yes').expect(409);
    await open().expect(200);
    expect((await app.http.get('/me/reviews').set('cookie', cookie).expect(200)).text).toContain(
      `/invitations/${id}/bids`,
    );
    const { text } = await page().expect(200);
    expect(text).toContain(submission);
    expect(text).not.toContain('Ann Author');
    expect(text).toContain('All its topics are yours');
    await save('maybe').expect(303);
    expect((await page().expect(200)).text).toMatch(/value="maybe"[^>]*checked|checked[^>]*value="maybe"/);
    expect((await save('perhaps').expect(422)).text).toContain('role="alert"');
    const written = await app.db.query(`select bid from bid where reviewer_id = $1`, [id]);
    expect(written).toEqual([{ bid: 'maybe' }]);
  });
});
