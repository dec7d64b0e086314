import { unsupportedCharacters } from './glyphs.js';
import { isIsbn, isIssn } from './identifiers.js';
import { papersOf, type VolumeSnapshot } from './snapshot.js';

/**
 * What keeps a paper from being printed well: no authors; no abstract; authors without an affiliation; authors whose name has
 * no Latin letter, so that the index has no place for them; the title of another paper; another paper's DOI, or none in a volume
 * that has one; a second place in the volume; characters that no font of the book can draw, which are printed as □. Of the volume
 * itself: an ISBN or ISSN whose last digit is wrong, and DOIs without an address that the agency can write to. None of them
 * stops a build.
 */
export const PAPER_PROBLEMS = [
  'authors',
  'abstract',
  'affiliation',
  'latinName',
  'sameTitle',
  'doi',
  'sameDoi',
  'samePlace',
  'isbn',
  'issn',
  'contact',
  'glyphs',
] as const;

export interface PaperProblem {
  /** Null for the volume's own texts and section titles. */
  paperId: string | null;
  code: (typeof PAPER_PROBLEMS)[number];
  /** Where, for `glyphs`: such as `abstract` or `authors.name`. */
  field: string | null;
  /** Names for `affiliation` and `latinName`, ids for `sameTitle`, characters with their numbers for `glyphs`. */
  about: string[];
}

/** All problems of a volume, paper by paper in printed order; those of the volume's own texts come last. */
export function volumeProblems(snapshot: VolumeSnapshot): PaperProblem[] {
  const glyphs = glyphProblems(snapshot);
  const titles = new Map<string, string[]>();
  for (const { paper } of papersOf(snapshot)) {
    const key = folded(paper.title);
    titles.set(key, [...(titles.get(key) ?? []), paper.id]);
  }
  const places = new Map<string, number>();
  const dois = new Map<string, string[]>();
  for (const { paper } of papersOf(snapshot)) {
    places.set(paper.id, (places.get(paper.id) ?? 0) + 1);
    if (paper.doi) dois.set(paper.doi, [...(dois.get(paper.doi) ?? []), paper.id]);
  }
  const found: PaperProblem[] = [];
  const seen = new Set<string>();
  for (const { paper } of papersOf(snapshot)) {
    if (seen.has(paper.id)) continue;
    seen.add(paper.id);
    const add = (code: PaperProblem['code'], about: string[] = []): void => {
      found.push({ paperId: paper.id, code, field: null, about });
    };
    const others = (dois.get(paper.doi ?? '') ?? []).filter((id) => id !== paper.id);
    if (snapshot.volume.doi && !paper.doi?.replace(/^[^/]*\//, '')) add('doi');
    if (others.length > 0) add('sameDoi', others);
    if (places.get(paper.id)! > 1) add('samePlace');
    // Nothing else of it is printed.
    if (paper.withdrawn) continue;
    const named = (lacking: (author: (typeof paper.authors)[number]) => boolean): string[] =>
      paper.authors.filter(lacking).map(({ name }) => name);
    const unaffiliated = named(({ affiliation }) => affiliation.trim() === '');
    const notLatin = named(({ name }) => !/\p{Script=Latin}/u.test(name));
    const alike = titles.get(folded(paper.title))!.filter((id) => id !== paper.id);
    if (paper.authors.length === 0) add('authors');
    if (paper.abstract.trim() === '') add('abstract');
    if (unaffiliated.length > 0) add('affiliation', unaffiliated);
    if (notLatin.length > 0) add('latinName', notLatin);
    if (alike.length > 0) add('sameTitle', alike);
    found.push(...glyphs.filter(({ paperId }) => paperId === paper.id));
  }
  return [...found, ...ownProblems(snapshot), ...glyphs.filter(({ paperId }) => paperId === null)];
}

function ownProblems({ conference, volume: { isbn, issn, doi } }: VolumeSnapshot): PaperProblem[] {
  const own = (code: PaperProblem['code'], about: string): PaperProblem => ({
    paperId: null,
    code,
    field: null,
    about: [about],
  });
  return [
    ...(isbn && !isIsbn(isbn) ? [own('isbn', isbn)] : []),
    ...(issn && !isIssn(issn) ? [own('issn', issn)] : []),
    ...(doi && !conference.contact ? [own('contact', doi)] : []),
  ];
}

/** One problem for each paper and field, with every character once. */
function glyphProblems(snapshot: VolumeSnapshot): PaperProblem[] {
  const found = new Map<string, PaperProblem>();
  for (const { paperId, field, character, codePoint } of unsupportedCharacters(snapshot)) {
    const key = `${paperId ?? ''}\n${field}`;
    const problem = found.get(key) ?? { paperId, code: 'glyphs' as const, field, about: [] };
    problem.about.push(`${character} (${codePoint})`);
    found.set(key, problem);
  }
  return [...found.values()];
}

function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
