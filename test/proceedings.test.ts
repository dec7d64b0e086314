import { createHash, verify } from 'node:crypto';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { Audit } from '../src/audit/audit.service.js';
import { Receipts } from '../src/audit/receipts.js';
import { Conferences } from '../src/conferences/conferences.service.js';
import { personActor, systemActor } from '../src/platform/actor.js';
import { Clock } from '../src/platform/clock.js';
import { LOGGER } from '../src/platform/platform.module.js';
import { Queues } from '../src/platform/queue.js';
import { Storage } from '../src/platform/storage.js';
import { Work } from '../src/platform/work.js';
import { BuildWorker } from '../src/proceedings/build.worker.js';
import { canonicalJson, type VolumeSnapshot } from '../src/proceedings/snapshot.js';
import { Volumes } from '../src/proceedings/volume.service.js';
import { unzip } from '../src/tools/unzip.js';
import { abstractOf, createTestApp, type TestApp, type TestConference } from './support/app.js';

let app: TestApp;
let author: string;
let serial = 0;

beforeAll(async () => {
  app = await createTestApp({ workers: true });
  author = await app.token('ani@example.org');
});
afterAll(() => app.close());

interface Paper {
  title?: string;
  topic?: number;
  status?: string;
  [field: string]: unknown;
}

/** Hands an abstract in and decides it past the rules of deciding. @returns its code */
async function paper(
  conference: TestConference,
  { topic = 0, status = 'accepted', ...change }: Paper = {},
): Promise<string> {
  const topics = [conference.topics[topic]];
  const answer = await app.http
    .post(`/api/v1/conferences/${conference.slug}/submissions`)
    .set('authorization', `Bearer ${author}`)
    .set('idempotency-key', `paper-key-${(serial += 1)}`)
    .send(abstractOf(conference, { topics, ...change }));
  expect(answer.status).toBe(201);
  await app.db.query('update submission set status = $2 where id = $1', [answer.body.id, status]);
  return answer.body.id;
}

/** A conference with somebody who edits its proceedings. */
async function edited(): Promise<{ conference: TestConference; editor: string }> {
  const conference = await app.conference();
  const editor = await app.token(
    `editor-${conference.slug}@example.org`,
    'proceedings_editor',
    conference.id,
  );
  return { conference, editor };
}

const get = (token: string, path: string) =>
  app.http.get(`/api/v1/${path}`).set('authorization', `Bearer ${token}`);
const put = (token: string, conference: TestConference, input: object, version?: number) => {
  const request = app.http
    .put(`/api/v1/conferences/${conference.slug}/volume`)
    .set('authorization', `Bearer ${token}`);
  return (version === undefined ? request : request.set('if-match', `"${version}"`)).send(input);
};
const volume = (token: string, conference: TestConference) =>
  get(token, `conferences/${conference.slug}/volume`);
const request = (token: string, conference: TestConference, key = `build-key-${(serial += 1)}`) =>
  app.http
    .post(`/api/v1/conferences/${conference.slug}/proceedings-builds`)
    .set('authorization', `Bearer ${token}`)
    .set('idempotency-key', key)
    .send();
const fields = (body: { fields?: { field: string; code: string }[] }) =>
  (body.fields ?? []).map(({ field, code }) => `${field} ${code}`);
const order = (body: { sections: { title: string; papers: { id: string }[] }[] }) =>
  body.sections.map(({ title, papers }) => [title, ...papers.map(({ id }) => id)]);

const places = ({ sections }: { sections: { papers: { id: string }[] }[] }) =>
  sections.map(({ papers }) => papers.map(({ id }) => id));

