import { jest } from '@jest/globals';
import { RecordCheck } from '../src/audit/record-check.js';
import { Sealer } from '../src/audit/sealer.js';
import { statements } from '../src/platform/database.js';
import { hashOf } from '../src/mail/render.js';
import { openedMail } from '../src/mail/sealed-mail.js';
import { People } from '../src/people/people.service.js';
import { PersonKeys } from '../src/people/person-keys.js';
import { systemActor } from '../src/platform/actor.js';
import { Storage } from '../src/platform/storage.js';
import { Rights } from '../src/rights/rights.service.js';
import { Retention } from '../src/rights/retention.service.js';
import { checkInvariants } from '../src/tools/invariants.js';
import { createTestApp, abstractOf, type TestApp, type TestConference } from './support/app.js';
import { assigned, moveTo, reviewer, reviewOf, submitted } from './support/panel.js';

jest.setTimeout(180_000);

let t: TestApp;
beforeAll(async () => (t = await createTestApp()));
afterAll(() => t.close());

const post = (path: string, cookie: string, body: object = {}) =>
  t.http.post(path).set('cookie', cookie).type('form').send(body);
const get = (path: string, cookie: string) => t.http.get(path).set('cookie', cookie);

async function linkTo(address: string, kind: string): Promise<string> {
  const rows: { text: string }[] = await t.db.query(
    `select text from mail_message where recipient_address = $1 and kind = $2 order by created_at desc limit 1`,
    [address, kind],
  );
  return /http:\/\/concord\.example(\S+)/.exec(rows[0]?.text ?? '')?.[1] ?? 'no link';
}

/** The same for somebody protected, whose mail only they and the mail worker can read. */
async function sealedLink(person: string, kind: string): Promise<string> {
  const rows: { subject: string; text: string; html: string }[] = await t.db.query(
    `select subject, text, html from mail_message where sealed_for = $1 and kind = $2 order by created_at desc limit 1`,
    [person, kind],
  );
  const text = openedMail(await t.app.get(PersonKeys).forReading(person), rows[0]!)?.text;
  return /http:\/\/concord\.example(\S+)/.exec(text ?? '')?.[1] ?? 'no link';
}

const idOf = async (address: string): Promise<string> =>
  (await t.db.query(`select person_id from person_address where address = $1`, [address]))[0]
    .person_id as string;

