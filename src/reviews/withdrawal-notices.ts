import { Inject, Injectable } from '@nestjs/common';
import { Conferences } from '../conferences/conferences.service.js';
import { MailKinds, type MailKind } from '../mail/kinds.js';
import { Outbox } from '../mail/outbox.service.js';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import type { Tx } from '../platform/work.js';
import type { Withdrawn } from '../submissions/ports.js';
import type { Submission } from '../submissions/submission.entity.js';
import { ownedBy } from './ownership.js';

/** Tells a reviewer that a review is not needed any more. Its subject is the submission, so that its authors never see who got it. */
const NOT_NEEDED: MailKind = {
  kind: 'review_not_needed',
  variables: {
    title: 'title of the submission',
    reviewsUrl: 'page with all reviews of the reviewer',
  },
  sample: { title: 'Return without trust', reviewsUrl: 'https://conference.example.org/me/reviews' },
};

/** Reviewers with open work hear of a withdrawal. */
@Injectable()
export class ReviewWithdrawalNotices implements Withdrawn {
  constructor(
    private readonly conferences: Conferences,
    private readonly outbox: Outbox,
    @Inject(CONFIG) private readonly config: Config,
    kinds: MailKinds,
  ) {
    kinds.register(NOT_NEEDED);
  }

  async withdrawn(tx: Tx, _actor: Actor, submission: Submission): Promise<void> {
    const rows: { personId: string; name: string; address: string }[] = await tx.manager.query(
      `select r.person_id as "personId", r.name, r.address
       from assignment a join reviewer r on r.id = a.reviewer_id join submission s on s.id = a.submission_id
       left join review v on v.assignment_id = a.id
       where a.submission_id = $1 and a.status = 'assigned' and v.status is distinct from 'handed_in'
         and not ${ownedBy('s', 'r.person_id')} order by a.id`,
      [submission.id],
    );
    if (rows.length === 0) return;
    const { id, name, contactAddress } = await this.conferences.byId(submission.conferenceId, tx.manager);
    await this.outbox.add(
      tx,
      rows.map((to) => ({
        kind: NOT_NEEDED.kind,
        conference: { id, name, contactAddress },
        to,
        subjectId: submission.id,
        occasion: `v${submission.version}`,
        values: { title: submission.title, reviewsUrl: `${this.config.publicUrl}/me/reviews` },
      })),
    );
  }
}
