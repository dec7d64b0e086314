import { RunLoader } from '../src/reviews/run-loader.service.js';
import { RunSolver } from '../src/reviews/run-solver.service.js';
import { createTestApp, type TestApp, type TestConference } from './support/app.js';
import { assigned, newKey, reviewer, someone, submitted } from './support/panel.js';

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
const propose = async (body: object = {}) =>
  (
    await send('post', `/conferences/${conference.slug}/assignment-runs`, organiser, {
      perSubmission: 1,
      seed: 5,
      ...body,
    }).expect(201)
  ).body;
const apply = (run: { id: string }) => send('post', `/assignment-runs/${run.id}/apply`, organiser, {});
const panelOf = async (submission: string): Promise<string[]> =>
  (await send('get', `/submissions/${submission}/assignments`, organiser).expect(200)).body.items.map(
    (row: { reviewer: string }) => row.reviewer,
  );
const lock = (assignment: string, locked: boolean, token = organiser) =>
  send('put', `/assignments/${assignment}/lock`, token, { locked });
/** A run as a process leaves it that ends while it computes. */
const left = async (): Promise<string> => {
  const id = `run-${newKey()}`;
  await app.db.query(
    `insert into assignment_run (id, conference_id, status, per_submission, settings, proposal, report, created_at)
     values ($1, $2, 'computing', 1, '{"objective": "total", "maxLoad": null, "likelyAtMost": null}',
       '{"seed": 1, "pairs": [], "stays": [], "goes": [], "standing": [], "reviewers": []}',
       '{"openPlaces": [], "short": [], "balance": null}', clock_timestamp())`,
    [id, conference.id],
  );
  return id;
};
const runOf = async (id: string) => (await send('get', `/assignment-runs/${id}`, organiser).expect(200)).body;

describe('a run', () => {
  it('gives each submission the reviewer who knows its topic, proves it, and keeps the proof sealed', async () => {
    const topics = conference.topics;
    const submissions = [];
    for (const topic of topics.slice(0, 2))
      submissions.push(await submitted(app, conference, someone('author'), { topics: [topic] }));
    const second = await reviewer(app, conference, organiser, someone('r'), {
      topics: [topics[1]],
      maxLoad: 1,
    });
    const first = await reviewer(app, conference, organiser, someone('r'), {
      topics: [topics[0]],
      maxLoad: 1,
    });
    const run = await propose();
    expect(run).toMatchObject({
      status: 'proposed',
      objective: 'worst pair',
      assigned: 2,
      stays: 0,
      goes: [],
      failure: null,
      progress: null,
      balance: null,
      short: [],
    });
    expect(
      new Map(
        run.pairs.map((pair: { submission: string; reviewer: string }) => [pair.submission, pair.reviewer]),
      ),
    ).toEqual(
      new Map([
        [submissions[0], first.id],
        [submissions[1], second.id],
      ]),
    );
    expect(run.fits.reduce((sum: number, one: number) => sum + one, 0)).toBe(2);
    expect(run.worstServed).toHaveLength(2);
    const [proof] = await app.db.query(`select * from assignment_proof where run_id = $1`, [run.id]);
    expect(proof.sealed).toMatch(/^sealed1\./);
    const entries: { after: { inputDigest?: string } }[] = await app.db.query(
      `select action, after from audit_entry where subject_id = $1 order by at, id`,
      [run.id],
    );
    expect(entries.map((entry) => entry.after.inputDigest).filter(Boolean)).toEqual([proof.input_digest]);
  });

  it('moves what is free, keeps what is locked, made by hand or begun, and ends what goes when it is applied', async () => {
    const [topic, other] = conference.topics as [string, string];
    const submission = await submitted(app, conference, someone('author'), { topics: [topic] });
    const stranger = await reviewer(app, conference, organiser, someone('r'), { topics: [other] });
    await apply(await propose()).expect(200);
    expect(await panelOf(submission)).toEqual([stranger.id]);
    const expert = await reviewer(app, conference, organiser, someone('r'), { topics: [topic] });
    const better = await propose();
    expect(better).toMatchObject({
      pairs: [{ submission, reviewer: expert.id }],
      goes: [{ submission, reviewer: stranger.id }],
      stays: 0,
    });
    // An organiser wants it so: locked, the assignment stays; freed, it may go.
    const [{ id: assignment }] = (await send('get', `/submissions/${submission}/assignments`, organiser)).body
      .items;
    expect((await lock(assignment, true).expect(200)).body).toMatchObject({ locked: true, version: 2 });
    expect((await lock(assignment, true).expect(200)).body.version).toBe(2);
    await lock(assignment, true, stranger.token).expect(403);
    expect(await propose()).toMatchObject({ pairs: [], goes: [], stays: 1 });
    // What was proposed before the lock keeps its newcomer, and leaves the locked one out of what goes.
    const applied = (await apply(better).expect(200)).body;
    expect(applied.skipped).toEqual([{ submission, reviewer: stranger.id, reason: 'begun' }]);
    expect((await panelOf(submission)).toSorted()).toEqual([stranger.id, expert.id].toSorted());
    await lock(assignment, false).expect(200);
    const last = await propose();
    expect(last.goes).toEqual([{ submission, reviewer: stranger.id }]);
    await apply(last).expect(200);
    expect(await panelOf(submission)).toEqual([expert.id]);
    expect((await lock(assignment, true).expect(409)).body.code).toBe('assignment.ended');
  });

  it('never moves a review that is begun', async () => {
    const [topic, other] = conference.topics as [string, string];
    const submission = await submitted(app, conference, someone('author'), { topics: [topic] });
    const first = await reviewer(app, conference, organiser, someone('r'), { topics: [other] });
    await apply(await propose()).expect(200);
    const [{ id }] = (await send('get', '/me/assignments', first.token)).body.items;
    await send('put', `/assignments/${id}/review`, first.token, { status: 'draft', overall: 3 }).expect(200);
    await reviewer(app, conference, organiser, someone('r'), { topics: [topic] });
    expect(await propose()).toMatchObject({ pairs: [], goes: [], stays: 1 });
    expect(await panelOf(submission)).toEqual([first.id]);
  });

  it('gives an assignment in conflict to somebody else, and asks a person where it is locked', async () => {
    const email = someone('author');
    const submission = await submitted(app, conference, email);
    const one = await reviewer(app, conference, organiser, someone('r'));
    const made = await assigned(app, organiser, submission, one.id);
    await app.db.query(
      `insert into declared_conflict (submission_id, person_id, declared_by, reason, created_at)
       select $1, person_id, person_id, 'A friend', clock_timestamp() from reviewer where id = $2`,
      [submission, one.id],
    );
    expect(await propose()).toMatchObject({
      status: 'failed',
      failure: { code: 'locked', pairs: [{ submission, reviewer: one.id }] },
      pairs: [],
    });
    await lock(made, false).expect(200);
    expect(await propose()).toMatchObject({
      status: 'proposed',
      goes: [{ submission, reviewer: one.id }],
      openPlaces: [{ submission, missing: 1, because: 'few' }],
    });
  });

  it('names what stays open: nobody there, nobody without a conflict, nobody with room', async () => {
    const submission = await submitted(app, conference, someone('author'));
    expect(await propose()).toMatchObject({
      openPlaces: [{ submission, missing: 1, because: 'none' }],
      loads: [],
    });
    await reviewer(app, conference, organiser, someone('r'), { maxLoad: 1 });
    await submitted(app, conference, someone('author'));
    expect(await propose()).toMatchObject({ missing: 1, openPlaces: [{ missing: 1, because: 'full' }] });
    const beyond = await propose({ perSubmission: 2 });
    expect(beyond.openPlaces.map((place: { because: string }) => place.because)).toEqual(['few', 'few']);
  });

  it('draws by chance under a bound, the same for the same seed', async () => {
    await submitted(app, conference, someone('author'));
    for (let n = 0; n < 4; n += 1) await reviewer(app, conference, organiser, someone('r'));
    const ask = (seed: number) => propose({ objective: 'by chance', likelyAtMost: 25, seed });
    const drawn = new Set<string>();
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) drawn.add((await ask(seed)).pairs[0].reviewer);
    expect(drawn.size).toBeGreaterThan(1);
    expect((await ask(3)).pairs).toEqual((await ask(3)).pairs);
    const path = `/conferences/${conference.slug}/assignment-runs`;
    const odd = await send('post', path, organiser, { objective: 'by chance', likelyAtMost: 30 }).expect(422);
    expect(odd.body.fields[0]).toMatchObject({ field: 'likelyAtMost', code: 'quarters' });
    const none = await send('post', path, organiser, { likelyAtMost: 25 }).expect(422);
    expect(none.body.fields[0]).toMatchObject({ field: 'likelyAtMost', code: 'onlyByChance' });
  });
});

