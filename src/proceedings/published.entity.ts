import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A version of a volume that was published; never overwritten. */
@Entity()
export class PublishedVolume {
  @PrimaryColumn('text') conferenceId: string;
  /** From 1. */
  @PrimaryColumn('int') version: number;
  /** Null once it was taken down: its files are gone. */
  @Column('text', { nullable: true }) buildId: string | null;
  /** What it corrects; empty in the first version. */
  @Column('text') erratum: string;
  @Column('timestamptz') publishedAt: Date;
  @Column('text', { nullable: true }) publishedBy: string | null;
}

/** A paper that was ever published, and when last. */
@Entity()
export class PublishedPaper {
  @PrimaryColumn('text') submissionId: string;
  @Column('text') conferenceId: string;
  @Column('timestamptz') publishedAt: Date;
}
