import { Injectable } from '@nestjs/common';
import { mayOnConference } from '../conferences/conference.gate.js';
import type { Actor } from '../platform/actor.js';
import type { Gate } from '../platform/policy.js';
import { forbidden, notFound, notSignedIn } from '../platform/refusal.js';
import { Registration } from './registration.entity.js';
import { Registrations } from './registrations.service.js';

/**
 * Acts on a registration: `read` and `cancel` (its attendee and organisers), `change` (its attendee). One whose address
 * nobody has confirmed is there for its attendee only.
 */
@Injectable()
export class RegistrationGate implements Gate<Registration> {
  constructor(private readonly registrations: Registrations) {}

  async pass(actor: Actor, act: string, params: Record<string, string>): Promise<Registration> {
    if (actor.kind === 'guest') throw notSignedIn();
    const registration = await this.registrations.one(params['id'] ?? '');
    const attends = registration.personId === actor.personId;
    const organises =
      registration.heldUntil === null && mayOnConference(actor, registration.conferenceId, 'organise');
    if (!attends && !organises) throw notFound();
    if (act === 'change' && !attends) throw forbidden();
    return registration;
  }
}
