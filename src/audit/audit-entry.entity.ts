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
  @Column('text', { nullable: true }) reason: string | null;
  @Column('text') requestId: string;
  @Column('bigint', { nullable: true }) sealedAt: string | null;
}
