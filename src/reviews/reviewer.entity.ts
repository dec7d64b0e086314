import { Column, Entity, PrimaryColumn } from 'typeorm';

export type ReviewerStatus = 'invited' | 'accepted' | 'declined' | 'removed';

/** A person's invitation to review for a conference, and their answer. */
@Entity()
export class Reviewer {
  @PrimaryColumn('text') id: string;
  @Column('text') conferenceId: string;
  @Column('text') personId: string;
  @Column('text') name: string;
  @Column('text', { nullable: true }) affiliation: string | null;
  /** The affiliation's iD in the Research Organization Registry. */
  @Column('text', { nullable: true }) ror: string | null;
  @Column('char', { length: 2, nullable: true }) country: string | null;
  /** Identity form of the address to which the invitation went. */
  @Column('text') address: string;
  @Column('text') status: ReviewerStatus;
  /** Most submissions that an automatic assignment gives them. */
  @Column('int') maxLoad: number;
  /** Language tags of what they can review in; empty: the language of the conference's floor. */
  @Column('text', { array: true }) languages: string[];
  /** What they know about, in their own words. */
  @Column('text') expertise: string;
  /** Its words as PostgreSQL's text search has them; the database writes them. */
  @Column({ type: 'tsvector', nullable: true, select: false, insert: false, update: false }) terms?: string;
  @Column('text', { nullable: true }) invitedBy: string | null;
  @Column('timestamptz') invitedAt: Date;
  @Column('timestamptz', { nullable: true }) answeredAt: Date | null;
  @Column('text', { nullable: true }) declineReason: string | null;
  @Column('int') version: number;
}

/** A topic that a reviewer knows about. */
@Entity()
export class ReviewerTopic {
  @PrimaryColumn('text') reviewerId: string;
  @PrimaryColumn('text') topicId: string;
}
