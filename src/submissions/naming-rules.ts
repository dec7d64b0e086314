import { isParticle, nameKeys } from './name-keys.js';

/** An author as far as a text may name them. */
export interface NamedAuthor {
  name: string;
  nativeName?: string | null | undefined;
  affiliation?: string | null | undefined;
}

/** What may tell who wrote a text. `ownWork`: a citation called one's own; `thanks`: thanks and funding. */
export const NAMING_KINDS = ['name', 'affiliation', 'email', 'orcid', 'ownWork', 'thanks'] as const;
export type NamingKind = (typeof NAMING_KINDS)[number];

/** A place of a text that may tell who wrote it. */
export interface Naming {
  kind: NamingKind;
  /** As it stands in the text. */
  words: string;
  /** Position of `words` in the text, in UTF-16 units. */
  at: number;
}

/** Nobody reads a longer list; the first ones show what is meant. */
const MOST = 20;

/** Surnames that are also words or places of which such abstracts speak: alone they name nobody. */
const COMMON = new Set(
  `abbot baker banks bell best bishop black book bridge brook brown bush carpenter castle chance church clay cole cook
  court cross day dean east english farmer fields fisher flood forest fox france freeman french friend frost georgia german
  gold good grant gray green grey hall hand hardy heath hill holland hope hunter israel jordan justice king knight lake lamb
  land law leader little long lord love major march marsh martin mason may merchant miller moon moor moore morning moss
  noble north page park peace pope potter power price pride prince read reed rice rich rivers rose rule russia sage sand
  savage scholar sharp short silver singer small smart smith snow south speaker spring stone strong summers sun sweet
  swift temple turk turner walker wall war ward waters way weaver wells west white will winter wise wood woods word worth
  young`.split(/\s+/),
);
/** What stands before a name without making it somebody else's. */
const NOT_A_NAME = new Set(
  `the a an in on as of by for and or but so to at with from see cf e g i we our my this that these here there thus
  however when where while although since if then both like unlike following after before according author authors
  mr ms mrs dr prof professor`.split(/\s+/),
);
const INSTITUTION =
  /univers|institut|enstitu|akadem|academ|colleg|cent(er|re)|merkez|markaz|school|facult|depart|foundation|fond|council|ministr|laborator|associat|societ|museum|hospital|bureau|network|hamalsaran/;
const NO_INSTITUTION = /^(independent|freelance|unaffiliated|retired|self|private|none|no|phd|doctoral)$/;
const PLACES = new Set([
  'south caucasus',
  'nagorno karabakh',
  'united nations',
  'united states',
  'united kingdom',
  'european union',
  'middle east',
  'central asia',
]);
const ACRONYMS = new Set('usa un eu osce nato undp unhcr ngo ussr cis icrc'.split(' '));

const EMAIL = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
const ORCID = /(?<!\d)\d{4}-\d{4}-\d{4}-\d{3}[\dXx](?!\d)/g;
const CITED = String.raw`[^.!?]{0,60}?(?:\([^)]*\d{4}[^)]*\)|\[\d+\])`;
const WORKS =
  'works?|papers?|stud(?:y|ies)|articles?|books?|research|publications?|chapters?|monographs?|dissertation|thesis|findings';
