import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { hasRole, type Actor } from '../platform/actor.js';
import type { Gate } from '../platform/policy.js';
import { forbidden, notFound, notSignedIn } from '../platform/refusal.js';
import { Assignment } from './assignment.entity.js';
import { AssignmentRun } from './assignment-run.entity.js';
import { ownedBy } from './ownership.js';

interface Facts {
  conferenceId: string;
  reviewerPerson: string;
  authored: boolean;
}

/**
 * Acts on an assignment named by `:id`: `review` (its reviewer while it stands), `decline` (the same, also once declined),
 * `organise` (organisers who are no authors of its submission). A reviewer who has become an author is none any more.
 */
@Injectable()
export class AssignmentGate implements Gate<Assignment> {
  constructor(private readonly db: DataSource) {}

  async pass(actor: Actor, act: string, params: Record<string, string>): Promise<Assignment> {
    if (actor.kind === 'guest') throw notSignedIn();
    const rows: (Assignment & Facts)[] = await this.db.query(
      `select a.id, a.submission_id as "submissionId", a.reviewer_id as "reviewerId", a.status, a.run_id as "runId",
         a.assigned_by as "assignedBy", a.assigned_at as "assignedAt", a.ended_at as "endedAt",
         a.end_reason as "endReason", a.locked, a.version,
         s.conference_id as "conferenceId", r.person_id as "reviewerPerson", ${ownedBy('s', '$2')} as authored
       from assignment a join submission s on s.id = a.submission_id join reviewer r on r.id = a.reviewer_id
       where a.id = $1`,
      [params['id'] ?? '', actor.personId],
    );
    if (!rows[0]) throw notFound();
    const { conferenceId, reviewerPerson, authored, ...assignment } = rows[0];
    if (authored) throw notFound();
    const reviews = reviewerPerson === actor.personId && assignment.status !== 'removed';
    const organises = hasRole(actor, conferenceId, 'organiser');
    if (act === 'organise') {
      if (organises) return assignment;
      throw reviews ? forbidden() : notFound();
    }
    if (!reviews) throw organises ? forbidden() : notFound();
    if (act === 'review' && assignment.status === 'assigned') return assignment;
    if (act === 'decline') return assignment;
    throw notFound();
  }
}

/** Acts on an assignment run named by `:id`: `inspect` (organisers, auditors), `organise` (organisers). */
@Injectable()
export class RunGate implements Gate<AssignmentRun> {
  constructor(private readonly db: DataSource) {}

  async pass(actor: Actor, act: string, params: Record<string, string>): Promise<AssignmentRun> {
    if (actor.kind === 'guest') throw notSignedIn();
    const run = await this.db.manager.findOneBy(AssignmentRun, { id: params['id'] ?? '' });
    if (!run || !hasRole(actor, run.conferenceId, 'organiser', 'auditor')) throw notFound();
    if (act === 'inspect' || (act === 'organise' && hasRole(actor, run.conferenceId, 'organiser')))
      return run;
    throw forbidden();
  }
}
