import type { Edition, EditionAuthor, EditionPaper } from './edition.js';

/** The volume as CSL-JSON, one item for each paper; withdrawn papers are left out. */
export const cslJson = (edition: Edition): string =>
  `${JSON.stringify(
    edition.papers.filter(({ withdrawn }) => !withdrawn).map((paper) => cslItem(edition, paper)),
    null,
    2,
  )}\n`;

/** One paper as an item of CSL-JSON; what is not known is not in it. */
export function cslItem({ conference, volume }: Edition, paper: EditionPaper): Record<string, unknown> {
  const { pages } = paper;
  const item: Record<string, unknown> = {
    id: paper.key,
    type: 'paper-conference',
    title: paper.title,
    author: paper.authors.map(cslName),
    'container-title': volume.booktitle,
    'event-title': conference.name,
    'event-place': conference.venue,
    editor: volume.editors.map(cslName),
    publisher: volume.publisher,
    'publisher-place': volume.place,
    issued: { 'date-parts': [[volume.year]] },
    page: pages && (pages.first === pages.last ? `${pages.first}` : `${pages.first}-${pages.last}`),
    ISBN: volume.isbn,
    ISSN: volume.issn,
    DOI: paper.doi,
    URL: paper.url,
    language: paper.language,
    keyword: paper.keywords.join(', '),
    abstract: paper.paragraphs.join('\n\n'),
    number: paper.id,
  };
  return Object.fromEntries(
    Object.entries(item).filter(
      ([, value]) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0),
    ),
  );
}

/** A name of one word has no parts. */
const cslName = ({ name, given, family }: EditionAuthor): Record<string, string> =>
  given === '' ? { literal: name } : { family, given };
