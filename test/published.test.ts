import { XmlDocument } from 'libxml2-wasm';
import { abstractOf, createTestApp, type TestApp, type TestConference } from './support/app.js';
import { fullSnapshot } from './support/hostile-volume.js';

let app: TestApp;
let author: string;
let serial = 0;

beforeAll(async () => {
  app = await createTestApp({ workers: true });
  author = await app.token('ani@example.org');
});
afterAll(() => app.close());

async function paper(conference: TestConference, title: string): Promise<string> {
  const answer = await app.http
    .post(`/api/v1/conferences/${conference.slug}/submissions`)
    .set('authorization', `Bearer ${author}`)
    .set('idempotency-key', `paper-key-${(serial += 1)}`)
    .send(abstractOf(conference, { title }));
  await app.db.query(`update submission set status = 'accepted' where id = $1`, [answer.body.id]);
  return answer.body.id;
}

async function edited(): Promise<{ conference: TestConference; editor: string }> {
  const conference = await app.conference();
  await app.db.query(`update conference set contact_address = 'office@example.org' where id = $1`, [
    conference.id,
  ]);
  const editor = await app.token(
    `editor-${conference.slug}@example.org`,
    'proceedings_editor',
    conference.id,
  );
  return { conference, editor };
}

const send = (method: 'post' | 'put', token: string, path: string, body: object, version?: string) => {
  const asked = app.http[method](`/api/v1/${path}`)
    .set('authorization', `Bearer ${token}`)
    .set('idempotency-key', `published-key-${(serial += 1)}`);
  return (version === undefined ? asked : asked.set('if-match', version)).send(body);
};

/** A finished build, made at once: the pages are those of the book. */
async function built(conference: TestConference, editor: string): Promise<string> {
  const { body } = await send('post', editor, `conferences/${conference.slug}/proceedings-builds`, {});
  for (const until = performance.now() + 40_000; performance.now() < until;) {
    const [{ status }] = await app.db.query('select status from proceedings_build where id = $1', [body.id]);
    if (status === 'done') return body.id;
    if (status === 'failed') break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the build did not end');
}

const publish = (conference: TestConference, token: string, build: string) =>
  send('post', token, `conferences/${conference.slug}/published-volumes`, { build });
const page = (path: string) => app.http.get(path);
/** The whole of an answer as text, whatever its type. */
const whole = (path: string) =>
  app.http
    .get(path)
    .buffer(true)
    .parse((response, done) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => done(null, Buffer.concat(chunks).toString()));
    });
const oai = async (query: string) => {
  const { text, headers } = await app.http.get(`/oai?${query}`).expect(200);
  expect(headers['content-type']).toBe('text/xml; charset=utf-8');
  const document = XmlDocument.fromString(text);
  const texts = (name: string): string[] =>
    document.find(`//*[local-name()="${name}"]`).map((node) => node.content);
  const result = { text, error: /<error code="(\w+)"/.exec(text)?.[1], texts: new Map<string, string[]>() };
  for (const name of [
    'identifier',
    'resumptionToken',
    'setSpec',
    'metadataPrefix',
    'title',
    'article-title',
    'datestamp',
  ])
    result.texts.set(name, texts(name));
  document.dispose();
  return result;
};

describe('what a volume is known by', () => {
  it('is checked, kept and printed', async () => {
    const { conference, editor } = await edited();
    await paper(conference, 'One');
    const wrong = await send('put', editor, `conferences/${conference.slug}/volume`, {
      isbn: '978-3-16-148410-1',
      issn: '2434-5610',
      doiPrefix: '11.5',
      doiPattern: '{paper}',
      licence: 'WTFPL',
      editors: [''],
    });
    expect(wrong.status).toBe(422);
    expect(wrong.body.fields.map(({ field }: { field: string }) => field).toSorted()).toEqual(
      ['doiPattern', 'doiPrefix', 'editors', 'isbn', 'issn', 'licence'].toSorted(),
    );
    const { volume } = fullSnapshot();
    const right = {
      isbn: volume.isbn,
      issn: volume.issn,
      doiPrefix: '10.5555',
      doiPattern: '{conference}-{year}/{paper}',
      licence: 'CC-BY-4.0',
      editors: ['Ani Example'],
      place: 'Yerevan',
      pages: [{ title: 'Preface', text: 'We *thank* you.' }],
    };
    const kept = await send('put', editor, `conferences/${conference.slug}/volume`, right);
    expect(kept.body).toMatchObject(right);
  });
});

