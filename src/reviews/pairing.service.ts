import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { Submissions } from '../submissions/submissions.service.js';
import { affinityOf } from './affinity.js';
import { DeclaredConflict } from './assignment.entity.js';
import { compared, conflictBetween, type ComparedIdentity, type ConflictReason } from './conflicts.js';
import type { Reviewer } from './reviewer.entity.js';
import { Reviewers } from './reviewers.service.js';

/** What speaks for and against the pairs of some submissions and some reviewers, each computed when it is asked for. */
export interface Pairings {
  /** Why this reviewer must never review this submission, or undefined. */
  conflict(submissionId: string, reviewerId: string): ConflictReason | undefined;
  /** How well they fit: whole, 0 to `HIGHEST_AFFINITY`. Says nothing about conflicts. */
  affinity(submissionId: string, reviewerId: string): number;
  /** Number of topics that both have. */
  sharedTopics(submissionId: string, reviewerId: string): number;
}

/** Knows which reviewer suits which submission, and which never may; whoever assigns asks here. */
@Injectable()
export class Pairing {
  constructor(
    private readonly submissions: Submissions,
    private readonly reviewers: Reviewers,
  ) {}

  /** Loads everything about these submissions and reviewers, in a number of statements that does not grow with them. */
  async of(
    manager: EntityManager,
    submissionIds: readonly string[],
    reviewers: readonly Reviewer[],
  ): Promise<Pairings> {
    const authors = await this.submissions.authors(submissionIds, manager);
    const teams = new Map<string, ComparedIdentity[]>();
    for (const [id, team] of authors) teams.set(id, team.map(compared));
    const creators: { id: string; createdBy: string }[] = await manager.query(
      `select id, created_by as "createdBy" from submission where id = any($1)`,
      [submissionIds],
    );
    const createdBy = new Map(creators.map((row) => [row.id, row.createdBy]));
    const identities = new Map(reviewers.map((reviewer) => [reviewer.id, compared(reviewer)]));
    const rows = await manager.findBy(DeclaredConflict, { submissionId: In([...submissionIds]) });
    const declared = new Set(rows.map((row) => `${row.submissionId} ${row.personId}`));
    const wanted = new Map(
      Array.from(await this.topicsOf(manager, submissionIds), ([id, topics]) => [id, new Set(topics)]),
    );
    const known = await this.reviewers.topicsOf(
      reviewers.map((reviewer) => reviewer.id),
      manager,
    );
    const sharedTopics = (submissionId: string, reviewerId: string): number =>
      known.get(reviewerId)?.filter((topic) => wanted.get(submissionId)?.has(topic)).length ?? 0;
    return {
      conflict: (submissionId, reviewerId) => {
        const reviewer = identities.get(reviewerId);
        if (!reviewer) return undefined;
        if (createdBy.get(submissionId) === reviewer.personId) return 'author';
        return conflictBetween(
          reviewer,
          teams.get(submissionId) ?? [],
          declared.has(`${submissionId} ${reviewer.personId}`),
        );
      },
      affinity: (submissionId, reviewerId) =>
        affinityOf({
          sharedTopics: sharedTopics(submissionId, reviewerId),
          topics: wanted.get(submissionId)?.size ?? 0,
        }),
      sharedTopics,
    };
  }

  /** Topics of each submission. */
  async topicsOf(manager: EntityManager, ids: readonly string[]): Promise<Map<string, string[]>> {
    const map = new Map<string, string[]>(ids.map((id) => [id, []]));
    const rows: { submissionId: string; topicId: string }[] = await manager.query(
      `select submission_id as "submissionId", topic_id as "topicId" from submission_topic where submission_id = any($1)
       order by submission_id, topic_id`,
      [ids],
    );
    for (const row of rows) map.get(row.submissionId)!.push(row.topicId);
    return map;
  }
}
