import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { hasRole, type Actor } from '../platform/actor.js';
import type { Gate } from '../platform/policy.js';
import { forbidden, notFound, notSignedIn } from '../platform/refusal.js';
import { Reviewer } from './reviewer.entity.js';

/** Acts on an invitation or reviewer named by `:id`: `own` (the invited person), `organise` (organisers). */
@Injectable()
export class ReviewerGate implements Gate<Reviewer> {
  constructor(private readonly db: DataSource) {}

  async pass(actor: Actor, act: string, params: Record<string, string>): Promise<Reviewer> {
    if (actor.kind === 'guest') throw notSignedIn();
    const reviewer = await this.db.manager.findOneBy(Reviewer, { id: params['id'] ?? '' });
    if (!reviewer) throw notFound();
    const own = reviewer.personId === actor.personId;
    if (act === 'own') {
      if (!own) throw notFound();
      return reviewer;
    }
    if (act !== 'organise') throw forbidden();
    if (!hasRole(actor, reviewer.conferenceId, 'organiser')) throw own ? forbidden() : notFound();
    return reviewer;
  }
}
