import { Injectable } from '@nestjs/common';
import { hasRole, isOperator, type Actor, type Role } from '../platform/actor.js';
import type { Gate } from '../platform/policy.js';
import { forbidden, notSignedIn } from '../platform/refusal.js';
import type { Conference } from './conference.entity.js';
import { Conferences } from './conferences.service.js';

/** Acts on a conference and the roles that may do them; a chair is an organiser too. */
const ROLES_FOR = {
  /** See everything that organisers see. */
  inspect: ['organiser', 'auditor'],
  organise: ['organiser'],
  decide: ['chair'],
  partners: ['organiser', 'partner_manager'],
  proceedings: ['organiser', 'proceedings_editor'],
  roles: ['organiser'],
  /** Learn who is behind a public name; nobody else may, whatever other roles they have. */
  safeguard: ['safeguarding_officer'],
} as const satisfies Record<string, readonly Role[]>;

/** `read` is for anyone, `submit` for anyone signed in, `operate` for the operator. */
export type ConferenceAct = keyof typeof ROLES_FOR | 'read' | 'submit' | 'operate';

/** Whether an actor may do an act on a conference. */
export function mayOnConference(actor: Actor, conferenceId: string, act: ConferenceAct): boolean {
  if (act === 'read' || act === 'submit') return true;
  if (act === 'operate') return isOperator(actor);
  return hasRole(actor, conferenceId, ...ROLES_FOR[act]);
}

/** Lets pass to the conference that `:slug` names, and hands it on. */
@Injectable()
export class ConferenceGate implements Gate<Conference> {
  /** Acts that need no sign-in. */
  static readonly forGuests: readonly string[] = ['read'];

  constructor(private readonly conferences: Conferences) {}

  async pass(actor: Actor, act: string, params: Record<string, string>): Promise<Conference> {
    if (!ConferenceGate.forGuests.includes(act) && actor.kind === 'guest') throw notSignedIn();
    const conference = await this.conferences.bySlug(params['slug'] ?? '');
    if (!mayOnConference(actor, conference.id, act as ConferenceAct)) throw forbidden();
    return conference;
  }
}

/** Lets the operator pass, on routes that name no conference. */
@Injectable()
export class OperatorGate implements Gate<undefined> {
  pass(actor: Actor): Promise<undefined> {
    if (actor.kind === 'guest') throw notSignedIn();
    if (!isOperator(actor)) throw forbidden();
    return Promise.resolve(undefined);
  }
}
