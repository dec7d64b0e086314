import { ReleaseClock } from '../src/decisions/release-clock.js';
import { checkInvariants } from '../src/tools/invariants.js';
import { createTestApp, abstractOf, type TestApp, type TestConference } from './support/app.js';
import { chairOf, decisionMails, underReview, type Chair } from './support/deciding.js';
import { assigned, newKey, reviewer, reviewOf, someone, submitted } from './support/panel.js';

const DAY = 86_400_000;

let app: TestApp;
let conference: TestConference;
let chair: Chair;
let chairEmail: string;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  conference = await app.conference();
  chairEmail = someone('chair');
  chair = await chairOf(app, conference, chairEmail);
});
afterEach(() => (app.clock.offsetMs = 0));

const released = async (outcome: string, email = someone('author'), change: object = {}): Promise<string> => {
  const id = await underReview(app, conference, email);
  await chair.decide(id, outcome, change).expect(200);
  await chair.post('/decision-releases', { submissions: [id] }).expect(201);
  return id;
};
const act = async (
  email: string,
  method: 'post' | 'patch',
  path: string,
  body: object = {},
  version?: number,
) => {
  const token = await app.token(email);
  const request = app.http[method](`/api/v1/submissions/${path}`)
    .set('authorization', `Bearer ${token}`)
    .set('idempotency-key', newKey());
  if (version !== undefined) void request.set('if-match', `"${version}"`);
  return request.send(body);
};
const row = async (id: string) =>
  (await app.db.query(`select status, version from submission where id = $1`, [id]))[0] as {
    status: string;
    version: number;
  };
const mailsOf = (id: string, kind: string): Promise<{ to: string; text: string }[]> =>
  app.db.query(
    `select recipient_address as to, text from mail_message where subject_id = $1 and kind = $2 order by created_at, 1`,
    [id, kind],
  );
const dayIn = (days: number): string => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
const settings = async (body: object) => {
  const { body: now } = await chair.get('/deciding').expect(200);
  return chair.put('/deciding', body, now.version).expect(200);
};
const look = () => app.app.get(ReleaseClock).look();

