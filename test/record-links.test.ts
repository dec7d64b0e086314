import { createHash } from 'node:crypto';
import { jest } from '@jest/globals';
import { RecordLog, type InclusionProof } from '../src/audit/record-log.js';
import { Sealer } from '../src/audit/sealer.js';
import { createTestApp, type TestApp, type TestConference } from './support/app.js';
import { assigned, moveTo, newKey, reviewer, reviewOf, someone, submitted } from './support/panel.js';

jest.setTimeout(120_000);

let app: TestApp;
let conference: TestConference;
let chair: string;
let author: string;
let submission: string;

beforeAll(async () => {
  app = await createTestApp();
  conference = await app.conference();
  chair = await app.token(someone('chair'), 'chair', conference.id);
  author = someone('author');
  submission = await submitted(app, conference, author);
  await moveTo(app, submission, 'under_review');
});
afterAll(() => app.close());
afterEach(() => {
  app.clock.offsetMs = 0;
});

async function release(outcome: string, version?: number): Promise<void> {
  const decide = app.http
    .put(`/api/v1/submissions/${submission}/decision`)
    .set('authorization', `Bearer ${chair}`);
  if (version !== undefined) void decide.set('if-match', `"${version}"`);
  await decide.send({ outcome, textToAuthors: 'Well argued.' }).expect(200);
  await app.http
    .post(`/api/v1/conferences/${conference.slug}/decision-releases`)
    .set('authorization', `Bearer ${chair}`)
    .set('idempotency-key', newKey())
    .send({ submissions: [submission] })
    .expect(201);
}

const mailOf = async (occasion: string): Promise<{ text: string; html: string }> =>
  (
    await app.db.query(`select text, html from mail_message where subject_id = $1 and occasion = $2`, [
      submission,
      occasion,
    ])
  )[0];

const pageOf = async (path: string, email: string): Promise<string> =>
  (
    await app.http
      .get(path)
      .set('cookie', await app.cookie(email))
      .expect(200)
  ).text;

/** Proofs that a page links to. */
async function proofsOn(path: string, email: string): Promise<InclusionProof[]> {
  const html = await pageOf(path, email);
  const links = [...html.matchAll(/href="(\/api\/v1\/record\/entries\/[^"]+\/proof)"/g)].map(
    ([, link]) => link!,
  );
  const cookie = await app.cookie(email);
  return Promise.all(
    links.map(async (link) => (await app.http.get(link).set('cookie', cookie).expect(200)).body),
  );
}

const actionsOf = (proofs: InclusionProof[]): string[] =>
  proofs.map((proof) => (JSON.parse(proof.entry!) as { action: string }).action);

describe('a decision', () => {
  it('is told without a head where none was signed', async () => {
    await release('waitlisted');
    expect((await mailOf('decision-v1')).text).not.toContain('root');
  });

  it('is told with the last head before it, and can be proven by its authors afterwards', async () => {
    await app.app.get(Sealer).seal();
    const head = (await app.app.get(RecordLog).latest())!;
    await release('accepted');
    const { text, html } = await mailOf('decision-v2');
    for (const part of [`${head.size} entries`, head.root, head.at, 'http://concord.example/record'])
      expect(text).toContain(part);
    expect(html).toContain('href="http://concord.example/record"');
    const path = `/submissions/${submission}`;
    expect(await pageOf(path, author)).toContain('not sealed yet');
    await app.app.get(Sealer).seal();
    const proofs = await proofsOn(path, author);
    expect(actionsOf(proofs).toSorted()).toEqual([
      'decision.released',
      'decision.released',
      'submission.accepted',
      'submission.submitted',
      'submission.under_review',
      'submission.waitlisted',
    ]);
    const told = proofs
      .map((proof) => JSON.parse(proof.entry!) as { action: string; after: Record<string, unknown> })
      .filter(({ action }) => action === 'decision.released')
      .map(({ after }) => after);
    expect(told).toContainEqual({
      version: 2,
      outcome: 'accepted',
      textHash: createHash('sha256').update('["Well argued.",[]]').digest('hex'),
      release: expect.any(String),
    });
    // The head in the mail is of a time before the decision.
    const decided = proofs.find((proof) => proof.entry!.includes('"version":2'))!;
    expect(decided.index).toBeGreaterThanOrEqual(head.size);
  });
});

describe('a review', () => {
  it('can be proven by its reviewer, and by nobody else with its words', async () => {
    const email = someone('reviewer');
    const other = await submitted(app, conference, someone('other'));
    await moveTo(app, other, 'under_review');
    const panel = await reviewer(app, conference, chair, email);
    const assignment = await assigned(app, chair, other, panel.id);
    await app.http
      .put(`/api/v1/assignments/${assignment}/review`)
      .set('authorization', `Bearer ${panel.token}`)
      .set('if-match', '"0"')
      .send(reviewOf(conference))
      .expect(200);
    await app.app.get(Sealer).seal();
    const [proof] = await proofsOn(`/me/reviews/${assignment}`, email);
    expect(actionsOf([proof!])).toEqual(['review.handed_in']);
    const { body } = await app.http
      .get(`/api/v1/record/entries/${proof!.entryId}/proof`)
      .set('cookie', await app.cookie(author))
      .expect(200);
    expect(body).not.toHaveProperty('entry');
  });
});

describe('sealing that does not keep up', () => {
  it('makes the installation degraded and shows in the figures', async () => {
    await app.app.get(Sealer).seal();
    const figures = async (): Promise<Record<string, number>> => {
      const { text } = await app.http.get('/metrics').expect(200);
      return Object.fromEntries(
        [...text.matchAll(/^(concord_record_\w+) (\S+)$/gm)].map(([, name, value]) => [name, Number(value)]),
      );
    };
    const head = (await app.app.get(RecordLog).latest())!;
    expect(await figures()).toEqual({
      concord_record_unsealed_entries: 0,
      concord_record_oldest_unsealed_seconds: 0,
      concord_record_head_entries: head.size,
      concord_record_head_epoch: 1,
      concord_record_head_timestamp_seconds: Date.parse(head.at) / 1000,
    });
    await submitted(app, conference, someone('late'));
    await app.http
      .get('/health/ready')
      .expect(200)
      .expect(/"status":"ok"/);
    app.clock.offsetMs = 61_000;
    const { body } = await app.http.get('/health/ready').expect(200);
    expect(body).toMatchObject({ status: 'degraded', record: 'down', database: 'ok' });
    const late = await figures();
    expect(late['concord_record_unsealed_entries']).toBeGreaterThanOrEqual(1);
    expect(late['concord_record_oldest_unsealed_seconds']).toBeGreaterThan(60);
    await app.app.get(Sealer).seal();
    await app.http
      .get('/health/ready')
      .expect(200)
      .expect(/"status":"ok"/);
  });
});
