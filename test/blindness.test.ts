import { createTestApp, type TestApp, type TestConference } from './support/app.js';
import { assigned, moveTo, newKey, reviewer, reviewOf, someone, submitted } from './support/panel.js';

/** When those whom a call hides are named: on every answer and page, and never before they were told. */

let app: TestApp;
let conference: TestConference;
let chair: string;
let authorEmail: string;
let author: string;
let submission: string;
let rita: Panelist;
let rolf: Panelist;

interface Panelist {
  email: string;
  token: string;
  id: string;
  assignment: string;
}

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const get = (path: string, token: string) => app.http.get(`/api/v1${path}`).set(bearer(token));
const page = async (path: string, email: string): Promise<string> =>
  (
    await app.http
      .get(path)
      .set('cookie', await app.cookie(email))
      .expect(200)
  ).text;

const PROMISES = { blindness: 'double', authors_open: 'never', reviewers_open: 'never', panel_open: 'never' };

/** A call with what it promises, and a submission with two reviewers. */
async function calling(promises: Partial<typeof PROMISES>): Promise<void> {
  conference = await app.conference();
  const { blindness, authors_open, reviewers_open, panel_open } = { ...PROMISES, ...promises };
  await app.db.query(
    `update call set blindness = $2, authors_open = $3, reviewers_open = $4, panel_open = $5 where id = $1`,
    [conference.callId, blindness, authors_open, reviewers_open, panel_open],
  );
  chair = await app.token(someone('chair'), 'chair', conference.id);
  authorEmail = someone('author');
  submission = await submitted(app, conference, authorEmail);
  author = await app.token(authorEmail);
  await moveTo(app, submission, 'under_review');
  rita = await panelist('rita');
  rolf = await panelist('rolf');
}

async function panelist(name: string): Promise<Panelist> {
  const email = someone(name);
  const made = await reviewer(app, conference, chair, email);
  return { email, ...made, assignment: await assigned(app, chair, submission, made.id) };
}

const handIn = (who: Panelist, change: Record<string, unknown> = {}, version?: number) => {
  const request = app.http.put(`/api/v1/assignments/${who.assignment}/review`).set(bearer(who.token));
  if (version !== undefined) void request.set('if-match', `"${version}"`);
  return request.send(reviewOf(conference, { commentsToAuthors: `Words of ${who.email}`, ...change }));
};

async function decide(): Promise<void> {
  await app.http
    .put(`/api/v1/submissions/${submission}/decision`)
    .set(bearer(chair))
    .send({ outcome: 'accepted' })
    .expect(200);
}
/** Releases what is decided, or decides first. */
async function release(): Promise<void> {
  const [pending] = await app.db.query(`select 1 from pending_decision where submission_id = $1`, [
    submission,
  ]);
  if (!pending) await decide();
  await app.http
    .post(`/api/v1/conferences/${conference.slug}/decision-releases`)
    .set({ ...bearer(chair), 'idempotency-key': newKey() })
    .send({ submissions: [submission] })
    .expect(201);
}

/** Which names a reviewer reads, on both doors alike. */
async function readBy(who: Panelist): Promise<{ author: boolean; other: boolean }> {
  const { body } = await get(`/me/assignments/${who.assignment}`, who.token).expect(200);
  const html = await page(`/me/reviews/${who.assignment}`, who.email);
  const other = who === rita ? rolf : rita;
  const wrote = html.includes('Ann Author');
  const colleague = html.includes(`R ${other.email}`);
  expect(JSON.stringify(body).includes('Ann Author')).toBe(wrote);
  expect(body.submission.authors !== null).toBe(wrote);
  expect(JSON.stringify(body).includes(`R ${other.email}`)).toBe(colleague);
  return { author: wrote, other: colleague };
}

