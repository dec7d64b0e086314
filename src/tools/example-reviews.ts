import { chance, oneOf } from '../platform/chance.js';

/** What a reviewer of the example writes; the criteria's scores are in the criteria's order. */
export interface ExampleReview {
  scores: number[];
  overall: number;
  confidence: number;
  commentsToAuthors: string;
  commentsToOrganisers: string;
}

const PRAISE: readonly string[] = [
  'A clear question, asked in a way that readers from other fields can follow.',
  'I learned something from this abstract, above all from what it says about its own limits.',
  'The material is unusual and the authors make good use of it.',
  'The argument is short, surprising and convincing.',
  'Both sides would recognise themselves in this description, which is rare.',
];

const MIDDLING: readonly string[] = [
  'The question is worth asking, but the abstract promises more than one paper can hold.',
  'Method and question fit each other; what was found remains a little general.',
  'A sound piece of work that would gain from one worked example.',
  'The first half is strong. The second repeats what is known and could be shortened.',
  'I would have liked to read how the cases were chosen before reading what they show.',
];

const DOUBT: readonly string[] = [
  'I could not find out what was done and what is planned.',
  'The conclusion is attractive, but it does not follow from what is reported.',
  'The abstract names a subject rather than a question.',
  'Terms change their meaning between the first sentence and the last.',
  'The comparison rests on cases that differ in too many ways at once.',
];

const ADVICE: readonly string[] = [
  'Please say how many people were asked and how they were found.',
  'Please explain the second step of the argument in plain words.',
  'It would help to name one observation that would have changed your mind.',
  'Consider leaving out the last claim; the paper is complete without it.',
  'A table with the cases and their main features would save a page of text.',
  'Please add a sentence on what those concerned thought of the result.',
  'The title could say what was found.',
];

const ASIDES: readonly string[] = [
  'Would make a good pair with another abstract on the same subject in one session.',
  'I know this field from the inside and may be too strict.',
  'Better suited to a workshop than to a lecture, I think.',
  'I am not certain about the statistics and would ask a second reader.',
  'A young team, as far as one can tell; encouragement would not be wasted.',
];

const within = (score: number): number => Math.min(5, Math.max(1, Math.round(score)));

/**
 * A review of a paper of this quality (1 to 5, with fractions), the same for the same seed: scores near the quality, words
 * that fit the scores.
 */
export function exampleReview(quality: number, seed: number): ExampleReview {
  const random = chance(seed);
  const near = (): number => within(quality + (random() - 0.5) * 1.8);
  const overall = near();
  const opening = oneOf(random, overall >= 4 ? PRAISE : overall === 3 ? MIDDLING : DOUBT);
  return {
    scores: [near(), near(), near()],
    overall,
    confidence: 2 + Math.floor(random() * 4),
    commentsToAuthors: `${opening} ${oneOf(random, ADVICE)}`,
    commentsToOrganisers: random() < 0.35 ? oneOf(random, ASIDES) : '',
  };
}
