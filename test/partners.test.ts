import { SignIn } from '../src/accounts/sign-in.service.js';
import { createTestApp, type TestApp, type TestConference } from './support/app.js';

let app: TestApp;
let conference: TestConference;
let path: string;
let manager: string;
let serial = 0;

beforeAll(async () => {
  app = await createTestApp();
  conference = await app.conference();
  path = `/api/v1/conferences/${conference.slug}/letters-of-interest`;
  manager = await app.token('manager@example.org', 'partner_manager', conference.id);
});
afterAll(() => app.close());

const letter = (more: object = {}): object => ({
  organisation: 'Example Foundation',
  country: 'ge',
  website: 'https://example.org/about',
  contactName: 'Nino Example',
  contribution: 'expertise',
  letter: 'We would gladly join – with two experts.',
  ...more,
});

const send = (token: string | null, input: object, key = `letter-key-${(serial += 1)}`, to = path) => {
  const request = app.http.post(to).set('idempotency-key', key);
  return (token ? request.set('authorization', `Bearer ${token}`) : request).send(input);
};
const read = (token: string, id: string) =>
  app.http.get(`/api/v1/letters-of-interest/${id}`).set('authorization', `Bearer ${token}`);
const act = (token: string, id: string, what: 'answer' | 'withdraw', input: object, version = 1) =>
  app.http
    .post(`/api/v1/letters-of-interest/${id}/${what}`)
    .set('authorization', `Bearer ${token}`)
    .set('if-match', `"${version}"`)
    .send(input);
const mails = (id: string): Promise<{ kind: string; recipient_address: string; text: string }[]> =>
  app.db.query(
    'select kind, recipient_address, text from mail_message where subject_id = $1 order by created_at, kind',
    [id],
  );
const fields = (body: { fields?: { field: string; code: string }[] }) =>
  (body.fields ?? []).map(({ field, code }) => `${field} ${code}`);

const listed = async (id: string): Promise<boolean> => {
  const list = await app.http.get(`${path}?limit=200`).set('authorization', `Bearer ${manager}`);
  return list.body.items.some((item: { id: string }) => item.id === id);
};
const sentBy = async (email: string): Promise<{ id: string; sender: string }> => {
  const sender = await app.token(email);
  return { id: (await send(sender, letter())).body.id, sender };
};

describe('a letter of somebody signed in', () => {
  it('is taken in with a receipt, and read by its sender and the partner managers', async () => {
    const sender = await app.token('nino@example.org');
    const sent = await send(sender, letter());
    expect(sent.status).toBe(201);
    expect(sent.headers['etag']).toBe('"1"');
    expect(sent.body).toMatchObject({
      conference: conference.slug,
      country: 'GE',
      email: 'nino@example.org',
      wordCount: 7,
      status: 'received',
      held: false,
      answer: null,
      version: 1,
    });
    expect(await mails(sent.body.id)).toEqual([
      {
        kind: 'letter_receipt',
        recipient_address: 'nino@example.org',
        text: expect.stringContaining(`http://concord.example/letters/${sent.body.id}`),
      },
    ]);
    expect((await read(manager, sent.body.id)).body).toEqual(sent.body);
    expect((await read(sender, sent.body.id)).body).toEqual(sent.body);
    const mine = await app.http
      .get('/api/v1/me/letters-of-interest')
      .set('authorization', `Bearer ${sender}`);
    expect(mine.body.items).toEqual([sent.body]);
  });

  it('is not there for anybody else', async () => {
    const sent = await send(await app.token('tamar@example.org'), letter());
    expect((await app.http.get(`/api/v1/letters-of-interest/${sent.body.id}`)).status).toBe(401);
    expect((await read(await app.token('stranger@example.org'), sent.body.id)).status).toBe(404);
    const other = await app.conference();
    const elsewhere = await app.token('elsewhere@example.org', 'organiser', other.id);
    expect((await read(elsewhere, sent.body.id)).status).toBe(404);
    expect((await app.http.get(path).set('authorization', `Bearer ${elsewhere}`)).status).toBe(403);
    expect((await app.http.get(path)).status).toBe(401);
  });

  it('is sent once under one key', async () => {
    const sender = await app.token('repeat@example.org');
    const [one, two] = [
      await send(sender, letter(), 'the-same-key'),
      await send(sender, letter(), 'the-same-key'),
    ];
    expect(two.body).toEqual(one.body);
    const other = await send(sender, letter({ organisation: 'Another' }), 'the-same-key');
    expect([other.status, other.body.code]).toEqual([422, 'idempotency.reused']);
    const bare = await app.http.post(path).set('authorization', `Bearer ${sender}`).send(letter());
    expect(bare.status).toBe(400);
  });
});

