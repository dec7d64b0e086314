import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conferences } from '../conferences/conferences.service.js';
import { maySeeReviewers } from '../conferences/who-sees-whom.js';
import type { Actor } from '../platform/actor.js';
import { ownedBy } from '../reviews/ownership.js';
import { calibrate } from '../reviews/calibration.js';
import { panelScore, type ScoredReview } from '../reviews/score-rules.js';
import type { Submission } from '../submissions/submission.entity.js';
import type { Outcome } from '../submissions/submission-states.js';
import { boardOrder, countOutcomes } from './decision-rules.js';
import { Decision, type DecisionRelease } from './decision.entity.js';
import type { Board, BoardRow, ReleaseRow, SignedComment } from './decision.view.js';

/** What is decided: the board, and what was announced. Deciding is not announcing. */
@Injectable()
export class Decisions {
  constructor(
    private readonly db: DataSource,
    private readonly conferences: Conferences,
  ) {}

  /** The latest announced decision, for authors and organisers. */
  async released(submissionId: string): Promise<Decision | null> {
    return this.db.manager.findOne(Decision, { where: { submissionId }, order: { version: 'DESC' } });
  }

  /** Who has reviewed what was decided, for who may know it now; null for others. */
  async signed(
    decision: Decision | null,
    submission: Submission,
    stance: 'author' | 'organiser',
  ): Promise<SignedComment[] | null> {
    if (!decision) return null;
    const call = await this.conferences.callOf(submission.conferenceId);
    if (!maySeeReviewers(call, stance, { decided: true, handedIn: false })) return null;
    const rows: { id: string; name: string; affiliation: string | null }[] = await this.db.query(
      `select id, name, affiliation from reviewer where id = any($1)`,
      [decision.reviewers],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    return decision.reviewers.map((id, index) => {
      const { name, affiliation } = byId.get(id)!;
      return { name, affiliation, comment: decision.comments[index] ?? '' };
    });
  }

  /**
   * Everything that is to be decided or was, best mean first, without the actor's own submissions.
   * Two statements for any number of rows. What is the actor's own does not enter the calibration either, or its scores
   * could be told from the others'.
   */
  async board(actor: Actor, conferenceId: string): Promise<Board> {
    const call = await this.conferences.callOf(conferenceId);
    const criteria = await this.conferences.criteriaOf(call.id);
    const rows: (Omit<BoardRow, 'mean' | 'criteriaMean' | 'spread' | 'calibrated' | 'reviewsIn'> & {
      reviews: (ScoredReview & { reviewer: string })[];
    })[] = await this.db.query(
      `select s.id, s.title, s.status, s.version, p.outcome as "pendingOutcome", p.version as "pendingVersion", p.rank as "pendingRank",
           (select max(d.version) from decision d where d.submission_id = s.id) as "releasedVersion",
           coalesce(w.expected, 0) as "reviewsExpected", coalesce(w.reviews, '[]') as reviews
         from submission s
         left join pending_decision p on p.submission_id = s.id
         left join (
           select a.submission_id, count(*)::int as expected,
             jsonb_agg(jsonb_build_object('reviewer', a.reviewer_id, 'overall', v.overall, 'scores', v.scores)
               order by a.id) filter (where v.status = 'handed_in') as reviews
           from assignment a left join review v on v.assignment_id = a.id
           where a.status = 'assigned' group by a.submission_id) w on w.submission_id = s.id
         where s.conference_id = $1 and s.status <> 'draft' and (s.status <> 'withdrawn' or p.outcome is not null)
           and s.held_until is null and not ${ownedBy('s', '$2')}`,
      [conferenceId, actor.personId],
    );
    const calibration = calibrate(
      rows.flatMap(({ id, reviews }) =>
        reviews.map(({ reviewer, overall }) => ({ submission: id, reviewer, score: overall! })),
      ),
    );
    return {
      rows: rows
        .map(({ reviews, ...row }): BoardRow => {
          const { reviews: reviewsIn, mean, criteriaMean, spread } = panelScore(reviews, criteria);
          const own = calibration?.matters ? calibration.submissions.get(row.id) : undefined;
          const calibrated = own ? { score: own.calibrated, low: own.low, high: own.high } : null;
          return { ...row, mean, criteriaMean, spread, calibrated, reviewsIn };
        })
        .toSorted(boardOrder),
      strictness: calibration && {
        matters: calibration.matters,
        share: calibration.shares.reviewers,
        islands: calibration.islands,
      },
    };
  }

  /** Releases of a conference, newest first. */
  async releases(actor: Actor, conferenceId: string): Promise<ReleaseRow[]> {
    return this.releaseRows(
      actor,
      `r.conference_id = $2 order by r.released_at desc, r.id limit 200`,
      conferenceId,
    );
  }

  /** One release, as this actor may see it. */
  async oneRelease(actor: Actor, id: string): Promise<ReleaseRow | undefined> {
    return (await this.releaseRows(actor, `r.id = $2`, id))[0];
  }

  /** What another chair has released of the actor's own submissions is not counted. */
  private async releaseRows(actor: Actor, which: string, value: string): Promise<ReleaseRow[]> {
    const rows: (DecisionRelease & { outcomes: Outcome[] })[] = await this.db.query(
      `select r.id, r.conference_id as "conferenceId", r.released_by as "releasedBy", r.released_at as "releasedAt",
         r.list_hash as "listHash", coalesce((select jsonb_agg(d.outcome) from decision d
           join submission s on s.id = d.submission_id where d.release_id = r.id and not ${ownedBy('s', '$1')}), '[]') as outcomes
       from decision_release r where ${which}`,
      [actor.personId, value],
    );
    return rows.map(({ outcomes, ...release }) => ({
      release: { ...release, size: outcomes.length },
      counts: countOutcomes(outcomes.map((outcome) => ({ outcome }))),
    }));
  }
}
