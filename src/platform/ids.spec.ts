import { hashSecret, isCode, isId, newCode, newId, newSecret } from './ids.js';

const many = <T>(make: () => T) => Array.from({ length: 5_000 }, make);

describe('newId', () => {
  it('has the form of an id, and comes once', () => {
    const ids = many(newId);
    expect(ids.filter((id) => !isId(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('uses every character of the alphabet and no other', () => {
    expect([...new Set(many(newId).join(''))].toSorted().join('')).toBe('0123456789abcdefghjkmnpqrstvwxyz');
  });

  it('is not in order of time', () => {
    const ids = many(newId);
    expect(ids.toSorted()).not.toEqual(ids);
  });
});

describe('newCode', () => {
  it('has the prefix and five characters', () => {
    expect(many(() => newCode('PSC')).filter((code) => !isCode(code) || !code.startsWith('PSC-'))).toEqual(
      [],
    );
    expect(isCode(newCode('P27'))).toBe(true);
  });

  it.each(['', 'psc', 'P-C', '1A', 'ABCDEFGHIJK', 'ÄB', 'A B', 'A\n'])('refuses the prefix %j', (prefix) => {
    expect(() => newCode(prefix)).toThrow(RangeError);
  });
});

describe('newSecret', () => {
  it('has 256 bits in base64url, and comes once', () => {
    const secrets = many(newSecret);
    for (const secret of secrets.slice(0, 100)) {
      expect(secret).toMatch(/^[\w-]{43}$/);
      expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    }
    expect(new Set(secrets).size).toBe(secrets.length);
  });
});

describe('isId', () => {
  it.each([
    '',
    '0123456789abcde',
    '0123456789abcdefg',
    '0123456789abcdei',
    '0123456789abcdel',
    '0123456789abcdeo',
    '0123456789abcdeu',
    '0123456789ABCDEF',
    '0123456789abcde-',
    '0123456789abcdef\n',
  ])('is false of %j', (given) => {
    expect(isId(given)).toBe(false);
  });

  it('is true of 16 characters of the alphabet', () => {
    expect(isId('0123456789abcdef')).toBe(true);
    expect(isId('ghjkmnpqrstvwxyz')).toBe(true);
  });
});

describe('isCode', () => {
  it.each([
    ['PSC-7KQF3', true],
    ['P-00000', true],
    ['PSC2027-ZZZZZ', true],
    ['PSC-7KQF', false],
    ['PSC-7KQF33', false],
    ['psc-7kqf3', false],
    ['PSC-7KQFI', false],
    ['PSC-7KQFL', false],
    ['PSC-7KQFO', false],
    ['PSC-7KQFU', false],
    ['PSC7KQF3', false],
    ['-7KQF3', false],
    ['PSC-7KQF3\n', false],
    ['', false],
  ])('of %j is %s', (given, expected) => {
    expect(isCode(given)).toBe(expected);
  });
});

describe('hashSecret', () => {
  it('is SHA-256 in hex', () => {
    expect(hashSecret('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
