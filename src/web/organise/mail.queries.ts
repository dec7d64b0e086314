import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { MailMessage } from '../../mail/mail-message.entity.js';
import type { MailState } from '../../mail/mail-rules.js';
import type { Actor } from '../../platform/actor.js';
import { ownedBy } from '../../reviews/ownership.js';
import { PAGE_ROWS } from './slice.js';

export interface MailFilters {
  state?: MailState;
  kind?: string;
  q?: string;
}

/** One day's messages of a conference: how many went out, wait or were taken back, and met with trouble. */
export interface MailDay {
  /** `YYYY-MM-DD` in the conference's zone. */
  day: string;
  went: number;
  waits: number;
  trouble: number;
}

/** What happened to a message beside what its own row tells. */
export interface MailEvent {
  at: Date;
  state: MailState | null;
  /** What a person did: `resent`, `settled`. */
  act: string | null;
  by: string | null;
  response: string | null;
}

const MOST_DAYS = 60;

/** What a message is about, as far as the viewer may know it. */
export type MailSubject =
  | { type: 'submission'; label: string }
  | { type: 'reviewer'; label: string }
  | { type: 'letter'; label: string }
  | { type: 'registration'; label: string };

/** Ids of what messages of a conference (`$1`) are about and the viewer (`$2`) must not read of; see {@link VISIBLE_MAIL}. */
const HIDDEN = `select s.id from submission s where s.conference_id = $1 and ${ownedBy('s', '$2')}
  union all select a.id from assignment a join submission s on s.id = a.submission_id
    where s.conference_id = $1 and ${ownedBy('s', '$2')}
  union all select k.id from call k where k.conference_id = $1
    and exists (select 1 from submission s where s.conference_id = $1 and ${ownedBy('s', '$2')})
  union all select r.id from assignment_run r where r.conference_id = $1
    and exists (select 1 from submission s where s.conference_id = $1 and ${ownedBy('s', '$2')})`;

/**
 * SQL condition for a message `m`: it belongs to the conference (`$1`) and is not about a submission of the viewer's (`$2`) own,
 * nor does it tell a reviewer of one: who was written to would say who reviews it. What a run tells its reviewers counts their
 * submissions, the viewer's among them; so whoever has any does not read it.
 */
export const VISIBLE_MAIL = `m.conference_id = $1 and m.subject_id <> all (array(${HIDDEN}))`;

/** Joins for the outbox's pages; a fixed number of statements for any number of rows. */
@Injectable()
export class MailQueries {
  constructor(private readonly db: DataSource) {}

  /** One page of messages, newest first. */
  async rows(
    actor: Actor,
    conferenceId: string,
    filters: MailFilters,
    start = 0,
    limit = PAGE_ROWS,
  ): Promise<MailMessage[]> {
    const values: unknown[] = [conferenceId, actor.personId];
    const where = filtered(filters, values);
    return this.db.query(
      `select m.id, m.kind, m.subject, m.sealed_for as "sealedFor", m.recipient_typed as "recipientTyped", m.recipient_name as "recipientName", m.state,
         m.created_at as "createdAt", m.settled_at as "settledAt", m.next_attempt_at as "nextAttemptAt", m.attempts, m.response,
         m.resend_of as "resendOf"
       from mail_message m where ${where} order by m.created_at desc, m.id limit $${values.push(limit)} offset $${values.push(start)}`,
      values,
    );
  }

  /** How many messages are in each state. */
  async counts(actor: Actor, conferenceId: string): Promise<Partial<Record<MailState, number>>> {
    const rows: { counts: Partial<Record<MailState, number>> }[] = await this.db.query(
      `select coalesce(jsonb_object_agg(state, n), '{}') as counts from (
         select m.state, count(*)::int as n from mail_message m where ${VISIBLE_MAIL} group by m.state) each`,
      [conferenceId, actor.personId],
    );
    return rows[0]!.counts;
  }

  /** The last days on which anything was written, oldest first. @param zone name in the tz database */
  async days(actor: Actor, conferenceId: string, zone: string): Promise<MailDay[]> {
    const rows: MailDay[] = await this.db.query(
      `select to_char(m.created_at at time zone $3, 'YYYY-MM-DD') as day,
         count(*) filter (where m.state = 'handed_over')::int as went,
         count(*) filter (where m.state not in ('handed_over', 'refused', 'bounced', 'uncertain'))::int as waits,
         count(*) filter (where m.state in ('refused', 'bounced', 'uncertain'))::int as trouble
       from mail_message m where ${VISIBLE_MAIL} group by 1 order by 1 desc limit ${MOST_DAYS}`,
      [conferenceId, actor.personId, zone],
    );
    return rows.toReversed();
  }

