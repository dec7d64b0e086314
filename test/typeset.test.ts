import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exampleSnapshot } from '../src/proceedings/example-snapshot.js';
import { MATH_RANGES } from '../src/proceedings/fonts.js';
import { papersOf, type SnapshotPaper, type VolumeSnapshot } from '../src/proceedings/snapshot.js';
import { fullSnapshot, HOSTILE, hostileSnapshot, namedPapers, NAMES } from './support/hostile-volume.js';
import { typeset, TypesettingFailed } from '../src/proceedings/typeset.js';

// Needs the built child (dist/), as every test here; poppler's tools read the result back where they are installed.
const poppler = ['pdftotext', 'pdffonts', 'pdfinfo'].every((tool) => !spawnSync(tool, ['-v']).error);
if (!poppler)
  console.warn('Skipped: reading the PDF back, because pdftotext, pdffonts or pdfinfo is not installed.');

const timeoutMs = 60_000;
let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'concord-book-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function poppered(tool: string, pdf: Buffer, ...args: string[]): string {
  const file = join(folder, 'book.pdf');
  writeFileSync(file, pdf);
  return execFileSync(tool, tool === 'pdftotext' ? [...args, file, '-'] : [...args, file], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

/** The text of each page (from index 0) without line breaks, hyphenation at line ends, and invisible break points. */
function pagesOf(pdf: Buffer): string[] {
  return poppered('pdftotext', pdf, '-enc', 'UTF-8')
    .split('\f')
    .slice(0, -1)
    .map((page) =>
      page
        .replace(/\u200b/g, '')
        .replace(/[‐\u00ad]\n/g, '')
        .replace(/\s+/g, ' '),
    );
}

function tight(text: string): string {
  return text.replace(/\s+/g, '');
}

function paper(id: string, change: Partial<SnapshotPaper>): SnapshotPaper {
  return { ...exampleSnapshot().sections[0]!.papers[0]!, id, ...change };
}

function volume(...papers: SnapshotPaper[]): VolumeSnapshot {
  return { ...exampleSnapshot(), sections: [{ title: 'Papers', papers }] };
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

const snapshot = exampleSnapshot();

describe('the book of abstracts', () => {
  it('is the same to the byte each time, and reports its stages', async () => {
    const stages: string[] = [];
    const first = await typeset(snapshot, { timeoutMs, onStage: (stage) => stages.push(stage) });
    const second = await typeset(snapshot, { timeoutMs });
    expect(second.pdf.equals(first.pdf)).toBe(true);
    expect(stages).toEqual(['starting', 'typesetting', 'writing']);
  });

  it('draws every character that glyphs.ts promises', async () => {
    const all = MATH_RANGES.map(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index))
        .filter((character) => !/[\p{Cn}\p{M}]/u.test(character))
        .join(' '),
    ).join(' ');
    await expect(
      typeset(volume(paper('PSC-AAAAA', { abstract: all })), { timeoutMs }),
    ).resolves.toBeDefined();
  });

  it('can be empty, or nearly so', async () => {
    const bare = paper('PSC-AAAAA', { authors: [], abstract: '', keywords: [] });
    await expect(typeset(volume(), { timeoutMs })).resolves.toMatchObject({ pages: {} });
    await expect(typeset(volume(bare), { timeoutMs })).resolves.toMatchObject({
      pages: { 'PSC-AAAAA': { first: 4, last: 4 } },
    });
  });

  it('names the paper that cannot be set', async () => {
    // Two papers of one id cannot be told apart by links.
    const twice = volume(paper('PSC-AAAAA', {}), paper('PSC-BBBBB', {}), paper('PSC-BBBBB', {}));
    const failure = await typeset(twice, { timeoutMs }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TypesettingFailed);
    expect(failure).toMatchObject({ paperId: 'PSC-BBBBB', message: expect.stringContaining('PSC-BBBBB') });
  });

  it('is stopped at the time limit', async () => {
    await expect(typeset(snapshot, { timeoutMs: 1 })).rejects.toThrow(
      'took longer than 1 ms and was stopped',
    );
  });
});

