import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The public half of a key that signs heads, or did. The private half is never in the database. */
@Entity()
export class SigningKey {
  @PrimaryColumn('text') keyId: string;
  /** SPKI as PEM. */
  @Column('text') publicKey: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) retiredAt: Date | null;
  /** The key before it, which has signed its name; null where that key was not at hand. */
  @Column('text', { nullable: true }) endorsedBy: string | null;
  @Column('text', { nullable: true }) endorsement: string | null;
}
