import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { checkInvariants } from '../../src/tools/invariants.js';
import { CONFIG, type Config } from '../../src/platform/config.js';
import { Storage } from '../../src/platform/storage.js';
import { createTestApp, type TestApp, type TestConference } from '../support/app.js';
import { inside } from '../support/inside.js';
import { assigned, newKey, reviewer, reviewOf, someone, submitted } from '../support/panel.js';
import { pagesOf, pdfOf, plainPaper, tellingPaper } from '../support/pdf.js';

/** Papers beside the abstracts: files of strangers, read apart, and for reviewers written anew. */

let app: TestApp;
let conference: TestConference;
let chair: string;
let authorEmail: string;
let author: string;
let id: string;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  conference = await app.conference();
  await app.db.query(`update call set paper = 'optional', paper_limit_mb = 2 where id = $1`, [
    conference.callId,
  ]);
  chair = await app.token(someone('chair'), 'chair', conference.id);
  authorEmail = someone('author');
  id = await submitted(app, conference, authorEmail);
  author = await app.token(authorEmail);
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const upload = (file: Buffer, token = author, submission = id) =>
  app.http
    .put(`/api/v1/submissions/${submission}/paper`)
    .set({ ...bearer(token), 'content-type': 'application/pdf' })
    .send(file);
const bytes = (path: string, headers: Record<string, string>) =>
  app.http
    .get(path)
    .set(headers)
    .buffer(true)
    .parse((response, done) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => done(null, Buffer.concat(chunks)));
    });
const versions = async () =>
  (await app.http.get(`/api/v1/submissions/${id}/papers`).set(bearer(author)).expect(200)).body.items;
const sha256 = (file: Buffer): string => createHash('sha256').update(file).digest('hex');

async function panelist() {
  const email = someone('rita');
  const made = await reviewer(app, conference, chair, email);
  return { email, ...made, assignment: await assigned(app, chair, id, made.id) };
}

const WORD = 'qcanarypaperz';
/** The application's own test names its one author so. */
const NAMED = 'Ann Author';

