import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import type { ConsistencyProof, InclusionProof } from '../../src/audit/record-log.js';
import { Sealer } from '../../src/audit/sealer.js';
import type { SignedHead } from '../../src/audit/tree-head.js';
import { CONFIG, type Config } from '../../src/platform/config.js';
import { createTestApp, type TestApp, type TestConference } from '../support/app.js';
import { moveTo, reviewer, someone, submitted } from '../support/panel.js';

jest.setTimeout(120_000);

let app: TestApp;
let conference: TestConference;
let folder: string;
let keyFile: string;

beforeAll(async () => {
  app = await createTestApp({ workers: true });
  conference = await app.conference();
  folder = await mkdtemp(join(tmpdir(), 'concord-proofs-'));
  keyFile = join(folder, 'key.pem');
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

interface Run {
  code: number | null;
  text: string;
}

function run(words: string[], env: NodeJS.ProcessEnv = {}): Promise<Run> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, words, {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const result: Run = { code: null, text: '' };
    child.stdout.on('data', (part: Buffer) => (result.text += part.toString()));
    child.stderr.on('data', (part: Buffer) => (result.text += part.toString()));
    child.once('error', failed);
    child.once('close', (code) => done({ ...result, code }));
  });
}

const concord = (...words: string[]): Promise<Run> =>
  run([resolve('dist/src/cli.js'), ...words], {
    VAR_DIR: app.app.get<Config>(CONFIG).varDir,
    DATABASE_URL: (app.db.options as { url: string }).url,
  });

