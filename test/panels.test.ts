import { jest } from '@jest/globals';
import { createTestApp, type TestApp, type TestConference } from './support/app.js';
import { assigned, moveTo, newKey, reviewer, reviewOf, someone, submitted } from './support/panel.js';

jest.setTimeout(120_000);

let app: TestApp;
let conference: TestConference;
let chair: string;
let author: string;
let submission: string;
let reviewers: { id: string; token: string; email: string; assignment: string }[];

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const send = (
  method: 'get' | 'post' | 'put',
  path: string,
  token: string,
  body?: object,
  version?: number,
) => {
  const request = app.http[method](`/api/v1${path}`).set('authorization', `Bearer ${token}`);
  if (method === 'post') void request.set('idempotency-key', newKey());
  if (version !== undefined) void request.set('if-match', `"${version}"`);
  return body === undefined ? request : request.send(body);
};
const get = (path: string, token: string) => send('get', path, token);

const settings = async (change: object): Promise<void> => {
  const at = `/conferences/${conference.slug}/reviewing-settings`;
  const { body } = await get(at, chair).expect(200);
  await send('put', at, chair, change, body.version as number).expect(200);
};

const handIn = async (n: number, change: Record<string, unknown> = {}): Promise<void> => {
  const { assignment, token } = reviewers[n]!;
  await send('put', `/assignments/${assignment}/review`, token, reviewOf(conference, change)).expect(200);
};
const discussion = (n: number) =>
  get(`/assignments/${reviewers[n]!.assignment}/discussion`, reviewers[n]!.token);

/** A submission under review with three reviewers. */
beforeEach(async () => {
  conference = await app.conference();
  chair = await app.token(someone('chair'), 'chair', conference.id);
  const authorEmail = someone('author');
  submission = await submitted(app, conference, authorEmail);
  author = await app.token(authorEmail);
  await moveTo(app, submission, 'under_review');
  await app.db.query(`update call set reviewing_since = clock_timestamp() where id = $1`, [
    conference.callId,
  ]);
  reviewers = [];
  for (const name of ['rita', 'rob', 'ruth']) {
    const email = someone(name);
    const one = await reviewer(app, conference, chair, email);
    reviewers.push({ ...one, email, assignment: await assigned(app, chair, submission, one.id) });
  }
});

