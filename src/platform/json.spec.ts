import * as fc from 'fast-check';
import { depth, duplicateKey, findDangerousKey, findUnstorable, hasMoreParts, madeStorable } from './json.js';

describe('duplicateKey', () => {
  it.each<[string, string | undefined]>([
    ['null', undefined],
    ['"a"', undefined],
    ['{}', undefined],
    ['{"a":1,"b":2}', undefined],
    ['{"a":1,"a":1}', 'a'],
    ['{"a":1,"\\u0061":1}', 'a'],
    ['{"\\"":1,"b":2,"\\u0022":1}', '"'],
    ['{"a\\\\":"\\\\","a":1}', undefined],
    ['{"":1,"":2}', ''],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
    ['{"1":1,"2":2,"1":3}', '1'],
    // the same key in different objects, and values that look like keys
    ['{"a":{"a":[{"a":1},{"a":2}]},"b":"a"}', undefined],
    ['["a","a",{"a":["b","b"],"b":1}]', undefined],
    ['{"x":["a","a"],"a":1}', undefined],
    ['{"a":"}","b":"{\\"a\\":1,","c":"]"}', undefined],
    // after something nested is closed
    ['{"a":{"b":1},"a":2}', 'a'],
    ['{"a":[{}],"b":[],"a":2}', 'a'],
    ['[{"b":{"c":1 , "d":[]\n,\t"c" : 2}}]', 'c'],
  ])('in %s is %j', (given, expected) => {
    expect(duplicateKey(given)).toBe(expected);
  });

  it('finds none in what JSON.stringify wrote', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }), (given) => {
        expect(duplicateKey(given)).toBeUndefined();
      }),
    );
  });

  it('finds a key added to any object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.nat(), (given, where) => {
        const keys = Object.keys(given);
        const key = keys[where % keys.length] ?? '';
        const written = JSON.stringify(given);
        expect(duplicateKey(`${written.slice(0, -1)},${JSON.stringify(key)}:0}`)).toBe(key);
      }),
    );
  });

  it.each(['{"a', '{"\\x":1', '{"\\x":1,"\\x":1}', ']}', '{"a":1,"a\\', '{{{', ''])(
    'ends on %s, which is no JSON',
    (given) => {
      expect(() => duplicateKey(given)).not.toThrow();
    },
  );

  it.each<[string, string]>([
    ['100,000 levels', '{"a":['.repeat(50_000) + ']}'.repeat(50_000)],
    ['500,000 keys', `{${Array.from({ length: 500_000 }, (_, n) => `"${n}":0`).join(',')}}`],
    ['5 MB of backslashes', `{"a":"${'\\\\'.repeat(2_500_000)}"}`],
    ['an open string in which every quote is escaped', `"${'\\"'.repeat(2_500_000)}`],
  ])('is fast on %s', (_, given) => {
    expect(duplicateKey(given)).toBeUndefined();
    depth(given);
  });
});

describe('depth', () => {
  it.each([
    ['1', 0],
    ['"[[{"', 0],
    ['{}', 1],
    ['[[],[]]', 2],
    ['{"a":[{"b":"]}"}],"c":{}}', 3],
    ['', 0],
    ['[{', 2],
  ])('of %s is %i', (given, expected) => {
    expect(depth(given)).toBe(expected);
  });

  it('is safe at 10,000 and more', () => {
    expect(depth('['.repeat(1_000_000) + ']'.repeat(1_000_000))).toBe(1_000_000);
  });
});

describe('findUnstorable', () => {
  it.each<[unknown, string | undefined]>([
    [null, undefined],
    [undefined, undefined],
    [3, undefined],
    ['мир 😀', undefined],
    ['a\0', ''],
    ['\ud800', ''],
    [{ authors: [{ name: 'a\0b' }] }, 'authors[0].name'],
    [{ a: [['x'], ['y', '\udc00']] }, 'a[1][1]'],
    [[{ a: '\0' }], '[0].a'],
    [{ 'a\0': 1 }, 'a\uFFFD'],
    [{ b: { '\ud800': {} } }, 'b.\uFFFD'],
    [{ a: 'x', b: ['y'], c: { d: true, e: null, f: 1 } }, undefined],
    // the first in the order of the text
    [{ a: { b: '\0' }, c: '\0' }, 'a.b'],
    [{ a: ['ok', '\0', '\ud800'] }, 'a[1]'],
  ])('in %j is %j', (given, expected) => {
    expect(findUnstorable(given)).toBe(expected);
  });

  it('finds what is put anywhere into a value', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.array(fc.oneof(fc.nat(3), fc.constantFrom('a', 'b'))),
        (beside, steps) => {
          const wrapped = steps.reduceRight<unknown>(
            (inner, step) =>
              typeof step === 'number'
                ? [...Array<unknown>(step).fill(null), inner]
                : { z: 1, [step]: inner, y: beside },
            'x\0',
          );
          const path = steps.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
          expect(findUnstorable(wrapped)).toBe(path.replace(/^\./, ''));
        },
      ),
    );
  });

  it('is safe in depth', () => {
    let value: unknown = '\0';
    for (let n = 0; n < 100_000; n += 1) value = n % 2 ? [value] : { a: value };
    expect(findUnstorable(value)).toHaveLength(50_000 * '[0].a'.length);
    expect(findDangerousKey(value)).toBeUndefined();
  });
});

describe('findDangerousKey', () => {
  it.each<[string, string | undefined]>([
    ['{"a":{"b":["__proto__"]}}', undefined],
    ['{"__proto__":{"isAdmin":true}}', '__proto__'],
    ['{"authors":[{"name":"a"},{"constructor":{"prototype":1}}]}', 'authors[1].constructor'],
    ['[{"prototype":null}]', '[0].prototype'],
    ['{"toString":1}', 'toString'],
    ['{"a":[{"hasOwnProperty":1}]}', 'a[0].hasOwnProperty'],
    ['{"tostring":1}', undefined],
    ['"__proto__"', undefined],
  ])('in %s is %j', (given, expected) => {
    expect(findDangerousKey(JSON.parse(given))).toBe(expected);
  });
});

describe('hasMoreParts', () => {
  it('counts keys and elements at every depth, and stops', () => {
    expect(hasMoreParts({ a: [1, 2], b: { c: null } }, 5)).toBe(false);
    expect(hasMoreParts({ a: [1, 2], b: { c: null } }, 4)).toBe(true);
    expect(hasMoreParts('text', 0)).toBe(false);
  });
});

test('what cannot be stored becomes a mark that readers see, and the rest stays', () => {
  expect(
    madeStorable({ title: 'a\0b', authors: [{ name: 'c\ud800d' }, 'plain', null, 7], kept: 'Ə 🕊' }),
  ).toEqual({ title: 'a\ufffdb', authors: [{ name: 'c\ufffdd' }, 'plain', null, 7], kept: 'Ə 🕊' });
});
