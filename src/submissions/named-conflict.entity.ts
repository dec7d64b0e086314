import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Somebody whom authors ask to be kept from reviewing their submission; organisers read it, reviewers never. */
@Entity()
export class NamedConflict {
  @PrimaryColumn('text') submissionId: string;
  /** From 1, in the order in which they were written. */
  @PrimaryColumn('int') position: number;
  /** Empty where only an address was given. */
  @Column('text') name: string;
  @Column('text', { nullable: true }) affiliation: string | null;
  /** Identity form, or what stands for it; in a draft as typed so far. */
  @Column('text', { nullable: true }) address: string | null;
  @Column('text') reason: string;
}
