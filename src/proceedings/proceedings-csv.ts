import { papersOf, type PageSpans, type SnapshotAuthor, type VolumeSnapshot } from './snapshot.js';

/** The columns of the proceedings' CSV, in order; they are also its header. */
export const PROCEEDINGS_COLUMNS: string[] = [
  'paper id',
  'section',
  'position',
  'title',
  'authors',
  'affiliations',
  'abstract',
  'keywords',
  'doi',
  'first page',
  'last page',
];

/**
 * One row for each paper, in printed order, for `csvStringify`. `authors` and `affiliations` are lists with semicolons of
 * equal length, so the n-th affiliation is the n-th author's; a place without affiliation is a dash.
 */
export function* proceedingsRows(
  snapshot: VolumeSnapshot,
  spans: PageSpans = {},
): Generator<Record<string, string | number>> {
  for (const { section, position, paper } of papersOf(snapshot)) {
    yield {
      'paper id': paper.id,
      section: section.title,
      position,
      title: paper.title,
      authors: list(paper.authors.map(nameOf)),
      affiliations: list(
        paper.authors.map(({ affiliation, country }) => joined([affiliation, country], ', ')),
      ),
      abstract: paper.abstract,
      keywords: paper.keywords.join('; '),
      doi: paper.doi ?? '',
      'first page': spans[paper.id]?.first ?? '',
      'last page': spans[paper.id]?.last ?? '',
    };
  }
}

function nameOf({ name, nativeName }: SnapshotAuthor): string {
  return nativeName ? `${name} (${nativeName})` : name;
}

function list(items: string[]): string {
  return items.map((item) => item.replaceAll(';', ',').trim() || '–').join('; ');
}

function joined(parts: (string | undefined)[], separator: string): string {
  return parts.filter((part) => part?.trim()).join(separator);
}
