import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A reviewer's judgement of an assigned submission, a draft until it is handed in. */
@Entity()
export class Review {
  @PrimaryColumn('text') id: string;
  @Column('text') assignmentId: string;
  @Column('text') status: 'draft' | 'handed_in';
  /** Criterion id to a score from 1 to 5. */
  @Column('jsonb') scores: Record<string, number>;
  /** From 1 to 5. */
  @Column('int', { nullable: true }) overall: number | null;
  /** From 1 to 5. */
  @Column('int', { nullable: true }) confidence: number | null;
  @Column('text') commentsToAuthors: string;
  @Column('text') commentsToOrganisers: string;
  @Column('int') version: number;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') updatedAt: Date;
  /** When it was handed in first. */
  @Column('timestamptz', { nullable: true }) handedInAt: Date | null;
  /** When it was last changed after its reviewer had seen the others', in the discussion. */
  @Column('timestamptz', { nullable: true }) revisedAt: Date | null;
  /** The overall score before that. */
  @Column('int', { nullable: true }) overallBefore: number | null;
}
