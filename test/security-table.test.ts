import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * docs/security.md says what holds up each requirement of ASVS 5.0; what it names has to be there. The numbers are those of
 * the standard's levels 1 and 2, of which each is a row or said to concern nothing that is here.
 */

const ROOT = fileURLToPath(new URL('../', import.meta.url));

interface Row {
  id: string;
  level: number;
  state: 'met' | 'deviates' | 'operator' | 'open';
  asks: string;
  where: string[];
  tests: [file: string, name: string][];
  note: string;
}
interface Table {
  version: string;
  /** How many requirements of levels 1 and 2 each section has. */
  sections: Record<string, number>;
  rows: Row[];
  none: { ids: string[]; why: string }[];
}
interface Writer {
  readTable(): Table;
  readPage(): string;
  pageOf(page: string, table: Table): string;
}

let writer: Writer;
let table: Table;

beforeAll(async () => {
  writer = (await import(join(ROOT, 'scripts/security.js'))) as Writer;
  table = writer.readTable();
});

const textOf = new Map<string, string>();
function read(file: string): string {
  if (!textOf.has(file)) textOf.set(file, readFileSync(join(ROOT, file), 'utf8'));
  return textOf.get(file)!;
}

it('the table of docs/security.md is the one of docs/security/asvs.json', () => {
  expect(writer.pageOf(writer.readPage(), table)).toBe(writer.readPage());
});

it('has each requirement of levels 1 and 2 once', () => {
  const wanted = Object.entries(table.sections).flatMap(([section, count]) =>
    Array.from({ length: count }, (_, n) => `${section}.${n + 1}`),
  );
  // ASVS 5.0.0: 70 of level 1 and 183 of level 2.
  expect(wanted).toHaveLength(253);
  const ids = [...table.rows.map(({ id }) => id), ...table.none.flatMap((group) => group.ids)];
  expect(new Set(ids).size).toBe(ids.length);
  const known = new Set(ids);
  expect(wanted.filter((id) => !known.has(id))).toEqual([]);
  const beyond = new Set(table.rows.filter(({ level }) => level === 3).map(({ id }) => id));
  expect(ids.filter((id) => !wanted.includes(id) && !beyond.has(id))).toEqual([]);
});

it('names files that are there, and tests that are in them', () => {
  const gone = table.rows.flatMap(({ id, where, tests }) => [
    ...where.filter((file) => !existsSync(join(ROOT, file))).map((file) => `${id}: ${file}`),
    ...tests
      .filter(([file, name]) => !existsSync(join(ROOT, file)) || !isTestOf(file, name))
      .map((test) => `${id}: ${test.join(' ')}`),
  ]);
  expect(gone).toEqual([]);
});

/** Whether the file has a test whose name begins so. */
function isTestOf(file: string, name: string): boolean {
  const source = read(file);
  return [`'`, '`', '"'].some((quote) =>
    source
      .split(`${quote}${name}`)
      .slice(0, -1)
      .some((before) => /(?:\b(?:it|describe)|\))\(\s*$/.test(before)),
  );
}

it('holds up what it calls met by a test, or is about what is written down', () => {
  const bare = table.rows.filter(
    ({ state, where, tests }) =>
      state === 'met' && tests.length === 0 && !where.some((file) => file.startsWith('docs/')),
  );
  expect(bare.map(({ id }) => id)).toEqual([]);
});

it('gives a reason for what is not met, met in another way, or left to others', () => {
  const silent = table.rows.filter(({ state, note }) => state !== 'met' && note.length <= 10);
  expect(silent.map(({ id }) => id)).toEqual([]);
});
