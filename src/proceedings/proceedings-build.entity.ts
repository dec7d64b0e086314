import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { BuildProblem, BuildStage, BuildStatus } from './build-stages.js';
import type { PageSpans, VolumeSnapshot } from './snapshot.js';

/** One making of the volume's files from a snapshot that was frozen when it was requested. */
@Entity()
export class ProceedingsBuild {
  @PrimaryColumn('text') id: string;
  @Column('text') conferenceId: string;
  @Column('text') status: BuildStatus;
  @Column('text') stage: BuildStage;
  /** Percent. */
  @Column('int') progress: number;
  @Column('jsonb', { nullable: true }) problem: BuildProblem | null;
  @Column('jsonb') snapshot: VolumeSnapshot;
  /** Of each paper in the book, once it is done. */
  @Column('jsonb', { nullable: true }) pages: PageSpans | null;
  /** See `snapshotHash`. */
  @Column('text') snapshotHash: string;
  @Column('text', { nullable: true }) requestedBy: string | null;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) startedAt: Date | null;
  @Column('timestamptz', { nullable: true }) finishedAt: Date | null;
  /** Made in the place of one that was taken down, as it named somebody who has put their name under protection. */
  @Column('boolean') renews: boolean;
}

/** A file of a finished build; its bytes are in the storage under their SHA-256. */
@Entity()
export class ProceedingsFile {
  @PrimaryColumn('text') buildId: string;
  @PrimaryColumn('text') name: string;
  @Column('text') mediaType: string;
  /** In bytes. */
  @Column('int') size: number;
  @Column('text') sha256: string;
}