describe('a paper', () => {
  it('is asked for only where the call says so', async () => {
    await app.db.query(`update call set paper = 'none' where id = $1`, [conference.callId]);
    expect((await upload(plainPaper()).expect(409)).body.code).toBe('paper.notAsked');
    expect(await versions()).toEqual([]);
    const cookie = await app.cookie(authorEmail);
    const page = await app.http.get(`/submissions/${id}`).set({ cookie }).expect(200);
    expect(page.text).not.toContain('multipart/form-data');
  });

  it('is stored as it is, replaced, and kept in every version; the same bytes are no new one', async () => {
    const first = plainPaper('First', 2);
    const { body } = await upload(first).expect(200);
    expect(body).toMatchObject({
      version: 1,
      pages: 2,
      size: first.length,
      sha256: sha256(first),
      warnings: [],
    });
    expect((await upload(first).expect(200)).body.version).toBe(1);
    const second = plainPaper('Second');
    await upload(second).expect(200);
    expect((await versions()).map((one: { version: number }) => one.version)).toEqual([2, 1]);
    const answer = await bytes(`/api/v1/submissions/${id}/papers/1`, bearer(author)).expect(200);
    expect((answer.body as Buffer).equals(first)).toBe(true);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': `attachment; filename="${id}-1.pdf"`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'cache-control': 'private, no-store',
    });
    const actions = await app.db.query(
      `select action from audit_entry where subject_id = $1 and action like 'paper.%' order by at`,
      [id],
    );
    expect(actions.map((row: { action: string }) => row.action)).toEqual([
      'paper.uploaded',
      'paper.replaced',
    ]);
    expect(
      (await checkInvariants(app.db, app.app.get(Storage))).filter(({ offending }) => offending.length),
    ).toEqual([]);
  });

  it('is taken until the deadline, counted by its last byte, and stays as it was then', async () => {
    await upload(plainPaper('First')).expect(200);
    await app.db.query(
      `update call set opens_at = clock_timestamp() - interval '2 days', closes_at = clock_timestamp() - interval '1 second' where id = $1`,
      [conference.callId],
    );
    expect((await upload(plainPaper('Second')).expect(422)).body.code).toBe('call.closed');
    expect(await versions()).toHaveLength(1);
  });

  it('can be what a submission must have', async () => {
    await app.db.query(`update call set paper = 'required' where id = $1`, [conference.callId]);
    const email = someone('author');
    const token = await app.token(email);
    const draft = await submitted(app, conference, email, { status: 'draft' });
    const submit = (version: number) =>
      app.http
        .post(`/api/v1/submissions/${draft}/submit`)
        .set({ ...bearer(token), 'if-match': `"${version}"`, 'idempotency-key': newKey() });
    const refused = await submit(1).expect(422);
    expect(refused.body.fields).toMatchObject([{ field: 'paper', code: 'paper' }]);
    await upload(plainPaper(), token, draft).expect(200);
    expect((await submit(1).expect(200)).body.status).toBe('submitted');
  });

  it('comes by a form without scripts, whose refusals keep the page and say how to mend it', async () => {
    const cookie = await app.cookie(authorEmail);
    const page = await app.http.get(`/submissions/${id}`).set({ cookie }).expect(200);
    expect(page.text).toMatch(
      /<form[^>]*action="\/submissions\/[^"]*\/paper"[^>]*enctype="multipart\/form-data"/i,
    );
    const post = (file: Buffer | null) => {
      const sent = app.http.post(`/submissions/${id}/paper`).set({ cookie, 'sec-fetch-site': 'same-origin' });
      return file
        ? sent.attach('paper', file, {
            filename: `${WORD} by Ann Author.pdf`,
            contentType: 'application/pdf',
          })
        : sent.field('act', 'upload');
    };
    const wrong = await post(Buffer.from('PK no pdf')).expect(422);
    expect(wrong.text).toContain('This file is no PDF.');
    expect((await post(null).expect(422)).text).toContain('Please fill this in.');
    expect((await post(plainPaper('x'.repeat(10))).expect(303)).headers['location']).toContain(
      'done=paperAdded',
    );
    const after = await app.http.get(`/submissions/${id}`).set({ cookie }).expect(200);
    expect(after.text).toContain(`/api/v1/submissions/${id}/papers/1`);
    expect(after.text).not.toContain(WORD);
    await bytes(`/api/v1/submissions/${id}/papers/1`, { cookie }).expect(200);
    await app.http
      .post(`/submissions/${id}/paper`)
      .set({ cookie, 'sec-fetch-site': 'cross-site' })
      .expect(403);
    // The name that the file had on its author's machine is nowhere.
    const [row] = await app.db.query(`select p::text as row from paper p where submission_id = $1`, [id]);
    expect(row.row).not.toContain(WORD);
  });
});

