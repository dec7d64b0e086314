import { CONFIG, type Config } from '../src/platform/config.js';
import { createTestApp, type TestApp } from './support/app.js';
import { someone, submitted } from './support/panel.js';

const SECRET = 'a secret that only the mail server knows';
let app: TestApp;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const report = (messageId: string, action = 'failed'): string =>
  [
    'To: bounces@example.org',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example.org',
    '',
    `Action: ${action}`,
    'Status: 5.2.2',
    'Diagnostic-Code: smtp; 552 mailbox of gone@example.org is full',
    '',
    '--b',
    'Content-Type: text/rfc822-headers',
    '',
    `Message-ID: ${messageId}`,
    '--b--',
  ].join('\r\n');

const post = (body: string, secret: string | undefined = SECRET, type = 'message/rfc822') =>
  app.http
    .post('/api/v1/mail-bounces')
    .set('content-type', type)
    .set(secret === '' ? {} : { 'x-bounce-secret': secret })
    .send(body);

describe('a report about mail that could not be delivered', () => {
  it('is taken from whoever has the secret alone, and marks the message', async () => {
    const conference = await app.conference();
    const id = await submitted(app, conference, someone('gone'));
    const [[mail]] = await app.db.query(
      `update mail_message set state = 'handed_over', settled_at = now() where subject_id = $1 returning id, message_id, version`,
      [id],
    );
    await post(report(mail.message_id)).expect(404);
    app.app.get<Config>(CONFIG).bounceSecret = SECRET;
    await post(report(mail.message_id), '').expect(404);
    await post(report(mail.message_id), `${SECRET}x`).expect(404);
    expect((await post(report(mail.message_id, 'delayed')).expect(200)).body).toEqual({ bounced: false });
    expect((await post(report('<nobody@example.org>')).expect(200)).body).toEqual({ bounced: false });
    expect((await post('no mail at all').expect(200)).body).toEqual({ bounced: false });
    const state = async () =>
      (await app.db.query(`select state, response from mail_message where id = $1`, [mail.id]))[0];
    expect(await state()).toMatchObject({ state: 'handed_over' });
    expect((await post(report(mail.message_id)).expect(200)).body).toEqual({ bounced: true });
    expect(await state()).toEqual({
      state: 'bounced',
      response: '5.2.2 552 mailbox of gone@example.org is full',
    });
    // The same report again changes nothing.
    const json = JSON.stringify({ message: report(mail.message_id) });
    expect((await post(json, SECRET, 'application/json').expect(200)).body).toEqual({ bounced: false });
    const entries = await app.db.query(
      `select after from audit_entry where subject_id = $1 and action = 'mail.bounced'`,
      [mail.id],
    );
    expect(entries).toEqual([{ after: { state: 'bounced' } }]);
  });

  it('is taken nowhere else', async () => {
    await app.http.post('/sign-in').set('content-type', 'message/rfc822').send('x').expect(415);
  });
});
