import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Contribution, LetterStatus } from './letter-rules.js';

/** An organisation's letter of interest in becoming a partner of a conference. */
@Entity()
export class LetterOfInterest {
  @PrimaryColumn('text') id: string;
  @Column('text') conferenceId: string;
  /** The person of the contact's address. */
  @Column('text') personId: string;
  @Column('text') organisation: string;
  @Column('char', { length: 2, nullable: true }) country: string | null;
  /** An http or https address. */
  @Column('text', { nullable: true }) website: string | null;
  @Column('text') contactName: string;
  @Column('text') address: string;
  @Column('text') contribution: Contribution;
  @Column('text') letter: string;
  @Column('int') wordCount: number;
  @Column('text') status: LetterStatus;
  /** What the organisers wrote back. */
  @Column('text', { nullable: true }) answer: string | null;
  @Column('text', { nullable: true }) answeredBy: string | null;
  /** Set exactly while the letter is welcomed or declined. */
  @Column('timestamptz', { nullable: true }) answeredAt: Date | null;
  /** Until then the address may be confirmed; null once it is. */
  @Column('timestamptz', { nullable: true }) heldUntil: Date | null;
  @Column('int') version: number;
  @Column('timestamptz') createdAt: Date;
}
