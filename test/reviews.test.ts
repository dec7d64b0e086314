import { createTestApp, type TestApp, type TestConference } from './support/app.js';
import { assigned, moveTo, newKey, reviewer, reviewOf, someone, submitted } from './support/panel.js';

let app: TestApp;
let conference: TestConference;
let organiser: string;
let submission: string;
let authorEmail: string;
let rita: { id: string; token: string };
let assignment: string;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  conference = await app.conference();
  organiser = await app.token('organiser@example.org', 'organiser', conference.id);
  authorEmail = someone('author');
  submission = await submitted(app, conference, authorEmail);
  rita = await reviewer(app, conference, organiser, someone('rita'));
  assignment = await assigned(app, organiser, submission, rita.id);
});

const get = (path: string, token: string) =>
  app.http.get(`/api/v1${path}`).set('authorization', `Bearer ${token}`);
const save = (change: Record<string, unknown> = {}, version?: number, token = rita.token) => {
  const request = app.http
    .put(`/api/v1/assignments/${assignment}/review`)
    .set('authorization', `Bearer ${token}`);
  if (version !== undefined) void request.set('if-match', `"${version}"`);
  return request.send(reviewOf(conference, change));
};

describe('what a reviewer reads', () => {
  it('is the abstract without its authors in a double-blind call', async () => {
    const list = await get('/me/assignments', rita.token).expect(200);
    expect(list.body.items).toMatchObject([
      {
        id: assignment,
        submission: { id: submission, title: 'Return without trust' },
        review: 'none',
        open: true,
      },
    ]);
    const { body } = await get(`/me/assignments/${assignment}`, rita.token).expect(200);
    expect(body.submission).toMatchObject({ id: submission, authors: null, wordCount: 16 });
    expect(body.submission.topics).toEqual([{ id: conference.topics[0], title: 'Topic 1' }]);
    expect(body.criteria.map((criterion: { id: string }) => criterion.id)).toEqual(conference.criteria);
    expect(JSON.stringify([list.body, body])).not.toMatch(/Ann Author|author-/);
    await get(`/submissions/${submission}`, rita.token).expect(404);
    await get(`/submissions/${submission}/reviews`, rita.token).expect(404);
  });

  it.each(['single', 'open'])('names the authors in a call that is %s', async (blindness) => {
    await app.db.query(`update call set blindness = $2 where id = $1`, [conference.callId, blindness]);
    const { body } = await get(`/me/assignments/${assignment}`, rita.token).expect(200);
    expect(body.submission.authors).toMatchObject([{ name: 'Ann Author' }]);
  });

  it('is for that reviewer alone', async () => {
    await app.http.get(`/api/v1/me/assignments/${assignment}`).expect(401);
    await get(`/me/assignments/${assignment}`, await app.token(authorEmail)).expect(404);
    await get(`/me/assignments/${assignment}`, await app.token(someone('x'))).expect(404);
    await get(`/me/assignments/${assignment}`, organiser).expect(403);
    await get('/me/assignments/unknown', rita.token).expect(404);
  });

  it('ends when the reviewer becomes an author or the submission is withdrawn', async () => {
    await app.db.query(
      `insert into submission_author (id, submission_id, position, person_id, name)
       select 'late', $1, 2, person_id, name from reviewer where id = $2`,
      [submission, rita.id],
    );
    await get(`/me/assignments/${assignment}`, rita.token).expect(404);
    expect((await get('/me/assignments', rita.token)).body.items).toEqual([]);
    await save().expect(404);
    const panel = await get(`/submissions/${submission}/assignments`, organiser).expect(200);
    expect(panel.body.items).toMatchObject([{ conflict: 'author' }]);
    await app.db.query(`delete from submission_author where id = 'late'`);
    await moveTo(app, submission, 'withdrawn');
    expect((await get('/me/assignments', rita.token)).body.items).toEqual([]);
  });
});

