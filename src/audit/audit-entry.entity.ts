import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One entry of the record: who changed what, from what to what. Never holds names, addresses or texts. */
@Entity()
export class AuditEntry {
  @PrimaryColumn('text') id: string;
  @Column('text', { nullable: true }) conferenceId: string | null;
  @Column('timestamptz') at: Date;
  @Column('text') actorKind: string;
  @Column('text', { nullable: true }) actorId: string | null;
  @Column('text') action: string;
  @Column('text') subjectType: string;
  @Column('text') subjectId: string;
  @Column('jsonb', { nullable: true }) before: object | null;
  @Column('jsonb', { nullable: true }) after: object | null;
  /** What a person typed. It may be forgotten later, together with its salt. */
  @Column('text', { nullable: true }) reason: string | null;
  @Column('text', { nullable: true }) reasonSalt: string | null;
  /** What is sealed in the reason's place. */
  @Column('text', { nullable: true }) reasonHash: string | null;
  @Column('text') requestId: string;
  /** Random hex digits, so that nobody finds the entry's hash by guessing what it says. */
  @Column('text') salt: string;
  /** Where it stands in the sealed log, from 0; null until it is sealed, as is the epoch. */
  @Column('int', { nullable: true }) epoch: number | null;
  @Column('bigint', { nullable: true }) leafIndex: string | null;
}