describe('how a call reviews', () => {
  it('is set by organisers, in versions', async () => {
    const at = `/conferences/${conference.slug}/reviewing-settings`;
    const { body } = await get(at, chair).expect(200);
    expect(body).toMatchObject({ discussion: false, lateDays: 0, reminderDays: [], version: 0 });
    await send('put', at, chair, { discussion: true }).expect(400);
    const change = { reminderDays: [2, -7, 2], overallWords: ['no', 'hardly', '', 'yes', 'by all means'] };
    const { body: changed } = await send('put', at, chair, change, 0).expect(200);
    expect(changed).toMatchObject({ ...change, reminderDays: [-7, 2], version: 1, discussion: false });
    await send('put', at, chair, { discussion: true }, 0).expect(412);
    const both = await Promise.all([1, 2].map((days) => send('put', at, chair, { lateDays: days }, 1)));
    expect(both.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([200, 412]);
    await get(at, reviewers[0]!.token).expect(403);
    const task = await get(`/me/assignments/${reviewers[0]!.assignment}`, reviewers[0]!.token).expect(200);
    expect(task.body.overallWords).toEqual(change.overallWords);
  });

  it.each([
    [{ overallWords: ['one'] }, 422],
    [{ reminderDays: [61] }, 422],
    [{ reminderDays: [1.5] }, 400],
    [{ reminderDays: Array.from({ length: 11 }, (_, n) => n) }, 422],
    [{ lateDays: 61 }, 422],
    [{ discussion: 'yes' }, 400],
    [{ responseWordLimit: 49 }, 422],
  ])('refuses %j', async (change, status) => {
    await send('put', `/conferences/${conference.slug}/reviewing-settings`, chair, change, 0).expect(status);
  });

  it('takes late reviews for as long as is set, and none after', async () => {
    const due = (ago: string) =>
      app.db.query(`update call set reviews_due_at = clock_timestamp() - $2::interval where id = $1`, [
        conference.callId,
        ago,
      ]);
    await due('1 day');
    const { assignment, token } = reviewers[0]!;
    const save = () => send('put', `/assignments/${assignment}/review`, token, reviewOf(conference));
    expect((await save().expect(422)).body.code).toBe('reviews.closed');
    await settings({ lateDays: 2 });
    expect((await get('/me/assignments', token)).body.items[0].open).toBe(true);
    expect((await get(`/me/assignments/${assignment}`, token)).body.open).toBe(true);
    await due('3 days');
    expect((await get('/me/assignments', token)).body.items[0].open).toBe(false);
    const { body } = await save().expect(422);
    expect(body.values?.closesAt ?? body.closesAt ?? JSON.stringify(body)).toBeTruthy();
    await due('1 day');
    await save().expect(200);
  });
});

describe('a private note', () => {
  it('is read by its reviewer alone, on any way', async () => {
    const secret = 'qsecretnotez';
    const { assignment, token } = reviewers[0]!;
    await handIn(0, { privateNote: `${secret} of mine` });
    const { body } = await get(`/me/assignments/${assignment}`, token).expect(200);
    expect(body.privateNote).toBe(`${secret} of mine`);
    expect(JSON.stringify((await get(`/submissions/${submission}/reviews`, chair)).body)).not.toContain(
      secret,
    );
    // Not in any table in clear, and not in the record.
    const tables: { name: string }[] = await app.db.query(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    for (const { name } of tables) {
      const rows: unknown[] = await app.db.query(`select 1 from "${name}" t where t::text like $1`, [
        `%${secret}%`,
      ]);
      expect([name, rows.length]).toEqual([name, 0]);
    }
    const entries: { conference_id: string | null }[] = await app.db.query(
      `select conference_id from audit_entry where subject_type = 'review_note' and subject_id = $1`,
      [assignment],
    );
    expect(entries).toEqual([{ conference_id: null }]);
    await send('put', `/assignments/${assignment}/note`, chair, { text: 'mine' }).expect(403);
    await send('put', `/assignments/${assignment}/note`, reviewers[1]!.token, { text: 'mine' }).expect(404);
  });

  it('stays with a review that does not speak of it, and can be changed after the end', async () => {
    const { assignment, token } = reviewers[0]!;
    await send('put', `/assignments/${assignment}/note`, token, { text: 'first' }).expect(204);
    await handIn(0);
    const note = async (): Promise<unknown> =>
      (await get(`/me/assignments/${assignment}`, token)).body.privateNote;
    expect(await note()).toBe('first');
    await app.db.query(
      `update call set reviews_due_at = clock_timestamp() - interval '1 hour' where id = $1`,
      [conference.callId],
    );
    await send('put', `/assignments/${assignment}/note`, token, { text: 'second' }).expect(204);
    expect(await note()).toBe('second');
    await send('put', `/assignments/${assignment}/note`, token, { text: '' }).expect(204);
    expect(await note()).toBe('');
    expect(await app.db.query(`select 1 from review_note where assignment_id = $1`, [assignment])).toEqual(
      [],
    );
  });
});

describe('a discussion', () => {
  beforeEach(() => settings({ discussion: true }));

  it('opens with the last review, and nobody sees others before their own is in', async () => {
    await handIn(0, { overall: 2, commentsToAuthors: 'qfirstz' });
    await handIn(1, { overall: 5, commentsToOrganisers: 'qconfidentialz' });
    expect((await discussion(2).expect(409)).body.code).toBe('discussion.notYet');
    const before = await discussion(0).expect(200);
    expect(before.body).toMatchObject({ state: 'none', reviews: [], posts: [] });
    await handIn(2);
    const { body } = await discussion(0).expect(200);
    expect(body.state).toBe('open');
    expect(body.reviews.map((one: { letter: string }) => one.letter)).toEqual(['A', 'B', 'C']);
    expect(body.reviews.map((one: { name: unknown }) => one.name)).toEqual([null, null, null]);
    expect(body.apart).toEqual([{ on: 'overall', lowest: 2, highest: 5 }]);
    expect(JSON.stringify(body)).toContain('qfirstz');
    expect(JSON.stringify(body)).not.toMatch(/qconfidentialz|rita|rob|ruth/);
    const seen = await get(`/submissions/${submission}/discussion`, chair).expect(200);
    expect(seen.body.reviews.map((one: { name: string }) => one.name).toSorted()).toEqual(
      reviewers.map(({ email }) => `R ${email}`).toSorted(),
    );
    await get(`/submissions/${submission}/discussion`, author).expect(404);
    const mails: { text: string; subject: string }[] = await app.db.query(
      `select text, subject from mail_message where kind = 'discussion_opened' and conference_id = $1`,
      [conference.id],
    );
    expect(mails).toHaveLength(3);
    for (const { text, subject } of mails)
      expect(`${subject} ${text}`).not.toMatch(new RegExp(`${submission}|Return`));
  });

  it('opens once when the last two hand in at the same moment', async () => {
    await handIn(0);
    await Promise.all([handIn(1), handIn(2)]);
    const { body } = await discussion(0).expect(200);
    expect([body.state, body.reviews.length]).toEqual(['open', 3]);
  });

  it('takes posts, keeps what they said before, and sends at most one mail a day', async () => {
    for (const n of [0, 1, 2]) await handIn(n);
    const at = (n: number): string => `/assignments/${reviewers[n]!.assignment}/discussion/posts`;
    const key = newKey();
    const post = (text: string) =>
      app.http
        .post(`/api/v1${at(0)}`)
        .set('authorization', `Bearer ${reviewers[0]!.token}`)
        .set('idempotency-key', key)
        .send({ text });
    await post('I may be too strict.').expect(201);
    const { body } = await post('I may be too strict.').expect(201);
    expect(body.posts).toHaveLength(1);
    const [first] = body.posts as { id: string; version: number; letter: string; own: boolean }[];
    expect(first).toMatchObject({ letter: body.letter, own: true, editedAt: null });
    await send('put', `${at(0)}/${first!.id}`, reviewers[0]!.token, { text: 'I was too strict.' }).expect(
      400,
    );
    await send('put', `${at(1)}/${first!.id}`, reviewers[1]!.token, { text: 'Not mine' }, 1).expect(404);
    const edited = await send(
      'put',
      `${at(0)}/${first!.id}`,
      reviewers[0]!.token,
      { text: 'I was.' },
      1,
    ).expect(200);
    expect(edited.body.posts).toMatchObject([
      { text: 'I was.', version: 2, edits: [{ text: 'I may be too strict.' }] },
    ]);
    await send('put', `${at(0)}/${first!.id}`, reviewers[0]!.token, { text: 'Late' }, 1).expect(412);
    await send('post', at(0), reviewers[0]!.token, { text: 'And more.' }).expect(201);
    const mails: { recipient: string; n: number }[] = await app.db.query(
      `select recipient_address as recipient, count(*)::int as n from mail_message
       where kind = 'discussion_post' and conference_id = $1 group by 1 order by 1`,
      [conference.id],
    );
    expect(mails).toEqual(
      [reviewers[1]!.email, reviewers[2]!.email].toSorted().map((recipient) => ({ recipient, n: 1 })),
    );
    await send('post', at(0), reviewers[0]!.token, { text: '' }).expect(422);
    await send('post', at(0), chair, { text: 'From outside' }).expect(403);
  });

  it('lets a review be changed after its due date, and marks the change', async () => {
    await handIn(0, { overall: 2 });
    await handIn(1);
    await handIn(2);
    await app.db.query(
      `update call set reviews_due_at = clock_timestamp() - interval '1 hour' where id = $1`,
      [conference.callId],
    );
    const { assignment, token } = reviewers[0]!;
    const task = await get(`/me/assignments/${assignment}`, token).expect(200);
    expect(task.body.open).toBe(true);
    const change = (overall: number, version: number) =>
      send('put', `/assignments/${assignment}/review`, token, reviewOf(conference, { overall }), version);
    expect((await change(3, 1).expect(200)).body).toMatchObject({ overall: 3, overallBefore: 2 });
    await change(4, 2).expect(200);
    const { body } = await discussion(1).expect(200);
    expect(body.reviews.filter((one: { revisedAt: unknown }) => one.revisedAt !== null)).toMatchObject([
      { overall: 4, overallBefore: 2 },
    ]);
    await send('post', `/submissions/${submission}/discussion/close`, chair).expect(200);
    expect((await change(5, 3).expect(422)).body.code).toBe('reviews.closed');
  });

  it('is opened early, closed and opened again by organisers; late reviewers get the next letter', async () => {
    const open = (token = chair) => send('post', `/submissions/${submission}/discussion`, token);
    await handIn(0);
    expect((await open().expect(409)).body.code).toBe('discussion.few');
    await handIn(1);
    await open(author).expect(404);
    expect((await open().expect(200)).body.reviews).toHaveLength(2);
    const letters = async (n: number): Promise<unknown> => (await discussion(n)).body.letter;
    const first = [await letters(0), await letters(1)];
    await handIn(2);
    expect([await letters(0), await letters(1), await letters(2)]).toEqual([...first, 'C']);
    await send('post', `/submissions/${submission}/discussion/close`, chair).expect(200);
    const post = () =>
      send('post', `/assignments/${reviewers[0]!.assignment}/discussion/posts`, reviewers[0]!.token, {
        text: 'One more thing',
      });
    expect((await post().expect(409)).body.code).toBe('discussion.closed');
    expect((await open().expect(200)).body).toMatchObject({ state: 'open', version: 3 });
    await post().expect(201);
  });

  it('is over with the released decision, and not with a pending one', async () => {
    for (const n of [0, 1, 2]) await handIn(n);
    await send('put', `/submissions/${submission}/decision`, chair, { outcome: 'accepted' }).expect(200);
    expect((await discussion(0)).body.state).toBe('open');
    await send('post', `/conferences/${conference.slug}/decision-releases`, chair, {
      submissions: [submission],
    }).expect(201);
    expect((await discussion(0)).body.state).toBe('closed');
    const answer = await send(
      'post',
      `/assignments/${reviewers[0]!.assignment}/discussion/posts`,
      reviewers[0]!.token,
      { text: 'Too late' },
    ).expect(409);
    expect(answer.body.code).toBe('discussion.closed');
  });

  it('names reviewers to each other where the call promises it, and keeps such reviews as they are', async () => {
    await app.db.query(`update call set panel_open = 'review' where id = $1`, [conference.callId]);
    for (const n of [0, 1, 2]) await handIn(n);
    const { body } = await discussion(0).expect(200);
    expect(body.reviews.every((one: { name: string | null }) => one.name !== null)).toBe(true);
    const { assignment, token } = reviewers[0]!;
    const change = await send('put', `/assignments/${assignment}/review`, token, reviewOf(conference), 1);
    expect([change.status, change.body.code]).toEqual([409, 'review.final']);
  });

  it('is not there in a call without one', async () => {
    await settings({ discussion: false });
    for (const n of [0, 1, 2]) await handIn(n);
    expect((await discussion(0)).body).toMatchObject({ state: 'none', reviews: [] });
    const answer = await send('post', `/submissions/${submission}/discussion`, chair).expect(409);
    expect(answer.body.code).toBe('discussion.off');
  });

  it('is kept from an organiser who is an author of the submission, also in mail and record', async () => {
    const email = someone('both');
    const token = await app.token(email, 'organiser', conference.id);
    await app.db.query(`update submission set created_by = $2 where id = $1`, [
      submission,
      await app.person(email),
    ]);
    for (const n of [0, 1, 2]) await handIn(n);
    await get(`/submissions/${submission}/discussion`, token).expect(404);
    await send('post', `/submissions/${submission}/discussion/close`, token).expect(404);
    const mail = await get(`/conferences/${conference.slug}/mail`, token).expect(200);
    expect(mail.body.items.filter((one: { kind: string }) => one.kind.startsWith('discussion'))).toEqual([]);
  });
});

describe('the authors’ response', () => {
  const open = (day: string, version: number) =>
    send('post', `/conferences/${conference.slug}/author-responses`, chair, { closesDay: day }, version);
  const at = (): string => `/submissions/${submission}/response`;

  it('shows the comments as they were, without scores or names, and takes one answer', async () => {
    await handIn(0, { overall: 1, commentsToAuthors: 'qfirstz', commentsToOrganisers: 'qconfidentialz' });
    expect((await get(at(), author).expect(200)).body).toBeNull();
    await send('put', at(), author, { text: 'Early' }, 1).expect(404);
    await open('2099-01-31', 0).expect(200);
    const { body } = await get(at(), author).expect(200);
    expect(body.reviews).toEqual([{ comment: 'qfirstz' }]);
    expect(JSON.stringify(body)).not.toMatch(/qconfidentialz|rita/);
    // What happens on the panel afterwards does not show.
    await handIn(1, { commentsToAuthors: 'qsecondz' });
    await open('2099-02-28', 1).expect(200);
    expect((await get(at(), author)).body.reviews).toEqual([{ comment: 'qfirstz' }]);

    const words = Array.from({ length: 301 }, () => 'word').join(' ');
    const long = await send('put', at(), author, { text: words }, 1).expect(422);
    expect(long.body.fields).toMatchObject([{ field: 'text', limit: 300, value: 301 }]);
    await send('put', at(), author, { text: 'Thank you.' }).expect(400);
    const done = await send('put', at(), author, { text: 'Thank you.' }, 1).expect(200);
    expect(done.body).toMatchObject({ text: 'Thank you.', wordCount: 2, version: 2, open: true });
    await send('put', at(), author, { text: 'Other tab' }, 1).expect(412);
    await send('put', at(), chair, { text: 'Not mine' }, 2).expect(403);
    expect((await get(at(), chair)).body.text).toBe('Thank you.');

    const forReviewer = (n: number) =>
      get(`/assignments/${reviewers[n]!.assignment}/response`, reviewers[n]!.token);
    expect((await forReviewer(1).expect(200)).body.text).toBe('Thank you.');
    expect((await forReviewer(2).expect(409)).body.code).toBe('discussion.notYet');
    const mails: unknown[] = await app.db.query(
      `select 1 from mail_message where kind = 'author_response' and subject_id = $1`,
      [submission],
    );
    expect(mails).toHaveLength(1);
  });

  it('shows scores where the call says so, and the call does not change its mind', async () => {
    await settings({ responseScores: true });
    await handIn(0, { overall: 1 });
    await open('2099-01-31', 1).expect(200);
    expect((await get(at(), author)).body.reviews).toMatchObject([{ overall: 1 }]);
    const change = await send(
      'put',
      `/conferences/${conference.slug}/reviewing-settings`,
      chair,
      { responseScores: false },
      2,
    ).expect(409);
    expect(change.body.code).toBe('response.open');
    await send(
      'put',
      `/conferences/${conference.slug}/reviewing-settings`,
      chair,
      { responseWordLimit: 500 },
      2,
    ).expect(200);
  });

  it('ends at its time and with the decision, and stays the same while one is pending', async () => {
    await handIn(0);
    expect((await open('2020-01-01', 0).expect(422)).body.fields).toMatchObject([{ code: 'dayPast' }]);
    await open('2099-01-31', 0).expect(200);
    const before = (await get(at(), author)).body;
    await send('put', `/submissions/${submission}/decision`, chair, { outcome: 'rejected' }).expect(200);
    expect((await get(at(), author)).body).toEqual(before);
    await app.db.query(
      `update reviewing_settings set response_closes_at = clock_timestamp() - interval '1 second' where call_id = $1`,
      [conference.callId],
    );
    const late = await send('put', at(), author, { text: 'Late' }, 1).expect(422);
    expect(late.body.code).toBe('response.closed');
    await app.db.query(
      `update reviewing_settings set response_closes_at = clock_timestamp() + interval '1 day' where call_id = $1`,
      [conference.callId],
    );
    await send('post', `/conferences/${conference.slug}/decision-releases`, chair, {
      submissions: [submission],
    }).expect(201);
    const decided = await send('put', at(), author, { text: 'Late' }, 1).expect(409);
    expect(decided.body.code).toBe('review.submissionState');
  });

  it('is not asked for before reviewing', async () => {
    await app.db.query(`update call set reviewing_since = null where id = $1`, [conference.callId]);
    expect((await open('2099-01-31', 0).expect(409)).body.code).toBe('response.early');
  });
});

describe('a meta-review', () => {
  const at = (): string => `/submissions/${submission}/meta-review`;

  it('is a chair’s, in versions, and stands once the decision is released', async () => {
    const organiser = await app.token(someone('organiser'), 'organiser', conference.id);
    expect((await get(at(), organiser).expect(200)).body).toMatchObject({ text: '', version: 0 });
    await send('put', at(), organiser, { text: 'Mine' }).expect(403);
    await send('put', at(), author, { text: 'Mine' }).expect(404);
    await send('put', at(), chair, { text: '' }).expect(422);
    await send('put', at(), chair, { text: 'The panel agrees.', forAuthors: true }).expect(200);
    await send('put', at(), chair, { text: 'Other tab' }).expect(400);
    await send('put', at(), chair, { text: 'Other tab' }, 2).expect(412);
    expect((await get(at(), organiser)).body).toMatchObject({ text: 'The panel agrees.', version: 1 });
    await send('put', `/submissions/${submission}/decision`, chair, { outcome: 'accepted' }).expect(200);
    await send('post', `/conferences/${conference.slug}/decision-releases`, chair, {
      submissions: [submission],
    }).expect(201);
    const late = await send('put', at(), chair, { text: 'Otherwise' }, 1).expect(409);
    expect(late.body.code).toBe('review.submissionState');
  });

  it('of two chairs at once one is told that the other was faster', async () => {
    const both = await Promise.all(['a', 'b'].map((text) => send('put', at(), chair, { text })));
    expect(both.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([200, 400]);
  });
});