describe('writing a review', () => {
  it('keeps a draft, hands it in, and changes it until the end', async () => {
    const draft = await save({ status: 'draft', scores: {}, overall: null, confidence: '' })
      .expect(200)
      .expect('etag', '"1"');
    expect(draft.body).toMatchObject({
      status: 'draft',
      scores: {},
      overall: null,
      version: 1,
      handedInAt: null,
    });
    const done = await save({}, 1).expect(200);
    expect(done.body).toMatchObject({ status: 'handed_in', overall: 4, version: 2 });
    const changed = await save({ overall: 2 }, 2).expect(200);
    expect(changed.body).toMatchObject({ overall: 2, version: 3, handedInAt: done.body.handedInAt });
    expect((await save({ status: 'draft' }, 3).expect(409)).body.code).toBe('review.handedIn');
    const { body } = await get(`/me/assignments/${assignment}`, rita.token).expect('etag', '"3"');
    expect(body.review).toEqual(changed.body);
    const actions = await app.db.query(
      `select action from audit_entry where subject_type = 'review' and conference_id = $1 order by at`,
      [conference.id],
    );
    expect(actions.map((row: { action: string }) => row.action)).toEqual([
      'review.saved',
      'review.handed_in',
      'review.changed',
    ]);
  });

  it('loses no update', async () => {
    await save({ status: 'draft' }, 3).expect(412);
    await save({ status: 'draft' }).expect(200);
    expect((await save({ status: 'draft' }).expect(400)).body.code).toBe('version.missing');
    await save({ status: 'draft' }, 1).expect(200);
    await save({ status: 'draft' }, 1).expect(412);
    const both = await Promise.all([save({}, 2), save({ overall: 1 }, 2)]);
    expect(both.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([200, 412]);
  });

  it('is handed in only when it is whole', async () => {
    const { body } = await save({
      scores: { [conference.criteria[0]!]: 4 },
      overall: null,
      confidence: null,
    }).expect(422);
    expect(body.fields.map((field: { field: string }) => field.field)).toEqual([
      `scores.${conference.criteria[1]}`,
      'overall',
      'confidence',
    ]);
  });

  it.each([
    ['a score of 6', { scores: { x: 6 } }, 422],
    ['a score in words', { scores: { x: 'four' } }, 400],
    ['an overall score of 0', { overall: 0 }, 422],
    ['half a point', { overall: 3.5 }, 400],
    ['an unknown field', { verdict: 'accept' }, 400],
    ['a comment of 10,001 characters', { commentsToAuthors: 'x'.repeat(10_001) }, 422],
    ['a status of its own', { status: 'final' }, 422],
    ['scores in a list', { scores: [4, 4] }, 400],
  ])('refuses %s', async (_what, change, status) => {
    await save(change).expect(status);
  });

  it('ends at the instant, counted by arrival', async () => {
    await app.db.query(
      `update call set reviews_due_at = clock_timestamp() + interval '1 hour' where id = $1`,
      [conference.callId],
    );
    await save({ status: 'draft' }).expect(200);
    app.clock.offsetMs = 3_600_000;
    try {
      const { body } = await save({}, 1).expect(422);
      expect(body.code).toBe('reviews.closed');
      const task = await get(`/me/assignments/${assignment}`, rita.token).expect(200);
      expect(task.body).toMatchObject({ open: false, review: { version: 1 } });
    } finally {
      app.clock.offsetMs = 0;
    }
  });

  it('is refused once the submission is decided or withdrawn', async () => {
    await moveTo(app, submission, 'under_review');
    await save({ status: 'draft' }).expect(200);
    await moveTo(app, submission, 'rejected');
    const { body } = await save({}, 1).expect(409);
    expect(body.code).toBe('review.submissionState');
    // A reviewer learns that it is closed, and not how it was decided.
    expect(
      JSON.stringify([body, (await get(`/me/assignments/${assignment}`, rita.token)).body]),
    ).not.toContain('rejected');
  });

  it('is nobody else’s', async () => {
    const other = await reviewer(app, conference, organiser, someone('rolf'));
    await save({}, undefined, other.token).expect(404);
    await save({}, undefined, organiser).expect(403);
    await save({}, undefined, await app.token(authorEmail)).expect(404);
  });
});

describe('the organisers’ view', () => {
  it('has what was handed in, with its scores, and of drafts only that they are there', async () => {
    const rolf = await reviewer(app, conference, organiser, someone('rolf'));
    const second = await assigned(app, organiser, submission, rolf.id);
    await save({ overall: 2 }).expect(200);
    await app.http
      .put(`/api/v1/assignments/${second}/review`)
      .set('authorization', `Bearer ${rolf.token}`)
      .send(reviewOf(conference, { status: 'draft', commentsToAuthors: 'Not finished' }))
      .expect(200);
    const { body } = await get(`/submissions/${submission}/reviews`, organiser).expect(200);
    expect(body.score).toEqual({ reviews: 1, expected: 2, mean: 2, criteriaMean: 4, spread: null });
    expect(body.items).toMatchObject([
      { assignment, status: 'handed_in', overall: 2, commentsToOrganisers: 'For a panel.' },
      { assignment: second, status: 'draft', overall: null, commentsToAuthors: '' },
    ]);
    await get(`/submissions/${submission}/reviews`, await app.token(authorEmail)).expect(404);
    const auditor = await app.token(someone('auditor'), 'auditor', conference.id);
    await get(`/submissions/${submission}/reviews`, auditor).expect(200);
    await app.http
      .post(`/api/v1/submissions/${submission}/assignments`)
      .set('authorization', `Bearer ${auditor}`)
      .set('idempotency-key', newKey())
      .send({ reviewer: rolf.id })
      .expect(403);
  });
});
