import { createTestApp, type TestApp, type TestConference } from './support/app.js';
import { assigned, moveTo, newKey, reviewer, reviewOf, someone, submitted } from './support/panel.js';

let app: TestApp;
let conference: TestConference;
let chair: string;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  conference = await app.conference();
  chair = await app.token('chair@example.org', 'chair', conference.id);
});

const get = (path: string, token: string) =>
  app.http.get(`/api/v1${path}`).set('authorization', `Bearer ${token}`);
const decide = (id: string, outcome: string, version?: number, token = chair, change: object = {}) => {
  const request = app.http.put(`/api/v1/submissions/${id}/decision`).set('authorization', `Bearer ${token}`);
  if (version !== undefined) void request.set('if-match', `"${version}"`);
  return request.send({ outcome, reason: 'The panel agrees.', textToAuthors: `About ${id}`, ...change });
};
const release = (submissions: string[], listHash?: string, key = newKey(), token = chair) =>
  app.http
    .post(`/api/v1/conferences/${conference.slug}/decision-releases`)
    .set('authorization', `Bearer ${token}`)
    .set('idempotency-key', key)
    .send({ submissions, ...(listHash && { listHash }) });
const preview = async (token = chair) =>
  (await get(`/conferences/${conference.slug}/decision-releases/preview`, token).expect(200)).body;
const board = async (token = chair) =>
  (await get(`/conferences/${conference.slug}/decisions`, token).expect(200)).body.items;
const mails = (
  subject: string,
): Promise<{ kind: string; recipient_address: string; state: string; text: string }[]> =>
  app.db.query(
    `select kind, recipient_address, state, text from mail_message where subject_id = $1 and kind like 'decision%'
     order by created_at, recipient_address`,
    [subject],
  );

async function underReview(email = someone('author'), change: Record<string, unknown> = {}): Promise<string> {
  const id = await submitted(app, conference, email, change);
  await moveTo(app, id, 'under_review');
  return id;
}

describe('deciding', () => {
  it('is not announcing: nothing that the author sees changes', async () => {
    const email = someone('author');
    const id = await underReview(email);
    const author = await app.token(email);
    const paths = [
      `/submissions/${id}`,
      `/submissions/${id}/decision`,
      `/submissions/${id}/history`,
      '/me/submissions',
    ];
    const look = async () => {
      const seen = [];
      for (const path of paths) {
        const { body, headers } = await get(path, author).expect(200);
        seen.push({ body, etag: headers['etag'] });
      }
      return seen;
    };
    const row = () => app.db.query(`select * from submission where id = $1`, [id]);
    const before = [await look(), await row()];
    await decide(id, 'accepted').expect(200).expect('etag', '"1"');
    expect([await look(), await row()]).toEqual(before);
    expect(await mails(id)).toEqual([]);
    const { body } = await get(`/submissions/${id}/decision`, chair).expect(200).expect('etag', '"1"');
    expect(body).toMatchObject({
      released: null,
      pending: { outcome: 'accepted', version: 1, reason: 'The panel agrees.' },
    });
  });

  it('loses no chair’s change', async () => {
    const id = await underReview();
    await decide(id, 'accepted', 1).expect(412);
    await decide(id, 'accepted', 0).expect(200);
    expect((await decide(id, 'rejected').expect(400)).body.code).toBe('version.missing');
    await decide(id, 'rejected', 1).expect(200).expect('etag', '"2"');
    await decide(id, 'accepted', 1).expect(412);
    const other = await underReview();
    const both = await Promise.all([decide(other, 'accepted'), decide(other, 'rejected')]);
    expect(both.map((answer) => answer.status).toSorted((a, b) => a - b)).not.toEqual([200, 200]);
    const clear = (version?: number) => {
      const request = app.http
        .delete(`/api/v1/submissions/${id}/decision`)
        .set('authorization', `Bearer ${chair}`);
      return version === undefined ? request : request.set('if-match', `"${version}"`);
    };
    await clear().expect(400);
    await clear(1).expect(412);
    await clear(2).expect(204);
    await clear().expect(204);
  });

  it('is a chair’s, of what is under review', async () => {
    const email = someone('author');
    const id = await submitted(app, conference, email);
    expect((await decide(id, 'accepted').expect(409)).body.code).toBe('decision.state');
    await moveTo(app, id, 'under_review');
    const organiser = await app.token(someone('organiser'), 'organiser', conference.id);
    await app.http.put(`/api/v1/submissions/${id}/decision`).send({ outcome: 'accepted' }).expect(401);
    await decide(id, 'accepted', undefined, await app.token(someone('x'))).expect(404);
    await decide(id, 'accepted', undefined, organiser).expect(403);
    await decide(id, 'published').expect(422);
    await decide(id, 'accepted', undefined, chair, { status: 'x' }).expect(400);
    await decide(id, 'accepted').expect(200);
    await get(`/conferences/${conference.slug}/decision-releases/preview`, organiser).expect(403);
    await release([id], undefined, newKey(), organiser).expect(403);
    expect((await get(`/submissions/${id}/decision`, organiser).expect(200)).body.pending).not.toBeNull();
  });
});

