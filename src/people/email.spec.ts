import { PUBLIC_MAIL_DOMAINS } from './address-slip.js';
import * as fc from 'fast-check';
import { emailDomain, isInstitutional, isReservedDomain, normaliseEmail } from './email.js';

describe('normaliseEmail', () => {
  it.each([
    ['ada@example.org', 'ada@example.org'],
    ['  Ada@Example.ORG ', 'ada@example.org'],
    ['Ada.Example+Talk@example.org', 'ada.example+talk@example.org'],
    ["o'neill_1-2@example.org", "o'neill_1-2@example.org"],
    ['a@sub.example.co.uk', 'a@sub.example.co.uk'],
    ['a@пример.РФ', 'a@xn--e1afmkfd.xn--p1ai'],
    ['a@xn--e1afmkfd.xn--p1ai', 'a@xn--e1afmkfd.xn--p1ai'],
    ['a@XN--E1AFMKFD.xn--p1ai', 'a@xn--e1afmkfd.xn--p1ai'],
    ['a@հայ.հայ', 'a@xn--y9a3aq.xn--y9a3aq'],
    ['a@faß.de', 'a@xn--fa-hia.de'],
    ['a@cafe\u0301.example', 'a@xn--caf-dma.example'],
    ['a@ΟΔΟΣ.gr', 'a@xn--pxavbq.gr'],
    ['a@1and1.com', 'a@1and1.com'],
    [`${'a'.repeat(64)}@example.org`, `${'a'.repeat(64)}@example.org`],
  ])('takes %s', (given, expected) => {
    expect(normaliseEmail(given)).toBe(expected);
  });

  it.each([
    '',
    ' ',
    '@',
    'a',
    'a@',
    '@example.org',
    'example.org',
    'a@@example.org',
    'a@b@example.org',
    // more than one mailbox, or a name with it
    'b@example.org, v@example.org',
    'b@example.org;v@example.org',
    'x:v@example.org;',
    'Ada <a@example.org>',
    '<a@example.org>',
    'b@example.org\r\nBcc: v@example.org',
    'b@example.org\r\nBcc',
    'a@example.org\n',
    'a@example.org\0',
    // quotes, comments, literals, dots in wrong places
    '"a"@example.org',
    '"x@example.com y"@example.org',
    'a(comment)@example.org',
    'a@example.org(comment)',
    'a@[127.0.0.1]',
    'a@127.0.0.1',
    'a@0x7f.1',
    'a@2130706433',
    'a@[IPv6:::1]',
    'a@localhost',
    'a@example',
    '.a@example.org',
    'a.@example.org',
    'a..b@example.org',
    'a@.org',
    'a@example..org',
    'a@example.org.',
    'a b@example.org',
    'a@exam ple.org',
    'a\t@example.org',
    'a\\b@example.org',
    'a,b@example.org',
    // local parts that are not ASCII
    'İLHAM@example.org',
    'ılham@example.org',
    'ſ@example.org',
    '\u212Aelvin@example.org',
    'аdmin@example.org',
    'a\u00AD@example.org',
    'a\u200B@example.org',
    '\uFEFFa@example.org',
    'a@example.org\u00A0',
    // domains that would become another one
    'a@exa\u00ADmple.org',
    'a@１２７.0.0.1',
    'a@ｅxample.org',
    'a@example。org',
    'a@\u212Aelvin.org',
    'a@faẞ.de',
    'a@ex%61mple.org',
    'a@exam\u200Bple.org',
    'a@exam\u200Cple.org',
    'a@①.org',
    'a@example.o\u200Drg',
    // not host names
    'a@-example.org',
    'a@example-.org',
    'a@exa_mple.org',
    'a@example.org/x',
    'a@example.org:25',
    'a@xn--a.org',
    'a@example.123',
    `a@${'b'.repeat(64)}.org`,
    `${'a'.repeat(65)}@example.org`,
    `a@${'b.'.repeat(126)}org`,
  ])('refuses %j', (given) => {
    expect(normaliseEmail(given)).toBeUndefined();
  });

  it('refuses an address that is longer than 254 characters only in A-labels', () => {
    const given = `${'a'.repeat(64)}@${`${'я'.repeat(40)}.`.repeat(4)}example.org`;
    expect(given.length).toBeLessThan(254);
    expect(normaliseEmail(given)).toBeUndefined();
    expect(normaliseEmail(`${'a'.repeat(64)}@${`${'b'.repeat(60)}.`.repeat(3)}org`)).toHaveLength(
      64 + 1 + 183 + 3,
    );
  });

  it('gives an identity form that is its own, and is printable ASCII', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.emailAddress(),
          fc.string({ unit: 'binary' }),
          fc.string({ unit: 'binary' }).map((domain) => `a@${domain}.org`),
          fc
            .string({ unit: fc.constantFrom('я', 'A', 'ß', '.', '-', 'х', 'ə', 'ı', 'İ') })
            .map((domain) => `a@${domain}`),
        ),
        (given) => {
          const email = normaliseEmail(given);
          if (email === undefined) return;
          expect(normaliseEmail(email)).toBe(email);
          expect(email).toMatch(/^[!-~]+@[a-z0-9.-]+$/);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each<[string, string]>([
    ['spaces', ' '],
    ['letters', 'a'],
    ['dots', 'a.'],
    ['at signs', '@'],
  ])('is fast on 1 MB of %s', (_, unit) => {
    const started = performance.now();
    expect(normaliseEmail(`${unit.repeat(1_000_000 / unit.length)}!`)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('emailDomain', () => {
  it('is what follows the @', () => {
    expect(emailDomain('a@sub.example.org')).toBe('sub.example.org');
  });
});

describe('isReservedDomain', () => {
  it.each(
    [
      ['example.org', 'example.com', 'example.net', 'sub.example.org', 'a.example', 'a.test', 'a.b.invalid'],
      ['a.localhost'],
    ].flat(),
  )('is true of %s', (domain) => {
    expect(isReservedDomain(`a@${domain}`)).toBe(true);
  });

  it.each(['notexample.org', 'example.am', 'example.org.am', 'test.org', 'gmail.com'])(
    'is false of %s',
    (domain) => {
      expect(isReservedDomain(`a@${domain}`)).toBe(false);
    },
  );
});

describe('isInstitutional', () => {
  it.each([
    ['a@university.edu', true],
    ['a@mail.university.edu', true],
    ['a@gmail.com', false],
    ['a@mail.ru', false],
    ['a@example.org', false],
  ])('of %s is %s', (email, expected) => {
    expect(isInstitutional(email)).toBe(expected);
  });

  it('knows public providers by their identity form', () => {
    expect(PUBLIC_MAIL_DOMAINS.size).toBeGreaterThanOrEqual(40);
    for (const domain of PUBLIC_MAIL_DOMAINS) expect(normaliseEmail(`a@${domain}`)).toBe(`a@${domain}`);
  });
});
