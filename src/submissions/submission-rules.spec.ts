import { problemsBeforeSubmitting, problemsInDraft, type Candidate } from './submission-rules.js';

const complete: Candidate = {
  title: 'Return without trust',
  abstract: 'one two three',
  topics: ['t1'],
  authors: [{ name: 'Ani Example', email: 'ani@example.org', corresponding: true }],
  namedConflicts: [],
};

describe('problemsBeforeSubmitting', () => {
  it('finds nothing in a complete abstract', () => {
    expect(problemsBeforeSubmitting(complete, 3)).toEqual([]);
  });

  it('names each thing that is missing', () => {
    const empty = { title: '', abstract: '', topics: [], authors: [], namedConflicts: [] };
    expect(problemsBeforeSubmitting(empty, 300).map((problem) => [problem.field, problem.code])).toEqual([
      ['title', 'required'],
      ['abstract', 'required'],
      ['topics', 'topics'],
      ['authors', 'authors'],
    ]);
  });

  it('tells both numbers when there are too many words', () => {
    const abstract = Array.from({ length: 301 }, () => 'word').join(' ');
    expect(problemsBeforeSubmitting({ ...complete, abstract }, 300)).toEqual([
      { field: 'abstract', code: 'words', limit: 300, value: 301 },
    ]);
    expect(problemsBeforeSubmitting({ ...complete, abstract: abstract.slice(5) }, 300)).toEqual([]);
  });

  it('wants exactly one corresponding author, with an address', () => {
    const two = [
      { name: 'A', email: 'a@example.org', corresponding: true },
      { name: 'B', corresponding: true },
    ];
    expect(problemsBeforeSubmitting({ ...complete, authors: two }, 300)).toEqual([
      { field: 'authors', code: 'corresponding', limit: 1, value: 2 },
      { field: 'authors[1].email', code: 'correspondingEmail' },
    ]);
    expect(problemsBeforeSubmitting({ ...complete, authors: [{ name: 'A' }] }, 300)).toEqual([
      { field: 'authors', code: 'corresponding', limit: 1, value: 0 },
    ]);
  });
});

describe('an author who is submitted', () => {
  it('needs a name, one address and a right ORCID iD', () => {
    const authors = [
      { name: '', email: 'b@y.org, v@e.org', orcid: '0000-0002-1825-0098', corresponding: true },
      { name: 'B', email: 'b@example.org', orcid: 'https://orcid.org/0000-0002-1825-0097' },
    ];
    expect(problemsBeforeSubmitting({ ...complete, authors }, 300)).toEqual([
      { field: 'authors[0].name', code: 'required' },
      { field: 'authors[0].email', code: 'email', value: 'b@y.org, v@e.org' },
      { field: 'authors[0].orcid', code: 'orcid', value: '0000-0002-1825-0098' },
    ]);
  });
});

describe('an iD of an institution', () => {
  it('has to be right, with or without its address', () => {
    const of = (ror: string) =>
      problemsBeforeSubmitting({ ...complete, authors: [{ ...complete.authors[0]!, ror }] }, 300);
    expect(of('https://ror.org/05gq02987')).toEqual([]);
    expect(of('05gq02988')).toEqual([{ field: 'authors[0].ror', code: 'ror', value: '05gq02988' }]);
  });
});

describe('whom authors ask to be kept from reviewing', () => {
  it('needs a name or an address that can be one, and a reason, unless it stands for somebody protected', () => {
    const namedConflicts = [
      { name: 'Tom Example', reason: 'We were married.' },
      { email: 'abc@protected.invalid', name: 'Name withheld' },
      { reason: 'Somebody' },
      { name: 'Tom Example' },
      { email: 'no address', reason: 'A rival' },
    ];
    expect(problemsBeforeSubmitting({ ...complete, namedConflicts }, 300)).toEqual([
      { field: 'namedConflicts[2].name', code: 'namedConflict' },
      { field: 'namedConflicts[3].reason', code: 'required' },
      { field: 'namedConflicts[4].email', code: 'email', value: 'no address' },
    ]);
  });
});

describe('problemsInDraft', () => {
  it('lets an unfinished draft be', () => {
    expect(
      problemsInDraft({
        title: '',
        abstract: '',
        topics: [],
        authors: [{ name: 'A' }, { name: 'B' }],
        namedConflicts: [],
      }),
    ).toEqual([]);
  });

  it('shows a word that is too long to be one', () => {
    const [problem] = problemsInDraft({ ...complete, abstract: `see ${'x'.repeat(81)}` });
    expect(problem).toMatchObject({ field: 'abstract', code: 'overlongWord', limit: 80 });
  });

  it('finds an author entered twice, but lets two share an address', () => {
    const author = { name: 'A', email: 'lab@example.org' };
    expect(problemsInDraft({ ...complete, authors: [author, { ...author, name: 'B' }] })).toEqual([]);
    expect(problemsInDraft({ ...complete, authors: [author, author] })).toEqual([
      { field: 'authors[1].email', code: 'authorTwice', value: 'A' },
    ]);
  });
});

describe('a public name', () => {
  const of = (author: object) =>
    problemsBeforeSubmitting(
      {
        title: 'T',
        abstract: 'A',
        topics: ['t'],
        authors: [{ name: 'Ani Example', email: 'ani@example.org', corresponding: true, ...author }],
        namedConflicts: [],
      },
      300,
    );

  it('is needed by whoever is to be protected', () => {
    expect(of({ protect: true })).toEqual([{ field: 'authors[0].publicName', code: 'publicName' }]);
    expect(of({ protect: true, publicName: 'N. Sevan' })).toEqual([]);
    expect(of({ publicName: 'N. Sevan' })).toEqual([]);
  });

  it('has nothing of the real one in it, unless there is none to be seen any more', () => {
    expect(of({ publicName: 'Dr ani EXAMPLE' })).toMatchObject([{ code: 'givesAway' }]);
    expect(of({ publicName: 'Ani Example', email: '0123456789abcdef@protected.invalid' })).toEqual([]);
  });
});
