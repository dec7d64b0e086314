import { authorIndex } from './author-index.js';
import type { SnapshotAuthor } from './snapshot.js';

const plain = {
  print: (text: string) => text,
  native: (text: string) => (text ? { text, lang: 'und' } : null),
};

function index(
  ...authors: [paperId: string, author: Partial<SnapshotAuthor> & { name: string }][]
): string[] {
  const list = authors.map(([paperId, author]) => ({ paperId, author: { affiliation: '', ...author } }));
  return authorIndex(list, plain).flatMap(({ letter, entries }) => [
    letter,
    ...entries.map(({ name, native, papers }) =>
      [name, native?.text, papers.join('+')].filter(Boolean).join(' | '),
    ),
  ]);
}

describe('authorIndex', () => {
  it('sorts by the last word, or by the name given for sorting, under letters without accents', () => {
    expect(
      index(
        ['1', { name: 'Işıl Şahin' }],
        ['1', { name: 'Anna Sargsyan' }],
        ['2', { name: 'Maria García Márquez', sortName: 'García Márquez, Maria' }],
        ['2', { name: 'Leyla Əliyeva' }],
        ['2', { name: 'Eka Elder' }],
        ['2', { name: 'Ольга Иванова' }],
        ['2', { name: '007' }],
      ),
    ).toEqual([
      '#', '007 | 2',
      'E', 'Eka Elder | 2',
      'Ə', 'Leyla Əliyeva | 2',
      'G', 'Maria García Márquez | 2',
      'S', 'Işıl Şahin | 1', 'Anna Sargsyan | 1',
      'И', 'Ольга Иванова | 2',
    ]); // prettier-ignore
  });

  it('sorts one family name by the whole name', () => {
    expect(index(['1', { name: 'B. Doe' }], ['1', { name: 'A. Doe' }])).toEqual([
      'D',
      'A. Doe | 1',
      'B. Doe | 1',
    ]);
    expect(index(['1', { name: 'Z', sortName: 'Doe' }], ['1', { name: 'Y', sortName: ' Doe ' }])).toEqual([
      'D',
      'Y | 1',
      'Z | 1',
    ]);
  });

  it('gathers the papers of one name, each once, with the own-script name from any of them', () => {
    expect(
      index(
        ['1', { name: 'Nino M', orcid: '0000-0002-1825-0097' }],
        ['2', { name: 'Nino M', nativeName: 'ნინო' }],
        ['2', { name: 'Nino M' }],
      ),
    ).toEqual(['M', 'Nino M | ნინო | 1+2']);
  });

  it('keeps two people of one name apart when their ORCID iDs differ', () => {
    expect(
      index(['1', { name: 'A B', orcid: 'x' }], ['2', { name: 'A B', orcid: 'y' }], ['3', { name: 'A B' }]),
    ).toEqual(['B', 'A B | 1', 'A B | 2', 'A B | 3']);
  });

  it('takes a name for one however its accents are composed', () => {
    expect(index(['1', { name: 'A Te\u0301' }], ['2', { name: 'A T\u00e9' }])).toEqual([
      'T',
      'A Te\u0301 | 1+2',
    ]);
  });

  it('does not repeat a name that is written only one way', () => {
    expect(index(['1', { name: 'ნინო', nativeName: 'ნინო' }])).toEqual(['ნ', 'ნინო | 1']);
  });

  it('has each letter once, whatever stands before or follows it', () => {
    const names = [
      'Bob Smith',
      'Zoe (Smith)',
      '„Tom“ „Tab“',
      "Ann D'Arc",
      'Ari և',
      'Ari եբ',
      'Ari Եա',
      'Eva ß',
      'Øa',
      'Oz',
      'Ob',
      'Łz',
      'La',
      'Lz',
      'İa',
      'Ib',
      'ıc',
      '—',
      '7',
    ];
    const letters = authorIndex(
      names.map((name) => ({ paperId: '1', author: { name, affiliation: '' } })),
      plain,
    );
    expect(letters.map(({ letter }) => letter)).toEqual([...new Set(letters.map(({ letter }) => letter))]);
    expect(letters.flatMap(({ entries }) => entries)).toHaveLength(names.length);
    expect(letters.find(({ letter }) => letter === 'S')!.entries.map(({ name }) => name)).toEqual([
      'Bob Smith',
      'Zoe (Smith)',
      'Eva ß',
    ]);
    expect(letters.map(({ letter }) => letter).join('')).toBe('#DILOSTԵ');
    expect(letters.find(({ letter }) => letter === 'Ե')!.entries).toHaveLength(3);
    expect(letters.every(({ letter }) => Array.from(letter).length === 1)).toBe(true);
  });

  it('has no heading that the book cannot print: such names stand first', () => {
    const print = (text: string): string => text.replace(/[\p{Script=Arabic}\p{Script=Han}]/gu, '□');
    const letters = authorIndex(
      ['محمد', '王小明', 'Ani Sargsyan', '7'].map((name) => ({
        paperId: '1',
        author: { name, affiliation: '' },
      })),
      { print, native: plain.native },
    );
    expect(letters.map(({ letter, entries }) => [letter, ...entries.map(({ name }) => name)])).toEqual([
      ['#', '7', '□□□□', '□□□'],
      ['S', 'Ani Sargsyan'],
    ]);
  });
});
