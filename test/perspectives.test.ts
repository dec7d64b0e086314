import { createTestApp, type TestApp, type TestConference } from './support/app.js';
import { newKey, reviewer, someone, submitted } from './support/panel.js';

let app: TestApp;
let conference: TestConference;
let organiser: string;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  conference = await app.conference();
  organiser = await app.token('organiser@example.org', 'organiser', conference.id);
});

const send = (method: 'get' | 'post' | 'put', path: string, token: string, body?: object) =>
  app.http[method](`/api/v1${path}`)
    .set('authorization', `Bearer ${token}`)
    .set('idempotency-key', newKey())
    .send(body);
const GROUPS = [
  { name: 'Side one', counts: 'party' },
  { name: 'Side two', counts: 'party' },
  { name: 'Elsewhere', counts: 'outside' },
];
const set = (body: object) =>
  send('put', `/conferences/${conference.slug}/assignment-settings`, organiser, body);
const balanced = async (change: object = {}): Promise<string[]> =>
  (await set({ groups: GROUPS, mostOfParty: 1, outsideAtLeast: 1, ...change }).expect(200)).body.groups.map(
    (group: { id: string }) => group.id,
  );
const propose = async (perSubmission: number) =>
  (
    await send('post', `/conferences/${conference.slug}/assignment-runs`, organiser, {
      perSubmission,
      seed: 3,
    }).expect(201)
  ).body;
const declare = (person: { id: string; token: string }, group?: string) =>
  send('put', `/invitations/${person.id}/perspective`, person.token, group === undefined ? {} : { group });

/** So many submissions, and reviewers who have declared these groups. */
async function conferenceOf(submissions: number, declared: readonly (string | undefined)[]) {
  for (let n = 0; n < submissions; n += 1) await submitted(app, conference, someone('author'));
  const people = [];
  for (const group of declared) {
    const person = await reviewer(app, conference, organiser, someone('r'), { maxLoad: 20 });
    if (group !== undefined) await declare(person, group).expect(200);
    people.push({ ...person, group });
  }
  return people;
}

describe('rules of panels', () => {
  it('are off until they are set, with ids that stay and a version', async () => {
    const path = `/conferences/${conference.slug}/assignment-settings`;
    expect((await send('get', path, organiser).expect(200)).body).toEqual({
      leastLoad: 0,
      groups: null,
      mostOfParty: null,
      outsideAtLeast: 0,
      version: 0,
    });
    const [first, second] = await balanced();
    const kept = (
      await set({
        groups: [
          { id: second, name: 'Renamed', counts: 'party' },
          { id: 'invented', name: 'New', counts: 'outside' },
        ],
        outsideAtLeast: 1,
      }).expect(200)
    ).body;
    expect(kept).toMatchObject({ version: 2, mostOfParty: null });
    expect(kept.groups[0]).toEqual({ id: second, name: 'Renamed', counts: 'party' });
    expect(kept.groups[1].id).toMatch(/^[a-z]{8}$/);
    expect([first, 'invented']).not.toContain(kept.groups[1].id);
    await app.http
      .put(`/api/v1${path}`)
      .set('authorization', `Bearer ${organiser}`)
      .set('if-match', '"1"')
      .send({ leastLoad: 1 })
      .expect(412);
  });

  it('are refused in words where no panel could keep them', async () => {
    const refused = await set({
      groups: [
        { name: 'A', counts: 'neither' },
        { name: 'a', counts: 'neither' },
      ],
      mostOfParty: 1,
      outsideAtLeast: 9,
    }).expect(422);
    expect(
      refused.body.fields.map(({ field, code }: { field: string; code: string }) => `${field} ${code}`),
    ).toEqual([
      'groups[1].name groupTwice',
      'mostOfParty noParty',
      'outsideAtLeast noOutside',
      'outsideAtLeast outsideBeyondPanel',
    ]);
    await set({ groups: [{ name: 'A', counts: 'friends' }] }).expect(422);
  });

  it('give a single panel another size, and reviewers a least number', async () => {
    const people = await conferenceOf(2, [undefined, undefined, undefined]);
    const { pairs } = await propose(1);
    const [{ submission }] = pairs;
    const sized = await send('put', `/submissions/${submission}/panel-size`, organiser, { places: 3 }).expect(
      200,
    );
    expect(sized.body).toEqual({ submission, places: 3 });
    await send('put', `/submissions/${submission}/panel-size`, people[0]!.token, { places: 3 }).expect(404);
    expect((await propose(1)).assigned).toBe(4);
    await send('put', `/submissions/${submission}/panel-size`, organiser, { places: 21 }).expect(422);
    await send('put', `/submissions/${submission}/panel-size`, organiser, { places: 0 }).expect(200);
    expect((await propose(1)).assigned).toBe(1);
    await send('put', `/submissions/${submission}/panel-size`, organiser, {}).expect(200);
    await set({ leastLoad: 1 }).expect(200);
    const short = (await propose(1)).short;
    expect(short).toEqual([{ reviewer: expect.any(String), missing: 1 }]);
  });
});

