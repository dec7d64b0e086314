import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { hasRole, type Actor } from '../platform/actor.js';
import type { Gate } from '../platform/policy.js';
import { forbidden, notFound, notSignedIn } from '../platform/refusal.js';
import { Assignment, AssignmentRun } from './assignment.entity.js';
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
    const assignment = await this.db.manager.findOneBy(Assignment, { id: params['id'] ?? '' });
    if (!assignment) throw notFound();
    const rows: Facts[] = await this.db.query(
      `select s.conference_id as "conferenceId", r.person_id as "reviewerPerson", ${ownedBy('s', '$2')} as authored
       from submission s, reviewer r where s.id = $1 and r.id = $3`,
      [assignment.submissionId, actor.personId, assignment.reviewerId],
    );
    const { conferenceId, reviewerPerson, authored } = rows[0]!;
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
