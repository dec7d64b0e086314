import { exampleSnapshot } from './example-snapshot.js';
import type { SnapshotPaper } from './snapshot.js';
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
});