describe('the board', () => {
  it('ranks by the reviews that are handed in', async () => {
    const good = await underReview();
    const fair = await underReview();
    const open = await underReview();
    const one = await reviewer(app, conference, chair, someone('r'));
    const two = await reviewer(app, conference, chair, someone('r'));
    for (const [id, who, overall] of [
      [good, one, 5],
      [good, two, 3],
      [fair, one, 2],
    ] as const) {
      const assignment = await assigned(app, chair, id, who.id);
      await app.http
        .put(`/api/v1/assignments/${assignment}/review`)
        .set('authorization', `Bearer ${who.token}`)
        .send(reviewOf(conference, { overall }))
        .expect(200);
    }
    await assigned(app, chair, open, one.id);
    await decide(fair, 'rejected').expect(200);
    expect(await board()).toMatchObject([
      {
        id: good,
        mean: 4,
        spread: 1,
        criteriaMean: 4,
        reviewsIn: 2,
        reviewsExpected: 2,
        pendingOutcome: null,
      },
      { id: fair, mean: 2, spread: null, reviewsIn: 1, pendingOutcome: 'rejected', pendingVersion: 1 },
      { id: open, mean: null, spread: null, reviewsIn: 0, reviewsExpected: 1, releasedVersion: null },
    ]);
    const first = await get(`/conferences/${conference.slug}/decisions?limit=2`, chair).expect(200);
    const rest = await get(
      `/conferences/${conference.slug}/decisions?limit=2&after=${first.body.next}`,
      chair,
    ).expect(200);
    expect(rest.body).toMatchObject({ items: [{ id: open }], next: null });
    await get(`/conferences/${conference.slug}/decisions`, await app.token(someone('x'))).expect(403);
  });

  it('takes the strictness of reviewers out of the means beside them, and says so on its page', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 4; n += 1) ids.push(await underReview());
    const [strict, ...mild] = await Promise.all(
      [1, 2, 3].map(() => reviewer(app, conference, chair, someone('r'))),
    );
    const give = async (id: string, who: { id: string; token: string }, overall: number) => {
      const assignment = await assigned(app, chair, id, who.id);
      await app.http
        .put(`/api/v1/assignments/${assignment}/review`)
        .set('authorization', `Bearer ${who.token}`)
        .send(reviewOf(conference, { overall }))
        .expect(200);
    };
    for (const [n, id] of ids.entries()) {
      if (n > 0) await give(id, strict!, [1, 2, 3][n - 1]!);
      for (const one of mild) await give(id, one, [3, 3, 4, 5][n]!);
    }
    const rows = await board();
    const row = (id: string) => rows.find((one: { id: string }) => one.id === id);
    // The first was spared the strict reviewer, and has the better mean of two that the others find equal.
    expect(row(ids[0]!).mean).toBeGreaterThan(row(ids[1]!).mean);
    const [spared, judged] = [row(ids[0]!).calibrated, row(ids[1]!).calibrated];
    expect(spared.score).toBeLessThan(row(ids[0]!).mean);
    expect(judged.score).toBeGreaterThan(row(ids[1]!).mean);
    expect(judged.low).toBeLessThan(judged.score);
    expect(judged.high).toBeGreaterThan(judged.score);
    const page = await app.http
      .get(`/conferences/${conference.slug}/organise/decisions?places=2`)
      .set('authorization', `Bearer ${chair}`)
      .expect(200);
    expect(page.text).toContain('Calibrated');
    expect(page.text).toContain('The calibrated mean takes that out');
    expect(page.text).toMatch(/of those above the line may deserve less/);
  });
});

