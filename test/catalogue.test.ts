import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasMessage } from '../src/platform/i18n.js';

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/\.spec\.tsx?$/.test(name))
  .map((name) => ({ name, text: readFileSync(join('src', name), 'utf8') }));

const catalogue = Object.fromEntries(
  readdirSync('src/locales/en').map((name) => [
    name.slice(0, -'.json'.length),
    JSON.parse(readFileSync(join('src/locales/en', name), 'utf8')) as object,
  ]),
);

/** Whether a key, or with `prefix` a group of keys, is in the English catalogue. */
function known(key: string, prefix = false): boolean {
  if (!prefix) return hasMessage(key) || hasMessage(`${key}_one`) || hasMessage(`${key}_other`);
  const [namespace, path = ''] = key.split(':');
  const parts = path.split('.').filter(Boolean);
  let node: unknown = catalogue[namespace!];
  for (const [index, part] of parts.entries()) {
    if (typeof node !== 'object' || node === null) return false;
    const object = node as Record<string, unknown>;
    // The last part may be the beginning of a key, as in `submit:field.abstract${kind}`.
    if (index === parts.length - 1 && !key.endsWith('.'))
      return Object.keys(object).some((name) => name.startsWith(part));
    node = object[part];
  }
  return node !== undefined;
}

describe('the message catalogue', () => {
  it('has every key that the source names', () => {
    const missing = sources.flatMap(({ name, text }) =>
      [...text.matchAll(/\bt\(\s*'([a-z]+:[^']+)'/g)]
        .filter((match) => !known(match[1]!))
        .map((match) => `${name}: ${match[1]}`),
    );
    expect(missing).toEqual([]);
  });

  it('has a group for every key that is put together', () => {
    const missing = sources.flatMap(({ name, text }) =>
      [...text.matchAll(/\bt\(\s*`([a-z]+:[^`$]*)\$\{/g)]
        .filter((match) => !known(match[1]!, true))
        .map((match) => `${name}: ${match[1]}`),
    );
    expect(missing).toEqual([]);
  });

  it('has a sentence for every refusal and every field problem', () => {
    const refusals = sources.flatMap(({ text }) => [
      ...[...text.matchAll(/new Refusal\(\s*'\w+',\s*'([\w.]+)'/g)].map((match) => `refusal:${match[1]}`),
      ...[...text.matchAll(/forbidden\('([\w.]+)'\)/g)].map((match) => `refusal:${match[1]}`),
      ...[...text.matchAll(/field: [^,{}]+, code: '([\w.]+)'/g)].map((match) => `refusal:field.${match[1]}`),
      ...[...text.matchAll(/Rule\(\s*'(\w+)'/g)].map((match) => `refusal:field.${match[1]}`),
      ...[...text.matchAll(/refuseField\([^,]+, '(\w+)'/g)].map((match) => `refusal:field.${match[1]}`),
    ]);
    expect([...new Set(refusals)].filter((key) => !known(key))).toEqual([]);
    expect(refusals.length).toBeGreaterThan(80);
  });
});
