import { archiveName, bibliographyFile, bookFile, tableFiles } from './build-files.js';
import { exampleSnapshot } from './example-snapshot.js';

const snapshot = exampleSnapshot();

describe('the files of a build', () => {
  it('have ASCII names and a media type each', () => {
    const files = [
      bookFile(snapshot, Buffer.from('%PDF')),
      bibliographyFile(snapshot, {}),
      ...tableFiles(snapshot),
    ];
    expect(files.map(({ name, mediaType }) => `${name} ${mediaType}`)).toEqual([
      'peace-in-south-caucasus-abstracts.pdf application/pdf',
      'proceedings.bib application/x-bibtex',
      'abstracts.csv text/csv; charset=utf-8',
      'abstracts.json application/json',
    ]);
    expect(archiveName(snapshot)).toBe('peace-in-south-caucasus-proceedings.zip');
  });

  it('hold every paper, in printed order', () => {
    const [csv, json] = tableFiles(snapshot).map(({ data }) => data.toString());
    const papers: { id: string; position: number }[] = JSON.parse(json!);
    expect(papers.map(({ id, position }) => `${id} ${position}`)).toEqual([
      'PSC-7KQF3 1',
      'PSC-M2X9A 2',
      'PSC-C4T8W 1',
    ]);
    expect(papers[0]).toMatchObject({ section: 'Dialogue, trust and reconciliation', language: 'en' });
    for (const { id } of papers) expect(csv).toContain(`\n"${id}",`);
    expect(bibliographyFile(snapshot, { 'PSC-7KQF3': 7 }).data.toString()).toContain('pages = {7}');
  });
});