describe('who may read a paper', () => {
  it('authors and organisers as it was sent, its reviewers a copy, nobody else, and foreign ids are not there', async () => {
    const original = tellingPaper(NAMED);
    await upload(original).expect(200);
    const rita = await panelist();
    const other = await reviewer(app, conference, chair, someone('rolf'));
    const foreign = await app.token(someone('foreign'), 'organiser', (await app.conference()).id);
    const whole = `/api/v1/submissions/${id}/papers/1`;
    const copy = `/api/v1/me/assignments/${rita.assignment}/paper`;
    for (const token of [author, chair])
      expect(((await bytes(whole, bearer(token)).expect(200)).body as Buffer).equals(original)).toBe(true);
    for (const token of [rita.token, other.token, foreign, await app.token(someone('x'))]) {
      await app.http.get(whole).set(bearer(token)).expect(404);
      await app.http.get(`/api/v1/submissions/${id}/papers`).set(bearer(token)).expect(404);
      await upload(plainPaper(), token).expect(404);
    }
    await app.http.get(whole).expect(401);
    await upload(plainPaper(), chair).expect(403);
    const answer = await bytes(copy, bearer(rita.token)).expect(200);
    expect(answer.headers['content-disposition']).toBe(`attachment; filename="${id}.pdf"`);
    expect(answer.headers['content-security-policy']).toBe("sandbox; default-src 'none'");
    expect((answer.body as Buffer).equals(original)).toBe(false);
    for (const token of [other.token, foreign, author])
      await app.http.get(copy).set(bearer(token)).expect(404);
    await app.http.get(copy).set(bearer(chair)).expect(403);
    const task = await app.http
      .get(`/api/v1/me/assignments/${rita.assignment}`)
      .set(bearer(rita.token))
      .expect(200);
    expect(task.body.paper).toEqual({ pages: 1, size: (answer.body as Buffer).length });
    const page = await app.http
      .get(`/me/reviews/${rita.assignment}`)
      .set('cookie', await app.cookie(rita.email))
      .expect(200);
    expect(page.text).toContain(copy);
    expect(inside(answer.body as Buffer)).not.toContain(NAMED);
    // Given back, it is no longer there for them.
    await app.http
      .post(`/api/v1/assignments/${rita.assignment}/decline`)
      .set({ ...bearer(rita.token), 'idempotency-key': newKey() })
      .send({ reason: 'No time' })
      .expect(200);
    await app.http.get(copy).set(bearer(rita.token)).expect(404);
  });
});

describe('the copy for reviewers', () => {
  it('has what is printed and nothing of what is told beside it', async () => {
    const telling = tellingPaper(WORD, 'Printed words');
    expect(inside(telling).split(WORD).length).toBeGreaterThan(30);
    await upload(telling).expect(200);
    const rita = await panelist();
    const { body } = await bytes(
      `/api/v1/me/assignments/${rita.assignment}/paper`,
      bearer(rita.token),
    ).expect(200);
    const within = inside(body as Buffer);
    expect(within).not.toContain(WORD);
    expect(within).not.toMatch(
      /JavaScript|OpenAction|Launch|EmbeddedFile|AcroForm|Annot|Metadata|PieceInfo|\/ID\b|Producer|CreationDate/,
    );
    expect(within).toContain('Printed words');
    expect(within).toContain('/Im1 Do /Fm1 Do');
    const printed = spawnSync('pdftotext', ['-', '-'], { input: body as Buffer, encoding: 'utf8' });
    expect(printed.error ? 'Printed words' : printed.stdout).toContain('Printed words');
  });

  it('is the same whoever wrote the file', async () => {
    const copies: Buffer[] = [];
    for (const word of ['qfirstz', 'qsecondauthorz']) {
      id = await submitted(app, conference, someone('author'));
      const [row] = await app.db.query(`select a.address from submission_author a where submission_id = $1`, [
        id,
      ]);
      await upload(tellingPaper(word), await app.token(row.address)).expect(200);
      const rita = await panelist();
      copies.push(
        (await bytes(`/api/v1/me/assignments/${rita.assignment}/paper`, bearer(rita.token))).body as Buffer,
      );
    }
    expect(copies[0]!.equals(copies[1]!)).toBe(true);
  });

  it('is what reviewers read through to the decision, as a part of their task alone', async () => {
    await upload(plainPaper('First')).expect(200);
    const rita = await panelist();
    await upload(plainPaper('Second')).expect(200);
    const { body } = await bytes(
      `/api/v1/me/assignments/${rita.assignment}/paper`,
      bearer(rita.token),
    ).expect(200);
    expect(inside(body as Buffer)).toContain('Second');
    await app.http
      .put(`/api/v1/assignments/${rita.assignment}/review`)
      .set(bearer(rita.token))
      .send(reviewOf(conference))
      .expect(200);
  });
});

