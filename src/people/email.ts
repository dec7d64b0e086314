import { domainToASCII, domainToUnicode } from 'node:url';
import { PUBLIC_MAIL_DOMAINS } from './address-slip.js';

/**
 * The one normaliser of e-mail addresses. Two addresses are the same account exactly when their identity forms are
 * equal strings; nothing else (no `lower()` in SQL, no `citext`) compares addresses. Sources: RFC 5321 and 5322 (the
 * dot-atom form only), RFC 5891 (domains as A-labels), and the bad-input rules for mail.
 */

const LONGEST_ADDRESS = 254;
const LONGEST_LOCAL = 64;
const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const ASCII = /^\p{ASCII}*$/u;

/**
 * The identity form of one mailbox, or `undefined` when the input is not acceptable: an ASCII local part in lower case
 * (plus tags and dots kept: `a+b@` and `a@` are two accounts), `@`, and the domain in A-labels, at most 254 characters.
 * Plain spaces around are ignored. Refused are display names, lists, quoted local parts, comments, address literals,
 * dotless and trailing-dot domains, and a domain that IDNA would silently turn into another one (soft hyphen,
 * full-width letters, `%41`).
 */
export function normaliseEmail(input: string): string | undefined {
  const address = input.replace(/^ +/, '').replace(/(?<! ) +$/, '');
  if (address.length > LONGEST_ADDRESS) return undefined;
  const at = address.indexOf('@');
  if (at < 1 || at > LONGEST_LOCAL || address.indexOf('@', at + 1) !== -1) return undefined;
  const local = lowerAscii(address.slice(0, at));
  const domain = normaliseDomain(address.slice(at + 1));
  if (!LOCAL.test(local) || domain === undefined) return undefined;
  const email = `${local}@${domain}`;
  return email.length > LONGEST_ADDRESS ? undefined : email;
}

/** The part after the `@` of an identity form, in A-labels. */
export function emailDomain(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1);
}

/**
 * Whether mail to the identity form can never arrive: `example.org`, `.com`, `.net` and their subdomains, and the top
 * levels example, test, invalid and localhost (RFC 2606, RFC 6761).
 */
export function isReservedDomain(email: string): boolean {
  const [top, second] = emailDomain(email).split('.').toReversed();
  if (top === 'example' || top === 'test' || top === 'invalid' || top === 'localhost') return true;
  return second === 'example' && (top === 'org' || top === 'com' || top === 'net');
}

/** Whether the identity form may belong to an institution: its domain is neither a public provider's nor reserved. */
export function isInstitutional(email: string): boolean {
  return !PUBLIC_MAIL_DOMAINS.has(emailDomain(email)) && !isReservedDomain(email);
}

/** Lower case of A to Z alone: `toLowerCase()` would turn the Kelvin sign into `k`. */
function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function normaliseDomain(domain: string): string | undefined {
  const typed = domain.split('.');
  const labels = domainToASCII(domain).split('.');
  if (labels.length < 2 || labels.length !== typed.length) return undefined;
  if (!labels.every((label, n) => LABEL.test(label) && isSameLabel(typed[n]!, label))) return undefined;
  // No top level is numeric, but every IPv4 address ends in a number.
  return /^\d+$/.test(labels.at(-1)!) ? undefined : labels.join('.');
}

/** Whether the A-label is what was typed, apart from case, normalisation and IDNA's own encoding. */
function isSameLabel(typed: string, label: string): boolean {
  if (ASCII.test(typed)) return lowerAscii(typed) === label;
  const lower = Array.from(typed.normalize('NFC'), (character) => character.toLowerCase()).join('');
  return label.startsWith('xn--') && domainToUnicode(label) === lower.normalize('NFC');
}
