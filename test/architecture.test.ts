import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const SRC = resolve('src');

/** Modules in their order: each may import those above it and none below. No exceptions. */
const ORDER = [
  'platform',
  'audit',
  'people',
  'mail',
  'accounts',
  'conferences',
  'submissions',
  'partners',
  'reviews',
  'decisions',
  'programme',
  'registrations',
  'outcomes',
  'proceedings',
  'rights',
  'web',
  'tools',
];

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/\.spec\.tsx?$/.test(name))
  .map((name) => join(SRC, name));

interface Import {
  file: string;
  source: string;
  typesOnly: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  return [
    ...text.matchAll(/(?:^|\n)\s*(?:import|export)\s+(type\s+)?[^;]*?from\s+'([^']+)'|import\('([^']+)'\)/g),
  ].map((match) => ({
    file,
    source: match[2] ?? match[3] ?? '',
    typesOnly: match[1] !== undefined,
  }));
}

const imports = files.flatMap(importsOf);
const moduleOf = (path: string): string => relative(SRC, path).split('/')[0]!;
const shown = ({ file, source }: Import): string => `${relative(SRC, file)} -> ${source}`;

describe('the architecture', () => {
  it('has modules that import only those above them', () => {
    const wrong = imports.filter(({ file, source }) => {
      if (!source.startsWith('.')) return false;
      const from = ORDER.indexOf(moduleOf(file));
      const to = ORDER.indexOf(moduleOf(resolve(dirname(file), source)));
      // The doors at the top of src may import everything, and nothing imports them.
      return from >= 0 && to > from;
    });
    expect(wrong.map(shown)).toEqual([]);
  });

  it('knows every folder of src', () => {
    const folders = readdirSync(SRC, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'locales')
      .map((entry) => entry.name);
    expect(folders.filter((folder) => !ORDER.includes(folder))).toEqual([]);
  });

  it('keeps rules pure: they import types and other pure files only', () => {
    const pure = (file: string): boolean => /-(rules|states)\.ts$/.test(file);
    const wrong = imports.filter(
      ({ file, source, typesOnly }) =>
        pure(file) &&
        !typesOnly &&
        /nestjs|typeorm|fastify|\.(service|controller|gate|entity)\.js$/.test(source),
    );
    expect(wrong.map(shown)).toEqual([]);
  });

  it('reads the environment in one place and the clock in one place', () => {
    const reads = (pattern: RegExp, allowed: RegExp): string[] =>
      files
        .filter((file) => !allowed.test(relative(SRC, file)) && pattern.test(readFileSync(file, 'utf8')))
        .map((file) => relative(SRC, file));
    expect(reads(/process\.env/, /^platform\/(config|embedded-postgres|unprivileged)\.ts$|^tools\//)).toEqual(
      [],
    );
    expect(reads(/new Date\(\)|Date\.now\(\)/, /^tools\//)).toEqual([]);
  });

  it('has no barrels, no default exports and no forward references', () => {
    expect(files.filter((file) => /\/index\.tsx?$/.test(file)).map((file) => relative(SRC, file))).toEqual(
      [],
    );
    const wrong = files.filter((file) => /export default|forwardRef\(/.test(readFileSync(file, 'utf8')));
    expect(wrong.map((file) => relative(SRC, file))).toEqual([]);
  });
});
