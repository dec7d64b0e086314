import {
  createParamDecorator,
  SetMetadata,
  type CustomDecorator,
  type ExecutionContext,
  type Type,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Actor } from './actor.js';
import type { Refusal } from './refusal.js';

/**
 * Decides whether an actor may do an act on the object that a route names, and loads that object once.
 * Order of refusals: 401 not signed in, 404 not there or not for you, 403 for you but not this act.
 */
export interface Gate<Subject = unknown> {
  pass(actor: Actor, act: string, params: Record<string, string>): Promise<Subject>;
}

/** Who may call a route: anyone, anyone signed in, or whom a gate lets pass. */
export type Policy = 'anyone' | 'signedIn' | { gate: Type<Gate>; act: string };

export const POLICY = 'concord:policy';
export const KEY_REQUIRED = 'concord:key-required';

/** Declares a route's policy. A route without one stops the start. */
export function Allow(gate: 'anyone' | 'signedIn' | Type<Gate>, act = ''): CustomDecorator {
  return SetMetadata(POLICY, typeof gate === 'string' ? gate : { gate, act });
}

/** The route creates something that must not be created twice: it demands an `Idempotency-Key`. */
export const KeyRequired = (): CustomDecorator => SetMetadata(KEY_REQUIRED, true);

export const VERSIONED = 'concord:versioned';

/** `If-Match` names a version of the gate's subject: one that is past is told before what is wrong with the body's values. */
export const Versioned = (): CustomDecorator => SetMetadata(VERSIONED, true);

/** What the guard leaves on the request. */
export interface ConcordRequest extends FastifyRequest {
  actor: Actor;
  subject: unknown;
  arrivedAt: number;
  /** A change of something that has changed since its sender saw it. */
  isStale?: boolean;
  /** Why a form cannot be taken though it was read: its page shows it again with what was typed. */
  refusedForm?: Refusal;
  /** The login session that the cookie named, for signing out. */
  loginSessionId?: string;
}

/** The actor of the request. */
export const Who = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Actor =>
    context.switchToHttp().getRequest<ConcordRequest>().actor,
);

/** The object that the route's gate loaded. */
export const Subject = createParamDecorator(
  (_data: unknown, context: ExecutionContext): unknown =>
    context.switchToHttp().getRequest<ConcordRequest>().subject,
);
