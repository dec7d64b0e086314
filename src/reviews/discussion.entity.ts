import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the panel of a submission says to each other. It is over, too, once the submission is no longer under review. */
@Entity()
export class Discussion {
  @PrimaryColumn('text') submissionId: string;
  @Column('timestamptz') openedAt: Date;
  /** The organiser; null where it opened by itself, with the last review. */
  @Column('text', { nullable: true }) openedBy: string | null;
  /** When an organiser closed it. */
  @Column('timestamptz', { nullable: true }) closedAt: Date | null;
  @Column('int') version: number;
}

/** A reviewer's place, drawn by lot: 1 is "Reviewer A". */
@Entity()
export class DiscussionSeat {
  @PrimaryColumn('text') submissionId: string;
  @PrimaryColumn('text') reviewerId: string;
  @Column('int') place: number;
}

/** What one of the panel has said. */
@Entity()
export class DiscussionPost {
  @PrimaryColumn('text') id: string;
  @Column('text') submissionId: string;
  @Column('text') reviewerId: string;
  @Column('text') text: string;
  @Column('int') version: number;
  @Column('timestamptz') postedAt: Date;
  @Column('timestamptz', { nullable: true }) editedAt: Date | null;
}

/** An earlier text of a post. */
@Entity()
export class DiscussionEdit {
  @PrimaryColumn('text') postId: string;
  @PrimaryColumn('int') version: number;
  @Column('text') text: string;
  /** When the next text took its place. */
  @Column('timestamptz') until: Date;
}
