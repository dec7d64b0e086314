/** A name as catalogues take it. A name of one word is a family name. */
export interface NameParts {
  family: string;
  given: string;
}

/** The words that belong to the family name before it, as `van der` in "Jan van der Berg". */
const PARTICLE = /^\p{Ll}[\p{Ll}’'-]*$/u;

/**
 * Takes a printed name apart: the family name is the last word with the particles in lower case before it, as BibTeX reads
 * names and as the author index sorts them. People write their name as one line here, so nobody is asked for the parts; the
 * parts joined always give the name back.
 */
export function nameParts(name: string): NameParts {
  const words = name.trim().split(/\s+/);
  let first = words.length - 1;
  while (first > 1 && PARTICLE.test(words[first - 1]!)) first -= 1;
  return { family: words.slice(first).join(' '), given: words.slice(0, first).join(' ') };
}

/** The language of a name in its own script: certain for Armenian and Georgian, undetermined for scripts that several share. */
export function languageOfName(text: string): 'hy' | 'ka' | 'und' {
  if (/\p{Script=Armenian}/u.test(text)) return 'hy';
  return /\p{Script=Georgian}/u.test(text) ? 'ka' : 'und';
}
