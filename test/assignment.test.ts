import { createTestApp, type TestApp, type TestConference } from './support/app.js';
import { assigned, moveTo, newKey, reviewer, reviewOf, someone, submitted } from './support/panel.js';

let app: TestApp;
let conference: TestConference;
let organiser: string;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  conference = await app.conference();
  organiser = await app.token('organiser@example.org', 'organiser', conference.id);
});

const get = (path: string, token: string) =>
  app.http.get(`/api/v1${path}`).set('authorization', `Bearer ${token}`);
const post = (path: string, token: string, body: object = {}, key = newKey()) =>
  app.http
    .post(`/api/v1${path}`)
    .set('authorization', `Bearer ${token}`)
    .set('idempotency-key', key)
    .send(body);
const remove = (path: string, token: string) =>
  app.http.delete(`/api/v1${path}`).set('authorization', `Bearer ${token}`);
const mails = (
  subject: string,
): Promise<{ kind: string; recipient_address: string; text: string; subject: string }[]> =>
  app.db.query(
    `select kind, recipient_address, text, subject from mail_message where subject_id = $1 order by recipient_address`,
    [subject],
  );

describe('inviting', () => {
  const invitation = (email: string, change: object = {}) => ({
    email,
    name: 'Rita Reviewer',
    affiliation: 'House of Reviews',
    country: 'GE',
    topics: [conference.topics[0]],
    maxLoad: 4,
    ...change,
  });

  it('writes one mail, and answers a second invitation with the first', async () => {
    const email = someone('rita');
    const first = await post(
      `/conferences/${conference.slug}/reviewers`,
      organiser,
      invitation(email),
    ).expect(201);
    expect(first.body).toMatchObject({
      email,
      status: 'invited',
      topics: [conference.topics[0]],
      maxLoad: 4,
      load: 0,
    });
    const again = await post(
      `/conferences/${conference.slug}/reviewers`,
      organiser,
      invitation(email, { name: 'Somebody Else' }),
    ).expect(201);
    expect(again.body).toEqual(first.body);
    const written = await mails(first.body.id);
    expect(written).toHaveLength(1);
    expect(written[0]!.text).toContain(`http://concord.example/invitations/${first.body.id}`);
  });

  it('is for organisers, with an address and topics that can be', async () => {
    const path = `/conferences/${conference.slug}/reviewers`;
    await app.http.post(`/api/v1${path}`).send({}).expect(401);
    await post(path, await app.token(someone('x')), invitation(someone('y'))).expect(403);
    const bad = await post(path, organiser, invitation('not an address')).expect(422);
    expect(bad.body.fields[0]).toMatchObject({ field: 'email', code: 'email' });
    const topic = await post(path, organiser, invitation(someone('z'), { topics: ['nowhere'] })).expect(422);
    expect(topic.body.fields[0]).toMatchObject({ field: 'topics[0]', code: 'unknownTopic' });
    await post(path, organiser, { name: 'x' }).expect(400);
  });

  it('is answered by the invited person only', async () => {
    const email = someone('rita');
    const { body } = await post(
      `/conferences/${conference.slug}/reviewers`,
      organiser,
      invitation(email),
    ).expect(201);
    const path = `/invitations/${body.id}`;
    const stranger = await app.token(someone('stranger'));
    await get(path, stranger).expect(404);
    await get(path, organiser).expect(404);
    await post(`${path}/accept`, organiser).expect(404);
    await post(`${path}/decline`, stranger).expect(404);
    const token = await app.token(email, 'reviewer');
    const seen = await get(path, token).expect(200).expect('etag', '"1"');
    expect(seen.body).toMatchObject({ status: 'invited', conference: { slug: conference.slug } });
    const accepted = await post(`${path}/accept`, token, {
      topics: [conference.topics[1]],
      maxLoad: 2,
    }).expect(200);
    expect(accepted.body).toMatchObject({
      status: 'accepted',
      topics: [conference.topics[1]],
      maxLoad: 2,
      version: 2,
    });
    await post(`${path}/accept`, token).expect(200).expect('etag', '"2"');
    await app.http
      .post(`/api/v1${path}/decline`)
      .set('authorization', `Bearer ${token}`)
      .set('if-match', '"1"')
      .send({})
      .expect(412);
    const declined = await post(`${path}/decline`, token, { reason: 'No time this year.' }).expect(200);
    expect(declined.body).toMatchObject({ status: 'declined', declineReason: 'No time this year.' });
  });

  it('cannot be declined with work in hand, and not be answered when it was taken back', async () => {
    const submission = await submitted(app, conference, someone('author'));
    const { id, token } = await reviewer(app, conference, organiser, someone('rita'));
    await assigned(app, organiser, submission, id);
    const refused = await post(`/invitations/${id}/decline`, token).expect(409);
    expect(refused.body.code).toBe('invitation.assigned');
    await remove(`/reviewers/${id}`, organiser).expect(204);
    expect((await get(`/submissions/${submission}/assignments`, organiser).expect(200)).body.items).toEqual(
      [],
    );
    expect((await post(`/invitations/${id}/accept`, token).expect(409)).body.code).toBe('invitation.removed');
    expect((await get(`/conferences/${conference.slug}/reviewers`, organiser)).body.items).toEqual([]);
  });

  it('lists reviewers in pages', async () => {
    for (const name of ['B', 'A', 'C'])
      await post(
        `/conferences/${conference.slug}/reviewers`,
        organiser,
        invitation(someone('r'), { name }),
      ).expect(201);
    const first = await get(`/conferences/${conference.slug}/reviewers?limit=2`, organiser).expect(200);
    expect(first.body.items.map((row: { name: string }) => row.name)).toEqual(['A', 'B']);
    const second = await get(
      `/conferences/${conference.slug}/reviewers?limit=2&after=${first.body.next}`,
      organiser,
    ).expect(200);
    expect(second.body.items.map((row: { name: string }) => row.name)).toEqual(['C']);
    expect(second.body.next).toBeNull();
  });
});

