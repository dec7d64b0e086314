import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Mail that a person, or a restore from a backup, has stopped; it waits until a person lets it go. */
@Entity()
export class MailHold {
  @PrimaryColumn('text') id: string;
  /** Null for all mail of the installation. */
  @Column('text', { nullable: true }) conferenceId: string | null;
  @Column('text') reason: 'person' | 'restore';
  @Column('timestamptz') heldAt: Date;
  @Column('text', { nullable: true }) heldBy: string | null;
  @Column('timestamptz', { nullable: true }) releasedAt: Date | null;
  @Column('text', { nullable: true }) releasedBy: string | null;
}

/** An attempt that did not end with the message handed over. */
@Entity()
export class MailAttempt {
  @PrimaryColumn('text') messageId: string;
  /** Version of the message that it led to. */
  @PrimaryColumn('int') version: number;
  @Column('timestamptz') at: Date;
  @Column('text') state: 'refused' | 'deferred' | 'uncertain' | 'bounced';
  /** The far end's words; for a protected message their code alone. */
  @Column('text') response: string;
}

/** How a mail server fares, as the workers that send by it know. */
@Entity()
export class MailServer {
  /** Host and port. */
  @PrimaryColumn('text') name: string;
  /** Up to when the turns of its rate are given away. */
  @Column('timestamptz', { nullable: true }) turnAt: Date | null;
  /** Why it takes nothing from us; null while it does. */
  @Column('text', { nullable: true }) trouble: string | null;
  @Column('timestamptz', { nullable: true }) troubledSince: Date | null;
}

/** A language beside English in which a conference writes to those who prefer it. */
@Entity()
export class MailLanguage {
  @PrimaryColumn('text') conferenceId: string;
  @PrimaryColumn('text') locale: string;
}

/** One version of a conference's own text for a kind of mail, in one language; the last one counts. */
@Entity()
export class MailTemplate {
  @PrimaryColumn('text') conferenceId: string;
  @PrimaryColumn('text') kind: string;
  @PrimaryColumn('text') locale: string;
  @PrimaryColumn('int') version: number;
  /** Null, as `text`, where the text that the program brings along was taken back. */
  @Column('text', { nullable: true }) subject: string | null;
  @Column('text', { nullable: true }) text: string | null;
  /** SHA-256 of the English text that a translation was made from; null for English itself. */
  @Column('text', { nullable: true }) englishHash: string | null;
  @Column('text', { nullable: true }) editedBy: string | null;
  @Column('timestamptz') editedAt: Date;
}

/** Somebody wants no more mail of a kind from a conference. */
@Entity()
export class MailStop {
  @PrimaryColumn('text') conferenceId: string;
  @PrimaryColumn('text') kind: string;
  /** Identity form, or a stand-in. */
  @PrimaryColumn('text') address: string;
  @Column('timestamptz') stoppedAt: Date;
}
