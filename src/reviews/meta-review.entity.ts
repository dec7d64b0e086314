import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A chair's summary of what the panel has said of a submission. */
@Entity()
export class MetaReview {
  @PrimaryColumn('text') submissionId: string;
  @Column('text') text: string;
  /** Whether authors read it with the decision. */
  @Column('boolean') forAuthors: boolean;
  @Column('text') writtenBy: string;
  @Column('timestamptz') writtenAt: Date;
  @Column('int') version: number;
}
