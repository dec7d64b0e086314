import { jest } from '@jest/globals';
import { statements } from '../src/platform/database.js';
import { newId } from '../src/platform/ids.js';
import { createTestApp, type TestApp, type TestConference } from './support/app.js';
import { assigned, moveTo, newKey, reviewer, reviewOf, someone, submitted } from './support/panel.js';

jest.setTimeout(120_000);

let app: TestApp;
let conference: TestConference;
let chair: { token: string; cookie: string };
let author: { email: string; cookie: string };
let submission: string;
let panel: { id: string; token: string; cookie: string; assignment: string }[];

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const page = async (path: string, cookie: string, status = 200): Promise<string> =>
  (await app.http.get(path).set('cookie', cookie).expect(status)).text;
const post = (path: string, cookie: string, body: Record<string, unknown> = {}) =>
  app.http
    .post(path)
    .set('cookie', cookie)
    .type('form')
    .send({ idempotencyKey: newKey(), ...body });
const organise = (rest: string): string => `/conferences/${conference.slug}/organise/${rest}`;
const handIn = (n: number, change: Record<string, unknown> = {}) =>
  app.http
    .put(`/api/v1/assignments/${panel[n]!.assignment}/review`)
    .set('authorization', `Bearer ${panel[n]!.token}`)
    .send(reviewOf(conference, change))
    .expect(200);

beforeEach(async () => {
  conference = await app.conference();
  const email = someone('chair');
  chair = { token: await app.token(email, 'chair', conference.id), cookie: await app.cookie(email) };
  const authorEmail = someone('author');
  submission = await submitted(app, conference, authorEmail);
  author = { email: authorEmail, cookie: await app.cookie(authorEmail) };
  await moveTo(app, submission, 'under_review');
  await app.db.query(
    `update call set reviewing_since = clock_timestamp(), reviews_per_submission = 2 where id = $1`,
    [conference.callId],
  );
  panel = [];
  for (const name of ['rita', 'rob']) {
    const address = someone(name);
    const one = await reviewer(app, conference, chair.token, address);
    const cookie = await app.cookie(address);
    panel.push({ ...one, cookie, assignment: await assigned(app, chair.token, submission, one.id) });
  }
});

describe('the settings of reviewing', () => {
  const stored = {
    version: '0',
    lateDays: '3',
    reminderDays: '-7, -1, 2',
    discussion: 'true',
    responseWordLimit: '200',
    responseScores: 'true',
    'overallWords[0]': 'no',
    'overallWords[1]': 'rather not',
    'overallWords[2]': 'either',
    'overallWords[3]': 'rather',
    'overallWords[4]': 'by all means',
  };

  it('are kept by their form, and show on the form of a review', async () => {
    await post(organise('reviewing'), chair.cookie, stored).expect(303);
    const html = await page(organise('reviewing'), chair.cookie);
    expect(html).toContain('value="-7, -1, 2"');
    expect(html).toMatch(/name="discussion"[^>]*checked/);
    const form = await page(`/me/reviews/${panel[0]!.assignment}`, panel[0]!.cookie);
    expect(form).toContain('by all means');
    expect(form).toContain('name="privateNote"');
  });

  it.each([
    ['a day that is none', { reminderDays: 'soon' }, 400, 'soon'],
    ['a day too far', { reminderDays: '-90' }, 422, '-90'],
    ['no number of days', { lateDays: '' }, 422, 'rather not'],
    ['a limit that is too small', { responseWordLimit: '10' }, 422, 'value="10"'],
    ['another tab’s version', { version: '7' }, 412, 'value="-7, -1, 2"'],
  ])('are shown again with everything typed after %s', async (_what, change, status, kept) => {
    const answer = await post(organise('reviewing'), chair.cookie, { ...stored, ...change }).expect(status);
    expect(answer.text).toContain(kept);
  });

  it('weigh criteria, and say so where it counts', async () => {
    await app.db.query(`update criterion set weight = 3 where id = $1`, [conference.criteria[0]]);
    const form = await page(`/me/reviews/${panel[0]!.assignment}`, panel[0]!.cookie);
    expect(form).toContain('counts 3 times');
    await handIn(0, { scores: { [conference.criteria[0]!]: 5, [conference.criteria[1]!]: 1 } });
    const html = await page(organise(`submissions/${submission}`), chair.cookie);
    expect(html.replace(/<[^>]+>/g, '')).toContain(
      'By criteria 4.0. Weighted mean of the criteria: Criterion 1 × 3, Criterion 2 × 1.',
    );
  });
});

