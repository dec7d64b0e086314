import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import type { Conference } from '../conferences/conference.entity.js';
import { Conferences } from '../conferences/conferences.service.js';
import { Deciding, lastDay } from '../conferences/deciding-settings.service.js';
import { MailKinds } from '../mail/kinds.js';
import { Outbox, type NewMessage } from '../mail/outbox.service.js';
import type { Actor } from '../platform/actor.js';
import { systemActor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Idempotency } from '../platform/idempotency.js';
import { Refusal } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import { ownedBy } from '../reviews/ownership.js';
import type { Withdrawn } from '../submissions/ports.js';
import type { Submission, SubmissionAuthor } from '../submissions/submission.entity.js';
import type { Status } from '../submissions/submission-states.js';
import { Submissions } from '../submissions/submissions.service.js';
import { ATTENDANCE_CONFIRMED, ATTENDANCE_REMINDER, WITHDRAWAL_NOTICE } from './attendance-mails.js';
import { reminderDue } from './attendance-rules.js';
import { recipients } from './decision-rules.js';

/** An accepted submission and whether its authors take part. */
export interface AttendanceRow {
  id: string;
  title: string;
  status: Status;
  version: number;
  confirmedAt: Date | null;
  /** An organiser has confirmed it for its authors. */
  byOrganiser: boolean;
  /** How many times its authors were reminded of the date that holds now. */
  reminders: number;
  /** Authors who were added after the decision and whom no organiser has looked at yet. */
  joined: { name: string; reviewed: boolean }[];
}

/** Of accepted submissions, in `attendance`: those whose place is taken. */
const TAKEN: readonly Status[] = ['accepted', 'conditionally_accepted', 'confirmed', 'published'];

