import { createHash } from 'node:crypto';
import { papersOf, type SnapshotPaper, type VolumeSnapshot } from './snapshot.js';

/**
 * The volume as UTF-8 BibTeX, one `@inproceedings` for each paper, readable by BibTeX, Biber and reference managers.
 * Letters stay letters (no TeX accents); only the characters that TeX treats specially are escaped.
 *
 * @param pages the first page of each paper by its id, as `typeset` reports them; leaves `pages` out where unknown
 */
export function bibtex(snapshot: VolumeSnapshot, pages: Readonly<Record<string, number>> = {}): string {
  return [...papersOf(snapshot)].map(({ paper }) => entry(snapshot, paper, pages[paper.id])).join('\n');
}

/** The citation key of a paper: ASCII, made from the id alone, so it never changes between builds. */
export function citationKey(id: string): string {
  const plain = id.replace(/[^A-Za-z0-9-]/g, '').toLowerCase();
  if (plain === id.toLowerCase() && plain !== '') return plain;
  return `${plain}-${createHash('sha256').update(id).digest('hex').slice(0, 6)}`.replace(/^-/, 'x-');
}

function entry(snapshot: VolumeSnapshot, paper: SnapshotPaper, page: number | undefined): string {
  const { conference, volume } = snapshot;
  const fields: [string, string][] = [
    [
      'author',
      paper.authors
        .map(({ name }) => authorName(name))
        .filter(Boolean)
        .join(' and '),
    ],
    ['title', braced(paper.title)],
    ['booktitle', braced([conference.name, volume.title].join(': '))],
    ['eventtitle', braced(conference.name)],
    ['organization', braced(conference.organiser)],
    ['publisher', braced(volume.publisher)],
    ['venue', braced(conference.venue ?? '')],
    ['year', String(volume.year)],
    ['pages', page === undefined ? '' : String(page)],
    ['keywords', paper.keywords.map((keyword) => escapeTex(keyword).replaceAll(',', ' ')).join(', ')],
    ['language', 'english'],
    ['note', escapeTex(paper.id)],
    ['abstract', escapeTex(paper.abstract)],
  ];
  const lines = fields
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `  ${name} = {${value}},\n`);
  return `@inproceedings{${citationKey(paper.id)},\n${lines.join('')}}\n`;
}

/** A second pair of braces keeps capitals as they are in styles that lower-case titles. */
function braced(text: string): string {
  const escaped = escapeTex(text);
  return escaped && `{${escaped}}`;
}

/** BibTeX splits a list of names at "and" and a name at commas, so names with either are kept whole by braces. */
function authorName(name: string): string {
  const escaped = escapeTex(name);
  return /(^|\s)(and|others)(\s|$)|,/i.test(name) ? `{${escaped}}` : escaped;
}

const TEX: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  // Not \{ and \}: BibTeX counts braces even after a backslash.
  '{': '\\textbraceleft{}',
  '}': '\\textbraceright{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '%': '\\%',
  '&': '\\&',
  $: '\\$',
  '#': '\\#',
  _: '\\_',
};

function escapeTex(text: string): string {
  return (
    text
      .trim()
      // A paragraph's end must not be a line's end: at the start of a line, "@" would look like the next entry.
      .split(/\s*\n\s*\n\s*/)
      .map((paragraph) =>
        paragraph
          .replace(/\s+/g, ' ')
          // oxlint-disable-next-line no-control-regex
          .replace(/[\u0000-\u001f\u007f-\u009f]/g, '')
          .replace(/[\\{}~^%&$#_]/g, (character) => TEX[character]!),
      )
      .join(' \\par ')
  );
}
