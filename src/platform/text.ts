import { createHash } from 'node:crypto';

/**
 * What every text from outside goes through once, on its way in. NFC and never NFKC (which would change Armenian `և`).
 * Bidi controls, zero-width spaces and word joiners, controls and noncharacters are lost; U+200C and U+200D stay
 * (Persian, emoji). Refuse what is not {@link isStorable} first, and {@link tooManyMarks} after.
 */

const WHITE_SPACE = /\p{White_Space}+/gu;
const LINE_BREAK = /\r\n|[\r\v\f\u0085\u2028]/g;
const INVISIBLE =
  /(?!\p{White_Space})\p{Cc}|\p{Bidi_Control}|\p{Noncharacter_Code_Point}|[\u200B\u2060\uFEFF]/gu;
const VISIBLE = /[^\p{Default_Ignorable_Code_Point}\p{White_Space}\p{M}]/u;
const MARK = /\p{M}/u;
const PILED_MARKS = /\p{M}{31}/u;
const TOO_MANY_MARKS = /[\p{Mn}\p{Me}]{5}/u;
const JOINERS = /[\u00AD\u200C\u200D]+/g;

/**
 * A single-line field (title, name, affiliation): NFC, every run of white space and line breaks one space, trimmed.
 * Text in which nothing can be seen (only joiners, soft hyphens or lone marks) is empty, so that "required" holds.
 */
export function cleanLine(text: string): string {
  const line = nfc(text.replace(INVISIBLE, '').replace(WHITE_SPACE, ' ').trim());
  return VISIBLE.test(line) ? line : '';
}

/**
 * A field of several lines (abstract, comments): as {@link cleanLine}, but line breaks stay, as LF. U+2028 is a line
 * break, U+2029 a paragraph's end; a tab is a space; at most two blank lines follow one another.
 */
export function cleanText(text: string): string {
  const lines = text
    .replace(INVISIBLE, '')
    .replace(LINE_BREAK, '\n')
    .replace(/\u2029/g, '\n\n')
    .split('\n')
    .map((line) => line.replace(WHITE_SPACE, ' ').trim());
  const whole = nfc(
    lines
      .join('\n')
      .replace(/\n{4,}/g, '\n\n\n')
      .trim(),
  );
  return VISIBLE.test(whole) ? whole : '';
}

/** Whether PostgreSQL and UTF-8 can hold the text: no NUL, no lone surrogate. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}

/**
 * Whether more than four combining marks sit in a row ("Zalgo"), also when joiners are strewn between them. Spacing
 * marks do not count: they do not pile up, and a Myanmar syllable may have five.
 */
export function tooManyMarks(text: string): boolean {
  return TOO_MANY_MARKS.test(text.replace(JOINERS, ''));
}

const WINDOW = 256;
/** Latin, Greek, Cyrillic, Armenian, Georgian, Kana, Han and common punctuation: nothing that joins its neighbour. */
const PLAIN =
  /^[\n -\u02FF\u0370-\u0482\u048A-\u058F\u10A0-\u10FF\u2010-\u2027\u2030-\u205E\u3041-\u3096\u30A1-\u30FA\u4E00-\u9FFF]*$/;
let segmenter: Intl.Segmenter | undefined;

/** Whether each code unit of the text is a character of its own, as in nearly every text: then its length says all. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text);
}

/** How many characters a reader sees (extended grapheme clusters); limits on a field's length count these. */
export function graphemes(text: string): number {
  if (isPlain(text)) return text.length;
  // Read in windows: the segmenter's time grows with the square of its text (100,000 Cyrillic letters take a minute).
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  let count = 0;
  let from = 0;
  let width = WINDOW;
  while (from < text.length) {
    if (isHighSurrogate(text.charCodeAt(from + width - 1))) width += 1; // half a character would stand alone
    const window = text.slice(from, from + width);
    const isLast = from + width >= text.length;
    let taken = 0;
    for (const { segment, index } of segmenter.segment(window)) {
      const end = index + segment.length;
      if (!isLast && end === window.length) break; // may go on beyond the window
      taken = end;
      count += 1;
    }
    width = taken === 0 ? width * 2 : WINDOW;
    from += taken;
  }
  return count;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

/** The text, or as much of its beginning as shows what it is: at most `most` code units, none of them half a character. */
export function beginning(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, isHighSurrogate(text.charCodeAt(most - 1)) ? most - 1 : most)}…`;
}

/** SHA-256 of the text's UTF-8, 64 lower-case hex digits. */
export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

/** NFC in linear time: normalising n marks in a row takes n² steps, so runs beyond 30 are cut (and refused anyway). */
function nfc(text: string): string {
  if (!PILED_MARKS.test(text)) return text.normalize('NFC');
  let kept = '';
  let marks = 0;
  for (const character of text) {
    marks = MARK.test(character) ? marks + 1 : 0;
    if (marks <= 30) kept += character;
  }
  return kept.normalize('NFC');
}