describe('a panel’s page', () => {
  beforeEach(() =>
    post(organise('reviewing'), chair.cookie, {
      version: '0',
      lateDays: '0',
      responseWordLimit: '300',
      discussion: 'true',
    }).expect(303),
  );
  const at = (n: number): string => `/me/reviews/${panel[n]!.assignment}/panel`;

  it('shows nothing of the others before one’s own review is in', async () => {
    await handIn(0, { commentsToAuthors: 'qfirstz' });
    const html = await page(at(1), panel[1]!.cookie);
    expect(html).toContain('Hand in your own review first');
    expect(html).not.toContain('qfirstz');
    expect(await page(`/me/reviews/${panel[1]!.assignment}`, panel[1]!.cookie)).not.toContain('/panel');
  });

  it('takes posts and changes of them, and tells where the panel is apart', async () => {
    await handIn(0, { overall: 1 });
    await handIn(1, { overall: 5 });
    const html = await page(at(0), panel[0]!.cookie);
    expect(html).toContain('The panel is of different minds');
    expect(html).toContain('Overall: from 1 to 5.');
    expect(html).not.toMatch(/R rita|R rob/);
    await post(at(0), panel[0]!.cookie, { text: '' }).expect(422);
    await post(at(0), panel[0]!.cookie, { text: 'What did I miss?' }).expect(303);
    const [written] = await app.db.query(`select id from discussion_post where submission_id = $1`, [
      submission,
    ]);
    const editing = await page(`${at(0)}?post=${written.id}`, panel[0]!.cookie);
    expect(editing).toContain('Save the change');
    await post(at(0), panel[0]!.cookie, {
      text: 'What did I overlook?',
      post: written.id,
      version: '1',
    }).expect(303);
    const stale = await post(at(0), panel[0]!.cookie, {
      text: 'Other tab',
      post: written.id,
      version: '1',
    }).expect(412);
    expect(stale.text).toContain('Other tab');
    const seen = await page(at(1), panel[1]!.cookie);
    expect(seen).toContain('What did I overlook?');
    expect(seen).toContain('What it said before');
    const organiser = await page(organise(`submissions/${submission}/panel`), chair.cookie);
    expect(organiser).toMatch(/R rita/);
    await post(organise(`submissions/${submission}/panel/close`), chair.cookie).expect(303);
    const closed = await post(at(0), panel[0]!.cookie, { text: 'Too late but kept' }).expect(409);
    expect(closed.text).toContain('The discussion is closed. What you typed is still here.');
    await post(organise(`submissions/${submission}/panel/open`), chair.cookie).expect(303);
  });

  it('keeps a note of the reviewer alone, after the end too', async () => {
    await handIn(0);
    await handIn(1);
    await app.db.query(
      `update call set reviews_due_at = clock_timestamp() - interval '1 hour' where id = $1`,
      [conference.callId],
    );
    await post(organise(`submissions/${submission}/panel/close`), chair.cookie).expect(303);
    const own = `/me/reviews/${panel[0]!.assignment}`;
    await post(own, panel[0]!.cookie, { act: 'note', privateNote: 'qminez' }).expect(303);
    expect(await page(own, panel[0]!.cookie)).toContain('qminez');
    const long = await post(own, panel[0]!.cookie, { act: 'note', privateNote: 'x'.repeat(10_001) }).expect(
      422,
    );
    expect(long.text).toContain('x'.repeat(10_001));
    expect(await page(organise(`submissions/${submission}/panel`), chair.cookie)).not.toContain('qminez');
  });

  it('holds the chair’s summary, which authors read with the decision only', async () => {
    const to = organise(`submissions/${submission}/meta-review`);
    const empty = await post(to, chair.cookie, { text: '', version: '0' }).expect(422);
    expect(empty.text).toContain('Please fill this in.');
    await post(to, chair.cookie, { text: 'qsummaryz', forAuthors: 'true', version: '0' }).expect(303);
    expect(await page(`/submissions/${submission}`, author.cookie)).not.toContain('qsummaryz');
    await post(organise(`submissions/${submission}/decision`), chair.cookie, { outcome: 'accepted' }).expect(
      303,
    );
    expect(await page(`/submissions/${submission}`, author.cookie)).not.toContain('qsummaryz');
    await app.http
      .post(`/api/v1/conferences/${conference.slug}/decision-releases`)
      .set('authorization', `Bearer ${chair.token}`)
      .set('idempotency-key', newKey())
      .send({ submissions: [submission] })
      .expect(201);
    expect(await page(`/submissions/${submission}`, author.cookie)).toContain('qsummaryz');
    await post(to, chair.cookie, { text: 'Otherwise', version: '1' }).expect(409);
  });
});