describe('publishing', () => {
  it('puts a build on the public pages, and changes no version that is there', async () => {
    const { conference, editor } = await edited();
    const path = `/conferences/${conference.slug}/proceedings`;
    const [one, two] = [await paper(conference, 'One & <b>only</b>'), await paper(conference, 'Two')];
    await send('put', editor, `conferences/${conference.slug}/volume`, {
      doiPrefix: '10.5555',
      pages: [{ title: 'Preface', text: 'We *thank* <script>you</script>.' }],
    });
    await page(path)
      .expect(200)
      .expect(/not published yet/);
    await page(`${path}/${one}`).expect(404);

    const build = await built(conference, editor);
    expect((await publish(conference, author, build)).status).toBe(403);
    const published = await publish(conference, editor, build);
    expect(published.status).toBe(201);
    expect(published.body).toMatchObject({ version: 1, erratum: '', available: true });
    expect((await publish(conference, editor, build)).body).toEqual(published.body);
    const states = await app.db.query('select status from submission where conference_id = $1', [
      conference.id,
    ]);
    expect(states).toEqual([{ status: 'published' }, { status: 'published' }]);

    const { text } = await page(path).expect(200);
    for (const words of [
      'One &amp; &lt;b>only&lt;/b>',
      'We <em>thank</em> &lt;script>',
      '.epub',
      'crossref.xml',
    ])
      expect(text).toContain(words);
    const shown = (await page(`${path}/${one}`).expect(200)).text;
    expect(shown).toContain('name="citation_author" content="Example, Ani"');
    expect(shown).toContain('name="citation_doi" content="10.5555/');
    expect(shown).not.toContain('@example.org');
    for (const [end, words] of [
      ['bib', '@inproceedings{'],
      ['ris', 'TY  - CPAPER'],
      ['json', '"paper-conference"'],
      ['xml', '<article '],
    ])
      expect((await whole(`${path}/${one}/cite.${end}`).expect(200)).body).toContain(words);
    await page(`${path}/${one}/cite.exe`).expect(404);
    await page(`${path}/files/${conference.slug}.epub`).expect(200);
    await page(`${path}/files/none.pdf`).expect(404);

    // The next version has to say what it corrects, and the first one stays.
    const silent = await built(conference, editor);
    expect((await publish(conference, editor, silent)).body).toMatchObject({
      status: 422,
      code: 'proceedings.erratum',
    });
    const [{ version }] = await app.db.query('select version from volume where conference_id = $1', [
      conference.id,
    ]);
    await send(
      'put',
      editor,
      `conferences/${conference.slug}/volume`,
      { erratum: 'A name.' },
      `"${version}"`,
    );
    const next = await built(conference, editor);
    expect((await publish(conference, editor, next)).body).toMatchObject({ version: 2, erratum: 'A name.' });
    expect((await publish(conference, editor, silent)).body).toMatchObject({
      status: 409,
      code: 'proceedings.outdated',
    });
    await page(path)
      .expect(200)
      .expect(/Version 2 corrects/);
    await page(`${path}?version=1`)
      .expect(200)
      .expect(/earlier version/);
    await page(`${path}?version=9`).expect(404);

    // A withdrawn paper is a tombstone at once, and in the next snapshot.
    await app.db.query(
      `update submission set status = 'withdrawn', former_status = 'published', withdrawn_at = now() where id = $1`,
      [two],
    );
    const gone = (await page(`${path}/${two}`).expect(410)).text;
    expect(gone).toContain('was withdrawn');
    expect(gone).not.toContain('Ani Example');
    expect(gone).not.toContain('citation_');
    await page(`${path}/${two}/cite.bib`).expect(404);
    const third = await built(conference, editor);
    const [{ snapshot }] = await app.db.query('select snapshot from proceedings_build where id = $1', [
      third,
    ]);
    expect(snapshot.sections.flatMap(({ papers }: { papers: object[] }) => papers)).toContainEqual(
      expect.objectContaining({ id: two, withdrawn: true, authors: [], abstract: '' }),
    );

    // Taken down, as for somebody who is protected since: nobody gets another copy.
    await app.db.query('delete from proceedings_file where build_id = $1', [next]);
    await app.db.query('delete from proceedings_build where id = $1', [next]);
    await page(path)
      .expect(200)
      .expect(/being renewed/);
    await page(`${path}/${one}`).expect(404);
    await page(`${path}/files/${conference.slug}.epub`).expect(404);
    const list = await app.http.get(`/api/v1/conferences/${conference.slug}/published-volumes`).expect(200);
    expect(list.body.items).toMatchObject([
      { version: 2, available: false },
      { version: 1, available: true },
    ]);
    expect((await publish(conference, editor, next)).status).toBe(404);
  });

  it('refuses a build that is not done, whose papers have changed, or that is of somewhere else', async () => {
    const { conference, editor } = await edited();
    const other = await edited();
    const id = await paper(conference, 'One');
    const build = await built(conference, editor);
    expect((await publish(other.conference, other.editor, build)).status).toBe(404);
    await app.db.query(`update submission set status = 'rejected' where id = $1`, [id]);
    expect((await publish(conference, editor, build)).body).toMatchObject({
      status: 409,
      code: 'proceedings.changed',
    });
    await app.db.query(
      `update proceedings_build set status = 'failed', problem = '{"code":"internal","detail":""}' where id = $1`,
      [build],
    );
    expect((await publish(conference, editor, build)).body).toMatchObject({
      status: 409,
      code: 'proceedings.unfinished',
    });
  });
});

