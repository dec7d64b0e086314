import { bibtex } from './bibtex.js';
import type { BuildStage } from './build-stages.js';
import { csvStringify } from './csv.js';
import { canDeposit, crossref } from './formats/crossref.js';
import { cslJson } from './formats/csl-json.js';
import { datacite } from './formats/datacite.js';
import { editionOf, type Edition } from './formats/edition.js';
import { epub } from './formats/epub.js';
import { jats } from './formats/jats.js';
import type { ReadingWords } from './formats/reading.js';
import { ris } from './formats/ris.js';
import { sitePages } from './formats/site.js';
import { xlsx } from './formats/xlsx.js';
import { PROCEEDINGS_COLUMNS, proceedingsRows } from './proceedings-csv.js';
import { papersOf, type PageSpans, type VolumeSnapshot } from './snapshot.js';
import type { ArchiveFile, LazyFile } from './zip.js';

/** A file of a build before it is stored; names are ASCII. */
export interface BuiltFile extends ArchiveFile {
  mediaType: string;
}

/** A file that is still to be made; a pure function of the snapshot, the pages and the words. */
export interface PlannedFile extends LazyFile {
  mediaType: string;
  /** When it is made. */
  stage: Extract<BuildStage, 'bibliography' | 'tables' | 'reading'>;
}

/** All files of a volume but the typeset book. */
export interface VolumeFiles {
  /** Each to be downloaded by itself. */
  single: PlannedFile[];
  /** Folders that only the archive has: the website, and one file for each paper in the formats that want it so. */
  folders: LazyFile[];
}

/** The typeset book as a file. */
export function bookFile({ conference }: VolumeSnapshot, pdf: Buffer): BuiltFile {
  return { name: `${conference.slug}-abstracts.pdf`, mediaType: 'application/pdf', data: pdf };
}

/** What is made of a snapshot besides the book, in the order in which it is made; deposits only where there are DOIs. */
export function volumeFiles(snapshot: VolumeSnapshot, spans: PageSpans, words: ReadingWords): VolumeFiles {
  const edition = editionOf(snapshot, spans);
  const { slug } = snapshot.conference;
  const single: PlannedFile[] = [
    text('bibliography', 'proceedings.bib', 'application/x-bibtex', () => bibtex(snapshot, spans)),
    text('bibliography', 'proceedings.ris', 'application/x-research-info-systems', () => ris(edition)),
    text('bibliography', 'proceedings.csl.json', 'application/vnd.citationstyles.csl+json', () =>
      cslJson(edition),
    ),
    ...(canDeposit(edition)
      ? [text('bibliography', 'crossref.xml', 'application/xml', () => crossref(edition))]
      : []),
    text('tables', 'abstracts.csv', 'text/csv; charset=utf-8', () =>
      csvStringify(PROCEEDINGS_COLUMNS, proceedingsRows(snapshot, spans)),
    ),
    text('tables', 'abstracts.json', 'application/json', () => paperList(snapshot, spans)),
    {
      stage: 'tables',
      name: 'abstracts.xlsx',
      mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      stored: true,
      data: () =>
        xlsx(
          'Abstracts',
          PROCEEDINGS_COLUMNS,
          [...proceedingsRows(snapshot, spans)],
          new Date(snapshot.frozenAt),
        ),
    },
    {
      stage: 'reading',
      name: `${slug}.epub`,
      mediaType: 'application/epub+zip',
      stored: true,
      data: () => epub(edition, words),
    },
  ];
  return { single, folders: [...articles(edition), ...website(edition, words)] };
}

/** Name of the archive that holds all other files. */
export const archiveName = ({ conference }: VolumeSnapshot): string => `${conference.slug}-proceedings.zip`;

const articles = (edition: Edition): LazyFile[] =>
  edition.papers.flatMap((paper) => [
    { name: `jats/${paper.key}.xml`, data: () => Buffer.from(jats(edition, paper)) },
    ...(paper.doi === null
      ? []
      : [{ name: `datacite/${paper.key}.xml`, data: () => Buffer.from(datacite(edition, paper)) }]),
  ]);

const website = (edition: Edition, words: ReadingWords): LazyFile[] =>
  sitePages(edition, words).map(({ path, make }) => ({
    name: `site/${path}`,
    data: () => Buffer.from(make()),
  }));

/** The papers for programs: a list with section, position and pages, in printed order. */
function paperList(snapshot: VolumeSnapshot, spans: PageSpans): string {
  const papers = Array.from(papersOf(snapshot), ({ section, position, paper }) => ({
    section: section.title,
    position,
    ...paper,
    pages: spans[paper.id],
  }));
  return `${JSON.stringify(papers, null, 2)}\n`;
}

const text = (
  stage: PlannedFile['stage'],
  name: string,
  mediaType: string,
  make: () => string,
): PlannedFile => ({ stage, name, mediaType, data: () => Buffer.from(make()) });
