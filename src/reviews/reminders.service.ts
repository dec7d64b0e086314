import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import { MailKinds } from '../mail/kinds.js';
import { Outbox, type NewMessage } from '../mail/outbox.service.js';
import { systemActor, type Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { decodeCursor, encodeCursor } from '../platform/cursor.js';
import { limitOf, type PageQuery } from '../platform/paging.js';
import { LOGGER } from '../platform/platform.module.js';
import { Work, type Tx } from '../platform/work.js';
import { ownedBy } from './ownership.js';
import { REMINDER_MAIL } from './reminder-mails.js';
import type { SentReminder } from './reminder.view.js';
import { mailInstant } from './review-mails.js';
import { REVIEWABLE } from './review-rules.js';
import { dueStep, reviewsEnd } from './reviewing-rules.js';

const FIRST_AFTER_MS = 60_000;
const LOOK_EVERY_MS = 10 * 60_000;

/** A call whose schedule has days. */
interface Scheduled {
  callId: string;
  conferenceId: string;
  name: string;
  contactAddress: string;
  timeZone: string;
  zone: string;
  dueAt: Date;
  lateDays: number;
  days: number[];
  since: Date;
}

/** An assignment whose review is not handed in. */
interface Outstanding {
  id: string;
  submissionId: string;
  assignedAt: Date;
  reviewerId: string;
  personId: string;
  address: string;
  name: string;
}

/** Reminds reviewers on the days that organisers have set; the only writer of its table. */
@Injectable()
export class Reminders {
  private stopped = false;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    kinds: MailKinds,
  ) {
    kinds.register(REMINDER_MAIL);
  }

  start(): void {
    this.lookAgain(FIRST_AFTER_MS);
  }

  /** Lets what is under way finish. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private lookAgain(afterMs: number): void {
    this.timer = setTimeout(() => {
      this.running = this.remind()
        .catch((error: Error) =>
          this.logger.warn({ error: error.message }, 'reviewers could not be reminded'),
        )
        .finally(() => {
          if (!this.stopped) this.lookAgain(LOOK_EVERY_MS);
        });
    }, afterMs);
  }

  /**
   * Reminds whoever is to be reminded by now, each assignment once for each step whichever process asks; nobody once late reviews
   * are no longer taken either. @returns how many assignments
   */
  async remind(): Promise<number> {
    const calls: Scheduled[] = await this.db.query(
      `select k.id as "callId", c.id as "conferenceId", c.name, c.contact_address as "contactAddress",
         c.time_zone as "timeZone", k.zone, k.reviews_due_at as "dueAt", g.late_days as "lateDays", g.reminder_days as days,
         g.reminders_since as since
       from reviewing_settings g join call k on k.id = g.call_id join conference c on c.id = k.conference_id
       where jsonb_array_length(g.reminder_days) > 0 and k.reviews_due_at is not null order by k.id`,
    );
    let reminded = 0;
    for (const call of calls) reminded += await this.work.run((tx) => this.remindOf(tx, call));
    return reminded;
  }

  private async remindOf(tx: Tx, call: Scheduled): Promise<number> {
    const takenUntil = reviewsEnd(call.dueAt, call.lateDays)!;
    if (tx.now >= takenUntil) return 0;
    const zones = { due: call.zone, conference: call.timeZone };
    if (dueStep(call.days, call.dueAt, zones, call.since, tx.now) === null) return 0;
    const waiting: Outstanding[] = await tx.manager.query(
      `select a.id, a.submission_id as "submissionId", a.assigned_at as "assignedAt", a.reviewer_id as "reviewerId",
         r.person_id as "personId", r.address, r.name
       from assignment a join reviewer r on r.id = a.reviewer_id join submission s on s.id = a.submission_id
       where s.call_id = $1 and a.status = 'assigned' and s.status = any($2) and not ${ownedBy('s', 'r.person_id')}
         and not exists (select 1 from review v where v.assignment_id = a.id and v.status = 'handed_in')
       order by a.id for share of a`,
      [call.callId, REVIEWABLE],
    );
    const steps = waiting.flatMap((row) => {
      const since = new Date(Math.max(call.since.getTime(), row.assignedAt.getTime()));
      const step = dueStep(call.days, call.dueAt, zones, since, tx.now);
      return step === null ? [] : [{ row, step }];
    });
    if (steps.length === 0) return 0;
    const added: { id: string }[] = await tx.manager.query(
      `insert into review_reminder (assignment_id, step, sent_at)
       select n.id, n.step, $3 from unnest($1::text[], $2::int[]) as n (id, step)
       on conflict do nothing returning assignment_id as id`,
      [steps.map(({ row }) => row.id), steps.map(({ step }) => step), tx.now],
    );
    const reminded = new Set(added.map(({ id }) => id));
    const sent = steps.filter(({ row }) => reminded.has(row.id));
    if (sent.length === 0) return 0;
    await this.audit.record(
      tx,
      systemActor('reminders'),
      ...sent.map(({ row, step }) => ({
        conferenceId: call.conferenceId,
        action: 'assignment.reminded',
        subject: ['assignment', row.id] as [string, string],
        after: { submission: row.submissionId, reviewer: row.reviewerId, step },
      })),
    );
    const reviewers = new Map(sent.map(({ row, step }) => [row.reviewerId, { row, step }]));
    await this.outbox.add(
      tx,
      Array.from(reviewers.values(), ({ row, step }): NewMessage => ({
        kind: REMINDER_MAIL.kind,
        conference: { id: call.conferenceId, name: call.name, contactAddress: call.contactAddress },
        to: { personId: row.personId, address: row.address, name: row.name },
        // Not the assignment, since it is about all of a reviewer's; whoever organises and is an author reads none of them.
        subjectId: call.callId,
        occasion: `step ${step} on ${tx.now.toISOString().slice(0, 10)}`,
        values: {
          isOver: tx.now >= call.dueAt,
          reviewsDue: mailInstant(call.dueAt),
          takenUntil: call.lateDays > 0 ? mailInstant(takenUntil) : '',
          reviewsUrl: `${this.config.publicUrl}/me/reviews`,
        },
      })),
    );
    return sent.length;
  }

  /** Who was reminded of what, newest first, without the actor's own submissions; one statement. */
  async sent(
    actor: Actor,
    conferenceId: string,
    query: PageQuery = {},
  ): Promise<{ items: SentReminder[]; next: string | null }> {
    const limit = limitOf(query);
    const values: unknown[] = [conferenceId, actor.personId];
    let after = '';
    if (query.after) {
      const [at, id, step] = decodeCursor(query.after, ['instant', 'text', 'number']);
      values.push(at, id, step);
      after = 'and (m.sent_at, m.assignment_id, m.step) < ($3::timestamptz, $4, $5)';
    }
    const rows: (SentReminder & { at: string })[] = await this.db.query(
      `select m.assignment_id as assignment, r.id as reviewer, r.name, a.submission_id as submission, m.step,
         m.sent_at as "sentAt", m.sent_at::text as at,
         case when a.status <> 'assigned' then 'ended' else coalesce(v.status, 'none') end as now
       from review_reminder m join assignment a on a.id = m.assignment_id join reviewer r on r.id = a.reviewer_id
       join submission s on s.id = a.submission_id left join review v on v.assignment_id = a.id
       where s.conference_id = $1 and not ${ownedBy('s', '$2')} ${after}
       order by m.sent_at desc, m.assignment_id desc, m.step desc limit $${values.push(limit + 1)}`,
      values,
    );
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return {
      items: items.map(({ at: _at, ...row }) => row),
      next: rows.length > limit && last ? encodeCursor([last.at, last.assignment, last.step]) : null,
    };
  }
}
