import { createHash } from 'node:crypto';
import { legible } from './formats/xml.js';
import {
  papersOf,
  type PageSpan,
  type PageSpans,
  type SnapshotPaper,
  type VolumeSnapshot,
} from './snapshot.js';

/**
 * The volume as UTF-8 BibTeX, one `@inproceedings` for each paper, readable by BibTeX, Biber and reference managers.
 * Letters stay letters (no TeX accents); only the characters that TeX treats specially are escaped.
 *
 * Withdrawn papers are nothing to cite and left out.
 *
 * @param pages as `typeset` reports them; leaves `pages` out where unknown
 */
export function bibtex(snapshot: VolumeSnapshot, pages: PageSpans = {}): string {
  return [...papersOf(snapshot)]
    .filter(({ paper }) => !paper.withdrawn)
    .map(({ paper }) => bibtexEntry(snapshot, paper, pages[paper.id]))
    .join('\n');
}

/** The citation key of a paper: ASCII, made from the id alone, so it never changes between builds. */
export function citationKey(id: string): string {
  const plain = id.replace(/[^A-Za-z0-9-]/g, '').toLowerCase();
  if (plain === id.toLowerCase() && plain !== '') return plain;
  return `${plain}-${createHash('sha256').update(id).digest('hex').slice(0, 6)}`.replace(/^-/, 'x-');
}

/** One paper as {@link bibtex} writes it. */
export function bibtexEntry(
  snapshot: VolumeSnapshot,
  paper: SnapshotPaper,
  pages: PageSpan | undefined,
): string {
  const { conference, volume } = snapshot;
  const fields: [string, string][] = [
    ['author', names(paper.authors.map(({ name }) => name))],
    ['title', braced(paper.title)],
    ['booktitle', braced([conference.name, volume.title].join(': '))],
    ['eventtitle', braced(conference.name)],
    ['organization', braced(conference.organiser)],
    ['editor', names(volume.editors ?? [])],
    ['publisher', braced(volume.publisher)],
    ['location', braced(volume.place ?? '')],
    ['venue', braced(conference.venue ?? '')],
    ['year', String(volume.year)],
    ['pages', pages === undefined ? '' : pagesOf(pages)],
    ['isbn', volume.isbn ?? ''],
    ['doi', escapeTex(paper.doi ?? '')],
    ['url', volume.url ? escapeTex(`${volume.url}/${encodeURIComponent(paper.id)}`) : ''],
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

const pagesOf = ({ first, last }: PageSpan): string => (first === last ? `${first}` : `${first}--${last}`);

const names = (list: readonly string[]): string => list.map(authorName).filter(Boolean).join(' and ');

/** A second pair of braces keeps capitals as they are in styles that lower-case titles. */
function braced(text: string): string {
  const escaped = escapeTex(text);
  return escaped && `{${escaped}}`;
}

/** BibTeX splits a list of names at "and" and a name at commas and odd signs, so names with any are kept whole by braces. */
function authorName(name: string): string {
  const escaped = escapeTex(name);
  return /(^|\s)(and|others)(\s|$)|[^\p{L}\p{M}\p{N}\s.'’ʼ-]/iu.test(name) ? `{${escaped}}` : escaped;
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
    legible(text)
      .trim()
      // A paragraph's end must not be a line's end: at the start of a line, "@" would look like the next entry.
      .split(/\s*\n\s*\n\s*/)
      .map((paragraph) =>
        paragraph.replace(/\s+/g, ' ').replace(/[\\{}~^%&$#_]/g, (character) => TEX[character]!),
      )
      .join(' \\par ')
  );
}
