import { archiveName, bookFile, volumeFiles } from './build-files.js';
import { exampleSnapshot } from './example-snapshot.js';
import { readingWords } from './reading-words.js';

const snapshot = exampleSnapshot();
const words = readingWords(snapshot);
const pages = { 'PSC-7KQF3': { first: 7, last: 8 } };

describe('the files of a build', () => {
  it('have ASCII names and a media type each', () => {
    const { single, folders } = volumeFiles(snapshot, {}, words);
    const files = [bookFile(snapshot, Buffer.from('%PDF')), ...single];
    expect(files.map(({ name, mediaType }) => `${name} ${mediaType}`)).toEqual([
      'peace-in-south-caucasus-abstracts.pdf application/pdf',
      'proceedings.bib application/x-bibtex',
      'proceedings.ris application/x-research-info-systems',
      'proceedings.csl.json application/vnd.citationstyles.csl+json',
      'abstracts.csv text/csv; charset=utf-8',
      'abstracts.json application/json',
      'abstracts.xlsx application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'peace-in-south-caucasus.epub application/epub+zip',
    ]);
    expect(folders.map(({ name }) => name)).toEqual([
      'jats/psc-7kqf3.xml',
      'jats/psc-m2x9a.xml',
      'jats/psc-c4t8w.xml',
      'site/index.html',
      'site/authors.html',
      'site/papers/psc-7kqf3.html',
      'site/papers/psc-m2x9a.html',
      'site/papers/psc-c4t8w.html',
      'site/style.css',
    ]);
    expect(archiveName(snapshot)).toBe('peace-in-south-caucasus-proceedings.zip');
  });

  it('have deposits where there are DOIs', () => {
    const known = exampleSnapshot();
    Object.assign(known.volume, { doi: '10.5555/psc', url: 'https://concord.example.org/psc' });
    known.conference.contact = 'office@example.org';
    known.sections[1]!.papers[0]!.doi = '10.5555/psc.c4t8w';
    const { single, folders } = volumeFiles(known, {}, words);
    expect(single.map(({ name }) => name)).toContain('crossref.xml');
    expect(folders.map(({ name }) => name).filter((name) => name.startsWith('datacite/'))).toEqual([
      'datacite/psc-c4t8w.xml',
    ]);
  });

  it('are the same to the byte each time, and hold every paper, in printed order', async () => {
    const make = async (): Promise<Map<string, Buffer>> => {
      const { single, folders } = volumeFiles(exampleSnapshot(), pages, words);
      const made = new Map<string, Buffer>();
      for (const { name, data } of [...single, ...folders]) made.set(name, await data());
      return made;
    };
    const files = await make();
    for (const [name, data] of await make())
      expect([name, data.equals(files.get(name)!)]).toEqual([name, true]);
    const papers: { id: string; position: number }[] = JSON.parse(files.get('abstracts.json')!.toString());
    expect(papers.map(({ id, position }) => `${id} ${position}`)).toEqual([
      'PSC-7KQF3 1',
      'PSC-M2X9A 2',
      'PSC-C4T8W 1',
    ]);
    expect(papers[0]).toMatchObject({
      section: 'Dialogue, trust and reconciliation',
      language: 'en',
      pages: { first: 7, last: 8 },
    });
    for (const { id } of papers) expect(files.get('abstracts.csv')!.toString()).toContain(`\n"${id}",`);
    expect(files.get('proceedings.bib')!.toString()).toContain('pages = {7--8}');
  });
});
