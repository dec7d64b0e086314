import { Column, Entity, PrimaryColumn } from 'typeorm';

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
  /** Runs leave it as it is: made by hand, or an organiser wants it so. One whose review is begun stays in any case. */
  @Column('boolean') locked: boolean;
  @Column('int') version: number;
}

/** A conflict of interest that somebody has declared; the others are computed. */
@Entity()
export class DeclaredConflict {
  @PrimaryColumn('text') submissionId: string;
  @PrimaryColumn('text') personId: string;
  /** Who has declared it: the reviewer of themselves, or an organiser. */
  @PrimaryColumn('text') source: 'reviewer' | 'organiser';
  @Column('text') declaredBy: string;
  @Column('text') reason: string;
  @Column('timestamptz') createdAt: Date;
}
