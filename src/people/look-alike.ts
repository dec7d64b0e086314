import { domainToUnicode } from 'node:url';
import { fold } from '../platform/fold.js';
import { oneEditApart, providerMeant } from './address-slip.js';
import { emailDomain } from './email.js';

/** Somebody who may be confused with somebody else. */
export interface Known {
  id: string;
  name: string;
  /** Identity form, or null for an author without one. */
  address: string | null;
}

/**
 * Why two people look alike, the most telling first: `script` (the same to the eye, in letters of another script), `typo`
 * (one letter apart, or two that changed places), `provider` (one's domain is a slip of a well-known provider's),
 * `name` (the same name, and the same part before the `@` or none of them an address).
 */
export type LookAlikeReason = 'script' | 'typo' | 'provider' | 'name';

export interface LookAlike<P extends Known = Known> {
  one: P;
  other: P;
  reason: LookAlikeReason;
}

/** Letters and pairs that are taken for one another in the common fonts; the Unicode report on confusables (UTS 39) is the source. */
const LOOKS_LIKE: Record<string, string> = {
  а: 'a',
  в: 'b',
  е: 'e',
  ё: 'e',
  һ: 'h',
  і: 'i',
  ї: 'i',
  ј: 'j',
  к: 'k',
  м: 'm',
  н: 'h',
  о: 'o',
  ө: 'o',
  р: 'p',
  ѕ: 's',
  с: 'c',
  т: 't',
  у: 'y',
  ү: 'y',
  х: 'x',
  ԁ: 'd',
  ԛ: 'q',
  ԝ: 'w',
  α: 'a',
  ε: 'e',
  ι: 'i',
  κ: 'k',
  ν: 'v',
  ο: 'o',
  ρ: 'p',
  τ: 't',
  υ: 'u',
  χ: 'x',
  օ: 'o',
  ո: 'n',
  ս: 'u',
  հ: 'h',
  յ: 'j',
  '0': 'o',
  '1': 'l',
  i: 'l',
  '|': 'l',
};

/** How an address or a name looks, whatever its letters are: equal skeletons can be taken for one another. */
export function skeleton(text: string): string {
  return (
    fold(text)
      .replace(/./gsu, (letter) => LOOKS_LIKE[letter] ?? letter)
      // `i` and `1` are `l` already.
      .replace(/rn/g, 'm')
      .replace(/vv/g, 'w')
      .replace(/cl/g, 'd')
  );
}

/** The address with its domain as people read it, not in A-labels. */
function asRead(address: string): string {
  return `${localPart(address)}@${domainToUnicode(emailDomain(address))}`;
}

const localPart = (address: string): string => address.slice(0, address.lastIndexOf('@'));

/** Short parts are one letter apart by chance. */
const SHORTEST = 5;

/** Why two people look alike, or undefined. Equal addresses are one person, never two. */
export function lookAlike(one: Known, other: Known): LookAlikeReason | undefined {
  const sameName = one.name !== '' && fold(one.name) === fold(other.name);
  if (one.address === null || other.address === null) return sameName ? 'name' : undefined;
  const [a, b] = [asRead(one.address), asRead(other.address)];
  if (skeleton(a) === skeleton(b)) return 'script';
  const sameLocal = localPart(one.address) === localPart(other.address);
  const domains = [emailDomain(one.address), emailDomain(other.address)] as const;
  if (sameLocal && (providerMeant(domains[0]) === domains[1] || providerMeant(domains[1]) === domains[0]))
    return 'provider';
  if (
    sameLocal ? oneEditApart(...domains) : domains[0] === domains[1] && nearLocals(one.address, other.address)
  )
    return 'typo';
  return sameName && (sameLocal || nearLocals(one.address, other.address)) ? 'name' : undefined;
}

function nearLocals(one: string, other: string): boolean {
  const [a, b] = [localPart(one), localPart(other)];
  return Math.min(a.length, b.length) >= SHORTEST && oneEditApart(a, b);
}

/**
 * Every pair that looks alike, each once. People are compared only where they share something that every rule needs, so that
 * thousands take no longer than a moment; of a crowd that shares one name (`Anonymous`) no more than `MOST_ALIKE` are compared.
 */
export function lookAlikes<P extends Known>(people: readonly P[]): LookAlike<P>[] {
  const shelves = new Map<string, P[]>();
  for (const person of people)
    for (const key of keysOf(person)) shelves.set(key, [...(shelves.get(key) ?? []), person]);
  const found = new Map<string, LookAlike<P>>();
  for (const shelf of shelves.values())
    for (const [n, one] of shelf.slice(0, MOST_ALIKE).entries())
      for (const other of shelf.slice(n + 1, MOST_ALIKE)) {
        const id = [one.id, other.id].toSorted().join(' ');
        if (one.id === other.id || found.has(id)) continue;
        const reason = lookAlike(one, other);
        if (reason) found.set(id, { one, other, reason });
      }
  return [...found.values()];
}

const MOST_ALIKE = 50;

/** What two people who look alike have in common: an address with one letter left out, its skeleton, its local part, the name. */
function keysOf({ name, address }: Known): Set<string> {
  const keys = new Set<string>();
  if (name !== '') keys.add(`name ${fold(name)}`);
  if (address === null) return keys;
  const local = localPart(address);
  keys.add(`skeleton ${skeleton(asRead(address))}`);
  keys.add(`local ${local}`);
  const domain = emailDomain(address);
  for (let n = 0; n < local.length; n += 1)
    keys.add(`near ${local.slice(0, n)}${local.slice(n + 1)}@${domain}`);
  keys.add(`near ${local}@${domain}`);
  return keys;
}