const OWN_WORK = new RegExp(
  String.raw`\b(?:my|our)\s+(?:own\s+)?(?:(?:previous|earlier|prior|past|recent|former|first|other)\s+)?(?:\p{L}+\s+)?(?:${WORKS})\b${CITED}` +
    String.raw`|\b(?:I|we)\s+(?:have\s+)?(?:argued|shown|showed|demonstrated|written|wrote|published|discussed)\b${CITED}`,
  'giu',
);
const THANKS = new RegExp(
  String.raw`\backnowledge?ments?\b` +
    String.raw`|\b(?:I|we|the\s+authors?)\s+(?:(?:would\s+like\s+to|wish\s+to|gratefully|also|sincerely|warmly)\s+)*(?:thanks?\b|(?:am|are|is)\s+grateful\s+to\b|acknowledges?\s+(?:the\s+)?(?:\p{L}+\s+)?(?:support|funding|help)\b)` +
    String.raw`|\b(?:this|our|my|the)\s+(?:research|study|work|paper|project|fieldwork)\s+(?:was|is|has\s+been)\s+(?:\p{L}+\s+)?(?:funded|supported|financed|sponsored)\s+by\b` +
    String.raw`|\bgrant\s+(?:no\.?|number|nr\.?|№)\s*[\p{L}\p{N}/-]+`,
  'giu',
);
/** After a surname: a year, with co-authors and brackets before it at most. */
const YEAR_FOLLOWS =
  /^(?:\s*(?:,|and\b|&|et\s+al\.?|\p{Lu}[\p{L}'’-]*)){0,6}\s*[,([]*\s*(?:19|20)\d\d(?!\d)/u;

interface Word {
  text: string;
  at: number;
  end: number;
  keys: string[];
  /** In lower case throughout; false in scripts without case, as Georgian is written. */
  lower: boolean;
  /** Begins with a capital; false in scripts without case. */
  capital: boolean;
}

const WORD = /\p{L}[\p{L}\p{M}\p{N}'’ʼ\u00ad\u200c\u200d]*/gu;
/** The genitive of English and of Turkic names, and closing quotes. */
const ENDING = /['’ʼ](?:s|in|ın|un|ün|nin|nın|nun|nün)?$/u;

const CASED = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Armenian}\p{Script=Greek}]/u;

const wordsOf = (text: string): Word[] =>
  [...text.matchAll(WORD)].map((match) => {
    const word = match[0].replace(ENDING, '');
    return {
      text: word,
      at: match.index,
      end: match.index + word.length,
      keys: nameKeys(word),
      lower: !/\p{Lu}/u.test(word) && CASED.test(word),
      capital: /^\p{Lu}/u.test(word) && CASED.test(word),
    };
  });

/**
 * Places of a text that may tell who wrote it: authors' names in any of their scripts and spellings, affiliations, e-mail
 * addresses, ORCID iDs, citations of one's own work, thanks and funding. A surname alone counts only where it is no
 * common word, is not written small elsewhere, and belongs to nobody else whom the text names in full; with a year it always counts.
 */
export function namingsIn(text: string, authors: readonly NamedAuthor[]): Naming[] {
  const words = wordsOf(text);
  const found: Naming[] = [
    ...matches(text, EMAIL, 'email'),
    ...matches(text, ORCID, 'orcid'),
    ...matches(text, OWN_WORK, 'ownWork'),
    ...matches(text, THANKS, 'thanks'),
    ...authors.flatMap((author) => [...namesIn(text, words, author), ...affiliationsIn(text, words, author)]),
  ];
  return withoutOverlaps(found);
}

const matches = (text: string, pattern: RegExp, kind: NamingKind): Naming[] =>
  [...text.matchAll(pattern)].map((match) => ({ kind, words: match[0], at: match.index }));

const among = (keys: readonly string[], others: readonly string[]): boolean =>
  keys.some((key) => others.includes(key));

function namesIn(text: string, words: readonly Word[], author: NamedAuthor): Naming[] {
  const found: Naming[] = [];
  const add = (from: Word, to: Word): void => {
    found.push({ kind: 'name', words: text.slice(from.at, to.end), at: from.at });
  };
  for (const name of [author.name, author.nativeName ?? '']) {
    const parts = wordsOf(name).filter(({ keys }) => !isParticle(keys));
    const long = parts.filter(({ text: part }) => part.length > 1);
    const surname = long.at(-1);
    if (!surname) continue;
    const keys = long.flatMap((part) => part.keys);
    const initials = parts.map((part) => part.keys[0]!.slice(0, 1));
    let alone: boolean | undefined;
    for (const [index, word] of words.entries()) {
      if (word.lower || !among(word.keys, keys)) continue;
      const next = words[index + 1];
      const previous = words[index - 1];
      if (
        next &&
        isNext(text, word, next) &&
        !next.lower &&
        among(next.keys, keys) &&
        !among(word.keys, next.keys)
      )
        add(word, next);
      else if (!among(word.keys, surname.keys)) continue;
      else if (
        previous?.text.length === 1 &&
        isNext(text, previous, word) &&
        initials.includes(previous.keys[0]!)
      )
        add(previous, word);
      else if (
        YEAR_FOLLOWS.test(text.slice(word.end, word.end + 200)) ||
        (alone ??= namesAlone(text, words, surname, keys))
      )
        add(word, word);
    }
  }
  return found;
}

/** Whether nothing but a space, a hyphen or the dot of an initial stands between two words. */
const isNext = (text: string, one: Word, next: Word): boolean =>
  /^(?:\.?\s|[.-])$/u.test(text.slice(one.end, next.at));

/** Whether a surname by itself tells of the author wherever it stands in the text. */
function namesAlone(text: string, words: readonly Word[], word: Word, own: readonly string[]): boolean {
  if (word.text.length < 4 || COMMON.has(word.keys[0]!) || COMMON.has(word.text.toLowerCase())) return false;
  return !words.some((other, index) => {
    if (!among(other.keys, word.keys)) return false;
    const before = words[index - 1];
    const others =
      before !== undefined &&
      isNext(text, before, other) &&
      before.capital &&
      !among(before.keys, own) &&
      !NOT_A_NAME.has(before.text.toLowerCase()) &&
      !opensSentence(text, before);
    return other.lower || others;
  });
}

/** In other scripts than Latin no list tells a name from the word that opens a sentence. */
const opensSentence = (text: string, { text: word, at }: Word): boolean =>
  !/^\p{Script=Latin}/u.test(word) && /(?:^|[.!?։:]\s*)$/u.test(text.slice(0, at));

function affiliationsIn(text: string, words: readonly Word[], author: NamedAuthor): Naming[] {
  const parts = (author.affiliation ?? '').split(/[,;/·()]|\s[-–—]\s/u).map(wordsOf);
  return parts.flatMap((part, place) => {
    const names = part.map(({ text: one }) => one);
    const whole = names.join(' ').toLowerCase();
    if (names.length === 0 || NO_INSTITUTION.test(names[0]!.toLowerCase())) return [];
    if (names.length === 1)
      return words
        .filter((word) => word.text === names[0] && /^\p{Lu}{3,}$/u.test(word.text) && !ACRONYMS.has(whole))
        .map((word): Naming => ({ kind: 'affiliation', words: word.text, at: word.at }));
    // After the first comma stand mostly towns and countries.
    if (PLACES.has(whole) || (place > 0 && !part.some(({ keys }) => INSTITUTION.test(keys[0]!)))) return [];
    return words.flatMap((word, index): Naming[] => {
      const run = words.slice(index, index + part.length);
      if (run.length < part.length || !run.every((one, n) => among(one.keys, part[n]!.keys))) return [];
      return [{ kind: 'affiliation', words: text.slice(word.at, run.at(-1)!.end), at: word.at }];
    });
  });
}

/** In the order of the text; of two that overlap the longer; the same words once. */
function withoutOverlaps(found: readonly Naming[]): Naming[] {
  const kept: Naming[] = [];
  for (const one of found.toSorted((a, b) => b.words.length - a.words.length || a.at - b.at)) {
    const overlaps = kept.some(
      (other) => one.at < other.at + other.words.length && other.at < one.at + one.words.length,
    );
    const again = kept.some((other) => other.kind === one.kind && other.words === one.words);
    if (!overlaps && !again) kept.push(one);
  }
  return kept.toSorted((a, b) => a.at - b.at).slice(0, MOST);
}
