/**
 * How words are counted: the number an author's word processor shows, and never a higher one.
 *
 * - Zero-width characters (U+200B-200D, 2060, FEFF) and soft hyphens are ignored.
 * - Unicode white space and en and em dashes separate. Hyphens, slashes, apostrophes and ellipses join.
 * - Every run that remains is a word, also one without letters.
 * - Han, Kana and Thai are written without spaces: `Intl.Segmenter` finds their words.
 *
 * The same file runs in the browser and on the server, therefore it imports nothing. Time is linear in the text:
 * NFC and `Intl.Segmenter` are quadratic on hostile text (100,000 Han characters: 13 s), so they see short pieces only,
 * and no pattern repeats a class with astral characters (`+` overflows the stack on some megabytes).
 */

/** The longest counted word that an abstract may contain, in characters without combining marks; URLs may be longer. */
export const LONGEST_WORD = 80;

const IGNORED = /[\u00AD\u200B-\u200D\u2060\uFEFF]+/g;

const UNSPACED = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\u30FC\\uFF70';
const HAS_UNSPACED = new RegExp(`(?!\\p{M})[${UNSPACED}]`, 'u');
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/** Marks that no unspaced script spells with; Kana's voicing marks (U+3099, 309A) compose and must stay for NFC. */
const FOREIGN_MARKS = /(?![\u3099\u309A])\p{Script=Inherited}/gu;
const MARK = /\p{M}/u;

const URL_START =
  /^[\p{Ps}\p{Pi}"'<]*(?:(?:https?|ftp):\/\/|www\.|doi:10\.)[\p{L}\p{N}-]+(?:[.:/][\p{L}\p{N}-]+)+/iu;

const WINDOW = 400;

/** How many words the text has, by the rule above. */
export function countWords(text: string): number {
  let count = 0;
  for (const _ of words(text)) count += 1;
  return count;
}

/** The first counted word longer than {@link LONGEST_WORD} that is not a URL, whole; `undefined` when there is none. */
export function overlongWord(text: string): string | undefined {
  for (const word of words(text)) {
    if (word.length > LONGEST_WORD && characters(word) > LONGEST_WORD && !URL_START.test(word)) return word;
  }
  return undefined;
}

/** Each counted word in order, without the characters that the count ignores. */
export function* words(text: string): Generator<string, void, undefined> {
  const visible = text.replace(IGNORED, '');
  let start = 0;
  for (let at = 0; at <= visible.length; at += 1) {
    if (at < visible.length && !separates(visible.charCodeAt(at))) continue;
    if (at > start) yield* wordsOfRun(visible.slice(start, at));
    start = at + 1;
  }
}

/** White space as Unicode has it (`\s` would miss U+0085), and the en and em dash. All are single code units. */
function separates(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  if (code < 0x2000) return code === 0x85 || code === 0xa0 || code === 0x1680;
  if (code > 0x3000) return false;
  return (
    code <= 0x200a ||
    code === 0x2013 ||
    code === 0x2014 ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

function* wordsOfRun(run: string): Generator<string, void, undefined> {
  if (!HAS_UNSPACED.test(run)) {
    yield run;
    return;
  }
  let found = false;
  for (const piece of pieces(run.replace(FOREIGN_MARKS, ''))) {
    for (const word of HAS_UNSPACED.test(piece) ? segmented(composed(piece)) : [piece]) {
      if (!LETTER_OR_DIGIT.test(word)) continue;
      found = true;
      yield word;
    }
  }
  if (!found) yield run;
}

/** The run cut wherever an unspaced script begins or ends; a mark goes with what it marks. */
function* pieces(run: string): Generator<string, void, undefined> {
  let start = 0;
  let at = 0;
  let before: boolean | undefined;
  for (const character of run) {
    const unspaced = HAS_UNSPACED.test(character);
    if (before !== undefined && unspaced !== before && !MARK.test(character)) {
      yield run.slice(start, at);
      start = at;
      before = unspaced;
    }
    before ??= unspaced;
    at += character.length;
  }
  yield run.slice(start);
}

/** The piece in NFC, without the marks that are left over after 30 in a row: sorting them would take n² steps. */
function composed(piece: string): string {
  let kept = '';
  let marks = 0;
  for (const character of piece) {
    marks = MARK.test(character) ? marks + 1 : 0;
    if (marks <= 30) kept += character;
  }
  return kept.normalize('NFC');
}

let segmenter: Intl.Segmenter | undefined;

/**
 * The piece cut by the segmenter in overlapping windows, which keeps the time linear: what it says about a window's
 * last quarter is thrown away and asked again. A window that holds one word only grows.
 */
function* segmented(piece: string): Generator<string, void, undefined> {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'word' });
  let from = 0;
  let width = WINDOW;
  while (from < piece.length) {
    const window = piece.slice(from, from + width); // half a character at its end is asked again
    const isLast = from + width >= piece.length;
    let taken = 0;
    for (const { segment, index } of segmenter.segment(window)) {
      const end = index + segment.length;
      if (!isLast && (end === window.length || index > width * 0.75)) break;
      taken = end;
      yield segment;
    }
    width = taken === 0 ? width * 2 : WINDOW;
    from += taken;
  }
}

/** Characters as a reader counts them, near enough: code points without combining marks, so that NFC does not matter. */
function characters(word: string): number {
  return word.replace(/\p{M}/gu, '').replace(/[\uD800-\uDBFF](?=[\uDC00-\uDFFF])/g, '').length;
}
