import {
  ConflictFinder,
  factsOf,
  standing,
  type ComparedReviewer,
  type ComparedSubmission,
  type ConflictReason,
  type Identity,
} from './conflicts.js';

const reviewer: ComparedReviewer = {
  personId: 'r',
  address: 'rita@uni-lake.edu',
  name: 'Rita Example',
  nativeName: null,
  affiliation: 'University of the Lake',
  ror: null,
  orcid: null,
  hidden: false,
  languages: ['en'],
};
const author = (changes: Partial<Identity> = {}): Identity => ({
  personId: 'a',
  address: 'ann@elsewhere.net',
  name: 'Ann Example',
  nativeName: null,
  affiliation: 'Institute of the Hill',
  ror: null,
  orcid: null,
  hidden: false,
  ...changes,
});
const submission = (changes: Partial<ComparedSubmission> = {}): ComparedSubmission => ({
  createdBy: 'a',
  language: 'en',
  authors: [author()],
  named: [],
  declared: [],
  ...changes,
});
const reasons = (
  changes: Partial<ComparedSubmission> | Partial<Identity>[],
  of: Partial<ComparedReviewer> = {},
): ConflictReason[] => {
  const asked = submission(Array.isArray(changes) ? { authors: changes.map(author) } : changes);
  const found = new ConflictFinder([{ ...reviewer, ...of }]).of(asked).get(0) ?? [];
  return [...new Set(found.map(({ reason }) => reason))];
};

