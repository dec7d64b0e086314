import type { KeyObject } from 'node:crypto';
import { isSigned, signText } from './tree-head.js';

/**
 * A receipt for what was submitted: lines of text that are signed, so that whoever keeps it can show later what arrived
 * and when, and that the record has it. Mail programs wrap and quote lines; only what is not white space counts.
 */

/** What a receipt vouches for. */
export interface ReceiptFacts {
  /** Name of the record in which the entry is. */
  log: string;
  /** Code of the submission. */
  submission: string;
  version: number;
  /** When this version had arrived: ISO 8601 in UTC, to the millisecond. */
  arrived: string;
  /** Words of the abstract by the written rule. */
  words: number;
  /** SHA-256 of title, line feed, abstract, in hex. */
  text: string;
  /** The entry of the record that was written with it: its id, and its hash in hex as a leaf of the tree. */
  entry: string;
  entryHash: string;
}

export interface Receipt extends ReceiptFacts {
  /** Which key has signed; see `keyIdOf`. */
  keyId: string;
  /** Ed25519 over {@link receiptText}, base64url without padding. */
  signature: string;
}

const TITLE = 'Concord receipt 1';
const END = 'end of receipt';

/** Labels in their order, each with the form of its value; no value can run into the label after it. */
const LINES = [
  ['log', 'log', '[0-9a-z]{16}'],
  ['submission', 'submission', '[A-Z][A-Z0-9]{0,9}-[0-9A-HJKMNP-TV-Z]{5}'],
  ['version', 'version', '[1-9]\\d{0,8}'],
  ['arrived', 'arrived', '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z'],
  ['words', 'words', '0|[1-9]\\d{0,8}'],
  ['text', 'text', '[0-9a-f]{64}'],
  ['entry', 'entry', '[0-9a-z]{16}'],
  ['entry-hash', 'entryHash', '[0-9a-f]{64}'],
  ['key', 'keyId', '[0-9a-f]{16}'],
] as const;

/** The bytes that are signed, each line ended by a line feed. */
export function receiptText(receipt: Omit<Receipt, 'signature'>): string {
  return [TITLE, ...LINES.map(([label, name]) => `${label}: ${receipt[name]}`), ''].join('\n');
}

/** A receipt as it is handed out: what is signed, and the signature in lines that no mail program needs to wrap. */
export function printReceipt(receipt: Receipt): string {
  const { signature } = receipt;
  return `${receiptText(receipt)}signature: ${signature.slice(0, 43)}\n${signature.slice(43)}\n${END}`;
}

export function signReceipt(facts: ReceiptFacts, key: { keyId: string; privateKey: KeyObject }): Receipt {
  const unsigned = { ...facts, keyId: key.keyId };
  const signature = signText(receiptText(unsigned), key.privateKey);
  return { ...unsigned, signature: Buffer.from(signature, 'base64').toString('base64url') };
}

export function isReceiptSigned({ signature, ...rest }: Receipt, publicKey: KeyObject): boolean {
  const bytes = Buffer.from(signature, 'base64url');
  // The last of its characters has bits to spare: only one way to write a signature is the one that was signed.
  return (
    bytes.toString('base64url') === signature &&
    isSigned(receiptText(rest), bytes.toString('base64'), publicKey)
  );
}

const squeezed = (text: string): string =>
  text.replace(/^[ \t]*(?:>[> \t]*)/gm, '').replace(/[\s\u200B\u2060\uFEFF]+/g, '');
const BEGINNING = `${squeezed(TITLE)}${LINES[0][0]}:`;
const FORM = new RegExp(
  [
    squeezed(TITLE),
    ...LINES.map(([label, , form]) => `${label}:(${form})`),
    'signature:([A-Za-z0-9_-]{86})',
    squeezed(END),
  ].join(''),
);

/**
 * Finds the receipt in a text, as in a whole mail. Line breaks, white space and the signs of quoting are passed over.
 * @returns `form` where there is none that is whole, `many` where there are several
 */
export function readReceipt(text: string): Receipt | 'form' | 'many' {
  const dense = squeezed(text);
  if (dense.split(BEGINNING).length > 2) return 'many';
  const found = FORM.exec(dense);
  if (!found) return 'form';
  const values = Object.fromEntries(LINES.map(([, name], index) => [name, found[index + 1]!])) as Record<
    (typeof LINES)[number][1],
    string
  >;
  return {
    ...values,
    version: Number(values.version),
    words: Number(values.words),
    signature: found[LINES.length + 1]!,
  };
}