describe('assigning by hand', () => {
  it('tells the load, mails the reviewer without naming the submission, and refuses the same again', async () => {
    const submission = await submitted(app, conference, someone('author'));
    const other = await submitted(app, conference, someone('author'));
    const email = someone('rita');
    const { id } = await reviewer(app, conference, organiser, email, { maxLoad: 1 });
    const first = await post(`/submissions/${submission}/assignments`, organiser, { reviewer: id }).expect(
      201,
    );
    expect(first.body).toMatchObject({
      reviewer: id,
      submission,
      load: 1,
      overLoad: false,
      conflict: null,
      review: 'none',
    });
    const second = await post(`/submissions/${other}/assignments`, organiser, { reviewer: id }).expect(201);
    expect(second.body).toMatchObject({ load: 2, maxLoad: 1, overLoad: true });
    const again = await post(`/submissions/${other}/assignments`, organiser, { reviewer: id }).expect(409);
    expect(again.body.code).toBe('assignment.exists');
    const written = await mails(first.body.id);
    expect(written).toMatchObject([{ kind: 'reviewer_assigned', recipient_address: email }]);
    expect(written[0]!.text).not.toContain('Return without trust');
  });

  it.each([
    ['the author', () => ({ email: 'the-author@example.org' }), 'author'],
    ['a colleague', () => ({ affiliation: 'INSTITUTE of Examples.' }), 'affiliation'],
  ])('refuses %s with the reason', async (_who, change, reason) => {
    const submission = await submitted(app, conference, 'the-author@example.org', {
      authors: [
        {
          name: 'Ann',
          affiliation: 'Institute of Examples',
          email: 'the-author@example.org',
          corresponding: true,
        },
      ],
    });
    const options: { email?: string; affiliation?: string } = change();
    const { id } = await reviewer(app, conference, organiser, options.email ?? someone('rita'), options);
    const refused = await post(`/submissions/${submission}/assignments`, organiser, { reviewer: id }).expect(
      422,
    );
    expect(refused.body).toMatchObject({
      code: 'conflict',
      fields: [expect.objectContaining({ field: 'reviewer', code: `conflict.${reason}` })],
    });
  });

  it('needs a reviewer who has accepted and a submission that is under way', async () => {
    const submission = await submitted(app, conference, someone('author'));
    const { body: invited } = await post(`/conferences/${conference.slug}/reviewers`, organiser, {
      email: someone('rita'),
      name: 'Rita',
      affiliation: 'House',
    }).expect(201);
    const waiting = await post(`/submissions/${submission}/assignments`, organiser, {
      reviewer: invited.id,
    }).expect(422);
    expect(waiting.body.fields[0]).toMatchObject({ field: 'reviewer', code: 'notAccepted' });
    await post(`/submissions/${submission}/assignments`, organiser, { reviewer: 'nobody' }).expect(422);
    const { id } = await reviewer(app, conference, organiser, someone('rita'));
    await moveTo(app, submission, 'withdrawn');
    expect(
      (await post(`/submissions/${submission}/assignments`, organiser, { reviewer: id }).expect(409)).body
        .code,
    ).toBe('assignment.submissionState');
  });

  it('is given back with a declared conflict that holds from then on', async () => {
    const submission = await submitted(app, conference, someone('author'));
    const { id, token } = await reviewer(app, conference, organiser, someone('rita'));
    const assignment = await assigned(app, organiser, submission, id);
    const given = { reason: 'We write a book together.', conflict: true };
    await post(`/assignments/${assignment}/decline`, organiser, given).expect(403);
    await post(`/assignments/${assignment}/decline`, await app.token(someone('x')), given).expect(404);
    await post(`/assignments/${assignment}/decline`, token, given).expect(200);
    await post(`/assignments/${assignment}/decline`, token, given).expect(200);
    await get(`/me/assignments/${assignment}`, token).expect(404);
    const refused = await post(`/submissions/${submission}/assignments`, organiser, { reviewer: id }).expect(
      422,
    );
    expect(refused.body.fields[0].code).toBe('conflict.declared');
  });

  it('is taken back, but not once a review is handed in', async () => {
    const submission = await submitted(app, conference, someone('author'));
    const one = await reviewer(app, conference, organiser, someone('rita'));
    const two = await reviewer(app, conference, organiser, someone('rolf'));
    const first = await assigned(app, organiser, submission, one.id);
    const second = await assigned(app, organiser, submission, two.id);
    await app.http
      .put(`/api/v1/assignments/${second}/review`)
      .set('authorization', `Bearer ${two.token}`)
      .send(reviewOf(conference))
      .expect(200);
    await remove(`/assignments/${first}`, one.token).expect(403);
    await remove(`/assignments/${first}`, await app.token(someone('x'))).expect(404);
    await remove(`/assignments/${first}`, organiser).expect(204);
    expect((await remove(`/assignments/${first}`, organiser).expect(409)).body.code).toBe('assignment.ended');
    expect((await remove(`/assignments/${second}`, organiser).expect(409)).body.code).toBe(
      'assignment.handedIn',
    );
    expect((await post(`/assignments/${second}/decline`, two.token).expect(409)).body.code).toBe(
      'assignment.handedIn',
    );
    expect((await remove(`/reviewers/${two.id}`, organiser).expect(409)).body.code).toBe('reviewer.handedIn');
  });
});

