import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Outcome } from '../submissions/submission-states.js';

/** One change of pending decisions, of one submission or of many at once, that can be undone as a whole. */
@Entity()
export class DecisionMove {
  @PrimaryColumn('text') id: string;
  @Column('text') conferenceId: string;
  @Column('text') movedBy: string;
  @Column('timestamptz') movedAt: Date;
  /** Given by the database, in the order of the moves. */
  @Column({ type: 'bigint', insert: false, update: false }) seq: string;
  @Column('timestamptz', { nullable: true }) undoneAt: Date | null;
}

/** What a move changed: the pending decision before it, and the version after it; null where there was or is none. */
@Entity()
export class DecisionMoveLine {
  @PrimaryColumn('text') moveId: string;
  @PrimaryColumn('text') submissionId: string;
  @Column('int', { nullable: true }) wasVersion: number | null;
  @Column('text', { nullable: true }) wasOutcome: Outcome | null;
  @Column('text', { nullable: true }) wasReason: string | null;
  @Column('text', { nullable: true }) wasText: string | null;
  @Column('text', { nullable: true }) wasConditions: string | null;
  @Column('int', { nullable: true }) wasRank: number | null;
  @Column('int', { nullable: true }) becameVersion: number | null;
}
