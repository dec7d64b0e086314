import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A criterion by which reviewers score from 1 to 5; each step has its own words. */
@Entity()
export class Criterion {
  @PrimaryColumn('text') id: string;
  @Column('text') callId: string;
  @Column('int') position: number;
  @Column('text') title: string;
  /** What a score of 1, 2, 3, 4 and 5 means: five texts. */
  @Column('text', { array: true }) anchors: string[];
  @Column('int') weight: number;
  @Column('timestamptz', { nullable: true }) retiredAt: Date | null;
}