describe('the authors’ page of their response', () => {
  it('is there once they are asked, keeps what was typed, and counts words', async () => {
    await handIn(0, { commentsToAuthors: 'qfirstz' });
    const at = `/submissions/${submission}/response`;
    await page(at, author.cookie, 404);
    await post(organise('reviewing/responses'), chair.cookie, { closesDay: '', version: '0' }).expect(422);
    const past = await post(organise('reviewing/responses'), chair.cookie, {
      closesDay: '2020-01-01',
      version: '0',
    }).expect(422);
    expect(past.text).toContain('2020-01-01 is over. Choose a day to come.');
    await post(organise('reviewing/responses'), chair.cookie, {
      closesDay: '2099-01-01',
      version: '0',
    }).expect(303);
    expect(await page(`/submissions/${submission}`, author.cookie)).toContain(at);
    expect(await page(at, author.cookie)).toContain('qfirstz');
    const words = Array.from({ length: 301 }, () => 'word').join(' ');
    const long = await post(at, author.cookie, { text: words, version: '1' }).expect(422);
    expect(long.text).toContain('At most 300 words; this has 301.');
    expect(long.text).toContain(words);
    await post(at, author.cookie, { text: 'qthanksz', version: '1' }).expect(303);
    const stale = await post(at, author.cookie, { text: 'Other tab', version: '1' }).expect(412);
    expect(stale.text).toContain('Other tab');
    expect(await page(organise(`submissions/${submission}/panel`), chair.cookie)).toContain('qthanksz');
    expect(await page(`/me/reviews/${panel[0]!.assignment}/panel`, panel[0]!.cookie)).toContain('qthanksz');
    expect(await page(`/me/reviews/${panel[1]!.assignment}/panel`, panel[1]!.cookie)).not.toContain(
      'qthanksz',
    );
    await page(at, chair.cookie, 403);
    expect((await page(organise('reviewing'), chair.cookie)).replace(/<[^>]+>/g, '')).toContain(
      '1 of 1 have answered',
    );
  });
});

