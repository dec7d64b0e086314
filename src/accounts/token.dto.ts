import { EmailLine } from '../people/email-field.js';
import { ROLES } from '../platform/actor.js';
import { Line, OneOf, Whole } from '../platform/fields.js';

/** Roles that a token may be made for; author and reviewer need no grant. */
export const TOKEN_ROLES = ['author', 'reviewer', ...ROLES] as const;

export class CreateTokenDto {
  @Line(80) name: string;
  @OneOf(TOKEN_ROLES) role: string;
  /** Slug; required for roles of a conference. */
  @Line(60, { optional: true }) conference?: string;
  @Whole(1, 365, { optional: true }) days?: number;
}

/** A rehearsal's operator makes tokens for people at reserved domains. */
export class RehearsalTokenDto {
  @EmailLine() email: string;
  @Line(200) name: string;
  @OneOf(TOKEN_ROLES) role: string;
  @Line(60, { optional: true }) conference?: string;
}
