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
    const submission = await this.db.manager.findOneBy(Submission, { id });
    if (!submission) throw notFound();
    const isAuthor = await this.isAuthor(submission, actor.personId ?? '');
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

  private async isAuthor(submission: Submission, personId: string): Promise<boolean> {
    if (submission.createdBy === personId) return true;
    const rows: unknown[] = await this.db.query(
      `select 1 from submission_author where submission_id = $1 and person_id = $2`,
      [submission.id, personId],
    );
    return rows.length > 0 && submission.submittedAt !== null;
  }
}