describe('a place that has become free', () => {
  it('is shown at once with who could step in, and filled on one click', async () => {
    const spare = await reviewer(app, conference, chair.token, someone('sven'), {
      topics: [conference.topics[0]],
    });
    const full = await reviewer(app, conference, chair.token, someone('full'), { maxLoad: 1 });
    const other = await submitted(app, conference, someone('else'));
    await assigned(app, chair.token, other, full.id);
    const barred = await reviewer(app, conference, chair.token, someone('barred'), {
      affiliation: `Institute ${author.email}`,
    });
    await post(`/me/reviews/${panel[0]!.assignment}/decline`, panel[0]!.cookie, {
      reason: 'time',
      note: 'qawayz until May',
    }).expect(303);
    expect(await page(`/conferences/${conference.slug}/organise`, chair.cookie)).toContain(
      'was given back by a reviewer',
    );
    const html = await page(organise('places'), chair.cookie);
    expect(html).toContain('qawayz until May');
    expect(html).toContain(`value="${spare.id}"`);
    for (const { id } of [full, barred, panel[0]!, panel[1]!]) expect(html).not.toContain(`value="${id}"`);
    const { body } = await app.http
      .get(`/api/v1/conferences/${conference.slug}/free-places`)
      .set('authorization', `Bearer ${chair.token}`)
      .expect(200);
    expect(body.items).toMatchObject([
      { submission, missing: 1, candidates: [{ reviewer: spare.id, sharedTopics: 1 }] },
    ]);
    await post(organise(`places/${submission}`), chair.cookie, { reviewer: barred.id }).expect(422);
    await post(organise(`places/${submission}`), chair.cookie, { reviewer: spare.id }).expect(303);
    expect(await page(organise('places'), chair.cookie)).toContain('Every panel is whole');
  });

  it('is not shown to an organiser who is an author of the submission', async () => {
    const email = someone('both');
    const cookie = await app.cookie(email);
    await app.grant(email, 'organiser', conference.id);
    await app.db.query(`update submission set created_by = $2 where id = $1`, [
      submission,
      await app.person(email),
    ]);
    await post(`/me/reviews/${panel[0]!.assignment}/decline`, panel[0]!.cookie, { reason: 'time' }).expect(
      303,
    );
    expect(await page(organise('places'), cookie)).not.toContain(submission);
    expect(await page(organise('places'), chair.cookie)).toContain(submission);
  });
});

describe('the number of SQL statements', () => {
  it('does not grow with reviews, posts, reminders and free places', async () => {
    await app.db.query(`insert into reviewing_settings (call_id, discussion) values ($1, true)`, [
      conference.callId,
    ]);
    await handIn(0);
    await handIn(1);
    const run = jest.spyOn(statements, 'run');
    const count = async (path: string, cookie: string): Promise<number> => {
      run.mockClear();
      await page(path, cookie);
      return (run.mock.calls[0]![0] as { count: number }).count;
    };
    const all = async (): Promise<number[]> => [
      await count(`/me/reviews/${panel[0]!.assignment}/panel`, panel[0]!.cookie),
      await count(organise(`submissions/${submission}/panel`), chair.cookie),
      await count(organise('reviewing'), chair.cookie),
      await count(organise('places'), chair.cookie),
    ];
    const fill = async (posts: number, others: number): Promise<void> => {
      for (let n = 0; n < posts; n += 1)
        await app.db.query(
          `insert into discussion_post (id, submission_id, reviewer_id, text, posted_at)
           values ($1, $2, $3, 'Words', clock_timestamp())`,
          [newId(), submission, panel[n % 2]!.id],
        );
      for (let n = 0; n < others; n += 1) {
        const one = await submitted(app, conference, someone('more'));
        const given = await assigned(app, chair.token, one, panel[n % 2]!.id);
        await app.db.query(
          `update assignment set status = 'declined', ended_at = clock_timestamp() where id = $1`,
          [given],
        );
        await app.db.query(`insert into review_reminder values ($1, -1, clock_timestamp())`, [given]);
      }
    };
    await fill(1, 1);
    const few = await all();
    await fill(9, 4);
    expect(await all()).toEqual(few);
    for (const n of few) expect(n).toBeLessThanOrEqual(24);
    run.mockRestore();
  });
});
