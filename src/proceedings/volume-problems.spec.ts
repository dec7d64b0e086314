import { exampleSnapshot } from './example-snapshot.js';
import type { SnapshotPaper, SnapshotSection } from './snapshot.js';
import { volumeProblems } from './volume-problems.js';

const good = exampleSnapshot().sections[0]!.papers[0]!;
const problems = (...papers: SnapshotPaper[]) =>
  volumeProblems({ ...exampleSnapshot(), sections: [{ title: 'Papers', papers }] });

describe('volumeProblems', () => {
  it('finds nothing wrong with a good paper', () => {
    expect(problems(good)).toEqual([]);
  });

  it('names what is missing', () => {
    const bare = { ...good, id: 'PSC-BBBBB', title: 'Another', abstract: ' ', authors: [] };
    expect(problems(good, bare)).toEqual([
      { paperId: 'PSC-BBBBB', code: 'authors', field: null, about: [] },
      { paperId: 'PSC-BBBBB', code: 'abstract', field: null, about: [] },
    ]);
  });

  it('names authors without an affiliation or without a Latin name', () => {
    const authors = [
      { name: 'Ani Example', affiliation: '' },
      { name: 'Անի Օրինակ', affiliation: 'Example University' },
    ];
    expect(problems({ ...good, authors })).toEqual([
      { paperId: good.id, code: 'affiliation', field: null, about: ['Ani Example'] },
      { paperId: good.id, code: 'latinName', field: null, about: ['Անի Օրինակ'] },
    ]);
  });

  it('finds papers of the same title', () => {
    const again = { ...good, id: 'PSC-BBBBB', title: `${good.title.toUpperCase()}!` };
    expect(problems(good, again)).toEqual([
      { paperId: good.id, code: 'sameTitle', field: null, about: ['PSC-BBBBB'] },
      { paperId: 'PSC-BBBBB', code: 'sameTitle', field: null, about: [good.id] },
    ]);
  });

  it('gathers characters that cannot be drawn by paper and field, those of the volume last', () => {
    const snapshot = {
      ...exampleSnapshot(),
      sections: [{ title: 'Smile 😀', papers: [{ ...good, abstract: 'a 😀 b 😁 c', title: 'd 😀' }] }],
    };
    expect(volumeProblems(snapshot)).toEqual([
      { paperId: good.id, code: 'glyphs', field: 'title', about: ['😀 (U+1F600)'] },
      { paperId: good.id, code: 'glyphs', field: 'abstract', about: ['😀 (U+1F600)', '😁 (U+1F601)'] },
      { paperId: null, code: 'glyphs', field: 'section.title', about: ['😀 (U+1F600)'] },
    ]);
  });

  it('finds DOIs that are missing or given twice, papers in two places, and wrong numbers of the volume', () => {
    const snapshot = exampleSnapshot();
    const [first, second] = snapshot.sections as [SnapshotSection, SnapshotSection];
    Object.assign(snapshot.volume, { doi: '10.5555/psc', isbn: '978-3-16-148410-1', issn: '2434-5610' });
    Object.assign(first.papers[0]!, { doi: '10.5555/same' });
    Object.assign(first.papers[1]!, { doi: '10.5555/' });
    Object.assign(second.papers[0]!, { doi: '10.5555/same' });
    second.papers.push(first.papers[0]!);
    first.papers.push({ ...first.papers[1]!, id: 'PSC-GONE1', withdrawn: true, abstract: '', authors: [] });
    const found = volumeProblems(snapshot).map(({ paperId, code, about }) => [paperId, code, ...about]);
    expect(found).toEqual(
      expect.arrayContaining([
        ['PSC-7KQF3', 'sameDoi', 'PSC-C4T8W'],
        ['PSC-7KQF3', 'samePlace'],
        ['PSC-M2X9A', 'doi'],
        ['PSC-C4T8W', 'sameDoi', 'PSC-7KQF3', 'PSC-7KQF3'],
        [null, 'isbn', '978-3-16-148410-1'],
        [null, 'issn', '2434-5610'],
        [null, 'contact', '10.5555/psc'],
      ]),
    );
    expect(found.filter(([paperId]) => paperId === 'PSC-GONE1')).toEqual([
      ['PSC-GONE1', 'doi'],
      ['PSC-GONE1', 'sameDoi', 'PSC-M2X9A'],
    ]);
  });
});