/** Whether the author reads who has reviewed, on both doors alike. */
async function readByAuthor(): Promise<boolean> {
  const { body } = await get(`/submissions/${submission}/decision`, author).expect(200);
  const html = await page(`/submissions/${submission}`, authorEmail);
  const seen = html.includes(`R ${rita.email}`);
  expect(JSON.stringify(body).includes(`R ${rita.email}`)).toBe(seen);
  return seen;
}

describe('a call that promises', () => {
  it('nothing else keeps everybody hidden, after the decision too', async () => {
    await calling({});
    expect(await readBy(rita)).toEqual({ author: false, other: false });
    await handIn(rita).expect(200);
    await handIn(rolf).expect(200);
    await release();
    expect(await readBy(rita)).toEqual({ author: false, other: false });
    const { body } = await get(`/submissions/${submission}/decision`, author).expect(200);
    expect(body.released.comments).toHaveLength(2);
    expect(body.released.reviewers).toBeNull();
    expect(await readByAuthor()).toBe(false);
  });

  it('to name authors and the panel upon one’s own review does so, and keeps that review', async () => {
    await calling({ authors_open: 'review', panel_open: 'review' });
    await handIn(rolf, { status: 'draft' }).expect(200);
    expect(await readBy(rolf)).toEqual({ author: false, other: false });
    const { body: handed } = await handIn(rita).expect(200);
    // Rolf has not handed in: he neither sees nor is seen.
    expect(await readBy(rita)).toEqual({ author: true, other: false });
    expect(await readBy(rolf)).toEqual({ author: false, other: false });
    const refused = await handIn(rita, { overall: 1 }, handed.version).expect(409);
    expect(refused.body.code).toBe('review.final');
    const { body } = await get(`/me/assignments/${rita.assignment}`, rita.token).expect(200);
    expect(body).toMatchObject({ open: false, review: { overall: 4 } });
    expect((await get('/me/assignments', rita.token)).body.items).toMatchObject([{ open: false }]);
    await handIn(rolf, {}, 1).expect(200);
    expect(await readBy(rita)).toEqual({ author: true, other: true });
    expect(await readBy(rolf)).toEqual({ author: true, other: true });
    await release();
    expect(await readByAuthor()).toBe(false);
  });

  it('to name everybody with the decision does so when it is released, not when it is made', async () => {
    await calling({ authors_open: 'decision', reviewers_open: 'decision', panel_open: 'decision' });
    await handIn(rita).expect(200);
    await handIn(rolf, { commentsToAuthors: '' }).expect(200);
    await decide();
    expect(await readBy(rita)).toEqual({ author: false, other: false });
    expect(await readByAuthor()).toBe(false);
    await release();
    expect(await readBy(rita)).toEqual({ author: true, other: true });
    expect(await readByAuthor()).toBe(true);
    const { body } = await get(`/submissions/${submission}/decision`, author).expect(200);
    expect(body.released.reviewers).toEqual([
      { name: `R ${rita.email}`, affiliation: `House of ${rita.email}`, comment: `Words of ${rita.email}` },
      { name: `R ${rolf.email}`, affiliation: `House of ${rolf.email}`, comment: '' },
    ]);
  });

  it('to be open signs the reviews with the decision, and shows the authors from the start', async () => {
    await calling({ blindness: 'open' });
    expect((await readBy(rita)).author).toBe(true);
    await handIn(rita).expect(200);
    expect(await readByAuthor()).toBe(false);
    await release();
    expect(await readByAuthor()).toBe(true);
  });

  it('to be single blind shows the authors and never the reviewers', async () => {
    await calling({ blindness: 'single' });
    expect((await readBy(rita)).author).toBe(true);
    await handIn(rita).expect(200);
    await release();
    expect(await readByAuthor()).toBe(false);
  });
});

