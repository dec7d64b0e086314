import { Type, type Static } from '@sinclair/typebox';
import { instant, orNull } from '../platform/answers.js';
import type { LetterOfInterest } from './letter-of-interest.entity.js';
import { CONTRIBUTIONS, LETTER_STATUSES } from './letter-rules.js';

const strict = { additionalProperties: false };

/** A letter as its sender and the organisers see it; nobody else does. */
export const letterSchema = Type.Object(
  {
    id: Type.String(),
    conference: Type.String({ description: 'Slug' }),
    organisation: Type.String(),
    country: orNull(Type.String()),
    website: orNull(Type.String()),
    contactName: Type.String(),
    email: Type.String(),
    contribution: Type.Union(CONTRIBUTIONS.map((word) => Type.Literal(word))),
    letter: Type.String(),
    wordCount: Type.Integer(),
    status: Type.Union(LETTER_STATUSES.map((word) => Type.Literal(word))),
    held: Type.Boolean({ description: 'Waits for its address to be confirmed' }),
    answer: orNull(Type.String()),
    answeredAt: orNull(instant),
    createdAt: instant,
    version: Type.Integer(),
  },
  strict,
);
export type LetterView = Static<typeof letterSchema>;

/** What a guest is told: nothing that would show whether anybody is known by the address. */
export const heldSchema = Type.Object({ id: Type.String(), status: Type.Literal('held') }, strict);
export type HeldView = Static<typeof heldSchema>;

export function letterView(letter: LetterOfInterest, slug: string): LetterView {
  return {
    id: letter.id,
    conference: slug,
    organisation: letter.organisation,
    country: letter.country,
    website: letter.website,
    contactName: letter.contactName,
    email: letter.address,
    contribution: letter.contribution,
    letter: letter.letter,
    wordCount: letter.wordCount,
    status: letter.status,
    held: letter.heldUntil !== null,
    answer: letter.answer,
    answeredAt: letter.answeredAt?.toISOString() ?? null,
    createdAt: letter.createdAt.toISOString(),
    version: letter.version,
  };
}
