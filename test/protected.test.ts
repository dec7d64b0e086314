import { createHash } from 'node:crypto';
import { jest } from '@jest/globals';
import { Sealer } from '../src/audit/sealer.js';
import { verifyRecord } from '../src/audit/verify.js';
import { SignIn } from '../src/accounts/sign-in.service.js';
import { PersonKeys } from '../src/people/person-keys.js';
import { Work } from '../src/platform/work.js';
import { abstractOf, createTestApp, type TestApp, type TestConference } from './support/app.js';

jest.setTimeout(180_000);

/** Somebody in danger: none of these words may be found where others look. */
const REAL = { name: 'Zarine Quillfeather', native: 'Զարինե Քուիլ', email: 'zarine.quill@example.org' };
const ORCID = '0000-0002-1825-0097';
const PUBLIC = 'N. Sevan';

let app: TestApp;
let conference: TestConference;
let organiser: string;
let chair: string;
const log: string[] = [];
let serial = 0;

beforeAll(async () => {
  app = await createTestApp({ workers: true, log: (line) => log.push(line) });
  conference = await app.conference({ slug: 'guarded' });
  await app.grant('organiser@example.org', 'organiser', conference.id);
  await app.grant('chair@example.org', 'chair', conference.id);
  organiser = await app.cookie('organiser@example.org');
  chair = await app.cookie('chair@example.org');
});
afterAll(() => app.close());

const key = (): string => `protected-key-${(serial += 1)}`;

async function submit(cookie: string, authors: Record<string, unknown>[], change: object = {}) {
  return app.http
    .post(`/api/v1/conferences/${conference.slug}/submissions`)
    .set('cookie', cookie)
    .set('idempotency-key', key())
    .send(abstractOf(conference, { authors, ...change }));
}

const page = async (cookie: string, path: string): Promise<string> =>
  (await app.http.get(path).set('cookie', cookie).expect(200)).text;

const post = (cookie: string, path: string, form: Record<string, string> = {}) =>
  app.http.post(path).set('cookie', cookie).type('form').send(form);

/** Every row of every table as text. */
async function dump(): Promise<string> {
  const tables: { name: string }[] = await app.db.query(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
  );
  const parts: string[] = [];
  for (const { name } of tables) {
    const rows: { row: string }[] = await app.db.query(`select t::text as row from ${name} t`);
    parts.push(...rows.map(({ row }) => `${name} ${row}`));
  }
  return parts.join('\n');
}

/** Lines that hold one of the words, or a hash of one that everybody could compute. */
function holding(text: string, words: readonly string[]): string[] {
  const hashes = words.flatMap((word) =>
    ['md5', 'sha1', 'sha256'].map((algorithm) => createHash(algorithm).update(word).digest('hex')),
  );
  return text
    .split('\n')
    .filter((line) => [...words, ...hashes].some((word) => line.toLowerCase().includes(word.toLowerCase())));
}

async function arrived(to: string, subject: RegExp, more = 1): Promise<string[]> {
  for (let tries = 0; tries < 400; tries += 1) {
    const lines = (await app.mailbox!.list()).filter((one) => one.to === to && subject.test(one.subject));
    if (lines.length >= more)
      return Promise.all(
        lines.map(async ({ id }) => {
          const message = (await app.mailbox!.read(id))!;
          return `${message.headers.join('\n')}\n${message.text}\n${message.html}`;
        }),
      );
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`no mail to ${to} with ${subject.source}`);
}