describe('a perspective', () => {
  it('is asked where the conference asks, changed, taken back, and shown to its person alone', async () => {
    const person = await reviewer(app, conference, organiser, someone('r'));
    expect((await declare(person, 'aaaaaaaa').expect(409)).body.code).toBe('perspective.notAsked');
    const [one, two] = await balanced();
    expect((await declare(person, 'aaaaaaaa').expect(422)).body.fields[0]).toMatchObject({
      field: 'group',
      code: 'unknown',
    });
    expect((await declare(person, one).expect(200)).body.items[0]).toMatchObject({
      conference: conference.slug,
      declared: one,
    });
    await declare(person, two).expect(200);
    expect((await send('get', '/me/perspectives', person.token).expect(200)).body.items[0].declared).toBe(
      two,
    );
    const other = await reviewer(app, conference, organiser, someone('r'));
    await send('put', `/invitations/${person.id}/perspective`, other.token, { group: one }).expect(404);
    await send('put', `/invitations/${person.id}/perspective`, organiser, { group: one }).expect(404);
    expect((await send('get', '/me/perspectives', organiser).expect(200)).body.items).toEqual([]);
    const rows: { sealed: string }[] = await app.db.query(
      `select * from perspective where reviewer_id = $1`,
      [person.id],
    );
    expect(Object.keys(rows[0]!).toSorted()).toEqual(['reviewer_id', 'sealed']);
    expect(rows[0]!.sealed).not.toContain(two!);
    await declare(person).expect(200);
    expect(await app.db.query(`select 1 from perspective where reviewer_id = $1`, [person.id])).toEqual([]);
  });

  it('is not in the record, and seals every group to the same length', async () => {
    const [one, two] = await balanced();
    const person = await reviewer(app, conference, organiser, someone('r'));
    const count = async (): Promise<number> =>
      (
        await app.db.query(`select count(*)::int as n from audit_entry where conference_id = $1`, [
          conference.id,
        ])
      )[0].n;
    const before = await count();
    const lengths = new Set<number>();
    for (const group of [one, two]) {
      await declare(person, group).expect(200);
      const [row] = await app.db.query(`select length(sealed) as n from perspective where reviewer_id = $1`, [
        person.id,
      ]);
      lengths.add(row.n);
    }
    await declare(person).expect(200);
    expect(lengths.size).toBe(1);
    expect(await count()).toBe(before);
  });

  it('balances every panel, and tells organisers whether, never who', async () => {
    const [one, two, out] = await balanced();
    const declared = [one, one, one, one, two, two, two, two, out, out, out, undefined];
    const people = await conferenceOf(10, declared);
    const groupOf = new Map(people.map(({ id, group }) => [id, group]));
    const run = await propose(3);
    const panels = new Map<string, (string | undefined)[]>();
    for (const { submission, reviewer: member } of run.pairs)
      panels.set(submission, [...(panels.get(submission) ?? []), groupOf.get(member)]);
    expect(panels.size).toBe(10);
    for (const panel of panels.values()) {
      expect(panel).toHaveLength(3);
      expect(panel).toContain(out);
      for (const party of [one, two]) expect(panel.filter((group) => group === party).length).toBeLessThan(2);
    }
    expect(run.balance).toEqual({ met: true });
    const applied = (await send('post', `/assignment-runs/${run.id}/apply`, organiser, {}).expect(200)).body;
    expect(applied.balance).toEqual({ met: true, tooMany: 0, outsideMissing: 0 });
    for (const id of [one, two, out]) expect(JSON.stringify(applied)).not.toContain(id);
  });

  it('tells nothing of a small run, and no totals before it is applied', async () => {
    const [one] = await balanced({ outsideAtLeast: 0 });
    await conferenceOf(2, [one, one, one]);
    expect(await propose(2)).toMatchObject({ assigned: 4, balance: null });
    await conferenceOf(
      8,
      Array.from({ length: 8 }, () => one),
    );
    const run = await propose(2);
    expect(run.balance).toEqual({ met: false });
    const applied = (await send('post', `/assignment-runs/${run.id}/apply`, organiser, {}).expect(200)).body;
    expect(applied.balance).toEqual({ met: false, tooMany: 10, outsideMissing: 0 });
  });

  it('cannot be tried for without end', async () => {
    await balanced();
    await app.db.query(
      `insert into assignment_run (id, conference_id, status, per_submission, settings, proposal, report, created_at)
       select $1 || i, $1, 'cancelled', 1, '{}', '{}', '{}', clock_timestamp() from generate_series(1, 20) i`,
      [conference.id],
    );
    const refused = await send(
      'post',
      `/conferences/${conference.slug}/assignment-runs`,
      organiser,
      {},
    ).expect(429);
    expect(refused.body.code).toBe('run.often');
  });
});
