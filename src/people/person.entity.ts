import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A person, with or without an account: authors and reviewers are people before they ever sign in. */
@Entity()
export class Person {
  @PrimaryColumn('text') id: string;
  @Column('text') name: string;
  @Column('text', { nullable: true }) nativeName: string | null;
  @Column('text', { nullable: true }) affiliation: string | null;
  @Column('char', { length: 2, nullable: true }) country: string | null;
  @Column('text', { nullable: true }) orcid: string | null;
  @Column('text') locale: string;
  @Column('int') version: number;
  @Column('timestamptz') createdAt: Date;
  /** The person that this one turned out to be; nothing else is left of it. */
  @Column('text', { nullable: true }) mergedInto: string | null;
  /** When everything about the person was erased; nothing but the id is left. */
  @Column('timestamptz', { nullable: true }) erasedAt: Date | null;
  /** The key of what is sealed for the person, wrapped by the master key; null for who came before there were any. */
  @Column('text', { nullable: true, select: false }) dataKey: string | null;
  @Column('timestamptz', { nullable: true, select: false }) keyDestroyedAt: Date | null;
  /** Who a protected person is, sealed under their key; `name` is a pseudonym then. */
  @Column('text', { nullable: true, select: false }) secret: string | null;
  @Column('timestamptz', { nullable: true }) protectedAt: Date | null;
}

/** An address in its identity form; it belongs to one person. */
@Entity()
export class PersonAddress {
  /** Of a protected person a stand-in at `protected.invalid`; it is what other tables hold. */
  @PrimaryColumn('text') address: string;
  /** As the person wrote it; mail goes to the identity form. Of a protected person both, sealed under their key. */
  @Column('text') typed: string;
  @Column('text') personId: string;
  @Column('boolean') isPrimary: boolean;
  @Column('timestamptz', { nullable: true }) confirmedAt: Date | null;
  @Column('timestamptz') createdAt: Date;
  /** Keyed hash of the identity form. */
  @Column('text', { nullable: true, select: false }) lookup: string | null;
}

/** Another stand-in for an address, made for one place, so that who wrote the address there cannot find its owner elsewhere. */
@Entity()
export class AddressAlias {
  @PrimaryColumn('text') alias: string;
  @Column('text') address: string;
  @Column('timestamptz') createdAt: Date;
}

/** A role held by a person in one conference, or as operator in the installation. */
@Entity()
export class RoleGrant {
  @PrimaryColumn('text') id: string;
  @Column('text') personId: string;
  @Column('text', { nullable: true }) conferenceId: string | null;
  @Column('text') role: string;
  @Column('text', { nullable: true }) grantedBy: string | null;
  @Column('timestamptz') grantedAt: Date;
  @Column('timestamptz', { nullable: true }) revokedAt: Date | null;
}
