import PostalMime, { type Email } from 'postal-mime';
import { oneLine } from './clean.js';

/** What a report of a mail server (RFC 3464) says about one of our messages. */
export interface Bounce {
  /** Id of the message, from the address that the report came to; or null. */
  id: string | null;
  /** Message-ID of the message that it is about, with angle brackets; or null. */
  messageId: string | null;
  /** The far end's code and words, on one line. */
  response: string;
}

const RESPONSE_LIMIT = 500;

/** Where reports about a message are sent to: the bounce address with the message's id in it. */
export function bounceAddress(address: string, id: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at)}+${id}${address.slice(at)}`;
}

/** Reads a report. @returns null for what is none, or does not say that the message failed for good */
export async function bounceOf(raw: string | Uint8Array): Promise<Bounce | null> {
  const mail = await PostalMime.parse(raw, {
    forceRfc822Attachments: true,
    attachmentEncoding: 'utf8',
    maxNestingDepth: 20,
  });
  const part = (...types: string[]): string | undefined => {
    const found = mail.attachments.find(({ mimeType }) => types.includes(mimeType));
    return found && String(found.content);
  };
  const status = part('message/delivery-status', 'message/global-delivery-status');
  if (status === undefined) return null;
  const failed = status
    .replace(/\r\n/g, '\n')
    .split(/\n{2,}/)
    .map(fieldsOf)
    .find((fields) => fields.get('action')?.toLowerCase() === 'failed');
  if (!failed) return null;
  const original = part('message/rfc822', 'message/global', 'text/rfc822-headers', 'message/global-headers');
  const words = (failed.get('diagnostic-code') ?? '').replace(/^[\w-]+;\s*/, '');
  return {
    id: idIn(mail),
    messageId: original === undefined ? null : (fieldsOf(headOf(original)).get('message-id') ?? null),
    response: oneLine([failed.get('status'), words].filter(Boolean).join(' '), RESPONSE_LIMIT),
  };
}

const headOf = (message: string): string => message.replace(/\r\n/g, '\n').split('\n\n', 1)[0]!;

/** Fields of a head by their names in lower case, unfolded. */
function fieldsOf(head: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of head.replace(/\n[ \t]+/g, ' ').split('\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    if (name && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  return fields;
}

/** The id of ours in the address that a report came to. */
function idIn(mail: Email): string | null {
  const addresses = [
    ...mail.headers
      .filter(({ key }) => ['delivered-to', 'x-original-to', 'envelope-to'].includes(key))
      .map(({ value }) => value),
    ...(mail.to ?? []).map(({ address }) => address ?? ''),
  ];
  for (const address of addresses) {
    const id = /\+([a-z0-9]{16})@/.exec(address)?.[1];
    if (id) return id;
  }
  return null;
}
