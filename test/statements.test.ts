import { jest } from '@jest/globals';
import { statements } from '../src/platform/database.js';
import { createTestApp, type TestApp, type TestConference } from './support/app.js';

jest.setTimeout(120_000);

let app: TestApp;
let conference: TestConference;
let cookie: string;
let reviewerId: string;

/** Submissions by the reader, each with two authors, a topic and a version, and one to review for each, by SQL. */
async function addRows(from: number, to: number): Promise<void> {
  const personId = await app.person('reader@example.org');
  const other = await app.person('other@example.org');
  const code = `'T' || lpad(n::text, 4, '0')`;
  await app.db.query(
    `insert into submission (id, conference_id, call_id, status, title, abstract, word_count, text_hash, created_by, created_at, updated_at, submitted_at)
     select $7 || '-' || ${code}, $1, $2, 'under_review', 'Title ' || n, 'Text', 1, 'x', case n % 2 when 0 then $3 else $4 end,
       clock_timestamp(), clock_timestamp(), clock_timestamp() from generate_series($5::int, $6::int) n`,
    [conference.id, conference.callId, personId, other, from, to, 'TT'],
  );
  await app.db.query(
    `insert into submission_author (id, submission_id, position, person_id, name, address, corresponding)
     select md5(s.id), s.id, 1, s.created_by, 'Name', 'x@example.org', true from submission s
     where not exists (select 1 from submission_author a where a.submission_id = s.id)`,
  );
  await app.db.query(`insert into submission_topic select id, $1 from submission on conflict do nothing`, [
    conference.topics[0],
  ]);
  await app.db.query(
    `insert into submission_version (submission_id, version, status, title, abstract, word_count, text_hash, at)
     select id, 1, 'submitted', title, abstract, 1, 'x', clock_timestamp() from submission on conflict do nothing`,
  );
  await app.db.query(
    `insert into assignment (id, submission_id, reviewer_id, assigned_at)
     select md5('a' || id), id, $1, clock_timestamp() from submission where created_by = $2 on conflict do nothing`,
    [reviewerId, other],
  );
}

beforeAll(async () => {
  app = await createTestApp();
  conference = await app.conference({ slug: 'many' });
  cookie = await app.cookie('reader@example.org');
  const personId = await app.person('reader@example.org');
  reviewerId = 'reviewer00000000';
  await app.db.query(
    `insert into reviewer (id, conference_id, person_id, name, address, status, invited_at, answered_at)
     values ($1, $2, $3, 'Reader', 'reader@example.org', 'accepted', clock_timestamp(), clock_timestamp())`,
    [reviewerId, conference.id, personId],
  );
});
afterAll(() => app.close());

/** Most statements that each page may send, sign-in and gate included. */
const MOST: Record<string, number> = {
  '/': 7,
  '/conferences/many': 8,
  '/conferences/many/submit': 7,
  '/conferences/many/partners': 3,
  '/conferences/many/register': 3,
  '/help/words': 2,
  '/me': 11,
  '/me/sign-in': 4,
  '/me/addresses': 3,
  '/me/data': 5,
  '/conferences/many/privacy': 5,
  '/me/reviews': 9,
  '/submissions/TT-T0002': 16,
  '/submissions/TT-T0002/edit': 4,
  '/api/v1/me/submissions': 6,
  '/api/v1/me/assignments': 4,
  '/api/v1/conferences': 7,
};

describe('the number of SQL statements of a page', () => {
  it('is known, and the same with 3 and with 300 rows', async () => {
    const run = jest.spyOn(statements, 'run');
    const count = async (path: string): Promise<number> => {
      run.mockClear();
      await app.http
        .get(path)
        .set('cookie', cookie)
        .expect((response) => expect([200, 303]).toContain(response.status));
      return (run.mock.calls[0]![0] as { count: number }).count;
    };
    const all = async (): Promise<Record<string, number>> => {
      const counts: Record<string, number> = {};
      for (const path of Object.keys(MOST)) counts[path] = await count(path);
      return counts;
    };
    await addRows(1, 6);
    const few = await all();
    await addRows(7, 600);
    expect(await all()).toEqual(few);
    for (const [path, most] of Object.entries(MOST))
      expect([path, few[path]! <= most, few[path]]).toEqual([path, true, few[path]]);
    run.mockRestore();
  });
});
