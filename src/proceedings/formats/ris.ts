import type { Edition, EditionAuthor, EditionPaper } from './edition.js';

/** The volume as RIS in UTF-8, one record of type CPAPER for each paper; withdrawn papers are left out. */
export const ris = (edition: Edition): string =>
  edition.papers
    .filter(({ withdrawn }) => !withdrawn)
    .map((paper) => risRecord(edition, paper))
    .join('');

/** One paper as {@link ris} writes it. */
export function risRecord({ conference, volume }: Edition, paper: EditionPaper): string {
  const fields: [string, string | number | null | undefined][] = [
    ['TY', 'CPAPER'],
    ...paper.authors.map((author): [string, string] => ['AU', inverted(author)]),
    ['TI', paper.title],
    ['T2', volume.booktitle],
    ['C3', conference.name],
    ...volume.editors.map((editor): [string, string] => ['A2', inverted(editor)]),
    ['PY', volume.year],
    ['CY', volume.place || conference.venue],
    ['PB', volume.publisher],
    ['SP', paper.pages?.first],
    ['EP', paper.pages?.last],
    ['SN', volume.isbn ?? volume.issn],
    ['DO', paper.doi],
    ['UR', paper.url],
    ['LA', paper.language],
    ...paper.keywords.map((keyword): [string, string] => ['KW', keyword]),
    ['AB', paper.paragraphs.join(' ')],
    ['ID', paper.id],
  ];
  const lines = fields.flatMap(([tag, value]) =>
    value === null || value === undefined || value === '' ? [] : [`${tag}  - ${value}\r\n`],
  );
  return `${lines.join('')}ER  - \r\n\r\n`;
}

/** RIS takes a name apart at commas and has no way to write one in a name. */
function inverted({ family, given }: EditionAuthor): string {
  return [family, given]
    .map((part) => part.replace(/\s*,\s*/g, ' ').trim())
    .filter(Boolean)
    .join(', ');
}
