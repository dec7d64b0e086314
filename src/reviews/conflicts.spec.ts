import { comparable, conflictOf, type Identity } from './conflicts.js';

const reviewer: Identity = {
  personId: 'r',
  address: 'rita@uni-lake.edu',
  name: 'Rita Example',
  affiliation: 'University of the Lake',
};
const author = (changes: Partial<Identity> = {}): Identity => ({
  personId: 'a',
  address: 'ann@elsewhere.net',
  name: 'Ann Example',
  affiliation: 'Institute of the Hill',
  ...changes,
});

describe('conflictOf', () => {
  it('finds nothing between strangers', () => {
    expect(conflictOf(reviewer, [author()], false)).toBeUndefined();
    expect(conflictOf(reviewer, [], false)).toBeUndefined();
  });
  it('knows the reviewer among the authors by person, address, or name where there is no address', () => {
    expect(conflictOf(reviewer, [author(), author({ personId: 'r' })], false)).toBe('author');
    expect(conflictOf(reviewer, [author({ address: reviewer.address })], false)).toBe('address');
    expect(conflictOf(reviewer, [author({ address: null, name: 'rita  EXAMPLE' })], false)).toBe('name');
    expect(conflictOf(reviewer, [author({ name: 'Rita Example' })], false)).toBeUndefined();
    expect(
      conflictOf({ ...reviewer, name: '' }, [author({ address: null, name: '' })], false),
    ).toBeUndefined();
  });
  it('compares affiliations without case and punctuation, and never empty ones', () => {
    expect(conflictOf(reviewer, [author({ affiliation: 'UNIVERSITY of the Lake.' })], false)).toBe(
      'affiliation',
    );
    expect(conflictOf(reviewer, [author({ affiliation: 'University of the Lakes' })], false)).toBeUndefined();
    expect(
      conflictOf({ ...reviewer, affiliation: null }, [author({ affiliation: '' })], false),
    ).toBeUndefined();
  });
  it('compares the domains of institutions only, with their parts', () => {
    expect(conflictOf(reviewer, [author({ address: 'x@uni-lake.edu' })], false)).toBe('domain');
    expect(conflictOf(reviewer, [author({ address: 'x@law.uni-lake.edu' })], false)).toBe('domain');
    expect(
      conflictOf(
        { ...reviewer, address: 'r@law.uni-lake.edu' },
        [author({ address: 'x@uni-lake.edu' })],
        false,
      ),
    ).toBe('domain');
    expect(conflictOf(reviewer, [author({ address: 'x@not-uni-lake.edu' })], false)).toBeUndefined();
    expect(
      conflictOf({ ...reviewer, address: 'r@gmail.com' }, [author({ address: 'x@gmail.com' })], false),
    ).toBeUndefined();
  });
  it('tells a declared conflict, unless the reviewer is an author', () => {
    expect(conflictOf(reviewer, [author({ affiliation: reviewer.affiliation })], true)).toBe('declared');
    expect(conflictOf(reviewer, [author({ personId: 'r' })], true)).toBe('author');
  });
});

describe('comparable', () => {
  it('keeps letters of every script with their marks', () => {
    expect(comparable(' Երևանի  «Պետական» Համալսարան ')).toBe('երևանի պետական համալսարան');
    expect(comparable('Bakı Dövlət—Universiteti')).toBe('bakı dövlət universiteti');
  });
});
