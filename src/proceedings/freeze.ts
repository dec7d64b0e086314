import { countryName } from '../people/countries.js';
import type { SnapshotAuthor, SnapshotPaper, VolumeSnapshot } from './snapshot.js';

/** The language of the book. */
const BOOK_LOCALE = 'en';

/** What of a conference is printed. Days are `YYYY-MM-DD`. */
export interface PrintedConference {
  slug: string;
  name: string;
  subtitle: string;
  organiserName: string;
  venue: string;
  startsOn: string | null;
  endsOn: string | null;
}

/** What of a volume is printed. */
export interface PrintedVolume {
  title: string;
  subtitle: string;
  publisher: string;
  year: number;
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
}

/** Freezes a volume as it is printed at an instant. Sections without papers are left out. */
export function freeze(
  conference: PrintedConference,
  volume: PrintedVolume,
  sections: readonly { title: string; papers: readonly PrintedPaper[] }[],
  at: Date,
): VolumeSnapshot {
  const dates = printedDays(conference.startsOn, conference.endsOn);
  return {
    format: 1,
    conference: {
      slug: conference.slug,
      name: conference.name,
      ...(conference.subtitle && { subtitle: conference.subtitle }),
      organiser: conference.organiserName,
      ...(conference.venue && { venue: conference.venue }),
      ...(dates && { dates }),
    },
    volume: {
      title: volume.title,
      ...(volume.subtitle && { subtitle: volume.subtitle }),
      year: volume.year,
      publisher: volume.publisher,
    },
    sections: sections
      .filter(({ papers }) => papers.length > 0)
      .map(({ title, papers }) => ({ title, papers: papers.map(frozenPaper) })),
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

function frozenPaper({ id, title, abstract, authors }: PrintedPaper): SnapshotPaper {
  return { id, title, abstract, language: 'en', keywords: [], authors: authors.map(frozenAuthor) };
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
