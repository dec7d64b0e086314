import { citationKey } from '../bibtex.js';
import {
  snapshotHash,
  type PageSpan,
  type PageSpans,
  type SnapshotLicence,
  type SnapshotPage,
  type SnapshotPaper,
  type VolumeSnapshot,
} from '../snapshot.js';
import { languageOfName, nameParts } from './person-name.js';
import { legible } from './xml.js';

export interface EditionAuthor {
  /** As printed: one line. */
  name: string;
  given: string;
  family: string;
  /** In the person's own script; never the same as `name`. */
  native: { text: string; lang: 'hy' | 'ka' | 'und' } | null;
  affiliation: string;
  country: string;
  /** Affiliation and country as printed; may be empty. */
  place: string;
  /** Four groups of four; null where none is known or it has another form. */
  orcid: string | null;
}

export interface EditionPaper {
  id: string;
  /** ASCII, unlike that of any other paper: for files, keys and anchors. */
  key: string;
  section: string;
  /** From 1 within its section. */
  position: number;
  title: string;
  paragraphs: string[];
  keywords: string[];
  language: string;
  authors: EditionAuthor[];
  doi: string | null;
  /** Its public page. */
  url: string | null;
  pages: PageSpan | null;
  withdrawn: boolean;
}

/**
 * A snapshot made ready for the writers of formats: texts are legible and have no stray white space, names are taken apart,
 * optional things are there or null. Each format is a pure function of it, and it is one of the snapshot and the pages.
 */
export interface Edition {
  /** SHA-256 of the snapshot. */
  hash: string;
  /** ISO 8601 in UTC. */
  frozenAt: string;
  /** `YYYY-MM-DD`. */
  frozenOn: string;
  conference: {
    slug: string;
    name: string;
    subtitle: string;
    organiser: string;
    venue: string;
    dates: string;
    startsOn: string | null;
    endsOn: string | null;
    contact: string | null;
  };
  volume: {
    title: string;
    subtitle: string;
    /** Conference and title, as a citation names the book. */
    booktitle: string;
    year: number;
    publisher: string;
    place: string;
    editors: EditionAuthor[];
    isbn: string | null;
    issn: string | null;
    doi: string | null;
    url: string | null;
    licence: SnapshotLicence | null;
    version: number;
    erratum: string;
    pages: SnapshotPage[];
  };
  sections: { title: string; papers: EditionPaper[] }[];
  /** Of all sections, in printed order. */
  papers: EditionPaper[];
}

/** Makes a snapshot ready for the writers. */
export function editionOf(snapshot: VolumeSnapshot, spans: PageSpans = {}): Edition {
  const { conference, volume } = snapshot;
  const sections = snapshot.sections.map(({ title, papers }) => ({
    title: line(title),
    papers: papers.map((paper, index) => editionPaper(paper, line(title), index + 1, volume.url, spans)),
  }));
  return {
    hash: snapshotHash(snapshot),
    frozenAt: snapshot.frozenAt,
    frozenOn: snapshot.frozenAt.slice(0, 10),
    conference: {
      slug: conference.slug,
      name: line(conference.name),
      subtitle: line(conference.subtitle),
      organiser: line(conference.organiser),
      venue: line(conference.venue),
      dates: line(conference.dates),
      startsOn: conference.startsOn ?? null,
      endsOn: conference.endsOn ?? null,
      contact: conference.contact ?? null,
    },
    volume: {
      title: line(volume.title),
      subtitle: line(volume.subtitle),
      booktitle: [conference.name, volume.title].map(line).filter(Boolean).join(': '),
      year: volume.year,
      publisher: line(volume.publisher),
      place: line(volume.place),
      editors: (volume.editors ?? []).map((name) => editionAuthor({ name, affiliation: '' })),
      isbn: volume.isbn ?? null,
      issn: volume.issn ?? null,
      doi: volume.doi ?? null,
      url: volume.url ?? null,
      licence: volume.licence ?? null,
      version: volume.version ?? 1,
      erratum: line(volume.erratum),
      pages: (volume.pages ?? []).map(({ title, text }) => ({ title: line(title), text: legible(text) })),
    },
    sections,
    papers: sections.flatMap(({ papers }) => papers),
  };
}

/** One line of text. */
function line(text: string | undefined): string {
  return legible(text ?? '')
    .replace(/\s+/g, ' ')
    .trim();
}

function editionPaper(
  paper: SnapshotPaper,
  section: string,
  position: number,
  volumeUrl: string | undefined,
  spans: PageSpans,
): EditionPaper {
  return {
    id: paper.id,
    key: citationKey(paper.id),
    section,
    position,
    title: line(paper.title),
    paragraphs: legible(paper.abstract)
      .split(/\n[^\S\n]*\n/)
      .map(line)
      .filter(Boolean),
    keywords: paper.keywords.map(line).filter(Boolean),
    language: paper.language,
    authors: paper.authors.map(editionAuthor).filter(({ name }) => name !== ''),
    doi: paper.doi ?? null,
    url: volumeUrl === undefined ? null : `${volumeUrl}/${encodeURIComponent(paper.id)}`,
    pages: (Object.hasOwn(spans, paper.id) ? spans[paper.id] : undefined) ?? null,
    withdrawn: paper.withdrawn ?? false,
  };
}

function editionAuthor(author: SnapshotPaper['authors'][number]): EditionAuthor {
  const name = line(author.name);
  const native = line(author.nativeName);
  const [affiliation, country] = [line(author.affiliation), line(author.country)];
  return {
    name,
    ...nameParts(name),
    native: native === '' || native === name ? null : { text: native, lang: languageOfName(native) },
    affiliation,
    country,
    place: [affiliation, country].filter(Boolean).join(', '),
    orcid: author.orcid && /^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$/.test(author.orcid) ? author.orcid : null,
  };
}
