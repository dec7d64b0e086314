import { MailHolds } from '../src/mail/holds.service.js';
import { serverName } from '../src/mail/server-state.js';
import { systemActor } from '../src/platform/actor.js';
import { CONFIG, type Config } from '../src/platform/config.js';
import { createTestApp, type TestApp, type TestConference } from './support/app.js';
import { newKey, someone, submitted } from './support/panel.js';

let app: TestApp;
let conference: TestConference;
let chair: string;
let auditor: string;
let operator: string;

beforeAll(async () => {
  app = await createTestApp();
  app.app.get<Config>(CONFIG).smtpUrl ??= 'smtp://mail.example.org:587';
});
afterAll(() => app.close());
beforeEach(async () => {
  conference = await app.conference();
  await app.grant('chair@example.org', 'organiser', conference.id);
  await app.grant('auditor@example.org', 'auditor', conference.id);
  await app.grant('operator@example.org', 'operator', null);
  chair = await app.cookie('chair@example.org');
  auditor = await app.cookie('auditor@example.org');
  operator = await app.cookie('operator@example.org');
});
afterEach(async () => {
  await app.app.get(MailHolds).release(systemActor(), null);
  await app.db.query(`delete from mail_server`);
});

const base = (entry = ''): string => `/conferences/${conference.slug}/organise/mail${entry && `/${entry}`}`;
const get = (path: string, cookie = chair) => app.http.get(path).set('cookie', cookie);
const post = (path: string, form: Record<string, unknown> = {}, cookie = chair) =>
  app.http
    .post(path)
    .set('cookie', cookie)
    .type('form')
    .send({ idempotencyKey: newKey(), ...form });
const one = async <T>(sql: string, ...values: unknown[]): Promise<T> =>
  ((await app.db.query(sql, values)) as T[])[0]!;
const stateOf = async (id: string): Promise<string> =>
  (await one<{ state: string }>(`select state from mail_message where id = $1`, id)).state;
const mailOf = async (subject: string): Promise<string> =>
  (await one<{ id: string }>(`select id from mail_message where subject_id = $1`, subject)).id;

describe('holding mail', () => {
  it('is done by organisers for their conference, and says who did it and how to go on', async () => {
    const mail = await mailOf(await submitted(app, conference, someone('ann')));
    await post(base('hold'), {}, auditor).expect(403);
    await post(base('hold')).expect(303);
    expect(await stateOf(mail)).toBe('held');
    const page = (await get(base())).text;
    expect(page).toContain('Mail of this conference is on hold');
    expect(page).toContain('Let mail go out again');
    expect((await get(base(), auditor)).text).not.toContain('Let mail go out again');
    const other = await app.conference();
    await app.grant('chair@example.org', 'organiser', other.id);
    expect((await get(`/conferences/${other.slug}/organise/mail`)).text).not.toContain('is on hold');
    await post(base('release')).expect(303);
    expect(await stateOf(mail)).toBe('ready');
  });

  it('is done by the operator for everybody, and organisers cannot end it', async () => {
    const mail = await mailOf(await submitted(app, conference, someone('bob')));
    await get('/installation/mail', chair).expect(403);
    await app.app.get(MailHolds).holdAfterRestore(systemActor());
    const seen = (await get('/installation/mail', operator).expect(200)).text;
    expect(seen).toContain('A backup was restored');
    expect(seen).toContain('Mail waits');
    await post(base('release')).expect(303);
    expect(await stateOf(mail)).toBe('held');
    expect((await get(base())).text).toContain('Only the operator of the installation can let it go.');
    await post('/installation/mail/release', {}, chair).expect(403);
    await post('/installation/mail/release', {}, operator).expect(303);
    expect(await stateOf(mail)).toBe('ready');
    await post('/installation/mail/hold', {}, operator).expect(303);
    expect(await stateOf(mail)).toBe('held');
  });

  it('has the same by API', async () => {
    const token = await app.token('chair@example.org', 'organiser', conference.id);
    const path = `/api/v1/conferences/${conference.slug}/mail-hold`;
    const asked = () => app.http.put(path).set('authorization', `Bearer ${token}`);
    expect((await asked().send({ held: true }).expect(200)).body).toMatchObject({
      installation: null,
      conference: { reason: 'person' },
    });
    expect((await asked().send({ held: false }).expect(200)).body).toEqual({
      installation: null,
      conference: null,
    });
    await asked().send({ held: 'yes' }).expect(400);
    await app.http
      .put('/api/v1/mail-hold')
      .set('authorization', `Bearer ${token}`)
      .send({ held: true })
      .expect(403);
  });
});

