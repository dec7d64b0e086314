import { Outbox, type NewMessage } from '../src/mail/outbox.service.js';
import { MailTemplates } from '../src/mail/templates.service.js';
import { Work } from '../src/platform/work.js';
import { createTestApp, type TestApp, type TestConference } from './support/app.js';
import { newKey, someone, submitted } from './support/panel.js';

let app: TestApp;
let conference: TestConference;
let chair: string;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  conference = await app.conference();
  await app.grant('chair@example.org', 'organiser', conference.id);
  await app.grant('auditor@example.org', 'auditor', conference.id);
  chair = await app.cookie('chair@example.org');
});

const base = (path = ''): string => `/conferences/${conference.slug}/organise/mail-texts${path}`;
const get = (path: string, cookie = chair) => app.http.get(path).set('cookie', cookie);
const post = (path: string, form: Record<string, unknown> = {}, cookie = chair) =>
  app.http
    .post(path)
    .set('cookie', cookie)
    .type('form')
    .send({ idempotencyKey: newKey(), ...form });
const mail = async (
  subject: string,
): Promise<{ locale: string; subject: string; text: string; html: string }> =>
  (
    await app.db.query(`select locale, subject, text, html from mail_message where subject_id = $1`, [
      subject,
    ])
  )[0];
const unescaped = (html: string): string => html.replaceAll('&quot;', '"').replaceAll('&amp;', '&');

const RECEIPT = {
  subject: 'Ստացվել է՝ {{ code }}',
  text: 'Շնորհակալություն։ {{ title }}\n\n{{ statusUrl }}{% if receipt %}\n\n{{ receiptUrl }}\n\n{{ receipt }}{% endif %}',
};

describe('texts of mail', () => {
  it('are worded by organisers, kept with their versions, and taken back', async () => {
    await get(base(), await app.cookie('nobody@example.org')).expect(403);
    const path = base('/submission_receipt/en');
    const words = {
      subject: 'Got it: {{ code }}',
      text: 'We have {{ title }}.\n\n{{ statusUrl }}\n\n{{ receiptUrl }}',
    };
    await post(path, words, await app.cookie('auditor@example.org')).expect(403);
    await post(path, { ...words, version: '0' }).expect(303);
    const first = await mail(
      await submitted(app, conference, someone('ann'), { title: 'On <trust> {{ x }}' }),
    );
    expect(first.subject).toMatch(/^Got it: /);
    expect(first.text).toContain('We have On <trust> {{ x }}.');
    expect(first.html).toContain('We have On &lt;trust&gt; {{ x }}');
    // Somebody who has not seen that version changes nothing.
    const again = await post(path, { ...words, subject: 'Mine', version: '0' }).expect(412);
    expect(unescaped(again.text)).toContain('Mine');
    const page = (await get(path).expect(200)).text;
    expect(page).toContain('These are your words.');
    expect(page).toContain('Version 1');
    await post(`${path}/reset`, { version: '1' }).expect(303);
    expect((await mail(await submitted(app, conference, someone('ann')))).subject).toContain(
      'we have your submission',
    );
    expect((await get(path)).text).toContain('This is the text that the program brings along.');
    const entries = await app.db.query(
      `select action from audit_entry where subject_id = 'submission_receipt.en' and conference_id = $1 order by at`,
      [conference.id],
    );
    expect(entries).toEqual([{ action: 'mail.worded' }, { action: 'mail.unworded' }]);
  });

  it.each([
    ['{% if title %}We have it. {{ statusUrl }}', 'Line 1: “{% if title %}” is opened and never closed.'],
    ['One\n{{ titel }}\n{{ statusUrl }}', 'Line 2: this mail has no word “titel”.'],
    ['{{ title | run }}', 'Line 1: there is no way to write a value called “run”.'],
    ['{% include "x" %}', 'Line 1: “include” is no instruction that mail knows.'],
    ['Hello {{ title }}', 'The text lacks receiptUrl'],
    ['', 'text'],
  ])('are refused where they cannot be used, with everything typed: %j', async (text, words) => {
    const page = await post(base('/submission_receipt/en'), {
      subject: 'My own subject',
      text,
      version: '0',
    }).expect(422);
    expect(unescaped(page.text)).toContain(words);
    expect(page.text).toContain('My own subject');
    expect(
      await app.db.query(`select 1 from mail_template where conference_id = $1`, [conference.id]),
    ).toEqual([]);
  });

  it('are previewed as typed, with invented values and with those of a submission, and saved by nobody', async () => {
    const id = await submitted(app, conference, someone('ann'), { title: 'A real title' });
    const path = base('/submission_receipt/en');
    const typed = { subject: 'S {{ code }}', text: 'About {{ title }}', act: 'preview' };
    expect((await post(path, typed).expect(200)).text).toContain('About Return without trust');
    const real = (await post(path, { ...typed, with: id }).expect(200)).text;
    expect(real).toContain('About A real title');
    expect(real).toContain(`S ${id}`);
    expect((await post(path, { ...typed, text: '{{ title' }).expect(200)).text).not.toContain('How it reads');
    expect(
      await app.db.query(`select 1 from mail_template where conference_id = $1`, [conference.id]),
    ).toEqual([]);
    const html = await get(`${path}/mail?with=${id}`).expect(200);
    expect(html.headers['content-security-policy']).toContain(`default-src 'none'`);
    expect(html.text).toContain('A real title');
    // One's own submission is not there for an organiser.
    const own = await submitted(app, conference, 'chair@example.org', { title: 'My own words' });
    expect((await get(`${path}?with=${own}`)).text).not.toContain('My own words');
  });

  it('are not there for kinds and languages that are not a conference’s to word', async () => {
    for (const path of ['/sign_in/en', '/passkey_added/en', '/no_such/en', '/submission_receipt/xx'])
      await get(base(path)).expect(404);
    await post(base('/sign_in/en'), { subject: 'x', text: '{{ signInUrl }}' }).expect(404);
  });
});

