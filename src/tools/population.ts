import { between, chance, oneOf } from '../platform/chance.js';

/** Somebody of a rehearsal; the address is at a reserved domain. */
export interface RehearsalPerson {
  email: string;
  name: string;
  affiliation: string;
}

/** An abstract as its author would hand it in. */
export interface RehearsalAbstract {
  /** How a report names it: its id in the file, or its number. */
  id: string;
  /** Line of the file, where it comes from one. */
  line?: number;
  title: string;
  text: string;
  topic: string;
  /** In order, at least one. */
  authors: readonly { person: RehearsalPerson; presenting: boolean }[];
}

/** A chair or discussant, who becomes a reviewer. */
export interface RehearsalReviewer {
  person: RehearsalPerson;
  topics: readonly string[];
}

/** Everybody and everything that a rehearsal plays with. */
export interface Population {
  topics: readonly string[];
  abstracts: readonly RehearsalAbstract[];
  reviewers: readonly RehearsalReviewer[];
}

const DOMAIN = 'rehearsal.example';

/** The address under which a rehearsal knows somebody. @param key letters, digits, dots, hyphens, underscores */
export const rehearsalAddress = (key: string): string => `p-${key}@${DOMAIN}`;

const SYLLABLES = [
  'ta',
  'vo',
  'ren',
  'kil',
  'mu',
  'shan',
  'ley',
  'dor',
  'ani',
  'bez',
  'gur',
  'ise',
  'lom',
  'nar',
  'ö',
  'ə',
  'ıl',
  'ş',
];
const WORDS =
  `after border ceasefire community dialogue early evidence family field forum grievance habit income interview language
   market media memory mediation migrant mistrust municipal narrative neighbour network observer pasture peace policy
   practice promise recovery region resource return risk river road rumour rural school security shared statement survey
   teacher trade transit trust village warning water winter women youth`.split(/\s+/);
const SMALL_WORDS = ['and', 'the', 'of', 'in', 'between', 'without', 'for', 'from', 'with', 'across'];
const TOPICS = 12;
/** Lengths from a real programme: a median of 174 words, few beyond 300. */
const SHORTEST = 90;
const LONGEST = 300;
const ABSTRACTS_TO_ONE_TOO_LONG = 100;

/**
 * An invented population, the same for the same seed: `size` abstracts by about 1.6 people each, a third as many chairs
 * and discussants, most of them authors too. One abstract in a hundred (at least one) is over a limit of 300 words, one
 * other has exactly 300.
 * @throws Error for a size below 1.
 */
export function invented(size: number, seed: number): Population {
  if (!Number.isInteger(size) || size < 1) throw new Error('A rehearsal needs at least one abstract.');
  const random = chance(seed);
  const topics = Array.from(
    { length: Math.min(TOPICS, Math.max(1, Math.ceil(size / 4))) },
    (_, index) => `Topic ${index + 1}`,
  );
  const houses = Array.from({ length: Math.max(12, size) }, (_, index) => `Example University ${index + 1}`);
  const people = Array.from({ length: Math.max(8, Math.ceil(size * 1.6)) }, (_, index): RehearsalPerson => ({
    email: rehearsalAddress(`invented-${index + 1}`),
    name: `${name(random)} ${name(random)}`,
    affiliation: oneOf(random, houses),
  }));
  const abstracts = Array.from({ length: size }, (_, index): RehearsalAbstract => {
    const tooLong = index % ABSTRACTS_TO_ONE_TOO_LONG === ABSTRACTS_TO_ONE_TOO_LONG - 1 || index === size - 1;
    const length = tooLong
      ? LONGEST + 1 + (index % 40)
      : index === 0
        ? LONGEST
        : between(random, SHORTEST, LONGEST);
    const team = new Set<RehearsalPerson>([people[index % people.length]!]);
    for (let more = between(random, 0, 3); more > 0; more -= 1) team.add(oneOf(random, people));
    return {
      id: String(index + 1),
      title: `${sentence(random, between(random, 4, 12))} (${index + 1})`,
      text: prose(random, length),
      topic: oneOf(random, topics),
      authors: [...team].map((person, position) => ({ person, presenting: position === 0 })),
    };
  });
  const reviewers = Array.from(
    { length: Math.max(6, Math.ceil(size * 0.36)) },
    (_, index): RehearsalReviewer => {
      // Every fifth reviewer has written nothing.
      const person =
        index % 5 === 4
          ? {
              email: rehearsalAddress(`reviewer-${index + 1}`),
              name: `${name(random)} ${name(random)}`,
              affiliation: oneOf(random, houses),
            }
          : people[(index * 3) % people.length]!;
      return { person, topics: [oneOf(random, topics), oneOf(random, topics)] };
    },
  );
  return { topics, abstracts, reviewers: oncePerPerson(reviewers) };
}

/** Joins the topics of those who appear several times. */
export function oncePerPerson(reviewers: readonly RehearsalReviewer[]): RehearsalReviewer[] {
  const found = new Map<string, RehearsalReviewer>();
  for (const { person, topics } of reviewers) {
    const before = found.get(person.email);
    found.set(person.email, {
      person: before?.person ?? person,
      topics: [...new Set([...(before?.topics ?? []), ...topics])],
    });
  }
  return [...found.values()];
}

function name(random: () => number): string {
  const text = Array.from({ length: between(random, 2, 3) }, () => oneOf(random, SYLLABLES)).join('');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function sentence(random: () => number, length: number): string {
  const words = Array.from({ length }, (_, index) => oneOf(random, index % 3 === 2 ? SMALL_WORDS : WORDS));
  const text = words.join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function prose(random: () => number, length: number): string {
  const sentences: string[] = [];
  for (let left = length; left > 0;) {
    const words = Math.min(left, between(random, 8, 24));
    sentences.push(`${sentence(random, words)}.`);
    left -= words;
  }
  return sentences.join(' ');
}
