import type { Edition, EditionAuthor, EditionPaper } from './edition.js';
import { el, filled, xmlDocument, type Markup } from './xml.js';

const NS = 'http://www.crossref.org/schema/5.3.1';

/** Why a volume has no deposit: no DOI, no public address, or nobody whom the agency can write to. */
export const canDeposit = ({ conference, volume }: Edition): boolean =>
  volume.doi !== null && volume.url !== null && conference.contact !== null;

/**
 * The deposit of the volume and its papers at Crossref (schema 5.3.1), for a volume that {@link canDeposit}. Papers without a
 * DOI are left out. Texts that the schema wants shorter are cut with an ellipsis.
 */
export function crossref(edition: Edition): string {
  const { conference, volume, hash } = edition;
  const time = edition.frozenAt.replace(/\D/g, '');
  return xmlDocument(
    el(
      'doi_batch',
      {
        version: '5.3.1',
        xmlns: NS,
        'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
        'xmlns:jats': 'http://www.ncbi.nlm.nih.gov/JATS1',
        'xmlns:ai': 'http://www.crossref.org/AccessIndicators.xsd',
        'xsi:schemaLocation': `${NS} https://www.crossref.org/schemas/crossref5.3.1.xsd`,
      },
      el(
        'head',
        {},
        el('doi_batch_id', {}, `${cut(conference.slug, 60)}-${hash.slice(0, 16)}`),
        el('timestamp', {}, time),
        el(
          'depositor',
          {},
          el('depositor_name', {}, cut(volume.publisher, 130)),
          el('email_address', {}, conference.contact),
        ),
        el('registrant', {}, cut(volume.publisher, 255)),
      ),
      el(
        'body',
        {},
        el(
          'conference',
          {},
          volume.editors.length > 0 && contributors(volume.editors, 'editor'),
          el(
            'event_metadata',
            {},
            el('conference_name', {}, cut(conference.name, 512)),
            filled('conference_theme', {}, cut(conference.subtitle, 255)),
            filled('conference_sponsor', {}, cut(conference.organiser, 255)),
            conference.venue.length > 1 && el('conference_location', {}, cut(conference.venue, 255)),
            dates(edition),
          ),
          el(
            'proceedings_metadata',
            { language: 'en' },
            el('proceedings_title', {}, cut(volume.booktitle, 511)),
            el(
              'publisher',
              {},
              el('publisher_name', {}, cut(volume.publisher, 255)),
              filled('publisher_place', {}, cut(volume.place, 255)),
            ),
            el('publication_date', { media_type: 'online' }, el('year', {}, volume.year)),
            volume.isbn === null
              ? el('noisbn', { reason: 'archive_volume' })
              : el('isbn', { media_type: 'electronic' }, isbnOf(volume.isbn)),
            doiData(volume.doi!, volume.url!),
          ),
          edition.papers.map((paper) => paper.doi !== null && conferencePaper(edition, paper, paper.doi)),
        ),
      ),
    ),
  );
}

function conferencePaper({ volume }: Edition, paper: EditionPaper, doi: string): Markup {
  const { pages } = paper;
  return el(
    'conference_paper',
    { publication_type: 'abstract_only', language: paper.language },
    paper.authors.length > 0 && contributors(paper.authors, 'author'),
    el('titles', {}, el('title', {}, paper.withdrawn ? `WITHDRAWN: ${paper.title}` : paper.title)),
    paper.paragraphs.length > 0 &&
      el(
        'jats:abstract',
        { 'xml:lang': paper.language },
        paper.paragraphs.map((paragraph) => el('jats:p', {}, paragraph)),
      ),
    el('publication_date', { media_type: 'online' }, el('year', {}, volume.year)),
    pages && el('pages', {}, el('first_page', {}, pages.first), el('last_page', {}, pages.last)),
    el('publisher_item', {}, el('item_number', { item_number_type: 'article_number' }, cut(paper.id, 32))),
    volume.licence &&
      el(
        'ai:program',
        { name: 'AccessIndicators' },
        el('ai:license_ref', { applies_to: 'vor' }, volume.licence.url),
      ),
    doiData(doi, paper.url!),
  );
}

const doiData = (doi: string, url: string): Markup =>
  el('doi_data', {}, el('doi', {}, doi), el('resource', { mime_type: 'text/html' }, url));

function contributors(people: readonly EditionAuthor[], role: string): Markup {
  return el(
    'contributors',
    {},
    people.map(({ family, given, affiliation, orcid, native }, index) =>
      el(
        'person_name',
        { sequence: index === 0 ? 'first' : 'additional', contributor_role: role },
        // The schema takes no digits and no question marks in it.
        filled('given_name', {}, cut(given.replace(/[\d?]+/g, '').trim(), 60)),
        el('surname', {}, cut(family, 60)),
        affiliation.length > 1 &&
          el('affiliations', {}, el('institution', {}, el('institution_name', {}, cut(affiliation, 1024)))),
        orcid !== null && el('ORCID', {}, `https://orcid.org/${orcid}`),
        native &&
          el(
            'alt-name',
            {},
            // The schema takes languages by two letters only.
            el('string-name', { language: native.lang === 'und' ? undefined : native.lang }, native.text),
          ),
      ),
    ),
  );
}

function dates({ conference: { startsOn, endsOn, dates: printed } }: Edition): Markup | null {
  const attributes = Object.fromEntries(
    Object.entries({ start: startsOn, end: endsOn }).flatMap(([side, day]): [string, string][] => {
      const [year, month, date] = day?.split('-') ?? [];
      if (date === undefined) return [];
      return [
        [`${side}_day`, date],
        [`${side}_month`, month!],
        [`${side}_year`, year!],
      ];
    }),
  );
  return filled('conference_date', attributes, cut(printed, 100));
}

/** Hyphens where the schema wants one. */
const isbnOf = (isbn: string): string => isbn.replace(/^(97[89])-?/, '$1-');

function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  // Never half of a character.
  return `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
