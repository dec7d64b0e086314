import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AuditEntry } from '../audit/audit-entry.entity.js';
import { RecordLog } from '../audit/record-log.js';
import { hasRole, type Actor } from '../platform/actor.js';
import type { Gate } from '../platform/policy.js';
import { RecordQueries } from './organise/record.queries.js';

/** An entry about the reader's own doing. */
export interface OwnEntry {
  id: string;
  at: Date;
  action: string;
  subjectId: string;
  sealed: number | null;
}

/** Changes of a submission that its authors know of; who has declared a conflict about it is not among them. */
const OWN = `(e.actor_kind = 'person' and e.actor_id = $1)
  or (e.subject_type = 'submission' and (e.action like 'submission.%' or e.action = 'decision.released') and exists (
    select 1 from submission s where s.id = e.subject_id and (s.created_by = $1 or (s.submitted_at is not null and exists (
      select 1 from submission_author a where a.submission_id = s.id and a.person_id = $1)))))`;

/**
 * Who may see an entry itself: organisers and auditors as in their list, and a person what they did and what became of
 * their own submissions.
 */
@Injectable()
export class RecordAccess {
  constructor(
    private readonly db: DataSource,
    private readonly queries: RecordQueries,
  ) {}

  async sees(actor: Actor, entry: AuditEntry): Promise<boolean> {
    if (actor.personId === null) return false;
    const own: unknown[] = await this.db.query(`select 1 from audit_entry e where e.id = $2 and (${OWN})`, [
      actor.personId,
      entry.id,
    ]);
    if (own.length > 0) return true;
    const { conferenceId } = entry;
    return (
      conferenceId !== null &&
      hasRole(actor, conferenceId, 'organiser', 'auditor') &&
      this.queries.includes(actor, conferenceId, entry.id)
    );
  }

  /** The reader's own entries about submissions, reviews, letters and registrations, newest first. */
  async own(personId: string, limit: number): Promise<OwnEntry[]> {
    return this.db.query(
      `with mine (type, id) as (
         select 'submission', s.id from submission s where s.created_by = $1
         union select 'submission', a.submission_id from submission_author a where a.person_id = $1
         union select 'review', v.id from review v join assignment a on a.id = v.assignment_id
           join reviewer r on r.id = a.reviewer_id where r.person_id = $1
         union select 'letter_of_interest', l.id from letter_of_interest l where l.person_id = $1
         union select 'registration', g.id from registration g where g.person_id = $1)
       select e.id, e.at, e.action, e.subject_id as "subjectId", e.leaf_index::float8 as sealed
       from mine join audit_entry e on e.subject_type = mine.type and e.subject_id = mine.id
       where ${OWN} order by e.at desc, e.id limit $2`,
      [personId, limit],
    );
  }

  /** Of these the entries about one thing, `submission` or `review`, newest first. */
  async about(
    personId: string,
    type: 'submission' | 'review',
    id: string,
    limit: number,
  ): Promise<OwnEntry[]> {
    return this.db.query(
      `select e.id, e.at, e.action, e.subject_id as "subjectId", e.leaf_index::float8 as sealed from audit_entry e
       where e.subject_type = $2 and e.subject_id = $3 and (${OWN}) order by e.at desc, e.id limit $4`,
      [personId, type, id, limit],
    );
  }
}

/** Lets anybody to an entry whose id they know: nobody can guess one, and a proof tells nothing of what it says. */
@Injectable()
export class RecordEntryGate implements Gate<AuditEntry> {
  static readonly forGuests: readonly string[] = ['prove'];

  constructor(private readonly log: RecordLog) {}

  pass(_actor: Actor, _act: string, params: Record<string, string>): Promise<AuditEntry> {
    return this.log.entry(params['id'] ?? '');
  }
}
