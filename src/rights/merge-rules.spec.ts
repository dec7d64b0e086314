import { needsConsent, rolesBlock, unsolved, whoStays, type Side } from './merge-rules.js';

const side = (id: string, change: Partial<Side> = {}): Side => ({
  id,
  name: 'Ani Example',
  nativeName: null,
  affiliation: null,
  country: null,
  address: `${id}@example.org`,
  createdAt: new Date(1000),
  account: false,
  guarded: false,
  role: false,
  elsewhere: false,
  holdings: [],
  ...change,
});

describe('whoStays', () => {
  it.each([
    ['a role', { role: true }, { account: true }],
    ['an account', { account: true }, { createdAt: new Date(1) }],
    ['an address', {}, { address: null, createdAt: new Date(1) }],
    ['who was first', { createdAt: new Date(1) }, {}],
  ])('prefers %s, whichever is named first', (_what, better, worse) => {
    const [one, other] = [side('b', better), side('a', worse)];
    expect(whoStays(one, other).into.id).toBe('b');
    expect(whoStays(other, one).into.id).toBe('b');
  });
  it('does not depend on the order where nothing else tells', () => {
    expect(whoStays(side('a'), side('b')).into.id).toBe('a');
    expect(whoStays(side('b'), side('a'))).toMatchObject({ into: { id: 'a' }, from: { id: 'b' } });
  });
});

describe('needsConsent', () => {
  it('lets an organiser join alone where one has no account and all is here', () => {
    expect(needsConsent(side('a'), side('b', { account: true }), false)).toBe(false);
  });
  it.each([
    ['two accounts', { account: true }, { account: true }, false],
    ['something elsewhere', { elsewhere: true }, {}, false],
    ['something elsewhere of the other', {}, { elsewhere: true }, false],
    ['an organiser who writes here', {}, {}, true],
  ])('asks both for %s', (_what, from, into, writes) =>
    expect(needsConsent(side('a', from), side('b', into), writes)).toBe(true),
  );
});

describe('rolesBlock', () => {
  it('keeps roles where they are', () => {
    expect(rolesBlock(side('a', { role: true }))).toBe(true);
    expect(rolesBlock(side('a'))).toBe(false);
  });
});

describe('unsolved', () => {
  it('leaves what solves itself aside', () => {
    const registrations = {
      code: 'registrations',
      conferenceId: 'c',
      submissionId: null,
      solved: true,
    } as const;
    const own = { code: 'ownReview', conferenceId: 'c', submissionId: 's', solved: false } as const;
    expect(unsolved([registrations, own])).toEqual([own]);
  });
});