describe('a paper that names its authors', () => {
  const poppler = !spawnSync('pdftotext', ['-v']).error;

  it('is taken with a warning for its metadata and for its first page', async () => {
    const { body } = await upload(tellingPaper(NAMED, 'by Ann Author')).expect(200);
    expect(body.pagesRead).toBe(poppler ? body.pages : 0);
    expect(body.warnings).toEqual([
      { where: 'metadata', kind: 'name' },
      ...(poppler ? [{ where: 'firstPage', kind: 'name' }] : []),
    ]);
    const cookie = await app.cookie(authorEmail);
    const { text } = await app.http.get(`/submissions/${id}`).set({ cookie }).expect(200);
    expect(text).toContain('Reviewers do not get them.');
    expect(text.includes('The first page may tell reviewers who wrote it')).toBe(poppler);
    expect(text.includes('nobody has looked')).toBe(!poppler);
  });

  it('is taken with a warning for a later page', async () => {
    const { body } = await upload(pagesOf('On trust', 'On doubt', 'Thanks to Ann Author')).expect(200);
    expect(body.pagesRead).toBe(poppler ? 3 : 0);
    expect(body.warnings).toEqual(poppler ? [{ where: 'laterPages', kind: 'name' }] : []);
    const cookie = await app.cookie(authorEmail);
    const { text } = await app.http.get(`/submissions/${id}`).set({ cookie }).expect(200);
    expect(text.includes('A later page may tell reviewers who wrote it')).toBe(poppler);
  });

  it('is not looked at where reviewers know them', async () => {
    await app.db.query(`update call set blindness = 'single' where id = $1`, [conference.callId]);
    expect((await upload(tellingPaper(NAMED)).expect(200)).body.warnings).toEqual([]);
  });
});

describe('a paper of somebody protected', () => {
  it('is for organisers the copy, which says nothing of who made it; for its author as it was sent', async () => {
    const file = tellingPaper('Ann Author');
    await upload(file).expect(200);
    const asked = (token: string) => bytes(`/api/v1/submissions/${id}/papers/1`, bearer(token)).expect(200);
    expect(((await asked(chair)).body as Buffer).equals(file)).toBe(true);
    await app.http
      .post('/me/protection')
      .set('cookie', await app.cookie(authorEmail))
      .type('form')
      .send({ publicName: 'N. Sevan' })
      .expect(303);
    const copy = (await asked(chair)).body as Buffer;
    expect([copy.subarray(0, 5).toString(), inside(copy).includes('Ann Author')]).toEqual(['%PDF-', false]);
    expect(((await asked(author)).body as Buffer).equals(file)).toBe(true);
  });
});

describe('what the installation allows', () => {
  let config: Config;
  beforeEach(() => {
    config = app.app.get<Config>(CONFIG);
  });
  afterEach(() => {
    config.paperQuotaMb = 200;
    config.scanCommand = undefined;
  });

  it('is so many megabytes of one person in one conference, over all versions and submissions, also at once', async () => {
    config.paperQuotaMb = 1;
    const large = (word: string) => Buffer.concat([plainPaper(word), randomBytes(400_000)]);
    const other = await submitted(app, conference, authorEmail);
    const answers = await Promise.all([
      upload(large('One')),
      upload(large('Two')),
      upload(large('Three'), author, other),
    ]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 422]);
    const refused = answers.find(({ status }) => status === 422)!.body;
    expect(refused).toMatchObject({ code: 'paper.quota' });
    expect(refused.detail).toMatch(/may have 1 MB together; 0\.2 MB are left/);
    // Others, and other conferences, have their own.
    const elsewhere = await app.conference();
    await app.db.query(`update call set paper = 'optional', paper_limit_mb = 2 where id = $1`, [
      elsewhere.callId,
    ]);
    await upload(large('Four'), author, await submitted(app, elsewhere, authorEmail)).expect(200);
  });

  it('is what its scanner lets pass: it refuses by name what is infected, and everything where it does not answer', async () => {
    const scanner = join(app.folder, 'scanner.mjs');
    await writeFile(
      scanner,
      `let text = ''; process.stdin.setEncoding('latin1').on('data', (part) => (text += part)).on('end', () =>
        process.exit(Object.keys(process.env).length > 1 ? 2 : text.includes('EXAMPLE-VIRUS') ? 1 : 0));`,
    );
    config.scanCommand = `${process.execPath} ${scanner}`;
    const refused = await upload(Buffer.concat([plainPaper('x'), Buffer.from('EXAMPLE-VIRUS')])).expect(422);
    expect(refused.body.code).toBe('paper.infected');
    await upload(plainPaper('Healthy')).expect(200);
    for (const command of [`${process.execPath} -e process.exit(2)`, '/nowhere/scanner']) {
      config.scanCommand = command;
      const unknown = await upload(plainPaper('Other')).expect(503);
      expect([unknown.body.code, unknown.headers['retry-after']]).toEqual(['paper.unscanned', '5']);
    }
    expect((await versions()).length).toBe(1);
  });
});

