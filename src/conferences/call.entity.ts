import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Blindness, Promises } from './who-sees-whom.js';

/** A conference's call for abstracts. */
@Entity()
export class Call {
  @PrimaryColumn('text') id: string;
  @Column('text') conferenceId: string;
  @Column('timestamptz') opensAt: Date;
  /** Exclusive: at this instant the call is closed. */
  @Column('timestamptz') closesAt: Date;
  /** Zone of the tz database in which the deadline is entered and shown. */
  @Column('text') zone: string;
  /** Never told to anybody but the organisers before the deadline has passed. */
  @Column('int') graceMinutes: number;
  /** Most words an abstract may have. */
  @Column('int') wordLimit: number;
  @Column('text') blindness: Blindness;
  /** These three: when whom `blindness` hides is named; see `who-sees-whom.ts`. */
  @Column('text') authorsOpen: Promises['authorsOpen'];
  @Column('text') reviewersOpen: Promises['reviewersOpen'];
  @Column('text') panelOpen: Promises['panelOpen'];
  /** Whether a paper is asked for beside the abstract. */
  @Column('text') paper: 'none' | 'optional' | 'required';
  /** Most megabytes (of 2^20 bytes) that a paper may have; the installation may take less. */
  @Column('int') paperLimitMb: number;
  /** Language tags in which an abstract may be written beside the floor's; it is the floor's where there is none. */
  @Column('text', { array: true }) languages: string[];
  @Column('text') rules: string;
  @Column('int') reviewsPerSubmission: number;
  /** Exclusive. */
  @Column('timestamptz', { nullable: true }) reviewsDueAt: Date | null;
  /** `YYYY-MM-DD`: the day on which authors may expect decisions. */
  @Column('date', { nullable: true }) decisionsOn: string | null;
  @Column('timestamptz', { nullable: true }) reviewingSince: Date | null;
  @Column('int') version: number;
  @Column('timestamptz') createdAt: Date;
}
