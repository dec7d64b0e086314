import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * A log from its first leaf to its last. A new one begins where the old one cannot go on: after a restore of the
 * database from a backup that is older than the last published head.
 */
@Entity()
export class RecordEpoch {
  @PrimaryColumn('int') epoch: number;
  /** The record's own name, the same in each epoch. */
  @Column('text') log: string;
  @Column('timestamptz') startedAt: Date;
  /** Why it was begun; empty in the first. */
  @Column('text') reason: string;
  /** The last head that was published before; null in the first. */
  @Column('int', { nullable: true }) previousEpoch: number | null;
  @Column('bigint', { nullable: true }) previousSize: string | null;
  @Column('text', { nullable: true }) previousRoot: string | null;
}
