import { emailDomain, isInstitutional } from '../people/email.js';
import { institutionKeys } from './institution.js';
import { NameIndex } from './same-name.js';

/**
 * Why a reviewer may not review a submission, the gravest first. The first four are the same person; `declared` by the reviewer,
 * `named` by the authors, `added` by an organiser; then what is inferred; `language`: they cannot read it, which is no
 * conflict of interest and as final. Each has a sentence in `refusal:conflict.<reason>`.
 */
export const CONFLICT_REASONS = [
  'author',
  'address',
  'orcid',
  'name',
  'declared',
  'named',
  'added',
  'affiliation',
  'domain',
  'coauthor',
  'language',
] as const;
export type ConflictReason = (typeof CONFLICT_REASONS)[number];

/** What an organiser may set aside, with a reason: it is guessed from what people have in common, and may be long ago. */
export const INFERRED: readonly ConflictReason[] = ['affiliation', 'domain', 'coauthor'];

/** What is compared of a reviewer or an author, as the tables have it. */
export interface Identity {
  personId: string | null;
  /** Identity form of the address, or null where none was given. */
  address: string | null;
  name: string;
  nativeName: string | null;
  affiliation: string | null;
  ror: string | null;
  orcid: string | null;
  /** The name is a pseudonym, which says nothing of who it is. */
  hidden: boolean;
}

export interface ComparedReviewer extends Identity {
  personId: string;
  /** Language tags of what they can review in. */
  languages: readonly string[];
}

/** A submission with everybody who stands for or against a reviewer of it. */
export interface ComparedSubmission {
  createdBy: string;
  /** Language tag of its text. */
  language: string;
  authors: readonly Identity[];
  /** Whom its authors have asked to be kept from it. */
  named: readonly { personId: string | null; name: string }[];
  /** Persons with whom a conflict stands in the tables, and by whom it came. */
  declared: readonly { personId: string; reason: 'declared' | 'added' }[];
}

/** Somebody with whom a reviewer has handed something in; known by the name alone where no address was given. */
export interface Coauthor {
  /** Person id of the reviewer. */
  reviewer: string;
  personId: string;
  name: string | null;
}

/** One reason, and what it rests on: while that stays, it is the same conflict. */
export interface Found {
  reason: ConflictReason;
  fact: string;
}

/**
 * Finds for one submission after another every reviewer who must not review it. What is compared of the reviewers is brought
 * into shelves once, so that a submission costs a few look-ups for each of its authors, however many reviewers there are.
 */
export class ConflictFinder {
  private readonly persons = new Map<string, number>();
  private readonly addresses = new Map<string, number[]>();
  private readonly orcids = new Map<string, number[]>();
  private readonly names = new NameIndex<number>();
  private readonly houses = new Map<string, number[]>();
  /** By domain, and by each domain above it. */
  private readonly domains = new Map<string, number[]>();
  private readonly domainsBelow = new Map<string, number[]>();
  private readonly coauthors = new Map<string, number[]>();
  private readonly coauthorNames = new NameIndex<number>();
  /** Who does not review in a language. */
  private readonly unread = new Map<string, readonly number[]>();
  private readonly keys = new Map<string, string[]>();

  /** @param reviewers answers speak of them by their place in this list */
  constructor(
    private readonly reviewers: readonly ComparedReviewer[],
    coauthors: readonly Coauthor[] = [],
  ) {
    for (const [place, reviewer] of reviewers.entries()) {
      this.persons.set(reviewer.personId, place);
      if (reviewer.address !== null) put(this.addresses, reviewer.address, place);
      if (reviewer.orcid !== null) put(this.orcids, reviewer.orcid, place);
      for (const name of namesOf(reviewer)) this.names.add(name, place);
      for (const house of this.housesOf(reviewer)) put(this.houses, house, place);
      const domain = domainOf(reviewer);
      if (domain === undefined) continue;
      put(this.domains, domain, place);
      for (const above of domainsAbove(domain)) put(this.domainsBelow, above, place);
    }
    for (const { reviewer, personId, name } of coauthors) {
      const place = this.persons.get(reviewer);
      if (place === undefined) continue;
      put(this.coauthors, personId, place);
      if (name !== null) this.coauthorNames.add(name, place);
    }
  }