describe('releasing', () => {
  it('announces everything at once: states, comments without names, one mail for each address', async () => {
    const email = someone('author');
    const shared = someone('shared');
    const accepted = await underReview(email, {
      authors: [
        { name: 'Ann', email, corresponding: true },
        { name: 'Ben', email: shared },
        { name: 'Cem', email: shared },
        { name: 'Dee' },
      ],
    });
    const rejected = await underReview();
    const rita = await reviewer(app, conference, chair, someone('rita'));
    const assignment = await assigned(app, chair, accepted, rita.id);
    await app.http
      .put(`/api/v1/assignments/${assignment}/review`)
      .set('authorization', `Bearer ${rita.token}`)
      .send(reviewOf(conference))
      .expect(200);
    await decide(accepted, 'accepted').expect(200);
    await decide(rejected, 'rejected').expect(200);
    const list = await preview();
    expect(list).toMatchObject({ counts: { accepted: 1, rejected: 1, waitlisted: 0 }, total: 2, mails: 3 });

    const key = newKey();
    const { body } = await release([accepted, rejected], list.listHash, key).expect(201);
    expect(body).toMatchObject({ size: 2, listHash: list.listHash, counts: { accepted: 1, rejected: 1 } });
    // The same key again is the same release.
    expect((await release([accepted, rejected], list.listHash, key).expect(201)).body).toEqual(body);

    const author = await app.token(email);
    const seen = await get(`/submissions/${accepted}`, author).expect(200);
    expect(seen.body.status).toBe('accepted');
    const decision = await get(`/submissions/${accepted}/decision`, author).expect(200);
    expect(decision.body).toEqual({
      submission: accepted,
      released: {
        version: 1,
        outcome: 'accepted',
        textToAuthors: `About ${accepted}`,
        conditions: '',
        comments: ['Clear and careful.'],
        reviewers: null,
        releasedAt: body.releasedAt,
      },
      pending: null,
    });
    expect(JSON.stringify(decision.body)).not.toMatch(/For a panel|The panel agrees|rita/);
    const written = await mails(accepted);
    expect(written.map((mail) => mail.recipient_address)).toEqual([email, shared].toSorted());
    expect(written[0]).toMatchObject({ kind: 'decision_accepted', state: 'ready' });
    expect(written[0]!.text).toContain(`About ${accepted}`);
    expect(await preview()).toMatchObject({ total: 0, items: [] });
    const releases = await get(`/conferences/${conference.slug}/decision-releases`, chair).expect(200);
    expect(releases.body.items).toEqual([body]);
    const audit = await app.db.query(`select after from audit_entry where subject_id = $1`, [body.id]);
    expect(audit[0].after).toMatchObject({ size: 2, listHash: list.listHash });
  });

  it('refuses a list that is empty, released, changed or of another conference, and says which', async () => {
    const one = await underReview();
    const two = await underReview();
    await decide(one, 'accepted').expect(200);
    await decide(two, 'rejected').expect(200);
    const { listHash } = await preview();
    await release([]).expect(422);
    await app.http
      .post(`/api/v1/conferences/${conference.slug}/decision-releases`)
      .set('authorization', `Bearer ${chair}`)
      .send({ submissions: [one] })
      .expect(400);
    await decide(two, 'waitlisted', 1).expect(200);
    expect((await release([one, two], listHash).expect(409)).body.code).toBe('release.changed');
    const unknown = await release([one, 'XXX-00000']).expect(409);
    expect(unknown.body.fields).toMatchObject([
      { field: 'submissions[1]', code: 'release.notPending', value: 'XXX-00000' },
    ]);
    const elsewhere = await app.conference();
    await app.http
      .post(`/api/v1/conferences/${elsewhere.slug}/decision-releases`)
      .set('authorization', `Bearer ${await app.token('chair@example.org', 'chair', elsewhere.id)}`)
      .set('idempotency-key', newKey())
      .send({ submissions: [one] })
      .expect(409);
    await moveTo(app, two, 'withdrawn');
    const withdrawn = await release([one, two]).expect(409);
    expect(withdrawn.body.fields).toMatchObject([{ code: 'release.state', value: two }]);
    expect((await preview()).items).toMatchObject(
      [
        { submission: one, releasable: true },
        { submission: two, releasable: false },
      ].toSorted((a, b) => (a.submission < b.submission ? -1 : 1)),
    );
    await release([one]).expect(201);
    expect((await release([one]).expect(409)).body.fields).toMatchObject([{ code: 'release.notPending' }]);
    expect(await mails(two)).toEqual([]);
  });

  it('happens once when two chairs press at the same moment', async () => {
    const ids = [await underReview(), await underReview(), await underReview()];
    for (const id of ids) await decide(id, 'accepted').expect(200);
    const second = await app.token('second@example.org', 'chair', conference.id);
    const answers = await Promise.all([
      release(ids),
      release(ids.toReversed(), undefined, newKey(), second),
      release(ids.slice(1), undefined, newKey(), second),
    ]);
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 409)).toHaveLength(2);
    for (const id of ids.slice(1)) expect(await mails(id)).toHaveLength(1);
  });

  it('corrects a decision: a new version, and the unsent mail of the old one stays back', async () => {
    const email = someone('author');
    const id = await underReview(email);
    await decide(id, 'rejected').expect(200);
    await release([id]).expect(201);
    await decide(id, 'accepted', undefined, chair, { textToAuthors: 'We were wrong.' }).expect(200);
    const author = await app.token(email);
    expect((await get(`/submissions/${id}/decision`, author)).body.released.outcome).toBe('rejected');
    await release([id]).expect(201);
    const { body } = await get(`/submissions/${id}/decision`, author).expect(200).expect('etag', '"2"');
    expect(body.released).toMatchObject({ version: 2, outcome: 'accepted', textToAuthors: 'We were wrong.' });
    expect(await mails(id)).toMatchObject([
      { kind: 'decision_rejected', state: 'superseded' },
      { kind: 'decision_accepted', state: 'ready' },
    ]);
    // A correction of the words alone leaves the state.
    await decide(id, 'accepted').expect(200);
    await release([id]).expect(201);
    expect((await get(`/submissions/${id}/decision`, author)).body.released.version).toBe(3);
    expect((await get(`/submissions/${id}`, author)).body.status).toBe('accepted');
  });

  it('announces a thousand decisions in a few seconds', async () => {
    const size = 1000;
    const authorId = await app.person('many@example.org');
    await app.db.query(
      `insert into submission (id, conference_id, call_id, status, title, abstract, created_by, created_at, updated_at, submitted_at)
       select 'BULK-' || n, $1, $2, 'under_review', 'Title ' || n, 'Abstract', $3, clock_timestamp(), clock_timestamp(), clock_timestamp()
       from generate_series(1, $4) n`,
      [conference.id, conference.callId, authorId, size],
    );
    await app.db.query(
      `insert into submission_author (id, submission_id, position, person_id, name, address, corresponding)
       select 'author-' || n, 'BULK-' || n, 1, $1, 'Many', 'many@example.org', true from generate_series(1, $2) n`,
      [authorId, size],
    );
    await app.db.query(
      `insert into pending_decision (submission_id, outcome, decided_by, decided_at)
       select 'BULK-' || n, case when n % 3 = 0 then 'accepted' else 'rejected' end, $1, clock_timestamp() from generate_series(1, $2) n`,
      [authorId, size],
    );
    const list = await preview();
    const started = performance.now();
    const { body } = await release(
      list.items.map((item: { submission: string }) => item.submission),
      list.listHash,
    ).expect(201);
    const seconds = (performance.now() - started) / 1000;
    expect(body).toMatchObject({ size, counts: { accepted: 333, rejected: 667 } });
    const sent = await app.db.query(
      `select count(*)::int as n from mail_message where subject_id like 'BULK-%'`,
    );
    expect(sent[0].n).toBe(size);
    expect(seconds).toBeLessThan(25);
  }, 60_000);
});

