import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What somebody agreed to, in the words that they saw; a withdrawal ends it and leaves the row. */
@Entity()
export class Consent {
  @PrimaryColumn('text') id: string;
  @Column('text') personId: string;
  /** Null for what is asked for the installation as a whole. */
  @Column('text', { nullable: true }) conferenceId: string | null;
  @Column('text') purpose: string;
  @Column('text') text: string;
  /** SHA-256 of the text. */
  @Column('text') textHash: string;
  /** Method and path by which it was given. */
  @Column('text') route: string;
  @Column('timestamptz') givenAt: Date;
  @Column('timestamptz', { nullable: true }) withdrawnAt: Date | null;
}
