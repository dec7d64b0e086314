import { createHash } from 'node:crypto';
import { jest } from '@jest/globals';
import { Addresses } from '../src/accounts/addresses.service.js';
import { openedMail } from '../src/mail/sealed-mail.js';
import { People } from '../src/people/people.service.js';
import { PersonKeys } from '../src/people/person-keys.js';
import { Work } from '../src/platform/work.js';
import { createTestApp, type TestApp } from './support/app.js';
import { submitted } from './support/panel.js';

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

/** What stands in the database for the addresses of a person, the primary one first, and what they are. */
async function heldBy(person: string): Promise<{ address: string; typed: string; isPrimary: boolean }[]> {
  return t.app.get(Addresses).list(person);
}

describe('addresses of somebody protected', () => {
  const names = ['veiled@example.org', 'veiled.work@example.org'];
  let cookie: string;
  let person: string;
  beforeAll(async () => {
    cookie = await t.cookie(names[0]!);
    await post('/me/addresses', cookie, { email: names[1] }).expect(303);
    await post(await linkTo(names[1]!), cookie).expect(303);
    person = await t.person(names[0]!);
    // A question that is open goes with the protection.
    await post('/me/addresses', cookie, { email: 'veiled.third@example.org' }).expect(303);
    // Somebody else's open question to an address that is sealed later says nothing of it.
    await post('/me/addresses', await t.cookie('asks-first@example.org'), { email: names[1] }).expect(303);
    await post('/me/protection', cookie, { publicName: 'T. Alder' }).expect(303);
  });

  it('are sealed, all of them, and read by their owner alone', async () => {
    const held = await heldBy(person);
    expect(held.map(({ typed }) => typed)).toEqual(names);
    for (const { address } of held) expect(address).toMatch(/^[0-9a-z]{16}@protected\.invalid$/);
    const rows = await t.db.query(
      `select a.typed from person_address a where a.person_id = $1 union all
       select address || typed from proof_link union all select address || typed from sign_in_link union all
       select recipient_address || recipient_typed from mail_message`,
      [person],
    );
    for (const name of names) expect(JSON.stringify(rows)).not.toContain(name);
    expect(await t.db.query(`select 1 from proof_link where person_id = $1`, [person])).toEqual([]);
    const page = await get('/me/addresses', cookie).expect(200);
    for (const name of names) expect(page.text).toContain(name);
    expect(page.text).not.toContain('sealed1.');
    expect(page.text).not.toContain('action="/me/addresses"');
    // A token reads what stands for them.
    const list = await get('/api/v1/me/addresses', cookie).expect(200);
    expect(JSON.stringify(list.body)).not.toContain('veiled');
  });

  it('do not get a second owner, and whoever asks learns nothing', async () => {
    const asker = await t.cookie('asker@example.org');
    const sealed = await post('/me/addresses', asker, { email: ` ${names[1]!.toUpperCase()} ` });
    const plain = await post('/me/addresses', asker, { email: 'free@example.org' });
    const nobody = await post('/me/addresses', asker, { email: 'zzzzzzzzzzzzzzzz@protected.invalid' });
    for (const one of [sealed, nobody])
      expect([one.status, one.headers['location'], one.text]).toEqual([
        plain.status,
        plain.headers['location'],
        plain.text,
      ]);
    const asked = await t.person('asker@example.org');
    const links: { id: string; address: string; typed: string }[] = await t.db.query(
      `select id, address, typed from proof_link where person_id = $1 order by created_at`,
      [asked],
    );
    expect(links).toHaveLength(2);
    const secondary = (await heldBy(person))[1]!.address;
    expect(links[0]).toMatchObject({ address: secondary, typed: secondary });
    // The mail arrives there and nobody else can read it; whoever does read it joins nothing with somebody protected.
    const [mail] = await t.db.query(
      `select subject, text, html, sealed_for as "sealedFor" from mail_message where subject_id = $1`,
      [links[0]!.id],
    );
    expect(mail.sealedFor).toBe(person);
    const { text } = openedMail(await t.app.get(PersonKeys).forReading(person), mail)!;
    const link = /http:\/\/concord\.example(\S+)/.exec(text)![1]!;
    const page = await get(link, asker).expect(200);
    expect(page.text).toContain('take the protection back');
    for (const word of [...names, 'T. Alder', 'protected.invalid', 'one address'])
      expect(page.text).not.toContain(word);
    await post(link, asker).expect(409);
    const hash = createHash('sha256').update('protected').digest('hex');
    const joined = await post(`${link}/join`, asker, { hash }).expect(409);
    expect(joined.text).toContain('goes by another name');
    const owners = await t.db.query(`select distinct person_id as id from person_address where lookup = $1`, [
      t.app.get(PersonKeys).lookup(names[1]!),
    ]);
    expect(owners).toEqual([{ id: person }]);
    expect(await t.person(names[1]!)).toBe(person);
  });

  it('are not added to while they are sealed', async () => {
    const refused = await post('/me/addresses', cookie, { email: 'veiled.new@example.org' }).expect(409);
    expect(refused.text).toContain('no further address can be added');
    expect(
      await t.db.query(`select 1 from mail_message where recipient_address = 'veiled.new@example.org'`),
    ).toEqual([]);
    await expect(
      t.app.get(Work).run((tx) => t.app.get(People).addAddress(tx, person, 'veiled.new@example.org', 'x')),
    ).rejects.toThrow('address.protected');
  });

  it('are chosen for mail and removed like others, and what named a removed one is still theirs', async () => {
    const conference = await t.conference();
    await submitted(t, conference, 'names-both@example.org', {
      authors: [
        { name: 'Names Both', email: 'names-both@example.org', corresponding: true },
        { name: 'Somebody', email: names[0]! },
      ],
    });
    await t.db.query(
      `insert into registration (id, conference_id, person_id, name, address, attendance, created_at)
       values ('veiled-registration', $1, $2, 'T. Alder', $3, 'online', clock_timestamp())`,
      [conference.id, person, (await heldBy(person))[0]!.address],
    );
    const [first, second] = await heldBy(person);
    await post('/me/addresses/remove', cookie, { email: first!.address }).expect(409);
    await post('/me/addresses/primary', cookie, { email: second!.address }).expect(303);
    expect((await heldBy(person))[0]).toMatchObject({
      address: second!.address,
      typed: names[1],
      isPrimary: true,
    });
    // By the address itself, too.
    await post('/me/addresses/remove', cookie, { email: names[0] }).expect(303);
    expect((await heldBy(person)).map(({ typed }) => typed)).toEqual([names[1]]);
    expect(
      (await t.db.query(`select address from registration where id = 'veiled-registration'`))[0].address,
    ).toBe(second!.address);
    const authors: { address: string }[] = await t.db.query(
      `select address from submission_author where person_id = $1`,
      [person],
    );
    expect(authors).toHaveLength(1);
    expect((await t.app.get(People).knownBy(authors[0]!.address))?.address).toBe(second!.address);
    const told = await t.db.query(
      `select subject, text, html, recipient_address as "to" from mail_message
       where kind = 'address_changed' and sealed_for = $1 order by created_at desc limit 1`,
      [person],
    );
    expect(told[0].to).toBe(second!.address);
    expect(openedMail(await t.app.get(PersonKeys).forReading(person), told[0])!.text).toContain(names[0]);
    // It is free, and the other comes back with the end of the protection.
    expect(await t.person(names[0]!)).not.toBe(person);
    await post('/me/protection/end', cookie).expect(303);
    expect((await heldBy(person)).map(({ address }) => address)).toEqual([names[1]]);
  });
});

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
