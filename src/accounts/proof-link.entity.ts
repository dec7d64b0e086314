import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a mailed link of a signed-in person is for. */
export type ProofPurpose = 'add_address' | 'erase';

/** A mailed link by which somebody who is signed in shows that an address is theirs. Only the hash of its secret is kept. */
@Entity()
export class ProofLink {
  @PrimaryColumn('text') id: string;
  @Column('text') secretHash: string;
  /** Who asked for it; nobody else can use it. */
  @Column('text') personId: string;
  @Column('text') purpose: ProofPurpose;
  @Column('text') address: string;
  @Column('text') typed: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') expiresAt: Date;
  @Column('timestamptz', { nullable: true }) usedAt: Date | null;
}