describe('computing', () => {
  it('is cancelled once, and what was computed meanwhile is dropped', async () => {
    await submitted(app, conference, someone('author'));
    const id = await left();
    const cancel = () => send('post', `/assignment-runs/${id}/cancel`, organiser, {});
    const session = app.db.createQueryRunner();
    await session.startTransaction();
    await session.query(`select 1 from assignment_run where id = $1 for update`, [id]);
    const computed = app.app.get(RunSolver).begin(id);
    await session.query(`update assignment_run set status = 'cancelled' where id = $1`, [id]);
    await session.commitTransaction();
    await session.release();
    await computed;
    expect(await runOf(id)).toMatchObject({ status: 'cancelled', pairs: [] });
    expect((await cancel().expect(409)).body.code).toBe('run.settled');
    const second = await left();
    expect(
      (await send('post', `/assignment-runs/${second}/cancel`, organiser, {}).expect(200)).body.status,
    ).toBe('cancelled');
    expect((await apply({ id: second }).expect(409)).body.code).toBe('run.settled');
  });

  it('is taken up again when its process has ended, by one worker only', async () => {
    const submission = await submitted(app, conference, someone('author'));
    const { id: person } = await reviewer(app, conference, organiser, someone('r'));
    const id = await left();
    expect(await runOf(id)).toMatchObject({ status: 'computing', pairs: [] });
    // Another process computes it as long as it holds the lock.
    const session = app.db.createQueryRunner();
    const key = `hashtextextended('assignment_run:' || $1::text, 0)`;
    await session.query(`select pg_advisory_lock(${key})`, [id]);
    await app.app.get(RunSolver).begin(id);
    expect((await runOf(id)).status).toBe('computing');
    await session.query(`select pg_advisory_unlock(${key})`, [id]);
    await session.release();
    await app.app.get(RunSolver).begin(id);
    expect(await runOf(id)).toMatchObject({
      status: 'proposed',
      pairs: [{ submission, reviewer: person }],
    });
  });

  it('says that a fault is ours, and changes nothing', async () => {
    const id = await left();
    const loader = app.app.get(RunLoader);
    const input = loader.input.bind(loader);
    loader.input = () => Promise.reject(new TypeError('a fault of ours'));
    await app.app.get(RunSolver).begin(id);
    loader.input = input;
    expect(await runOf(id)).toMatchObject({
      status: 'failed',
      failure: { code: 'fault', pairs: [] },
      pairs: [],
    });
  });
});