describe('languages of mail', () => {
  const speaker = async (email: string, language: string): Promise<void> => {
    const cookie = await app.cookie(email);
    await post('/me/language', { language }, cookie).expect(303);
    expect((await get('/me/language', cookie)).text).toMatch(
      new RegExp(`value="${language}"[^>]*checked|checked[^>]*value="${language}"`),
    );
  };

  it('are each reader’s own, where the conference uses the language and has the text of today', async () => {
    const email = someone('hy');
    await speaker(email, 'hy');
    await post('/me/language', { language: 'xx' }, await app.cookie(email)).expect(422);
    const written = async () => mail(await submitted(app, conference, email));
    const path = base('/submission_receipt/hy');
    await post(path, { ...RECEIPT, version: '0' }).expect(303);
    expect((await written()).locale).toBe('en');
    await post(base('/languages'), { 'languages[]': ['hy', 'ru'] }).expect(303);
    const armenian = await written();
    expect(armenian.locale).toBe('hy');
    expect(armenian.subject).toContain('Ստացվել է՝');
    expect(armenian.text).toContain('Հարգանքով՝');
    expect(armenian.html).toContain('>Բացել էջը</a>');
    // The English text changes: the translation is older, and English goes out until it is looked at.
    await post(base('/submission_receipt/en'), {
      subject: 'New {{ code }}',
      text: 'New.\n\n{{ statusUrl }}\n\n{{ receiptUrl }}',
      version: '0',
    }).expect(303);
    expect(await written()).toMatchObject({ locale: 'en', subject: expect.stringContaining('New') });
    expect((await get(base())).text).toContain('older than the English text');
    await post(path, { ...RECEIPT, version: '1' }).expect(303);
    expect((await written()).locale).toBe('hy');
    const other = someone('en');
    expect((await mail(await submitted(app, conference, other))).locale).toBe('en');
  });

  it('shut the gate to mail to many while one is missing or older, naming kinds and languages', async () => {
    const templates = app.app.get(MailTemplates);
    const gate = () =>
      templates.requireTranslations(app.db.manager, conference.id, [
        'submission_receipt',
        'decision_accepted',
      ]);
    await gate();
    await post(base('/languages'), { 'languages[]': ['hy'] }).expect(303);
    await expect(gate()).rejects.toMatchObject({
      code: 'mail.translation',
      values: { kinds: 'Receipt for a submission; Decision: accepted', languages: 'հայերեն' },
    });
    await post(base('/submission_receipt/hy'), { ...RECEIPT, version: '0' }).expect(303);
    await expect(gate()).rejects.toMatchObject({ values: { kinds: 'Decision: accepted' } });
    await post(base('/decision_accepted/hy'), {
      subject: 'Ընդունվել է',
      text: '{{ statusUrl }}',
      version: '0',
    }).expect(303);
    await gate();
    await post(base('/languages'), { 'languages[]': ['hy', 'xx'] }).expect(422);
    await post(base('/languages'), {}).expect(303);
    expect((await templates.of(conference.id)).languages).toEqual(['en']);
  });
});

describe('mail that may be stopped', () => {
  const reminder = (address: string, occasion: string): NewMessage => ({
    kind: 'attendance_reminder',
    conference: { id: conference.id, name: 'Test Conference', contactAddress: '' },
    to: { personId: null, address, name: '' },
    subjectId: 'about',
    occasion,
    values: { code: 'EX-1', title: 'T', confirmOn: '2028-02-28', statusUrl: 'http://concord.example/x' },
  });
  const write = (address: string, occasion: string) =>
    app.app.get(Work).run((tx) => app.app.get(Outbox).add(tx, [reminder(address, occasion)]));
  const row = async (id: string) =>
    (await app.db.query(`select state, text, stop_token as token from mail_message where id = $1`, [id]))[0];

  it('carries a link that stops its kind for its reader, by one click and without signing in', async () => {
    const address = someone('reader');
    const [first] = await write(address, '1');
    const { token, text } = await row(first!);
    expect(text).toContain(`/mail/stop/${token}`);
    const path = `/mail/stop/${token}`;
    expect((await app.http.get(path).expect(200)).text).toContain('Send me no more of these');
    // Looking alone changes nothing.
    expect((await row(first!)).state).toBe('ready');
    await app.http.post(path).type('form').send({ 'List-Unsubscribe': 'One-Click' }).expect(200);
    expect((await row(first!)).state).toBe('cancelled');
    const [second] = await write(address, '2');
    expect((await row(second!)).state).toBe('cancelled');
    const [elsewhere] = await write(someone('other'), '2');
    expect((await row(elsewhere!)).state).toBe('ready');
    expect((await mail(await submitted(app, conference, address))).subject).toContain(
      'we have your submission',
    );
    expect((await app.http.get(path)).text).toContain('Send them to me again after all');
    await app.http.post(`${path}/resume`).type('form').send({}).expect(303);
    const [third] = await write(address, '3');
    expect((await row(third!)).state).toBe('ready');
    await app.http.get('/mail/stop/nobody').expect(404);
    await app.http.post('/mail/stop/nobody').type('form').send({}).expect(404);
  });
});
