import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A mailed (or printed) link that signs its reader in, once. Only the hash of its secret is kept. */
@Entity()
export class SignInLink {
  @PrimaryColumn('text') id: string;
  @Column('text') secretHash: string;
  @Column('text') address: string;
  @Column('text') typed: string;
  @Column('text') nextPath: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') expiresAt: Date;
  @Column('timestamptz', { nullable: true }) usedAt: Date | null;
}

/** A browser that is signed in. */
@Entity()
export class LoginSession {
  @PrimaryColumn('text') id: string;
  @Column('text') secretHash: string;
  @Column('text') personId: string;
  @Column('text') browser: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') lastSeenAt: Date;
  @Column('timestamptz') expiresAt: Date;
  @Column('timestamptz', { nullable: true }) revokedAt: Date | null;
}

/** A personal access token for the API. It never carries more than its person may do. */
@Entity()
export class AccessToken {
  @PrimaryColumn('text') id: string;
  @Column('text') secretHash: string;
  @Column('text') personId: string;
  @Column('text') name: string;
  @Column('text', { nullable: true }) role: string | null;
  @Column('text', { nullable: true }) conferenceId: string | null;
  @Column('boolean') rehearsal: boolean;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') expiresAt: Date;
  @Column('timestamptz', { nullable: true }) revokedAt: Date | null;
  @Column('timestamptz', { nullable: true }) lastUsedAt: Date | null;
}