const hidden = (html: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? 'none';

/** Tries again until it holds: what happens after a commit is not waited for by the request. */
async function expectSoon(holds: () => Promise<void>): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    try {
      return await holds();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return holds();
}

/** Every text of every table that holds one of the words, whatever its case. */
async function whereIs(...words: string[]): Promise<string[]> {
  const columns: { table: string; column: string }[] = await t.db.query(
    `select table_name as table, column_name as column from information_schema.columns
     where table_schema in ('public', 'bullmq') and data_type in ('text', 'character', 'character varying', 'jsonb', 'ARRAY')`,
  );
  const found: string[] = [];
  for (const { table, column } of columns) {
    const rows: { n: number }[] = await t.db
      .query(`select count(*)::int as n from "${table}" where lower("${column}"::text) like any($1)`, [
        words.map((word) => `%${word.toLowerCase()}%`),
      ])
      .catch(() => []);
    if ((rows[0]?.n ?? 0) > 0) found.push(`${table}.${column}`);
  }
  return found;
}

describe('what modules keep about people', () => {
  it('is covered by their ports, column by column', async () => {
    const keys: { column: string }[] = await t.db.query(
      `select c.conrelid::regclass::text || '.' || a.attname as column from pg_constraint c
       join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
       where c.contype = 'f' and c.confrelid = 'person'::regclass order by 1`,
    );
    const covered: string[] = [];
    await t.app.get(People).personalData.each((data) => {
      covered.push(...data.columns);
      return Promise.resolve();
    });
    expect(covered.toSorted()).toEqual(keys.map(({ column }) => column).toSorted());
  });
});

describe('the data of a person', () => {
  it('can be taken along, without anybody else’s', async () => {
    const conference = await t.conference();
    await submitted(t, conference, 'taker@example.org', {
      authors: [
        { name: 'Taker Example', email: 'taker@example.org', corresponding: true },
        { name: 'Secret Coauthor', email: 'secret.coauthor@example.org' },
      ],
    });
    const answer = await get('/me/data/export', await t.cookie('taker@example.org')).expect(200);
    expect(answer.headers['content-disposition']).toContain('my-data.json');
    const data = JSON.parse(answer.text) as Record<string, Record<string, unknown>[]>;
    expect(data['addresses']?.[0]?.['address']).toBe('taker@example.org');
    expect(data['submissions']).toHaveLength(1);
    expect(data['authorOf']?.[0]?.['name']).toBe('Taker Example');
    // Their own mail says what it said; the rest knows nothing of the co-author.
    expect(JSON.stringify({ ...data, mail: [] })).not.toMatch(/coauthor/i);
    // A token does not carry it away.
    const token = await t.token('taker@example.org');
    await t.http.get('/me/data/export').set('authorization', `Bearer ${token}`).expect(403);
  });

  it('does not tell who reviewed, nor what is not announced', async () => {
    const conference = await t.conference();
    const chair = await t.token('chair-x@example.org', 'chair', conference.id);
    const own = await submitted(t, conference, 'judged-x@example.org');
    await moveTo(t, own, 'under_review');
    const panel = await reviewer(t, conference, chair, 'hidden.reviewer@example.org', {
      name: 'Hidden Reviewer',
    });
    const assignment = await assigned(t, chair, own, panel.id);
    await t.http
      .put(`/api/v1/assignments/${assignment}/review`)
      .set('authorization', `Bearer ${panel.token}`)
      .set('if-match', '"0"')
      .send(reviewOf(conference, { commentsToOrganisers: 'Only for organisers.' }));
    await t.db.query(
      `insert into pending_decision (submission_id, outcome, reason, decided_by, decided_at)
       values ($1, 'rejected', 'Not yet told', $2, clock_timestamp())`,
      [own, await idOf('chair-x@example.org')],
    );
    const { text } = await get('/me/data/export', await t.cookie('judged-x@example.org')).expect(200);
    expect(text).not.toMatch(/hidden.reviewer|Only for organisers|Not yet told|rejected/i);
  });

  it('of somebody protected are told to themselves with what is sealed, and their names are not corrected here', async () => {
    const conference = await t.conference();
    const email = 'sealed.taker@example.org';
    const author = { name: 'Leocadia Marchbanks', nativeName: 'Լեոկադիա', email, corresponding: true };
    const id = await submitted(t, conference, email, { authors: [author] });
    const cookie = await t.cookie(email);
    const person = await idOf(email);
    await t.db.query(`update person set name = $2 where id = $1`, [person, author.name]);
    await post('/me/protection', cookie, { publicName: 'M. Orchard' }).expect(303);
    await post('/me/data/erase', cookie).expect(303);
    const { text } = await get('/me/data/export', cookie).expect(200);
    const data = JSON.parse(text) as Record<string, Record<string, unknown>[]>;
    expect(data['person']![0]).toMatchObject({ name: 'M. Orchard', identity: { name: author.name } });
    expect(data['addresses']![0]).toMatchObject({
      address: email,
      standIn: expect.stringMatching(/@protected\.invalid$/),
    });
    expect(data['authorOf']![0]).toMatchObject({
      submission: id,
      name: 'M. Orchard',
      sealed: { name: author.name, nativeName: author.nativeName },
    });
    expect(data['mail']!.some((one) => String(one['text']).includes(id))).toBe(true);
    expect(text).not.toContain('sealed1.');
    // Nobody else's has a word of it.
    const other = await t.cookie('other-taker@example.org');
    expect((await get('/me/data/export', other)).text).not.toMatch(/Leocadia|Orchard|sealed\.taker/);

    const page = await get('/me/data', cookie).expect(200);
    expect(page.text).not.toContain('name="nativeName"');
    const version = hidden(page.text, 'version');
    for (const change of [
      { name: author.name },
      { name: 'M. Orchard', nativeName: 'x' },
      { name: 'M. Orchard', orcid: '0000-0002-1825-0097' },
    ]) {
      const refused = await post('/me/data', cookie, { ...change, version }).expect(409);
      expect(refused.text).toContain('are not written here');
    }
    await post('/me/data', cookie, { name: 'M. Orchard', affiliation: 'Orchard House', version }).expect(303);
    const [row] = await t.db.query(`select name, native_name, orcid, affiliation from person where id = $1`, [
      person,
    ]);
    expect(row).toEqual({ name: 'M. Orchard', native_name: null, orcid: null, affiliation: 'Orchard House' });
  });

  it('can be corrected, and what others wrote taken over', async () => {
    const conference = await t.conference();
    await submitted(t, conference, 'writer-c@example.org', {
      authors: [
        { name: 'Writer C', email: 'writer-c@example.org', corresponding: true },
        { name: 'Named Elsewhere', affiliation: 'House of Names', email: 'named@example.org' },
      ],
    });
    const cookie = await t.cookie('named@example.org');
    const page = await get('/me/data', cookie).expect(200);
    expect(page.text).toContain('House of Names');
    await post('/me/data', cookie, {
      name: 'Self Named',
      affiliation: 'Own House',
      version: hidden(page.text, 'version'),
    }).expect(303);
    await post('/me/data', cookie, { name: 'Late', version: hidden(page.text, 'version') }).expect(412);
    await post('/me/data', cookie, { name: '', version: '2' }).expect(422);
    await post('/me/data', cookie, { name: 'Self Named', orcid: '0000-0000-0000-0000', version: '2' }).expect(
      422,
    );
    const rows = await t.db.query(`select name, affiliation, version from person where id = $1`, [
      await idOf('named@example.org'),
    ]);
    expect(rows[0]).toEqual({ name: 'Self Named', affiliation: 'Own House', version: 2 });
  });
});

describe('an erasure', () => {
  it('shows its effects first, wants a fresh link, and leaves nothing behind but a valid record', async () => {
    const conference = await t.conference();
    const name = 'Zarifa Unmistakable';
    const email = 'zarifa.unmistakable@example.org';
    const chair = await t.token('chair-e@example.org', 'chair', conference.id);
    const author = {
      name,
      nativeName: 'Զարիֆա Անշփոթելի',
      affiliation: 'Unmistakable House',
      email,
      corresponding: true,
    };
    const alone = await submitted(t, conference, email, { authors: [author], title: 'Alone and mine' });
    const together = await submitted(t, conference, email, {
      authors: [author, { name: 'Coauthor Stays', email: 'stays@example.org' }],
      title: 'Together',
    });
    const token = await t.token(email);
    await t.http
      .post(`/api/v1/conferences/${conference.slug}/submissions`)
      .set('authorization', `Bearer ${token}`)
      .set('idempotency-key', 'a-draft-of-zarifa')
      .send(abstractOf(conference, { status: 'draft', authors: [author] }))
      .expect(201);
    await t.http
      .post(`/api/v1/conferences/${conference.slug}/registrations`)
      .set('authorization', `Bearer ${token}`)
      .set('idempotency-key', 'registration-of-zarifa')
      .send({
        name,
        affiliation: 'Unmistakable House',
        attendance: 'online',
        accessNeeds: 'A seat near the door',
      })
      .expect(201);
    // They review another's, too, and have handed in.
    const other = await submitted(t, conference, 'other-e@example.org');
    await moveTo(t, other, 'under_review');
    const panel = await reviewer(t, conference, chair, email, { name });
    const assignment = await assigned(t, chair, other, panel.id);
    await t.db.query(
      `insert into review (id, assignment_id, status, scores, overall, confidence, comments_to_authors, created_at, updated_at, handed_in_at)
       values ('review-of-the-erased', $1, 'handed_in', $2, 4, 3, 'As I, Zarifa Unmistakable, have shown', clock_timestamp(), clock_timestamp(), clock_timestamp())`,
      [assignment, JSON.stringify(Object.fromEntries(conference.criteria.map((id) => [id, 4])))],
    );
    // A decision was announced, and a volume made with the name. Half of the mail is out already, the rest waits.
    await moveTo(t, together, 'under_review');
    await moveTo(t, together, 'accepted');
    await t.db.query(
      `insert into decision_release (id, conference_id, released_by, released_at, list_hash, size)
       values ('a-release', $1, $2, clock_timestamp(), 'x', 1)`,
      [conference.id, await idOf('chair-e@example.org')],
    );
    await t.db.query(
      `insert into audit_entry (id, at, actor_kind, action, subject_type, subject_id, request_id)
       select 'a-release-entry', released_at, 'system', 'decisions.released', 'decision_release', id, 'test'
       from decision_release where id = 'a-release'`,
    );
    await t.db.query(
      `insert into decision (id, submission_id, version, outcome, text_to_authors, comments, release_id, released_at)
       values ('a-decision', $1, 1, 'accepted', 'Dear ZARIFA UNMISTAKABLE', '["Zarifa Unmistakable writes well"]', 'a-release', clock_timestamp())`,
      [together],
    );
    await t.db.query(
      `insert into mail_message (id, kind, recipient_id, recipient_address, recipient_typed, subject_id, occasion, subject,
         text, html, body_hash, message_id, next_attempt_at, created_at)
       select md5(a.address), 'decision_accepted', a.person_id, a.address, a.address, a.submission_id, 'decision-v1', 's', 't', 'h',
         encode(sha256(convert_to('["s","t","h"]', 'UTF8')), 'hex'), md5(a.address), clock_timestamp(), clock_timestamp()
       from submission_author a where a.submission_id = $1`,
      [together],
    );
    await t.db.query(
      `update mail_message set state = 'handed_over', settled_at = clock_timestamp(), response = '250 ok ' || recipient_address
       where get_byte(sha256(id::bytea), 0) % 2 = 0`,
    );
    const file = await t.app.get(Storage).put(Buffer.from('A book with a name in it'));
    await t.db.query(
      `insert into proceedings_build (id, conference_id, status, snapshot, snapshot_hash, created_at, finished_at)
       values ('a-build', $1, 'done', $2, 'x', clock_timestamp(), clock_timestamp())`,
      [conference.id, { sections: [{ papers: [{ id: together, authors: [{ name }] }] }] }],
    );
    await t.db.query(
      `insert into proceedings_file (build_id, name, media_type, size, sha256) values ('a-build', 'book.pdf', 'application/pdf', 24, $1)`,
      [file],
    );
    const cookie = await t.cookie(email);
    const person = await idOf(email);
    expect((await whereIs('unmistakable', 'անշփոթելի')).length).toBeGreaterThan(5);

    await post('/me/data/erase', cookie).expect(303);
    const link = await linkTo(email, 'erasure_confirm');
    const stranger = await t.cookie('stranger-e@example.org');
    await get(link, stranger).expect(422);
    const page = await get(link, cookie).expect(200);
    expect(page.text).toContain('one submission without co-authors');
    expect(page.text).toContain('one registration');
    expect(page.text).toContain('one build of proceedings with the name in it');
    // Something changed since: it stops.
    await t.db.query(
      `update registration set status = 'cancelled', access_needs = null, cancelled_at = clock_timestamp() where person_id = $1`,
      [person],
    );
    await t.db.query(`delete from registration where person_id = $1`, [person]);
    const stopped = await post(link, cookie, { hash: hidden(page.text, 'hash') }).expect(412);
    expect(stopped.text).toContain('Nothing was erased');
    const done = await post(link, cookie, { hash: hidden(stopped.text, 'hash') }).expect(200);
    expect(done.text).toContain('Everything about you is erased');

    expect(await whereIs('unmistakable', 'անշփոթելի', 'zarifa')).toEqual([]);
    await get('/me', cookie).expect((answer) => expect(answer.status).not.toBe(200));
    // The co-author's submission stands, and they are its corresponding author now.
    const stays = await t.token('stays@example.org');
    const { body } = await t.http
      .get(`/api/v1/submissions/${together}`)
      .set('authorization', `Bearer ${stays}`)
      .expect(200);
    expect(body.status).toBe('accepted');
    expect(body.authors.map((one: { name: string }) => one.name)).toEqual(['Name erased', 'Coauthor Stays']);
    expect((await t.db.query(`select status, title from submission where id = $1`, [alone]))[0]).toEqual({
      status: 'withdrawn',
      title: 'Name erased',
    });
    expect((await t.db.query(`select status from review where id = 'review-of-the-erased'`))[0].status).toBe(
      'handed_in',
    );
    expect(
      (await t.db.query(`select text_to_authors, comments from decision where id = 'a-decision'`))[0],
    ).toEqual({
      text_to_authors: 'Dear Name erased',
      comments: ['Name erased writes well'],
    });
    expect(await t.db.query(`select 1 from proceedings_build where id = 'a-build'`)).toEqual([]);
    await expectSoon(async () => {
      await expect(t.app.get(Storage).read(file)).rejects.toThrow('ENOENT');
    });
    // The address is nobody's, the record verifies, and everything that must hold does.
    const me = await get('/api/v1/me', await t.cookie(email)).expect(200);
    expect(me.body.id).not.toBe(person);
    await t.app.get(Sealer).seal();
    expect((await t.app.get(RecordCheck).check())?.findings).toEqual([]);
    const broken = (await checkInvariants(t.db, t.app.get(Storage))).filter(
      ({ offending }) => offending.length > 0,
    );
    expect(broken).toEqual([]);
  });

  it('of somebody protected leaves neither the name that others saw nor the real one, and every page stands', async () => {
    const conference = await t.conference();
    const organiser = await t.cookie('organiser-pe@example.org');
    await t.grant('organiser-pe@example.org', 'organiser', conference.id);
    const email = 'wilhelmina.raven@example.org';
    const author = {
      name: 'Wilhelmina Ravenscroft',
      nativeName: 'Վիլհելմինա Ռեյվ',
      email,
      corresponding: true,
    };
    const others = [
      { name: 'Stays Too', email: 'stays-too@example.org', corresponding: true },
      { name: 'Dr Wilhelmina Ravenscroft', email },
    ];
    const alone = await submitted(t, conference, email, { authors: [author] });
    const before = await submitted(t, conference, 'stays-too@example.org', { authors: others });
    await t.db.query(
      `insert into paper (submission_id, version, pages, size, sha256, clean_size, clean_sha256, found, pages_read, uploaded_at, uploaded_by)
       values ($1, 1, 1, 1, $2, 1, $2, '[]', 1, clock_timestamp(), $3)`,
      [alone, await t.app.get(Storage).put(Buffer.from('w')), await idOf(email)],
    );
    await t.db.query(
      `update submission set withdrawal_reason = 'Ms Wilhelmina Ravenscroft asked' where id = $1`,
      [before],
    );
    const cookie = await t.cookie(email);
    await post('/me/protection', cookie, { publicName: 'Q. Heron Lake' }).expect(303);
    // Named by their address under a stand-in of its own, and in a draft of theirs.
    const after = await submitted(t, conference, 'stays-too@example.org', {
      authors: others,
      title: 'After',
    });
    await t.http
      .post(`/api/v1/conferences/${conference.slug}/submissions`)
      .set('cookie', cookie)
      .set('idempotency-key', 'a-draft-of-wilhelmina')
      .send(abstractOf(conference, { status: 'draft', authors: [author] }))
      .expect(201);
    await post(`/conferences/${conference.slug}/register`, cookie, {
      name: 'x',
      attendance: 'online',
      idempotencyKey: 'registration-of-wilhelmina',
    }).expect(303);
    const person = (await get('/api/v1/me', cookie).expect(200)).body.id as string;
    expect(await whereIs('heron lake')).toContain('submission_author.name');
    const [{ n: under }] = await t.db.query(
      `select count(*)::int as n from mail_message where sealed_for = $1 and text <> ''`,
      [person],
    );
    expect(under).toBeGreaterThan(0);

    await post('/me/data/erase', cookie).expect(303);
    const link = await sealedLink(person, 'erasure_confirm');
    const page = await get(link, cookie).expect(200);
    await post(link, cookie, { hash: hidden(page.text, 'hash') }).expect(200);

    expect(await whereIs('ravenscroft', 'ռեյվ', 'wilhelmina', 'heron lake')).toEqual([]);
    const [row] = await t.db.query(
      `select name, secret, data_key, protected_at, key_destroyed_at is not null as destroyed from person where id = $1`,
      [person],
    );
    expect(row).toEqual({ name: '', secret: null, data_key: null, protected_at: null, destroyed: true });
    expect(
      await t.db.query(`select 1 from mail_message where sealed_for = $1 and (text <> '' or subject <> '')`, [
        person,
      ]),
    ).toEqual([]);
    expect(await t.db.query(`select 1 from paper where submission_id = $1`, [alone])).toEqual([]);
    for (const id of [alone, before, after])
      await get(`/conferences/${conference.slug}/organise/submissions/${id}`, organiser).expect(200);
    for (const path of ['mail', 'record', 'registrations', 'submissions', 'duplicates'])
      await get(`/conferences/${conference.slug}/organise/${path}`, organiser).expect(200);
    const stays = await t.cookie('stays-too@example.org');
    for (const id of [before, after]) {
      await get(`/submissions/${id}`, stays).expect(200);
      await get(`/submissions/${id}/edit`, stays).expect(200);
    }
    // The name that others stand under is no name of this person.
    expect((await get(`/submissions/${after}`, stays)).text).toContain('Name erased');
    expect((await get('/api/v1/me', await t.cookie(email)).expect(200)).body.id).not.toBe(person);
    await t.app.get(Sealer).seal();
    expect((await t.app.get(RecordCheck).check())?.findings).toEqual([]);
  });

  it('destroys the key of who was never protected, and of who was joined with them', async () => {
    const conference = await t.conference();
    await submitted(t, conference, 'keyed@example.org');
    await t.db.query(
      `insert into person (id, name, created_at, merged_into) values ('keyed-before', '', clock_timestamp(), $1)`,
      [await idOf('keyed@example.org')],
    );
    const person = await idOf('keyed@example.org');
    const keys = () =>
      t.db.query(
        `select data_key is null as gone, key_destroyed_at is not null as destroyed from person
        where id in ($1, 'keyed-before') order by id`,
        [person],
      );
    expect((await keys()).map((row: { destroyed: boolean }) => row.destroyed)).toEqual([false, false]);
    await t.app.get(Rights).eraseFor(systemActor('command'), person, 'Asked by mail');
    expect(await keys()).toEqual([
      { gone: true, destroyed: true },
      { gone: true, destroyed: true },
    ]);
  });

  it('waits until the only chair has handed over', async () => {
    const conference = await t.conference();
    await t.grant('sole@example.org', 'chair', conference.id);
    const cookie = await t.cookie('sole@example.org');
    await post('/me/data/erase', cookie).expect(303);
    const link = await linkTo('sole@example.org', 'erasure_confirm');
    const page = await get(link, cookie).expect(200);
    expect(page.text).toContain('You alone hold a role');
    await post(link, cookie, { hash: 'x'.repeat(64) }).expect(409);
  });
});

describe('an erasure by whoever has just shown a passkey', () => {
  it('needs no mailed link; one by an older or another sign-in does', async () => {
    const email = 'key-holder@example.org';
    const cookie = await t.cookie(email);
    const person = await t.person(email);
    const ask = async (by: string, minutes: number): Promise<string> => {
      await t.db.query(
        `update login_session set signed_in_by = $2, created_at = clock_timestamp() - make_interval(mins => $3) where person_id = $1`,
        [person, by, minutes],
      );
      return (await post('/me/data/erase', cookie).expect(303)).headers['location'] as string;
    };
    for (const [by, minutes] of [
      ['mailed_link', 0],
      ['passkey', 11],
    ] as const)
      expect(await ask(by, minutes)).toBe('/me/data?done=eraseAsked');
    const path = await ask('passkey', 1);
    expect(path).toMatch(/^\/me\/data\/erase\/[\w-]{40,}$/);
    const mails = await t.db.query(
      `select 1 from mail_message where kind = 'erasure_confirm' and recipient_address = $1`,
      [email],
    );
    expect(mails).toHaveLength(2);
    const { text } = await t.http.get(path).set('cookie', cookie).expect(200);
    const hash = /name="hash" value="([^"]+)"/.exec(text)![1]!;
    // Nobody else can use it.
    expect((await post(path, await t.cookie('bystander@example.org'), { hash })).status).toBe(422);
    await post(path, cookie, { hash }).expect(200);
    const [row] = await t.db.query(`select erased_at is not null as erased from person where id = $1`, [
      person,
    ]);
    expect(row.erased).toBe(true);
  });
});

