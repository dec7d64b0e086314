import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Outcome } from '../submissions/submission-states.js';
import type { ListChange } from './release-list-rules.js';

export type ReleaseListStatus = 'open' | 'released' | 'stopped' | 'discarded';

/** Decisions chosen for one release, frozen as they stood: what differs from it later is not announced. */
@Entity()
export class ReleaseList {
  @PrimaryColumn('text') id: string;
  @Column('text') conferenceId: string;
  @Column('text') status: ReleaseListStatus;
  /** SHA-256 of its lines; see `listHash`. */
  @Column('text') listHash: string;
  @Column('int') size: number;
  @Column('text') createdBy: string;
  @Column('timestamptz') createdAt: Date;
  /** The second chair who has seen the same list and agrees. */
  @Column('text', { nullable: true }) confirmedBy: string | null;
  @Column('timestamptz', { nullable: true }) confirmedAt: Date | null;
  /** When it is to be released by itself. */
  @Column('timestamptz', { nullable: true }) dueAt: Date | null;
  @Column('text', { nullable: true }) scheduledBy: string | null;
  @Column('timestamptz', { nullable: true }) settledAt: Date | null;
  @Column('text', { nullable: true }) releaseId: string | null;
  /** What had changed when it was stopped. */
  @Column('jsonb') changes: ListChange[];
  @Column('int') version: number;
}

/** One decision on a list, as it stood when the list was frozen. */
@Entity()
export class ReleaseListLine {
  @PrimaryColumn('text') listId: string;
  @PrimaryColumn('text') submissionId: string;
  @Column('text') outcome: Outcome;
  @Column('int') version: number;
  @Column('timestamptz') decidedAt: Date;
  @Column('int') submissionVersion: number;
  /** SHA-256 of title, words to the authors, conditions and rank. */
  @Column('text') wordsHash: string;
  /** SHA-256 of the reviewers' comments to the authors. */
  @Column('text') commentsHash: string;
}
