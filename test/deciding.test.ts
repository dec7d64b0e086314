import { createTestApp, type TestApp, type TestConference } from './support/app.js';
import { chairOf, underReview, type Chair } from './support/deciding.js';
import { assigned, reviewer, reviewOf, someone } from './support/panel.js';

let app: TestApp;
let conference: TestConference;
let chair: Chair;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  conference = await app.conference();
  chair = await chairOf(app, conference, someone('chair'));
});

const pendingOf = async (id: string) =>
  (await chair.get(`/api/v1/submissions/${id}/decision`).expect(200)).body.pending;

describe('the words of a decision', () => {
  it('are asked for by the conference, by every door', async () => {
    const id = await underReview(app, conference);
    await chair
      .put('/deciding', { textRequired: ['rejected'] }, 0)
      .expect(200)
      .expect('etag', '"1"');
    const bare = await chair.decide(id, 'rejected', { textToAuthors: '' }).expect(422);
    expect(bare.body.fields).toMatchObject([{ field: 'textToAuthors', code: 'textNeeded' }]);
    const moved = await chair.post('/decision-moves', { moves: [{ submission: id, outcome: 'rejected' }] });
    expect([moved.status, moved.body.fields]).toMatchObject([
      422,
      [{ field: 'moves[0].textToAuthors', code: 'textNeeded', value: id }],
    ]);
    await chair.decide(id, 'accepted', { textToAuthors: '' }).expect(200);
    // Asked for later: what is pending without them cannot be announced.
    await chair.put('/deciding', { textRequired: ['accepted'] }, 1).expect(200);
    const { body } = await chair.get('/decision-releases/preview').expect(200);
    expect(body).toMatchObject({
      total: 0,
      items: [{ submission: id, releasable: false, problem: 'words' }],
    });
    const refused = await chair.post('/decision-releases', { submissions: [id] }).expect(409);
    expect(refused.body.fields).toMatchObject([{ code: 'release.words', value: id }]);
    expect((await chair.post('/decision-releases', { listHash: body.listHash }).expect(422)).body.code).toBe(
      'release.empty',
    );
  });

  it('hold conditions and a rank where the outcome has them', async () => {
    const email = someone('author');
    const id = await underReview(app, conference, email);
    const none = await chair.decide(id, 'conditionally_accepted', { textToAuthors: '' }).expect(422);
    expect(none.body.fields).toMatchObject([{ field: 'conditions', code: 'conditionsNeeded' }]);
    await chair.decide(id, 'conditionally_accepted', { conditions: 'Say how many.' }).expect(200);
    expect(await pendingOf(id)).toMatchObject({ conditions: 'Say how many.', rank: null });
    // With another outcome there are none.
    await chair.decide(id, 'waitlisted', { conditions: 'Say how many.', rank: 3 }, 1).expect(200);
    expect(await pendingOf(id)).toMatchObject({ outcome: 'waitlisted', conditions: '', rank: 3 });
    await chair.decide(id, 'waitlisted', { rank: 0 }, 2).expect(422);
    await chair
      .decide(id, 'conditionally_accepted', { conditions: 'Say how many were asked.' }, 2)
      .expect(200);
    await chair.post('/decision-releases', { submissions: [id] }).expect(201);
    const author = await app.token(email);
    const { body } = await app.http
      .get(`/api/v1/submissions/${id}/decision`)
      .set('authorization', `Bearer ${author}`)
      .expect(200);
    expect(body.released.conditions).toBe('Say how many were asked.');
    expect(JSON.stringify(body)).not.toContain('rank');
    const [mail] = await app.db.query(
      `select text from mail_message where subject_id = $1 and kind like 'decision%'`,
      [id],
    );
    expect(mail.text).toContain('Say how many were asked.');
  });
});

