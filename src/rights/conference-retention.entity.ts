import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How many days a conference keeps what it no longer needs; without a row the defaults hold. */
@Entity()
export class ConferenceRetention {
  @PrimaryColumn('text') conferenceId: string;
  /** Drafts, after the call has closed. */
  @Column('int') draftsDays: number;
  /** What attendees wrote about their access needs, after the last day. */
  @Column('int') accessNeedsDays: number;
  /** Letters of interest that led to nothing, after they were answered or withdrawn. */
  @Column('int') lettersDays: number;
  /** Bodies of mail, after it was sent. */
  @Column('int') mailDays: number;
  @Column('int') version: number;
}
