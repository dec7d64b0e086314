import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A reviewer was reminded of an assignment, once for each step of the schedule. */
@Entity()
export class ReviewReminder {
  @PrimaryColumn('text') assignmentId: string;
  /** Days from the due day, negative before it. */
  @PrimaryColumn('int') step: number;
  @Column('timestamptz') sentAt: Date;
}
