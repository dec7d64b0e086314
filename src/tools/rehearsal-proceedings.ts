import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { citationKey } from '../proceedings/bibtex.js';
import { UnexpectedAnswer, type Driver } from './driver.js';
import type { Report } from './report.js';
import { unzip } from './unzip.js';

/** What the check of the proceedings looks at. */
export interface ProceedingsCheck {
  driver: Driver;
  report: Report;
  slug: string;
  organiser: string;
  submitted: readonly { id: string; title: string }[];
}

interface Build {
  id: string;
  status: string;
  problem: { message: string; detail: string } | null;
  files: { name: string; size: number; sha256: string }[];
}

const LOOK_EVERY_MS = 250;
const PATIENCE_MS = 300_000;

/** Builds the proceedings and makes sure that every format has each accepted abstract and no other. */
export async function checkProceedings(check: ProceedingsCheck): Promise<{ count: number }> {
  const { driver, report, slug, organiser: token, submitted } = check;
  const accepted = await driver.list<{ id: string }>(
    `/api/v1/conferences/${slug}/submissions?status=accepted`,
    token,
  );
  const wanted = accepted.map(({ id }) => id).toSorted();
  const plan = await driver.ask<{ version: number; unplaced: unknown[]; sections: { papers: unknown[] }[] }>(
    200,
    'GET',
    `/api/v1/conferences/${slug}/volume`,
    { token },
  );
  await driver.ask(200, 'PUT', `/api/v1/conferences/${slug}/volume`, {
    token,
    version: plan.version,
    body: { title: 'Book of abstracts' },
  });
  const build = await built(check);
  report.check(build.status === 'done', () =>
    `the build ${build.status}: ${build.problem?.message ?? ''} ${build.problem?.detail ?? ''}`.trim(),
  );
  if (build.status !== 'done') return { count: 0 };

  const archive = build.files.find(({ name }) => name.endsWith('.zip'));
  report.check(archive !== undefined, () => 'the build has no ZIP');
  if (!archive) return { count: 0 };
  const path = `/api/v1/proceedings-builds/${build.id}/files/${archive.name}`;
  const answer = await driver.send('GET', path, { token });
  if (answer.status !== 200) throw new UnexpectedAnswer('GET', path, answer);
  report.check(
    sha256(answer.bytes) === archive.sha256,
    () => 'the ZIP is not the one that the build tells of',
  );

  const files = unzip(answer.bytes);
  const read = (name: string): string => files.get(name)?.toString('utf8') ?? '';
  const { files: listed = [] } = JSON.parse(read('manifest.json') || '{}') as {
    files?: { name: string; sha256: string }[];
  };
  report.check(
    listed.length > 0 &&
      listed.every(({ name, sha256: sum }) => files.has(name) && sha256(files.get(name)!) === sum),
    () => 'a file of the ZIP is not the one in its manifest',
  );
  const inJson = (JSON.parse(read('abstracts.json') || '[]') as { id: string }[])
    .map(({ id }) => id)
    .toSorted();
  report.check(
    same(inJson, wanted),
    () => `abstracts.json has ${inJson.length} abstracts, ${wanted.length} are accepted`,
  );
  const bib = [...read('proceedings.bib').matchAll(/^@\w+\{([^,]+),/gm)].map(([, key]) => key!).toSorted();
  report.check(
    same(bib, wanted.map(citationKey).toSorted()),
    () => `the BibTeX has ${bib.length} entries, ${wanted.length} are accepted`,
  );
  const inCsv = wanted.filter(
    (id) => read('abstracts.csv').includes(`"${id}"`) || read('abstracts.csv').includes(`${id},`),
  );
  report.check(same(inCsv, wanted), () => `the CSV has ${inCsv.length} of ${wanted.length} abstracts`);

  const pdf = [...files].find(([name]) => name.endsWith('.pdf'))?.[1];
  report.check(pdf !== undefined && pdf.subarray(0, 5).toString() === '%PDF-', () => 'the ZIP holds no PDF');
  const text = pdf && (await pdfText(pdf));
  if (text !== undefined) {
    const titles = new Map(submitted.map(({ id, title }) => [id, title]));
    const page = letters(text);
    const lost = wanted.filter((id) => !page.includes(letters(titles.get(id) ?? '')));
    report.check(
      lost.length === 0,
      () => `the PDF lacks the titles of ${lost.slice(0, 10).join(', ')} (${lost.length})`,
    );
    const others = submitted.filter(({ id }) => !wanted.includes(id) && new RegExp(`\\b${id}\\b`).test(text));
    report.check(
      others.length === 0,
      () => `the PDF names ${others.map(({ id }) => id).join(', ')}, which are not accepted`,
    );
  }
  return { count: inJson.length };
}

async function built({ driver, slug, organiser: token }: ProceedingsCheck): Promise<Build> {
  const asked = await driver.ask<Build>(202, 'POST', `/api/v1/conferences/${slug}/proceedings-builds`, {
    token,
    key: true,
    body: {},
  });
  const until = performance.now() + PATIENCE_MS;
  let build = asked;
  while (build.status !== 'done' && build.status !== 'failed' && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    build = await driver.ask<Build>(200, 'GET', `/api/v1/proceedings-builds/${asked.id}`, { token });
  }
  return build;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const same = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((text, index) => text === other[index]);

/** Letters and digits of a text that may be broken into lines or set with ligatures. */
const letters = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');

/** The PDF's text by `pdftotext`; undefined where that is not installed. */
function pdfText(pdf: Buffer): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn('pdftotext', ['-q', '-', '-'], { stdio: ['pipe', 'pipe', 'ignore'] });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.stdin.on('error', () => {});
    child.once('error', () => resolve(undefined));
    child.once('close', (code) => resolve(code === 0 ? Buffer.concat(parts).toString('utf8') : undefined));
    child.stdin.end(pdf);
  });
}
