import { jest } from '@jest/globals';
import { Reminders } from '../src/reviews/reminders.service.js';
import { createTestApp, type TestApp, type TestConference } from './support/app.js';
import { assigned, moveTo, newKey, reviewer, reviewOf, someone, submitted } from './support/panel.js';

jest.setTimeout(120_000);

let app: TestApp;
let conference: TestConference;
let chair: string;
let reviewers: { id: string; token: string; email: string; assignment: string }[];
let submissions: string[];
const DAY = 86_400_000;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

/** Two submissions, due in ten days at the end of a day in Tbilisi; everything was set a month ago. */
beforeEach(async () => {
  app.clock.offsetMs = 0;
  await app.db.query(`delete from reviewing_settings`);
  conference = await app.conference();
  chair = await app.token(someone('chair'), 'chair', conference.id);
  submissions = [];
  reviewers = [];
  for (const name of ['rita', 'rob']) {
    const submission = await submitted(app, conference, someone('author'));
    await moveTo(app, submission, 'under_review');
    submissions.push(submission);
    const email = someone(name);
    const one = await reviewer(app, conference, chair, email);
    reviewers.push({ ...one, email, assignment: await assigned(app, chair, submission, one.id) });
  }
  await app.db.query(
    `update call set zone = 'Asia/Tbilisi',
       reviews_due_at = date_trunc('day', clock_timestamp() at time zone 'Asia/Tbilisi') at time zone 'Asia/Tbilisi' + interval '10 days'
     where id = $1`,
    [conference.callId],
  );
  await schedule([-7, -1, 2], 5);
  await app.db.query(`update assignment set assigned_at = clock_timestamp() - interval '30 days'`);
});
afterEach(() => (app.clock.offsetMs = 0));

async function schedule(reminderDays: number[], lateDays: number): Promise<void> {
  const at = `/api/v1/conferences/${conference.slug}/reviewing-settings`;
  const { body } = await app.http.get(at).set('authorization', `Bearer ${chair}`).expect(200);
  await app.http
    .put(at)
    .set('authorization', `Bearer ${chair}`)
    .set('if-match', `"${body.version}"`)
    .send({ reminderDays, lateDays })
    .expect(200);
  await app.db.query(
    `update reviewing_settings set reminders_since = clock_timestamp() - interval '30 days' where call_id = $1`,
    [conference.callId],
  );
}

/** Days from the end of the due day; noon of the day before is -0.5. */
async function travel(days: number): Promise<void> {
  const [{ due }] = await app.db.query(`select reviews_due_at as due from call where id = $1`, [
    conference.callId,
  ]);
  app.clock.offsetMs = 0;
  const now = await app.clock.now();
  app.clock.offsetMs = (due as Date).getTime() + days * DAY - now.getTime();
}

const remind = (): Promise<number> => app.app.get(Reminders).remind();
const mails = (): Promise<{ to: string; subject: string; text: string }[]> =>
  app.db.query(
    `select recipient_address as to, subject, text from mail_message where kind = 'review_reminder' and conference_id = $1
     order by created_at, 1`,
    [conference.id],
  );

it('reminds once for each step, whichever process asks and however often', async () => {
  await travel(-9);
  expect(await remind()).toBe(0);
  // Seven days before the last day, at nine in the morning where the conference is.
  await travel(-8 + 8.9 / 24);
  expect(await remind()).toBe(0);
  await travel(-8 + 9.1 / 24);
  const counts = await Promise.all([remind(), remind(), remind()]);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2);
  expect(await remind()).toBe(0);
  expect((await mails()).map(({ to }) => to)).toEqual(reviewers.map(({ email }) => email).toSorted());
  for (const { subject, text } of await mails()) {
    expect(subject).toContain('due soon');
    expect(text).not.toMatch(new RegExp(`${submissions.join('|')}|Return`));
  }
  await travel(-1);
  expect(await remind()).toBe(2);
  const entries = await app.db.query(
    `select 1 from audit_entry where action = 'assignment.reminded' and conference_id = $1`,
    [conference.id],
  );
  expect(entries).toHaveLength(4);
});

it('stops for what is handed in, given back, taken away or withdrawn', async () => {
  await app.http
    .put(`/api/v1/assignments/${reviewers[0]!.assignment}/review`)
    .set('authorization', `Bearer ${reviewers[0]!.token}`)
    .send(reviewOf(conference))
    .expect(200);
  await moveTo(app, submissions[1]!, 'withdrawn');
  await travel(-1);
  expect(await remind()).toBe(0);
  await moveTo(app, submissions[1]!, 'under_review');
  await app.http
    .post(`/api/v1/assignments/${reviewers[1]!.assignment}/decline`)
    .set('authorization', `Bearer ${reviewers[1]!.token}`)
    .set('idempotency-key', newKey())
    .send({ reason: 'No time' })
    .expect((answer) => expect(answer.status).toBeLessThan(300));
  expect(await remind()).toBe(0);
  expect(await mails()).toEqual([]);
});

it('says of late ones that they are late, and nothing once none is taken any more', async () => {
  await travel(1.5);
  expect(await remind()).toBe(2);
  const [first] = await mails();
  expect(first!.subject).toContain('late');
  expect(first!.text).toContain('still taken until');
  await schedule([-7, -1, 2, 4], 3);
  await travel(3.5);
  expect(await remind()).toBe(0);
});

it('does not remind of what has just been given, nor by a schedule that has just been set', async () => {
  await travel(-7.5);
  await app.db.query(`update assignment set assigned_at = $2 where id = $1`, [
    reviewers[0]!.assignment,
    await app.clock.now(),
  ]);
  expect(await remind()).toBe(1);
  await app.db.query(`delete from review_reminder`);
  await app.db.query(`update reviewing_settings set reminders_since = $2 where call_id = $1`, [
    conference.callId,
    await app.clock.now(),
  ]);
  expect(await remind()).toBe(0);
});

it('shows organisers who was reminded, without their own submissions', async () => {
  await travel(-1);
  await remind();
  const list = (token: string, query = '') =>
    app.http
      .get(`/api/v1/conferences/${conference.slug}/review-reminders${query}`)
      .set('authorization', `Bearer ${token}`);
  const { body } = await list(chair).expect(200);
  expect(
    body.items.map((one: { name: string; step: number; now: string }) => [one.name, one.step, one.now]),
  ).toEqual(expect.arrayContaining(reviewers.map(({ email }) => [`R ${email}`, -1, 'none'])));
  const first = await list(chair, '?limit=1').expect(200);
  const second = await list(chair, `?limit=1&after=${first.body.next}`).expect(200);
  expect([...first.body.items, ...second.body.items]).toEqual(body.items);
  const email = someone('both');
  const both = await app.token(email, 'organiser', conference.id);
  await app.db.query(`update submission set created_by = $2 where id = $1`, [
    submissions[0],
    await app.person(email),
  ]);
  const own = await list(both).expect(200);
  expect(own.body.items.map((one: { submission: string }) => one.submission)).toEqual([submissions[1]]);
  const mail = await app.http
    .get(`/api/v1/conferences/${conference.slug}/mail`)
    .set('authorization', `Bearer ${both}`)
    .expect(200);
  expect(mail.body.items.filter((one: { kind: string }) => one.kind === 'review_reminder')).toEqual([]);
  await list(reviewers[0]!.token).expect(403);
});
