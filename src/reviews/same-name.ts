import { isParticle, nameKeys } from '../submissions/name-keys.js';

/** A name as it is compared: of each of its full words the keys of its spellings, in any script. */
export type NameWords = readonly (readonly string[])[];

const WORD = /\p{L}[\p{L}\p{M}'’ʼ]*/gu;

/** Initials, titles and particles are left out; what is left of `Dr. A. von Petrosyan` is `Petrosyan`. */
export function nameWords(name: string): NameWords {
  return [...name.matchAll(WORD)]
    .filter(([word]) => word.length > 1)
    .map(([word]) => nameKeys(word))
    .filter((keys) => !isParticle(keys));
}

/**
 * Whether two names may be one person's: every word of the shorter one is in the longer one, in whatever order, script and
 * spelling. So a patronymic or a second given name that only one of them has does not keep them apart; a single word is
 * the same only as another single word.
 */
export function sameName(one: NameWords, other: NameWords): boolean {
  const [few, many] = one.length <= other.length ? [one, other] : [other, one];
  if (few.length === 0 || (few.length === 1 && many.length > 1)) return false;
  const left = [...many];
  return few.every((keys) => {
    const at = left.findIndex((others) => keys.some((key) => others.includes(key)));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

/** Names to be looked up by other names, without comparing each with each. */
export class NameIndex<Value> {
  private readonly shelves = new Map<string, { words: NameWords; value: Value }[]>();

  add(name: string, value: Value): void {
    const words = nameWords(name);
    const entry = { words, value };
    for (const key of new Set(words.flat())) {
      const shelf = this.shelves.get(key);
      if (shelf) shelf.push(entry);
      else this.shelves.set(key, [entry]);
    }
  }

  /** Values of the names that may be this person's, each once. */
  matching(name: string): Set<Value> {
    if (this.shelves.size === 0) return new Set();
    const words = nameWords(name);
    const found = new Set<Value>();
    // Whatever matches has a word in common with the name.
    for (const key of new Set(words.flat()))
      for (const entry of this.shelves.get(key) ?? [])
        if (!found.has(entry.value) && sameName(words, entry.words)) found.add(entry.value);
    return found;
  }
}
