import { bookData, type BookLabels, breakable, nativeName, shorten, withPapers } from './book-data.js';
import { exampleSnapshot } from './example-snapshot.js';
import type { SnapshotAuthor } from './snapshot.js';

const labels: BookLabels = {
  contents: 'Contents',
  authorIndex: 'Author index',
  keywords: 'Keywords',
  orcid: 'ORCID',
  imprint: ['made'],
  missing: 'boxes',
  withdrawn: 'Withdrawn.',
};
const families = ['Noto Serif'];

function withAuthors(
  ...authors: Partial<SnapshotAuthor>[]
): ReturnType<typeof bookData>['sections'][0]['papers'][0] {
  const snapshot = exampleSnapshot();
  snapshot.sections[0]!.papers[0]!.authors = authors.map((author) => ({
    name: 'A',
    affiliation: '',
    ...author,
  }));
  return bookData(snapshot, families, labels).sections[0]!.papers[0]!;
}

describe('bookData', () => {
  it('numbers places of work, and joins country to affiliation', () => {
    const paper = bookData(exampleSnapshot(), families, labels).sections[0]!.papers[0]!;
    expect(paper.affiliations).toEqual([
      { number: 1, text: 'Example University, Armenia' },
      { number: 2, text: 'Institute of Examples, Azerbaijan' },
    ]);
    expect(paper.authors.map(({ marks }) => marks)).toEqual([[1], [2]]);
    expect(paper.authors[0]!.native).toEqual({ text: 'Անահիտ Օրինակ-Պետրոսյան', lang: 'hy' });
    expect(paper.orcids).toEqual([
      {
        name: 'Anahit Example-Petrosyan',
        orcid: '0000-0002-1825-0097',
        url: 'https://orcid.org/0000-0002-1825-0097',
      },
    ]);
    expect(paper.paragraphs).toHaveLength(2);
  });

  it('gives a place that all share no number, but one that only some have', () => {
    expect(withAuthors({ affiliation: 'X' }, { affiliation: ' X ' })).toMatchObject({
      affiliations: [{ number: 0, text: 'X' }],
      authors: [{ marks: [] }, { marks: [] }],
    });
    expect(withAuthors({ affiliation: 'X' }, {})).toMatchObject({
      affiliations: [{ number: 1, text: 'X' }],
      authors: [{ marks: [1] }, { marks: [] }],
    });
    expect(withAuthors({ country: 'Georgia' }).affiliations).toEqual([{ number: 0, text: 'Georgia' }]);
    expect(withAuthors({}).affiliations).toEqual([]);
  });

  it('links only what is an ORCID iD, and does not print a name twice', () => {
    expect(withAuthors({ orcid: 'javascript:alert(1)', nativeName: 'A' })).toMatchObject({
      orcids: [],
      authors: [{ native: null }],
    });
  });

  it('leaves out empty sections, and says so in the imprint when it prints boxes', () => {
    const snapshot = exampleSnapshot();
    snapshot.sections[0]!.papers = [];
    expect(bookData(snapshot, families, labels)).toMatchObject({
      sections: [{ title: 'Prevention of future violence' }],
      labels: { imprint: ['made'] },
      date: [2027, 3, 1],
    });
    snapshot.volume.title += ' 😀';
    expect(bookData(snapshot, families, labels).labels.imprint).toEqual(['made', 'boxes']);
  });

  it('cuts an abstract at blank lines, however they end', () => {
    const snapshot = exampleSnapshot();
    snapshot.sections[0]!.papers[0]!.abstract = 'a\nb\r\n \t\r\nc\n\n\n\nd\n\n';
    expect(bookData(snapshot, families, labels).sections[0]!.papers[0]!.paragraphs).toEqual([
      'a b',
      'c',
      'd',
    ]);
  });
});

describe('withPapers', () => {
  it('keeps these papers in sections and index, and what has none left goes', () => {
    const part = withPapers(bookData(exampleSnapshot(), families, labels), new Set(['PSC-M2X9A']));
    expect(part.sections.map(({ papers }) => papers.map(({ id }) => id))).toEqual([['PSC-M2X9A']]);
    expect(part.index.map(({ letter }) => letter)).toEqual(['M']);
  });
});

describe('shorten', () => {
  it.each([
    ['Short', 'Short'],
    ['Peace in the south: how to get there', 'Peace in the south'],
    ['Peace in the south – how to get there', 'Peace in the south'],
    ['Legal and political implications', 'Legal and political…'],
    ['Unbreakableunbreakableunbreakable', 'Unbreakableunbreakab…'],
  ])('%s', (text, expected) => {
    expect(shorten(text, 21)).toBe(expected);
  });
});

const shown = (text: string): string => breakable(text).replaceAll('\u200b', '|');

describe('breakable', () => {
  it('leaves ordinary words alone', () => {
    expect(shown('Nagorno-Karabakh Donaudampfschiffahrt')).toBe('Nagorno-Karabakh Donaudampfschiffahrt');
  });

  it('lets addresses break after separators', () => {
    expect(shown('see https://example.org/a_b?c=d&e=f#g-h/')).toBe(
      'see https://|example.|org/|a_|b?|c=|d&|e=|f#|g-|h/',
    );
  });

  it('lets endless runs break, but not between a letter and its accent', () => {
    expect(shown('x'.repeat(35))).toBe('xxxxxxxxxx|xxxxxxxxxx|xxxxxxxxxx|xxxxx');
    expect(shown('x\u0301'.repeat(31))).toBe(
      ['x\u0301'.repeat(10), 'x\u0301'.repeat(10), 'x\u0301'.repeat(10), 'x\u0301'].join('|'),
    );
  });
});

describe('nativeName', () => {
  it('knows the language where a script has only one', () => {
    expect(nativeName('Անի')).toEqual({ text: 'Անի', lang: 'hy' });
    expect(nativeName('ნინო')).toEqual({ text: 'ნინო', lang: 'ka' });
    expect(nativeName('Иван')).toEqual({ text: 'Иван', lang: 'und' });
    expect(nativeName('')).toBeNull();
  });
});
