import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Pair, ProposalReport } from './greedy.js';

/** One submission given to one reviewer. */
@Entity()
export class Assignment {
  @PrimaryColumn('text') id: string;
  @Column('text') submissionId: string;
  @Column('text') reviewerId: string;
  /** `declined` by the reviewer, `removed` by an organiser. */
  @Column('text') status: 'assigned' | 'declined' | 'removed';
  /** The run that made it; null when it was made by hand. */
  @Column('text', { nullable: true }) runId: string | null;
  @Column('text', { nullable: true }) assignedBy: string | null;
  @Column('timestamptz') assignedAt: Date;
  @Column('timestamptz', { nullable: true }) endedAt: Date | null;
  @Column('text', { nullable: true }) endReason: string | null;
  @Column('int') version: number;
}

/** A conflict of interest that somebody has declared; the others are computed. */
@Entity()
export class DeclaredConflict {
  @PrimaryColumn('text') submissionId: string;
  @PrimaryColumn('text') personId: string;
  @Column('text') declaredBy: string;
  @Column('text') reason: string;
  @Column('timestamptz') createdAt: Date;
}

/** What a run proposes, and what it started from. */
export interface StoredProposal {
  seed: number;
  pairs: Pair[];
  /** Assignments that stood when it was computed. */
  standing: Pair[];
  /** Ids of the reviewers among whom it chose. */
  reviewers: string[];
}

/** Why a proposed pair was left out when the run was applied. */
export interface SkippedPair extends Pair {
  reason: string;
}

/** An automatic assignment: proposed first, made real or discarded later. */
@Entity()
export class AssignmentRun {
  @PrimaryColumn('text') id: string;
  @Column('text') conferenceId: string;
  @Column('text') status: 'proposed' | 'applied' | 'discarded';
  @Column('int') perSubmission: number;
  @Column('jsonb') proposal: StoredProposal;
  @Column('jsonb') report: ProposalReport & { skipped?: SkippedPair[] };
  @Column('text', { nullable: true }) createdBy: string | null;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) appliedAt: Date | null;
  @Column('int') version: number;
}