describe('the mail page', () => {
  it('tells organisers and the operator what the mail server says while it takes nothing', async () => {
    await app.db.query(`insert into mail_server (name, trouble, troubled_since) values ($1, $2, now())`, [
      serverName(app.app.get<Config>(CONFIG).smtpUrl!),
      '535 5.7.8 wrong password',
    ]);
    for (const [path, cookie] of [
      [base(), chair],
      ['/installation/mail', operator],
    ] as const) {
      const page = (await get(path, cookie)).text;
      expect(page).toContain('The mail server takes no mail from us');
      expect(page).toContain('535 5.7.8 wrong password');
    }
  });

  it('sends what was refused again, once, and tells its whole history', async () => {
    const mail = await mailOf(await submitted(app, conference, someone('cem')));
    await app.db.query(
      `insert into mail_attempt (message_id, version, at, state, response)
       values ($1, 2, now() - interval '2 minutes', 'deferred', '451 later, please'),
         ($1, 3, now() - interval '1 minute', 'refused', '550 no such mailbox')`,
      [mail],
    );
    await app.db.query(
      `update mail_message set state = 'refused', settled_at = now() - interval '1 minute', response = '550 no such mailbox' where id = $1`,
      [mail],
    );
    expect((await get(base())).text).toContain('One mail was refused.');
    await post(base('retry'), {}, auditor).expect(403);
    await post(base('retry')).expect(303);
    await post(base('retry')).expect(303);
    const copies = await app.db.query(`select id, state from mail_message where resend_of = $1`, [mail]);
    expect(copies).toMatchObject([{ state: 'ready' }]);
    expect((await get(base())).text).not.toContain('One mail was refused.');
    const page = (await get(base(mail))).text;
    for (const words of ['451 later, please', '550 no such mailbox', 'sent again', 'By chair.'])
      expect(page).toContain(words);
  });

  it('filters by kind and draws the days', async () => {
    const id = await submitted(app, conference, someone('dana'));
    await app.db.query(
      `insert into mail_message (id, conference_id, kind, recipient_address, recipient_typed, subject_id, occasion, subject, text, html,
         body_hash, message_id, next_attempt_at, created_at)
       select id || 'x', conference_id, 'letter_receipt', recipient_address, recipient_typed, 'elsewhere', '1', 'Another kind', '', '', '',
         message_id || 'x', now(), now() - interval '3 days' from mail_message where subject_id = $1`,
      [id],
    );
    const all = (await get(base())).text;
    expect(all).toContain('Another kind');
    expect(all).toContain('Day by day');
    const some = (await get(`${base()}?kind=submission_receipt`)).text;
    expect(some).not.toContain('Another kind');
    expect(some).toContain(id);
  });

  it('keeps from organisers who are authors what was refused about their own submission', async () => {
    const own = await submitted(app, conference, 'chair@example.org');
    const mail = await mailOf(own);
    await app.db.query(`update mail_message set state = 'refused', settled_at = now() where id = $1`, [mail]);
    await post(base('retry')).expect(303);
    expect(await app.db.query(`select 1 from mail_message where resend_of = $1`, [mail])).toHaveLength(0);
  });
});
