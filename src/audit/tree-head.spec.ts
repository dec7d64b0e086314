import { generateKeyPairSync } from 'node:crypto';
import {
  headText,
  isHeadSigned,
  isSigned,
  keyIdOf,
  readHead,
  readPublicKey,
  signHead,
  signText,
  successionText,
  type TreeHead,
} from './tree-head.js';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const root = 'a'.repeat(64);
const head: TreeHead = {
  log: 'abc',
  epoch: 1,
  size: 7,
  root,
  at: '2027-10-31T12:00:00.000Z',
  previous: null,
};

describe('a tree head', () => {
  it('is signed as lines of text', () => {
    expect(headText(head)).toBe(
      `concord record head 1\nlog abc\nepoch 1\nsize 7\nroot ${root}\nat 2027-10-31T12:00:00.000Z\nprevious none\n`,
    );
    expect(headText({ ...head, epoch: 2, previous: { epoch: 1, size: 9, root } })).toContain(
      `epoch 2\nsize 7\nroot ${root}\nat 2027-10-31T12:00:00.000Z\nprevious 1 9 ${root}\n`,
    );
    const signed = signHead(head, privateKey);
    expect(signed.keyId).toBe(keyIdOf(publicKey));
    expect(isHeadSigned(signed, publicKey)).toBe(true);
  });

  it('is not signed when anything in it is another, or by another key', () => {
    const signed = signHead(head, privateKey);
    const others: Partial<TreeHead>[] = [
      { log: 'abd' },
      { epoch: 2 },
      { size: 8 },
      { root: 'b'.repeat(64) },
      { at: '2027-10-31T12:00:00.001Z' },
      { previous: { epoch: 0, size: 0, root } },
    ];
    for (const other of others) expect(isHeadSigned({ ...signed, ...other }, publicKey)).toBe(false);
    expect(isHeadSigned({ ...signed, keyId: '0'.repeat(16) }, publicKey)).toBe(false);
    expect(isHeadSigned(signed, generateKeyPairSync('ed25519').publicKey)).toBe(false);
  });

  it('comes back from JSON as it was, without what does not belong to it', () => {
    const signed = signHead({ ...head, previous: { epoch: 1, size: 9, root } }, privateKey);
    const json = JSON.parse(JSON.stringify({ ...signed, publicKey: 'x' })) as unknown;
    expect(readHead(json)).toEqual(signed);
    expect(readHead(signHead(head, privateKey))).toEqual(signHead(head, privateKey));
  });

  it('is refused by name of what is wrong', () => {
    const signed = signHead(head, privateKey);
    for (const [key, value] of [
      ['log', 'a b'],
      ['epoch', '1'],
      ['size', -1],
      ['root', root.toUpperCase()],
      ['at', '2027-10-31'],
      ['keyId', 7],
      ['signature', 'x'],
    ])
      expect(() => readHead({ ...signed, [key!]: value })).toThrow(`not a tree head: ${key}`);
    expect(() => readHead({ ...signed, previous: { epoch: 1, size: 1 } })).toThrow('not a tree head: root');
    expect(() => readHead({ ...signed, previous: undefined })).toThrow('not a tree head');
    expect(() => readHead(null)).toThrow('not a tree head');
  });
});

describe('a key', () => {
  it('names the one that follows it', () => {
    const text = successionText('a', 'b');
    expect(text).toBe('concord record key 1\nkey a\nnext b\n');
    expect(isSigned(text, signText(text, privateKey), publicKey)).toBe(true);
    expect(isSigned(successionText('a', 'c'), signText(text, privateKey), publicKey)).toBe(false);
  });

  it('is read from PEM, and of Ed25519 only', () => {
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(keyIdOf(readPublicKey(pem))).toBe(keyIdOf(publicKey));
    const other = generateKeyPairSync('x25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(() => readPublicKey(other)).toThrow('not a key of Ed25519');
    expect(() => readPublicKey('nothing')).toThrow(/./);
  });
});
