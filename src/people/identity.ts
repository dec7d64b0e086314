import { fold } from '../platform/fold.js';

/** Seals and opens with one person's key; see `person-keys.ts`. */
interface Key {
  seal(about: string, text: string): string;
  open(about: string, sealed: string): string;
}

/** Who a protected person is. */
export interface Identity {
  name: string;
  nativeName: string | null;
  orcid: string | null;
}

/** An address that is sealed: where mail goes, and how its owner wrote it. */
export interface SealedAddress {
  address: string;
  typed: string;
}

const IDENTITY = 'identity';
const ADDRESS = 'address';

export function sealIdentity(
  key: Key,
  {
    name,
    nativeName,
    orcid,
  }: { name: string; nativeName?: string | null | undefined; orcid?: string | null | undefined },
): string {
  const identity: Identity = { name, nativeName: nativeName ?? null, orcid: orcid ?? null };
  return key.seal(IDENTITY, JSON.stringify(identity));
}

/** @throws Error when it cannot be opened */
export const openIdentity = (key: Key, sealed: string): Identity =>
  JSON.parse(key.open(IDENTITY, sealed)) as Identity;

export const sealAddress = (key: Key, address: string, typed: string): string =>
  key.seal(ADDRESS, JSON.stringify({ address, typed } satisfies SealedAddress));

/** @throws Error when it cannot be opened */
export const openAddress = (key: Key, sealed: string): SealedAddress =>
  JSON.parse(key.open(ADDRESS, sealed)) as SealedAddress;

/** Whether a public name would itself tell who is behind it. */
export const givesAway = (publicName: string, words: readonly (string | null | undefined)[]): boolean =>
  mentions(
    fold(publicName),
    words.map((word) => fold(word ?? '')),
  );

const SIGNS = /[.*+?^${}()|[\]\\]/g;

/** Whether a text has one of the words in it, in either case and not as a part of a longer word. Empty words are in none. */
export function mentions(text: string, words: readonly string[]): boolean {
  const wanted = words.filter((word) => word !== '');
  if (wanted.length === 0) return false;
  const any = wanted.map((word) => word.replace(SIGNS, '\\$&')).join('|');
  return new RegExp(`(?<![\\p{L}\\p{M}\\p{N}])(?:${any})(?![\\p{L}\\p{M}\\p{N}])`, 'iu').test(text);
}
