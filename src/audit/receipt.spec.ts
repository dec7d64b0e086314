import { generateKeyPairSync } from 'node:crypto';
import {
  isReceiptSigned,
  printReceipt,
  readReceipt,
  receiptText,
  signReceipt,
  type ReceiptFacts,
} from './receipt.js';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const facts: ReceiptFacts = {
  log: '3f9k2m7q1t8v5w0x',
  submission: 'PSC-7KQF3',
  version: 2,
  arrived: '2027-10-08T14:02:11.123Z',
  words: 246,
  text: 'a'.repeat(64),
  entry: '0123456789abcdef',
  entryHash: 'b'.repeat(64),
};
const receipt = signReceipt(facts, { keyId: '0011223344556677', privateKey });
const block = printReceipt(receipt);

describe('a receipt', () => {
  it('is signed as lines of text that no mail program needs to wrap', () => {
    expect(receiptText(receipt)).toBe(
      `Concord receipt 1\nlog: 3f9k2m7q1t8v5w0x\nsubmission: PSC-7KQF3\nversion: 2\narrived: 2027-10-08T14:02:11.123Z\n` +
        `words: 246\ntext: ${'a'.repeat(64)}\nentry: 0123456789abcdef\nentry-hash: ${'b'.repeat(64)}\nkey: 0011223344556677\n`,
    );
    expect(isReceiptSigned(receipt, publicKey)).toBe(true);
    expect(isReceiptSigned(receipt, generateKeyPairSync('ed25519').publicKey)).toBe(false);
    expect(Math.max(...block.split('\n').map((line) => line.length))).toBeLessThanOrEqual(76);
    expect(readReceipt(block)).toEqual(receipt);
  });

  it.each([
    ['in a mail', `Dear Ani,\n\n${block}\n\nUntil the deadline you can change it.`],
    ['quoted twice', block.replaceAll(/^/gm, '> > ')],
    ['wrapped at 40', block.replaceAll(/(.{40})/g, '$1\r\n')],
    ['wrapped and quoted', block.replaceAll(/(.{30})/g, '$1\n> ')],
    ['with spaces at the ends', block.replaceAll('\n', '  \t\n')],
    ['in one line', block.replaceAll('\n', ' ')],
    ['with spaces that do not break or have no width', block.replaceAll(' ', '\u00a0\u200b')],
  ])('is found %s', (_name, text) => {
    expect(readReceipt(text)).toEqual(receipt);
  });

  it('is another with any of its characters changed', () => {
    for (const [index, character] of [...block].entries()) {
      if (/\s/.test(character)) continue;
      for (const other of [character === '1' ? '2' : '1', character === 'a' ? 'b' : 'a', 'Q', '']) {
        if (other === character) continue;
        const changed = readReceipt(block.slice(0, index) + other + block.slice(index + 1));
        if (typeof changed === 'string') continue;
        expect([index, other, isReceiptSigned(changed, publicKey)]).toEqual([index, other, false]);
      }
    }
  });

  it('has one way to write its signature', () => {
    const last = receipt.signature.at(-1)!;
    const same = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].filter((one) =>
      Buffer.from(receipt.signature.slice(0, -1) + one, 'base64url').equals(
        Buffer.from(receipt.signature, 'base64url'),
      ),
    );
    expect(same.length).toBe(16);
    for (const one of same.filter((other) => other !== last))
      expect(
        isReceiptSigned({ ...receipt, signature: receipt.signature.slice(0, -1) + one }, publicKey),
      ).toBe(false);
  });

  it('is none where a part is missing, and has to be alone', () => {
    expect(readReceipt('')).toBe('form');
    expect(readReceipt('Concord receipt 1')).toBe('form');
    for (const line of block.split('\n')) expect(readReceipt(block.replace(line, ''))).toBe('form');
    expect(readReceipt(`${block}\n${block}`)).toBe('many');
  });
});
