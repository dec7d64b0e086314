import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bibtex, citationKey } from './bibtex.js';
import { exampleSnapshot } from './example-snapshot.js';
import type { SnapshotAuthor, VolumeSnapshot } from './snapshot.js';

/** Fields of each entry, read as BibTeX does: a value ends where its braces balance, backslash or not. */
function read(text: string): { key: string; fields: Record<string, string> }[] {
  return text
    .split(/^@inproceedings\{/m)
    .slice(1)
    .map((entry) => {
      const fields: Record<string, string> = {};
      for (const { 1: name, index, 0: start } of entry.matchAll(/^ {2}(\w+) = \{/gm)) {
        let depth = 1;
        let end = index + start.length;
        for (; depth > 0; end += 1) depth += entry[end] === '{' ? 1 : entry[end] === '}' ? -1 : 0;
        fields[name!] = entry.slice(index + start.length, end - 1);
      }
      return { key: entry.slice(0, entry.indexOf(',')), fields };
    });
}

function withPaper(change: object): VolumeSnapshot {
  const snapshot = exampleSnapshot();
  Object.assign(snapshot.sections[0]!.papers[0]!, change);
  return snapshot;
}

function authors(...names: string[]): { authors: SnapshotAuthor[] } {
  return { authors: names.map((name) => ({ name, affiliation: '' })) };
}

const hostile = 'a{b}}c \\input{x} 50% & $x_1^2$ #1 ~ "q" \u0007\n@book{x,\n\nNew paragraph əışğ Աննա ნინო';

describe('bibtex', () => {
  it('writes one entry for each paper with all letters', () => {
    const entries = read(bibtex(exampleSnapshot(), { 'PSC-7KQF3': { first: 4, last: 5 } }));
    expect(entries.map(({ key }) => key)).toEqual(['psc-7kqf3', 'psc-m2x9a', 'psc-c4t8w']);
    expect(entries[0]!.fields).toMatchObject({
      author: 'Anahit Example-Petrosyan and Leyla Nümunəzadə',
      title: '{Local dialogue formats and what they leave behind}',
      booktitle: '{International Conference on Peace in South Caucasus: Book of abstracts}',
      year: '2027',
      pages: '4--5',
      keywords: 'dialogue, local peacebuilding',
      note: 'PSC-7KQF3',
    });
    expect(entries[0]!.fields['abstract']).toMatch(/six years\. \\par It finds/);
    expect(entries[1]!.fields['title']).toBe('{Teachers as mediators: 40\\% \\& rising}');
    expect(entries[1]!.fields).not.toHaveProperty('pages');
    expect(entries[1]!.fields).not.toHaveProperty('keywords');
  });

  it('escapes what TeX or BibTeX would take for its own', () => {
    const [entry] = read(bibtex(withPaper({ abstract: hostile, keywords: ['a, b', 'c'] })));
    expect(entry!.fields['abstract']).toBe(
      'a\\textbraceleft{}b\\textbraceright{}\\textbraceright{}c \\textbackslash{}input\\textbraceleft{}x\\textbraceright{} ' +
        '50\\% \\& \\$x\\_1\\textasciicircum{}2\\$ \\#1 \\textasciitilde{} "q" @book\\textbraceleft{}x, \\par New paragraph əışğ Աննա ნინო',
    );
    expect(entry!.fields['keywords']).toBe('a  b, c');
  });

  it('keeps whole the names that BibTeX would take apart', () => {
    const names = [
      'Institute of Peace and Democracy',
      'Doe, Jane',
      'And Yıldız',
      'others',
      'Andrea Band',
      '',
    ];
    expect(read(bibtex(withPaper(authors(...names))))[0]!.fields['author']).toBe(
      '{Institute of Peace and Democracy} and {Doe, Jane} and {And Yıldız} and {others} and Andrea Band',
    );
  });

  it('names the book and the paper for good, and cites no withdrawn paper', () => {
    const snapshot = withPaper({ doi: '10.5555/psc_1' });
    snapshot.sections[1]!.papers[0]!.withdrawn = true;
    Object.assign(snapshot.volume, {
      editors: ['Ani Example', 'Doe, Jane'],
      place: 'Yerevan & online',
      isbn: '978-3-16-148410-0',
      url: 'https://concord.example.org/conferences/psc/proceedings',
    });
    const pages = { 'PSC-7KQF3': { first: 4, last: 4 } };
    const entries = read(bibtex(snapshot, pages));
    expect(entries.map(({ key }) => key)).toEqual(['psc-7kqf3', 'psc-m2x9a']);
    expect(entries[0]!.fields).toMatchObject({
      editor: 'Ani Example and {Doe, Jane}',
      location: '{Yerevan \\& online}',
      isbn: '978-3-16-148410-0',
      pages: '4',
      doi: '10.5555/psc\\_1',
      url: 'https://concord.example.org/conferences/psc/proceedings/PSC-7KQF3',
    });
  });

  it('leaves out what is empty', () => {
    const snapshot = withPaper({ ...authors(), abstract: '' });
    delete snapshot.conference.venue;
    const { fields } = read(bibtex(snapshot))[0]!;
    expect(Object.keys(fields)).toEqual([
      'title',
      'booktitle',
      'eventtitle',
      'organization',
      'publisher',
      'year',
      'keywords',
      'language',
      'note',
    ]);
  });
});

const biber = !spawnSync('biber', ['--version']).error;
if (!biber) console.warn('Skipped: reading the BibTeX with biber, because biber is not installed.');

(biber ? describe : describe.skip)('biber', () => {
  it('reads the file without a warning', () => {
    const folder = mkdtempSync(join(tmpdir(), 'concord-bib-'));
    const file = join(folder, 'volume.bib');
    writeFileSync(file, bibtex(withPaper({ title: hostile, abstract: hostile })));
    const { stdout } = spawnSync('biber', ['--tool', '--validate-datamodel', file], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stdout).not.toMatch(/WARN|ERROR/);
    expect(readFileSync(join(folder, 'volume_bibertool.bib'), 'utf8')).toContain('Nümunəzadə');
    rmSync(folder, { recursive: true });
  });
});

describe('citationKey', () => {
  it('is the id in ASCII, and other ids never meet it', () => {
    expect(citationKey('PSC-7KQF3')).toBe('psc-7kqf3');
    const odd = ['PSC-7KQF3 ', 'PSC-7KQF3}', 'ƏƏ', 'ıı', ''].map(citationKey);
    expect(new Set(odd).size).toBe(5);
    for (const key of odd) expect(key).toMatch(/^[a-z][a-z0-9-]+-[0-9a-f]{6}$|^x-[0-9a-f]{6}$/);
  });
});
