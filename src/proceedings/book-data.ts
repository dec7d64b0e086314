import { authorIndex, type IndexLetter } from './author-index.js';
import { drawable } from './glyphs.js';
import { richText, type Block, type Inline } from './formats/rich-text.js';
import { papersOf, type SnapshotAuthor, type SnapshotPaper, type VolumeSnapshot } from './snapshot.js';

/** The book's own words, in the language of the book. */
export type BookLabels = {
  contents: string;
  authorIndex: string;
  keywords: string;
  orcid: string;
  /** Lines at the foot of the second page. */
  imprint: string[];
  /** Added to the imprint if a character had to be replaced. */
  missing: string;
  /** Stands in the place of the abstract of a withdrawn paper. */
  withdrawn: string;
};

/** A name in its own script, with the language that a screen reader should read it in, where the script tells. */
export type NativeName = { text: string; lang: string };

/** A paper as the template takes it: texts are drawable, long words breakable, affiliations numbered. */
export type BookPaper = {
  id: string;
  title: string;
  paragraphs: string[];
  keywords: string[];
  authors: { name: string; native: NativeName | null; marks: number[] }[];
  affiliations: { number: number; text: string }[];
  orcids: { name: string; orcid: string; url: string }[];
};

/** All that `typst/book.typ` prints, as it reads it from JSON. */
export type BookData = {
  conference: { name: string; subtitle: string; organiser: string; venue: string; dates: string };
  volume: { title: string; subtitle: string; year: number; publisher: string };
  /** The conference's name in the running head, as short as `shorten` makes it. */
  shortName: string;
  families: readonly string[];
  /** Year, month and day in UTC. */
  date: [number, number, number];
  labels: BookLabels;
  /** Pages before the contents. */
  front: { title: string; blocks: Block[] }[];
  sections: { title: string; shortTitle: string; papers: BookPaper[] }[];
  index: IndexLetter[];
};

/** The template's data for a snapshot. Sections without papers are left out. */
export function bookData(
  snapshot: VolumeSnapshot,
  families: readonly string[],
  labels: BookLabels,
): BookData {
  const { conference, volume } = snapshot;
  const frozen = new Date(snapshot.frozenAt);
  let missing = false;
  // Within a line a run of another look may end with a blank, which must stay.
  const drawn = (text: string): string => {
    const result = drawable(text);
    missing ||= result.missing.length > 0;
    return breakable(result.text.replace(/\s+/g, ' '));
  };
  const print = (text: string | undefined): string => drawn((text ?? '').trim());
  const sections = snapshot.sections
    .filter(({ papers }) => papers.length > 0)
    .map((section) => ({
      title: print(section.title),
      shortTitle: shorten(print(section.title), 46),
      papers: section.papers.map((paper) => bookPaper(paper, labels.withdrawn, print)),
    }));
  const data: BookData = {
    conference: {
      name: print(conference.name),
      subtitle: print(conference.subtitle),
      organiser: print(conference.organiser),
      venue: print(conference.venue),
      dates: print(conference.dates),
    },
    volume: {
      title: print(volume.title),
      subtitle: print(volume.subtitle),
      year: volume.year,
      publisher: print(volume.publisher),
    },
    shortName: shorten(print(conference.name), 58),
    families,
    date: [frozen.getUTCFullYear(), frozen.getUTCMonth() + 1, frozen.getUTCDate()],
    labels: { ...labels, imprint: labels.imprint.map(print) },
    front: (volume.pages ?? []).map(({ title, text }) => ({
      title: print(title),
      blocks: printedBlocks(richText(text), drawn),
    })),
    sections,
    index: authorIndex(
      [...papersOf(snapshot)].flatMap(({ paper }) =>
        paper.authors.map((author) => ({ paperId: paper.id, author })),
      ),
      { print, native: (text) => nativeName(print(text)) },
    ),
  };
  if (missing) data.labels.imprint.push(labels.missing);
  return data;
}

