import { isPlainAddress, manyLines, oneLine } from './clean.js';

describe('oneLine', () => {
  it.each([
    ['a\r\nBcc: v@example.org', 'a Bcc: v@example.org'],
    ['\x0b \n \r\n \x00 \x7f title \u0085\u2028\u2029 end \t', 'title end'],
    ['\u202eevil\u202c', 'evil'],
    ['lone \ud800 surrogate', 'lone \ufffd surrogate'],
    ['Քննարկում', 'Քննարկում'],
    ['', ''],
  ])('makes one line of %j', (text, line) => {
    expect(oneLine(text, 200)).toBe(line);
  });

  it('cuts what is too long by code points', () => {
    expect(oneLine('😀'.repeat(10), 10)).toBe('😀'.repeat(10));
    expect(oneLine('😀'.repeat(11), 10)).toBe(`${'😀'.repeat(9)}…`);
  });
});

describe('manyLines', () => {
  it('keeps lines and loses control characters', () => {
    expect(manyLines('a\r\nb\rc\n\x00\x08d\te\u2028f\ud800')).toBe('a\nb\nc\nd e\nf\ufffd');
  });
});

describe('isPlainAddress', () => {
  it.each(['a@example.org', "o'neil+tag@mail.example.org", 'a@localhost'])('takes %s', (address) => {
    expect(isPlainAddress(address)).toBe(true);
  });

  it.each([
    'b@example.org\r\nBcc: v@example.org',
    'b@example.org, v@example.org',
    'x:v@example.org;',
    'B <b@example.org>',
    '"x@evil.example y"@example.org',
    'a(comment)@example.org',
    'a@[127.0.0.1]',
    'a b@example.org',
    'a@b@example.org',
    '@example.org',
    'a@',
    'a@-',
    `${'a'.repeat(65)}@example.org`,
    `a@${'b'.repeat(260)}`,
  ])('refuses %j', (address) => {
    expect(isPlainAddress(address)).toBe(false);
  });
});