describe('moving many', () => {
  const move = (ids: readonly string[], outcome: string | undefined, versions: number[] = []) =>
    chair.post('/decision-moves', {
      moves: ids.map((submission, index) => ({
        submission,
        ...(outcome && { outcome }),
        ...(versions[index] && { version: versions[index] }),
      })),
    });
  const board = async () =>
    Object.fromEntries(
      (await chair.get('/decisions').expect(200)).body.items.map(
        (row: { id: string; pendingOutcome: string | null }) => [row.id, row.pendingOutcome],
      ),
    );

  it('takes all or none, and says which could not', async () => {
    const [one, two] = [await underReview(app, conference), await underReview(app, conference)];
    await chair.decide(two, 'rejected').expect(200);
    const stale = await move([one, two], 'accepted').expect(400);
    expect(stale.body.fields).toMatchObject([{ field: 'moves[1]', code: 'decision.malformed', value: two }]);
    expect((await move([one, two], 'accepted', [0, 2])).status).toBe(412);
    expect(await board()).toEqual({ [one]: null, [two]: 'rejected' });
    await move([one, two], 'accepted', [0, 1]).expect(201);
    expect(await board()).toEqual({ [one]: 'accepted', [two]: 'accepted' });
    // What a chair has written stays with the decision.
    expect(await pendingOf(two)).toMatchObject({ reason: 'The panel agrees.', version: 2 });
    await move(['XXX-00000'], 'accepted').expect(404);
  });

  it('is undone move by move, back to what stood before', async () => {
    const ids = [await underReview(app, conference), await underReview(app, conference)];
    await chair.decide(ids[0]!, 'waitlisted', { rank: 4, reason: 'First thought.' }).expect(200);
    await move(ids, 'accepted', [1, 0]).expect(201);
    await move(ids, 'rejected', [2, 1]).expect(201);
    await move(ids.slice(1), undefined, [2]).expect(201);
    expect(await board()).toEqual({ [ids[0]!]: 'rejected', [ids[1]!]: null });
    const undo = async () => (await chair.post('/decision-moves/undo').expect(200)).body.undone as number;
    expect(await undo()).toBe(1);
    expect(await board()).toEqual({ [ids[0]!]: 'rejected', [ids[1]!]: 'rejected' });
    expect(await undo()).toBe(2);
    expect(await board()).toEqual({ [ids[0]!]: 'accepted', [ids[1]!]: 'accepted' });
    expect((await chair.get('/decision-moves').expect(200)).body.items).toMatchObject([
      { size: 2 },
      { size: 1 },
    ]);
    expect(await undo()).toBe(2);
    expect(await board()).toEqual({ [ids[0]!]: 'waitlisted', [ids[1]!]: null });
    expect(await pendingOf(ids[0]!)).toMatchObject({ rank: 4, reason: 'First thought.' });
    expect(await undo()).toBe(1);
    expect(await undo()).toBe(0);
    expect(await board()).toEqual({ [ids[0]!]: null, [ids[1]!]: null });
    const entries = await app.db.query(
      `select action, count(*)::int as n from audit_entry where conference_id = $1 and action like 'decision.%' group by action order by 1`,
      [conference.id],
    );
    expect(entries).toEqual([
      { action: 'decision.changed', n: 6 },
      { action: 'decision.cleared', n: 3 },
      { action: 'decision.move_undone', n: 4 },
      { action: 'decision.set', n: 3 },
    ]);
  });

  it('is not undone over another chair’s change, nor once it is announced', async () => {
    const id = await underReview(app, conference);
    const other = await chairOf(app, conference, someone('other'));
    await chair.decide(id, 'accepted').expect(200);
    await other.decide(id, 'rejected', {}, 1).expect(200);
    const refused = await chair.post('/decision-moves/undo').expect(409);
    expect(refused.body).toMatchObject({
      code: 'move.changed',
      fields: [{ code: 'changedSince', value: id }],
    });
    // Whoever came last takes theirs back; then the first can too.
    expect((await other.post('/decision-moves/undo').expect(200)).body.undone).toBe(1);
    expect((await pendingOf(id)).outcome).toBe('accepted');
    await chair.post('/decision-releases', { submissions: [id] }).expect(201);
    expect((await chair.post('/decision-moves/undo').expect(200)).body.undone).toBe(0);
    expect((await chair.get('/decision-moves').expect(200)).body.items).toEqual([]);
  });

  it('never touches what is a chair’s own', async () => {
    const email = someone('both');
    const own = await underReview(app, conference, email);
    const both = await chairOf(app, conference, email);
    await both.post('/decision-moves', { moves: [{ submission: own, outcome: 'accepted' }] }).expect(404);
    await chair.decide(own, 'rejected').expect(200);
    expect((await both.get('/decision-moves').expect(200)).body.items).toEqual([]);
    expect((await both.post('/decision-moves/undo').expect(200)).body.undone).toBe(0);
  });
});

