import { jest } from '@jest/globals';
import { createTestApp, type TestApp } from './support/app.js';

jest.setTimeout(120_000);

let t: TestApp;
beforeAll(async () => (t = await createTestApp()));
afterAll(() => t.close());

const post = (path: string, cookie: string, body: object = {}) =>
  t.http.post(path).set('cookie', cookie).type('form').send(body);
const get = (path: string, cookie: string) => t.http.get(path).set('cookie', cookie);

/** The newest link of a kind that was mailed to an address, as a path. */
async function linkTo(address: string, kind = 'address_confirm'): Promise<string> {
  const rows: { text: string }[] = await t.db.query(
    `select text from mail_message where recipient_address = $1 and kind = $2 order by created_at desc limit 1`,
    [address, kind],
  );
  return /http:\/\/concord\.example(\S+)/.exec(rows[0]?.text ?? '')?.[1] ?? 'no link';
}

const addressesOf = async (email: string): Promise<string[]> => {
  const rows: { address: string }[] = await t.db.query(
    `select address from person_address where person_id = (select person_id from person_address where address = $1)
     order by is_primary desc, address`,
    [email],
  );
  return rows.map((row) => row.address);
};

describe('addresses of a person', () => {
  it('are added by a link that its asker alone can use, once, by a click', async () => {
    const cookie = await t.cookie('one@example.org');
    const other = await t.cookie('stranger@example.org');
    await post('/me/addresses', cookie, { email: ' One.Work@Example.ORG ' }).expect(303);
    const link = await linkTo('one.work@example.org');
    expect(link).toMatch(/^\/me\/addresses\/confirm\/[\w-]{43}$/);
    // Guests and others cannot use it; looking does not use it up.
    await t.http.get(link).expect((answer) => expect(answer.status).not.toBe(200));
    await get(link, other).expect(422);
    await post(link, other).expect(422);
    await get(link, cookie).expect(200);
    await get(link, cookie).expect(200);
    expect(await addressesOf('one@example.org')).toEqual(['one@example.org']);
    await post(link, cookie).expect(303);
    expect(await addressesOf('one@example.org')).toEqual(['one@example.org', 'one.work@example.org']);
    const again = await post(link, cookie).expect(422);
    expect(again.text).toContain('This link has been used');
    // Both sign in as the same person.
    const me = await get('/api/v1/me', await t.cookie('one.work@example.org')).expect(200);
    expect(me.body.address).toBe('one@example.org');
    // The primary address is told.
    const told: unknown[] = await t.db.query(
      `select 1 from mail_message where kind = 'address_changed' and recipient_address = 'one@example.org'`,
    );
    expect(told).toHaveLength(1);
  });

  it('are refused after ten minutes', async () => {
    const cookie = await t.cookie('late@example.org');
    await post('/me/addresses', cookie, { email: 'late-two@example.org' }).expect(303);
    const link = await linkTo('late-two@example.org');
    t.clock.offsetMs = 10 * 60_000 + 1000;
    try {
      const answer = await post(link, cookie).expect(422);
      expect(answer.text).toContain('too old');
    } finally {
      t.clock.offsetMs = 0;
    }
    expect(await addressesOf('late@example.org')).toEqual(['late@example.org']);
  });

  it('never tell whether an address is somebody else’s: the same answer and the same mail', async () => {
    const cookie = await t.cookie('curious@example.org');
    await t.cookie('known@example.org');
    const known = await post('/me/addresses', cookie, { email: 'known@example.org' });
    const unknown = await post('/me/addresses', cookie, { email: 'unknown@example.org' });
    expect([known.status, known.headers['location'], known.text]).toEqual([
      unknown.status,
      unknown.headers['location'],
      unknown.text,
    ]);
    const mails: { kind: string; text: string }[] = await t.db.query(
      `select kind, regexp_replace(text, 'confirm/\\S+', '') as text from mail_message where kind = 'address_confirm'
       and recipient_address in ('known@example.org', 'unknown@example.org')`,
    );
    expect(mails).toHaveLength(2);
    expect(mails[0]).toEqual(mails[1]);
  });

  it('change only soon after signing in', async () => {
    const cookie = await t.cookie('left-open@example.org');
    t.clock.offsetMs = 30 * 60_000;
    try {
      const answer = await post('/me/addresses', cookie, { email: 'finder@example.org' }).expect(422);
      expect(answer.text).toContain('show once more that it is you');
    } finally {
      t.clock.offsetMs = 0;
    }
    expect(await linkTo('finder@example.org')).toBe('no link');
  });

  it('are asked for by a browser alone, five times in ten minutes at most', async () => {
    const token = await t.token('bearer@example.org');
    await t.http
      .post('/me/addresses')
      .set('authorization', `Bearer ${token}`)
      .type('form')
      .send({ email: 'found@example.org' })
      .expect(403);
    const cookie = await t.cookie('many@example.org');
    for (let n = 0; n < 7; n += 1)
      await post('/me/addresses', cookie, { email: `many-${n}@example.org` }).expect(303);
    const mails: unknown[] = await t.db.query(
      `select 1 from mail_message where kind = 'address_confirm' and recipient_address like 'many-%'`,
    );
    expect(mails).toHaveLength(5);
  });

  it('have one that mail goes to, which cannot be removed', async () => {
    const cookie = await t.cookie('two@example.org');
    await post('/me/addresses', cookie, { email: 'two-new@example.org' }).expect(303);
    await post(await linkTo('two-new@example.org'), cookie).expect(303);
    await post('/me/addresses/remove', cookie, { email: 'two@example.org' }).expect(409);
    // Not somebody else's.
    await t.cookie('third@example.org');
    await post('/me/addresses/remove', cookie, { email: 'third@example.org' }).expect(404);
    await post('/me/addresses/primary', cookie, { email: 'third@example.org' }).expect(404);
    await post('/me/addresses/primary', cookie, { email: 'two-new@example.org' }).expect(303);
    // The old one is told, before it goes.
    const told: unknown[] = await t.db.query(
      `select 1 from mail_message where kind = 'address_changed' and recipient_address = 'two@example.org' and text like '%goes to two-new%'`,
    );
    expect(told).toHaveLength(1);
    await post('/me/addresses/remove', cookie, { email: 'two@example.org' }).expect(303);
    expect(await addressesOf('two-new@example.org')).toEqual(['two-new@example.org']);
    const list = await t.http.get('/api/v1/me/addresses').set('cookie', cookie).expect(200);
    expect(list.body.items).toEqual([{ address: 'two-new@example.org', primary: true, confirmed: true }]);
    // The removed one is nobody's: it signs in as somebody new.
    const me = await get('/api/v1/me', await t.cookie('two@example.org')).expect(200);
    expect(me.body.address).toBe('two@example.org');
  });
});
