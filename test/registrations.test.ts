import { createTestApp, type TestApp, type TestConference } from './support/app.js';

let app: TestApp;
let conference: TestConference;
let path: string;
let organiser: string;
let serial = 0;

beforeAll(async () => {
  app = await createTestApp();
  conference = await app.conference();
  await app.db.query(
    `update conference set venue = 'Example Hall', starts_on = '2099-05-12', ends_on = '2099-05-14' where id = $1`,
    [conference.id],
  );
  path = `/api/v1/conferences/${conference.slug}/registrations`;
  organiser = await app.token('organiser@example.org', 'organiser', conference.id);
});
afterAll(() => app.close());

const registration = (more: object = {}): object => ({
  name: 'Leyla Example',
  attendance: 'in_person',
  interpretation: 'az',
  accessNeeds: 'A seat near the door',
  ...more,
});
const register = (
  token: string | null,
  input: object = registration(),
  key = `registration-key-${(serial += 1)}`,
) => {
  const request = app.http.post(path).set('idempotency-key', key);
  return (token ? request.set('authorization', `Bearer ${token}`) : request).send(input);
};
const read = (token: string, id: string) =>
  app.http.get(`/api/v1/registrations/${id}`).set('authorization', `Bearer ${token}`);
const change = (token: string, id: string, input: object, version = 1) =>
  app.http
    .patch(`/api/v1/registrations/${id}`)
    .set('authorization', `Bearer ${token}`)
    .set('if-match', `"${version}"`)
    .send(input);
const cancel = (token: string, id: string, version = 1) =>
  app.http
    .post(`/api/v1/registrations/${id}/cancel`)
    .set('authorization', `Bearer ${token}`)
    .set('if-match', `"${version}"`)
    .send({});
const mails = (id: string): Promise<{ kind: string; text: string }[]> =>
  app.db.query('select kind, text from mail_message where subject_id = $1 order by created_at, kind', [id]);
const listed = async (): Promise<{ id: string; name: string }[]> =>
  (await app.http.get(`${path}?limit=200`).set('authorization', `Bearer ${organiser}`)).body.items;
const fields = (body: { fields?: { field: string; code: string }[] }) =>
  (body.fields ?? []).map(({ field, code }) => `${field} ${code}`);

describe('somebody signed in', () => {
  it('registers, gets a confirmation in words, and is in the list', async () => {
    const token = await app.token('leyla@example.org');
    const made = await register(token, registration({ country: 'az', affiliation: 'Example University' }));
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      conference: conference.slug,
      email: 'leyla@example.org',
      country: 'AZ',
      attendance: 'in_person',
      interpretation: 'az',
      status: 'registered',
      held: false,
      version: 1,
    });
    const [mail] = await mails(made.body.id);
    expect(mail?.kind).toBe('registration_confirmation');
    expect(mail?.text).toMatch(/In person/);
    expect(mail?.text).toMatch(/azərbaycan/);
    expect(mail?.text).toMatch(/12\s*–\s*14 May 2099/);
    expect(mail?.text).toMatch(/Example Hall/);
    expect(mail?.text).toContain(`http://concord.example/registrations/${made.body.id}`);
    expect(mail?.text).not.toMatch(/near the door/);
    expect(await listed()).toContainEqual(made.body);
    expect((await read(organiser, made.body.id)).body).toEqual(made.body);
  });

  it('registers once for a conference, also at the same moment', async () => {
    const token = await app.token('once@example.org');
    const both = await Promise.all([register(token), register(token)]);
    expect(new Set(both.map((answer) => answer.status))).toEqual(new Set([201, 409]));
    const again = await register(token);
    expect([again.status, again.body.code]).toEqual([409, 'registration.exists']);
  });

  it('repeats harmlessly under one key, which is demanded', async () => {
    const token = await app.token('key@example.org');
    const one = await register(token, registration(), 'one-key-for-all');
    const two = await register(token, registration(), 'one-key-for-all');
    expect([two.status, two.body]).toEqual([201, one.body]);
    expect(
      (await app.http.post(path).set('authorization', `Bearer ${token}`).send(registration())).status,
    ).toBe(400);
  });

  it('is not seen by others', async () => {
    const made = await register(await app.token('private@example.org'));
    expect((await app.http.get(`/api/v1/registrations/${made.body.id}`)).status).toBe(401);
    expect((await read(await app.token('stranger@example.org'), made.body.id)).status).toBe(404);
    const manager = await app.token('manager@example.org', 'partner_manager', conference.id);
    expect((await read(manager, made.body.id)).status).toBe(404);
    expect((await app.http.get(path).set('authorization', `Bearer ${manager}`)).status).toBe(403);
    expect((await app.http.get(path)).status).toBe(401);
  });

  it.each([
    ['a language that is not offered', { interpretation: 'ka' }, 'interpretation notOffered'],
    ['another attendance', { attendance: 'maybe' }, 'attendance isIn'],
    ['an unknown country', { country: 'XX' }, 'country country'],
    ['no name', { name: '' }, 'name required'],
  ])('is refused %s', async (_name, more, expected) => {
    const answer = await register(await app.token('rules@example.org'), registration(more));
    expect([answer.status, fields(answer.body)]).toEqual([422, [expected]]);
  });

  it('registers while registration is open', async () => {
    const closed = await app.conference();
    await app.db.query('update conference set registration_open = false where id = $1', [closed.id]);
    const answer = await app.http
      .post(`/api/v1/conferences/${closed.slug}/registrations`)
      .set('authorization', `Bearer ${await app.token('closed@example.org')}`)
      .set('idempotency-key', 'closed-conference')
      .send(registration());
    expect([answer.status, answer.body.code]).toEqual([422, 'registration.closed']);
  });
});

