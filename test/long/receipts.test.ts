import { execFile } from 'node:child_process';
import { rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { jest } from '@jest/globals';
import { Receipts } from '../../src/audit/receipts.js';
import { Sealer } from '../../src/audit/sealer.js';
import { SignIn } from '../../src/accounts/sign-in.service.js';
import { systemActor } from '../../src/platform/actor.js';
import { CONFIG, type Config } from '../../src/platform/config.js';
import { statements } from '../../src/platform/database.js';
import { abstractOf, createTestApp, type TestApp, type TestConference } from '../support/app.js';
import { axeFindings, describeInBrowser, openBrowser, visitAs } from '../support/browser.js';
import { newKey, someone, submitted } from '../support/panel.js';

jest.setTimeout(120_000);

let app: TestApp;
let conference: TestConference;

// Without workers, as where only `web` runs.
beforeAll(async () => {
  app = await createTestApp();
  conference = await app.conference();
});
afterAll(() => app.close());

/** A submission's receipt, as its author gets it by API. */
async function receiptOf(id: string, email: string): Promise<string> {
  const token = await app.token(email);
  const { body } = await app.http
    .get(`/api/v1/submissions/${id}`)
    .set('authorization', `Bearer ${token}`)
    .expect(200);
  return body.receipt as string;
}

async function newReceipt(): Promise<{ id: string; email: string; receipt: string }> {
  const email = someone('writer');
  const id = await submitted(app, conference, email);
  return { id, email, receipt: await receiptOf(id, email) };
}

const check = (receipt: string) => app.http.post('/api/v1/record/receipt-checks').send({ receipt });

async function refused(receipt: string): Promise<string> {
  const { body } = await check(receipt).expect(422);
  return body.fields[0].code as string;
}

const pageOf = (receipt: string) => app.http.post('/record/receipt').type('form').send({ receipt });

const refusals = async (): Promise<number> =>
  (await app.db.query(`select count(*)::int as n from audit_entry where action = 'receipt.refused'`))[0].n;

describe('a receipt', () => {
  it('comes by mail, by API and on the page, the same, and holds wherever it is pasted from', async () => {
    const { id, email, receipt } = await newReceipt();
    expect(receipt).toMatch(/^Concord receipt 1\n[^]*\nend of receipt$/);
    const [mail] = await app.db.query(
      `select text, html from mail_message where subject_id = $1 and kind = 'submission_receipt'`,
      [id],
    );
    expect(mail.text).toContain(receipt);
    const { text: html } = await app.http
      .get(`/submissions/${id}`)
      .set('cookie', await app.cookie(email))
      .expect(200);
    expect(html).toContain(receipt);

    const [row] = await app.db.query(
      `select s.submitted_at, s.text_hash, s.word_count, e.id from submission s
       join audit_entry e on e.subject_id = s.id and e.action = 'submission.submitted' where s.id = $1`,
      [id],
    );
    const facts = {
      submission: id,
      version: 1,
      arrivedAt: row.submitted_at.toISOString(),
      wordCount: row.word_count,
      textHash: row.text_hash,
      entry: { id: row.id },
      keyRetiredAt: null,
    };
    expect((await check(receipt).expect(200)).body).toMatchObject({ ...facts, sealed: null });
    await app.app.get(Sealer).seal();
    const tagless = (mail.html as string).replace(/<br>/g, '\n').replace(/<[^>]+>/g, '');
    for (const text of [receipt, mail.text, tagless, (mail.text as string).replaceAll(/^/gm, '> ')]) {
      const { body } = await check(text).expect(200);
      expect(body).toMatchObject(facts);
      // The hash that was signed before anything was written is the one that is sealed.
      const proof = await app.http.get(`/api/v1/record/entries/${row.id}/proof`).expect(200);
      expect(proof.body.leafHash).toBe(body.entry.hash);
      expect(body.sealed.index).toBe(proof.body.index);
      expect(body.sealed.head.size).toBeGreaterThan(body.sealed.index);
    }
  });

  it('costs a submission no statement', async () => {
    const token = await app.token(someone('counted'));
    const run = jest.spyOn(statements, 'run');
    const count = async (): Promise<number> => {
      run.mockClear();
      await app.http
        .post(`/api/v1/conferences/${conference.slug}/submissions`)
        .set('authorization', `Bearer ${token}`)
        .set('idempotency-key', newKey())
        .send(abstractOf(conference))
        .expect(201);
      return (run.mock.calls[0]![0] as { count: number }).count;
    };
    // The authors become known with the first one, and the key is looked up.
    await count();
    const signed = await count();
    const sign = jest.spyOn(app.app.get(Receipts), 'sign').mockResolvedValue(null);
    expect(await count()).toBe(signed);
    sign.mockRestore();
    run.mockRestore();
  });

  it('is given anew for each version, and the earlier one holds too', async () => {
    const { id, email, receipt } = await newReceipt();
    const token = await app.token(email);
    const { body } = await app.http
      .patch(`/api/v1/submissions/${id}`)
      .set('authorization', `Bearer ${token}`)
      .set('if-match', '"1"')
      .send({ title: 'Another title' })
      .expect(200);
    expect(body.receipt).not.toBe(receipt);
    expect((await check(receipt).expect(200)).body).toMatchObject({ submission: id, version: 1 });
    expect((await check(body.receipt).expect(200)).body).toMatchObject({
      submission: id,
      version: 2,
      textHash: body.textHash,
    });
  });

  it('is given for a draft when it is handed in, and to a guest whose address is confirmed later', async () => {
    const email = someone('drafter');
    const token = await app.token(email);
    const authors = [{ name: 'Ann Author', affiliation: 'House', email, corresponding: true }];
    const draft = await app.http
      .post(`/api/v1/conferences/${conference.slug}/submissions`)
      .set('authorization', `Bearer ${token}`)
      .set('idempotency-key', newKey())
      .send(abstractOf(conference, { status: 'draft', authors }))
      .expect(201);
    expect(draft.body.receipt).toBeNull();
    const { body } = await app.http
      .post(`/api/v1/submissions/${draft.body.id}/submit`)
      .set('authorization', `Bearer ${token}`)
      .set('if-match', '"1"')
      .set('idempotency-key', newKey())
      .expect(200);
    expect((await check(body.receipt).expect(200)).body).toMatchObject({ submission: body.id, version: 2 });

    const guest = someone('guest');
    const form = new URLSearchParams({
      act: 'submit',
      idempotencyKey: newKey(),
      title: 'A guest writes',
      abstract: 'A few words.',
      'authors[0][name]': 'Guest',
      'authors[0][affiliation]': 'House',
      'authors[0][email]': guest,
      corresponding: '0',
    });
    form.append('topics[]', conference.topics[0]!);
    await app.http
      .post(`/conferences/${conference.slug}/submit`)
      .type('form')
      .send(form.toString())
      .expect(303);
    const [held] = await app.db.query(`select id, receipt from submission where title = 'A guest writes'`);
    const link = await app.app.get(SignIn).printedLink(guest, '/me', 10);
    await app.app.get(SignIn).use(link.split('/').at(-1)!, 'test');
    const [mail] = await app.db.query(`select text from mail_message where subject_id = $1`, [held.id]);
    expect(mail.text).toContain(held.receipt);
    await check(held.receipt).expect(200);
  });

  it('is refused with one character changed, which is recorded, and stays in the form', async () => {
    const { receipt } = await newReceipt();
    const before = await refusals();
    let tried = 0;
    const codes = new Set<string>();
    for (let index = 0; index < receipt.length; index += 7) {
      const character = receipt[index]!;
      if (/\s/.test(character)) continue;
      const other = character === '1' ? '2' : '1';
      codes.add(await refused(receipt.slice(0, index) + other + receipt.slice(index + 1)));
      tried += 1;
    }
    expect([...codes].toSorted()).toEqual(expect.arrayContaining(['receipt.form', 'receipt.signature']));
    expect(await refusals()).toBe(before + tried);
    const changed = receipt.replace(/words: \d+/, 'words: 299');
    const response = await pageOf(changed).expect(422);
    expect(response.text).toContain('This is not what was signed');
    expect(response.text).toContain('words: 299');
    expect(response.text).not.toContain('This receipt is genuine');
    const [entry] = await app.db.query(
      `select actor_kind, subject_id, after from audit_entry where action = 'receipt.refused' order by at desc limit 1`,
    );
    expect(entry).toEqual({
      actor_kind: 'guest',
      subject_id: expect.stringMatching(/^[0-9a-f]{64}$/),
      after: { problem: 'signature' },
    });
    expect((await pageOf(receipt).expect(200)).text).toContain('This receipt is genuine');
  });

  it('is refused where it is none, several, of another record, or by a key that never signed here', async () => {
    const { receipt } = await newReceipt();
    expect(await refused('Good day')).toBe('receipt.form');
    expect(await refused('')).toBe('required');
    expect(await refused(`${receipt}\n${receipt}`)).toBe('receipt.many');
    expect(await refused(receipt.replace(/log: ./, (line) => `log: ${line.endsWith('0') ? '1' : '0'}`))).toBe(
      'receipt.log',
    );
    expect(await refused(receipt.replace(/key: \w+/, 'key: 0123456789abcdef'))).toBe('receipt.key');
  });

  it('is checked by the stand-alone verifier, also against the proof of its entry', async () => {
    const { receipt } = await newReceipt();
    await app.app.get(Sealer).seal();
    const { body } = await check(receipt).expect(200);
    const keys = await app.http.get('/api/v1/record/keys').expect(200);
    const key = (keys.body.items as { keyId: string; publicKey: string }[]).find(
      ({ keyId }) => keyId === body.keyId,
    )!;
    const proof = (await app.http.get(`/api/v1/record/entries/${body.entry.id}/proof`).expect(200)).body;
    const other = await newReceipt();
    await app.app.get(Sealer).seal();
    const otherId = (await check(other.receipt).expect(200)).body.entry.id as string;
    const otherProof = (await app.http.get(`/api/v1/record/entries/${otherId}/proof`).expect(200)).body;
    await writeFile(join(app.folder, 'key.pem'), key.publicKey);
    const verify = async (...texts: string[]): Promise<[code: number, text: string]> => {
      const files = texts.map((_text, index) => join(app.folder, `given-${index}`));
      for (const [index, text] of texts.entries()) await writeFile(files[index]!, text);
      const words = [resolve('scripts/verify-record.js'), '--key', join(app.folder, 'key.pem'), ...files];
      return new Promise((done) =>
        execFile(process.execPath, words, (error, out, err) =>
          done([error ? Number(error.code) : 0, out + err]),
        ),
      );
    };
    const [code, text] = await verify(
      `Dear Ani,\n\n${receipt.replaceAll(/^/gm, '> ')}`,
      JSON.stringify(proof),
    );
    expect([code, text]).toEqual([
      0,
      expect.stringContaining(`holds: receipt: ${body.submission}, version 1`),
    ]);
    for (const [wrong, words] of [
      [receipt.replace(/words: \d+/, 'words: 9'), 'the signature of the receipt is wrong'],
      [receipt.replace(/text: ./, 'text: x'), 'this is no whole receipt'],
      [`${receipt}\n${receipt}`, 'there are several receipts'],
      [receipt.replace(/key: \w+/, 'key: 0123456789abcdef'), 'which was not given'],
    ] as const)
      expect(await verify(wrong)).toEqual([1, expect.stringContaining(words)]);
    // A proof of another entry that is passed off as the receipt's.
    const forged = JSON.stringify({ ...otherProof, entryId: body.entry.id });
    expect(await verify(receipt, forged)).toEqual([1, expect.stringContaining('different hashes')]);
  });

  it('counts by a key that was retired since, but not when it claims a later time', async () => {
    const { receipt } = await newReceipt();
    await app.app.get(Sealer).rotateKey(systemActor('test'));
    const { body } = await check(receipt).expect(200);
    expect(body.keyRetiredAt).not.toBeNull();
    expect((await pageOf(receipt).expect(200)).text).toContain('retired since');
    // The new key is noticed without a restart.
    const later = await newReceipt();
    expect((await check(later.receipt).expect(200)).body).toMatchObject({ keyRetiredAt: null });
    await app.db.query(
      `update signing_key set retired_at = clock_timestamp() - interval '1 hour' where key_id = $1`,
      [body.keyId],
    );
    expect(await refused(receipt)).toBe('receipt.retired');
    await app.db.query(`update signing_key set retired_at = clock_timestamp() where key_id = $1`, [
      body.keyId,
    ]);
  });

  it('tells when the record has lost its entry, or says something else', async () => {
    const { id, receipt } = await newReceipt();
    const runner = app.db.createQueryRunner();
    await runner.connect();
    await runner.query(`set session_replication_role = replica`);
    await runner.query(`update audit_entry set after = '{"status":"submitted"}' where subject_id = $1`, [id]);
    expect(await refused(receipt)).toBe('receipt.differs');
    await runner.query(`delete from audit_entry where subject_id = $1`, [id]);
    expect(await refused(receipt)).toBe('receipt.missing');
    await runner.query(`set session_replication_role = origin`);
    await runner.release();
  });

  it('is left out where the key is not at hand, and nothing else is', async () => {
    const file = app.app.get<Config>(CONFIG).signingKeyFile;
    await rename(file, `${file}.away`);
    const { id, email, receipt } = await newReceipt();
    expect(receipt).toBeNull();
    const [mail] = await app.db.query(`select text from mail_message where subject_id = $1`, [id]);
    expect(mail.text).not.toContain('Concord receipt');
    const cookie = await app.cookie(email);
    const { text } = await app.http.get(`/submissions/${id}`).set('cookie', cookie).expect(200);
    expect(text).toContain('Fingerprint');
    await rename(`${file}.away`, file);
    expect((await newReceipt()).receipt).toContain('end of receipt');
  });
});

describeInBrowser('in a browser', () => {
  it.each([360, 1280])('a receipt is copied from the page and checked, %i px wide', async (width) => {
    const { id, email } = await newReceipt();
    await app.app.get(Sealer).seal();
    const browser = await openBrowser();
    const { page, complaints } = await visitAs(browser, app.url, await app.cookie(email), { width });
    const look = async (name: string): Promise<void> => {
      expect(await axeFindings(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      const folder = process.env['SHOTS'];
      if (folder) await page.screenshot({ path: `${folder}/${name}-${width}.png`, fullPage: true });
    };
    await page.goto(`/submissions/${id}`);
    await look('submission');
    const receipt = await page.getByLabel('The signed receipt').innerText();
    await page.getByRole('link', { name: 'Check a receipt' }).click();
    await page.getByLabel('The receipt').fill(`Dear Ani,\n\n${receipt}\n\nAnd so on.`);
    await look('form');
    await page.getByRole('button', { name: 'Check it' }).click();
    await page.getByText('This receipt is genuine').waitFor();
    await look('genuine');
    await page.getByLabel('The receipt').fill(receipt.replace('version: 1', 'version: 2'));
    await page.getByRole('button', { name: 'Check it' }).click();
    await page.getByText('This is not what was signed').first().waitFor();
    await look('refused');
    expect(await page.getByLabel('The receipt').inputValue()).toContain('version: 2');
    expect(complaints).toEqual([]);
    await browser.close();
  });
});