describe('what a letter may hold', () => {
  let sender: string;
  beforeAll(async () => {
    sender = await app.token('rules@example.org');
  });

  it('takes 1,000 words and refuses 1,001 with both numbers', async () => {
    expect((await send(sender, letter({ letter: 'word '.repeat(1000) }))).status).toBe(201);
    const over = await send(sender, letter({ letter: 'word '.repeat(1001) }));
    expect(over.status).toBe(422);
    expect(over.body.fields[0]).toMatchObject({ field: 'letter', code: 'words', limit: 1000, value: 1001 });
  });

  it.each([
    ['an overlong word', { letter: 'x'.repeat(81) }, 'letter overlongWord'],
    ['a script for a website', { website: 'javascript:alert(1)' }, 'website website'],
    ['a long website', { website: `https://example.org/${'a'.repeat(200)}` }, 'website maxLength'],
    ['an unknown country', { country: 'XX' }, 'country country'],
    ['another contribution', { contribution: 'gold' }, 'contribution isIn'],
    ['an address that is none', { email: 'nobody' }, 'email email'],
    ['no organisation', { organisation: '  ' }, 'organisation required'],
  ])('refuses %s', async (_name, more, expected) => {
    const answer = await send(sender, letter(more));
    expect([answer.status, fields(answer.body)]).toEqual([422, [expected]]);
  });

  it('keeps country and website open', async () => {
    const sent = await send(sender, letter({ country: '', website: '' }));
    expect(sent.body).toMatchObject({ country: null, website: null });
  });

  it('comes while letters are taken', async () => {
    const closed = await app.conference();
    await app.db.query('update conference set letters_open = false where id = $1', [closed.id]);
    const answer = await send(
      sender,
      letter(),
      undefined,
      `/api/v1/conferences/${closed.slug}/letters-of-interest`,
    );
    expect([answer.status, answer.body.code]).toEqual([422, 'letters.closed']);
  });
});

describe('a guest’s letter', () => {
  it('is held, answers nothing but its id, and reaches the managers when the address is confirmed', async () => {
    const sent = await send(null, letter({ email: 'guest@example.org' }));
    expect([sent.status, sent.body]).toEqual([201, { id: expect.any(String), status: 'held' }]);
    expect(await listed(sent.body.id)).toBe(false);
    expect((await read(manager, sent.body.id)).status).toBe(404);
    expect(await mails(sent.body.id)).toEqual([]);
    const links = await app.db.query(
      `select next_path from sign_in_link where address = 'guest@example.org'`,
    );
    expect(links).toEqual([{ next_path: `/letters/${sent.body.id}` }]);

    await app.cookie('guest@example.org');
    expect(await listed(sent.body.id)).toBe(true);
    expect((await mails(sent.body.id)).map((mail) => mail.kind)).toEqual(['letter_receipt']);
    await app.cookie('guest@example.org');
    expect(await mails(sent.body.id)).toHaveLength(1);
  });

  it('answers the same for an address that is known', async () => {
    await app.token('known@example.org');
    const sent = await send(null, letter({ email: 'known@example.org' }));
    expect(sent.body).toEqual({ id: expect.any(String), status: 'held' });
  });

  it('needs an address', async () => {
    const answer = await send(null, letter());
    expect([answer.status, fields(answer.body)]).toEqual([422, ['email required']]);
  });

  it('lapses after seven days', async () => {
    const sent = await send(null, letter({ email: 'late@example.org' }));
    const link = await app.app.get(SignIn).printedLink('late@example.org', '/me', 60 * 24 * 30);
    app.clock.offsetMs = 8 * 86_400_000;
    try {
      await app.app.get(SignIn).use(link.split('/').at(-1)!, 'test');
    } finally {
      app.clock.offsetMs = 0;
    }
    expect(await listed(sent.body.id)).toBe(false);
  });

  it('is held as well when somebody signed in names another’s address', async () => {
    const secretary = await app.token('secretary@example.org');
    const sent = await send(secretary, letter({ email: 'director@example.org' }));
    expect(sent.body).toEqual({ id: expect.any(String), status: 'held' });
    expect((await read(secretary, sent.body.id)).status).toBe(404);
    await app.cookie('director@example.org');
    expect(await listed(sent.body.id)).toBe(true);
  });
});

