import { jest } from '@jest/globals';
import { createTestApp, type TestApp, type TestConference } from '../support/app.js';
import { moveTo, newKey, submitted } from '../support/panel.js';

jest.setTimeout(180_000);

const REAL = 'Zarine Quillfeather';
const EMAIL = 'zarine@example.org';

let app: TestApp;
let conference: TestConference;
let editor: string;

beforeAll(async () => {
  app = await createTestApp({ workers: true });
  conference = await app.conference({ slug: 'printed' });
  editor = `Bearer ${await app.token('editor@example.org', 'proceedings_editor', conference.id)}`;
});
afterAll(() => app.close());

const get = (path: string) => app.http.get(`/api/v1/${path}`).set('authorization', editor);

async function ended(id: string) {
  for (const until = performance.now() + 60_000; performance.now() < until;) {
    const { body } = await get(`proceedings-builds/${id}`).expect(200);
    if (body.status === 'done' || body.status === 'failed') return body;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the build did not end');
}

async function build(slug: string, token = editor): Promise<string> {
  const { body } = await app.http
    .post(`/api/v1/conferences/${slug}/proceedings-builds`)
    .set('authorization', token)
    .set('idempotency-key', newKey())
    .expect(202);
  return body.id as string;
}

const builds = async (slug: string): Promise<string[]> =>
  (
    await app.db.query(
      `select b.id from proceedings_build b join conference c on c.id = b.conference_id where c.slug = $1`,
      [slug],
    )
  ).map((row: { id: string }) => row.id);

it('is taken down when an author in it is protected from now on, and built anew under their public name', async () => {
  await app.person(EMAIL, REAL);
  const paper = await submitted(app, conference, EMAIL, {
    authors: [{ name: REAL, affiliation: 'Institute', email: EMAIL, corresponding: true }],
  });
  await moveTo(app, paper, 'under_review');
  await moveTo(app, paper, 'accepted');
  const first = await build('printed');
  const before = await ended(first);
  const bibliography = before.files.find(({ name }: { name: string }) => name.endsWith('.bib')).name;
  const named = await get(`proceedings-builds/${first}/files/${bibliography}`).expect(200);
  expect(named.text ?? String(named.body)).toContain('Quillfeather');
  // A volume without them stays.
  const other = await app.conference({ slug: 'elsewhere' });
  const another = await submitted(app, other, 'somebody@example.org');
  await moveTo(app, another, 'under_review');
  await moveTo(app, another, 'accepted');
  const theirs = `Bearer ${await app.token('editor2@example.org', 'proceedings_editor', other.id)}`;
  const untouched = await build('elsewhere', theirs);

  await app.http
    .post('/me/protection')
    .set('cookie', await app.cookie(EMAIL))
    .type('form')
    .send({ publicName: 'N. Sevan', understood: 'yes' })
    .expect(303);

  await get(`proceedings-builds/${first}`).expect(404);
  for (const { name } of before.files) await get(`proceedings-builds/${first}/files/${name}`).expect(404);
  expect(await builds('elsewhere')).toEqual([untouched]);
  const [second, ...more] = await builds('printed');
  expect(more).toEqual([]);
  const after = await ended(second!);
  expect(after.status).toBe('done');
  const [{ snapshot }] = await app.db.query(`select snapshot::text from proceedings_build where id = $1`, [
    second,
  ]);
  expect([snapshot.includes('N. Sevan'), /quillfeather|zarine/i.test(snapshot)]).toEqual([true, false]);
  const entries = await app.db.query(
    `select action, actor_kind, subject_id, after->>'why' as why from audit_entry
     where subject_type = 'proceedings_build' and action in ('build.takenDown', 'build.requested') and conference_id = $1 order by at, action`,
    [conference.id],
  );
  expect(entries).toEqual([
    { action: 'build.requested', actor_kind: 'person', subject_id: first, why: null },
    { action: 'build.requested', actor_kind: 'system', subject_id: second, why: null },
    { action: 'build.takenDown', actor_kind: 'system', subject_id: first, why: 'protected' },
  ]);
  await app.grant('organiser@example.org', 'organiser', conference.id);
  const page = await app.http
    .get('/conferences/printed/organise/proceedings')
    .set('cookie', await app.cookie('organiser@example.org'))
    .expect(200);
  expect(page.text).toContain('A volume was built anew');
  expect(page.text).not.toContain('Quillfeather');
});
