import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Progress } from './solver/assign.js';
import type { Pair } from './run-problem.js';
import type { RunReport, StoredProposal } from './run-outcome.js';

export const RUN_STATUSES = ['computing', 'proposed', 'failed', 'cancelled', 'discarded', 'applied'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const OBJECTIVES = ['worst pair', 'total', 'by chance'] as const;

/** What was asked for beside the size of panels. */
export interface RunSettings {
  objective: (typeof OBJECTIVES)[number];
  /** A smaller maximum for everybody, or null. */
  maxLoad: number | null;
  /** By chance: the most likely that a free pair may be, in percent; null for other objectives. */
  likelyAtMost: number | null;
}

/** Why nothing could be proposed. `locked`: assignments that are locked although there is a conflict, which a person has to settle. */
export type RunFailure = { code: 'locked'; pairs: Pair[] } | { code: 'fault'; detail: string };

/** Why a proposed pair was left out when the run was applied. */
export interface SkippedPair extends Pair {
  reason: string;
}

/** An automatic assignment: computed, proposed, then made real or put aside. */
@Entity()
export class AssignmentRun {
  @PrimaryColumn('text') id: string;
  @Column('text') conferenceId: string;
  @Column('text') status: RunStatus;
  @Column('int') perSubmission: number;
  @Column('jsonb') settings: RunSettings;
  /** Where the solver stands while it computes. */
  @Column('jsonb', { nullable: true }) progress: Progress | null;
  @Column('jsonb', { nullable: true }) failure: RunFailure | null;
  /** Empty until it is proposed. */
  @Column('jsonb') proposal: StoredProposal;
  @Column('jsonb') report: RunReport & { skipped?: SkippedPair[] };
  @Column('text', { nullable: true }) createdBy: string | null;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) appliedAt: Date | null;
  @Column('int') version: number;
}

/** The proof of a run: that nothing better was possible. Its prices of groups tell of people, so it is sealed. */
@Entity()
export class AssignmentProof {
  @PrimaryColumn('text') runId: string;
  /** SHA-256 of what the solver was given, without groups. */
  @Column('text') inputDigest: string;
  /** A `StoredClaim`, sealed with the installation's key. */
  @Column('text') sealed: string;
}