  /** Conflicts by the reviewer's place, each reason of one reviewer once, the gravest first. */
  of(submission: ComparedSubmission): Map<number, Found[]> {
    const found = new Map<number, Found[]>();
    const add = (places: Iterable<number> | undefined, reason: ConflictReason, fact: string): void => {
      for (const place of places ?? []) put(found, place, { reason, fact });
    };
    const person = (id: string | null): number[] => {
      const place = id === null ? undefined : this.persons.get(id);
      return place === undefined ? [] : [place];
    };
    add(person(submission.createdBy), 'author', submission.createdBy);
    for (const author of submission.authors) {
      add(person(author.personId), 'author', author.personId ?? '');
      if (author.address !== null) add(this.addresses.get(author.address), 'address', author.address);
      if (author.orcid !== null) add(this.orcids.get(author.orcid), 'orcid', author.orcid);
      for (const name of namesOf(author))
        add(
          [...this.names.matching(name)].filter((place) => !areTwo(author, this.reviewers[place]!)),
          'name',
          name,
        );
      for (const house of this.housesOf(author)) add(this.houses.get(house), 'affiliation', house);
      this.sameDomain(author, add);
      if (author.personId !== null) add(this.coauthors.get(author.personId), 'coauthor', author.personId);
      for (const name of namesOf(author)) add(this.coauthorNames.matching(name), 'coauthor', name);
    }
    for (const { personId, name } of submission.named) {
      add(person(personId), 'named', personId ?? '');
      add(this.names.matching(name), 'named', name);
    }
    for (const { personId, reason } of submission.declared) add(person(personId), reason, personId);
    add(this.cannotRead(submission.language), 'language', submission.language);
    for (const [place, list] of found) found.set(place, gravestFirst(list));
    return found;
  }

  private cannotRead(language: string): readonly number[] {
    let places = this.unread.get(language);
    if (!places) {
      places = this.reviewers.flatMap(({ languages }, place) =>
        languages.includes(language) ? [] : [place],
      );
      this.unread.set(language, places);
    }
    return places;
  }

  /** Keys of an affiliation; many authors share one. */
  private housesOf({ affiliation, ror }: Identity): string[] {
    let keys: string[] = [];
    if (affiliation !== null) {
      keys = this.keys.get(affiliation) ?? institutionKeys(affiliation);
      this.keys.set(affiliation, keys);
    }
    return ror === null ? keys : [...keys, `ror ${ror}`];
  }

  private sameDomain(
    author: Identity,
    add: (places: Iterable<number> | undefined, reason: ConflictReason, fact: string) => void,
  ): void {
    const domain = domainOf(author);
    if (domain === undefined) return;
    for (const one of [domain, ...domainsAbove(domain)]) add(this.domains.get(one), 'domain', domain);
    add(this.domainsBelow.get(domain), 'domain', domain);
  }
}

function put<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

const namesOf = ({ name, nativeName, hidden }: Identity): string[] =>
  hidden ? [] : [name, ...(nativeName === null ? [] : [nativeName])];

/** Of an institution's address alone: a public provider's says nothing. */
const domainOf = ({ address }: Identity): string | undefined =>
  address !== null && isInstitutional(address) ? emailDomain(address) : undefined;

/** `law.uni.example` is a part of the house `uni.example`, but nothing is a part of `example`. */
function domainsAbove(domain: string): string[] {
  const labels = domain.split('.');
  return labels.slice(1, -1).map((_label, from) => labels.slice(from + 1).join('.'));
}

/** Two ORCID iDs are two people, whatever they are called. */
const areTwo = (one: Identity, other: Identity): boolean =>
  one.orcid !== null && other.orcid !== null && one.orcid !== other.orcid;

const gravity = (reason: ConflictReason): number => CONFLICT_REASONS.indexOf(reason);

function gravestFirst(list: readonly Found[]): Found[] {
  const once = new Map(list.map((found) => [`${found.reason} ${found.fact}`, found]));
  return [...once.values()].toSorted(
    (a, b) => gravity(a.reason) - gravity(b.reason) || (a.fact < b.fact ? -1 : 1),
  );
}

/**
 * What an override of the inferred reasons rests on, as one text: it ends when this changes. The reasons that are no guess are not
 * part of it; nothing sets them aside.
 */
export const factsOf = (found: readonly Found[]): string =>
  found
    .filter(({ reason }) => INFERRED.includes(reason))
    .map(({ reason, fact }) => `${reason} ${fact}`)
    .join('\n');

/** The gravest reason that stands, or undefined. @param overridden facts that an organiser has set aside */
export function standing(found: readonly Found[], overridden?: string): ConflictReason | undefined {
  const isSetAside = overridden !== undefined && overridden === factsOf(found);
  return found.find(({ reason }) => !isSetAside || !INFERRED.includes(reason))?.reason;
}
