import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A signed head as it was published; log and previous head stand in its epoch. */
@Entity({ name: 'tree_head' })
export class TreeHeadRow {
  /** In the order of signing, from 1. */
  @PrimaryColumn('bigint') number: string;
  @Column('int') epoch: number;
  @Column('bigint') size: string;
  @Column('text') root: string;
  @Column('timestamptz') at: Date;
  @Column('text') keyId: string;
  @Column('text') signature: string;
}
