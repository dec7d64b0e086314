import { changedFields } from './revising-rules.js';

const before = {
  submission: { title: 'Title', abstract: 'Abstract' },
  topics: ['a', 'b'],
  authors: [
    {
      name: 'Ann',
      nativeName: null,
      affiliation: 'House',
      country: 'GE',
      address: 'ann@example.org',
      orcid: null,
      corresponding: true,
      presenting: false,
    },
    {
      name: 'Ben',
      nativeName: 'Բեն',
      affiliation: null,
      country: null,
      address: null,
      orcid: '0000-0002-1825-0097',
      corresponding: false,
      presenting: false,
    },
  ],
};
const authors = [
  { name: 'Ann', affiliation: 'House', country: 'GE', email: 'Ann@Example.org', corresponding: true },
  { name: 'Ben', nativeName: 'Բեն', orcid: '0000-0002-1825-0097' },
];

describe('changedFields', () => {
  it('finds nothing in a form that says the same', () => {
    expect(changedFields(before, {})).toEqual([]);
    expect(
      changedFields(before, { title: 'Title', abstract: 'Abstract', topics: ['b', 'a'], authors }),
    ).toEqual([]);
  });
  it('names what differs', () => {
    expect(
      changedFields(before, {
        title: 'Other',
        abstract: 'Other',
        topics: ['a'],
        authors: authors.toReversed(),
      }),
    ).toEqual(['title', 'abstract', 'topics', 'authors']);
    expect(changedFields(before, { authors: [...authors, { name: 'Cem' }] })).toEqual(['authors']);
    expect(changedFields(before, { authors: [authors[0]!, { ...authors[1]!, presenting: true }] })).toEqual([
      'authors',
    ]);
    expect(changedFields(before, { authors: [authors[0]!, {}] })).toEqual(['authors']);
  });
});
