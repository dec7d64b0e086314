import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Bid } from './affinity.js';

/** What a reviewer says of a submission that they could review; nobody else reads it. */
@Entity('bid')
export class BidRow {
  @PrimaryColumn('text') reviewerId: string;
  @PrimaryColumn('text') submissionId: string;
  @Column('text') bid: Bid;
  @Column('timestamptz') at: Date;
}

/** When reviewers of a conference may bid; without a row they may not. */
@Entity()
export class Bidding {
  @PrimaryColumn('text') conferenceId: string;
  @Column('timestamptz') opensAt: Date;
  /** Exclusive. */
  @Column('timestamptz') closesAt: Date;
  @Column('int') version: number;
}

/** An organiser has set the inferred conflicts of a pair aside; it holds while the facts do. */
@Entity()
export class ConflictOverride {
  @PrimaryColumn('text') id: string;
  @Column('text') submissionId: string;
  @Column('text') reviewerId: string;
  @Column('text', { array: true }) reasons: string[];
  /** SHA-256 of what they rest on; see `factsOf`. */
  @Column('text') factsHash: string;
  @Column('text') note: string;
  @Column('text') madeBy: string;
  @Column('timestamptz') madeAt: Date;
  @Column('timestamptz', { nullable: true }) endedAt: Date | null;
  /** `facts` have changed, or an `organiser` has ended it. */
  @Column('text', { nullable: true }) endedBy: 'facts' | 'organiser' | null;
}

/** A standing assignment in which a conflict has arisen since it was made. */
@Entity()
export class AssignmentFlag {
  @PrimaryColumn('text') assignmentId: string;
  @Column('text', { array: true }) reasons: string[];
  @Column('timestamptz') foundAt: Date;
}