describe('a chair who is an author', () => {
  it('neither sees nor makes the decision on their own submission until it is released', async () => {
    const email = someone('both');
    const own = await underReview(email);
    const both = await app.token(email, 'chair', conference.id);
    await decide(own, 'accepted', undefined, both).expect(404);
    await app.http
      .delete(`/api/v1/submissions/${own}/decision`)
      .set('authorization', `Bearer ${both}`)
      .expect(404);
    const before = await get(`/submissions/${own}/decision`, both).expect(200);
    const undecided = await release([own], undefined, newKey(), both).expect(409);
    await decide(own, 'rejected').expect(200);
    const after = await get(`/submissions/${own}/decision`, both).expect(200);
    expect([after.body, after.headers['etag']]).toEqual([before.body, before.headers['etag']]);
    expect(await board(both)).toEqual([]);
    expect(await preview(both)).toMatchObject({ total: 0, items: [], counts: { rejected: 0 } });
    const decided = await release([own], undefined, newKey(), both).expect(409);
    expect(decided.body.fields).toEqual(undecided.body.fields);
    await release([own]).expect(201);
    expect((await get(`/submissions/${own}/decision`, both).expect(200)).body.released.outcome).toBe(
      'rejected',
    );
    const releases = await get(`/conferences/${conference.slug}/decision-releases`, both).expect(200);
    expect(releases.body.items).toMatchObject([{ size: 0, counts: { rejected: 0 } }]);
  });
});
