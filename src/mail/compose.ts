import MailComposer from 'nodemailer/lib/mail-composer';
import { isPlainAddress } from './clean.js';
import type { MailMessage } from './mail-message.entity.js';
import { hashOf } from './render.js';

/** What the worker has claimed: the row, and how its conference signs. */
export interface ClaimedMessage extends Pick<
  MailMessage,
  | 'id'
  | 'kind'
  | 'recipientAddress'
  | 'recipientName'
  | 'locale'
  | 'subject'
  | 'text'
  | 'html'
  | 'bodyHash'
  | 'messageId'
  | 'attempts'
  | 'version'
  | 'createdAt'
  | 'sealedFor'
> {
  /** The key that it is sealed with, as it is stored. */
  sealKey: string | null;
  /** Whose stand-in the recipient's address is, and what is kept of the address behind it. */
  ownerId: string | null;
  ownerKey: string | null;
  ownerProtected: boolean;
  ownAddress: string | null;
  ownTyped: string | null;
  conferenceName: string | null;
  contactAddress: string | null;
  /** When it was claimed. */
  claimedAt: Date;
}

export interface Envelope {
  from: string;
  to: string;
}

/**
 * Builds the message in MIME. The same row gives the same bytes, so that a second attempt is the same message.
 * @throws Error when the text is not the one that was released, or the envelope would not hold exactly the
 *   stored recipient.
 */
export async function compose(
  row: ClaimedMessage,
  sender: { name: string; address: string },
): Promise<{ envelope: Envelope; message: Buffer }> {
  if (hashOf(row) !== row.bodyHash) throw new Error('the text is not the one that was released');
  const name = row.conferenceName || sender.name;
  const contact = row.contactAddress && isPlainAddress(row.contactAddress) ? row.contactAddress : undefined;
  const mime = new MailComposer({
    from: { name, address: sender.address },
    to: { name: row.recipientName, address: row.recipientAddress },
    ...(contact ? { replyTo: { name, address: contact } } : {}),
    subject: row.subject,
    text: row.text,
    html: row.html,
    messageId: row.messageId,
    date: row.createdAt,
    baseBoundary: row.id,
    headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': row.locale },
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  const { from, to } = mime.getEnvelope();
  if (from !== sender.address || to.length !== 1 || to[0] !== row.recipientAddress)
    throw new Error('the envelope is not the stored recipient');
  return { envelope: { from, to: row.recipientAddress }, message: await mime.build() };
}
