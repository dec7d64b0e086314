import type { Edition, EditionAuthor, EditionPaper } from './edition.js';

/** How a paper is cited in a running text, in the manner of APA: authors, year, title, book, pages, publisher, address. */
export function citation({ volume }: Edition, paper: EditionPaper): string {
  const { pages } = paper;
  const span =
    pages && (pages.first === pages.last ? `p. ${pages.first}` : `pp. ${pages.first}–${pages.last}`);
  const who = paper.authors.map(inverted).join('; ');
  return [
    `${who ? `${who} ` : ''}(${volume.year}).`,
    sentence(paper.title),
    sentence(`In ${volume.booktitle}${span ? ` (${span})` : ''}`),
    volume.publisher && sentence(volume.publisher),
    paper.doi ? `https://doi.org/${paper.doi}` : paper.url,
  ]
    .filter(Boolean)
    .join(' ');
}

/** What search engines for scholars read in a page's head (Highwire Press), as pairs of name and content. */
export function citationMeta({ conference, volume }: Edition, paper: EditionPaper): [string, string][] {
  const pairs: [string, string | null | undefined][] = [
    ['citation_title', paper.title],
    ...paper.authors.flatMap((author): [string, string | null][] => [
      ['citation_author', inverted(author)],
      ['citation_author_institution', author.affiliation],
      ['citation_author_orcid', author.orcid && `https://orcid.org/${author.orcid}`],
    ]),
    ['citation_publication_date', String(volume.year)],
    ['citation_conference_title', conference.name],
    ['citation_inbook_title', volume.booktitle],
    ['citation_publisher', volume.publisher],
    ['citation_isbn', volume.isbn],
    ['citation_issn', volume.issn],
    ['citation_firstpage', paper.pages && String(paper.pages.first)],
    ['citation_lastpage', paper.pages && String(paper.pages.last)],
    ['citation_doi', paper.doi],
    ['citation_abstract_html_url', paper.url],
    ['citation_language', paper.language],
    ['citation_keywords', paper.keywords.join('; ')],
  ];
  return pairs.filter((pair): pair is [string, string] => Boolean(pair[1]));
}

/** A paper in the words of schema.org. */
export function paperJsonLd(edition: Edition, paper: EditionPaper): object {
  return defined({
    '@context': 'https://schema.org',
    '@type': 'ScholarlyArticle',
    identifier: paper.doi ? `https://doi.org/${paper.doi}` : paper.id,
    url: paper.url,
    name: paper.title,
    headline: paper.title,
    inLanguage: paper.language,
    abstract: paper.paragraphs.join('\n\n'),
    keywords: paper.keywords,
    author: paper.authors.map(personJsonLd),
    pageStart: paper.pages?.first,
    pageEnd: paper.pages?.last,
    datePublished: String(edition.volume.year),
    license: edition.volume.licence?.url,
    creativeWorkStatus: paper.withdrawn ? 'Withdrawn' : undefined,
    isPartOf: volumePart(edition),
  });
}

/** The volume in the words of schema.org. */
export function volumeJsonLd(edition: Edition): object {
  const { conference, volume } = edition;
  return defined({
    '@context': 'https://schema.org',
    ...volumePart(edition),
    editor: volume.editors.map(personJsonLd),
    inLanguage: 'en',
    license: volume.licence?.url,
    about: defined({
      '@type': 'Event',
      name: conference.name,
      startDate: conference.startsOn,
      endDate: conference.endsOn,
      location: conference.venue,
      organizer: defined({ '@type': 'Organization', name: conference.organiser }),
    }),
  });
}

function volumePart({ volume }: Edition): object {
  return defined({
    '@type': 'Book',
    name: volume.booktitle,
    isbn: volume.isbn,
    url: volume.url,
    sameAs: volume.doi && `https://doi.org/${volume.doi}`,
    datePublished: String(volume.year),
    version: volume.version,
    publisher: defined({ '@type': 'Organization', name: volume.publisher }),
  });
}

const personJsonLd = ({ name, given, family, native, affiliation, orcid }: EditionAuthor): object =>
  defined({
    '@type': 'Person',
    name,
    givenName: given,
    familyName: family,
    alternateName: native?.text,
    affiliation: affiliation && { '@type': 'Organization', name: affiliation },
    sameAs: orcid && `https://orcid.org/${orcid}`,
  });

const inverted = ({ family, given }: EditionAuthor): string => [family, given].filter(Boolean).join(', ');

const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);

function defined(object: object): object {
  return Object.fromEntries(
    Object.entries(object).filter(
      ([, value]) =>
        value !== undefined &&
        value !== null &&
        value !== '' &&
        !(Array.isArray(value) && value.length === 0),
    ),
  );
}
