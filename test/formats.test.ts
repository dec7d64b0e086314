import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { EpubCheck } from '@likecoin/epubcheck-ts';
import { XmlDocument } from 'libxml2-wasm';
import { editionOf } from '../src/proceedings/formats/edition.js';
import { unzip } from '../src/tools/unzip.js';
import {
  fullSnapshot,
  HOSTILE,
  hostileSnapshot,
  made,
  namedPapers,
  NAMES,
  SNAPSHOTS,
  SPANS,
} from './support/hostile-volume.js';

describe.each(SNAPSHOTS)('the files of %s', (_, snapshotOf) => {
  let files: Map<string, Buffer>;
  beforeAll(async () => (files = await made(snapshotOf())));

  it('are the same to the byte each time', async () => {
    for (const [name, data] of await made(snapshotOf()))
      expect([name, data.equals(files.get(name)!)]).toEqual([name, true]);
  });

  it('are an e-book without a complaint', async () => {
    const book = [...files].find(([name]) => name.endsWith('.epub'))![1];
    const { messages } = await EpubCheck.validate(book);
    expect(messages.filter(({ severity }) => severity !== 'usage' && severity !== 'info')).toEqual([]);
  });

  it('are well-formed, and no text in them becomes markup', () => {
    const all: [string, string][] = [
      ...[...files]
        .filter(([name]) => /\.(?:xml|html)$/.test(name))
        .map(([name, data]): [string, string] => [name, data.toString()]),
      ...[...files]
        .filter(([name]) => /\.(?:epub|xlsx)$/.test(name))
        .flatMap(([name, data]) =>
          [...unzip(data)]
            .filter(([part]) => /ml$|opf$|rels$/.test(part))
            .map(([part, inside]): [string, string] => [`${name}/${part}`, inside.toString()]),
        ),
    ];
    for (const [name, text] of all) {
      // What is inside a script element of a page is JSON; nothing else may hold a bare "<".
      const xml = text
        .replace(/<script type="application\/ld\+json">([^<]*)<\/script>/g, (_whole, json: string) => {
          JSON.parse(json);
          return '';
        })
        .replace('<!DOCTYPE html>\n', '');
      const document = XmlDocument.fromString(xml);
      const odd = document.find(
        '//*[local-name()="script" or local-name()="img" or local-name()="b" and @*]',
      );
      expect([name, odd.length]).toEqual([name, 0]);
      document.dispose();
      // oxlint-disable-next-line no-control-regex
      expect([name, /[\u0000-\u0008\u202a-\u202e\u2066-\u2069]/.test(text)]).toEqual([name, false]);
    }
  });

  it('are tables in which no text is a formula', () => {
    for (const cell of files
      .get('abstracts.csv')!
      .toString()
      .slice(1)
      .split(/^"|","|"\r\n"?/m))
      expect(cell).not.toMatch(/^\s*[=+@-]/);
    const sheet = unzip(files.get('abstracts.xlsx')!).get('xl/worksheets/sheet1.xml')!.toString();
    expect(sheet).not.toContain('<f>');
    expect(sheet.match(/ t="inlineStr"/g)!.length).toBeGreaterThan(30);
  });

  it('give the same authors, titles and pages to parsers of other people', () => {
    const edition = editionOf(snapshotOf(), SPANS);
    const papers = edition.papers.filter(({ withdrawn }) => !withdrawn);
    const csl: Record<string, unknown>[] = JSON.parse(files.get('proceedings.csl.json')!.toString());
    const { bib, ris: records } = parsed(files);
    expect([csl.length, bib.length, records.length]).toEqual(Array(3).fill(papers.length));
    for (const [index, paper] of papers.entries()) {
      for (const [kind, item] of Object.entries({
        csl: csl[index]!,
        bib: bib[index]!,
        ris: records[index]!,
      })) {
        expect([kind, paper.id, squeezed(item['title'])]).toEqual([kind, paper.id, squeezed(paper.title)]);
        expect([kind, paper.id, namesOf(item['author'])]).toEqual([
          kind,
          paper.id,
          paper.authors.map(({ name }) => sorted(name)),
        ]);
        const pages = paper.pages && [paper.pages.first, paper.pages.last];
        expect([kind, pagesOf(item['page'])]).toEqual([kind, pages]);
        expect([kind, item['DOI']]).toEqual([kind, paper.doi]);
      }
      const article = XmlDocument.fromString(files.get(`jats/${paper.key}.xml`)!.toString());
      const texts = (path: string): string[] => article.find(path).map((node) => node.content);
      expect(texts('//article-title')).toEqual([paper.title]);
      expect(
        article
          .find('//contrib[@contrib-type="author"]')
          .map((one) =>
            ['.//given-names', './/surname']
              .flatMap((path) => one.find(path).map((node) => node.content))
              .join(' '),
          ),
      ).toEqual(paper.authors.map(({ name }) => name));
      expect(texts('//fpage | //lpage').map(Number)).toEqual(
        paper.pages ? [paper.pages.first, paper.pages.last] : [],
      );
      article.dispose();
    }
  });
});

type Items = Record<string, unknown>[];

/** Bibliographies as citation.js reads them. */
function parsed(files: ReadonlyMap<string, Buffer>): { bib: Items; ris: Items } {
  const [bib, ris] = ['bib', 'ris'].map((end) => files.get(`proceedings.${end}`)!.toString());
  const output = execFileSync(process.execPath, [resolve('test/support/read-citations.js')], {
    input: JSON.stringify({ bib, ris }),
    encoding: 'utf8',
    env: {},
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(output) as { bib: Items; ris: Items };
}

/** Words, without the marks that one reader keeps and another takes for layout. */
const squeezed = (text: unknown): string =>
  String(text ?? '')
    .replace(/--/g, '–')
    .replace(/[\s\u00a0{}]+/g, '');
const sorted = (name: string): string =>
  Array.from(name.replace(/[\s,{}\u00a0–-]+/g, ''))
    .toSorted()
    .join('');
const namesOf = (list: unknown): string[] =>
  ((list ?? []) as Record<string, string>[]).map((name) =>
    sorted(
      ['given', 'dropping-particle', 'non-dropping-particle', 'family', 'suffix', 'literal']
        .map((key) => name[key] ?? '')
        .join(' '),
    ),
  );
const pagesOf = (page: unknown): number[] | null => {
  if (page === undefined) return null;
  const numbers = String(page).split(/[-–]+/).map(Number);
  return [numbers[0]!, numbers.at(-1)!];
};

describe('names', () => {
  it('are unharmed in every format', async () => {
    const files = await made(fullSnapshot(...namedPapers()));
    const book = unzip([...files].find(([name]) => name.endsWith('.epub'))![1]);
    const sheet = unzip(files.get('abstracts.xlsx')!).get('xl/worksheets/sheet1.xml')!;
    const natives = new Map<string, string>([
      ['jats', files.get('jats/psc-names.xml')!.toString()],
      ['csv', files.get('abstracts.csv')!.toString()],
      ['json', files.get('abstracts.json')!.toString()],
      ['xlsx', sheet.toString()],
      ['epub', book.get('OEBPS/psc-names.xhtml')!.toString()],
      ['epub index', book.get('OEBPS/authors.xhtml')!.toString()],
      ['site', files.get('site/papers/psc-names.html')!.toString()],
      ['site index', files.get('site/authors.html')!.toString()],
      ['crossref', files.get('crossref.xml')!.toString()],
    ]);
    for (const { name, nativeName } of NAMES) {
      for (const [format, text] of natives) {
        expect([format, nativeName, text.includes(nativeName ?? '')]).toEqual([format, nativeName, true]);
        const given = name.split(' ')[0]!;
        expect([format, given, text.includes(given)]).toEqual([format, given, true]);
      }
    }
    const page = natives.get('site')!;
    expect(page).toContain('<bdi lang="hy" xml:lang="hy">Անահիտ Օրինակ-Պետրոսյան</bdi>');
    expect(page).toContain('<bdi lang="" xml:lang="">محمد مثال</bdi>');
  });

  it('have no address of anybody beside the organisers’', async () => {
    const files = await made(fullSnapshot(...namedPapers()));
    for (const [name, data] of files)
      expect([name, data.toString().replaceAll('office@example.org', '').includes('@example.org')]).toEqual([
        name,
        false,
      ]);
  });
});

describe('a withdrawn paper', () => {
  it('keeps its place and is nothing to cite', async () => {
    const files = await made(fullSnapshot(...namedPapers()));
    expect(files.get('site/papers/psc-gone1.html')!.toString()).toContain('was withdrawn');
    expect(files.get('site/papers/psc-gone1.html')!.toString()).not.toContain('citation_');
    expect(files.get('crossref.xml')!.toString()).toContain('<title>WITHDRAWN: ');
    expect(files.get('datacite/psc-gone1.xml')!.toString()).toContain('WITHDRAWN: ');
    for (const name of ['proceedings.bib', 'proceedings.ris', 'proceedings.csl.json'])
      expect(files.get(name)!.toString().toLowerCase()).not.toContain('psc-gone1');
  });
});

it('writes hostile texts so that they can be read', async () => {
  const files = await made(hostileSnapshot());
  const sheet = XmlDocument.fromBuffer(unzip(files.get('abstracts.xlsx')!).get('xl/worksheets/sheet1.xml')!);
  const cells = sheet.find('//*[local-name()="t"]').map((node) => node.content);
  sheet.dispose();
  for (const text of HOSTILE.slice(0, 6)) expect(cells).toContain(text);
});