describe('changing and cancelling', () => {
  it('changes what is given and clears what is emptied', async () => {
    const token = await app.token('change@example.org');
    const { id } = (await register(token, registration({ country: 'AM' }))).body;
    const changed = await change(token, id, {
      attendance: 'online',
      interpretation: null,
      accessNeeds: '',
      country: '',
    });
    expect(changed.status).toBe(200);
    expect(changed.headers['etag']).toBe('"2"');
    expect(changed.body).toMatchObject({
      name: 'Leyla Example',
      attendance: 'online',
      interpretation: null,
      accessNeeds: null,
      country: null,
      version: 2,
    });
    const told = await mails(id);
    expect(told.map((mail) => mail.kind)).toEqual(['registration_confirmation', 'registration_changed']);
    expect(told[1]?.text).toMatch(/Online/);
    expect(told[1]?.text).not.toMatch(/Interpretation/);
  });

  it('keeps a language that is not offered any more, and takes no other such', async () => {
    const token = await app.token('dropped@example.org');
    const { id } = (await register(token, registration({ interpretation: 'tr' }))).body;
    await app.db.query(`update conference set interpretation = '{hy,az,ru}' where id = $1`, [conference.id]);
    expect((await change(token, id, { attendance: 'online' })).status).toBe(200);
    expect((await change(token, id, { interpretation: 'ka' }, 2)).status).toBe(422);
    await app.db.query(`update conference set interpretation = '{hy,az,ru,tr}' where id = $1`, [
      conference.id,
    ]);
  });

  it('needs the latest version, and is the attendee’s', async () => {
    const token = await app.token('version@example.org');
    const { id } = (await register(token)).body;
    const bare = await app.http
      .patch(`/api/v1/registrations/${id}`)
      .set('authorization', `Bearer ${token}`)
      .send({});
    expect([bare.status, bare.body.code]).toEqual([400, 'version.missing']);
    expect((await change(token, id, { name: 'X' }, 7)).status).toBe(412);
    expect((await change(organiser, id, { name: 'X' })).status).toBe(403);
  });

  it('cancels with a mail, deletes access needs, and frees the place for a new registration', async () => {
    const token = await app.token('cancel@example.org');
    const { id } = (await register(token)).body;
    const cancelled = await cancel(token, id);
    expect(cancelled.body).toMatchObject({ status: 'cancelled', accessNeeds: null, version: 2 });
    expect((await mails(id)).map((mail) => mail.kind)).toContain('registration_cancelled');
    const again = await cancel(token, id, 2);
    expect([again.status, again.body.code]).toEqual([409, 'registration.cancelled']);
    expect((await register(token)).status).toBe(201);
  });

  it('may be cancelled by an organiser', async () => {
    const { id } = (await register(await app.token('spam@example.org'))).body;
    expect((await cancel(organiser, id)).status).toBe(200);
  });
});

describe('a guest', () => {
  it('is held until the address is confirmed', async () => {
    const made = await register(null, registration({ name: 'Guest Example', email: 'guest@example.org' }));
    expect([made.status, made.body]).toEqual([201, { id: expect.any(String), status: 'held' }]);
    expect((await listed()).some((row) => row.id === made.body.id)).toBe(false);
    expect((await read(organiser, made.body.id)).status).toBe(404);
    expect(await mails(made.body.id)).toEqual([]);
    await app.cookie('guest@example.org');
    expect((await listed()).some((row) => row.id === made.body.id)).toBe(true);
    expect((await mails(made.body.id)).map((mail) => mail.kind)).toEqual(['registration_confirmation']);
  });

  it('learns nothing of a registration that is there, and changes nothing in it', async () => {
    const token = await app.token('present@example.org');
    const own = (await register(token)).body;
    const made = await register(null, registration({ name: 'Somebody', email: 'present@example.org' }));
    expect([made.status, made.body]).toEqual([201, { id: expect.any(String), status: 'held' }]);
    expect(made.body.id).not.toBe(own.id);
    await app.cookie('present@example.org');
    expect((await read(token, own.id)).body).toEqual(own);
    const links = await app.db.query(
      `select next_path from sign_in_link where address = 'present@example.org'`,
    );
    expect(links).toContainEqual({ next_path: `/registrations/${own.id}` });
  });

  it('gives way to the person themselves, and to a later try', async () => {
    const first = await register(null, registration({ name: 'First', email: 'own@example.org' }));
    const second = await register(null, registration({ name: 'Second', email: 'own@example.org' }));
    expect(second.status).toBe(201);
    const own = await register(await app.token('own@example.org'), registration({ name: 'Own' }));
    expect(own.status).toBe(201);
    await app.cookie('own@example.org');
    const ids = (await listed()).map((row) => row.id);
    expect(ids).toContain(own.body.id);
    expect(ids).not.toContain(first.body.id);
    expect(ids).not.toContain(second.body.id);
  });

  it('needs an address', async () => {
    const answer = await register(null);
    expect([answer.status, fields(answer.body)]).toEqual([422, ['email required']]);
  });
});
