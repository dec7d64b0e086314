import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { hasRole, type Actor } from '../platform/actor.js';
import { forbidden, notFound, notSignedIn } from '../platform/refusal.js';
import type { Gate } from '../platform/policy.js';
import { Submission } from './submission.entity.js';

/**
 * Acts on a submission: `read` (its authors and organisers), `edit` (its authors), `inspect` (organisers, for what authors
 * do not see), `decide` (chairs). An organiser who is an author is only an author here.
 * What was never submitted, or waits for its address to be confirmed, is there for its author only.
 */
@Injectable()
export class SubmissionGate implements Gate<Submission> {
  constructor(private readonly db: DataSource) {}

  async pass(actor: Actor, act: string, params: Record<string, string>): Promise<Submission> {
    if (actor.kind === 'guest') throw notSignedIn();
    const id = (params['id'] ?? '').toUpperCase();
    const { submission, isAuthor } = await this.find(id, actor.personId ?? '');
    if (!submission) throw notFound();
    const organises = hasRole(actor, submission.conferenceId, 'organiser');
    const inspects = !isAuthor && (organises || hasRole(actor, submission.conferenceId, 'auditor'));
    const sees = isAuthor || (inspects && submission.submittedAt !== null && submission.heldUntil === null);
    if (!sees) throw notFound();
    if (act === 'read') return submission;
    if (act === 'edit') {
      if (!isAuthor) throw forbidden();
      return submission;
    }
    if (!inspects) throw notFound();
    if (act === 'inspect') return submission;
    if (act === 'organise' && organises) return submission;
    if (act === 'decide' && hasRole(actor, submission.conferenceId, 'chair')) return submission;
    throw forbidden();
  }

  /** One statement whether it is there or not, so that the time of a refusal does not tell. */
  private async find(
    id: string,
    personId: string,
  ): Promise<{ submission: Submission | undefined; isAuthor: boolean }> {
    const { entities, raw } = await this.db.manager
      .createQueryBuilder(Submission, 's')
      .addSelect(
        `exists (select 1 from submission_author a where a.submission_id = s.id and a.person_id = :personId)`,
        'named',
      )
      .where('s.id = :id', { id, personId })
      .getRawAndEntities<{ named: boolean }>();
    const submission = entities[0];
    const isNamed = Boolean(raw[0]?.named) && submission?.submittedAt !== null;
    return { submission, isAuthor: submission?.createdBy === personId || isNamed };
  }
}
