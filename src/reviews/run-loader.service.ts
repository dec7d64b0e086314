import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PersonKeys } from '../people/person-keys.js';
import { AssignmentProof, AssignmentRun } from './assignment-run.entity.js';
import { AssignmentRule } from './assignment-rule.entity.js';
import { balanceRule } from './balance.js';
import { ownedBy } from './ownership.js';
import { Pairing, type Pairings } from './pairing.service.js';
import { Perspectives } from './perspectives.service.js';
import { REVIEWABLE } from './review-rules.js';
import { Reviewer } from './reviewer.entity.js';
import type { FitOf } from './run-outcome.js';
import type { RunInput, StandingPair } from './run-problem.js';
import type { AssignmentProblem } from './solver/problem.js';
import type { StoredClaim } from './stored-claim.js';

/** A loop over pairs lets others have the process after so many milliseconds. */
const TURN_MS = 8;

/** Reads what a run starts from. The only place where declared perspective groups meet submissions, and in numbers only. */
@Injectable()
export class RunLoader {
  constructor(
    private readonly db: DataSource,
    private readonly pairing: Pairing,
    private readonly perspectives: Perspectives,
    private readonly keys: PersonKeys,
  ) {}

  /** A fixed number of statements. The submissions of whoever asked for the run are left to somebody else. */
  async input(run: AssignmentRun): Promise<{ input: RunInput; fitOf: FitOf }> {
    const { manager } = this.db;
    const { conferenceId, createdBy, perSubmission, settings } = run;
    const rule = await manager.findOneBy(AssignmentRule, { conferenceId });
    const submissions: { id: string; places: number }[] = await manager.query(
      `select s.id, coalesce(z.places, $4) as places from submission s left join panel_size z on z.submission_id = s.id
       where s.conference_id = $1 and s.status = any($3) and s.held_until is null and not ${ownedBy('s', '$2')}
         and coalesce(z.places, $4) > 0 order by s.id`,
      [conferenceId, createdBy, REVIEWABLE, perSubmission],
    );
    const accepted = await manager.find(Reviewer, {
      where: { conferenceId, status: 'accepted' },
      order: { id: 'ASC' },
    });
    const groups = rule?.groups
      ? await this.perspectives.indexes(manager, conferenceId, rule.groups)
      : new Map<string, number>();
    const pairing = await this.pairing.of(
      manager,
      submissions.map(({ id }) => id),
      accepted,
    );
    const input: RunInput = {
      submissions,
      reviewers: accepted.map(({ id, maxLoad }) => ({
        id,
        least: rule?.leastLoad ?? 0,
        most: Math.min(maxLoad, settings.maxLoad ?? maxLoad),
        group: groups.get(id) ?? -1,
      })),
      standing: await this.standing(conferenceId),
      eligible: await eligibleOf(submissions, accepted, pairing, await this.declined(conferenceId)),
      balance: balanceRule(rule?.groups ?? null, rule?.mostOfParty ?? null, rule?.outsideAtLeast ?? 0),
    };
    return { input, fitOf: (submissionId, reviewerId) => pairing.fit(submissionId, reviewerId).fit };
  }

  private async standing(conferenceId: string): Promise<StandingPair[]> {
    return this.db.query(
      `select a.submission_id as "submissionId", a.reviewer_id as "reviewerId",
         (a.locked or exists (select 1 from review v where v.assignment_id = a.id)) as locked
       from assignment a join submission s on s.id = a.submission_id
       where s.conference_id = $1 and a.status = 'assigned' and s.status <> 'withdrawn'
       order by a.submission_id, a.reviewer_id`,
      [conferenceId],
    );
  }

  /** Given back, and not made again by hand since. */
  private async declined(conferenceId: string): Promise<Set<string>> {
    const rows: { key: string }[] = await this.db.query(
      `select a.submission_id || ' ' || a.reviewer_id as key from assignment a
       join submission s on s.id = a.submission_id where s.conference_id = $1 and a.status = 'declined'
         and not exists (select 1 from assignment n where n.submission_id = a.submission_id
           and n.reviewer_id = a.reviewer_id and n.status = 'assigned')`,
      [conferenceId],
    );
    return new Set(rows.map(({ key }) => key));
  }

  /** The proof of the run that was applied last, from whose prices the next search begins. */
  async lastClaim(conferenceId: string): Promise<StoredClaim | undefined> {
    const [proof] = await this.db.manager
      .createQueryBuilder(AssignmentProof, 'p')
      .innerJoin(AssignmentRun, 'r', 'r.id = p.runId')
      .where(`r.conferenceId = :conferenceId and r.status = 'applied'`, { conferenceId })
      .orderBy('r.appliedAt', 'DESC')
      .limit(1)
      .getMany();
    return proof && this.claimOf(proof);
  }

  /** @throws Error for a proof that is another run's, or changed since */
  claimOf({ runId, sealed }: AssignmentProof): StoredClaim {
    return JSON.parse(this.keys.openOwn(`proof ${runId}`, sealed)) as StoredClaim;
  }
}

async function eligibleOf(
  submissions: readonly { id: string }[],
  reviewers: readonly { id: string }[],
  pairing: Pairings,
  declined: ReadonlySet<string>,
): Promise<RunInput['eligible']> {
  const first = new Int32Array(submissions.length + 1);
  const reviewer = new Int32Array(submissions.length * reviewers.length);
  const affinity = new Int32Array(reviewer.length);
  let count = 0;
  let turn = performance.now();
  for (const [s, { id }] of submissions.entries()) {
    for (const [r, { id: reviewerId }] of reviewers.entries()) {
      if (pairing.conflict(id, reviewerId) || (declined.size > 0 && declined.has(`${id} ${reviewerId}`)))
        continue;
      reviewer[count] = r;
      affinity[count] = pairing.affinity(id, reviewerId);
      count += 1;
    }
    first[s + 1] = count;
    if (performance.now() - turn > TURN_MS) {
      await nextTurn();
      turn = performance.now();
    }
  }
  return { first, reviewer: reviewer.slice(0, count), affinity: affinity.slice(0, count) };
}

/** SHA-256 of a problem and what its numbers stand for. Groups are left out: with few unknown they could be tried. */
export function inputDigest(
  input: Pick<RunInput, 'submissions' | 'reviewers'>,
  problem: AssignmentProblem,
): string {
  const { places, least, most, first, reviewer, affinity, locked, balance } = problem;
  const hash = createHash('sha256');
  hash.update(
    JSON.stringify([input.submissions.map(({ id }) => id), input.reviewers.map(({ id }) => id), balance]),
  );
  for (const list of [places, least, most, first, reviewer, affinity, locked])
    hash.update(new Uint8Array(list.buffer, list.byteOffset, list.byteLength));
  return hash.digest('hex');
}
