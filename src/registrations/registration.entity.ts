import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Attendance } from './registration-rules.js';

/** Somebody's registration as an attendee of a conference; one person has at most one that is not cancelled. */
@Entity()
export class Registration {
  @PrimaryColumn('text') id: string;
  @Column('text') conferenceId: string;
  @Column('text') personId: string;
  @Column('text') name: string;
  @Column('text', { nullable: true }) affiliation: string | null;
  @Column('char', { length: 2, nullable: true }) country: string | null;
  @Column('text') address: string;
  @Column('text') attendance: Attendance;
  /** Language tag of the interpretation wanted; null for none. */
  @Column('text', { nullable: true }) interpretation: string | null;
  @Column('text', { nullable: true }) accessNeeds: string | null;
  @Column('text') status: 'registered' | 'cancelled';
  /** Until then the address may be confirmed; null once it is. */
  @Column('timestamptz', { nullable: true }) heldUntil: Date | null;
  @Column('int') version: number;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) cancelledAt: Date | null;
}