/** What follows an acceptance: its authors confirm that they take part, are reminded, or withdraw. */
@Injectable()
export class Attendance implements Withdrawn {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly idempotency: Idempotency,
    private readonly audit: Audit,
    private readonly conferences: Conferences,
    private readonly deciding: Deciding,
    private readonly submissions: Submissions,
    private readonly outbox: Outbox,
    @Inject(CONFIG) private readonly config: Config,
    kinds: MailKinds,
  ) {
    kinds.register(ATTENDANCE_REMINDER, ATTENDANCE_CONFIRMED, WITHDRAWAL_NOTICE);
  }

  /**
   * An author confirms that the submission is presented, or an organiser does it for them. It can be done after the date too, while
   * the organisers have not decided otherwise.
   * @throws Refusal 409 `attendance.notAsked`, `attendance.state`; 400 `version.missing`, 412 `stale`
   */
  async confirm(actor: Actor, submission: Submission): Promise<Submission> {
    await this.work.run(async (tx) => {
      await this.idempotency.once(tx, actor, async () => {
        const row = await this.submissions.lock(tx, submission.id);
        const settings = await this.deciding.of(row.conferenceId, tx.manager);
        if (settings.confirmBy === null) throw new Refusal('conflict', 'attendance.notAsked');
        if (row.status !== 'accepted')
          throw new Refusal('conflict', 'attendance.state', { values: { status: row.status } });
        const seen = actor.request.seenVersion;
        if (actor.kind !== 'system' && seen === undefined) throw new Refusal('malformed', 'version.missing');
        if (actor.kind !== 'system' && seen !== row.version)
          throw new Refusal('stale', 'stale', { values: { seen, now: row.version } });
        const next = await this.submissions.move(tx, actor, row.id, 'confirmed');
        const conference = await this.conferences.byId(row.conferenceId, tx.manager);
        await this.mailAuthors(tx, conference, ATTENDANCE_CONFIRMED.kind, `v${next.version}`, [next]);
        return row.id;
      });
    });
    return this.submissions.one(submission.id);
  }

  /** Writes the reminders that are due in every conference; each once, whoever asks and however often. */
  async remind(now: Date): Promise<void> {
    const due: { id: string }[] = await this.db.query(
      `select conference_id as id from deciding_settings where confirm_by > $1 and jsonb_array_length(reminder_days) > 0`,
      [now],
    );
    for (const { id } of due) await this.work.run((tx) => this.remindIn(tx, id));
  }

  private async remindIn(tx: Tx, conferenceId: string): Promise<void> {
    const { confirmBy, reminderDays } = await this.deciding.of(conferenceId, tx.manager);
    const days = confirmBy && reminderDue(confirmBy, reminderDays, tx.now);
    if (!confirmBy || days === undefined || days === null) return;
    // What was accepted after the day of this reminder has just had its letter.
    const rows: { id: string; title: string }[] = await tx.manager.query(
      `insert into attendance_reminder (submission_id, confirm_by, days, written_at)
       select s.id, $2, $3, $4 from submission s where s.conference_id = $1 and s.status = 'accepted'
         and (select max(d.released_at) from decision d where d.submission_id = s.id) < $2::timestamptz - make_interval(days => $3)
       on conflict do nothing
       returning submission_id as id, (select title from submission where id = submission_id) as title`,
      [conferenceId, confirmBy, days, tx.now],
    );
    if (rows.length === 0) return;
    const conference = await this.conferences.byId(conferenceId, tx.manager);
    const occasion = `${confirmBy.toISOString().slice(0, 10)}-${days}`;
    await this.mailAuthors(tx, conference, ATTENDANCE_REMINDER.kind, occasion, rows, {
      confirmOn: lastDay(confirmBy, conference),
    });
    await this.audit.record(tx, systemActor('reminders'), {
      conferenceId,
      action: 'attendance.reminded',
      subject: ['conference', conferenceId],
      after: { days, submissions: rows.length },
    });
  }

  private async mailAuthors(
    tx: Tx,
    conference: Conference,
    kind: string,
    occasion: string,
    rows: readonly { id: string; title: string }[],
    values: Record<string, unknown> = {},
  ): Promise<void> {
    const authors = await this.submissions.authors(
      rows.map(({ id }) => id),
      tx.manager,
    );
    const { id, name, contactAddress } = conference;
    const mailOf = (row: { id: string; title: string }, author: SubmissionAuthor & { address: string }) => ({
      kind,
      conference: { id, name, contactAddress },
      to: { personId: author.personId, address: author.address, name: author.name },
      subjectId: row.id,
      occasion,
      values: {
        code: row.id,
        title: row.title,
        statusUrl: `${this.config.publicUrl}/submissions/${row.id}`,
        ...values,
      },
    });
    await this.outbox.add(
      tx,
      rows.flatMap((row) =>
        recipients(authors.get(row.id)!).map((author): NewMessage => mailOf(row, author)),
      ),
    );
  }

  /** Everything accepted, with its confirmation; without the actor's own submissions. Two statements for any number of rows. */
  async list(actor: Actor, conferenceId: string): Promise<AttendanceRow[]> {
    const { confirmBy } = await this.deciding.of(conferenceId);
    return this.db.query(
      `select s.id, s.title, s.status, s.version, c.at as "confirmedAt", coalesce(c.for_them, false) as "byOrganiser",
         (select count(*)::int from attendance_reminder r where r.submission_id = s.id and r.confirm_by = $3) as reminders,
         coalesce((select jsonb_agg(jsonb_build_object('name', a.name, 'reviewed', exists (
             select 1 from assignment m join reviewer w on w.id = m.reviewer_id
             where m.submission_id = s.id and m.status = 'assigned' and w.person_id = a.person_id)) order by a.position)
           from submission_author a where a.submission_id = s.id and a.joined_at is not null and a.joined_seen_at is null),
           '[]') as joined
       from submission s left join lateral (
         select v.at, not exists (select 1 from submission_author a where a.submission_id = s.id and a.person_id = v.by_person)
             and v.by_person is distinct from s.created_by as for_them
         from submission_version v where v.submission_id = s.id and v.status = 'confirmed' and s.status in ('confirmed', 'published')
         order by v.version limit 1) c on true
       where s.conference_id = $1 and s.status = any($4) and not ${ownedBy('s', '$2')}
       order by c.at nulls first, s.id`,
      [conferenceId, actor.personId, confirmBy, TAKEN],
    );
  }

  /** How many places are taken by what is accepted; the actor's own submissions count like all, where they know of them. */
  async taken(conferenceId: string): Promise<number> {
    const rows: { n: number }[] = await this.db.query(
      `select count(*)::int as n from submission where conference_id = $1 and status = any($2)`,
      [conferenceId, TAKEN],
    );
    return rows[0]!.n;
  }

  /** Organisers hear of a withdrawal, and where a place is free; whoever is an author of it hears as an author. */
  async withdrawn(tx: Tx, _actor: Actor, submission: Submission, from: Status): Promise<void> {
    const organisers: { personId: string; name: string; address: string }[] = await tx.manager.query(
      `select distinct p.id as "personId", p.name, a.address from role_grant g join person p on p.id = g.person_id
       join person_address a on a.person_id = p.id and a.is_primary join submission s on s.id = $2
       where g.conference_id = $1 and g.role in ('organiser', 'chair') and g.revoked_at is null
         and not ${ownedBy('s', 'p.id')} order by p.id`,
      [submission.conferenceId, submission.id],
    );
    const { id, name, slug, contactAddress } = await this.conferences.byId(
      submission.conferenceId,
      tx.manager,
    );
    await this.outbox.add(
      tx,
      organisers.map((to): NewMessage => ({
        kind: WITHDRAWAL_NOTICE.kind,
        conference: { id, name, contactAddress },
        to,
        subjectId: submission.id,
        occasion: `v${submission.version}`,
        values: {
          code: submission.id,
          title: submission.title,
          decided: TAKEN.includes(from),
          waitlistUrl: `${this.config.publicUrl}/conferences/${slug}/organise/decisions/waitlist`,
        },
      })),
    );
  }
}
