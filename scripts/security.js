/**
 * `node scripts/security.js [--check]`: writes the table of docs/security.md from docs/security/asvs.json, or says whether it
 * is there as it should be. The words around the table are written by hand.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const BEGIN = '<!-- asvs: written by scripts/security.js from security/asvs.json -->';
const END = '<!-- asvs: end -->';
const PAGE = join(root, 'docs/security.md');
const DATA = join(root, 'docs/security/asvs.json');

/** States of a row, the worst first, with what the page calls them. */
const STATES = {
  open: 'not met',
  deviates: 'met in another way',
  operator: 'left to who runs it',
  met: 'met',
};

/** The rows: number, level, state, own words, files, tests as [file, name], note. */
export const readTable = () => JSON.parse(readFileSync(DATA, 'utf8'));

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (text) => `\`${text}\``;
const tested = ([file, name]) => `${code(file)} ${cell(name)}`;

/** The generated part of the page. */
export function tableOf({ version, rows, none }) {
  const count = (state) => rows.filter((row) => row.state === state).length;
  const lines = [
    BEGIN,
    '',
    `Rows of ASVS ${version}: ${Object.entries(STATES)
      .map(([state, words]) => `${count(state)} ${words}`)
      .join(', ')}; ${none.reduce((sum, group) => sum + group.ids.length, 0)} concern nothing that is here.`,
    '',
  ];
  for (const [state, title] of [
    ['open', 'Not met'],
    ['deviates', 'Met in another way, and why'],
    ['operator', 'Left to who runs an installation'],
  ]) {
    lines.push(`### ${title}`, '');
    for (const row of rows.filter((one) => one.state === state))
      lines.push(`- **${row.id}** (level ${row.level}) ${row.asks}. ${row.note}`);
    lines.push('');
  }
  lines.push(
    '### Every row',
    '',
    '| row | level | asks | state | where | test |',
    '| --- | --- | --- | --- | --- | --- |',
  );
  for (const row of rows)
    lines.push(
      `| ${row.id} | ${row.level} | ${cell(row.asks)} | ${STATES[row.state]} | ${row.where.map(code).join(', ')} | ${row.tests.map(tested).join('; ')} |`,
    );
  lines.push('', '### What is not here', '');
  for (const group of none) lines.push(`- ${group.ids.join(', ')}: ${group.why}`);
  lines.push('', END);
  return lines.join('\n');
}

/** The page with its table as the data says. */
export function pageOf(page, data) {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error('docs/security.md has no place for the table.');
  return `${before}${tableOf(data)}${after}`;
}

export const readPage = () => readFileSync(PAGE, 'utf8');

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const page = readPage();
  const wanted = pageOf(page, readTable());
  if (!process.argv.includes('--check')) writeFileSync(PAGE, wanted);
  else if (wanted !== page) {
    process.stderr.write(
      'docs/security.md is not what docs/security/asvs.json says; run node scripts/security.js\n',
    );
    process.exitCode = 1;
  }
}
