import { normaliseEmail } from './email.js';
import { lookAlike, lookAlikes, skeleton, type Known } from './look-alike.js';

let serial = 0;
const known = (address: string | null, name = ''): Known => ({ id: `p${(serial += 1)}`, name, address });

const reason = (one: string | null, other: string | null, names: [string, string] = ['', '']) =>
  lookAlike(known(one, names[0]), known(other, names[1]));

describe('skeleton', () => {
  it.each([
    ['раvel', 'pavel'],
    ['modern', 'modem'],
    ['vvidow', 'widow'],
    ['clara', 'dara'],
    ['l1il', 'llll'],
    ['Օре', 'ope'],
  ])('takes %s for %s', (one, other) => expect(skeleton(one)).toBe(skeleton(other)));

  it('keeps apart what looks different', () => expect(skeleton('ani')).not.toBe(skeleton('ana')));
});

describe('lookAlike', () => {
  it('sees letters of another script, also in the domain', () => {
    expect(reason('ani@example.org', normaliseEmail('ani@еxample.org')!)).toBe('script');
    expect(reason('ani.rn@example.org', 'ani.m@example.org')).toBe('script');
  });
  it('sees a slip of a provider, on either side', () => {
    expect(reason('ani@gmail.com', 'ani@gmial.com')).toBe('provider');
    expect(reason('ani@gmial.com', 'ani@gmail.com')).toBe('provider');
  });
  it('sees one letter more, less or other in one part', () => {
    expect(reason('ani.hovhannes@example.org', 'ani.hovhanes@example.org')).toBe('typo');
    expect(reason('ani@university.example', 'ani@univerity.example')).toBe('typo');
    expect(reason('ani@univerity.example', 'ani@university.example')).toBe('typo');
  });
  it('leaves short parts and other domains alone', () => {
    expect(reason('ani@example.org', 'ana@example.org')).toBeUndefined();
    expect(reason('ani.hovhannes@example.org', 'ani.hovhanes@example.net')).toBeUndefined();
  });
  it('sees the same name with nearly the same address, or without one', () => {
    expect(reason('ani@example.org', 'ani@example.net', ['Ani Example', 'Ani Example'])).toBe('name');
    expect(reason('ani.hovhannes@a.example', 'ani.hovhanes@b.example', ['Ani E', 'Aní E'])).toBe('name');
    expect(reason(null, 'ani@example.org', ['Ani Example', 'ani example'])).toBe('name');
    expect(reason(null, null, ['Ani Example', 'Other Example'])).toBeUndefined();
    expect(reason('ani@example.org', null, ['', ''])).toBeUndefined();
  });
  it('does not take a name alone for a person', () =>
    expect(reason('ani@example.org', 'other@example.net', ['Ani Example', 'Ani Example'])).toBeUndefined());
});

describe('lookAlikes', () => {
  it('finds each pair once', () => {
    const people = [
      known('ani.hovhannes@example.org', 'Ani Example'),
      known('ani.hovhanes@example.org', 'Ani Example'),
      known('elnur@example.org', 'Elnur Example'),
      known('elnur@gmail.com'),
      known('elnur@gmial.com'),
      known(null, 'Nobody Else'),
    ];
    expect(
      lookAlikes(people).map(({ one, other, reason: why }) => [one.address, other.address, why]),
    ).toEqual([
      ['ani.hovhannes@example.org', 'ani.hovhanes@example.org', 'typo'],
      ['elnur@gmail.com', 'elnur@gmial.com', 'provider'],
    ]);
  });
  it('does not compare a person with themselves, and not all of a crowd', () => {
    const twice = known('same@example.org', 'Same Name');
    expect(lookAlikes([twice, twice])).toEqual([]);
    const crowd = Array.from({ length: 60 }, () => known(null, 'Anonymous'));
    expect(lookAlikes(crowd)).toHaveLength((50 * 49) / 2);
  });
});
