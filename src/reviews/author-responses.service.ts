import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import type { Conference } from '../conferences/conference.entity.js';
import { Conferences } from '../conferences/conferences.service.js';
import { endOfDay } from '../conferences/deadline.js';
import { MailKinds } from '../mail/kinds.js';
import { Outbox, type NewMessage } from '../mail/outbox.service.js';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Clock } from '../platform/clock.js';
import { notFound, Refusal, refuseField } from '../platform/refusal.js';
import { Work } from '../platform/work.js';
import type { Submission } from '../submissions/submission.entity.js';
import { Submissions } from '../submissions/submissions.service.js';
import { countWords } from '../submissions/words.js';
import type { Assignment } from './assignment.entity.js';
import { AuthorResponse, type ShownReview } from './author-response.entity.js';
import type { ResponseStanding } from './author-response.view.js';
import { RESPONSE_MAIL } from './response-mails.js';
import { ownedBy } from './ownership.js';
import { Review } from './review.entity.js';
import { mailInstant } from './review-mails.js';
import type { OpenResponsesDto, ResponseDto } from './reviewing.dto.js';
import type { ReviewingSettings } from './reviewing-settings.entity.js';
import { Reviewing } from './reviewing.service.js';

/**
 * What authors answer to the comments on their submissions; the only writer of its table. What they are shown is copied when
 * responses open, so that nothing that happens on the panel afterwards can be seen in it.
 */