describe('an erasure that was asked for by mail', () => {
  it('is carried out by the operator, with the reason in the record', async () => {
    const conference = await t.conference();
    await submitted(t, conference, 'wrote.by.mail@example.org');
    const person = await idOf('wrote.by.mail@example.org');
    const { effects } = await t.app.get(Rights).preview(person);
    await t.app.get(Rights).eraseFor(systemActor('command'), person, 'Asked by mail of 22 November');
    expect(effects.some(({ kind }) => kind === 'submission')).toBe(true);
    const [entry] = await t.db.query(
      `select actor_kind, reason, after from audit_entry where action = 'person.erased' and subject_id = $1`,
      [person],
    );
    expect(entry).toMatchObject({ actor_kind: 'system', reason: 'Asked by mail of 22 November' });
    expect(await whereIs('wrote.by.mail')).toEqual([]);
    await expect(t.app.get(Rights).eraseFor(systemActor('command'), person, 'Again')).rejects.toThrow(
      'notFound',
    );
  });
});

describe('joining two people', () => {
  let conference: TestConference;
  let organiser: string;
  beforeAll(async () => {
    conference = await t.conference();
    await t.grant('joiner@example.org', 'organiser', conference.id);
    organiser = await t.cookie('joiner@example.org');
  });
  const base = (): string => `/conferences/${conference.slug}/organise/duplicates`;

  it('is offered for who looks alike, and done at once where nobody has signed in to one of them', async () => {
    await submitted(t, conference, 'ani.hovhannes@example.org', {
      authors: [{ name: 'Ani Hov', email: 'ani.hovhannes@example.org', corresponding: true }],
    });
    await submitted(t, conference, 'third@example.org', {
      authors: [
        { name: 'Third Example', email: 'third@example.org', corresponding: true },
        { name: 'Ani Hov', email: 'ani.hovhanes@example.org' },
      ],
    });
    await t.cookie('ani.hovhannes@example.org');
    const list = await get(base(), organiser).expect(200);
    expect(list.text).toContain('One pair looks alike');
    const [kept, typo] = [await idOf('ani.hovhannes@example.org'), await idOf('ani.hovhanes@example.org')];
    const page = await get(`${base()}/${typo}/${kept}`, organiser).expect(200);
    expect(page.text).toContain('Join them');
    const hash = hidden(page.text, 'hash');
    // Another submission meanwhile: the click is stopped.
    await submitted(t, conference, 'ani.hovhannes@example.org', { title: 'Second one' });
    await post(`${base()}/${typo}/${kept}`, organiser, { hash }).expect(412);
    const again = await get(`${base()}/${typo}/${kept}`, organiser).expect(200);
    await post(`${base()}/${typo}/${kept}`, organiser, { hash: hidden(again.text, 'hash') }).expect(303);
    expect((await t.db.query(`select merged_into, name from person where id = $1`, [typo]))[0]).toEqual({
      merged_into: kept,
      name: '',
    });
    expect(
      await t.db.query(`select count(*)::int as n from submission_author where person_id = $1`, [kept]),
    ).toEqual([{ n: 3 }]);
    // The slip is no way to sign in to the other; both were told.
    expect(
      await t.db.query(`select 1 from person_address where address = 'ani.hovhanes@example.org'`),
    ).toEqual([]);
    const told = await t.db.query(
      `select recipient_address as a from mail_message where kind = 'people_joined' order by 1`,
    );
    expect(told).toEqual([{ a: 'ani.hovhanes@example.org' }, { a: 'ani.hovhannes@example.org' }]);
    const entry = await t.db.query(
      `select after from audit_entry where action = 'person.joined' and subject_id = $1`,
      [kept],
    );
    expect(entry[0].after).toMatchObject({ authorship: 1 });
    await get(`${base()}/${typo}/${kept}`, organiser).expect(404);
  });

  it('takes the same few statements with 3 and with 300 people', async () => {
    const many = await t.conference();
    await t.grant('joiner@example.org', 'organiser', many.id);
    const count = async (): Promise<number> => {
      const run = jest.spyOn(statements, 'run');
      await get(`/conferences/${many.slug}/organise/duplicates`, organiser).expect(200);
      const { count: sent } = run.mock.calls[0]![0] as { count: number };
      run.mockRestore();
      return sent;
    };
    const add = (from: number, to: number) =>
      t.db.query(
        `with p as (insert into person (id, name, created_at) select 'many' || n, 'Many Example', clock_timestamp()
             from generate_series($2::int, $3::int) n returning id),
           r as (insert into registration (id, conference_id, person_id, name, address, attendance, created_at)
             select 'reg' || id, $1, id, 'Many Example', 'x@example.org', 'online', clock_timestamp() from p returning person_id)
         select 1 from r`,
        [many.id, from, to],
      );
    await add(1, 3);
    const few = await count();
    await add(4, 300);
    expect(await count()).toBe(few);
    expect(few).toBeLessThanOrEqual(6);
  });

  it('asks both where both have signed in, and moves neither roles nor keys', async () => {
    for (const email of ['double@example.org', 'double@example.net'])
      await submitted(t, conference, email, {
        authors: [{ name: 'Double Person', email, corresponding: true }],
      });
    const [one, two] = [await t.cookie('double@example.org'), await t.cookie('double@example.net')];
    const ids = [await idOf('double@example.org'), await idOf('double@example.net')];
    const page = await get(`${base()}/${ids[0]}/${ids[1]}`, organiser).expect(200);
    expect(page.text).toContain('Ask both');
    await post(`${base()}/${ids[0]}/${ids[1]}`, organiser, { hash: hidden(page.text, 'hash') }).expect(303);
    const question = await linkTo('double@example.org', 'merge_asked');
    await get(question, await t.cookie('stranger-j@example.org')).expect(404);
    // Neither sees anything of the other.
    expect((await get(question, one).expect(200)).text).not.toContain('double@example.net');
    expect((await get(question, two).expect(200)).text).not.toContain('double@example.org');
    await post(`${question}/agree`, one).expect(303);
    expect(
      await t.db.query(`select 1 from person where id = any($1) and merged_into is not null`, [ids]),
    ).toEqual([]);
    await post(`${question}/agree`, one);
    expect(
      await t.db.query(`select 1 from person where id = any($1) and merged_into is not null`, [ids]),
    ).toEqual([]);
    await post(`${question}/agree`, two).expect(303);
    expect(
      await t.db.query(`select 1 from person where id = any($1) and merged_into is not null`, [ids]),
    ).toHaveLength(1);
    const owners = await t.db.query(
      `select distinct person_id from person_address where address like 'double@example.%'`,
    );
    expect(owners).toHaveLength(1);
    // The browser of the one that ended is signed out.
    const still = await Promise.all(
      [one, two].map(async (cookie) => (await get('/api/v1/me', cookie)).status),
    );
    expect(still.toSorted((a, b) => a - b)).toEqual([200, 401]);
  });

  it('never moves a role, and never tells of another conference', async () => {
    const elsewhere = await t.conference();
    await submitted(t, conference, 'power.one@example.org', {
      authors: [{ name: 'Power Person', email: 'power.one@example.org', corresponding: true }],
    });
    await submitted(t, conference, 'power.two@example.org', {
      authors: [
        { name: 'Power Two', email: 'power.two@example.org', corresponding: true },
        { name: 'Power Person', email: 'power.onee@example.org' },
      ],
    });
    await t.grant('power.one@example.org', 'chair', elsewhere.id);
    await t.grant('power.onee@example.org', 'organiser', elsewhere.id);
    const ids = [await idOf('power.one@example.org'), await idOf('power.onee@example.org')];
    const page = await get(`${base()}/${ids[0]}/${ids[1]}`, organiser).expect(200);
    expect(page.text).toContain('Ask both');
    expect(page.text).not.toContain('one role');
    expect(page.text).not.toContain(elsewhere.slug);
    await post(`${base()}/${ids[0]}/${ids[1]}`, organiser, { hash: hidden(page.text, 'hash') }).expect(303);
    const question = await linkTo('power.one@example.org', 'merge_asked');
    await post(`${question}/agree`, await t.cookie('power.one@example.org')).expect(303);
    const refused = await post(`${question}/agree`, await t.cookie('power.onee@example.org')).expect(409);
    expect(refused.text).toContain('holds a role');
    expect(
      await t.db.query(`select 1 from person where id = any($1) and merged_into is not null`, [ids]),
    ).toEqual([]);
  });

  it('is refused where one would review their own, or stand twice in one list of authors', async () => {
    const chair = await t.token('chair-j@example.org', 'chair', conference.id);
    const own = await submitted(t, conference, 'lead-j@example.org', {
      authors: [
        { name: 'Lead J', email: 'lead-j@example.org', corresponding: true },
        { name: 'Twice Named', email: 'twice.named@example.org' },
        { name: 'Twice Named', email: 'twice.namedd@example.org' },
      ],
    });
    await t.cookie('twice.named@example.org');
    const twice = [await idOf('twice.named@example.org'), await idOf('twice.namedd@example.org')];
    const page = await get(`${base()}/${twice[0]}/${twice[1]}`, organiser).expect(200);
    expect(page.text).toContain(`Both are authors of ${own}`);
    await post(`${base()}/${twice[0]}/${twice[1]}`, organiser, { hash: hidden(page.text, 'hash') });
    expect(
      await t.db.query(`select 1 from person where id = any($1) and merged_into is not null`, [twice]),
    ).toEqual([]);
    await moveTo(t, own, 'under_review');
    const panel = await reviewer(t, conference, chair, 'lead-jj@example.org', { name: 'Someone' });
    await assigned(t, chair, own, panel.id);
    const pair = [await idOf('lead-j@example.org'), await idOf('lead-jj@example.org')];
    await t.db.query(`update person_address set confirmed_at = null where person_id = $1`, [pair[1]]);
    await t.db.query(`delete from login_session where person_id = $1`, [pair[1]]);
    const second = await get(`${base()}/${pair[0]}/${pair[1]}`, organiser).expect(200);
    expect(second.text).toContain(`One reviews ${own}`);
  });

  it('is refused for who goes by another name, and neither compares nor shows who that is', async () => {
    const guarded = await t.conference();
    await t.grant('joiner@example.org', 'organiser', guarded.id);
    const at = `/conferences/${guarded.slug}/organise/duplicates`;
    for (const email of ['cloaked.one@example.org', 'cloaked.onee@example.org', 'cloaked.ones@example.org'])
      await submitted(t, guarded, email, {
        authors: [{ name: 'Cloaked Person', email, corresponding: true }],
      });
    const ids = await Promise.all(
      ['cloaked.one@example.org', 'cloaked.onee@example.org', 'cloaked.ones@example.org'].map(idOf),
    );
    expect((await get(at, organiser).expect(200)).text).toContain('3 pairs look alike');
    const cookie = await t.cookie('cloaked.one@example.org');
    // An organiser has asked before they are protected.
    const open = await t.cookie('cloaked.onee@example.org');
    const asking = await get(`${at}/${ids[0]}/${ids[1]}`, organiser).expect(200);
    await post(`${at}/${ids[0]}/${ids[1]}`, organiser, { hash: hidden(asking.text, 'hash') }).expect(303);
    const question = await linkTo('cloaked.onee@example.org', 'merge_asked');
    await post(`${question}/agree`, cookie).expect(303);
    await post('/me/protection', cookie, { publicName: 'Cloaked Persona' }).expect(303);
    expect((await post(`${question}/agree`, open).expect(409)).text).toContain(
      'takes the protection back first',
    );
    // The third is named by another under a name for that place.
    await submitted(t, guarded, 'names-cloaked@example.org', {
      authors: [
        { name: 'Names Cloaked', email: 'names-cloaked@example.org', corresponding: true },
        { name: 'Cloaked Person', email: 'cloaked.ones@example.org', protect: true, publicName: 'V. Vale' },
      ],
    });
    const list = await get(at, organiser).expect(200);
    expect(list.text).toContain('Nobody looks like anybody else');
    expect(list.text).not.toMatch(/cloaked|protected\.invalid/i);
    for (const one of [ids[0]!, ids[2]!]) {
      const page = await get(`${at}/${one}/${ids[1]}`, organiser).expect(200);
      expect(page.text).toContain('One of them is protected');
      expect(page.text).not.toContain('protected.invalid');
      expect(page.text).not.toMatch(/cloaked\.ones?@/);
      expect(page.text).not.toContain('name="hash"');
      const { body } = await get(
        `/api/v1/conferences/${guarded.slug}/merges/preview?one=${one}&other=${ids[1]}`,
        organiser,
      ).expect(200);
      expect(body).toMatchObject({ way: 'protected', collisions: [] });
      const shown = [body.from, body.into].find((side: { id: string }) => side.id === one);
      expect(shown).toEqual({
        id: one,
        name: one === ids[0] ? 'Cloaked Persona' : '',
        nativeName: null,
        affiliation: null,
        country: null,
        address: null,
        holdings: [],
      });
      const refused = await post(`${at}/${one}/${ids[1]}`, organiser, { hash: body.hash }).expect(409);
      expect(refused.text).toContain('takes the protection back first');
    }
    expect(
      await t.db.query(`select 1 from person where id = any($1) and merged_into is not null`, [ids]),
    ).toEqual([]);
  });

  it('keeps drafts and sealed mail readable for the one who stays', async () => {
    const call = await t.conference();
    const former = await t.cookie('former.owner@example.org');
    const draft = await t.http
      .post(`/api/v1/conferences/${call.slug}/submissions`)
      .set('cookie', former)
      .set('idempotency-key', 'a-draft-that-moves')
      .send(
        abstractOf(call, {
          status: 'draft',
          authors: [{ name: 'Former Owner', email: 'former.owner@example.org', corresponding: true }],
        }),
      )
      .expect(201);
    const sent = await submitted(t, call, 'former.owner@example.org');
    await post('/me/protection', former, { publicName: 'B. Bramble' }).expect(303);
    await post('/me/protection/end', former).expect(303);
    const cookie = await t.cookie('later.owner@example.org');
    await post('/me/addresses', cookie, { email: 'former.owner@example.org' }).expect(303);
    const link = await linkTo('former.owner@example.org', 'address_confirm');
    const page = await get(link, cookie).expect(200);
    await post(`${link}/join`, cookie, { hash: hidden(page.text, 'hash') }).expect(303);
    const person = await idOf('later.owner@example.org');
    const { body } = await get(`/api/v1/submissions/${draft.body.id}`, cookie).expect(200);
    expect(body.authors[0]).toMatchObject({ name: 'Former Owner', email: 'former.owner@example.org' });
    const mail = await t.db.query(
      `select kind, subject, text, html, body_hash from mail_message where sealed_for = $1 and subject_id = $2`,
      [person, sent],
    );
    expect(mail).toHaveLength(1);
    expect(openedMail(await t.app.get(PersonKeys).forReading(person), mail[0])!.text).toContain(sent);
    expect(mail[0].body_hash).toBe(hashOf(mail[0]));
  });

  it('tells an organiser who writes here nothing about their own submission', async () => {
    const chair = await t.token('chair-j@example.org', 'chair', conference.id);
    await t.grant('writing.organiser@example.org', 'organiser', conference.id);
    const own = await submitted(t, conference, 'writing.organiser@example.org', {
      authors: [
        { name: 'Writing Organiser', email: 'writing.organiser@example.org', corresponding: true },
        { name: 'Their Friend', email: 'friend.one@example.org' },
      ],
    });
    await submitted(t, conference, 'friend.one@example.org', {
      authors: [{ name: 'Their Friend', email: 'friend.one@example.org', corresponding: true }],
    });
    await moveTo(t, own, 'under_review');
    // Under the same name they could not have been assigned.
    const panel = await reviewer(t, conference, chair, 'friend.onee@example.org', { name: 'Somebody Else' });
    await assigned(t, chair, own, panel.id);
    await t.db.query(`update reviewer set name = 'Their Friend' where id = $1`, [panel.id]);
    const pair = [await idOf('friend.one@example.org'), await idOf('friend.onee@example.org')];
    const page = await get(
      `${base()}/${pair[0]}/${pair[1]}`,
      await t.cookie('writing.organiser@example.org'),
    ).expect(200);
    expect(page.text).not.toContain(own);
    expect(page.text).not.toContain('assignment</li>');
    expect(page.text).toContain('Ask both');
  });

  it('is done by whoever shows that both addresses are theirs', async () => {
    await submitted(t, conference, 'self.old@example.org', {
      authors: [{ name: 'Self', email: 'self.old@example.org', corresponding: true }],
    });
    await t.cookie('self.old@example.org');
    const cookie = await t.cookie('self.new@example.org');
    await post('/me/addresses', cookie, { email: 'self.old@example.org' }).expect(303);
    const link = await linkTo('self.old@example.org', 'address_confirm');
    await post(link, cookie).expect(409);
    const page = await get(link, cookie).expect(200);
    expect(page.text).toContain('one submission without co-authors');
    await post(`${link}/join`, cookie, { hash: 'x'.repeat(64) }).expect(412);
    await post(`${link}/join`, cookie, { hash: hidden(page.text, 'hash') }).expect(303);
    expect(await idOf('self.old@example.org')).toBe(await idOf('self.new@example.org'));
  });
});

