import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import type { Actor } from '../platform/actor.js';
import { Refusal } from '../platform/refusal.js';
import { Work } from '../platform/work.js';
import type { Submission } from '../submissions/submission.entity.js';
import { MetaReview } from './meta-review.entity.js';
import { REVIEWABLE } from './review-rules.js';
import type { MetaReviewDto } from './reviewing.dto.js';

/** What chairs sum up; the only writer of its table. */
@Injectable()
export class MetaReviews {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly audit: Audit,
  ) {}

  async of(submissionId: string): Promise<MetaReview | null> {
    return this.db.manager.findOneBy(MetaReview, { submissionId });
  }

  /**
   * The chair's text on a submission. It stands once a decision is released, since authors may have read it.
   * @throws Refusal 400 `version.missing`, 412 `stale`; 409 `review.submissionState`
   */
  async write(actor: Actor, submission: Submission, input: MetaReviewDto): Promise<MetaReview> {
    return this.work.run(async (tx) => {
      const [locked]: { status: string }[] = await tx.manager.query(
        `select status from submission where id = $1 for share`,
        [submission.id],
      );
      // Of two chairs who begin at the same moment the second sees what the first has written.
      await tx.manager.query(`select pg_advisory_xact_lock(hashtextextended('meta-review ' || $1, 0))`, [
        submission.id,
      ]);
      const before = await tx.manager.findOneBy(MetaReview, { submissionId: submission.id });
      const seen = actor.request.seenVersion;
      if (before && seen === undefined) throw new Refusal('malformed', 'version.missing');
      if ((before?.version ?? 0) !== (seen ?? 0)) throw new Refusal('stale', 'stale');
      if (!REVIEWABLE.includes(locked!.status)) throw new Refusal('conflict', 'review.submissionState');
      const next: MetaReview = {
        submissionId: submission.id,
        text: input.text,
        forAuthors: input.forAuthors ?? false,
        writtenBy: actor.personId!,
        writtenAt: tx.now,
        version: (before?.version ?? 0) + 1,
      };
      await tx.manager.upsert(MetaReview, next, ['submissionId']);
      await this.audit.record(tx, actor, {
        conferenceId: submission.conferenceId,
        action: 'meta_review.written',
        subject: ['meta_review', submission.id],
        ...(before && { before: { version: before.version, forAuthors: before.forAuthors } }),
        after: { submission: submission.id, version: next.version, forAuthors: next.forAuthors },
      });
      return next;
    });
  }

  /** What authors read with a released decision; null where nothing was written for them, or nothing is released. */
  async forAuthors(submissionId: string): Promise<string | null> {
    const rows: { text: string }[] = await this.db.query(
      `select m.text from meta_review m where m.submission_id = $1 and m.for_authors
         and exists (select 1 from decision d where d.submission_id = m.submission_id)`,
      [submissionId],
    );
    return rows[0]?.text ?? null;
  }
}
