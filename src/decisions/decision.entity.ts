import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Outcome } from '../submissions/submission-states.js';

/** What a chair has decided and not announced; nothing that authors see knows of it. */
@Entity()
export class PendingDecision {
  @PrimaryColumn('text') submissionId: string;
  @Column('text') outcome: Outcome;
  /** For the organisers only. */
  @Column('text') reason: string;
  @Column('text') textToAuthors: string;
  /** What a conditional acceptance asks for; empty for other outcomes. */
  @Column('text') conditions: string;
  /** Place on the waiting list, lowest first; null for other outcomes, and for those that wait behind the ranked. */
  @Column('int', { nullable: true }) rank: number | null;
  @Column('text') decidedBy: string;
  @Column('timestamptz') decidedAt: Date;
  @Column('int') version: number;
}

/** A decision as it was announced; a correction is a new version. */
@Entity()
export class Decision {
  @PrimaryColumn('text') id: string;
  @Column('text') submissionId: string;
  /** From 1 for each submission. */
  @Column('int') version: number;
  @Column('text') outcome: Outcome;
  @Column('text') textToAuthors: string;
  @Column('text') conditions: string;
  /** For the organisers only. */
  @Column('int', { nullable: true }) rank: number | null;
  /** The reviewers' comments to the authors as they were at the release, without names. */
  @Column('jsonb') comments: string[];
  /** Who had handed in a review then: those of `comments` in its order, then those without a comment. */
  @Column('text', { array: true }) reviewers: string[];
  @Column('text') releaseId: string;
  @Column('timestamptz') releasedAt: Date;
}

/** One announcement of a list of decisions. */
@Entity()
export class DecisionRelease {
  @PrimaryColumn('text') id: string;
  @Column('text') conferenceId: string;
  @Column('text') releasedBy: string;
  @Column('timestamptz') releasedAt: Date;
  /** SHA-256 of the list as it was previewed; see `decision-rules.ts`. */
  @Column('text') listHash: string;
  @Column('int') size: number;
}

/** Whom an announced decision was for, author by author: why each got its message, or why not. */
@Entity()
export class DecisionRecipient {
  @PrimaryColumn('text') decisionId: string;
  /** The author's place in the author line then. */
  @PrimaryColumn('int') position: number;
  @Column('text') personId: string;
  /** `author`; `shared`: the message went to the same address for another author; `noAddress`: nothing could be sent. */
  @Column('text') why: 'author' | 'shared' | 'noAddress';
}
