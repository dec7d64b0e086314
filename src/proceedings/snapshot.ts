import { createHash } from 'node:crypto';

/** One author of a paper as the volume prints them: the public name only, never an e-mail address. */
export type SnapshotAuthor = {
  /** The public name, in Latin letters where the person has such a form; a pseudonym of a protected person. */
  name: string;
  /** The name in the person's own script. */
  nativeName?: string;
  /** May be empty: an independent scholar. */
  affiliation: string;
  /** The country's name as printed, not its code. */
  country?: string;
  /** Four groups of four, without the address: `0000-0002-1825-0097`. */
  orcid?: string;
  /** What the author index sorts by, where it is known; otherwise the last word of `name`. */
  sortName?: string;
};

/** One paper of a volume. */
export type SnapshotPaper = {
  /** The public code, such as `PSC-7KQF3`; unique within the volume. */
  id: string;
  title: string;
  /** Plain text; paragraphs are separated by blank lines. */
  abstract: string;
  language: 'en';
  keywords: string[];
  authors: SnapshotAuthor[];
  /** Without an address: `10.5555/psc.2027.PSC-7KQF3`. */
  doi?: string;
  /** It was published and then withdrawn: its place stays, its abstract and its authors are gone. */
  withdrawn?: true;
};

/** A page before the papers. The text is the small Markdown of `rich-text.ts`. */
export type SnapshotPage = { title: string; text: string };

/** Licences that a volume may be given to the public under. */
export type SnapshotLicence = { name: string; url: string };

/** Papers printed under one heading, in printed order. */
export type SnapshotSection = { title: string; papers: SnapshotPaper[] };

/**
 * A volume as it was frozen: everything that any format of the proceedings prints, and nothing else. Every writer is a
 * pure function of it, so a stored snapshot can be written again years later.
 */
export type VolumeSnapshot = {
  format: 1;
  conference: {
    slug: string;
    name: string;
    subtitle?: string;
    organiser: string;
    /** As printed, such as `Yerevan and online`. */
    venue?: string;
    /** As printed, such as `12–14 May 2027`. */
    dates?: string;
    /** Calendar days, `YYYY-MM-DD`. */
    startsOn?: string;
    endsOn?: string;
    /** Where the organisers are written to; public. Registration agencies ask for it. */
    contact?: string;
  };
  volume: {
    title: string;
    subtitle?: string;
    year: number;
    publisher: string;
    /** City of the publisher. */
    place?: string;
    /** Names as printed. */
    editors?: string[];
    /** Thirteen digits, with hyphens as given. */
    isbn?: string;
    /** `2434-561X`. */
    issn?: string;
    doi?: string;
    /** Where its public page is; papers are below it. */
    url?: string;
    licence?: SnapshotLicence;
    /** From 1; the published version that this would be. */
    version?: number;
    /** What a later version corrects. */
    erratum?: string;
    pages?: SnapshotPage[];
  };
  sections: SnapshotSection[];
  /** When it was frozen: ISO 8601 in UTC. Also the date inside the PDF and of the files in the archive. */
  frozenAt: string;
};

/** First and last page of a paper in the typeset book, from 1. */
export type PageSpan = { first: number; last: number };

/** Pages by paper's id; a paper without is cited without pages. */
export type PageSpans = Readonly<Record<string, PageSpan>>;

/** A value that JSON can carry; keys whose value is undefined are left out, as by `JSON.stringify`. */
type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };

/**
 * JSON with the keys of every object sorted by UTF-16 code units and without white space, so that equal values give equal
 * bytes (as RFC 8785 does for the values that a snapshot holds).
 */
export function canonicalJson(value: Json): string {
  return JSON.stringify(sorted(value));
}

/** SHA-256 of the canonical JSON in UTF-8, as 64 hexadecimal digits. */
export function snapshotHash(snapshot: VolumeSnapshot): string {
  return createHash('sha256').update(canonicalJson(snapshot), 'utf8').digest('hex');
}

/** All papers of a volume with their section and their place in it (from 1), in printed order. */
export function* papersOf(
  snapshot: VolumeSnapshot,
): Generator<{ section: SnapshotSection; position: number; paper: SnapshotPaper }> {
  for (const section of snapshot.sections) {
    for (const [index, paper] of section.papers.entries()) yield { section, position: index + 1, paper };
  }
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => sorted(item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]): [string, Json] => [key, sorted(item)]);
  // Own keys only: a key named __proto__ stays a key.
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
