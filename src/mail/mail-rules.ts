/** States of a message. `uncertain`: the link broke when the message was or may have been taken; no machine sends it again. */
export const MAIL_STATES = [
  'ready',
  'held',
  'claimed',
  'sending',
  'handed_over',
  'refused',
  'deferred',
  'uncertain',
  'superseded',
  'cancelled',
  'bounced',
] as const;
export type MailState = (typeof MAIL_STATES)[number];

/** Which state may follow which. Nothing that may have gone out ever becomes `ready` again. */
export const MAIL_TRANSITIONS: Record<MailState, readonly MailState[]> = {
  ready: ['claimed', 'held', 'superseded', 'cancelled'],
  held: ['ready', 'superseded', 'cancelled'],
  claimed: ['sending', 'ready', 'deferred', 'refused'],
  sending: ['handed_over', 'refused', 'deferred', 'uncertain'],
  deferred: ['claimed', 'held', 'superseded', 'cancelled'],
  // The worker's own late word, or a person's.
  uncertain: ['handed_over', 'refused', 'deferred', 'superseded', 'bounced'],
  handed_over: ['bounced'],
  // When it turns out that the server refused everybody: it was never taken.
  refused: ['deferred'],
  superseded: [],
  cancelled: [],
  bounced: [],
};

/** States from which a person may send a message again. */
export const RESENDABLE: readonly MailState[] = ['handed_over', 'refused', 'uncertain', 'bounced'];

/** What nodemailer says of a failure. */
export interface SmtpFailure {
  code?: string | undefined;
  /** Three digits of the server's reply, where there was one. */
  responseCode?: number | undefined;
  /** The command that failed: `CONN`, `MAIL FROM`, `RCPT TO`, `DATA`, `API`. */
  command?: string | undefined;
}

/** How an attempt ended; `unavailable` says that the server is in trouble (or we with it), not the message. */
export type Outcome = 'handed_over' | 'refused' | 'deferred' | 'uncertain' | 'unavailable';

/** Replies that say: you are not allowed to send here (RFC 4954, RFC 3207). */
const NOT_SIGNED_IN = new Set([454, 530, 534, 535, 538]);
/** "Too large", the one permanent reply to MAIL FROM that is about the message (RFC 1870). */
const TOO_LARGE = 552;

/**
 * What a failed attempt means.
 * @param bodyBegun whether the server had asked for the body: from then on a broken link tells nothing, while
 *   before it the message certainly was not accepted.
 */
export function outcomeOf(failure: SmtpFailure, bodyBegun: boolean): Outcome {
  const { code, responseCode = 0, command } = failure;
  if (code === 'EMESSAGE') {
    if (responseCode >= 500) return 'refused';
    if (responseCode >= 400) return 'deferred';
    // Without a reply to the body it was the announced size; a reply that is neither yes nor no tells nothing.
    return bodyBegun ? 'uncertain' : 'refused';
  }
  if (code !== 'EENVELOPE' && bodyBegun) return 'uncertain';
  if (code === 'EAUTH' || code === 'ENOAUTH' || NOT_SIGNED_IN.has(responseCode)) return 'unavailable';
  // The sender is the same in every message: who refuses it refuses the installation.
  if (command === 'MAIL FROM' && responseCode >= 500)
    return responseCode === TOO_LARGE ? 'refused' : 'unavailable';
  if (responseCode >= 500) return 'refused';
  if (code === 'EENVELOPE' && command === 'API') return 'refused';
  return 'deferred';
}

/** Whether a refusal is about the address or its mailbox (RFC 3463, 5.1.x and 5.2.x), and says nothing about us. */
export function blamesRecipient(response: string): boolean {
  return /^5\d\d[ -]5\.[12]\.\d/.test(response);
}

const HOUR_MS = 3_600_000;
/** How long a message is tried before it counts as refused (RFC 5321 4.5.4.1 asks for four to five days). */
export const GIVE_UP_AFTER_MS = 5 * 24 * HOUR_MS;

/**
 * How long to wait before the next attempt, in milliseconds.
 * @param attempts attempts so far, from 1.
 * @param chance from 0 to 1, so that messages deferred together do not come back together.
 */
export function backOffMs(attempts: number, chance: number, firstMs = 30_000, maxMs = HOUR_MS): number {
  const wait = Math.min(maxMs, firstMs * 2 ** Math.min(attempts - 1, 30));
  return Math.round(wait * (0.75 + chance / 2));
}
