import type { Collision, Holding } from '../people/personal-data.js';

/** What decides about joining two people, as far as an organiser of one conference may know it. */
export interface Side {
  id: string;
  name: string;
  nativeName: string | null;
  affiliation: string | null;
  country: string | null;
  address: string | null;
  createdAt: Date;
  /** Has confirmed an address, and so may sign in. */
  account: boolean;
  /** Goes by another name, everywhere or in one place; nothing of them is shown. */
  guarded: boolean;
  /** Holds a role in this conference. */
  role: boolean;
  /** Takes part in another conference, or holds a role outside of this one. Never shown. */
  elsewhere: boolean;
  holdings: readonly Holding[];
}

/** Who stays: a role before an account, an account before an address, and then who was there first. */
export function whoStays(one: Side, other: Side): { from: Side; into: Side } {
  const rank = (side: Side): [number, number] => [
    Number(side.role) * 4 + Number(side.account) * 2 + Number(side.address !== null),
    -side.createdAt.getTime(),
  ];
  const [a, b] = [rank(one), rank(other)];
  const oneStays = a[0] !== b[0] ? a[0] > b[0] : a[1] !== b[1] ? a[1] > b[1] : one.id < other.id;
  return oneStays ? { from: other, into: one } : { from: one, into: other };
}

/**
 * Whether both people have to agree. Without it an organiser could hand somebody's account to somebody else (both have
 * accounts), change what another conference holds (elsewhere), or learn by a refusal who reviews their own submission.
 */
export function needsConsent(from: Side, into: Side, organiserWrites: boolean): boolean {
  return (from.account && into.account) || from.elsewhere || into.elsewhere || organiserWrites;
}

/** A role in force never moves by joining: it would hand power to whoever is joined with its holder. */
export const rolesBlock = (from: Pick<Side, 'role'>): boolean => from.role;

/** What stands in the way for good. */
export const unsolved = (collisions: readonly Collision[]): Collision[] =>
  collisions.filter(({ solved }) => !solved);