(poppler ? describe : describe.skip)('the book of abstracts, read back', () => {
  it('prints front matter, what the volume is known by, and where a paper was', async () => {
    const full = fullSnapshot(...namedPapers());
    const text = [
      '## Thanks',
      '*All* of **us**, #read("x") & [them](https://example.org/).',
      '- one\n- two',
      '1. first\n2. second',
    ].join('\n\n');
    full.volume.pages = [
      { title: 'Preface', text },
      { title: '😀', text: '' },
    ];
    const { pdf, pages } = await typeset(full, { timeoutMs });
    const texts = pagesOf(pdf);
    for (const line of [
      'ISBN 978-3-16-148410-0',
      'Edited by Ani Example',
      'CC BY 4.0',
      'Version 2 corrects: The aff',
    ])
      expect(texts[1]).toContain(line);
    expect(texts[2]).toMatch(
      /Preface .*Thanks .*All of us, #read\("x"\) & them\. .*one .*two .*first .*second/,
    );
    expect(texts[pages['PSC-GONE1']!.first - 1]).toContain('This paper was withdrawn');
    const index = texts.at(-1)!;
    for (const { name } of NAMES) {
      const listed = index.slice(index.indexOf(name));
      expect(Number(/ (\d+) /.exec(`${listed} `)![1])).toBe(pages['PSC-NAMES']!.first);
    }
  });

  it('prints hostile texts in every field as they are', async () => {
    const hostile = hostileSnapshot();
    const { pdf, pages } = await typeset(hostile, { timeoutMs });
    const texts = pagesOf(pdf);
    for (const [index, text] of HOSTILE.slice(0, 6).entries()) {
      const { first, last } = pages[`PSC-H000${index}`]!;
      expect(count(tight(texts.slice(first - 1, last).join('')), tight(text))).toBeGreaterThan(3);
    }
    expect(count(tight(texts.join('')), tight('Author199 Example'))).toBeGreaterThan(1);
  });

  it('prints every abstract once, on the page it reports, with each of its authors', async () => {
    const { pdf, pages } = await typeset(snapshot, { timeoutMs });
    const texts = pagesOf(pdf);
    for (const {
      paper: { id, abstract, title, authors },
    } of papersOf(snapshot)) {
      const page = texts[pages[id]!.first - 1]!;
      expect(page).toContain(id);
      expect(page).toContain(title);
      for (const paragraph of abstract.split('\n\n')) {
        expect(count(tight(texts.join('')), tight(paragraph))).toBe(1);
        expect(tight(page)).toContain(tight(paragraph));
      }
      for (const { name, nativeName, affiliation } of authors) {
        expect(page).toContain(name);
        expect(tight(page)).toContain(tight(nativeName ?? ''));
        expect(page).toContain(affiliation);
      }
    }
  });

  it('gives in contents and author index the real pages', async () => {
    const { pdf, pages } = await typeset(snapshot, { timeoutMs });
    const texts = pagesOf(pdf);
    const contents = texts.find((text) => text.includes('Contents'))!;
    const index = texts.at(-1)!;
    for (const {
      paper: { id, title, authors },
    } of papersOf(snapshot)) {
      const listed = contents.slice(contents.indexOf(title) + title.length);
      expect(Number(/\d+/.exec(listed)![0])).toBe(pages[id]!.first);
      expect(texts[pages[id]!.first - 1]).toMatch(new RegExp(` ${pages[id]!.first} ?$`));
      for (const { name } of authors) {
        expect(Number(/\d+/.exec(index.slice(index.indexOf(name)))![0])).toBe(pages[id]!.first);
      }
    }
  });

  it('is tagged, named, dated by the snapshot, and carries only the bundled fonts', async () => {
    const { pdf } = await typeset(snapshot, { timeoutMs });
    const info = poppered('pdfinfo', pdf, '-isodates');
    expect(info).toMatch(/Title: +Book of abstracts: International Conference on Peace in South Caucasus/);
    expect(info).toMatch(/Tagged: +yes/);
    expect(info).toMatch(/CreationDate: +2027-03-01/);
    expect(info).toMatch(/595\.\d+ x 841\.\d+ pts \(A4\)/);
    expect(pdf.includes('pdfuaid')).toBe(true);
    const fonts = poppered('pdffonts', pdf).split('\n').slice(2, -1);
    expect(fonts.length).toBeGreaterThan(3);
    for (const font of fonts)
      expect(font).toMatch(/^[A-Z]{6}\+NotoS(erif|ans(Armenian|Georgian)?)-\w+ .* yes yes yes /);
  });

  it('keeps hostile text literal and readable', async () => {
    const long = 'x'.repeat(400);
    const hostile = [
      '#read("/etc/passwd") #panic() $x^2$ @ref <label> \\#set *bold* _it_ `raw` // not a comment /* nor this */',
      '= Not a heading',
      '"straight quotes" \'and\' dashes -- stay --- three dots ... too ~ \\u{41}',
      `word ${long} end`,
      'https://example.org/a/very/long/address/that/goes/on?and=on&and=on#until-it-is-too-long-for-the-line',
    ];
    const crowd = Array.from({ length: 200 }, (_, index) => ({
      name: `Author Number${index}`,
      affiliation: index % 3 === 0 ? '' : `Institute ${index % 7}`,
    }));
    const book = volume(
      paper('PSC-AAAAA', { title: '#strong[$x$] @all \\# <b>', abstract: hostile.join('\n\n') }),
      paper('PSC-BBBBB', { authors: crowd, keywords: ['#k', '@k'] }),
      paper('PSC-CCCCC', {
        title: 'Smile 😀 عنوان',
        abstract: 'a\u202ebc\u202c d 👨‍👩‍👧 e ≤ f → g x\u0301\u05b0 \ud800 \u0007',
      }),
      paper('PSC-DDDDD', { title: long, authors: [{ name: long, nativeName: long, affiliation: long }] }),
    );
    const { pdf, pages } = await typeset(book, { timeoutMs });
    const texts = pagesOf(pdf);
    const all = tight(texts.join(''));
    for (const text of hostile) expect(all).toContain(tight(text));
    expect(texts[pages['PSC-AAAAA']!.first - 1]).toContain('#strong[$x$] @all \\# <b>');
    for (const { name } of crowd) expect(all).toContain(tight(name));
    expect(texts[pages['PSC-CCCCC']!.first - 1]).toContain('Smile □ □□□□□');
    expect(texts[pages['PSC-CCCCC']!.first - 1]).toContain('abc d □ e ≤ f → g');
    expect(count(all, long)).toBeGreaterThanOrEqual(6);
    expect(texts[1]).toContain('A box (□) stands for');
    // Nothing sticks out of the page.
    const boxes = poppered('pdftotext', pdf, '-bbox').matchAll(/<word xMin="([\d.-]+)" .*? xMax="([\d.]+)"/g);
    for (const [, left, right] of boxes) {
      expect(Number(left)).toBeGreaterThan(60);
      expect(Number(right)).toBeLessThan(595 - 60);
    }
  });

  it('lists names of every script, and shows a box for what no font draws', async () => {
    const names = [
      'محمد',
      'דוד כהן',
      '王小明',
      'ნინო',
      'Հայկ Օրինակ',
      'Işıl Iğdır',
      'İlham Ilić',
      'Łukasz Łab',
      'Lea Lab',
    ];
    const authors = names.map((name) => ({ name, nativeName: 'محمد', affiliation: 'اصفهان' }));
    const title = '和'.repeat(300);
    const { pdf, pages } = await typeset(volume(paper('PSC-AAAAA', { authors, title, abstract: 'Text.' })), {
      timeoutMs,
    });
    const texts = pagesOf(pdf);
    expect(texts[1]).toContain('A box (□) stands for');
    expect(tight(texts[2]!)).toContain('□'.repeat(300));
    expect(texts[pages['PSC-AAAAA']!.first - 1]).toContain('ნინო');
    // Under # what begins with a letter that cannot be drawn; Ł among L; Georgian as it is written.
    expect(texts.at(-1)).toMatch(
      /Author index # □+ .*? I Işıl Iğdır .*? İlham Ilić .*? L Lea Lab .*? Łukasz Łab .*? ნ ნინო .*? Օ Հայկ Օրինակ/,
    );
  });

  it('never writes names in upper case', async () => {
    const { conference, volume: title, ...rest } = volume(paper('PSC-AAAAA', {}));
    const organiser = 'საქართველოს straße և İzmir Iğdır';
    const { pdf } = await typeset(
      {
        ...rest,
        conference: { ...conference, organiser },
        volume: { ...title, publisher: `${organiser} B` },
      },
      { timeoutMs },
    );
    expect(pagesOf(pdf)[0]).toContain(organiser);
    expect(pagesOf(pdf)[0]).toContain(`${organiser} B`);
  });
});
