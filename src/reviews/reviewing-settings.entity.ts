import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How a call reviews, beyond its criteria; without a row the defaults of `reviewing-settings.ts` hold. */
@Entity()
export class ReviewingSettings {
  @PrimaryColumn('text') callId: string;
  /** Words of 1 to 5 of the overall score; none: the usual ones. */
  @Column('text', { array: true }) overallWords: string[];
  @Column('text', { array: true }) confidenceWords: string[];
  /** Days after the due date on which a review is still taken, as a late one. */
  @Column('int') lateDays: number;
  /** Days from the due day on which reviewers are reminded: negative before it, ascending. */
  @Column('jsonb') reminderDays: number[];
  /** Since when these days hold; a day that was over by then reminds nobody. */
  @Column('timestamptz', { nullable: true }) remindersSince: Date | null;
  /** Whether panels discuss. */
  @Column('boolean') discussion: boolean;
  /** Most words of the authors' response. */
  @Column('int') responseWordLimit: number;
  /** Whether authors see scores with the comments that they respond to. */
  @Column('boolean') responseScores: boolean;
  @Column('timestamptz', { nullable: true }) responseOpenedAt: Date | null;
  /** Exclusive. */
  @Column('timestamptz', { nullable: true }) responseClosesAt: Date | null;
  @Column('int') version: number;
}
