import { createTestApp, type TestApp } from '../support/app.js';
import { chairOf } from '../support/deciding.js';

const SIZE = 10_000;

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

describe('a release of ten thousand', () => {
  it('is frozen and announced as one, with one mail for each author’s address', async () => {
    const conference = await app.conference();
    const chair = await chairOf(app, conference, 'chair@example.org');
    const person = await app.person('many@example.org');
    await app.db.query(
      `insert into submission (id, conference_id, call_id, status, title, abstract, created_by, created_at, updated_at, submitted_at)
       select 'BULK-' || n, $1, $2, 'under_review', 'Title ' || n, 'Abstract', $3, clock_timestamp(), clock_timestamp(), clock_timestamp()
       from generate_series(1, $4::int) n`,
      [conference.id, conference.callId, person, SIZE],
    );
    await app.db.query(
      `insert into submission_author (id, submission_id, position, person_id, name, address, corresponding)
       select 'author-' || n || '-' || k, 'BULK-' || n, k, $1, 'Many', 'many' || k || '@example.org', k = 1
       from generate_series(1, $2::int) n, generate_series(1, 2) k`,
      [person, SIZE],
    );
    await app.db.query(
      `insert into pending_decision (submission_id, outcome, text_to_authors, decided_by, decided_at)
       select 'BULK-' || n, case when n % 3 = 0 then 'accepted' else 'rejected' end, 'About ' || n, $1, clock_timestamp()
       from generate_series(1, $2::int) n`,
      [person, SIZE],
    );
    const seconds: Record<string, number> = {};
    const timed = async <T>(name: string, act: () => Promise<T>): Promise<T> => {
      const from = performance.now();
      const result = await act();
      seconds[name] = Math.round((performance.now() - from) / 100) / 10;
      return result;
    };
    const { body: list } = await timed('freeze', async () => chair.post('/release-lists', {}).expect(201));
    expect(list.size).toBe(SIZE);
    await timed('letters', async () => chair.get(`/api/v1/release-lists/${list.id}/letters`).expect(200));
    const { body } = await timed('release', async () =>
      chair.post(`/api/v1/release-lists/${list.id}/release`).expect(200),
    );
    expect(body.status).toBe('released');
    const [counted] = await app.db.query(
      `select count(*)::int as mails, count(distinct (subject_id, recipient_address))::int as distinct_mails,
         (select count(*)::int from decision) as decisions, (select count(*)::int from pending_decision) as pending
       from mail_message where subject_id like 'BULK-%'`,
    );
    expect(counted).toEqual({ mails: 2 * SIZE, distinct_mails: 2 * SIZE, decisions: SIZE, pending: 0 });
    process.stderr.write(`${SIZE} decisions: ${JSON.stringify(seconds)} seconds\n`);
  }, 300_000);
});
