import { isInstitutional } from '../people/email.js';

/** Why a reviewer may not review a submission; each has a sentence in `refusal:conflict.reason.<reason>`. */
export const CONFLICT_REASONS = ['author', 'address', 'name', 'declared', 'affiliation', 'domain'] as const;
export type ConflictReason = (typeof CONFLICT_REASONS)[number];

/** What is compared of a reviewer or an author. */
export interface Identity {
  personId: string | null;
  /** Identity form of the address, or null where none was given. */
  address: string | null;
  name: string;
  affiliation: string | null;
}

/** The same, brought once into the form in which it is compared. */
export interface ComparedIdentity {
  personId: string | null;
  address: string | null;
  name: string;
  affiliation: string;
  /** Domain of an institution's address; empty for public mail services. */
  domain: string;
}

/** Letters and digits in lower case, one space between words: so that "Univ. of X" equals "univ of  X". */
export function comparable(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();
}

/** Brings an identity into the form in which it is compared. */
export function compared(identity: Identity): ComparedIdentity {
  const { address } = identity;
  return {
    personId: identity.personId,
    address,
    name: comparable(identity.name),
    affiliation: comparable(identity.affiliation ?? ''),
    domain: address && isInstitutional(address) ? address.slice(address.lastIndexOf('@') + 1) : '',
  };
}

/** One house: the same domain, or a part of the other's (`law.uni.example` and `uni.example`). */
function sameHouse(one: string, other: string): boolean {
  return one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`);
}

/**
 * The reason why this reviewer has a conflict of interest with these authors, the gravest first, or undefined.
 * An author without an address is told apart by the name alone, so there the same name counts as the same person.
 */
export function conflictBetween(
  reviewer: ComparedIdentity,
  authors: readonly ComparedIdentity[],
  declared: boolean,
): ConflictReason | undefined {
  let found: ConflictReason | undefined = declared ? 'declared' : undefined;
  for (const author of authors) {
    if (author.personId !== null && author.personId === reviewer.personId) return 'author';
    if (author.address !== null && author.address === reviewer.address) return 'address';
    if (author.address === null && author.name !== '' && author.name === reviewer.name) return 'name';
    if (found) continue;
    if (author.affiliation !== '' && author.affiliation === reviewer.affiliation) found = 'affiliation';
    else if (author.domain !== '' && reviewer.domain !== '' && sameHouse(author.domain, reviewer.domain))
      found = 'domain';
  }
  return found;
}

/** {@link conflictBetween} for one pair as it comes from the tables. */
export function conflictOf(
  reviewer: Identity,
  authors: readonly Identity[],
  declared: boolean,
): ConflictReason | undefined {
  return conflictBetween(compared(reviewer), authors.map(compared), declared);
}