async function ended(token: string, id: string) {
  for (const until = performance.now() + 25_000; performance.now() < until;) {
    const { body } = await get(token, `proceedings-builds/${id}`);
    if (body.status === 'done' || body.status === 'failed') return body;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the build did not end');
}

const file = (token: string, id: string, name: string) =>
  get(token, `proceedings-builds/${id}/files/${name}`)
    .buffer(true)
    .parse((response, done) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => done(null, Buffer.concat(chunks)));
    });

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('the plan of a volume', () => {
  it('has a title page before anybody has written one, and every accepted paper, none of the others', async () => {
    const { conference, editor } = await edited();
    const accepted = await paper(conference, { title: 'B' });
    const confirmed = await paper(conference, { title: 'A', status: 'confirmed' });
    const published = await paper(conference, { title: 'C', status: 'published' });
    for (const status of ['submitted', 'under_review', 'conditionally_accepted', 'waitlisted', 'rejected'])
      await paper(conference, { status });
    const answer = await volume(editor, conference);
    expect(answer.status).toBe(200);
    expect(answer.headers['etag']).toBe('"0"');
    expect(answer.body).toMatchObject({
      conference: conference.slug,
      title: 'Book of abstracts',
      subtitle: '',
      publisher: 'Example Institute',
      year: (await app.clock.now()).getUTCFullYear(),
      sections: [],
      version: 0,
    });
    expect(answer.body.unplaced.map(({ id }: { id: string }) => id)).toEqual([
      confirmed,
      accepted,
      published,
    ]);
    expect(answer.body.unplaced[0]).toEqual({
      id: confirmed,
      title: 'A',
      status: 'confirmed',
      authors: ['Ani Example', 'Elnur Example'],
    });
  });

  it('is written with its version, and says who was too late', async () => {
    const { conference, editor } = await edited();
    const [a, b] = [await paper(conference, { title: 'A' }), await paper(conference, { title: 'B' })];
    const first = await put(editor, conference, {
      title: 'Proceedings',
      subtitle: 'Volume 1',
      year: 2027,
      sections: [{ title: 'One', papers: [b, a] }, { title: 'Two' }],
    });
    expect(first.status).toBe(200);
    expect(first.headers['etag']).toBe('"1"');
    expect(first.body).toMatchObject({
      title: 'Proceedings',
      subtitle: 'Volume 1',
      year: 2027,
      version: 1,
      unplaced: [],
    });
    expect(order(first.body)).toEqual([['One', b, a], ['Two']]);

    expect((await put(editor, conference, { title: 'X' })).body).toMatchObject({
      status: 400,
      code: 'version.missing',
    });
    expect((await put(editor, conference, { title: 'X' }, 0)).body).toMatchObject({
      status: 412,
      code: 'stale',
    });
    const [one, two] = first.body.sections;
    const second = await put(
      editor,
      conference,
      {
        subtitle: '',
        sections: [
          { id: two.id, title: 'Zwei', papers: [a] },
          { id: one.id, title: 'One' },
        ],
      },
      1,
    );
    expect(second.body).toMatchObject({ title: 'Proceedings', subtitle: '', version: 2 });
    expect(order(second.body)).toEqual([
      ['Zwei', a],
      ['One', b],
    ]);
    expect((await volume(editor, conference)).body).toEqual(second.body);

    const less = await put(editor, conference, { sections: [{ id: two.id, title: 'Two' }] }, 2);
    expect(order(less.body)).toEqual([['Two', a]]);
    expect(less.body.unplaced).toMatchObject([{ id: b }]);
    const entries = await app.db.query(
      `select action, before, after from audit_entry where subject_type = 'volume' and subject_id = $1 order by at`,
      [conference.id],
    );
    expect(entries).toHaveLength(3);
    expect(entries[2]).toMatchObject({
      action: 'volume.changed',
      before: { version: 2 },
      after: { version: 3, unplaced: 1 },
    });
  });

  it('refuses papers and sections that are not there, and fields that are not known', async () => {
    const { conference, editor } = await edited();
    const other = await paper(conference, { status: 'rejected' });
    const a = await paper(conference);
    const input = {
      sections: [
        { title: 'One', papers: [a, other] },
        { id: 'no', title: '', papers: [] },
      ],
    };
    expect(fields((await put(editor, conference, input)).body)).toEqual(['sections[1].title required']);
    input.sections[1]!.title = 'Two';
    const refused = await put(editor, conference, input);
    expect(refused.status).toBe(422);
    expect(fields(refused.body)).toEqual(['sections[0].papers[1] unknown', 'sections[1].id unknown']);
    expect((await put(editor, conference, { colour: 'red' })).status).toBe(400);
    expect((await put(editor, conference, { year: 'soon' })).status).toBe(400);
    expect(fields((await put(editor, conference, { year: 1066 })).body)).toEqual(['year min']);
    expect((await volume(editor, conference)).body.version).toBe(0);
  });

  it('keeps the place of a paper that is withdrawn and comes back', async () => {
    const { conference, editor } = await edited();
    const papers = [await paper(conference), await paper(conference), await paper(conference)];
    await put(editor, conference, { sections: [{ title: 'One', papers }] });
    const status = (to: string) =>
      app.db.query('update submission set status = $2 where id = $1', [papers[1], to]);
    await status('rejected');
    expect(order((await volume(editor, conference)).body)).toEqual([['One', papers[0], papers[2]]]);
    await status('accepted');
    expect(order((await volume(editor, conference)).body)).toEqual([['One', ...papers]]);
  });

  it('is arranged by topic, and a paper moved, by the buttons of a form', async () => {
    const { conference } = await edited();
    const volumes = app.app.get(Volumes);
    const loaded = await app.app.get(Conferences).bySlug(conference.slug);
    const [b, a, c] = [
      await paper(conference, { title: 'B' }),
      await paper(conference, { title: 'A' }),
      await paper(conference, { title: 'C', topic: 1 }),
    ];
    const editor = await app.person('mover@example.org');
    const seeing = (seenVersion: number) => {
      const actor = personActor(editor);
      return { ...actor, request: { ...actor.request, seenVersion } };
    };
    const arranged = await volumes.arrange(seeing(0), loaded);
    expect(places(arranged)).toEqual([[a, b], [c]]);
    const [first, second] = arranged.sections;
    expect(places(await volumes.move(seeing(1), loaded, b, 'up'))).toEqual([[b, a], [c]]);
    expect(places(await volumes.move(seeing(2), loaded, b, 'down'))).toEqual([[a, b], [c]]);
    const to = { sectionId: second!.id, position: 1 };
    expect(places(await volumes.move(seeing(3), loaded, a, to))).toEqual([[b], [a, c]]);
    await expect(volumes.move(seeing(4), loaded, 'no', 'up')).rejects.toMatchObject({ kind: 'notFound' });
    await expect(volumes.move(seeing(3), loaded, a, 'up')).rejects.toMatchObject({ kind: 'stale' });
    const added = await volumes.change(
      seeing(4),
      loaded,
      { title: 'T' },
      { kind: 'addSection', title: 'New' },
    );
    expect(added).toMatchObject({ volume: { title: 'T', version: 5 }, unplaced: [] });
    const less = await volumes.change(systemActor(), loaded, {}, { kind: 'removeSection', id: first!.id });
    expect(places(less)).toEqual([[a, c], []]);
    expect(less.unplaced).toMatchObject([{ id: b }]);
    expect(await volumes.problems(loaded)).toEqual([]);
  });

  it('names what papers lack', async () => {
    const { conference, editor } = await edited();
    const authors = [
      { name: 'Ani Example', email: 'ani@example.org', corresponding: true, presenting: true },
    ];
    const lacking = await paper(conference, { authors, title: 'Smile 😀', abstract: 'Text.' });
    const { body } = await volume(editor, conference);
    expect(body.problems).toEqual([
      { paperId: lacking, code: 'affiliation', field: null, about: ['Ani Example'] },
      { paperId: lacking, code: 'glyphs', field: 'title', about: ['😀 (U+1F600)'] },
    ]);
  });

  it('is for organisers, chairs and proceedings editors of this conference', async () => {
    const { conference, editor } = await edited();
    const other = await edited();
    expect((await app.http.get(`/api/v1/conferences/${conference.slug}/volume`)).status).toBe(401);
    expect((await volume(other.editor, conference)).status).toBe(403);
    expect((await volume(author, conference)).status).toBe(403);
    expect((await volume(editor, conference)).status).toBe(200);
    for (const role of ['organiser', 'chair'] as const) {
      const token = await app.token(`${role}-${conference.slug}@example.org`, role, conference.id);
      expect((await volume(token, conference)).status).toBe(200);
    }
  });
});

