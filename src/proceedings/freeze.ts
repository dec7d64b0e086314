import { countryName } from '../people/countries.js';
import { paperDoi, volumeDoi, type DoiParts } from './identifiers.js';
import { LICENCES } from './licences.js';
import type { SnapshotAuthor, SnapshotPage, SnapshotPaper, VolumeSnapshot } from './snapshot.js';

/** The language of the book. */
const BOOK_LOCALE = 'en';

/** What of a conference is printed. Days are `YYYY-MM-DD`. */
export interface PrintedConference {
  slug: string;
  name: string;
  subtitle: string;
  organiserName: string;
  venue: string;
  /** Empty when it has none. */
  contactAddress: string;
  startsOn: string | null;
  endsOn: string | null;
}

/** What of a volume is printed. */
export interface PrintedVolume {
  title: string;
  subtitle: string;
  publisher: string;
  year: number;
  place: string;
  editors: readonly string[];
  isbn: string;
  issn: string;
  doiPrefix: string;
  doiPattern: string;
  licence: string;
  erratum: string;
  pages: readonly SnapshotPage[];
}

/** What a volume will be when it is published. */
export interface PrintedEdition {
  /** Of its public page. */
  url: string;
  /** From 1. */
  version: number;
}

/** An author as named in the submission; `country` is a code of ISO 3166-1. */
export interface PrintedAuthor {
  name: string;
  nativeName: string | null;
  affiliation: string | null;
  country: string | null;
  orcid: string | null;
}

export interface PrintedPaper {
  id: string;
  title: string;
  abstract: string;
  authors: readonly PrintedAuthor[];
  /** Only its title is left. */
  withdrawn?: boolean;
}

/** Freezes a volume as it is printed at an instant. Sections without papers are left out. */
export function freeze(
  conference: PrintedConference,
  volume: PrintedVolume,
  sections: readonly { title: string; papers: readonly PrintedPaper[] }[],
  at: Date,
  edition: PrintedEdition,
): VolumeSnapshot {
  const dates = printedDays(conference.startsOn, conference.endsOn);
  const doi: DoiParts | null =
    volume.doiPrefix === ''
      ? null
      : {
          prefix: volume.doiPrefix,
          pattern: volume.doiPattern,
          conference: conference.slug,
          year: volume.year,
        };
  const licence = LICENCES[volume.licence];
  return {
    format: 1,
    conference: {
      slug: conference.slug,
      name: conference.name,
      ...(conference.subtitle && { subtitle: conference.subtitle }),
      organiser: conference.organiserName,
      ...(conference.venue && { venue: conference.venue }),
      ...(dates && { dates }),
      ...(conference.startsOn && { startsOn: conference.startsOn }),
      ...(conference.endsOn && { endsOn: conference.endsOn }),
      // A registration agency wants somebody to write to; nothing else does.
      ...(doi && conference.contactAddress && { contact: conference.contactAddress }),
    },
    volume: {
      title: volume.title,
      ...(volume.subtitle && { subtitle: volume.subtitle }),
      year: volume.year,
      publisher: volume.publisher,
      ...(volume.place && { place: volume.place }),
      ...(volume.editors.length > 0 && { editors: [...volume.editors] }),
      ...(volume.isbn && { isbn: volume.isbn }),
      ...(volume.issn && { issn: volume.issn }),
      ...(doi && { doi: volumeDoi(doi) }),
      url: edition.url,
      ...(licence && { licence }),
      version: edition.version,
      // The first version has nothing to correct.
      ...(edition.version > 1 && volume.erratum && { erratum: volume.erratum }),
      ...(volume.pages.length > 0 && { pages: volume.pages.map(({ title, text }) => ({ title, text })) }),
    },
    sections: sections
      .filter(({ papers }) => papers.length > 0)
      .map(({ title, papers }) => ({ title, papers: papers.map((paper) => frozenPaper(paper, doi)) })),
    frozenAt: at.toISOString(),
  };
}

/** Calendar days as a title page prints them: `12–14 May 2027`, `30 April – 2 May 2027`; empty without any. */
export function printedDays(startsOn: string | null, endsOn: string | null): string {
  const [first, last] = [startsOn ?? endsOn, endsOn ?? startsOn].map(
    (day) => new Date(`${day ?? ''}T12:00:00Z`),
  );
  if (!startsOn && !endsOn) return '';
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })
    .formatRange(first!, last!)
    .replace(/\s/g, ' ')
    .replace(/^(\d+) – (\d+ )/, '$1–$2');
}

function frozenPaper(
  { id, title, abstract, authors, withdrawn }: PrintedPaper,
  doi: DoiParts | null,
): SnapshotPaper {
  return {
    id,
    title,
    abstract,
    language: 'en',
    keywords: [],
    authors: authors.map(frozenAuthor),
    ...(doi && { doi: paperDoi(doi, id) }),
    ...(withdrawn && { withdrawn: true as const }),
  };
}

function frozenAuthor({ name, nativeName, affiliation, country, orcid }: PrintedAuthor): SnapshotAuthor {
  return {
    name,
    ...(nativeName && { nativeName }),
    affiliation: affiliation ?? '',
    ...(country && { country: countryName(country, BOOK_LOCALE) }),
    ...(orcid && { orcid }),
  };
}
