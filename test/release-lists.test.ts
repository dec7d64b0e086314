import { ReleaseClock } from '../src/decisions/release-clock.js';
import { createTestApp, type TestApp, type TestConference } from './support/app.js';
import { chairOf, decisionMails, underReview, type Chair } from './support/deciding.js';
import { moveTo, newKey, someone } from './support/panel.js';

let app: TestApp;
let conference: TestConference;
let first: Chair;
let second: Chair;
let firstEmail: string;
let secondEmail: string;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  conference = await app.conference();
  [firstEmail, secondEmail] = [someone('first'), someone('second')];
  first = await chairOf(app, conference, firstEmail);
  second = await chairOf(app, conference, secondEmail);
  app.clock.offsetMs = 0;
});
afterEach(() => (app.clock.offsetMs = 0));

const decided = async (outcome = 'accepted', email = someone('author')): Promise<string> => {
  const id = await underReview(app, conference, email);
  await first.decide(id, outcome).expect(200);
  return id;
};
const freeze = async (body: object = {}, chair = first) =>
  (await chair.post('/release-lists', body).expect(201)).body as {
    id: string;
    listHash: string;
    size: number;
    counts: Record<string, number>;
    status: string;
  };
const at = (id: string, act = '') => `/api/v1/release-lists/${id}${act && `/${act}`}`;
const statusOf = async (id: string): Promise<string> =>
  (await app.db.query(`select status from submission where id = $1`, [id]))[0].status;

describe('a frozen list', () => {
  it('is released as it was frozen, once, and says whom it was for', async () => {
    const email = someone('author');
    const shared = someone('shared');
    const accepted = await underReview(app, conference, email, {
      authors: [
        { name: 'Ann', email, corresponding: true },
        { name: 'Ben', email: shared },
        { name: 'Cem', email: shared },
        { name: 'Dee' },
      ],
    });
    await first.decide(accepted, 'accepted').expect(200);
    const rejected = await decided('rejected');
    const only = await freeze({ outcomes: ['rejected'] });
    expect(only).toMatchObject({ size: 1, counts: { accepted: 0, rejected: 1 } });
    const list = await freeze();
    expect(list).toMatchObject({ status: 'open', size: 2, counts: { accepted: 1, rejected: 1 } });
    expect((await first.get(at(list.id)).expect(200)).body.changes).toEqual([]);
    // Nobody knows of it yet.
    expect([await statusOf(accepted), await decisionMails(app, accepted)]).toEqual(['under_review', []]);
    const { body } = await first.get(`${at(list.id, 'letters')}?limit=1`).expect(200);
    const rest = await first.get(`${at(list.id, 'letters')}?limit=1&after=${body.next}`).expect(200);
    const letters = [...body.items, ...rest.body.items].find((one) => one.submission === accepted);
    expect(letters).toMatchObject({
      letters: [{ to: email }, { to: shared }],
      authors: [
        { name: 'Ann', why: 'author' },
        { name: 'Ben', why: 'author' },
        { name: 'Cem', why: 'shared' },
        { name: 'Dee', why: 'noAddress' },
      ],
    });
    const answers = await Promise.all([
      first.post(at(list.id, 'release')),
      second.post(at(list.id, 'release')),
    ]);
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
    const released = (await first.get(at(list.id)).expect(200)).body;
    expect(released).toMatchObject({ status: 'released', listHash: list.listHash });
    // What was previewed is what was written.
    const mails = await decisionMails(app, accepted);
    expect(mails.map(({ address, text }) => ({ to: address, text }))).toEqual(
      letters.letters
        .map(({ to, text }: { to: string; text: string }) => ({ to, text }))
        .toSorted((a: { to: string }, b: { to: string }) => (a.to < b.to ? -1 : 1)),
    );
    const path = `/decision-releases/${released.release}/recipients`;
    const told = (await first.get(path).expect(200)).body.items.filter(
      (row: { submission: string }) => row.submission === accepted,
    );
    expect(told).toMatchObject([
      { name: 'Ann', why: 'author', state: 'ready' },
      { name: 'Ben', why: 'author', state: 'ready' },
      { name: 'Cem', why: 'shared', mail: null },
      { name: 'Dee', why: 'noAddress', mail: null },
    ]);
    const again = await first.post(at(list.id, 'release')).expect(409);
    expect(again.body.code).toBe('list.settled');
    // The other list held one of these, and finds it gone.
    const stopped = await first.post(at(only.id, 'release')).expect(409);
    expect(stopped.body).toMatchObject({
      code: 'list.stopped',
      fields: [{ code: 'listChange.gone', value: rejected }],
    });
    const record = await app.db.query(
      `select action, after from audit_entry where subject_id = $1 order by at`,
      [list.id],
    );
    expect(record.map(({ action }: { action: string }) => action)).toEqual([
      'release_list.frozen',
      'release_list.released',
    ]);
    expect(record[0].after).toMatchObject({ listHash: list.listHash, size: 2 });
  });

  it('is stopped by a change, which it names, and nobody is told anything', async () => {
    const [one, two, three] = [await decided(), await decided(), await decided()];
    const list = await freeze();
    await second.decide(one, 'rejected', {}, 1).expect(200);
    await moveTo(app, two, 'withdrawn');
    expect((await first.get(at(list.id)).expect(200)).body).toMatchObject({ status: 'open' });
    const refused = await first.post(at(list.id, 'release')).expect(409);
    expect(refused.body.code).toBe('list.stopped');
    const named = Object.fromEntries(
      refused.body.fields.map(({ value, code }: { value: string; code: string }) => [value, code]),
    );
    expect(named).toEqual({ [one]: 'listChange.outcome', [two]: 'listChange.state' });
    expect((await first.get(at(list.id)).expect(200)).body).toMatchObject({ status: 'stopped' });
    for (const id of [one, two, three]) expect(await decisionMails(app, id)).toEqual([]);
    expect(await statusOf(three)).toBe('under_review');
    // What is left is frozen anew.
    const anew = await freeze({ submissions: [one, three] });
    await first.post(at(anew.id, 'release')).expect(200);
    expect(await statusOf(one)).toBe('rejected');
  });

  it('refuses what is empty, and what is released already', async () => {
    expect((await first.post('/release-lists', {}).expect(422)).body.code).toBe('release.empty');
    await first.post('/release-lists', { submissions: [] }).expect(422);
    const id = await decided();
    expect((await first.post('/release-lists', { outcomes: ['rejected'] }).expect(422)).body.code).toBe(
      'release.empty',
    );
    await first.post('/release-lists', { outcomes: ['withdrawn'] }).expect(422);
    await first.post('/release-lists', { submissions: [id], listHash: 'other' }).expect(409);
    const list = await freeze();
    await first.post(at(list.id, 'release')).expect(200);
    expect((await first.post('/release-lists', { submissions: [id] }).expect(409)).body.fields).toMatchObject(
      [{ code: 'release.notPending', value: id }],
    );
    expect((await first.post('/release-lists', {}).expect(422)).body.code).toBe('release.empty');
  });

  it('is put aside without a trace for authors', async () => {
    const id = await decided();
    const list = await freeze();
    await first.post(at(list.id, 'discard')).expect(200);
    await first.post(at(list.id, 'release')).expect(409);
    expect(await statusOf(id)).toBe('under_review');
  });
});