describe('a build', () => {
  it('is refused without an accepted paper, and without a key', async () => {
    const { conference, editor } = await edited();
    await paper(conference, { status: 'conditionally_accepted' });
    expect((await request(editor, conference)).body).toMatchObject({
      status: 422,
      code: 'proceedings.empty',
    });
    const keyless = await app.http
      .post(`/api/v1/conferences/${conference.slug}/proceedings-builds`)
      .set('authorization', `Bearer ${editor}`);
    expect(keyless.body).toMatchObject({ status: 400, code: 'idempotency.missing' });
    expect((await volume(editor, conference)).body.version).toBe(0);
  });

  it('makes book, bibliography, tables and archive of every accepted paper', async () => {
    const { conference, editor } = await edited();
    await app.db.query(
      `update conference set starts_on = '2027-05-12', ends_on = '2027-05-14', venue = 'Online' where id = $1`,
      [conference.id],
    );
    const ids = [
      await paper(conference, { title: 'Zeal & order', topic: 1 }),
      await paper(conference, { title: 'Beta', topic: 0 }),
      await paper(conference, { title: '=Alpha', topic: 0, status: 'confirmed' }),
    ];
    const rejected = await paper(conference, { title: 'Not this one', status: 'rejected' });
    const requested = await request(editor, conference, 'one-and-the-same');
    expect(requested.status).toBe(202);
    expect(requested.headers['location']).toBe(`/api/v1/proceedings-builds/${requested.body.id}`);
    expect(requested.body).toMatchObject({ conference: conference.slug, papers: 3, problem: null });
    expect((await request(editor, conference, 'one-and-the-same')).body.id).toBe(requested.body.id);

    const build = await ended(editor, requested.body.id);
    expect(build).toMatchObject({ status: 'done', stage: 'done', progress: 100, problem: null, papers: 3 });
    const { slug } = conference;
    expect(build.files.map(({ name }: { name: string }) => name).toSorted()).toEqual(
      [
        'abstracts.csv',
        'abstracts.json',
        'abstracts.xlsx',
        'proceedings.bib',
        'proceedings.csl.json',
        'proceedings.ris',
        `${slug}-abstracts.pdf`,
        `${slug}-proceedings.zip`,
        `${slug}.epub`,
      ].toSorted(),
    );
    const bytes = new Map<string, Buffer>();
    for (const { name, size, sha256: hash, mediaType } of build.files) {
      const answer = await file(editor, build.id, name);
      expect(answer.headers).toMatchObject({
        'content-type': mediaType,
        'content-disposition': `attachment; filename="${name}"`,
        'x-content-type-options': 'nosniff',
      });
      expect(answer.body).toHaveLength(size);
      expect(sha256(answer.body)).toBe(hash);
      bytes.set(name, answer.body);
    }

    const book = bytes.get(`${slug}-abstracts.pdf`)!;
    expect(book.subarray(0, 5).toString()).toBe('%PDF-');
    // By topic, then by title.
    const expected = [ids[2], ids[1], ids[0]];
    const papers: Record<string, unknown>[] = JSON.parse(bytes.get('abstracts.json')!.toString());
    expect(papers.map(({ id }) => id)).toEqual(expected);
    expect(papers.map(({ section, position }) => [section, position])).toEqual([
      ['Topic 1', 1],
      ['Topic 1', 2],
      ['Topic 2', 1],
    ]);
    expect(papers[0]).toMatchObject({
      title: '=Alpha',
      abstract: expect.stringContaining('return without trust'),
      authors: [
        {
          name: 'Ani Example',
          nativeName: 'Անի Օրինակ',
          affiliation: 'Example State University',
          country: 'Georgia',
        },
        { name: 'Elnur Example', affiliation: 'Institute of Examples' },
      ],
    });
    const csv = bytes.get('abstracts.csv')!.toString();
    expect(csv.split('\r\n')).toHaveLength(5);
    expect(csv).toContain(
      `\r\n"${ids[2]}","Topic 1","1","'=Alpha","Ani Example (Անի Օրինակ); Elnur Example",`,
    );
    const bib = bytes.get('proceedings.bib')!.toString();
    expect(bib.match(/^@inproceedings\{/gm)).toHaveLength(3);
    expect(bib).toContain('Zeal \\& order');
    expect(bib.match(/pages = \{\d+\}/g)).toHaveLength(3);

    const archive = unzip(bytes.get(`${slug}-proceedings.zip`)!);
    expect([...archive.keys()].toSorted()).toEqual(
      [
        'SHA256SUMS',
        'SHA256SUMS.sig',
        'manifest.json',
        'site/authors.html',
        'site/index.html',
        'site/style.css',
        ...ids.flatMap((id) => [`jats/${id.toLowerCase()}.xml`, `site/papers/${id.toLowerCase()}.html`]),
        ...bytes.keys(),
      ]
        .filter((name) => !name.endsWith('.zip'))
        .toSorted(),
    );
    bytes.delete(`${slug}-proceedings.zip`);
    for (const [name, data] of bytes) expect(archive.get(name)!.equals(data)).toBe(true);
    const sums = archive.get('SHA256SUMS')!;
    const [, keyId] = /^# key (.*)$/m.exec(sums.toString())!;
    const { text: key } = await app.http.get(`/record/keys/${keyId}.pem`).buffer(true);
    expect(verify(null, sums, key, archive.get('SHA256SUMS.sig')!)).toBe(true);
    for (const line of sums.toString().trim().split('\n')) {
      if (line.startsWith('#')) continue;
      const [hash, name] = line.split('  ');
      expect(sha256(archive.get(name!)!)).toBe(hash);
    }
    expect(JSON.parse(archive.get('manifest.json')!.toString())).toMatchObject({
      snapshot: build.snapshotHash,
    });

    const [{ snapshot }]: [{ snapshot: VolumeSnapshot }] = await app.db.query(
      'select snapshot from proceedings_build where id = $1',
      [build.id],
    );
    expect(sha256(Buffer.from(canonicalJson(snapshot)))).toBe(build.snapshotHash);
    expect(snapshot.conference.dates).toBe('12–14 May 2027');
    for (const [, data] of bytes)
      for (const secret of ['@example.org', rejected, 'Not this one'])
        expect(data.includes(secret)).toBe(false);
    const actions = await app.db.query(`select action from audit_entry where subject_id = $1 order by at`, [
      build.id,
    ]);
    expect(actions).toEqual([{ action: 'build.requested' }, { action: 'build.done' }]);
  });

  it('puts papers that came later into a last section, and changes nothing in what was frozen', async () => {
    const { conference, editor } = await edited();
    const first = await paper(conference, { title: 'First', topic: 2 });
    const one = await request(editor, conference);
    const [second, third] = [
      await paper(conference, { title: 'Y' }),
      await paper(conference, { title: 'X' }),
    ];
    const two = await request(editor, conference);
    const plan = (await volume(editor, conference)).body;
    expect(order(plan)).toEqual([
      ['Topic 3', first],
      ['Further papers', third, second],
    ]);
    expect(plan.version).toBe(2);
    const builds = [await ended(editor, one.body.id), await ended(editor, two.body.id)];
    expect(builds.map(({ status, papers }) => [status, papers])).toEqual([
      ['done', 1],
      ['done', 3],
    ]);
    const list = await get(editor, `conferences/${conference.slug}/proceedings-builds?limit=1`);
    expect(list.body.items).toEqual([builds[1]]);
    const rest = await get(
      editor,
      `conferences/${conference.slug}/proceedings-builds?limit=1&after=${list.body.next}`,
    );
    expect(rest.body).toEqual({ items: [builds[0]], next: null });
  });

  it('is for organisers, chairs and proceedings editors of its conference, with all its files', async () => {
    const { conference, editor } = await edited();
    const other = await edited();
    await paper(conference);
    const { id } = (await request(editor, conference)).body;
    await ended(editor, id);
    for (const path of ['', '/files/proceedings.bib']) {
      expect((await app.http.get(`/api/v1/proceedings-builds/${id}${path}`)).status).toBe(401);
      expect((await get(author, `proceedings-builds/${id}${path}`)).status).toBe(404);
      expect((await get(other.editor, `proceedings-builds/${id}${path}`)).status).toBe(404);
      expect((await get(editor, `proceedings-builds/${id}${path}`)).status).toBe(200);
    }
    for (const name of ['no.bib', '..%2f..%2fetc%2fpasswd', 'x'.repeat(190)])
      expect((await get(editor, `proceedings-builds/${id}/files/${name}`)).status).toBe(404);
    expect((await request(author, conference)).status).toBe(403);
    expect((await request(other.editor, conference)).status).toBe(403);
    expect((await get(editor, 'proceedings-builds/0000000000000000')).status).toBe(404);
  });

  it('says what failed, and leaves no file', async () => {
    const { conference, editor } = await edited();
    await paper(conference);
    const { id } = (await request(editor, conference)).body;
    await ended(editor, id);
    // Queued again with something else than what was frozen.
    const again = `${id.slice(0, -4)}zzzz`;
    await app.db.query(
      `insert into proceedings_build (id, conference_id, snapshot, snapshot_hash, created_at)
       select $2, conference_id, snapshot, repeat('0', 64), clock_timestamp() from proceedings_build where id = $1`,
      [id, again],
    );
    await app.app.get(BuildWorker).build(again);
    expect(await ended(editor, again)).toMatchObject({
      status: 'failed',
      problem: { code: 'snapshot', paperId: null, message: expect.stringContaining('snapshot') },
      files: [],
      finishedAt: expect.any(String),
    });
  });

  it('names the paper that cannot be typeset', async () => {
    const { conference, editor } = await edited();
    const id = await paper(conference, { title: 'Fine' });
    const base = (await request(editor, conference)).body.id;
    await ended(editor, base);
    const [{ snapshot }]: [{ snapshot: VolumeSnapshot }] = await app.db.query(
      'select snapshot from proceedings_build where id = $1',
      [base],
    );
    // Two papers of one id cannot be told apart by links; the database would not let that happen.
    snapshot.sections[0]!.papers.push(snapshot.sections[0]!.papers[0]!);
    const broken = `${base.slice(0, -4)}yyyy`;
    await app.db.query(
      `insert into proceedings_build (id, conference_id, snapshot, snapshot_hash, created_at)
       values ($1, $2, $3, $4, clock_timestamp())`,
      [broken, conference.id, snapshot, sha256(Buffer.from(canonicalJson(snapshot)))],
    );
    await app.app.get(BuildWorker).build(broken);
    expect(await ended(editor, broken)).toMatchObject({
      status: 'failed',
      stage: 'typesetting',
      problem: { code: 'typesetting', paperId: id, detail: expect.stringContaining(id) },
      files: [],
    });
  });

  it('is taken back by the sweeper when its worker is gone, and left alone while it is there', async () => {
    const { conference, editor } = await edited();
    await paper(conference);
    const { id } = (await request(editor, conference)).body;
    await ended(editor, id);
    const copy = (end: string): string => `${id.slice(0, -4)}${end}`;
    const [gone, kept, hung, lost] = [copy('gone'), copy('kept'), copy('hvng'), copy('lost')];
    // A worker of another process: it has claimed builds and holds its session's locks on them.
    const elsewhere = await new DataSource(app.db.options).initialize();
    const session = elsewhere.createQueryRunner();
    const now = (await app.clock.now()).getTime();
    const [at, longAgo] = [new Date(now), new Date(now - 11 * 60_000)];
    const lock = (build: string, since: Date) =>
      session.query(
        `select pg_advisory_lock(hashtextextended('proceedings_build:' || $1::text || ':' ||
           floor(extract(epoch from $2::timestamptz) * 1000)::bigint, 0))`,
        [build, since],
      );
    await lock(kept, at);
    await lock(hung, longAgo);
    const insert = (build: string, since: Date | null) =>
      app.db.query(
        `insert into proceedings_build (id, conference_id, status, snapshot, snapshot_hash, created_at, started_at)
         select $2, conference_id, case when $3::timestamptz is null then 'queued' else 'running' end, snapshot,
           snapshot_hash, clock_timestamp(), $3
         from proceedings_build where id = $1`,
        [id, build, since],
      );
    await insert(kept, at);
    await insert(hung, longAgo);
    await insert(gone, at);
    // Never queued: the queue was dead.
    await insert(lost, null);
    for (const build of [hung, gone, lost]) expect((await ended(editor, build)).status).toBe('done');
    expect((await get(editor, `proceedings-builds/${kept}`)).body.status).toBe('running');
    await session.release();
    await elsewhere.destroy();
    expect((await ended(editor, kept)).status).toBe('done');
  });

  it('is given back by a worker that stops, and not failed', async () => {
    const { conference, editor } = await edited();
    await paper(conference);
    const { id } = (await request(editor, conference)).body;
    await ended(editor, id);
    const copy = `${id.slice(0, -4)}next`;
    await app.db.query(
      `insert into proceedings_build (id, conference_id, snapshot, snapshot_hash, created_at)
       select $2, conference_id, snapshot, snapshot_hash, clock_timestamp() from proceedings_build where id = $1`,
      [id, copy],
    );
    const { app: nest } = app;
    const other = new BuildWorker(
      nest.get(DataSource),
      nest.get(Work),
      nest.get(Clock),
      nest.get(Audit),
      nest.get(Receipts),
      nest.get(Queues),
      nest.get(Storage),
      nest.get<Logger>(LOGGER),
    );
    other.start({ timeoutMs: 1, sweepEveryMs: 600_000 });
    const building = other.build(copy);
    await new Promise((resolve) => setImmediate(resolve));
    await other.stop();
    await building;
    expect((await ended(editor, copy)).status).toBe('done');
  });
});