/** Runs the stand-alone verifier on what was fetched. */
async function verifier(...values: unknown[]): Promise<Run> {
  const files: string[] = [];
  for (const [at, value] of values.entries()) {
    files.push(join(folder, `file-${at}.json`));
    await writeFile(files[at]!, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return run([resolve('scripts/verify-record.js'), '--key', keyFile, ...files]);
}

const entryOf = async (subject: string, action: string): Promise<{ id: string; sealed: boolean }> => {
  const rows: { id: string; sealed: boolean }[] = await app.db.query(
    `select id, leaf_index is not null as sealed from audit_entry where subject_id = $1 and action = $2`,
    [subject, action],
  );
  return rows[0]!;
};

async function sealed(subject: string, action: string): Promise<string> {
  for (let tries = 0; tries < 200; tries += 1) {
    const entry = await entryOf(subject, action);
    if (entry.sealed) return entry.id;
    await sleep(50);
  }
  throw new Error(`${action} of ${subject} was not sealed within ten seconds`);
}

const as = (path: string, token?: string) => {
  const asked = app.http.get(path);
  return token ? asked.set('authorization', `Bearer ${token}`) : asked;
};
const proofPath = (id: string): string => `/api/v1/record/entries/${id}/proof`;
const latest = async (): Promise<SignedHead> =>
  (await app.http.get('/api/v1/record/heads/latest').expect(200)).body as SignedHead;
const proofOf = async (id: string, token?: string): Promise<InclusionProof> =>
  (await as(proofPath(id), token).expect(200)).body as InclusionProof;

let author: string;
let submission: string;
let entry: string;
let first: SignedHead;

describe('a change', () => {
  it('is sealed by the worker within ten seconds', async () => {
    author = someone('author');
    submission = await submitted(app, conference, author);
    const from = performance.now();
    entry = await sealed(submission, 'submission.submitted');
    expect(performance.now() - from).toBeLessThan(10_000);
    first = await latest();
  });
});

describe('the published record', () => {
  it('has its heads and keys for everybody', async () => {
    const { body } = await app.http.get('/api/v1/record/keys').expect(200);
    expect(body.items).toHaveLength(1);
    const [key] = body.items as { keyId: string; publicKey: string; retiredAt: null }[];
    expect(key!.keyId).toBe(first.keyId);
    expect(JSON.stringify(body)).not.toContain('PRIVATE');
    const pem = await app.http.get(`/record/keys/${key!.keyId}.pem`).expect(200);
    const text = (pem.body as Buffer).length > 0 ? (pem.body as Buffer).toString() : pem.text;
    expect(text).toBe(key!.publicKey);
    await writeFile(keyFile, text);
    await app.http.get('/record/keys/0000000000000000.pem').expect(404);
    expect((await stat(app.app.get<Config>(CONFIG).signingKeyFile)).mode & 0o777).toBe(0o600);

    const heads = (await app.http.get('/api/v1/record/heads?limit=1').expect(200)).body;
    expect(heads.items).toHaveLength(1);
    expect(await verifier(heads.items[0])).toMatchObject({ code: 0 });
  });

  it('pages through heads', async () => {
    const seen: SignedHead[] = [];
    let next: string | null = '';
    do {
      const path: string = `/api/v1/record/heads?limit=1${next ? `&after=${next}` : ''}`;
      const { body } = await app.http.get(path).expect(200);
      seen.push(...(body.items as SignedHead[]));
      next = body.next as string | null;
    } while (next);
    const rows: { n: number }[] = await app.db.query(`select count(*)::int as n from tree_head`);
    expect(seen.length).toBeGreaterThanOrEqual(1);
    expect(Math.abs(seen.length - rows[0]!.n)).toBeLessThanOrEqual(1);
    await app.http.get('/api/v1/record/heads?after=WyJ4Il0').expect(400);
    await app.http.get('/api/v1/record/heads?after=x').expect(400);
  });

  it('has the verifier to be downloaded', async () => {
    const script = await app.http.get('/record/verify-record.js').expect(200);
    expect(script.text).toBe(await readFile(resolve('scripts/verify-record.js'), 'utf8'));
    expect(script.text.match(/^import .*$/gm)).toEqual([
      `import { createHash, createPublicKey, verify } from 'node:crypto';`,
      `import { readFileSync } from 'node:fs';`,
    ]);
  });

  it('has a page for guests, which shows the newest head and no entry', async () => {
    const { text } = await app.http.get('/record').expect(200);
    const head = await latest();
    expect(text).toContain(head.root);
    expect(text).toContain('BEGIN PUBLIC KEY');
    expect(text).not.toContain(submission);
    const own = await app.http
      .get('/record')
      .set('cookie', await app.cookie(author))
      .expect(200);
    expect(own.text).toContain(submission);
    expect(own.text).toContain(proofPath(entry));
  });
});

describe('an inclusion proof', () => {
  it('holds the entry for its author, and convinces the stand-alone verifier', async () => {
    const proof = await proofOf(entry, await app.token(author));
    expect(JSON.parse(proof.entry!)).toMatchObject({
      id: entry,
      action: 'submission.submitted',
      subjectId: submission,
    });
    const checked = await verifier(proof);
    expect(checked.text).toContain(`holds: the entry ${entry} is number ${proof.index}`);
    expect(checked.code).toBe(0);
  });

  it('hides the entry from everybody else, and still proves it', async () => {
    for (const token of [undefined, await app.token(someone('other'))]) {
      const proof = await proofOf(entry, token);
      expect(proof).not.toHaveProperty('entry');
      expect(JSON.stringify(proof)).not.toContain(submission);
      expect(await verifier(proof)).toMatchObject({ code: 0 });
    }
    await as(proofPath('nosuchentry00000')).expect(404);
  });

  it('holds the entry for organisers and auditors of its conference, not of another', async () => {
    const other = await app.conference();
    for (const role of ['organiser', 'auditor'] as const) {
      expect(await proofOf(entry, await app.token(someone(role), role, conference.id))).toHaveProperty(
        'entry',
      );
      expect(await proofOf(entry, await app.token(someone(role), role, other.id))).not.toHaveProperty(
        'entry',
      );
    }
  });

  it('of a panel is shown to neither the author nor an organiser who is the author', async () => {
    const chair = await app.token(someone('chair'), 'organiser', conference.id);
    await app.grant(author, 'organiser', conference.id);
    const mine = await app.token(author, 'organiser', conference.id);
    await moveTo(app, submission, 'under_review');
    const { id } = await reviewer(app, conference, chair, someone('reviewer'));
    await app.http
      .post(`/api/v1/submissions/${submission}/assignments`)
      .set('authorization', `Bearer ${chair}`)
      .send({ reviewer: id })
      .expect(201);
    const rows: { subject: string }[] = await app.db.query(
      `select subject_id as subject from audit_entry where action = 'assignment.made' and after ->> 'submission' = $1`,
      [submission],
    );
    const made = await sealed(rows[0]!.subject, 'assignment.made');
    expect(await proofOf(made, chair)).toHaveProperty('entry');
    expect(await proofOf(made, mine)).not.toHaveProperty('entry');
    expect(await proofOf(await sealed(submission, 'submission.under_review'), mine)).toHaveProperty('entry');
  });

  it('is refused by the verifier with any byte of it changed', async () => {
    const proof = await proofOf(entry, await app.token(author));
    const flip = (hex: string): string => (hex.startsWith('0') ? '1' : '0') + hex.slice(1);
    const wrong: unknown[] = [
      { ...proof, entry: proof.entry!.replace('submitted', 'submittef') },
      { ...proof, leafHash: flip(proof.leafHash) },
      { ...proof, index: proof.index + 1 },
      { ...proof, entryId: 'another' },
      ...proof.path.map((_, at) => ({
        ...proof,
        path: proof.path.map((step, one) => (one === at ? flip(step) : step)),
      })),
      { ...proof, path: proof.path.slice(1) },
      { ...proof, path: [...proof.path, proof.leafHash] },
      { ...proof, head: { ...proof.head, root: flip(proof.head.root) } },
      { ...proof, head: { ...proof.head, size: proof.head.size + 1 } },
      { ...proof, head: { ...proof.head, at: '2020-01-01T00:00:00.000Z' } },
      { ...proof, head: { ...proof.head, keyId: '0000000000000000' } },
      {
        ...proof,
        head: { ...proof.head, signature: `A${proof.head.signature.slice(1)}`.replace(/^AA/, 'BA') },
      },
      { ...proof, head: { ...proof.head, previous: { epoch: 0, size: 0, root: proof.head.root } } },
      JSON.stringify(proof).slice(1),
    ];
    for (const one of wrong) {
      const { code, text } = await verifier(one);
      expect({ code, one, text: /WRONG|is no JSON/.test(text) }).toEqual({ code: 1, one, text: true });
    }
  });
});

describe('a consistency proof', () => {
  it('shows that the record has only grown', async () => {
    const last = await latest();
    expect(last.size).toBeGreaterThan(first.size);
    const path = `/api/v1/record/consistency?from=${first.size}&to=${last.size}`;
    const proof = (await app.http.get(path).expect(200)).body as ConsistencyProof;
    expect(proof.to.root).toBe(last.root);
    const checked = await verifier(first, proof, last);
    expect(checked.text).toContain(`begin with the ${first.size} entries`);
    expect(checked.code).toBe(0);
    for (let at = 0; at < proof.path.length; at += 1) {
      const steps = proof.path.with(
        at,
        proof.path[at]!.replace(/^./, (c) => (c === '0' ? '1' : '0')),
      );
      expect(await verifier({ ...proof, path: steps })).toMatchObject({ code: 1 });
    }
  });

  it('is there for published heads only, in their order', async () => {
    const last = await latest();
    const ask = (query: string) => app.http.get(`/api/v1/record/consistency?${query}`);
    await ask(`from=${first.size}&to=${first.size}`).expect(200);
    await ask(`from=${last.size}&to=${first.size}`).expect(422);
    await ask(`from=${first.size}&to=999999`).expect(404);
    await ask(`from=${first.size}&to=${last.size}&epoch=9`).expect(404);
    await ask(`from=x&to=1`).expect(400);
    await ask(`from=1`).expect(400);
  });

  it('exposes two heads that contradict each other', async () => {
    const before = await latest();
    const forged = { ...before, root: 'f'.repeat(64) };
    expect((await verifier(before, forged)).code).toBe(1);
  });
});

describe('the pages of the organisers', () => {
  it('say what is sealed, with its proof', async () => {
    const email = someone('chair');
    await app.grant(email, 'organiser', conference.id);
    const { text } = await app.http
      .get(`/conferences/${conference.slug}/organise/record`)
      .set('cookie', await app.cookie(email))
      .expect(200);
    expect(text).toContain(`href="${proofPath(entry)}"`);
  });
});

describe('concord audit', () => {
  it('verifies, also against a head that was kept', async () => {
    const file = join(folder, 'head.json');
    expect(await concord('audit', 'head', '--out', file)).toEqual({ code: 0, text: '' });
    expect(JSON.parse(await readFile(file, 'utf8'))).toHaveProperty('publicKey');
    await app.app.get(Sealer).stop();
    const { code, text } = await concord('audit', 'verify', '--head', file);
    expect(text).toMatch(
      /^Everything is as it was sealed: \d+ entries .*it agrees with the head kept outside\.\n$/m,
    );
    expect(code).toBe(0);
    expect(JSON.parse((await concord('audit', 'verify', '--json')).text)).toMatchObject({ found: 0 });
  });

  it('rotates the key: the old one signs the name of the new one and stays published', async () => {
    const before = await latest();
    const { code, text } = await concord('audit', 'rotate-key');
    expect(text).toContain(`${before.keyId} is retired.`);
    expect(code).toBe(0);
    const after = await latest();
    expect(after.keyId).not.toBe(before.keyId);
    const { items } = (await app.http.get('/api/v1/record/keys').expect(200)).body as {
      items: { keyId: string; endorsedBy: string | null; retiredAt: string | null; publicKey: string }[];
    };
    expect(items).toMatchObject([
      { keyId: after.keyId, endorsedBy: before.keyId, retiredAt: null },
      { keyId: before.keyId, endorsedBy: null },
    ]);
    expect(items[1]!.retiredAt).not.toBeNull();
    expect((await concord('audit', 'verify', '--head', join(folder, 'head.json'))).code).toBe(0);
    // The old key alone no longer checks new heads, and says which is missing.
    expect((await verifier(after)).text).toContain(`signed with the key ${after.keyId}, which was not given`);
    await writeFile(keyFile, items[0]!.publicKey);
    expect(await verifier(after)).toMatchObject({ code: 0 });
  });

  it('begins a new epoch, with a reason, that names the last head', async () => {
    const before = await latest();
    const { code, text } = await concord('audit', 'new-epoch', '--reason', 'Restored from Sunday.');
    expect(text).toMatch(/^Epoch 2 has begun after \d+ entries of epoch 1\.$/m);
    expect(code).toBe(0);
    const after = await latest();
    expect(after).toMatchObject({ epoch: 2, previous: { epoch: 1, size: before.size, root: before.root } });
    const { text: shown } = await app.http.get('/record').expect(200);
    expect(shown).toContain('Restored from Sunday.');
    const verified = await concord('audit', 'verify', '--head', join(folder, 'head.json'));
    expect(verified.text).toContain('Note: Epoch 2 was begun after');
    expect(verified.code).toBe(0);
  });

  it('says in one line what is wrong', async () => {
    const file = join(folder, 'no-head.json');
    await writeFile(file, '{}');
    const { code, text } = await concord('audit', 'verify', '--head', file);
    expect({ code, text }).toEqual({
      code: 1,
      text: `${file} holds no head of a record (not a tree head: log).\n`,
    });
    expect((await concord('audit', 'verify', '--head', join(folder, 'none'))).text).toMatch(
      /cannot be read \(ENOENT\)\.\n$/,
    );
    const runner = app.db.createQueryRunner();
    await runner.query(`set session_replication_role = replica`);
    await runner.query(`update audit_entry set action = 'submission.accepted' where id = $1`, [entry]);
    await runner.query(`set session_replication_role = origin`);
    await runner.release();
    const found = await concord('audit', 'verify');
    expect(found.text).toContain(`Entry ${entry} at index`);
    expect(found.text).toContain('1 things are not as they were sealed');
    expect(found.code).toBe(1);
  });
});