@Injectable()
export class AuthorResponses {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly conferences: Conferences,
    private readonly submissions: Submissions,
    private readonly reviewing: Reviewing,
    private readonly outbox: Outbox,
    @Inject(CONFIG) private readonly config: Config,
    kinds: MailKinds,
  ) {
    kinds.register(RESPONSE_MAIL);
  }

  /**
   * Lets the authors of everything under review respond until the end of a day, in the call's zone. Again it moves the end, and
   * adds what has got its first review meanwhile. A submission that is decided in secret is treated like any other.
   * @throws Refusal 400 `version.missing`, 412 `stale`; 422 for a day that is over; 409 `response.early` before reviewing
   */
  async open(actor: Actor, conference: Conference, input: OpenResponsesDto): Promise<ReviewingSettings> {
    return this.work.run(async (tx) => {
      const call = await this.conferences.callOf(conference.id, tx.manager);
      if (!call.reviewingSince) throw new Refusal('conflict', 'response.early');
      const closesAt = endOfDay(input.closesDay, call.zone);
      if (!closesAt || closesAt <= tx.now)
        throw refuseField('closesDay', 'dayPast', undefined, input.closesDay);
      const settings = await this.reviewing.openResponses(tx, actor, conference, closesAt);
      const shown: { id: string; title: string; reviews: ShownReview[] }[] = await tx.manager.query(
        `select s.id, s.title, jsonb_agg(jsonb_build_object('comment', v.comments_to_authors)
             || case when $2 then jsonb_build_object('overall', v.overall, 'scores', v.scores) else '{}'::jsonb end
             order by v.id) as reviews
         from submission s join assignment a on a.submission_id = s.id and a.status = 'assigned'
         join review v on v.assignment_id = a.id and v.status = 'handed_in'
         where s.conference_id = $1 and s.status = 'under_review'
           and not exists (select 1 from author_response r where r.submission_id = s.id)
         group by s.id order by s.id`,
        [conference.id, settings.responseScores],
      );
      if (shown.length === 0) return settings;
      await tx.manager.query(
        `insert into author_response (submission_id, reviews, opened_at)
           select n.id, n.reviews::jsonb, $3 from unnest($1::text[], $2::text[]) as n (id, reviews)
           on conflict do nothing`,
        [shown.map(({ id }) => id), shown.map(({ reviews }) => JSON.stringify(reviews)), tx.now],
      );
      await this.audit.record(
        tx,
        actor,
        ...shown.map(({ id, reviews }) => ({
          conferenceId: conference.id,
          action: 'response.opened',
          subject: ['author_response', id] as [string, string],
          after: { submission: id, reviews: reviews.length },
        })),
      );
      const authors = await this.submissions.authors(
        shown.map(({ id }) => id),
        tx.manager,
      );
      await this.outbox.add(
        tx,
        shown.flatMap(({ id, title }) =>
          authors.get(id)!.flatMap((author): NewMessage[] =>
            author.address
              ? [
                  {
                    kind: RESPONSE_MAIL.kind,
                    conference: {
                      id: conference.id,
                      name: conference.name,
                      contactAddress: conference.contactAddress,
                    },
                    to: { personId: author.personId, address: author.address, name: author.name },
                    subjectId: id,
                    occasion: 'response',
                    values: {
                      code: id,
                      title,
                      closesAt: mailInstant(closesAt),
                      wordLimit: settings.responseWordLimit,
                      responseUrl: `${this.config.publicUrl}/submissions/${id}/response`,
                    },
                  },
                ]
              : [],
          ),
        ),
      );
      return settings;
    });
  }

  /**
   * The authors' one response, changed as often as they like until the end; the empty one takes it back.
   * @throws Refusal 404 where none was asked for; 400 `version.missing`, 412 `stale`; 422 `response.closed` with the time,
   *   the text with both numbers of words; 409 `review.submissionState` once it is decided or withdrawn
   */
  async answer(actor: Actor, submission: Submission, input: ResponseDto): Promise<ResponseStanding> {
    await this.work.run(async (tx) => {
      const [locked]: { status: string }[] = await tx.manager.query(
        `select status from submission where id = $1 for share`,
        [submission.id],
      );
      const before = await tx.manager.findOne(AuthorResponse, {
        where: { submissionId: submission.id },
        lock: { mode: 'pessimistic_write' },
      });
      if (!before) throw notFound();
      const seen = actor.request.seenVersion;
      if (seen === undefined) throw new Refusal('malformed', 'version.missing');
      if (seen !== before.version) throw new Refusal('stale', 'stale');
      if (locked!.status !== 'under_review') throw new Refusal('conflict', 'review.submissionState');
      const settings = await this.reviewing.of(submission.callId, tx.manager);
      const arrivedAt = tx.arrival(actor);
      const closesAt = settings.responseClosesAt!;
      if (arrivedAt >= closesAt)
        throw new Refusal('rule', 'response.closed', { values: { closesAt, arrivedAt } });
      const text = input.text ?? '';
      const wordCount = countWords(text);
      if (wordCount > settings.responseWordLimit)
        throw refuseField('text', 'words', settings.responseWordLimit, wordCount);
      const gone = text === '';
      await tx.manager.update(
        AuthorResponse,
        { submissionId: submission.id },
        {
          text,
          wordCount,
          answeredBy: gone ? null : actor.personId,
          answeredAt: gone ? null : tx.now,
          version: before.version + 1,
        },
      );
      await this.audit.record(tx, actor, {
        conferenceId: submission.conferenceId,
        action: 'response.written',
        subject: ['author_response', submission.id],
        before: { wordCount: before.wordCount, version: before.version },
        after: { submission: submission.id, wordCount, version: before.version + 1 },
      });
    });
    return (await this.of(submission.id))!;
  }

  /** How the response of a submission stands; null where its authors were not asked for one. Two statements. */
  async of(submissionId: string): Promise<ResponseStanding | null> {
    const [row]: (Omit<ResponseStanding, 'criteria' | 'open'> & {
      status: string;
      callId: string;
    })[] = await this.db.query(
      `select s.id as submission, s.title, s.status, s.call_id as "callId", r.reviews, r.text, r.word_count as "wordCount",
         r.answered_at as "answeredAt", r.version, g.response_closes_at as "closesAt", g.response_word_limit as "wordLimit"
       from author_response r join submission s on s.id = r.submission_id
       join reviewing_settings g on g.call_id = s.call_id where s.id = $1`,
      [submissionId],
    );
    if (!row) return null;
    const { status, callId, ...rest } = row;
    const criteria = await this.conferences.criteriaOf(callId);
    return {
      ...rest,
      criteria: criteria.map(({ id, title, anchors }) => ({ id, title, anchors })),
      open: status === 'under_review' && (await this.clock.now()) < rest.closesAt,
    };
  }

  /**
   * The same for one of its reviewers: what was answered, also to the others.
   * @throws Refusal 409 `discussion.notYet` before their own review is in
   */
  async forReviewer(assignment: Assignment): Promise<ResponseStanding | null> {
    const handedIn = await this.db.manager.existsBy(Review, {
      assignmentId: assignment.id,
      status: 'handed_in',
    });
    if (!handedIn) throw new Refusal('conflict', 'discussion.notYet');
    return this.of(assignment.submissionId);
  }

  /** How many were asked and have answered, without the viewer's own. */
  async counts(actor: Actor, conferenceId: string): Promise<{ asked: number; answered: number }> {
    const [row]: { asked: number; answered: number }[] = await this.db.query(
      `select count(*)::int as asked, count(r.answered_at)::int as answered
       from author_response r join submission s on s.id = r.submission_id where s.conference_id = $1 and not ${ownedBy('s', '$2')}`,
      [conferenceId, actor.personId],
    );
    return row!;
  }
}
