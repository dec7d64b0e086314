import { Type, type Static } from '@sinclair/typebox';
import { instant, orNull } from '../platform/answers.js';
import { ATTENDANCES } from './registration-rules.js';
import type { Registration } from './registration.entity.js';

const strict = { additionalProperties: false };

/** A registration as its attendee and the organisers see it; nobody else does. */
export const registrationSchema = Type.Object(
  {
    id: Type.String(),
    conference: Type.String({ description: 'Slug' }),
    name: Type.String(),
    email: Type.String(),
    affiliation: orNull(Type.String()),
    country: orNull(Type.String()),
    attendance: Type.Union(ATTENDANCES.map((word) => Type.Literal(word))),
    interpretation: orNull(Type.String({ description: 'Language tag' })),
    accessNeeds: orNull(Type.String()),
    status: Type.Union([Type.Literal('registered'), Type.Literal('cancelled')]),
    held: Type.Boolean({ description: 'Waits for its address to be confirmed' }),
    createdAt: instant,
    cancelledAt: orNull(instant),
    version: Type.Integer(),
  },
  strict,
);
export type RegistrationView = Static<typeof registrationSchema>;

/** What a guest is told: nothing that would show whether anybody is registered under the address. */
export const heldRegistrationSchema = Type.Object(
  { id: Type.String(), status: Type.Literal('held') },
  strict,
);
export type HeldRegistrationView = Static<typeof heldRegistrationSchema>;

export function registrationView(registration: Registration, slug: string): RegistrationView {
  return {
    id: registration.id,
    conference: slug,
    name: registration.name,
    email: registration.address,
    affiliation: registration.affiliation,
    country: registration.country,
    attendance: registration.attendance,
    interpretation: registration.interpretation,
    accessNeeds: registration.accessNeeds,
    status: registration.status,
    held: registration.heldUntil !== null,
    createdAt: registration.createdAt.toISOString(),
    cancelledAt: registration.cancelledAt?.toISOString() ?? null,
    version: registration.version,
  };
}
