import { randomInt } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import { Conferences } from '../conferences/conferences.service.js';
import { maySeeReviewers, type Promises } from '../conferences/who-sees-whom.js';
import { MailKinds } from '../mail/kinds.js';
import { Outbox, type NewMessage } from '../mail/outbox.service.js';
import { systemActor, type Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Idempotency } from '../platform/idempotency.js';
import { newId } from '../platform/ids.js';
import { notFound, Refusal } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import type { Submission } from '../submissions/submission.entity.js';
import type { Assignment } from './assignment.entity.js';
import { DISCUSSION_MAIL, POST_MAIL } from './discussion-mails.js';
import type { PanelTalk, TalkPost, TalkReview } from './discussion.view.js';
import { Discussion, DiscussionEdit, DiscussionPost, DiscussionSeat } from './discussion.entity.js';
import { REVIEWABLE } from './review-rules.js';
import type { PostDto } from './reviewing.dto.js';
import { disagreements, letterOf, opensByItself, seated } from './reviewing-rules.js';
import { Reviewing } from './reviewing.service.js';

/** SQL: the discussion `d` goes on, of the submission `s`. */
export const GOES_ON = `d.closed_at is null and s.status = any('{${REVIEWABLE.join(',')}}')`;

/** What a panel says once its reviews are in; the only writer of its tables. */
@Injectable()
export class Discussions {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly idempotency: Idempotency,
    private readonly audit: Audit,
    private readonly conferences: Conferences,
    private readonly reviewing: Reviewing,
    private readonly outbox: Outbox,
    @Inject(CONFIG) private readonly config: Config,
    kinds: MailKinds,
  ) {
    kinds.register(DISCUSSION_MAIL, POST_MAIL);
  }

  /** Whether the panel discusses now; whoever asks in a transaction keeps it from being closed meanwhile. */
  async isOpen(tx: Tx, submissionId: string): Promise<boolean> {
    const rows: unknown[] = await tx.manager.query(
      `select 1 from discussion d join submission s on s.id = d.submission_id
       where d.submission_id = $1 and ${GOES_ON} for share of d`,
      [submissionId],
    );
    return rows.length > 0;
  }

  /** A review was handed in: its reviewer gets a place where a discussion goes on, and the last one opens it. */
  async reviewIn(tx: Tx, actor: Actor, submissionId: string): Promise<void> {
    // Of two who hand in at the same moment, the second sees what the first has done.
    await this.alone(tx, submissionId);
    if (await tx.manager.existsBy(Discussion, { submissionId })) {
      await this.seat(tx, submissionId);
      return;
    }
    const [panel]: {
      assigned: number;
      handedIn: number;
      wanted: number;
      callId: string;
      conferenceId: string;
    }[] = await tx.manager.query(
      `select count(a.id)::int as assigned, (count(*) filter (where v.status = 'handed_in'))::int as "handedIn",
         coalesce((select z.places from panel_size z where z.submission_id = s.id), k.reviews_per_submission) as wanted, k.id as "callId", s.conference_id as "conferenceId"
       from submission s join call k on k.id = s.call_id
       left join assignment a on a.submission_id = s.id and a.status = 'assigned'
       left join review v on v.assignment_id = a.id where s.id = $1 group by k.id, s.id`,
      [submissionId],
    );
    if (!panel || !opensByItself(panel.assigned, panel.handedIn, panel.wanted)) return;
    const { discussion } = await this.reviewing.of(panel.callId, tx.manager);
    if (!discussion) return;
    await tx.manager.insert(Discussion, {
      submissionId,
      openedAt: tx.now,
      openedBy: null,
      closedAt: null,
      version: 1,
    });
    const { request } = actor;
    await this.opened(tx, { ...systemActor('reviewing'), request }, panel.conferenceId, submissionId);
  }

  /**
   * An organiser opens a discussion, or one that was closed again. Opening an open one changes nothing.
   * @throws Refusal 409 `discussion.off` where the call has none, `discussion.few` with fewer than two reviews in,
   *   `review.submissionState`
   */
  async open(actor: Actor, submission: Submission): Promise<void> {
    await this.work.run(async (tx) => {
      await this.alone(tx, submission.id);
      const [row]: { status: string; handedIn: number; callId: string }[] = await tx.manager.query(
        `select s.status, s.call_id as "callId", (select count(*)::int from assignment a
             join review v on v.assignment_id = a.id and v.status = 'handed_in'
             where a.submission_id = s.id and a.status = 'assigned') as "handedIn"
         from submission s where s.id = $1 for share of s`,
        [submission.id],
      );
      if (!REVIEWABLE.includes(row!.status)) throw new Refusal('conflict', 'review.submissionState');
      if (!(await this.reviewing.of(row!.callId, tx.manager)).discussion)
        throw new Refusal('conflict', 'discussion.off');
      if (row!.handedIn < 2)
        throw new Refusal('conflict', 'discussion.few', { values: { count: row!.handedIn } });
      const before = await tx.manager.findOneBy(Discussion, { submissionId: submission.id });
      if (before && !before.closedAt) return;
      if (before)
        await tx.manager.update(
          Discussion,
          { submissionId: submission.id },
          { closedAt: null, version: before.version + 1 },
        );
      else
        await tx.manager.insert(Discussion, {
          submissionId: submission.id,
          openedAt: tx.now,
          openedBy: actor.personId,
          closedAt: null,
          version: 1,
        });
      await this.opened(tx, actor, submission.conferenceId, submission.id);
    });
  }

  /** An organiser closes a discussion; closing a closed one changes nothing. @throws Refusal 409 `discussion.none` */
  async close(actor: Actor, submission: Submission): Promise<void> {
    await this.work.run(async (tx) => {
      await this.alone(tx, submission.id);
      const before = await tx.manager.findOneBy(Discussion, { submissionId: submission.id });
      if (!before) throw new Refusal('conflict', 'discussion.none');
      if (before.closedAt) return;
      await tx.manager.update(
        Discussion,
        { submissionId: submission.id },
        { closedAt: tx.now, version: before.version + 1 },
      );
      await this.record(tx, actor, 'discussion.closed', submission.conferenceId, submission.id);
    });
  }

  /**
   * One of the panel writes.
   * @returns the id of the post
   * @throws Refusal 409 `discussion.notYet` before their own review is in, `discussion.none`, `discussion.closed`
   */
  async post(actor: Actor, assignment: Assignment, input: PostDto): Promise<string> {
    return this.work.run(async (tx) => {
      const { id } = await this.idempotency.once(tx, actor, async () => {
        const conferenceId = await this.mayWrite(tx, assignment);
        const post: DiscussionPost = {
          id: newId(),
          submissionId: assignment.submissionId,
          reviewerId: assignment.reviewerId,
          text: input.text,
          version: 1,
          postedAt: tx.now,
          editedAt: null,
        };
        await tx.manager.insert(DiscussionPost, post);
        await this.record(tx, actor, 'discussion.posted', conferenceId, assignment.submissionId, post.id);
        await this.tell(
          tx,
          POST_MAIL.kind,
          `day ${tx.now.toISOString().slice(0, 10)}`,
          assignment.submissionId,
          assignment.reviewerId,
        );
        return post.id;
      });
      return id;
    });
  }

  /**
   * Changes one's own post; what it said before is kept and shown.
   * @throws Refusal 404; 400 `version.missing`, 412 `stale`; 409 as {@link post}
   */
  async edit(actor: Actor, assignment: Assignment, postId: string, input: PostDto): Promise<void> {
    await this.work.run(async (tx) => {
      const post = await tx.manager.findOne(DiscussionPost, {
        where: {
          id: postId,
          submissionId: assignment.submissionId,
          reviewerId: assignment.reviewerId,
        },
        lock: { mode: 'pessimistic_write' },
      });
      if (!post) throw notFound();
      const seen = actor.request.seenVersion;
      if (seen === undefined) throw new Refusal('malformed', 'version.missing');
      if (seen !== post.version) throw new Refusal('stale', 'stale');
      const conferenceId = await this.mayWrite(tx, assignment);
      if (input.text === post.text) return;
      await tx.manager.insert(DiscussionEdit, {
        postId,
        version: post.version,
        text: post.text,
        until: tx.now,
      });
      await tx.manager.update(
        DiscussionPost,
        { id: postId },
        { text: input.text, editedAt: tx.now, version: post.version + 1 },
      );
      await this.record(tx, actor, 'discussion.edited', conferenceId, assignment.submissionId, postId);
    });
  }

  /**
   * What the panel of a submission has written, as one of its reviewers may read it.
   * @throws Refusal 409 `discussion.notYet` before their own review is in
   */
  async forReviewer(assignment: Assignment): Promise<PanelTalk> {
    const [own]: { handedIn: boolean; decided: boolean; call: Promises }[] = await this.db.query(
      `select exists (select 1 from review v where v.assignment_id = $2 and v.status = 'handed_in') as "handedIn",
         exists (select 1 from decision d where d.submission_id = s.id) as decided,
         jsonb_build_object('blindness', k.blindness, 'authorsOpen', k.authors_open,
           'reviewersOpen', k.reviewers_open, 'panelOpen', k.panel_open) as call
       from submission s join call k on k.id = s.call_id where s.id = $1`,
      [assignment.submissionId, assignment.id],
    );
    if (!own!.handedIn) throw new Refusal('conflict', 'discussion.notYet');
    const { call, decided } = own!;
    const named = maySeeReviewers(call, 'reviewer', { decided, handedIn: true });
    return this.talk(assignment.submissionId, assignment.reviewerId, named);
  }

  /** The same for organisers, who know who is who. */
  async forOrganiser(submission: Submission): Promise<PanelTalk> {
    return this.talk(submission.id, null, true);
  }

  /** At most four statements. Reviews are shown only where there is a discussion, or was. */
  private async talk(submissionId: string, viewer: string | null, named: boolean): Promise<PanelTalk> {
    const [row]: {
      id: string;
      title: string;
      callId: string;
      openedAt: Date | null;
      closedAt: Date | null;
      isOpen: boolean;
      version: number | null;
      enabled: boolean;
    }[] = await this.db.query(
      `select s.id, s.title, s.call_id as "callId", d.opened_at as "openedAt", d.closed_at as "closedAt", d.version,
         coalesce(${GOES_ON}, false) and d.submission_id is not null as "isOpen", coalesce(g.discussion, false) as enabled
       from submission s left join discussion d on d.submission_id = s.id
       left join reviewing_settings g on g.call_id = s.call_id where s.id = $1`,
      [submissionId],
    );
    const { callId, openedAt, isOpen, version, enabled } = row!;
    const head = { submission: { id: row!.id, title: row!.title }, enabled };
    if (!openedAt)
      return {
        ...head,
        state: 'none',
        openedAt: null,
        version: 0,
        letter: null,
        reviews: [],
        posts: [],
        apart: [],
      };
    const criteria = await this.conferences.criteriaOf(callId);
    const who = (seat: { reviewerId: string; place: number; name: string }) => ({
      letter: letterOf(seat.place),
      name: named ? seat.name : null,
      own: seat.reviewerId === viewer,
    });
    const reviews: (Omit<TalkReview, 'letter' | 'name' | 'own'> & {
      reviewerId: string;
      place: number;
      name: string;
    })[] = await this.db.query(
      `select t.reviewer_id as "reviewerId", t.place, r.name, v.scores, v.overall, v.confidence,
         v.comments_to_authors as "commentsToAuthors", v.revised_at as "revisedAt", v.overall_before as "overallBefore"
       from discussion_seat t join reviewer r on r.id = t.reviewer_id
       join assignment a on a.submission_id = t.submission_id and a.reviewer_id = t.reviewer_id and a.status = 'assigned'
       join review v on v.assignment_id = a.id and v.status = 'handed_in'
       where t.submission_id = $1 order by t.place`,
      [submissionId],
    );
    const posts: (Omit<TalkPost, 'letter' | 'name' | 'own' | 'edits'> & {
      reviewerId: string;
      place: number;
      name: string;
      edits: { text: string; until: string }[];
    })[] = await this.db.query(
      `select p.id, p.reviewer_id as "reviewerId", t.place, r.name, p.text, p.version, p.posted_at as "postedAt",
         p.edited_at as "editedAt", coalesce((select jsonb_agg(jsonb_build_object('text', e.text, 'until', e.until)
           order by e.version desc) from discussion_edit e where e.post_id = p.id), '[]') as edits
       from discussion_post p join discussion_seat t using (submission_id, reviewer_id)
       join reviewer r on r.id = p.reviewer_id where p.submission_id = $1 order by p.posted_at, p.id`,
      [submissionId],
    );
    const own = reviews.find(({ reviewerId }) => reviewerId === viewer);
    return {
      ...head,
      state: isOpen ? 'open' : 'closed',
      openedAt,
      version: version!,
      letter: own ? letterOf(own.place) : null,
      reviews: reviews.map(({ reviewerId, place, name, ...review }) => ({
        ...review,
        ...who({ reviewerId, place, name }),
      })),
      posts: posts.map(({ reviewerId, place, name, edits, ...post }) => ({
        ...post,
        ...who({ reviewerId, place, name }),
        edits: edits.map(({ text, until }) => ({ text, until: new Date(until) })),
      })),
      apart: disagreements(reviews, criteria).map((one) => ({
        ...one,
        title: criteria.find(({ id }) => id === one.on)?.title ?? null,
      })),
    };
  }

  /** @returns the conference */
  private async mayWrite(tx: Tx, assignment: Assignment): Promise<string> {
    const [row]: { conferenceId: string; handedIn: boolean; there: boolean; goesOn: boolean }[] =
      await tx.manager.query(
        `select s.conference_id as "conferenceId", v.status is not distinct from 'handed_in' as "handedIn",
           d.submission_id is not null as there, coalesce(${GOES_ON}, false) as "goesOn"
         from assignment a join submission s on s.id = a.submission_id left join review v on v.assignment_id = a.id
         left join discussion d on d.submission_id = s.id
         where a.id = $1 and a.status = 'assigned' for share of a, s`,
        [assignment.id],
      );
    if (!row) throw notFound();
    if (!row.handedIn) throw new Refusal('conflict', 'discussion.notYet');
    if (!row.there) throw new Refusal('conflict', 'discussion.none');
    if (!row.goesOn || !(await this.isOpen(tx, assignment.submissionId)))
      throw new Refusal('conflict', 'discussion.closed');
    return row.conferenceId;
  }

  private async opened(tx: Tx, actor: Actor, conferenceId: string, submissionId: string): Promise<void> {
    await this.seat(tx, submissionId);
    const { version } = await tx.manager.findOneByOrFail(Discussion, { submissionId });
    await this.record(tx, actor, 'discussion.opened', conferenceId, submissionId);
    await this.tell(tx, DISCUSSION_MAIL.kind, `opening ${version}`, submissionId, null);
  }

  /** Everybody who has handed in and has no place yet gets one, by lot. */
  private async seat(tx: Tx, submissionId: string): Promise<void> {
    const waiting: { id: string; taken: number }[] = await tx.manager.query(
      `select a.reviewer_id as id,
         (select coalesce(max(t.place), 0) from discussion_seat t where t.submission_id = $1) as taken
       from assignment a join review v on v.assignment_id = a.id and v.status = 'handed_in'
       where a.submission_id = $1 and a.status = 'assigned' and not exists (
         select 1 from discussion_seat t where t.submission_id = $1 and t.reviewer_id = a.reviewer_id)`,
      [submissionId],
    );
    if (waiting.length === 0) return;
    const places = seated(
      waiting.map(({ id }) => id),
      waiting[0]!.taken,
      (below) => randomInt(below),
    );
    await tx.manager.insert(
      DiscussionSeat,
      places.map((one) => ({ submissionId, ...one })),
    );
  }

  /** A mail without any content to everybody of the panel who has handed in, but one. */
  private async tell(
    tx: Tx,
    kind: string,
    occasion: string,
    submissionId: string,
    but: string | null,
  ): Promise<void> {
    const rows: {
      assignment: string;
      personId: string;
      address: string;
      name: string;
      conferenceId: string;
      conference: string;
      contactAddress: string;
    }[] = await tx.manager.query(
      `select a.id as assignment, r.person_id as "personId", r.address, r.name, c.id as "conferenceId", c.name as conference,
         c.contact_address as "contactAddress"
       from assignment a join discussion_seat t on t.submission_id = a.submission_id and t.reviewer_id = a.reviewer_id
       join reviewer r on r.id = a.reviewer_id join conference c on c.id = r.conference_id
       where a.submission_id = $1 and a.status = 'assigned' and a.reviewer_id is distinct from $2 order by a.id`,
      [submissionId, but],
    );
    await this.outbox.add(
      tx,
      rows.map((row): NewMessage => ({
        kind,
        conference: { id: row.conferenceId, name: row.conference, contactAddress: row.contactAddress },
        to: { personId: row.personId, address: row.address, name: row.name },
        // Of the assignment, so that it is kept from an organiser who is an author of the submission.
        subjectId: row.assignment,
        occasion,
        values: { panelUrl: `${this.config.publicUrl}/me/reviews/${row.assignment}/panel` },
      })),
    );
  }

  private async record(
    tx: Tx,
    actor: Actor,
    action: string,
    conferenceId: string,
    submissionId: string,
    post?: string,
  ): Promise<void> {
    await this.audit.record(tx, actor, {
      conferenceId,
      action,
      subject: ['discussion', submissionId],
      after: { submission: submissionId, ...(post && { post }) },
    });
  }

  /** What happens to the discussion of a submission happens one after the other. */
  private async alone(tx: Tx, submissionId: string): Promise<void> {
    await tx.manager.query(`select pg_advisory_xact_lock(hashtextextended('discussion ' || $1, 0))`, [
      submissionId,
    ]);
  }
}
