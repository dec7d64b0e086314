import type { Edition, EditionPaper } from './edition.js';
import { el, filled, xmlDocument } from './xml.js';

const NS = 'http://datacite.org/schema/kernel-4';

/** The metadata of one paper as DataCite takes it (kernel 4.4), for a paper with a DOI. */
export function datacite(edition: Edition, paper: EditionPaper): string {
  const { conference, volume } = edition;
  return xmlDocument(
    el(
      'resource',
      {
        xmlns: NS,
        'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
        'xsi:schemaLocation': `${NS} https://schema.datacite.org/meta/kernel-4.4/metadata.xsd`,
      },
      el('identifier', { identifierType: 'DOI' }, paper.doi),
      el(
        'creators',
        {},
        paper.authors.length > 0
          ? paper.authors.map(({ name, family, given, affiliation, orcid }) =>
              el(
                'creator',
                {},
                el('creatorName', { nameType: 'Personal' }, given === '' ? name : `${family}, ${given}`),
                filled('givenName', {}, given),
                el('familyName', {}, family),
                orcid !== null &&
                  el(
                    'nameIdentifier',
                    { nameIdentifierScheme: 'ORCID', schemeURI: 'https://orcid.org' },
                    `https://orcid.org/${orcid}`,
                  ),
                filled('affiliation', {}, affiliation),
              ),
            )
          : // The kernel wants somebody; this is its word for nobody known.
            el('creator', {}, el('creatorName', {}, ':unav')),
      ),
      el(
        'titles',
        {},
        el(
          'title',
          { 'xml:lang': paper.language },
          paper.withdrawn ? `WITHDRAWN: ${paper.title}` : paper.title,
        ),
      ),
      el('publisher', {}, volume.publisher),
      el('publicationYear', {}, volume.year),
      el('resourceType', { resourceTypeGeneral: 'ConferencePaper' }, 'Abstract'),
      paper.keywords.length > 0 &&
        el(
          'subjects',
          {},
          paper.keywords.map((keyword) => el('subject', {}, keyword)),
        ),
      volume.editors.length > 0 &&
        el(
          'contributors',
          {},
          volume.editors.map(({ name, family, given }) =>
            el(
              'contributor',
              { contributorType: 'Editor' },
              el('contributorName', { nameType: 'Personal' }, given === '' ? name : `${family}, ${given}`),
            ),
          ),
        ),
      el('language', {}, paper.language),
      el(
        'alternateIdentifiers',
        {},
        el('alternateIdentifier', { alternateIdentifierType: 'Paper' }, paper.id),
      ),
      volume.doi !== null &&
        el(
          'relatedIdentifiers',
          {},
          el('relatedIdentifier', { relatedIdentifierType: 'DOI', relationType: 'IsPartOf' }, volume.doi),
        ),
      el('version', {}, volume.version),
      volume.licence &&
        el('rightsList', {}, el('rights', { rightsURI: volume.licence.url }, volume.licence.name)),
      paper.paragraphs.length > 0 &&
        el(
          'descriptions',
          {},
          el(
            'description',
            { descriptionType: 'Abstract', 'xml:lang': paper.language },
            paper.paragraphs.join('\n\n'),
          ),
        ),
      el(
        'relatedItems',
        {},
        el(
          'relatedItem',
          { relatedItemType: 'ConferenceProceeding', relationType: 'IsPublishedIn' },
          el('titles', {}, el('title', {}, volume.booktitle)),
          el('publicationYear', {}, volume.year),
          paper.pages && [el('firstPage', {}, paper.pages.first), el('lastPage', {}, paper.pages.last)],
          filled('publisher', {}, volume.publisher || conference.organiser),
        ),
      ),
    ),
  );
}