/** What has been written is out before it is looked for. */
async function settled(): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    const rows: unknown[] = await app.db.query(
      `select 1 from mail_message where state in ('ready', 'claimed', 'sending', 'deferred')`,
    );
    if (rows.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const idOf = async (submission: string, position = 1): Promise<string> =>
  (
    (await app.db.query(
      `select person_id as id from submission_author where submission_id = $1 and position = $2`,
      [submission, position],
    )) as { id: string }[]
  )[0]!.id;

describe('somebody who asks on their own page', () => {
  let own: string;
  let first: string;
  let other: string;
  let draft: string;

  beforeAll(async () => {
    own = await app.cookie(REAL.email);
    await app.db.query(`update person set name = $1, native_name = $2, orcid = $3 where id = $4`, [
      REAL.name,
      REAL.native,
      ORCID,
      await app.person(REAL.email),
    ]);
    const me = {
      name: REAL.name,
      nativeName: REAL.native,
      email: REAL.email,
      orcid: ORCID,
      corresponding: true,
    };
    first = (await submit(own, [me, { name: 'Elnur Example', email: 'elnur@example.org' }])).body.id;
    other = (
      await submit(await app.cookie('elnur@example.org'), [
        { name: 'Elnur Example', email: 'elnur@example.org', corresponding: true },
        { name: `Dr ${REAL.name}`, email: REAL.email.toUpperCase(), orcid: ORCID },
      ])
    ).body.id;
    draft = (await submit(own, [me], { status: 'draft' })).body.id;
    await app.http
      .post(`/api/v1/conferences/${conference.slug}/registrations`)
      .set('cookie', own)
      .set('idempotency-key', key())
      .send({ name: REAL.name, attendance: 'online' })
      .expect(201);
    await settled();
  });

  it('is told in plain words, and cannot choose a name that gives them away', async () => {
    const html = await page(own, '/me/protection');
    expect(html).toContain('Protect my identity now');
    expect(html).toContain('Only the safeguarding officers');
    expect(await page(own, '/me')).toContain('/me/protection');
    const refused = await post(own, '/me/protection', { publicName: `Dr. ${REAL.name.toUpperCase()}` });
    expect([refused.status, refused.text.includes('would tell who is behind it')]).toEqual([422, true]);
    expect((await post(own, '/me/protection', { publicName: '' })).status).toBe(422);
    await app.http.get('/me/protection').expect(303);
  });

  it('is another name from then on, for organisers, co-authors, exports, searches and the record', async () => {
    expect(await page(organiser, `/conferences/guarded/organise/submissions?q=Quillfeather`)).toContain(
      first,
    );
    const done = await post(own, '/me/protection', { publicName: PUBLIC, idempotencyKey: key() });
    expect([done.status, done.headers.location]).toEqual([303, '/me/protection?done=identityProtected']);

    const elnur = await app.cookie('elnur@example.org');
    const seen = [
      await page(organiser, `/conferences/guarded/organise/submissions/${first}`),
      await page(organiser, `/conferences/guarded/organise/submissions/${other}`),
      await page(organiser, '/conferences/guarded/organise/submissions'),
      await page(organiser, '/conferences/guarded/organise/registrations'),
      await page(organiser, '/conferences/guarded/organise/mail'),
      await page(organiser, '/conferences/guarded/organise/record'),
      await page(elnur, `/submissions/${other}`),
      await page(elnur, `/submissions/${other}/edit`),
      await page(chair, '/conferences/guarded/organise/exports/authors.csv'),
      await page(chair, '/conferences/guarded/organise/exports/authors.json'),
      await page(chair, '/conferences/guarded/organise/exports/registrations.csv'),
      await page(organiser, `/api/v1/submissions/${first}`),
      await page(organiser, '/api/v1/conferences/guarded/mail'),
      await page(organiser, '/api/v1/conferences/guarded/registrations'),
    ].join('\n');
    expect(holding(seen, [...Object.values(REAL), ORCID])).toEqual([]);
    expect(seen).toContain(PUBLIC);
    expect(seen).not.toContain('sealed1.');
    expect(seen).toContain('Protected message');
    for (const word of ['Quillfeather', REAL.email, ORCID])
      for (const where of ['submissions', 'registrations', 'mail'])
        expect(
          await page(organiser, `/conferences/guarded/organise/${where}?q=${encodeURIComponent(word)}`),
        ).not.toContain(PUBLIC);
    expect(await page(organiser, `/conferences/guarded/organise/submissions?q=Sevan`)).toContain(first);
  });

  it('is not given away by the warnings that a text names its authors', async () => {
    const elnur = await app.cookie('elnur@example.org');
    const read = async (cookie: string) =>
      (await app.http.get(`/api/v1/submissions/${other}`).set('cookie', cookie).expect(200)).body;
    const { version } = await read(elnur);
    const abstract = `As ${REAL.name} and N. Sevan say (2020), and Quillfeather (2021) knew.`;
    const changed = await app.http
      .patch(`/api/v1/submissions/${other}`)
      .set('cookie', elnur)
      .set('if-match', `"${version}"`)
      .send({ abstract })
      .expect(200);
    for (const { warnings } of [changed.body, await read(elnur), await read(organiser)]) {
      expect(warnings).toContainEqual(expect.objectContaining({ kind: 'name', words: PUBLIC }));
      expect(holding(JSON.stringify(warnings), [REAL.name, 'Quillfeather', 'Zarine'])).toEqual([]);
    }
    // The text itself is its writer's; it is put right for what follows.
    await app.http
      .patch(`/api/v1/submissions/${other}`)
      .set('cookie', elnur)
      .set('if-match', `"${changed.body.version}"`)
      .send({ abstract: 'Words that are enough.' })
      .expect(200);
    await app.db.query(`update submission_version set abstract = '' where position($1 in abstract) > 0`, [
      REAL.name,
    ]);
  });

  it('is nowhere in the database by name or address, nor by a hash that others could compute', async () => {
    const all = await dump();
    expect(holding(all, [REAL.name, REAL.native, REAL.email, REAL.email.toUpperCase(), ORCID])).toEqual([]);
    expect(holding(log.join('\n'), [REAL.name, REAL.native, REAL.email, ORCID])).toEqual([]);
    expect(all).toContain('bullmq.');
  });

  it('still reads their own drafts, and is called by their public name there', async () => {
    const { body } = await app.http.get(`/api/v1/submissions/${draft}`).set('cookie', own).expect(200);
    expect(body.authors[0]).toMatchObject({ name: REAL.name, email: REAL.email, orcid: ORCID });
    expect(await page(own, `/submissions/${draft}/edit`)).toContain(REAL.name);
    const sent = await app.http
      .post(`/api/v1/submissions/${draft}/submit`)
      .set('cookie', own)
      .set('if-match', `"${body.version}"`)
      .set('idempotency-key', key())
      .expect(200);
    expect(sent.body.authors[0]).toMatchObject({
      name: PUBLIC,
      nativeName: null,
      orcid: null,
      protect: true,
      publicName: PUBLIC,
      email: expect.stringMatching(/^[0-9a-z]{16}@protected\.invalid$/),
    });
    expect(await idOf(draft)).toBe(await idOf(first));
  });

  it('gets mail at a real server, without being named', async () => {
    await settled();
    const last = (await arrived(REAL.email, /./)).filter((mail) => mail.includes(draft));
    expect(last).toHaveLength(1);
    expect(last[0]).toContain(PUBLIC);
    expect(holding(last[0]!, [REAL.name, REAL.native])).toEqual([]);
    const to = last[0]!.split('\n').filter((line) => /^to:/i.test(line));
    expect(to).toEqual([expect.stringMatching(/^to: <?zarine\.quill@example\.org>?$/i)]);
    await settled();
    expect(holding(await dump(), [REAL.name, REAL.native, REAL.email, ORCID])).toEqual([]);
  });

  it('has mail that organisers see to be there and cannot read', async () => {
    const { body } = await app.http
      .get('/api/v1/conferences/guarded/mail')
      .set('cookie', organiser)
      .expect(200);
    const line = (body.items as { id: string; protected: boolean; subject: string }[]).find(
      (one) => one.protected,
    )!;
    expect(line).toMatchObject({ subject: '', to: { name: PUBLIC } });
    const html = await page(organiser, `/conferences/guarded/organise/mail/${line.id}`);
    expect(html).toContain('Only its recipient can read it');
    expect(html).not.toContain('sealed1.');
    const again = await post(organiser, `/conferences/guarded/organise/mail/${line.id}/resend`, {
      idempotencyKey: key(),
    });
    expect(again.status).toBe(303);
    await settled();
    const states: { state: string }[] = await app.db.query(
      `select state from mail_message where resend_of = $1`,
      [line.id],
    );
    expect(states).toEqual([{ state: 'handed_over' }]);
  });

  it('signs in by a link that is sent to the address, as before', async () => {
    const before = (await arrived(REAL.email, /./)).length;
    await app.http.post('/sign-in').type('form').send({ email: ' Zarine.Quill@EXAMPLE.org ' }).expect(303);
    const mails = await arrived(REAL.email, /./, before + 1);
    const secret = /\/sign-in\/([\w-]{43})/.exec(mails.find((mail) => /\/sign-in\//.test(mail)) ?? '')![1]!;
    await settled();
    const all = await dump();
    expect([holding(all, [REAL.email]), all.includes(secret)]).toEqual([[], false]);
    const { personId } = await app.app.get(SignIn).use(secret, 'test');
    expect(personId).toBe(await idOf(first));
  });

  it('is not found out by whoever writes their address into a form', async () => {
    const snoop = await app.cookie('snoop@example.org');
    const { body } = await submit(snoop, [
      { name: 'Snoop', email: 'snoop@example.org', corresponding: true },
      { name: REAL.name, nativeName: REAL.native, email: REAL.email, orcid: ORCID },
    ]);
    expect(body.authors[1]).toMatchObject({
      name: 'Name withheld',
      nativeName: null,
      orcid: null,
      protect: true,
    });
    expect(JSON.stringify(body)).not.toContain(PUBLIC);
    const standIns = await app.db.query(
      `select distinct address from submission_author where submission_id = any($1)`,
      [[first, draft]],
    );
    expect((standIns as { address: string }[]).map(({ address }) => address)).not.toContain(
      body.authors[1].email,
    );
    // It is the same person all the same: a conflict of interest is found, and mail arrives.
    expect(await idOf(body.id, 2)).toBe(await idOf(first));
    await arrived(REAL.email, /./);
    // A change by others keeps the name that stands there.
    const changed = await app.http
      .patch(`/api/v1/submissions/${body.id}`)
      .set('cookie', snoop)
      .set('if-match', `"${body.version}"`)
      .send({ authors: [body.authors[0], { ...body.authors[1], name: REAL.name }].map(withoutNulls) })
      .expect(200);
    expect(changed.body.authors[1]).toMatchObject({ name: 'Name withheld', email: body.authors[1].email });
    const role = await app.http
      .post('/api/v1/conferences/guarded/roles')
      .set('cookie', organiser)
      .send({ email: REAL.email, role: 'auditor' });
    expect([role.status, role.body.code]).toEqual([422, 'role.protected']);
    const invited = await app.http
      .post('/api/v1/conferences/guarded/reviewers')
      .set('cookie', organiser)
      .send({ email: REAL.email, name: REAL.name, affiliation: 'Example House' });
    expect(invited.body).toMatchObject({ name: 'Name withheld' });
    await settled();
    expect(holding(await dump(), [REAL.name, REAL.native, REAL.email, ORCID])).toEqual([]);
    const unknown = await submit(snoop, [
      { name: 'X', email: 'zzzzzzzzzzzzzzzz@protected.invalid', corresponding: true },
    ]);
    expect(unknown.status).toBe(422);
  });

  it('is told from nobody else by the answer to a request for a link', async () => {
    const answers = await Promise.all(
      ['unknown@example.org', 'snoop@example.org', 'zzzzzzzzzzzzzzzz@protected.invalid'].map(
        async (email) => {
          const answer = await app.http.post('/sign-in').type('form').send({ email });
          return [
            answer.status,
            answer.text,
            String(answer.headers.location).replace(encodeURIComponent(email), ''),
          ];
        },
      ),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });
});

const withoutNulls = (author: object): object =>
  Object.fromEntries(Object.entries(author).filter(([, value]) => value !== null));

describe('a safeguarding officer', () => {
  let one: string;
  let person: string;
  const list = '/conferences/guarded/organise/protected';

  beforeAll(async () => {
    await app.http
      .post('/api/v1/conferences/guarded/roles')
      .set('cookie', chair)
      .send({ email: 'officer@example.org', name: 'Officer One', role: 'safeguarding_officer' })
      .expect(201);
    one = await app.cookie('officer@example.org');
    person = await app.person(REAL.email);
  });

  it('is appointed by chairs alone', async () => {
    const granted = await app.http
      .post('/api/v1/conferences/guarded/roles')
      .set('cookie', organiser)
      .send({ email: 'organiser@example.org', role: 'safeguarding_officer' });
    expect([granted.status, granted.body.code]).toEqual([403, 'role.chairOnly']);
    expect(await page(organiser, '/conferences/guarded/organise/roles')).not.toContain(
      'value="safeguarding_officer"',
    );
  });

  it('sees who is protected, by public names alone; nobody else does', async () => {
    const html = await page(one, list);
    expect(html).toContain(PUBLIC);
    expect(holding(html, Object.values(REAL))).toEqual([]);
    for (const cookie of [organiser, chair, await app.cookie('snoop@example.org')]) {
      await app.http.get(list).set('cookie', cookie).expect(403);
      expect((await post(cookie, `${list}/${person}`, { reason: 'x' })).status).toBe(403);
    }
    await app.http.get(list).expect(303);
    expect(await page(one, '/me')).toContain(list);
  });

  it('cannot look while nobody else would hear of it', async () => {
    expect(await page(one, `${list}/${person}`)).toContain('no second safeguarding officer');
    const refused = await post(one, `${list}/${person}`, { reason: 'The visa needs a name.' });
    expect(refused.status).toBe(409);
    expect(holding(refused.text, Object.values(REAL))).toEqual([]);
    // Whoever is looked up is no second officer.
    await app.grant(REAL.email, 'safeguarding_officer', conference.id);
    expect((await post(one, `${list}/${person}`, { reason: 'The visa needs a name.' })).status).toBe(409);
  });

  it('reads with a reason who it is; that is recorded, told to the second officer, and shown to the person', async () => {
    await app.grant('second@example.org', 'safeguarding_officer', conference.id);
    const without = await post(one, `${list}/${person}`, { reason: ' ' });
    expect([without.status, holding(without.text, Object.values(REAL))]).toEqual([422, []]);
    const reason = 'The embassy asks for the name on the visa.';
    const shown = await post(one, `${list}/${person}`, { reason });
    expect(shown.status).toBe(200);
    for (const word of [REAL.name, REAL.native, REAL.email, ORCID]) expect(shown.text).toContain(word);
    expect(shown.headers['cache-control']).toContain('no-store');
    const entries = await app.db.query(
      `select actor_id, conference_id, subject_id, reason from audit_entry where action = 'identity.viewed'`,
    );
    expect(entries).toEqual([
      {
        actor_id: await app.person('officer@example.org'),
        conference_id: conference.id,
        subject_id: person,
        reason,
      },
    ]);
    const [mail] = await arrived('second@example.org', /protected identity/);
    expect(mail).toContain(reason);
    expect(mail).toContain(PUBLIC);
    expect(holding(mail!, Object.values(REAL))).toEqual([]);
    expect(await page(await app.cookie(REAL.email), '/me/protection')).toContain(
      'An officer has looked once',
    );
  });

  it('finds nobody who takes no part in this conference', async () => {
    const elsewhere = await app.conference({ slug: 'elsewhere' });
    for (const email of ['officer@example.org', 'second@example.org'])
      await app.grant(email, 'safeguarding_officer', elsewhere.id);
    expect(await page(one, '/conferences/elsewhere/organise/protected')).not.toContain(PUBLIC);
    expect(
      (await post(one, `/conferences/elsewhere/organise/protected/${person}`, { reason: 'x' })).status,
    ).toBe(404);
    const open = await app.person('organiser@example.org');
    expect((await post(one, `${list}/${open}`, { reason: 'x' })).status).toBe(404);
  });
});

describe('an author who is marked in the form', () => {
  const hidden = { name: 'Perpetua Underhill', email: 'perpetua@example.org' };

  it('needs a public name when it is submitted', async () => {
    const cookie = await app.cookie('writer@example.org');
    const corresponding = { name: 'Writer', email: 'writer@example.org', corresponding: true };
    for (const [wish, code] of [
      [{ protect: true }, 'publicName'],
      [{ protect: true, publicName: 'Ms Underhill Perpetua Underhill' }, 'givesAway'],
    ] as const) {
      const refused = await submit(cookie, [corresponding, { ...hidden, ...wish }]);
      expect([refused.status, refused.body.fields]).toMatchObject([
        422,
        [{ field: 'authors[1].publicName', code }],
      ]);
    }
    expect(
      (await submit(cookie, [corresponding, { ...hidden, protect: true }], { status: 'draft' })).status,
    ).toBe(201);
  });

  it('is protected from the first moment, and found again by the address', async () => {
    const cookie = await app.cookie('writer@example.org');
    const corresponding = { name: 'Writer', email: 'writer@example.org', corresponding: true };
    const wish = { protect: true, publicName: 'P. Meadow' };
    const first = await submit(cookie, [corresponding, { ...hidden, ...wish }]);
    expect(first.body.authors[1]).toMatchObject({ name: 'P. Meadow', protect: true });
    const second = await submit(cookie, [corresponding, { ...hidden, ...wish }]);
    expect(await idOf(second.body.id, 2)).toBe(await idOf(first.body.id, 2));
    await arrived(hidden.email, /./, 2);
    await settled();
    expect(holding(await dump(), Object.values(hidden))).toEqual([]);
    const own = await app.cookie(hidden.email);
    expect(await page(own, '/me/protection')).toContain(hidden.name);
    expect(await page(own, `/submissions/${first.body.id}`)).toContain('P. Meadow');
  });

  it('is protected without an address too, and stays the same person when others change the text', async () => {
    const cookie = await app.cookie('writer@example.org');
    const { body } = await submit(cookie, [
      { name: 'Writer', email: 'writer@example.org', corresponding: true },
      { name: 'Ottoline Farthing', protect: true, publicName: 'O. Lake' },
    ]);
    const person = await idOf(body.id, 2);
    await app.http
      .patch(`/api/v1/submissions/${body.id}`)
      .set('cookie', cookie)
      .set('if-match', `"${body.version}"`)
      .send({ title: 'Another title', authors: (body.authors as object[]).map(withoutNulls) })
      .expect(200);
    expect(await idOf(body.id, 2)).toBe(person);
    expect(holding(await dump(), ['Ottoline Farthing'])).toEqual([]);
  });

  it('is protected everywhere when they mark themselves, by page', async () => {
    const cookie = await app.cookie('selfish@example.org');
    await submit(cookie, [{ name: 'Barnaby Wexcombe', email: 'selfish@example.org', corresponding: true }]);
    const form = {
      title: 'A second abstract',
      abstract: 'Words that are enough.',
      'topics[]': conference.topics[0]!,
      'authors[0][name]': 'Barnaby Wexcombe',
      'authors[0][email]': 'selfish@example.org',
      'authors[0][publicName]': 'B. Hill',
      corresponding: '0',
    };
    const checked = await post(cookie, '/conferences/guarded/submit', {
      ...form,
      act: 'check',
      idempotencyKey: key(),
    });
    expect(checked.text).toContain('name="authors[0][publicName]" value="B. Hill"');
    const sent = await post(cookie, '/conferences/guarded/submit', {
      ...form,
      act: 'submit',
      idempotencyKey: key(),
    });
    expect(sent.status).toBe(303);
    await settled();
    expect(holding(await dump(), ['Barnaby Wexcombe', 'selfish@example.org'])).toEqual([]);
    const again = await page(cookie, '/conferences/guarded/submit');
    expect(again).toContain('value="B. Hill"');
    expect(again).not.toContain('selfish@example.org');
  });

  it('keeps what a guest said of themselves, and is confirmed by the mailed link', async () => {
    const guest = { name: 'Cordelia Ashgrove', email: 'cordelia@example.org' };
    const sent = await app.http.post('/conferences/guarded/submit').type('form').send({
      title: 'From a guest',
      abstract: 'Words that are enough.',
      'topics[]': conference.topics[0]!,
      'authors[0][name]': guest.name,
      'authors[0][email]': guest.email,
      'authors[0][protect]': 'true',
      'authors[0][publicName]': 'C. Reed',
      corresponding: '0',
      act: 'submit',
      idempotencyKey: key(),
    });
    expect(sent.status).toBe(303);
    const [mail] = await arrived(guest.email, /./);
    await app.app.get(SignIn).use(/\/sign-in\/([\w-]{43})/.exec(mail!)![1]!, 'test');
    await arrived(guest.email, /./, 2);
    await settled();
    expect(holding(await dump(), Object.values(guest))).toEqual([]);
    expect(await page(organiser, '/conferences/guarded/organise/submissions?q=C.+Reed')).toContain(
      'From a guest',
    );
  });
});

describe('an attendee', () => {
  it('registers under another name, and changes the rest', async () => {
    const cookie = await app.cookie('attending@example.org');
    const sent = await post(cookie, '/conferences/guarded/register', {
      name: 'Ignatius Bellwether',
      email: 'attending@example.org',
      publicName: 'I. Stone',
      attendance: 'in_person',
      idempotencyKey: key(),
    });
    expect(sent.status).toBe(303);
    const at = String(sent.headers.location).split('?')[0]!;
    const html = await page(cookie, at);
    expect(html).toContain('I. Stone');
    await settled();
    expect(holding(await dump(), ['Ignatius Bellwether', 'attending@example.org'])).toEqual([]);
    await post(cookie, `${at}/edit`, {
      name: 'Ignatius Bellwether',
      attendance: 'online',
      version: '1',
    }).expect(303);
    await settled();
    expect(holding(await dump(), ['Ignatius Bellwether'])).toEqual([]);
    expect(await page(organiser, '/conferences/guarded/organise/registrations?q=Stone')).toContain(
      'I. Stone',
    );
    const refused = await post(await app.cookie('plain@example.org'), '/conferences/guarded/register', {
      name: 'Plain Example',
      publicName: 'Plain Example',
      attendance: 'online',
      idempotencyKey: key(),
    });
    expect([refused.status, refused.text.includes('would tell who is behind it')]).toEqual([422, true]);
  });
});

describe('taking it back, and erasure', () => {
  it('brings the own name back everywhere on a click', async () => {
    const email = 'returning@example.org';
    const cookie = await app.cookie(email);
    const author = {
      name: 'Rosalind Thackeray',
      nativeName: 'Ռոզ',
      email,
      orcid: ORCID,
      corresponding: true,
    };
    const { body } = await submit(cookie, [author]);
    await post(cookie, '/me/protection', { publicName: 'R. River' }).expect(303);
    await post(cookie, '/me/protection', { publicName: 'R. Ocean' }).expect(303);
    expect(await page(organiser, `/conferences/guarded/organise/submissions/${body.id}`)).toContain(
      'R. Ocean',
    );
    const later = await submit(cookie, [
      { ...author, name: 'R. Ocean', nativeName: undefined, orcid: undefined },
    ]);
    await post(cookie, '/me/protection/end').expect(303);
    const back = await app.http.get(`/api/v1/submissions/${body.id}`).set('cookie', cookie).expect(200);
    expect(back.body.authors[0]).toMatchObject({
      name: author.name,
      nativeName: author.nativeName,
      email,
      orcid: ORCID,
      protect: false,
    });
    const other = await app.http
      .get(`/api/v1/submissions/${later.body.id}`)
      .set('cookie', cookie)
      .expect(200);
    expect(other.body.authors[0]).toMatchObject({ email, protect: false });
    expect(await page(organiser, '/conferences/guarded/organise/submissions?q=Thackeray')).toContain(body.id);
    expect((await post(cookie, '/me/protection/end')).status).toBe(409);
    await app.cookie(email);
    const rows: { n: number }[] = await app.db.query(
      `select count(*)::int as n from person_address where address = $1`,
      [email],
    );
    expect(rows[0]!.n).toBe(1);
  });

  it('leaves the record valid and every page standing when the key is destroyed', async () => {
    const person = await app.person(REAL.email);
    const cookie = await app.cookie(REAL.email);
    await app.app.get(Sealer).seal();
    const reviewing: { id: string }[] = await app.db.query(
      `select id from submission where created_by = $1 and submitted_at is not null`,
      [person],
    );
    await app.app.get(Work).run((tx) => app.app.get(PersonKeys).destroy(tx, person));
    await app.app.get(Sealer).seal();
    expect(await verifyRecord(app.db)).toMatchObject({ found: 0 });

    const sealed: { n: number }[] = await app.db.query(
      `select count(*)::int as n from mail_message where sealed_for = $1 and (text <> '' or subject <> '')`,
      [person],
    );
    expect(sealed[0]!.n).toBe(0);
    const officer = await app.cookie('officer@example.org');
    const list = '/conferences/guarded/organise/protected';
    expect(await page(officer, list)).toContain('erased');
    expect((await post(officer, `${list}/${person}`, { reason: 'x' })).status).toBe(409);
    expect(await page(cookie, '/me/protection')).toContain('erased');
    expect((await post(cookie, '/me/protection', { publicName: 'Somebody' })).status).toBe(409);
    expect((await post(cookie, '/me/protection/end')).status).toBe(409);
    for (const path of ['/me', '/me/sign-in', '/conferences/guarded/submit', '/conferences/guarded/register'])
      await page(cookie, path);
    for (const { id } of reviewing) {
      expect(await page(organiser, `/conferences/guarded/organise/submissions/${id}`)).toContain(PUBLIC);
      await page(cookie, `/submissions/${id}`);
      await page(cookie, `/submissions/${id}/edit`);
      const { body } = await app.http.get(`/api/v1/submissions/${id}`).set('cookie', cookie).expect(200);
      // What would have been told by mail is told to nobody; the change itself stands.
      await app.http
        .post(`/api/v1/submissions/${id}/withdraw`)
        .set('cookie', cookie)
        .set('if-match', `"${body.version}"`)
        .send({})
        .expect(200);
    }
    for (const path of ['mail', 'record', 'registrations', 'submissions', 'exports/authors.csv'])
      await page(organiser, `/conferences/guarded/organise/${path}`);
    // The address is free: whoever signs in with it is somebody new.
    expect(await app.person(REAL.email)).not.toBe(person);
    await settled();
    expect(await verifyRecord(app.db)).toMatchObject({ found: 0 });
  });
});
