import { type Coverage, fontCoverages } from './fonts.js';
import type { VolumeSnapshot } from './snapshot.js';

/** A character that no font of the book can draw, once for each paper and field it occurs in. */
export type UnsupportedCharacter = {
  /** The paper's public code; null for the volume's own texts and section titles. */
  paperId: string | null;
  /** Where it stands, such as `title`, `abstract`, `authors.name`, `conference.name`. */
  field: string;
  character: string;
  /** As Unicode writes it, such as `U+1F600`. */
  codePoint: string;
};

/** What the book shows instead of a character that it cannot draw. */
export const MISSING_MARK = '□';

/**
 * Every character of the snapshot that no font of the book can draw. The book shows `MISSING_MARK` there, so that the
 * reader sees that something is missing; organisers should see this list before they publish.
 */
export function unsupportedCharacters(snapshot: VolumeSnapshot): UnsupportedCharacter[] {
  const found = new Map<string, UnsupportedCharacter>();
  for (const { paperId, field, text } of texts(snapshot)) {
    for (const character of drawable(text).missing) {
      const codePoint = `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
      const key = [paperId, field, codePoint].join('\n');
      if (!found.has(key)) found.set(key, { paperId, field, character, codePoint });
    }
  }
  return [...found.values()];
}

/**
 * A text as the book prints it: NFC, without control characters and those that would turn or hide text (direction
 * overrides, variation selectors, ...), and with `MISSING_MARK` for each character, as a reader counts them, that no one
 * font can draw whole. White space stays as it is.
 *
 * @returns the text, and the code points that are missing, each time they occur
 */
export function drawable(
  text: string,
  fonts: readonly Coverage[] = fontCoverages(),
): { text: string; missing: string[] } {
  const missing: string[] = [];
  const clean = text.normalize('NFC').replace(UNPRINTED, '');
  // Nearly every text ends here; taking a text apart into graphemes is slow.
  const alone = (character: string): boolean =>
    /[\s\u0020-\u007e]/.test(character) || fonts.some((draws) => draws(character.codePointAt(0)!));
  if (!/\p{M}/u.test(clean) && Array.from(clean).every(alone)) return { text: clean, missing };
  const result = Array.from(graphemes.segment(clean), ({ segment }) => {
    const points = Array.from(segment).filter((character) => !IGNORABLE.test(character));
    const codes = points.map((character) => character.codePointAt(0)!);
    if (codes.every((code) => /\s/.test(String.fromCodePoint(code)))) return segment;
    if (fonts.some((draws) => codes.every(draws))) return segment;
    const base = fonts.find((draws) => draws(codes[0]!));
    // With a base but without its accent: show the base, then that something is missing.
    missing.push(...points.filter((_, index) => !(base ?? anyOf(fonts))(codes[index]!)));
    return (base ? points[0]! : '') + MISSING_MARK;
  });
  return { text: result.join(''), missing };
}

// Controls except white space; bidirectional controls (no font of the book draws a right-to-left script); soft hyphens stay.
const UNPRINTED =
  /(?![\t\n\r])\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]|[\ufe00-\ufe0f]|[\u{e0000}-\u{e0fff}]|[\u200b\u2060\ufeff]/gu;

/** Joiners and soft hyphens: fonts need no glyph for them. */
const IGNORABLE = /\u00ad|\u034f|\u200c|\u200d/u;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

function anyOf(fonts: readonly Coverage[]): Coverage {
  return (code) => fonts.some((draws) => draws(code));
}

function* texts(
  snapshot: VolumeSnapshot,
): Generator<{ paperId: string | null; field: string; text: string }> {
  for (const [name, part] of Object.entries({ conference: snapshot.conference, volume: snapshot.volume })) {
    for (const [key, text] of Object.entries(part)) {
      if (key !== 'slug' && typeof text === 'string') yield { paperId: null, field: `${name}.${key}`, text };
    }
  }
  for (const text of snapshot.volume.editors ?? []) yield { paperId: null, field: 'volume.editors', text };
  for (const { title, text } of snapshot.volume.pages ?? [])
    yield { paperId: null, field: 'volume.pages', text: `${title} ${text}` };
  for (const section of snapshot.sections) {
    yield { paperId: null, field: 'section.title', text: section.title };
    for (const { id: paperId, title, abstract, keywords, authors } of section.papers) {
      yield { paperId, field: 'title', text: title };
      yield { paperId, field: 'abstract', text: abstract };
      yield { paperId, field: 'keywords', text: keywords.join(' ') };
      for (const author of authors) {
        for (const key of ['name', 'nativeName', 'affiliation', 'country'] as const) {
          yield { paperId, field: `authors.${key}`, text: author[key] ?? '' };
        }
      }
    }
  }
}
