import type { Edition, EditionPaper } from './edition.js';
import { el, filled, type Markup } from './xml.js';

export const OAI_DC = 'http://www.openarchives.org/OAI/2.0/oai_dc/';

/** One paper as unqualified Dublin Core, the format that every OAI-PMH repository has. */
export function oaiDc({ conference, volume }: Edition, paper: EditionPaper): Markup {
  const { pages } = paper;
  const source = [volume.booktitle, pages && `${pages.first}–${pages.last}`].filter(Boolean).join(', ');
  return el(
    'oai_dc:dc',
    {
      'xmlns:oai_dc': OAI_DC,
      'xmlns:dc': 'http://purl.org/dc/elements/1.1/',
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      'xsi:schemaLocation': `${OAI_DC} http://www.openarchives.org/OAI/2.0/oai_dc.xsd`,
    },
    el('dc:title', { 'xml:lang': paper.language }, paper.title),
    paper.authors.map(({ name, family, given }) =>
      el('dc:creator', {}, given ? `${family}, ${given}` : name),
    ),
    [paper.section, ...paper.keywords].map((subject) => filled('dc:subject', {}, subject)),
    paper.paragraphs.length > 0 &&
      el('dc:description', { 'xml:lang': paper.language }, paper.paragraphs.join('\n\n')),
    el('dc:publisher', {}, volume.publisher || conference.organiser),
    volume.editors.map(({ name }) => el('dc:contributor', {}, name)),
    el('dc:date', {}, volume.year),
    el('dc:type', {}, 'conferenceObject'),
    filled('dc:identifier', {}, paper.url),
    paper.doi !== null && el('dc:identifier', {}, `https://doi.org/${paper.doi}`),
    el('dc:source', {}, source),
    el('dc:language', {}, paper.language),
    volume.licence && el('dc:rights', {}, volume.licence.url),
  );
}