describe('harvesting by OAI-PMH', () => {
  it('walks through all records, page by page, and keeps to the protocol', async () => {
    const { conference, editor } = await edited();
    const first = await paper(conference, 'First & best');
    await publish(conference, editor, await built(conference, editor));
    // As many as make two pages, without building a large volume.
    const [{ columns }] = await app.db.query(
      `select string_agg(quote_ident(column_name), ', ') as columns from information_schema.columns
       where table_name = 'submission' and table_schema = 'public' and is_generated = 'NEVER'`,
    );
    await app.db.query(
      `with copied as (
         insert into submission (${columns}) select ${columns} from (
           select (jsonb_populate_record(s, jsonb_build_object('id', 'TST-X' || n))).*
           from submission s, generate_series(100, 250) n where s.id = $1) copies returning id)
       insert into published_paper select id, $2, now() from copied`,
      [first, conference.id],
    );
    const set = `set=${conference.slug}`;
    expect((await oai('verb=Identify')).text).toContain('<deletedRecord>persistent</deletedRecord>');
    expect((await oai('verb=ListMetadataFormats')).texts.get('metadataPrefix')).toEqual(['oai_dc', 'jats']);
    expect((await oai('verb=ListSets')).texts.get('setSpec')).toContain(conference.slug);

    const page1 = await oai(`verb=ListIdentifiers&metadataPrefix=oai_dc&${set}`);
    const token = page1.texts.get('resumptionToken')![0]!;
    expect(page1.texts.get('identifier')).toHaveLength(100);
    const page2 = await oai(`verb=ListIdentifiers&resumptionToken=${token}`);
    expect(page2.texts.get('resumptionToken')).toEqual(['']);
    const all = [...page1.texts.get('identifier')!, ...page2.texts.get('identifier')!];
    expect(all).toHaveLength(152);
    expect(new Set(all).size).toBe(152);

    const identifier = all.find((one) => one.endsWith(first))!;
    const dc = await oai(`verb=GetRecord&identifier=${identifier}&metadataPrefix=oai_dc`);
    expect(dc.texts.get('title')).toEqual(['First & best']);
    const jats = await oai(`verb=GetRecord&identifier=${identifier}&metadataPrefix=jats`);
    expect(jats.texts.get('article-title')).toEqual(['First & best']);
    expect(dc.text + jats.text).not.toContain('ani@example.org');
    const [day] = dc.texts.get('datestamp')!;
    expect((await oai(`verb=ListRecords&metadataPrefix=oai_dc&${set}&from=${day}`)).error).toBeUndefined();
    expect((await oai(`verb=ListRecords&metadataPrefix=oai_dc&${set}&until=2001-01-01`)).error).toBe(
      'noRecordsMatch',
    );

    await app.db.query(
      `update submission set status = 'withdrawn', former_status = 'published', withdrawn_at = now() where id = $1`,
      [first],
    );
    const deleted = await oai(`verb=GetRecord&identifier=${identifier}&metadataPrefix=oai_dc`);
    expect(deleted.text).toContain('<header status="deleted">');
    expect(deleted.text).not.toContain('<metadata>');
  });

  it.each([
    ['', 'badVerb'],
    ['verb=Destroy', 'badVerb'],
    ['verb=__proto__', 'badVerb'],
    ['verb=Identify&x=1', 'badArgument'],
    ['verb=ListRecords', 'badArgument'],
    ['verb=ListRecords&metadataPrefix=marc', 'cannotDisseminateFormat'],
    ['verb=ListRecords&metadataPrefix=oai_dc&from=yesterday', 'badArgument'],
    ['verb=ListRecords&metadataPrefix=oai_dc&from=2027-01-02&until=2027-01-01', 'badArgument'],
    ['verb=ListRecords&resumptionToken=bm90aGluZw', 'badResumptionToken'],
    ['verb=ListRecords&resumptionToken=x&metadataPrefix=oai_dc', 'badArgument'],
    ['verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost:NONE', 'idDoesNotExist'],
    ['verb=ListSets&resumptionToken=x', 'badResumptionToken'],
    ['verb=ListRecords&metadataPrefix=oai_dc&set=nosuch', 'noRecordsMatch'],
  ])('answers %s with %s', async (query, code) => {
    expect((await oai(query)).error).toBe(code);
  });
});