describe('the automatic assignment', () => {
  interface Pair {
    submission: string;
    reviewer: string;
  }
  const propose = async (body: object = { perSubmission: 2, seed: 5 }, token = organiser) =>
    (await post(`/conferences/${conference.slug}/assignment-runs`, token, body).expect(201)).body;
  const panelOf = async (submission: string, token = organiser): Promise<string[]> =>
    (await get(`/submissions/${submission}/assignments`, token).expect(200)).body.items.map(
      (row: { reviewer: string }) => row.reviewer,
    );

  it('proposes first, and makes it real in one go with one mail for each reviewer', async () => {
    const submissions = [
      await submitted(app, conference, someone('author')),
      await submitted(app, conference, someone('author')),
      await submitted(app, conference, someone('author')),
    ];
    const emails = [someone('r'), someone('r')];
    const reviewers = [];
    for (const email of emails) reviewers.push(await reviewer(app, conference, organiser, email));
    const run = await propose();
    expect(run).toMatchObject({
      status: 'proposed',
      assigned: 6,
      missing: 0,
      openPlaces: [],
      loads: [0, 0, 0, 2],
      seed: 5,
    });
    expect(await panelOf(submissions[0]!)).toEqual([]);
    await app.http
      .post(`/api/v1/assignment-runs/${run.id}/apply`)
      .set('authorization', `Bearer ${organiser}`)
      .expect(400);
    const key = newKey();
    const applied = await post(`/assignment-runs/${run.id}/apply`, organiser, {}, key).expect(200);
    expect(applied.body).toMatchObject({ status: 'applied', skipped: [], version: 2 });
    // The same key again is the same; another key is too late.
    await post(`/assignment-runs/${run.id}/apply`, organiser, {}, key).expect(200);
    expect((await post(`/assignment-runs/${run.id}/apply`, organiser).expect(409)).body.code).toBe(
      'run.settled',
    );
    for (const submission of submissions) expect(await panelOf(submission)).toHaveLength(2);
    const written = await mails(run.id);
    expect(written.map((mail) => mail.recipient_address)).toEqual(emails.toSorted());
    expect(written[0]!.subject).toContain('3 submissions');
    // A second run finds nothing left to do.
    expect(await propose()).toMatchObject({ assigned: 0, missing: 0, loads: [0, 0, 0, 2] });
  });

  it('refuses to be applied over other assignments than it has seen', async () => {
    const submission = await submitted(app, conference, someone('author'));
    const one = await reviewer(app, conference, organiser, someone('r'));
    await reviewer(app, conference, organiser, someone('r'));
    const run = await propose();
    await assigned(app, organiser, submission, one.id);
    const refused = await post(`/assignment-runs/${run.id}/apply`, organiser).expect(409);
    expect(refused.body.code).toBe('run.changed');
    expect(await panelOf(submission)).toEqual([one.id]);
    await post(`/assignment-runs/${run.id}/discard`, organiser).expect(200);
    expect((await post(`/assignment-runs/${run.id}/discard`, organiser).expect(409)).body.code).toBe(
      'run.settled',
    );
  });

  it('leaves out what has become impossible, and says so', async () => {
    const kept = await submitted(app, conference, someone('author'));
    const withdrawn = await submitted(app, conference, someone('author'));
    const one = await reviewer(app, conference, organiser, someone('r'));
    const leaving = await reviewer(app, conference, organiser, someone('r'));
    const run = await propose();
    expect(run.assigned).toBe(4);
    await moveTo(app, withdrawn, 'withdrawn');
    await post(`/invitations/${leaving.id}/decline`, leaving.token).expect(200);
    const { body } = await post(`/assignment-runs/${run.id}/apply`, organiser).expect(200);
    expect(body.skipped).toHaveLength(3);
    expect(body.skipped).toContainEqual({ submission: kept, reviewer: leaving.id, reason: 'reviewer' });
    expect(body.skipped).toContainEqual({ submission: withdrawn, reviewer: one.id, reason: 'submission' });
    expect(await panelOf(kept)).toEqual([one.id]);
  });

  it('never proposes an author, a colleague, or a pair that was given back', async () => {
    const author = someone('author');
    const submission = await submitted(app, conference, author, {
      authors: [{ name: 'Ann', affiliation: 'Institute of Peace', email: author, corresponding: true }],
    });
    await reviewer(app, conference, organiser, author);
    await reviewer(app, conference, organiser, someone('r'), { affiliation: 'institute of peace' });
    const tired = await reviewer(app, conference, organiser, someone('r'));
    const fine = await reviewer(app, conference, organiser, someone('r'));
    const assignment = await assigned(app, organiser, submission, tired.id);
    await post(`/assignments/${assignment}/decline`, tired.token).expect(200);
    const run = await propose({ perSubmission: 3 });
    expect(run.pairs.map((pair: Pair) => pair.reviewer)).toEqual([fine.id]);
    expect(run.openPlaces).toEqual([{ submission, missing: 2, because: 'few' }]);
  });

  it('applies once when two organisers press at the same moment', async () => {
    await submitted(app, conference, someone('author'));
    await reviewer(app, conference, organiser, someone('r'));
    const run = await propose({ perSubmission: 1 });
    const second = await app.token('second@example.org', 'organiser', conference.id);
    const answers = await Promise.all(
      [organiser, second].map((token) => post(`/assignment-runs/${run.id}/apply`, token)),
    );
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    const rows = await app.db.query(`select count(*)::int as n from assignment where run_id = $1`, [run.id]);
    expect(rows[0].n).toBe(1);
  });
});

