import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Up to 256 hashes of the tree; see `tiles.ts`. */
@Entity()
export class RecordTile {
  @PrimaryColumn('int') epoch: number;
  @PrimaryColumn('int') level: number;
  @PrimaryColumn('bigint') position: string;
  @Column('bytea') hashes: Buffer;
}