describe('what people agree to', () => {
  it('is kept in the words they saw, and taken back', async () => {
    const conference = await t.conference();
    await submitted(t, conference, 'agrees@example.org');
    const cookie = await t.cookie('agrees@example.org');
    const act = { conference: conference.slug, purpose: 'publication', act: 'give' };
    await post('/me/data/consents', cookie, act).expect(303);
    await post('/me/data/consents', cookie, act).expect(303);
    await post('/me/data/consents', cookie, { ...act, purpose: 'public_name' }).expect(404);
    await post('/me/data/consents', cookie, { ...act, act: 'withdraw' }).expect(303);
    const rows = await t.db.query(
      `select purpose, route, withdrawn_at is not null as over, text_hash = encode(sha256(convert_to(text, 'UTF8')), 'hex') as hashed from consent
       where person_id = $1`,
      [await idOf('agrees@example.org')],
    );
    expect(rows).toEqual([
      { purpose: 'publication', route: 'POST /me/data/consents', over: true, hashed: true },
    ]);
  });
});

describe('what is no longer needed', () => {
  it('is removed every day by the periods that its conference has set, and counted', async () => {
    const conference = await t.conference({ closesIn: -60 * 24 * 10, opensIn: -60 * 24 * 20 });
    const other = await t.conference({ closesIn: -60 * 24 * 10, opensIn: -60 * 24 * 20 });
    await t.grant('keeper@example.org', 'organiser', conference.id);
    const cookie = await t.cookie('keeper@example.org');
    const path = `/conferences/${conference.slug}/organise/keeping`;
    const days = { draftsDays: '5', accessNeedsDays: '5', lettersDays: '5', mailDays: '5' };
    await post(path, cookie, { ...days, version: '0', draftsDays: '0' }).expect(422);
    await post(path, cookie, { ...days, version: '0' }).expect(303);
    await post(path, cookie, { ...days, version: '0' }).expect(412);
    const person = await idOf('keeper@example.org');
    for (const [n, one] of [conference, other].entries()) {
      await t.db.query(
        `insert into submission (id, conference_id, call_id, status, created_by, created_at, updated_at)
         values ($1, $2, $3, 'draft', $4, clock_timestamp() - interval '15 days', clock_timestamp())`,
        [`KEEP-0000${n}`, one.id, one.callId, person],
      );
      await t.db.query(
        `insert into registration (id, conference_id, person_id, name, address, attendance, access_needs, created_at)
         values ($1, $2, $3, 'Keeper', 'keeper@example.org', 'online', 'A ramp', clock_timestamp())`,
        [`keep-registration-${n}`, one.id, person],
      );
      await t.db.query(
        `update conference set starts_on = current_date - 10, ends_on = current_date - 10 where id = $1`,
        [one.id],
      );
    }
    await t.db.query(
      `insert into registration (id, conference_id, person_id, name, address, attendance, held_until, created_at)
       values ('lapsed', $1, $2, 'Lapsed', 'lapsed@example.org', 'online', clock_timestamp() - interval '1 minute', clock_timestamp())`,
      [conference.id, await t.person('lapsed@example.org')],
    );
    await t.db.query(
      `insert into idempotency_key (owner, key, route, body_hash, result_id, created_at)
       values ('old', 'old', 'r', '', 'x', clock_timestamp() - interval '31 days'), ('new', 'new', 'r', '', 'x', clock_timestamp())`,
    );
    const counts = await t.app.get(Retention).sweep();
    expect(counts).toMatchObject({
      drafts: 1,
      accessNeeds: 1,
      unconfirmedRegistrations: 1,
      'installation.repeats': 1,
    });
    expect(await t.db.query(`select id from submission where id like 'KEEP-%'`)).toEqual([
      { id: 'KEEP-00001' },
    ]);
    expect(await t.db.query(`select owner from idempotency_key where owner in ('old', 'new')`)).toEqual([
      { owner: 'new' },
    ]);
    const entries = await t.db.query(
      `select after from audit_entry where action = 'retention.removed' and conference_id = $1 order by after::text`,
      [conference.id],
    );
    expect(entries.map((row: { after: object }) => row.after)).toEqual([
      { accessNeeds: 1 },
      { drafts: 1 },
      { unconfirmedRegistrations: 1 },
    ]);
    // Used links go, too, a month after they expired.
    const [before] = await t.db.query(`select count(*)::int as n from sign_in_link`);
    expect(before.n).toBeGreaterThan(0);
    t.clock.offsetMs = 32 * 86_400_000;
    try {
      await t.app.get(Retention).sweep();
    } finally {
      t.clock.offsetMs = 0;
    }
    expect((await t.db.query(`select count(*)::int as n from sign_in_link`))[0].n).toBe(0);
    // Everybody can read it.
    const page = await t.http.get(`/conferences/${conference.slug}/privacy`).expect(200);
    expect(page.text).toContain('Drafts that were never submitted: 5 days after the call has closed.');
    const standard = await t.http.get(`/conferences/${other.slug}/privacy`).expect(200);
    expect(standard.text).toContain('Drafts that were never submitted: 180 days');
  });
});
