import { nameKeys } from '../submissions/name-keys.js';

const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}'’ʼ]*/gu;
const PARTS = /[,;|/()\n]|\s[–—-]\s/u;
const keysOf = (words: string): string[] => words.split(' ').map((word) => nameKeys(word)[0]!);

/** Words that two names of one institution may have or not. */
const FILLING = new Set(keysOf('the of and for in at a de del di da du la le von der und et y i e'));
/** Beginnings of words for kinds of institutions; those of one line are one word in several languages. */
const KINDS: readonly string[][] = [
  'univ hamalsaran',
  'institut enstitu',
  'academ akadem',
  'center centr merkez',
  'colleg',
  'school',
  'council',
  'minist',
  'foundation fond fund',
  'associat',
  'laborator',
  'societ',
  'museum',
  'hospital',
  'bureau',
  'network',
  'agenc',
  'committee komitet',
  'parliament',
].map(keysOf);
/** Units of an institution: every university has one. */
const UNITS = keysOf(
  'faculty fakultet fakulte department dept kafedra division section school chair programme program',
);
/** Words of those who belong to no institution. */
const NO_INSTITUTION = new Set(
  keysOf(
    'independent freelance freelancer unaffiliated retired self employed private none no na n affiliation institution researcher scholar journalist consultant analyst expert writer student doctoral phd candidate fellow teacher activist',
  ),
);

const kindOf = (key: string): readonly string[] | undefined =>
  KINDS.find((spellings) => spellings.some((beginning) => key.startsWith(beginning)));

const wordsOf = (text: string): string[] =>
  [...text.matchAll(WORD)].map(([word]) => {
    const key = nameKeys(word)[0]!;
    return kindOf(key)?.[0] ?? key;
  });

const keyOf = (words: readonly string[]): string =>
  [...new Set(words.filter((word) => !FILLING.has(word)))].toSorted().join(' ');

/**
 * Keys under which an affiliation is compared: of its whole, and of each of its parts that names an institution; two that share one
 * belong to one house. Case, marks, script, order and filling words do not matter: `University of the Lake` and `Lake
 * Univ.`, `Law Faculty, Lake University` have a key in common. Units such as a faculty, places, and words such as `independent
 * researcher` have none.
 */
export function institutionKeys(affiliation: string): string[] {
  const whole = wordsOf(affiliation);
  if (whole.every((word) => NO_INSTITUTION.has(word))) return [];
  const parts = affiliation.split(PARTS).map(wordsOf);
  const named = parts.filter(
    (words) => words.some((word) => kindOf(word)) && !UNITS.includes(words[0]!) && keyOf(words).includes(' '),
  );
  return [...new Set([whole, ...named].map(keyOf).filter((key) => key !== ''))];
}
