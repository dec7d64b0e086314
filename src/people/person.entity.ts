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
}

/** An address in its identity form; it belongs to one person. */
@Entity()
export class PersonAddress {
  @PrimaryColumn('text') address: string;
  /** As the person wrote it; mail goes to the identity form. */
  @Column('text') typed: string;
  @Column('text') personId: string;
  @Column('boolean') isPrimary: boolean;
  @Column('timestamptz', { nullable: true }) confirmedAt: Date | null;
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
