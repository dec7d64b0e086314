import type { NativeName } from './book-data.js';
import type { SnapshotAuthor } from './snapshot.js';

/** The entries of the author index below one letter, in order; `papers` are ids in printed order. */
export type IndexLetter = {
  letter: string;
  entries: { name: string; native: NativeName | null; papers: string[] }[];
};

/**
 * The author index: each author once, sorted by `sortName`, else by the last word of the name, in the order of Unicode's
 * root collation, and printed as the name is written; each letter is one heading. Authors of one name are one entry unless their ORCID iDs differ.
 */
export function authorIndex(
  authorships: readonly { paperId: string; author: SnapshotAuthor }[],
  text: { print: (text: string) => string; native: (text: string) => NativeName | null },
): IndexLetter[] {
  const entries = new Map<string, { author: SnapshotAuthor; papers: string[] }>();
  const orcids = new Map<string, Set<string>>();
  for (const { author } of authorships) {
    if (author.orcid) orcids.set(author.name, (orcids.get(author.name) ?? new Set()).add(author.orcid));
  }
  for (const { paperId, author } of authorships) {
    const ambiguous = (orcids.get(author.name)?.size ?? 0) > 1;
    const key = (ambiguous ? `${author.name}\n${author.orcid ?? ''}` : author.name).normalize('NFC');
    const entry = entries.get(key) ?? { author, papers: [] };
    if (!entry.author.nativeName && author.nativeName) entry.author = author;
    if (!entry.papers.includes(paperId)) entry.papers.push(paperId);
    entries.set(key, entry);
  }
  // What has no letter to stand under comes first, as digits do.
  const letters = new Map<string, IndexLetter>([[NO_LETTER, { letter: NO_LETTER, entries: [] }]]);
  for (const { author, papers } of [...entries.values()].toSorted(byName)) {
    const letter = letterOf(sortKey(author), text.print);
    const group = letters.get(letter) ?? { letter, entries: [] };
    letters.set(letter, group);
    const name = text.print(author.name);
    const native = text.native(author.nativeName ?? '');
    group.entries.push({ name, native: native?.text === name ? null : native, papers });
  }
  return [...letters.values()].filter((group) => group.entries.length > 0);
}

const collator = new Intl.Collator('en', { numeric: true });

function byName(a: { author: SnapshotAuthor }, b: { author: SnapshotAuthor }): number {
  return (
    collator.compare(sortKey(a.author), sortKey(b.author)) || collator.compare(a.author.name, b.author.name)
  );
}

/** Without what stands before the first letter: a name in quotes or brackets is sorted as one without. */
function sortKey({ name, sortName }: SnapshotAuthor): string {
  const words = name.trim().split(/\s+/);
  const key = sortName?.trim() || [words.at(-1), ...words.slice(0, -1)].join(' ');
  const first = key.search(/\p{L}/u);
  return first < 0 ? key : key.slice(first);
}

const NO_LETTER = '#';
const LATIN = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
const base = new Intl.Collator('en', { sensitivity: 'base' });

/**
 * The heading a name stands under: its first letter without accents, in upper case but for Georgian, which is not written
 * so; `#` where there is none, or none that the book can print.
 */
function letterOf(key: string, print: (text: string) => string): string {
  const letter = /^\p{L}/u.exec(key.normalize('NFD'))?.[0];
  if (letter === undefined || print(letter) !== letter) return NO_LETTER;
  if (/\p{Script=Georgian}/u.test(letter)) return letter;
  const [capital] = letter.toLocaleUpperCase('en'); // of ß the first of two
  // Ł and Ø are sorted among L and O.
  return LATIN.find((plain) => base.compare(plain, capital!) === 0) ?? capital!;
}