describe('the list', () => {
  it('is another one once anything that authors will read has changed', async () => {
    const email = someone('author');
    const id = await underReview(app, conference, email);
    const rita = await reviewer(app, conference, chair.token, someone('rita'));
    const assignment = await assigned(app, chair.token, id, rita.id);
    const review = (comments: string, version?: number) => {
      const request = app.http
        .put(`/api/v1/assignments/${assignment}/review`)
        .set('authorization', `Bearer ${rita.token}`);
      if (version) void request.set('if-match', `"${version}"`);
      return request.send(reviewOf(conference, { commentsToAuthors: comments })).expect(200);
    };
    await review('Clear.');
    await chair.decide(id, 'accepted').expect(200);
    const hash = async () => (await chair.get('/decision-releases/preview').expect(200)).body.listHash;
    const seen = [await hash()];
    await review('Clear and careful.', 1);
    seen.push(await hash());
    await chair.decide(id, 'accepted', { textToAuthors: 'Well done.' }, 1).expect(200);
    seen.push(await hash());
    expect(new Set(seen).size).toBe(3);
    expect(
      (await chair.post('/decision-releases', { submissions: [id], listHash: seen[1] }).expect(409)).body
        .code,
    ).toBe('release.changed');
    // Without ids it is everything that can be announced, and a hash has to be given.
    await chair.post('/decision-releases', {}).expect(422);
    await chair.post('/decision-releases', { listHash: seen[0] }).expect(409);
    await chair.post('/decision-releases', { listHash: seen[2] }).expect(201);
    const why = await app.db.query(
      `select r.position, r.why from decision_recipient r join decision d on d.id = r.decision_id where d.submission_id = $1`,
      [id],
    );
    expect(why).toEqual([{ position: 1, why: 'author' }]);
  });
});

describe('a correction', () => {
  it('takes the place of mail that waits, and says so where a message has gone out', async () => {
    const [gone, waiting] = [someone('gone'), someone('waiting')];
    const id = await underReview(app, conference, gone, {
      authors: [
        { name: 'Ann', email: gone, corresponding: true },
        { name: 'Ben', email: waiting },
      ],
    });
    await chair.decide(id, 'rejected').expect(200);
    await chair.post('/decision-releases', { submissions: [id] }).expect(201);
    await app.db.query(
      `update mail_message set state = 'handed_over', settled_at = clock_timestamp()
       where subject_id = $1 and kind = 'decision_rejected' and recipient_address = $2`,
      [id, gone],
    );
    await chair.decide(id, 'accepted').expect(200);
    await chair.post('/decision-releases', { submissions: [id] }).expect(201);
    const mails: { address: string; state: string; kind: string; text: string }[] = await app.db.query(
      `select recipient_address as address, state, kind, text from mail_message where subject_id = $1 and kind like 'decision%'`,
      [id],
    );
    const of = (address: string, kind: string) =>
      mails.find((mail) => mail.address === address && mail.kind === kind);
    expect(of(gone, 'decision_rejected')?.state).toBe('handed_over');
    expect(of(waiting, 'decision_rejected')?.state).toBe('superseded');
    expect(of(gone, 'decision_accepted')?.text).toMatch(/takes the place of the one of \d{4}-\d\d-\d\d/);
    expect(of(waiting, 'decision_accepted')?.text).not.toContain('takes the place');
  });
});
