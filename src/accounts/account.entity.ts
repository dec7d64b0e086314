import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A mailed (or printed) link that signs its reader in, once. Only the hash of its secret is kept. */
@Entity()
export class SignInLink {
  @PrimaryColumn('text') id: string;
  @Column('text') secretHash: string;
  @Column('text') address: string;
  @Column('text') typed: string;
  @Column('text') nextPath: string;
  /** Made by a command at the console, not mailed: whoever runs commands vouches for its reader. */
  @Column('boolean') printed: boolean;
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
  @Column('text') signedInBy: 'mailed_link' | 'printed_link' | 'passkey' | 'orcid';
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

/** A public key whose private half a person's device keeps. */
@Entity()
export class Passkey {
  @PrimaryColumn('text') id: string;
  @Column('text') personId: string;
  /** As the device names it, in base64url. */
  @Column('text') credentialId: string;
  /** COSE key. */
  @Column('bytea') publicKey: Buffer;
  /** Uses as the device counts them, 0 for one that does not count; PostgreSQL hands a bigint over as text. */
  @Column('bigint') counter: string;
  @Column('text', { array: true }) transports: string[];
  @Column('text') name: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) lastUsedAt: Date | null;
}

/** What a device is asked to sign. The row goes with the first answer, right or wrong; only hashes are kept. */
@Entity()
export class WebauthnChallenge {
  /** Of the secret in the asking browser's cookie. */
  @PrimaryColumn('text') secretHash: string;
  @Column('text') challengeHash: string;
  @Column('text') purpose: 'add' | 'sign_in';
  /** Whose passkey is to be added; null for signing in. */
  @Column('text', { nullable: true }) personId: string | null;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') expiresAt: Date;
}

/** An ORCID iD that its owner has shown to be theirs; it signs in. */
@Entity()
export class PersonOrcid {
  @PrimaryColumn('text') orcid: string;
  @Column('text') personId: string;
  @Column('timestamptz') linkedAt: Date;
}

/**
 * A way to ORCID and back, once. What goes along (state, nonce, verifier) is derived from the secret in the browser's
 * cookie, of which only the hash is kept.
 */
@Entity()
export class OrcidAttempt {
  @PrimaryColumn('text') secretHash: string;
  /** Names it in the record. */
  @Column('text') id: string;
  /** `first`: the iD is shown, and nobody is known by it yet. */
  @Column('text') purpose: 'sign_in' | 'link' | 'first';
  /** Whose iD it is to become, of `link`. */
  @Column('text', { nullable: true }) personId: string | null;
  /** That was shown, of `first`. */
  @Column('text', { nullable: true }) orcid: string | null;
  @Column('text') nextPath: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') expiresAt: Date;
}