describe('the rule of two', () => {
  const settings = (body: object) => first.put('/deciding', body, 0).expect(200);
  const confirm = (chair: Chair, list: { id: string; listHash: string }) =>
    chair.post(at(list.id, 'confirm'), { listHash: list.listHash });

  it('wants a second chair for the same list, by every door', async () => {
    await settings({ twoPersons: true });
    const id = await decided();
    const direct = await first.post('/decision-releases', { submissions: [id] }).expect(409);
    expect(direct.body.code).toBe('release.twoPersons');
    const list = await freeze();
    expect((await first.post(at(list.id, 'release')).expect(409)).body.code).toBe('list.unconfirmed');
    expect((await confirm(first, list).expect(409)).body.code).toBe('list.second.same');
    expect((await confirm(second, { ...list, listHash: 'other' }).expect(409)).body.code).toBe('list.other');
    await confirm(second, list).expect(200);
    await first.post(at(list.id, 'release')).expect(200);
    expect(await statusOf(id)).toBe('accepted');
  });

  it('wants that chair from another organisation where the conference asks for it', async () => {
    expect(
      (await first.put('/deciding', { twoOrganisations: true }, 0).expect(422)).body.fields,
    ).toMatchObject([{ field: 'twoOrganisations', code: 'needsTwoPersons' }]);
    await settings({ twoPersons: true, twoOrganisations: true });
    await decided();
    const list = await freeze();
    expect((await confirm(second, list).expect(409)).body.code).toBe('list.second.organisationUnknown');
    const actsFor = async (email: string, organisation: string) =>
      first.put('/chair-organisations', { person: await app.person(email), organisation }).expect(204);
    await actsFor(firstEmail, 'House of One');
    await actsFor(secondEmail, 'house  of one');
    expect((await confirm(second, list).expect(409)).body.code).toBe('list.second.organisationSame');
    await actsFor(secondEmail, 'House of Two');
    await confirm(second, list).expect(200);
    await first.put('/chair-organisations', { person: await app.person(someone('x')) }).expect(404);
  });

  it('stops at the confirmation when something has changed', async () => {
    await settings({ twoPersons: true });
    const id = await decided();
    const list = await freeze();
    await first.decide(id, 'accepted', { textToAuthors: 'Other words.' }, 1).expect(200);
    expect((await confirm(second, list).expect(409)).body.fields).toMatchObject([
      { code: 'listChange.words', value: id },
    ]);
    expect((await first.get(at(list.id)).expect(200)).body.status).toBe('stopped');
  });
});

