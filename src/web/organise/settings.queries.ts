import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../../platform/actor.js';
import { VISIBLE } from '../../submissions/submission-list.js';

/** What the settings would touch. */
export interface SettingsUse {
  /** Submissions by topic. */
  topics: Record<string, number>;
  /** Reviews by criterion. */
  criteria: Record<string, number>;
  submitted: number;
  drafts: number;
  held: number;
}

/** Numbers for the settings' page, in one statement. */
@Injectable()
export class SettingsQueries {
  constructor(private readonly db: DataSource) {}

  async use(actor: Actor, conferenceId: string): Promise<SettingsUse> {
    const rows: SettingsUse[] = await this.db.query(
      `select
         (select coalesce(jsonb_object_agg(topic_id, n), '{}') from (
            select st.topic_id, count(*)::int as n from submission_topic st join submission s on s.id = st.submission_id
            where ${VISIBLE} group by st.topic_id) each) as topics,
         (select coalesce(jsonb_object_agg(criterion, n), '{}') from (
            select scored.key as criterion, count(*)::int as n
            from submission s join assignment a on a.submission_id = s.id join review v on v.assignment_id = a.id
            cross join lateral jsonb_each(v.scores) scored
            where ${VISIBLE} group by scored.key) each) as criteria,
         (select count(*)::int from submission s where ${VISIBLE} and s.status = 'submitted' and s.held_until is null) as submitted,
         (select count(*)::int from submission s where s.conference_id = $1 and s.status = 'draft') as drafts,
         (select count(*)::int from submission s where ${VISIBLE} and s.status = 'submitted' and s.held_until is not null) as held`,
      [conferenceId, actor.personId],
    );
    return rows[0]!;
  }
}
