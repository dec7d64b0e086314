import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What authors respond to: one review as they are shown it, without its reviewer. */
export interface ShownReview {
  comment: string;
  /** Where the call shows scores: the overall one, and those of criteria by id. */
  overall?: number;
  scores?: Record<string, number>;
}

/** The one response of a submission's authors; there from the moment in which they may write it. */
@Entity()
export class AuthorResponse {
  @PrimaryColumn('text') submissionId: string;
  /** As they were when responses opened, in an order that tells nothing. */
  @Column('jsonb') reviews: ShownReview[];
  @Column('timestamptz') openedAt: Date;
  @Column('text') text: string;
  @Column('int') wordCount: number;
  @Column('text', { nullable: true }) answeredBy: string | null;
  @Column('timestamptz', { nullable: true }) answeredAt: Date | null;
  @Column('int') version: number;
}
