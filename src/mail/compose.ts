import DKIM from 'nodemailer/lib/dkim';
import MailComposer from 'nodemailer/lib/mail-composer';
import { bounceAddress } from './bounce.js';
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
  | 'stopToken'
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

/** How this installation sends. */
export interface Sending {
  from: { name: string; address: string };
  publicUrl: string;
  /** Where reports about messages that could not be delivered go; null for the sender itself. */
  bounceAddress: string | null;
  /** Signs every message by DKIM (RFC 6376); null for none. */
  dkim: { domain: string; selector: string; privateKey: string } | null;
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
  sending: Sending,
): Promise<{ envelope: Envelope; message: Buffer }> {
  if (hashOf(row) !== row.bodyHash) throw new Error('the text is not the one that was released');
  const sender = sending.from;
  const name = row.conferenceName || sender.name;
  const returnTo = sending.bounceAddress ? bounceAddress(sending.bounceAddress, row.id) : sender.address;
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
    envelope: { from: returnTo, to: row.recipientAddress },
    headers: {
      'Auto-Submitted': 'auto-generated',
      'Content-Language': row.locale,
      ...(row.stopToken && stopHeaders(`${sending.publicUrl}/mail/stop/${row.stopToken}`)),
    },
    // What is signed is what goes over the line.
    newline: 'windows',
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  const { from, to } = mime.getEnvelope();
  if (from !== returnTo || to.length !== 1 || to[0] !== row.recipientAddress)
    throw new Error('the envelope is not the stored recipient');
  const message = await mime.build();
  return {
    envelope: { from: returnTo, to: row.recipientAddress },
    message: sending.dkim ? await signed(message, sending.dkim) : message,
  };
}

/** One click in the mail program stops mail of this kind (RFC 2369, RFC 8058). */
const stopHeaders = (url: string) => ({
  'List-Unsubscribe': { prepared: true, value: `<${url}>` },
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
});

async function signed(message: Buffer, { domain, selector, privateKey }: NonNullable<Sending['dkim']>) {
  const signer = new DKIM({ domainName: domain, keySelector: selector, privateKey });
  const parts: Buffer[] = [];
  for await (const part of signer.sign(message)) parts.push(Buffer.from(part as Buffer));
  return Buffer.concat(parts);
}