describe('answering', () => {
  it('considers without a mail, then welcomes with one', async () => {
    const { id, sender } = await sentBy('answer-1@example.org');
    const considered = await act(manager, id, 'answer', { status: 'considered' });
    expect(considered.body).toMatchObject({ status: 'considered', answeredAt: null, version: 2 });
    const welcomed = await act(manager, id, 'answer', { status: 'welcomed', text: 'Come and join us.' }, 2);
    expect(welcomed.body).toMatchObject({ status: 'welcomed', answer: 'Come and join us.', version: 3 });
    expect(welcomed.body.answeredAt).not.toBeNull();
    const told = await mails(id);
    expect(told.map((mail) => mail.kind)).toEqual(['letter_receipt', 'letter_answered']);
    expect(told[1]?.text).toContain('Come and join us.');
    expect((await read(sender, id)).body).toEqual(welcomed.body);
    const filtered = await app.http.get(`${path}?status=welcomed`).set('authorization', `Bearer ${manager}`);
    expect(filtered.body.items.map((item: { id: string }) => item.id)).toEqual([id]);
  });

  it('corrects an answer, and supersedes the mail that has not left', async () => {
    const { id } = await sentBy('answer-2@example.org');
    await act(manager, id, 'answer', { status: 'declined' });
    await act(manager, id, 'answer', { status: 'welcomed' }, 2);
    const states = await app.db.query(
      `select state from mail_message where subject_id = $1 and kind = 'letter_answered' order by state`,
      [id],
    );
    expect(states).toEqual([{ state: 'ready' }, { state: 'superseded' }]);
  });

  it('is refused to the sender, without a version, on a stale one, and after a withdrawal', async () => {
    const { id, sender } = await sentBy('answer-3@example.org');
    expect((await act(sender, id, 'answer', { status: 'welcomed' })).status).toBe(403);
    const bare = await app.http
      .post(`/api/v1/letters-of-interest/${id}/answer`)
      .set('authorization', `Bearer ${manager}`)
      .send({ status: 'welcomed' });
    expect([bare.status, bare.body.code]).toEqual([400, 'version.missing']);
    expect((await act(manager, id, 'withdraw', {})).status).toBe(403);
    const withdrawn = await act(sender, id, 'withdraw', {});
    expect(withdrawn.body).toMatchObject({ status: 'withdrawn', version: 2 });
    expect((await act(manager, id, 'answer', { status: 'welcomed' })).status).toBe(412);
    const late = await act(manager, id, 'answer', { status: 'welcomed' }, 2);
    expect([late.status, late.body.code]).toEqual([409, 'state']);
  });

  it('lets a partner who was welcomed withdraw', async () => {
    const { id, sender } = await sentBy('answer-4@example.org');
    await act(manager, id, 'answer', { status: 'welcomed' });
    const withdrawn = await act(sender, id, 'withdraw', {}, 2);
    expect(withdrawn.body).toMatchObject({ status: 'withdrawn', answeredAt: null });
  });

  it('writes the record without words or names', async () => {
    const { id } = await sentBy('answer-5@example.org');
    await act(manager, id, 'answer', { status: 'declined', text: 'Secret words' });
    const entries = await app.db.query(
      `select action, before::text || after::text as facts from audit_entry where subject_id = $1 order by at`,
      [id],
    );
    expect(entries.map((entry: { action: string }) => entry.action)).toEqual([
      'letter.received',
      'letter.declined',
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/Secret|Nino|Foundation|answer-5/);
  });
});

it('lists letters page by page without loss', async () => {
  const other = await app.conference();
  const to = `/api/v1/conferences/${other.slug}/letters-of-interest`;
  const sender = await app.token('many@example.org');
  for (let n = 0; n < 5; n += 1) await send(sender, letter({ organisation: `Example ${n}` }), undefined, to);
  const organiser = await app.token('many-organiser@example.org', 'organiser', other.id);
  const found: string[] = [];
  let next: string | null = null;
  do {
    const page: { body: { items: { organisation: string }[]; next: string | null } } = await app.http
      .get(`${to}?limit=2${next ? `&after=${next}` : ''}`)
      .set('authorization', `Bearer ${organiser}`);
    found.push(...page.body.items.map((item) => item.organisation));
    next = page.body.next;
  } while (next);
  expect(found).toEqual(['Example 4', 'Example 3', 'Example 2', 'Example 1', 'Example 0']);
});