describe('ConflictFinder', () => {
  it('finds nothing between strangers', () => {
    expect(reasons([{}])).toEqual([]);
    expect(reasons([])).toEqual([]);
  });

  it('knows the reviewer among the authors by person, address or iD, also who only handed it in', () => {
    expect(reasons([{}, { personId: 'r' }])).toEqual(['author']);
    expect(reasons({ createdBy: 'r' })).toEqual(['author']);
    expect(reasons([{ personId: null }])).toEqual([]);
    expect(reasons([{ address: reviewer.address }])).toEqual(['address', 'domain']);
    expect(reasons([{ orcid: '0000-0002-1825-0097' }], { orcid: '0000-0002-1825-0097' })).toEqual(['orcid']);
  });

  it('knows them by the name in any script, unless two iDs tell two people apart', () => {
    expect(reasons([{ address: null, name: 'rita  EXAMPLE' }])).toEqual(['name']);
    expect(reasons([{ name: 'Rita Example' }])).toEqual(['name']);
    expect(reasons([{ name: 'Петросян Ани' }], { name: 'Ani Petrosyan' })).toEqual(['name']);
    expect(
      reasons([{ name: 'A. Petrosyan', nativeName: 'Անի Պետրոսյան' }], { name: 'Ani Petrosyan' }),
    ).toEqual(['name']);
    const orcid = { orcid: '0000-0002-1825-0097' };
    expect(reasons([{ name: 'Rita Example', ...orcid }])).toEqual(['name']);
    expect(reasons([{ name: 'Rita Example', ...orcid }], { orcid: '0000-0001-5109-3700' })).toEqual([]);
    expect(reasons([{ address: null, name: '' }], { name: '' })).toEqual([]);
  });

  it('takes a pseudonym for nobody’s name', () => {
    expect(reasons([{ name: 'Rita Example', hidden: true }])).toEqual([]);
    expect(reasons([{ name: 'Rita Example' }], { hidden: true })).toEqual([]);
  });

  it('compares institutions by name and by ROR iD, and never empty ones', () => {
    expect(reasons([{ affiliation: 'UNIVERSITY of the Lake.' }])).toEqual(['affiliation']);
    expect(reasons([{ affiliation: 'University of the Lakes' }])).toEqual([]);
    expect(reasons([{ affiliation: '' }], { affiliation: null })).toEqual([]);
    expect(reasons([{ ror: '05gq02987' }], { ror: '05gq02987' })).toEqual(['affiliation']);
    expect(reasons([{ ror: '05gq02987' }], { ror: '05dxps055' })).toEqual([]);
  });

  it('compares the domains of institutions only, with their parts', () => {
    expect(reasons([{ address: 'x@uni-lake.edu' }])).toEqual(['domain']);
    expect(reasons([{ address: 'x@law.uni-lake.edu' }])).toEqual(['domain']);
    expect(reasons([{ address: 'x@uni-lake.edu' }], { address: 'r@mail.law.uni-lake.edu' })).toEqual([
      'domain',
    ]);
    expect(reasons([{ address: 'x@not-uni-lake.edu' }])).toEqual([]);
    expect(reasons([{ address: 'x@edu' }])).toEqual([]);
    for (const address of ['x@gmail.com', 'x@mail.ru', 'x@example.org', 'x@protected.invalid'])
      expect(reasons([{ address }], { address: address.replace('x', 'r') })).toEqual([]);
    expect(reasons([{}], { address: null })).toEqual([]);
  });

  it('tells what either side or an organiser has declared', () => {
    const declared = (reason: 'declared' | 'added', personId = 'r') =>
      reasons({ declared: [{ personId, reason }] });
    expect(declared('declared')).toEqual(['declared']);
    expect(declared('added')).toEqual(['added']);
    expect(declared('added', 'another')).toEqual([]);
    expect(reasons({ named: [{ personId: 'r', name: 'Name withheld' }] })).toEqual(['named']);
    expect(
      reasons({ named: [{ personId: null, name: 'Петросян, Ани' }] }, { name: 'Ani Petrosyan' }),
    ).toEqual(['named']);
    expect(reasons({ named: [{ personId: null, name: 'Somebody Else' }] })).toEqual([]);
  });

  it('finds co-authors of now and before by person, and by name where no address was given', () => {
    const finder = new ConflictFinder(
      [reviewer],
      [
        { reviewer: 'r', personId: 'c', name: null },
        { reviewer: 'r', personId: 'd', name: 'Dora Writer' },
        { reviewer: 'somebody else', personId: 'e', name: null },
      ],
    );
    const by = (changes: Partial<Identity>) =>
      finder
        .of(submission({ authors: [author(changes)] }))
        .get(0)
        ?.map(({ reason }) => reason) ?? [];
    expect(by({ personId: 'c' })).toEqual(['coauthor']);
    expect(by({ name: 'Writer, Dora' })).toEqual(['coauthor']);
    expect(by({ personId: 'e' })).toEqual([]);
  });

  it('leaves out what the reviewer cannot read', () => {
    expect(reasons({ language: 'ru' })).toEqual(['language']);
    expect(reasons({ language: 'ru' }, { languages: ['en', 'ru'] })).toEqual([]);
  });

  it('tells every reason of every reviewer once, the gravest first', () => {
    const finder = new ConflictFinder([
      reviewer,
      { ...reviewer, personId: 's', name: 'Sona Other', address: 's@uni-lake.edu' },
      { ...reviewer, personId: 't', name: 'Tom Other', address: 't@elsewhere.org', affiliation: null },
    ]);
    const found = finder.of(
      submission({
        authors: [
          author({ affiliation: 'University of the Lake, University of the Lake' }),
          author({ address: 'x@uni-lake.edu' }),
        ],
        declared: [{ personId: 'r', reason: 'declared' }],
      }),
    );
    expect(new Set(found.keys())).toEqual(new Set([0, 1]));
    expect(found.get(0)).toEqual([
      { reason: 'declared', fact: 'r' },
      { reason: 'affiliation', fact: 'lake univ' },
      { reason: 'domain', fact: 'uni-lake.edu' },
    ]);
  });
});

describe('an override', () => {
  const inferred = [
    { reason: 'affiliation' as const, fact: 'lake univ' },
    { reason: 'coauthor' as const, fact: 'c' },
  ];

  it('sets aside what is inferred, as long as the facts are those it was made for', () => {
    expect(standing(inferred)).toBe('affiliation');
    expect(standing(inferred, factsOf(inferred))).toBeUndefined();
    expect(standing([...inferred, { reason: 'domain', fact: 'uni.edu' }], factsOf(inferred))).toBe(
      'affiliation',
    );
    expect(standing(inferred.slice(1), factsOf(inferred))).toBe('coauthor');
  });

  it('sets nothing else aside', () => {
    const declared = [{ reason: 'declared' as const, fact: 'r' }, ...inferred];
    expect(standing(declared, factsOf(declared))).toBe('declared');
    expect(factsOf(declared)).toBe(factsOf(inferred));
    expect(standing([], '')).toBeUndefined();
  });
});
