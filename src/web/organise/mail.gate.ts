import { Injectable } from '@nestjs/common';
import { MailMessage } from '../../mail/mail-message.entity.js';
import { Outbox } from '../../mail/outbox.service.js';
import { hasRole, type Actor } from '../../platform/actor.js';
import type { Gate } from '../../platform/policy.js';
import { forbidden, notFound, notSignedIn } from '../../platform/refusal.js';
import { MailQueries } from './mail.queries.js';

/**
 * Acts on a message of a conference: `inspect` (organisers, auditors), `organise` (organisers). Sign-in mail is nobody's, and
 * what tells of an organiser's own submission is not there for them.
 */
@Injectable()
export class MailGate implements Gate<MailMessage> {
  constructor(
    private readonly outbox: Outbox,
    private readonly queries: MailQueries,
  ) {}

  async pass(actor: Actor, act: string, params: Record<string, string>): Promise<MailMessage> {
    if (actor.kind === 'guest') throw notSignedIn();
    const message = await this.outbox.one(params['id'] ?? '');
    const { conferenceId } = message;
    if (!conferenceId || !hasRole(actor, conferenceId, 'organiser', 'auditor')) throw notFound();
    if (!(await this.queries.visible(actor, conferenceId, message.id))) throw notFound();
    if (act === 'inspect' || hasRole(actor, conferenceId, 'organiser')) return message;
    throw forbidden();
  }
}
