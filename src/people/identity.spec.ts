import { givesAway, mentions, openAddress, openIdentity, sealAddress, sealIdentity } from './identity.js';
import { newKey, open, seal } from './sealed.js';

const bytes = newKey();
const key = {
  seal: (about: string, text: string): string => seal(bytes, about, text),
  open: (about: string, sealed: string): string => open(bytes, about, sealed),
};

it('keeps who somebody is', () => {
  const identity = { name: 'Ani Example', nativeName: 'Անի', orcid: '0000-0002-1825-0097' };
  expect(openIdentity(key, sealIdentity(key, identity))).toEqual(identity);
  expect(openIdentity(key, sealIdentity(key, { name: 'Ani' }))).toEqual({
    name: 'Ani',
    nativeName: null,
    orcid: null,
  });
});

it('keeps an address, and takes it for nothing else', () => {
  const sealed = sealAddress(key, 'ani@example.org', 'Ani@Example.org');
  expect(openAddress(key, sealed)).toEqual({ address: 'ani@example.org', typed: 'Ani@Example.org' });
  expect(() => openIdentity(key, sealed)).toThrow('cannot be opened');
});

it('knows a public name that gives its owner away', () => {
  expect(givesAway('Dr. ÁNI example', ['Ani Example', null, undefined])).toBe(true);
  expect(givesAway('N. Sevan', ['Ani Example'])).toBe(false);
});

describe('mentions', () => {
  it('finds words in either case, whole ones only', () => {
    expect(mentions('Dear ani example,', ['Ani Example'])).toBe(true);
    expect(mentions('Mail to ani@example.org.', ['ani@example.org'])).toBe(true);
    expect(mentions('Անի Օրինակ', ['անի'])).toBe(true);
    expect(mentions('Animals', ['Ani'])).toBe(false);
    expect(mentions('Li (or so)', ['Li (or'])).toBe(true);
  });

  it('finds nothing for nothing', () => {
    expect(mentions('Dear Ani', [])).toBe(false);
    expect(mentions('Dear Ani', [''])).toBe(false);
  });
});