it('shows an organiser who is an author what authors see, and not more', async () => {
  await calling({});
  await handIn(rita).expect(200);
  await app.grant(authorEmail, 'organiser', conference.id);
  const asOrganiser = await app.token(authorEmail, 'organiser', conference.id);
  await release();
  for (const token of [author, asOrganiser]) {
    const { body } = await get(`/submissions/${submission}/decision`, token).expect(200);
    expect(body.released.reviewers).toBeNull();
  }
  const { body } = await get(`/submissions/${submission}/decision`, chair).expect(200);
  expect(body.released.reviewers).toMatchObject([{ name: `R ${rita.email}` }]);
});

describe('a promise', () => {
  const change = async (call: Record<string, unknown>) => {
    const [row] = await app.db.query(`select version from conference where id = $1`, [conference.id]);
    return app.http
      .patch(`/api/v1/conferences/${conference.slug}`)
      .set({ ...bearer(chair), 'if-match': `"${row.version}"` })
      .send({ call });
  };

  it('is told in public, and may be any before somebody relies on it', async () => {
    conference = await app.conference();
    chair = await app.token(someone('chair'), 'chair', conference.id);
    for (const call of [
      { blindness: 'open' },
      { blindness: 'double', authorsOpen: 'never', reviewersOpen: 'never', panelOpen: 'never' },
      { authorsOpen: 'review', reviewersOpen: 'decision', panelOpen: 'review' },
    ])
      expect((await change(call)).status).toBe(200);
    const { body } = await app.http.get(`/api/v1/conferences/${conference.slug}`).expect(200);
    expect(body.call).toMatchObject({
      blindness: 'double',
      opens: { authors: 'review', reviewers: 'decision', panel: 'review' },
    });
    expect((await change({ reviewersOpen: 'review' })).status).toBe(422);
  });

  it('to authors is not broken once one has submitted, by its opening or by the blindness', async () => {
    conference = await app.conference();
    chair = await app.token(someone('chair'), 'chair', conference.id);
    expect((await change({ authorsOpen: 'decision' })).status).toBe(200);
    await submitted(app, conference, someone('author'));
    for (const call of [{ authorsOpen: 'review' }, { blindness: 'single' }, { blindness: 'open' }]) {
      const refused = await change(call);
      expect([refused.status, refused.body.code]).toEqual([409, 'call.promised.authors']);
    }
    // Nobody has accepted to review yet.
    expect((await change({ reviewersOpen: 'decision', panelOpen: 'review' })).status).toBe(200);
    expect((await change({ authorsOpen: 'never' })).status).toBe(200);
    const back = await change({ authorsOpen: 'decision' });
    expect([back.status, back.body.code]).toEqual([409, 'call.promised.authors']);
  });

  it('to reviewers is not broken once one has accepted, nor after that one was removed', async () => {
    await calling({});
    for (const call of [{ reviewersOpen: 'decision' }, { panelOpen: 'review' }, { panelOpen: 'decision' }]) {
      const refused = await change(call);
      expect([refused.status, refused.body.code]).toEqual([409, 'call.promised.reviewers']);
    }
    for (const one of [rita, rolf])
      await app.http.delete(`/api/v1/reviewers/${one.id}`).set(bearer(chair)).expect(204);
    expect((await change({ reviewersOpen: 'decision' })).body.code).toBe('call.promised.reviewers');
  });

  it('is read by reviewers before they accept, and by authors before they submit', async () => {
    await calling({ authors_open: 'decision', reviewers_open: 'decision', panel_open: 'review' });
    const email = someone('invited');
    const { body } = await app.http
      .post(`/api/v1/conferences/${conference.slug}/reviewers`)
      .set({ ...bearer(chair), 'idempotency-key': newKey() })
      .send({ email, name: 'Invited', affiliation: 'House' })
      .expect(201);
    const invitation = await page(`/invitations/${body.id}`, email);
    expect(invitation).toContain('Who will see your name, and when');
    expect(invitation).toContain('Authors see it when the decision on their submission is released');
    expect(invitation).toContain('once you and they have handed in');
    expect(invitation).toContain('stays as it is');
    for (const path of ['', '/submit']) {
      const { text } = await app.http.get(`/conferences/${conference.slug}${path}`).expect(200);
      expect(text).toContain('Who will see your name, and when');
      expect(text).toContain(
        'Reviewers see it when the decision on your submission is released, and not before.',
      );
      expect(text).toContain('You see who has reviewed your submission when its decision is released.');
    }
    const review = await page(`/me/reviews/${rita.assignment}`, rita.email);
    expect(review).toContain('Authors hidden until the decision.');
    expect(review).toContain('They read this with the decision, under your name.');
  });

  it('is set by organisers on the page of the settings', async () => {
    conference = await app.conference();
    const email = someone('chair');
    await app.token(email, 'chair', conference.id);
    const html = await page(`/conferences/${conference.slug}/organise/settings`, email);
    for (const side of ['authorsOpen', 'reviewersOpen', 'panelOpen']) expect(html).toContain(`call[${side}]`);
  });
});

