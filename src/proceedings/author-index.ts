import type { NativeName } from './book-data.js';
import type { SnapshotAuthor } from './snapshot.js';

/** The entries of the author index below one letter, in order; `papers` are ids in printed order. */
export type IndexLetter = {
  letter: string;
  entries: { name: string; native: NativeName | null; papers: string[] }[];
};

/**
 * The author index: each author once, sorted by `sortName`, else by the last word of the name, in the order of Unicode's
 * root collation, and printed as the name is written. Authors of one name are one entry unless their ORCID iDs differ.
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
    const key = ambiguous ? `${author.name}\n${author.orcid ?? ''}` : author.name;
    const entry = entries.get(key) ?? { author, papers: [] };
    if (!entry.author.nativeName && author.nativeName) entry.author = author;
    if (!entry.papers.includes(paperId)) entry.papers.push(paperId);
    entries.set(key, entry);
  }
  const letters: IndexLetter[] = [];
  for (const { author, papers } of [...entries.values()].toSorted(byName)) {
    const letter = letterOf(sortKey(author));
    if (letters.at(-1)?.letter !== letter) letters.push({ letter, entries: [] });
    const name = text.print(author.name);
    const native = text.native(author.nativeName ?? '');
    letters.at(-1)!.entries.push({ name, native: native?.text === name ? null : native, papers });
  }
  return letters;
}

const collator = new Intl.Collator('en', { numeric: true });

function byName(a: { author: SnapshotAuthor }, b: { author: SnapshotAuthor }): number {
  return (
    collator.compare(sortKey(a.author), sortKey(b.author)) || collator.compare(a.author.name, b.author.name)
  );
}

function sortKey({ name, sortName }: SnapshotAuthor): string {
  if (sortName?.trim()) return sortName.trim();
  const words = name.trim().split(/\s+/);
  return [words.at(-1), ...words.slice(0, -1)].join(' ');
}

/** The heading a name stands under: its first letter without accents, or `#`. */
function letterOf(key: string): string {
  const letter = /\p{L}/u.exec(key.normalize('NFD'))?.[0];
  return letter?.toLocaleUpperCase('en') ?? '#';
}