describe('an organiser who is an author', () => {
  it('finds nothing of who reviews their submission, in no list and no count', async () => {
    const email = someone('both');
    const own = await submitted(app, conference, email);
    const other = await submitted(app, conference, someone('author'));
    const both = await app.token(email, 'organiser', conference.id);
    const { id, token } = await reviewer(app, conference, organiser, someone('r'));
    const run = (
      await post(`/conferences/${conference.slug}/assignment-runs`, organiser, { perSubmission: 1 }).expect(
        201,
      )
    ).body;
    expect(run.assigned).toBe(2);
    const seen = (await get(`/assignment-runs/${run.id}`, both).expect(200)).body;
    expect(seen).toMatchObject({ assigned: 1, pairs: [{ submission: other, reviewer: id }], loads: [0, 1] });
    expect(JSON.stringify(seen)).not.toContain(own);
    await post(`/assignment-runs/${run.id}/apply`, organiser).expect(200);

    await get(`/submissions/${own}/assignments`, both).expect(404);
    await get(`/submissions/${own}/reviews`, both).expect(404);
    await post(`/submissions/${own}/assignments`, both, { reviewer: id }).expect(404);
    const mine = (await get('/me/assignments', token).expect(200)).body.items as {
      id: string;
      submission: { id: string };
    }[];
    const hidden = mine.find((row) => row.submission.id === own)!;
    await remove(`/assignments/${hidden.id}`, both).expect(404);
    expect(
      (await get(`/conferences/${conference.slug}/reviewers`, both).expect(200)).body.items,
    ).toMatchObject([{ load: 1 }]);
    expect(
      (await get(`/conferences/${conference.slug}/reviewers`, organiser).expect(200)).body.items,
    ).toMatchObject([{ load: 2 }]);
    await remove(`/reviewers/${id}`, both).expect(403);
  });

  it('does not assign their own submission by a run either', async () => {
    const email = someone('both');
    const own = await submitted(app, conference, email);
    const other = await submitted(app, conference, someone('author'));
    const both = await app.token(email, 'organiser', conference.id);
    await reviewer(app, conference, organiser, someone('r'));
    const theirs = (
      await post(`/conferences/${conference.slug}/assignment-runs`, both, { perSubmission: 1 }).expect(201)
    ).body;
    expect(theirs.pairs.map((pair: { submission: string }) => pair.submission)).toEqual([other]);
    const everybodys = (
      await post(`/conferences/${conference.slug}/assignment-runs`, organiser, { perSubmission: 1 }).expect(
        201,
      )
    ).body;
    expect(everybodys.assigned).toBe(2);
    await post(`/assignment-runs/${everybodys.id}/apply`, both).expect(200);
    const panel = (await get(`/submissions/${own}/assignments`, organiser).expect(200)).body;
    expect(panel.items).toEqual([]);
  });
});