describe('a text that names its authors', () => {
  const naming = (email: string) => ({
    title: 'Peace after the ceasefire',
    abstract:
      'This builds on my previous work (Author 2019) and was written by Ann Author at Institute Example, not by Peace.',
    authors: [
      { name: 'Ann Author', affiliation: 'Institute Example', email, corresponding: true },
      { name: 'Ben Peace', affiliation: 'Independent' },
    ],
  });
  const found = [
    { field: 'abstract', kind: 'ownWork', words: 'my previous work (Author 2019)' },
    { field: 'abstract', kind: 'name', words: 'Ann Author' },
    { field: 'abstract', kind: 'affiliation', words: 'Institute Example' },
  ];

  it('is answered with warnings, as a draft and as it is submitted, and never refused', async () => {
    conference = await app.conference();
    const email = someone('author');
    const id = await submitted(app, conference, email, { ...naming(email), status: 'draft' });
    const token = await app.token(email);
    expect((await get(`/submissions/${id}`, token)).body.warnings).toEqual(found);
    const { body } = await app.http
      .post(`/api/v1/submissions/${id}/submit`)
      .set({ ...bearer(token), 'if-match': '"1"', 'idempotency-key': newKey() })
      .expect(200);
    expect(body).toMatchObject({ status: 'submitted', warnings: found });
    await app.db.query(`update call set blindness = 'single' where id = $1`, [conference.callId]);
    expect((await get(`/submissions/${id}`, token)).body.warnings).toEqual([]);
  });

  it('is shown before the click, with what was found, and keeps everything typed either way', async () => {
    conference = await app.conference();
    const email = someone('author');
    const { title, abstract, authors } = naming(email);
    const cookie = await app.cookie(email);
    const post = (act: string, change: Record<string, string> = {}) =>
      app.http
        .post(`/conferences/${conference.slug}/submit`)
        .set({ cookie, 'sec-fetch-site': 'same-origin' })
        .type('form')
        .send({
          act,
          idempotencyKey: 'naming-form-key',
          title,
          abstract,
          'topics[]': conference.topics[0],
          'authors[0][name]': authors[0]!.name,
          'authors[0][affiliation]': authors[0]!.affiliation,
          'authors[0][email]': email,
          'authors[1][name]': authors[1]!.name,
          corresponding: '0',
          ...change,
        });
    const check = await post('check').expect(200);
    expect(check.text).toContain('This may tell reviewers who wrote it');
    for (const { words } of found) expect(check.text).toContain(`<mark>${words}</mark>`);
    expect(check.text).not.toContain('<mark>Peace');
    expect(check.text).toContain('Submit anyway');
    const back = await post('edit').expect(200);
    expect(back.text).toContain('This builds on my previous work (Author 2019)');
    const mended = await post('check', { abstract: 'This builds on earlier work.' }).expect(200);
    expect(mended.text).not.toContain('This may tell reviewers');
    await post('submit').expect(303);
    await app.db.query(`update call set blindness = 'open' where id = $1`, [conference.callId]);
    expect((await post('check')).text).not.toContain('This may tell reviewers');
  });
});
