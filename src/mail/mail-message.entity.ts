import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { MailState } from './mail-rules.js';

/** A message of the outbox, to one recipient. */
@Entity()
export class MailMessage {
  @PrimaryColumn('text') id: string;
  @Column('text', { nullable: true }) conferenceId: string | null;
  @Column('text') kind: string;
  @Column('text', { nullable: true }) recipientId: string | null;
  /** Identity form; mail goes there. */
  @Column('text') recipientAddress: string;
  /** The name that the recipient chose, or empty. */
  @Column('text') recipientName: string;
  /** The address as its owner wrote it, for showing. */
  @Column('text') recipientTyped: string;
  /** What the message is about: id of a submission, a link, a registration, ... */
  @Column('text') subjectId: string;
  /** Tells apart the messages of one kind about one subject: a version, a release. */
  @Column('text') occasion: string;
  /** The message that a person sent again by this one. */
  @Column('text', { nullable: true }) resendOf: string | null;
  @Column('text') locale: string;
  @Column('text') subject: string;
  /** Empty once a message of a secret kind is settled, as is `html`. */
  @Column('text') text: string;
  @Column('text') html: string;
  /** SHA-256 over subject, text and HTML as they stand here. */
  @Column('text') bodyHash: string;
  /** Message-ID header, with angle brackets; the same in every attempt. */
  @Column('text') messageId: string;
  @Column('text') state: MailState;
  /** Attempts that a server answered with "later". */
  @Column('int') attempts: number;
  @Column('timestamptz') nextAttemptAt: Date;
  @Column('timestamptz', { nullable: true }) claimedAt: Date | null;
  @Column('timestamptz', { nullable: true }) sendingAt: Date | null;
  @Column('timestamptz', { nullable: true }) settledAt: Date | null;
  /** The far end's last words, or why there were none. */
  @Column('text', { nullable: true }) response: string | null;
  @Column('int') version: number;
  @Column('timestamptz') createdAt: Date;
  /** Under whose key subject and bodies are sealed; null where they are to be read. */
  @Column('text', { nullable: true }) sealedFor: string | null;
  /** Names the message in the link that stops mail of its kind; null for kinds that cannot be stopped. */
  @Column('text', { nullable: true }) stopToken: string | null;
}
