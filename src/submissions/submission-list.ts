import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { decodeCursor, encodeCursor } from '../platform/cursor.js';
import { Line, OneOf } from '../platform/fields.js';
import { containing } from '../platform/fold.js';
import { limitOf, PageQuery } from '../platform/paging.js';
import { STATUSES } from './submission-states.js';
import type { SubmissionItem } from './submission.view.js';

export class SubmissionQuery extends PageQuery {
  @OneOf(STATUSES, { optional: true }) status?: string;
  @Line(16, { optional: true }) topic?: string;
  @Line(200, { optional: true }) q?: string;
}

/**
 * Which submissions of a conference an organiser may see: those handed in from a confirmed address, and none of their own.
 * `$1` is the conference, `$2` the organiser; the condition is the same for list, search, count and export.
 */
export const VISIBLE = `s.conference_id = $1 and s.submitted_at is not null and s.held_until is null
  and s.created_by is distinct from $2
  and not exists (select 1 from submission_author own where own.submission_id = s.id and own.person_id = $2)`;

/** The organisers' list. One statement for any number of rows. */
@Injectable()
export class SubmissionList {
  constructor(private readonly db: DataSource) {}

  async page(
    actor: Actor,
    conferenceId: string,
    query: SubmissionQuery,
  ): Promise<{ items: SubmissionItem[]; next: string | null }> {
    const limit = limitOf(query);
    const { where, values } = this.filter(actor, conferenceId, query);
    if (query.after) {
      const [at, id] = decodeCursor(query.after, ['instant', 'text']);
      values.push(at, id);
      where.push(`(s.submitted_at, s.id) < ($${values.length - 1}::timestamptz, $${values.length})`);
    }
    values.push(limit + 1);
    const rows: (SubmissionItem & { at: string; submittedAt: Date | null })[] = await this.db.query(
      `select s.id, s.status, s.title, s.word_count as "wordCount", s.submitted_at as "submittedAt", s.version,
         s.submitted_at::text as at,
         coalesce((select jsonb_agg(a.name order by a.position) from submission_author a where a.submission_id = s.id), '[]') as authors,
         coalesce((select jsonb_agg(t.topic_id order by t.topic_id) from submission_topic t where t.submission_id = s.id), '[]') as topics
       from submission s where ${where.join(' and ')}
       order by s.submitted_at desc, s.id desc limit $${values.length}`,
      values,
    );
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return {
      items: items.map(({ at: _at, ...row }) => ({
        ...row,
        submittedAt: (row.submittedAt as Date | null)?.toISOString() ?? null,
      })),
      next: rows.length > limit && last ? encodeCursor([last.at, last.id]) : null,
    };
  }

  async count(actor: Actor, conferenceId: string, query: SubmissionQuery): Promise<number> {
    const { where, values } = this.filter(actor, conferenceId, query);
    const rows: { n: number }[] = await this.db.query(
      `select count(*)::int as n from submission s where ${where.join(' and ')}`,
      values,
    );
    return rows[0]!.n;
  }

  private filter(actor: Actor, conferenceId: string, query: SubmissionQuery) {
    const where = [VISIBLE];
    const values: unknown[] = [conferenceId, actor.personId];
    if (query.status) where.push(`s.status = $${values.push(query.status)}`);
    if (query.topic)
      where.push(
        `exists (select 1 from submission_topic t where t.submission_id = s.id and t.topic_id = $${values.push(query.topic)})`,
      );
    if (query.q) {
      const pattern = values.push(containing(query.q));
      const code = values.push(query.q.toUpperCase());
      where.push(`(s.search_text like $${pattern} or s.id = $${code})`);
    }
    return { where, values };
  }
}