describe('the waiting list', () => {
  it('proposes by rank, then by mean, and promotes on a click: a new decision and its mail', async () => {
    const email = someone('waits');
    const [third, first] = [
      await released('waitlisted', email),
      await released('waitlisted', undefined, { rank: 2 }),
    ];
    await settings({ places: 1 });
    const waiting = (await chair.get('/waitlist').expect(200)).body;
    expect(waiting).toMatchObject({
      free: 1,
      items: [
        { submission: first, rank: 2 },
        { submission: third, rank: null },
      ],
    });
    const promote = (id: string, body: object = {}) => chair.post(`/api/v1/submissions/${id}/promote`, body);
    const answers = await Promise.all([
      promote(first, { textToAuthors: 'A place is free.' }),
      promote(first),
    ]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect((await row(first)).status).toBe('accepted');
    expect((await decisionMails(app, first)).map(({ kind, state }) => [kind, state])).toEqual([
      ['decision_waitlisted', 'superseded'],
      ['decision_accepted', 'ready'],
    ]);
    expect((await chair.get('/waitlist').expect(200)).body).toMatchObject({
      free: 0,
      items: [{ submission: third }],
    });
    expect((await promote(await released('rejected')).expect(409)).body.code).toBe('waitlist.state');
    await chair.decide(third, 'rejected').expect(200);
    expect((await promote(third).expect(409)).body.code).toBe('waitlist.pending');
    // The chair's own is neither shown nor theirs to promote.
    const both = await chairOf(app, conference, email);
    expect((await both.get('/waitlist').expect(200)).body.items).toEqual([]);
    await both.post(`/api/v1/submissions/${third}/promote`).expect(404);
  });

  it('waits for the second chair where the conference asks for one', async () => {
    const id = await released('waitlisted');
    await settings({ twoPersons: true });
    const { body } = await chair.post(`/api/v1/submissions/${id}/promote`).expect(200);
    expect(body.release).toBeNull();
    expect((await row(id)).status).toBe('waitlisted');
    const second = await chairOf(app, conference, someone('second'));
    const { listHash } = (await second.get(`/api/v1/release-lists/${body.list}`).expect(200)).body;
    await second.post(`/api/v1/release-lists/${body.list}/confirm`, { listHash }).expect(200);
    await second.post(`/api/v1/release-lists/${body.list}/release`).expect(200);
    expect((await row(id)).status).toBe('accepted');
  });
});

describe('attendance', () => {
  it('is confirmed once by an author, where the conference asks', async () => {
    const email = someone('author');
    const id = await released('accepted', email);
    const { version } = await row(id);
    expect((await act(email, 'post', `${id}/confirm`, {}, version)).body.code).toBe('attendance.notAsked');
    await settings({ confirmOn: dayIn(20) });
    expect((await act(email, 'post', `${id}/confirm`)).body.code).toBe('version.missing');
    expect((await act(email, 'post', `${id}/confirm`, {}, version - 1)).status).toBe(412);
    expect((await act(someone('x'), 'post', `${id}/confirm`, {}, version)).status).toBe(404);
    const answers = await Promise.all([1, 2].map(() => act(email, 'post', `${id}/confirm`, {}, version)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect((await row(id)).status).toBe('confirmed');
    expect(await mailsOf(id, 'attendance_confirmed')).toHaveLength(1);
    const rejected = await released('rejected', email);
    const refused = await act(email, 'post', `${rejected}/confirm`, {}, (await row(rejected)).version);
    expect(refused.body.code).toBe('attendance.state');
    const [entry] = await app.db.query(
      `select before, after from audit_entry where subject_id = $1 and action = 'submission.confirmed'`,
      [id],
    );
    expect([entry.before, entry.after.status]).toEqual([{ status: 'accepted' }, 'confirmed']);
  });

  it('is asked for again on the days before, once each, and then listed for the organisers', async () => {
    const email = someone('author');
    const id = await released('accepted', email);
    const given = await released('accepted');
    await settings({ confirmOn: dayIn(20), reminderDays: [7, 2] });
    await look();
    expect(await mailsOf(id, 'attendance_reminder')).toEqual([]);
    app.clock.offsetMs = 14.5 * DAY;
    await Promise.all([look(), look(), look()]);
    expect((await mailsOf(id, 'attendance_reminder')).map(({ to }) => to)).toEqual([email]);
    // An organiser knows better than the form.
    const { version } = await row(given);
    await chair.post(`/api/v1/submissions/${given}/confirm-for`).set('if-match', `"${version}"`).expect(200);
    app.clock.offsetMs = 19.5 * DAY;
    await look();
    await look();
    expect(await mailsOf(id, 'attendance_reminder')).toHaveLength(2);
    expect(await mailsOf(given, 'attendance_reminder')).toHaveLength(1);
    const list = async () => (await chair.get('/attendance').expect(200)).body.items;
    expect(await list()).toMatchObject([
      { submission: id, state: 'waiting', reminders: 2 },
      { submission: given, state: 'confirmed', byOrganiser: true },
    ]);
    app.clock.offsetMs = 22 * DAY;
    await look();
    expect(await mailsOf(id, 'attendance_reminder')).toHaveLength(2);
    expect((await list())[0]).toMatchObject({ submission: id, state: 'overdue' });
  });

  it('never reminds of what was accepted after that day', async () => {
    await settings({ confirmOn: dayIn(5), reminderDays: [7] });
    const id = await released('accepted');
    await look();
    expect(await mailsOf(id, 'attendance_reminder')).toEqual([]);
  });
});

describe('a withdrawal', () => {
  it('is told to co-authors, organisers and reviewers with open work, and to nobody else', async () => {
    const [email, coauthor] = [someone('author'), someone('coauthor')];
    const id = await underReview(app, conference, email, {
      authors: [
        { name: 'Ann', email, corresponding: true },
        { name: 'Ben', email: coauthor },
      ],
    });
    const [open, done] = [someone('open'), someone('done')];
    const rita = await reviewer(app, conference, chair.token, open);
    const rolf = await reviewer(app, conference, chair.token, done);
    await assigned(app, chair.token, id, rita.id);
    const handed = await assigned(app, chair.token, id, rolf.id);
    await app.http
      .put(`/api/v1/assignments/${handed}/review`)
      .set('authorization', `Bearer ${rolf.token}`)
      .send(reviewOf(conference))
      .expect(200);
    // An organiser who is its author hears of it as an author.
    await app.grant(coauthor, 'organiser', conference.id);
    const { version } = await row(id);
    expect((await act(email, 'post', `${id}/withdraw`, { reason: 'Elsewhere' }, version)).status).toBe(200);
    const to = async (kind: string) => (await mailsOf(id, kind)).map((mail) => mail.to);
    expect(await to('submission_withdrawn')).toEqual([email, coauthor].toSorted());
    expect(await to('review_not_needed')).toEqual([open]);
    expect(await to('withdrawal_notice')).toEqual([chairEmail]);
    expect((await mailsOf(id, 'withdrawal_notice'))[0]!.text).not.toContain('a place is free');
    expect(JSON.stringify(await mailsOf(id, 'review_not_needed'))).not.toMatch(/Ann|Ben/);
  });

  it('of what is accepted says that a place is free; one of a draft is told to nobody', async () => {
    const email = someone('author');
    const id = await released('accepted', email);
    await act(email, 'post', `${id}/withdraw`, {}, (await row(id)).version);
    expect((await mailsOf(id, 'withdrawal_notice'))[0]!.text).toContain('a place is free');
    const draft = await submitted(app, conference, email, { status: 'draft' });
    await act(email, 'post', `${draft}/withdraw`, {}, (await row(draft)).version);
    expect(await mailsOf(draft, 'withdrawal_notice')).toEqual([]);
  });
});

describe('what is accepted', () => {
  const change = async (email: string, id: string, body: object) =>
    act(email, 'patch', id, body, (await row(id)).version);

  it('is changed within the fields and the time that the conference sets', async () => {
    const email = someone('author');
    const id = await released('accepted', email);
    expect((await change(email, id, { title: 'Better' })).body.code).toBe('submission.notEditable');
    await settings({ editFields: ['abstract', 'authors'], editOn: dayIn(10) });
    const fixed = await change(email, id, { title: 'Better', abstract: 'Words that are clearer.' });
    expect([fixed.status, fixed.body.fields]).toMatchObject([422, [{ field: 'title', code: 'fixed' }]]);
    expect((await change(email, id, { abstract: 'Words that are clearer.' })).status).toBe(200);
    expect((await change(email, id, { abstract: 'word '.repeat(301) })).status).toBe(422);
    expect(await row(id)).toMatchObject({ status: 'accepted' });
    expect((await mailsOf(id, 'submission_changed')).map(({ to }) => to)).toEqual([email]);
    const [{ n }] = await app.db.query(
      `select count(*)::int as n from submission_version where submission_id = $1 and abstract like 'Words that%'`,
      [id],
    );
    expect(n).toBe(1);
    app.clock.offsetMs = 12 * DAY;
    const late = await change(email, id, { abstract: 'Too late.' });
    expect([late.status, late.body.code]).toEqual([422, 'submission.revisingOver']);
    // What is rejected stays as it is.
    app.clock.offsetMs = 0;
    const rejected = await released('rejected', email);
    expect((await change(email, rejected, { abstract: 'Words.' })).status).toBe(409);
  });

  it('shows organisers who joined, also a former reviewer, and opens no conflict again', async () => {
    const email = someone('author');
    const id = await underReview(app, conference, email);
    const joins = someone('rita');
    const rita = await reviewer(app, conference, chair.token, joins);
    const assignment = await assigned(app, chair.token, id, rita.id);
    await app.http
      .put(`/api/v1/assignments/${assignment}/review`)
      .set('authorization', `Bearer ${rita.token}`)
      .send(reviewOf(conference))
      .expect(200);
    await chair.decide(id, 'accepted').expect(200);
    await chair.post('/decision-releases', { submissions: [id] }).expect(201);
    await settings({ editFields: ['authors'] });
    const [ann] = abstractOf(conference, {
      authors: [{ name: 'Ann Author', affiliation: `Institute ${email}`, email, corresponding: true }],
    })['authors'] as object[];
    const joined = async () => (await chair.get('/attendance').expect(200)).body.items[0].joined;
    expect((await change(email, id, { authors: [ann, { name: 'Rita', email: joins }] })).status).toBe(200);
    expect(await joined()).toEqual([{ name: expect.any(String), reviewed: true }]);
    expect(
      (await change(email, id, { authors: [{ name: 'Nino' }, ann, { name: 'Rita', email: joins }] })).status,
    ).toBe(200);
    expect(await joined()).toHaveLength(2);
    const [{ status }] = await app.db.query(`select status from assignment where id = $1`, [assignment]);
    expect(status).toBe('assigned');
    await chair.post(`/api/v1/submissions/${id}/joined-authors/seen`).expect(204);
    expect(await joined()).toEqual([]);
    const broken = (await checkInvariants(app.db)).filter(({ offending }) => offending.includes(assignment));
    expect(broken).toEqual([]);
  });
});
