import { bibtex } from './bibtex.js';
import { csvStringify } from './csv.js';
import { PROCEEDINGS_COLUMNS, proceedingsRows } from './proceedings-csv.js';
import { papersOf, type VolumeSnapshot } from './snapshot.js';
import type { ArchiveFile } from './zip.js';

/** A file of a build before it is stored; names are ASCII. */
export interface BuiltFile extends ArchiveFile {
  mediaType: string;
}

/** The typeset book as a file. */
export function bookFile({ conference }: VolumeSnapshot, pdf: Buffer): BuiltFile {
  return { name: `${conference.slug}-abstracts.pdf`, mediaType: 'application/pdf', data: pdf };
}

/** The bibliography. @param pages first page of each paper by its id */
export function bibliographyFile(
  snapshot: VolumeSnapshot,
  pages: Readonly<Record<string, number>>,
): BuiltFile {
  return {
    name: 'proceedings.bib',
    mediaType: 'application/x-bibtex',
    data: Buffer.from(bibtex(snapshot, pages)),
  };
}

/** The papers as a table for spreadsheets, and as JSON for programs: a list with section and position, in printed order. */
export function tableFiles(snapshot: VolumeSnapshot): BuiltFile[] {
  const table = csvStringify(PROCEEDINGS_COLUMNS, proceedingsRows(snapshot));
  const papers = Array.from(papersOf(snapshot), ({ section, position, paper }) => ({
    section: section.title,
    position,
    ...paper,
  }));
  return [
    { name: 'abstracts.csv', mediaType: 'text/csv; charset=utf-8', data: Buffer.from(table) },
    {
      name: 'abstracts.json',
      mediaType: 'application/json',
      data: Buffer.from(`${JSON.stringify(papers, null, 2)}\n`),
    },
  ];
}

/** Name of the archive that holds all other files. */
export const archiveName = ({ conference }: VolumeSnapshot): string => `${conference.slug}-proceedings.zip`;