/** The same book with only some of its papers: to find the one that cannot be set. */
export function withPapers(data: BookData, ids: ReadonlySet<string>): BookData {
  return {
    ...data,
    sections: data.sections
      .map((section) => ({ ...section, papers: section.papers.filter(({ id }) => ids.has(id)) }))
      .filter(({ papers }) => papers.length > 0),
    index: data.index
      .map(({ letter, entries }) => ({
        letter,
        entries: entries
          .map((entry) => ({ ...entry, papers: entry.papers.filter((id) => ids.has(id)) }))
          .filter(({ papers }) => papers.length > 0),
      }))
      .filter(({ entries }) => entries.length > 0),
  };
}

/** A title short enough for one line of a running head: up to its first colon or dash, or cut at a word. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const head = /^(.+?)(?::| [–—-]) /.exec(text)?.[1] ?? text;
  if (head.length <= limit) return head;
  const cut = head.slice(0, limit - 1);
  const space = cut.lastIndexOf(' ');
  return `${space < limit / 2 ? cut : cut.slice(0, space)}…`;
}

/**
 * Lets long runs without white space (addresses, or worse) break at a line's end: a zero-width space after the separators
 * of runs of more than 30 characters, and after every 10 characters of what is longer still. No hyphen is added, so the
 * text stays what its author wrote.
 */
export function breakable(text: string): string {
  return text.replace(/\S{31,}/g, (run) =>
    run
      .replace(/[/?&=._#:,;-]+/g, (separator) => `${separator}\u200b`)
      .split('\u200b')
      .map((part) => (part.length > 30 ? chunks(part) : part))
      .join('\u200b')
      .replace(/\u200b$/, ''),
  );
}

function chunks(part: string): string {
  const graphemes = Array.from(new Intl.Segmenter('en').segment(part), ({ segment }) => segment);
  return graphemes
    .map((grapheme, index) => (index > 0 && index % 10 === 0 ? `\u200b${grapheme}` : grapheme))
    .join('');
}

/** A name in its own script with its language: certain for Armenian and Georgian, unknown ("und") for shared scripts. */
export function nativeName(text: string): NativeName | null {
  if (text === '') return null;
  const lang = /\p{Script=Armenian}/u.test(text) ? 'hy' : /\p{Script=Georgian}/u.test(text) ? 'ka' : 'und';
  return { text, lang };
}

function printedBlocks(blocks: readonly Block[], drawn: (text: string) => string): Block[] {
  const runs = (list: readonly Inline[]): Inline[] => list.map((run) => ({ ...run, text: drawn(run.text) }));
  return blocks.map((block) =>
    block.kind === 'list'
      ? { ...block, items: block.items.map(runs) }
      : { ...block, inline: runs(block.inline) },
  );
}

function bookPaper(
  paper: SnapshotPaper,
  withdrawn: string,
  print: (text: string | undefined) => string,
): BookPaper {
  const places: string[] = [];
  const authors = paper.authors.map((author) => {
    const place = placeOf(author, print);
    if (place !== '' && !places.includes(place)) places.push(place);
    return { name: print(author.name), native: nativeName(print(author.nativeName)), place };
  });
  // One place that everybody shares needs no number.
  const shared = places.length === 1 && authors.every(({ place }) => place !== '');
  return {
    id: paper.id,
    title: print(paper.title),
    paragraphs: (paper.withdrawn ? withdrawn : paper.abstract)
      .split(/\r?\n[^\S\n]*\r?\n/)
      .map(print)
      .filter(Boolean),
    keywords: paper.keywords.map(print).filter(Boolean),
    authors: authors.map(({ name, native, place }) => ({
      name,
      native: native?.text === name ? null : native,
      marks: shared || place === '' ? [] : [places.indexOf(place) + 1],
    })),
    affiliations: places.map((text, index) => ({ number: shared ? 0 : index + 1, text })),
    orcids: paper.authors.flatMap(({ name, orcid }) =>
      orcid && /^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$/.test(orcid)
        ? [{ name: print(name), orcid, url: `https://orcid.org/${orcid}` }]
        : [],
    ),
  };
}

function placeOf(
  { affiliation, country }: SnapshotAuthor,
  print: (text: string | undefined) => string,
): string {
  return [print(affiliation), print(country)].filter(Boolean).join(', ');
}