  /** The kinds of which there is any mail. */
  async kinds(actor: Actor, conferenceId: string): Promise<string[]> {
    const rows: { kind: string }[] = await this.db.query(
      `select distinct m.kind from mail_message m where ${VISIBLE_MAIL} order by 1`,
      [conferenceId, actor.personId],
    );
    return rows.map(({ kind }) => kind);
  }

  /** Attempts that led to nothing, and what people did about a message, oldest first. */
  async events(message: MailMessage): Promise<MailEvent[]> {
    return this.db.query(
      `select at, state, null as act, null as by, response from mail_attempt where message_id = $1
       union all
       select e.at, null, replace(e.action, 'mail.', ''), p.name, null from audit_entry e
         left join person p on p.id = e.actor_id
         where e.subject_type = 'mail_message' and e.subject_id = $1 and e.action in ('mail.resent', 'mail.settled')
       order by 1`,
      [message.id],
    );
  }

  /** Ids of the refused messages that the viewer may see, of kinds whose bodies are kept. */
  async refused(actor: Actor, conferenceId: string, secret: readonly string[]): Promise<string[]> {
    const rows: { id: string }[] = await this.db.query(
      `select m.id from mail_message m where ${VISIBLE_MAIL} and m.state = 'refused' and m.kind <> all ($3)
         and not exists (select 1 from mail_message c where c.resend_of = m.id) order by m.created_at, m.id`,
      [conferenceId, actor.personId, secret],
    );
    return rows.map(({ id }) => id);
  }

  /** Ids of subjects of which the viewer reads no mail. */
  async hidden(actor: Actor, conferenceId: string): Promise<string[]> {
    const rows: { id: string }[] = await this.db.query(HIDDEN, [conferenceId, actor.personId]);
    return rows.map(({ id }) => id);
  }

  /** Whether the viewer may see a message at all. */
  async visible(actor: Actor, conferenceId: string, id: string): Promise<boolean> {
    const rows: unknown[] = await this.db.query(
      `select 1 from mail_message m where ${VISIBLE_MAIL} and m.id = $3`,
      [conferenceId, actor.personId, id],
    );
    return rows.length > 0;
  }

  async matching(actor: Actor, conferenceId: string, filters: MailFilters): Promise<number> {
    const values: unknown[] = [conferenceId, actor.personId];
    const rows: { n: number }[] = await this.db.query(
      `select count(*)::int as n from mail_message m where ${filtered(filters, values)}`,
      values,
    );
    return rows[0]!.n;
  }

  /** What a subject's id stands for in this conference, and the ids of a message's repetitions. */
  async around(
    actor: Actor,
    message: MailMessage,
  ): Promise<{ about: MailSubject | null; resentAs: string[] }> {
    const about: MailSubject[] = await this.db.query(
      `select 'submission' as type, s.id || ' ' || s.title as label from submission s
         where s.id = $1 and s.conference_id = $3 and not ${ownedBy('s', '$2')}
       union all select 'reviewer', name from reviewer where id = $1 and conference_id = $3
       union all select 'letter', organisation from letter_of_interest where id = $1 and conference_id = $3
       union all select 'registration', name from registration where id = $1 and conference_id = $3`,
      [message.subjectId, actor.personId, message.conferenceId],
    );
    const copies: { id: string }[] = await this.db.query(
      `select id from mail_message where subject_id = $1 and resend_of = $2 order by created_at, id`,
      [message.subjectId, message.id],
    );
    return { about: about[0] ?? null, resentAs: copies.map(({ id }) => id) };
  }
}

function filtered(filters: MailFilters, values: unknown[]): string {
  const where = [VISIBLE_MAIL];
  if (filters.state) where.push(`m.state = $${values.push(filters.state)}`);
  if (filters.kind) where.push(`m.kind = $${values.push(filters.kind)}`);
  if (filters.q) {
    const pattern = `$${values.push(`%${filters.q.replace(/[\\%_]/g, '\\$&')}%`)}`;
    where.push(
      `((m.sealed_for is null and m.subject ilike ${pattern}) or m.recipient_name ilike ${pattern} or m.recipient_typed ilike ${pattern}
        or m.recipient_address ilike ${pattern})`,
    );
  }
  return where.join(' and ');
}