describe('a file that is no good paper is refused, with nothing kept:', () => {
  const locked = plainPaper(
    'x',
    1,
    '/Encrypt << /Filter /Standard /V 1 /R 2 /O (x) /U (y) /P -4 >> /ID [(a) (a)]',
  );
  const tree = (head: string, second = '<< /Type /Pages /Count 1 /Kids [2 0 R] >>'): Buffer =>
    pdfOf(
      [
        { number: 1, head },
        { number: 2, head: second },
      ],
      '/Root 1 0 R',
    );
  const bomb = (): Buffer => {
    const stream = deflateSync(Buffer.alloc(100 * 1024 * 1024, 32));
    return pdfOf(
      [
        { number: 1, head: '<< /Type /Catalog /Pages 2 0 R >>' },
        { number: 2, head: '<< /Type /Pages /Count 1 /Kids [3 0 R] >>' },
        { number: 3, head: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>' },
        { number: 4, head: `<< /Filter /FlateDecode /Length ${stream.length} >>`, stream },
      ],
      '/Root 1 0 R',
    );
  };
  /** An object stream that would fill the memory of any machine. */
  const deepBomb = (): Buffer => {
    const once = deflateSync(Buffer.alloc(1000 * 1024 * 1024, 32));
    return pdfOf(
      [
        { number: 1, head: '<< /Type /Catalog /Pages 2 0 R >>' },
        {
          number: 4,
          head: `<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length ${once.length} >>`,
          stream: once,
        },
      ],
      '/Root 1 0 R',
    );
  };
  const nested = (): Buffer =>
    tree('<< /Type /Catalog /Pages 2 0 R >>', `${'['.repeat(100_000)}${']'.repeat(100_000)}`);

  it.each([
    ['not a PDF', () => Buffer.from('<html><script>alert(1)</script></html>'), 'notPdf'],
    ['nothing', () => Buffer.alloc(0), 'notPdf'],
    ['a name alone', () => Buffer.from('%PDF-1.7'), 'broken'],
    ['half of one', () => plainPaper('x', 3).subarray(0, 300), 'broken'],
    ['locked', () => locked, 'locked'],
    [
      'without pages',
      () => tree('<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Count 0 /Kids [] >>'),
      'broken',
    ],
    ['a tree of pages that bites its tail', () => tree('<< /Type /Catalog /Pages 2 0 R >>'), 'broken'],
    ['a catalogue without pages', () => tree('<< /Type /Catalog >>'), 'broken'],
    ['of too many pages', () => plainPaper('x', 201), 'pages'],
    ['of a content that swells', bomb, 'heavy'],
  ])('%s', async (_what, file, fault) => {
    const { body } = await upload(file()).expect(422);
    expect(body.code).toBe(`paper.${fault}`);
    expect(body.detail).toMatch(/Nothing was kept/);
    expect(await versions()).toEqual([]);
  });

  it.each([
    ['of objects that swell beyond any memory', deepBomb],
    ['nested beyond any depth', nested],
  ])(
    '%s, and the server goes on',
    async (_what, file) => {
      const { body } = await upload(file()).expect(422);
      expect(['paper.heavy', 'paper.broken']).toContain(body.code);
      await upload(plainPaper()).expect(200);
    },
    60_000,
  );

  it('larger than the organisers allow, by API and by form, declared or not', async () => {
    const large = Buffer.concat([plainPaper(), Buffer.alloc(2 * 1024 * 1024)]);
    const { body } = await upload(large).expect(413);
    expect(body.code).toBe('paper.size');
    expect(body.detail).toContain('2 MB');
    const cookie = await app.cookie(authorEmail);
    const page = await app.http
      .post(`/submissions/${id}/paper`)
      .set({ cookie, 'sec-fetch-site': 'same-origin' })
      .attach('paper', large, { filename: 'a.pdf', contentType: 'application/pdf' })
      .expect(413);
    expect(page.text).toContain('more than 2 MB');
    expect(await versions()).toEqual([]);
  });

  it('sent as something else, or to where no file is taken', async () => {
    for (const type of ['text/html', 'image/png'])
      expect((await upload(plainPaper()).set('content-type', type)).status).toBe(415);
    await app.http
      .post(`/api/v1/submissions/${id}/withdraw`)
      .set({ ...bearer(author), 'content-type': 'application/pdf' })
      .send(plainPaper())
      .expect(415);
  });

  it.each([10, 50, 99])('cut after %i of a hundred parts', async (percent) => {
    const file = plainPaper('x', 50);
    const before = await readdir(join(app.folder, 'files'), { recursive: true }).catch(() => []);
    await new Promise<void>((resolve) => {
      const sent = httpRequest(`${app.url}/api/v1/submissions/${id}/paper`, {
        method: 'PUT',
        headers: { ...bearer(author), 'content-type': 'application/pdf', 'content-length': file.length },
      });
      sent.on('error', () => {});
      sent.on('close', () => resolve());
      sent.write(file.subarray(0, Math.floor((file.length * percent) / 100)), () => sent.destroy());
    });
    // What follows waits for nothing: the request that was cut is answered before or after, and leaves nothing either way.
    await upload(plainPaper('whole')).expect(200);
    expect(await versions()).toHaveLength(1);
    const after = await readdir(join(app.folder, 'files'), { recursive: true });
    expect(after.filter((name) => /[0-9a-f]{64}\./.test(name))).toEqual([]);
    expect(after.length).toBeGreaterThanOrEqual(before.length);
  });
});

describe('when the disk is full', () => {
  const disk = (path: string, ...mount: string[]): boolean =>
    spawnSync(mount[0]!, [...mount.slice(1), path]).status === 0;

  it('a paper is refused with nothing kept, and taken once there is room', async () => {
    const files = join(app.folder, 'files');
    await mkdir(files, { recursive: true });
    // Needs the right to mount, as in a container of one's own; without it there is no disk to fill.
    if (!disk(files, 'mount', '-t', 'tmpfs', '-o', 'size=256k', 'tmpfs')) return;
    const stream = randomBytes(1024 * 1024);
    const file = Buffer.concat([
      plainPaper(),
      Buffer.from(`9 0 obj\n<< /Length ${stream.length} >>\nstream\n`),
      stream,
    ]);
    try {
      const { body } = await upload(file).expect(507);
      expect(body).toMatchObject({ code: 'storage.full', status: 507 });
      expect(await versions()).toEqual([]);
      expect(
        (await readdir(files, { recursive: true, withFileTypes: true })).filter((one) => one.isFile()),
      ).toEqual([]);
    } finally {
      disk(files, 'umount');
    }
    await upload(plainPaper('room')).expect(200);
  });
});
