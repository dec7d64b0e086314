import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An organiser's wish to join two people who may be one; both have to agree. */
@Entity()
export class MergeRequest {
  @PrimaryColumn('text') id: string;
  @Column('text') conferenceId: string;
  /** Who would be left as an id alone. */
  @Column('text') fromId: string;
  @Column('text') intoId: string;
  @Column('text', { nullable: true }) requestedBy: string | null;
  @Column('text') status: 'waiting' | 'done' | 'declined' | 'lapsed';
  @Column('timestamptz', { nullable: true }) fromAgreedAt: Date | null;
  @Column('timestamptz', { nullable: true }) intoAgreedAt: Date | null;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') expiresAt: Date;
  @Column('timestamptz', { nullable: true }) settledAt: Date | null;
}