describe('a time', () => {
  const inOneHour = () => new Date(Date.now() + 3_600_000).toISOString();
  const look = () => app.app.get(ReleaseClock).look();

  it('releases by itself, once, when it has come', async () => {
    const id = await decided();
    const list = await freeze();
    const past = await first.put(at(list.id, 'schedule'), { at: '2020-01-01T00:00:00Z' }).expect(422);
    expect(past.body.fields).toMatchObject([{ field: 'at', code: 'past' }]);
    await first.put(at(list.id, 'schedule'), { at: 'soon' }).expect(422);
    await first.put(at(list.id, 'schedule'), { at: inOneHour() }).expect(200);
    await look();
    expect(await statusOf(id)).toBe('under_review');
    app.clock.offsetMs = 3_700_000;
    await Promise.all([look(), look(), look()]);
    expect(await statusOf(id)).toBe('accepted');
    expect(await decisionMails(app, id)).toHaveLength(1);
    expect((await first.get(at(list.id)).expect(200)).body.status).toBe('released');
  });

  it('is taken away again', async () => {
    const id = await decided();
    const list = await freeze();
    await first.put(at(list.id, 'schedule'), { at: inOneHour() }).expect(200);
    expect((await first.put(at(list.id, 'schedule'), {}).expect(200)).body.dueAt).toBeNull();
    app.clock.offsetMs = 3_700_000;
    await look();
    expect(await statusOf(id)).toBe('under_review');
  });

  it('tells the chairs where the list has changed or lacks its second chair', async () => {
    const told = (id: string): Promise<{ to: string; text: string }[]> =>
      app.db.query(
        `select recipient_address as to, text from mail_message where subject_id = $1 and kind = 'release_stopped' order by 1`,
        [id],
      );
    const id = await decided();
    const list = await freeze();
    await first.put(at(list.id, 'schedule'), { at: inOneHour() }).expect(200);
    await second.decide(id, 'waitlisted', {}, 1).expect(200);
    const unsure = await freeze();
    await first.put(at(unsure.id, 'schedule'), { at: inOneHour() }).expect(200);
    await first.put('/deciding', { twoPersons: true }, 0).expect(200);
    // A chair with a submission of their own here does not learn that there is a list.
    const both = someone('both');
    await underReview(app, conference, both);
    const third = await chairOf(app, conference, both);
    app.clock.offsetMs = 3_700_000;
    await look();
    await look();
    expect((await first.get(at(list.id)).expect(200)).body).toMatchObject({ status: 'open', dueAt: null });
    await first.put('/deciding', { twoPersons: false }, 1).expect(200);
    expect((await told(list.id)).map(({ to }) => to)).toEqual([firstEmail, secondEmail].toSorted());
    const later = new Date(Date.now() + 7_200_000).toISOString();
    await first.put(at(list.id, 'schedule'), { at: later }).expect(200);
    app.clock.offsetMs = 7_300_000;
    await look();
    expect((await first.get(at(list.id)).expect(200)).body.status).toBe('stopped');
    expect(await told(list.id)).toHaveLength(4);
    expect(await statusOf(id)).toBe('under_review');
    await third.get(at(list.id)).expect(404);
    expect((await third.get('/release-lists').expect(200)).body.items).toEqual([]);
    await third.post(at(list.id, 'release')).expect(404);
  });
});

describe('a letter tried', () => {
  it('goes to the chair alone', async () => {
    const accepted = await decided();
    const rejected = await decided('rejected');
    const list = await freeze();
    expect((await first.post(at(list.id, 'test'), {}).expect(200)).body).toEqual({ sent: 2 });
    await first.post(at(list.id, 'test'), { submission: accepted }).expect(200);
    await first.post(at(list.id, 'test'), { submission: 'XXX-00000' }).expect(404);
    const mails = await app.db.query(
      `select recipient_address as to, subject, text from mail_message where kind = 'release_test' and subject_id = any($1)`,
      [[accepted, rejected]],
    );
    expect(new Set(mails.map(({ to }: { to: string }) => to))).toEqual(new Set([firstEmail]));
    expect(mails).toHaveLength(3);
    expect(mails[0].text).toContain('who has not been sent anything yet');
    expect(await decisionMails(app, accepted)).toEqual([]);
  });
});

describe('what may not be', () => {
  it('is refused to whoever is no chair, and to others altogether', async () => {
    await decided();
    const list = await freeze();
    const organiser = await app.token(someone('organiser'), 'organiser', conference.id);
    const call = (method: 'get' | 'post', path: string, token: string) =>
      app.http[method](path)
        .set('authorization', `Bearer ${token}`)
        .set('idempotency-key', newKey())
        .send(method === 'post' ? {} : undefined);
    await call('get', at(list.id), organiser).expect(200);
    await call('get', at(list.id, 'letters'), organiser).expect(403);
    for (const act of ['release', 'discard', 'test'])
      await call('post', at(list.id, act), organiser).expect(403);
    const nobody = await app.token(someone('nobody'));
    await call('get', at(list.id), nobody).expect(404);
    await call('post', at(list.id, 'release'), nobody).expect(404);
  });
});
