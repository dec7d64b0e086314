import { Injectable } from '@nestjs/common';
import { hasRole, type Actor } from '../platform/actor.js';
import type { Gate } from '../platform/policy.js';
import { forbidden, notFound, notSignedIn } from '../platform/refusal.js';
import type { MailMessage } from './mail-message.entity.js';
import { Outbox } from './outbox.service.js';

/** Acts on a message of a conference: `inspect` (organisers, auditors), `organise` (organisers). Sign-in mail is nobody's. */
@Injectable()
export class MailGate implements Gate<MailMessage> {
  constructor(private readonly outbox: Outbox) {}

  async pass(actor: Actor, act: string, params: Record<string, string>): Promise<MailMessage> {
    if (actor.kind === 'guest') throw notSignedIn();
    const message = await this.outbox.one(params['id'] ?? '');
    const { conferenceId } = message;
    if (!conferenceId || !hasRole(actor, conferenceId, 'organiser', 'auditor')) throw notFound();
    if (act === 'inspect' || hasRole(actor, conferenceId, 'organiser')) return message;
    throw forbidden();
  }
}
