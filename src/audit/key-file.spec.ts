import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeKeyFile, makeNextKey, readKeyFile, readNextKey, useNextKey } from './key-file.js';
import { keyIdOf, readPublicKey } from './tree-head.js';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'concord-key-'));
  file = join(folder, 'var', 'signing-key.pem');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the file of the signing key', () => {
  it('is made once, for its owner only, and read again', () => {
    expect(readKeyFile(file)).toBeUndefined();
    const key = makeKeyFile(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(makeKeyFile(file).keyId).toBe(key.keyId);
    expect(readKeyFile(file)?.keyId).toBe(key.keyId);
    expect(keyIdOf(readPublicKey(key.publicKey))).toBe(key.keyId);
    expect(key.publicKey).not.toContain('PRIVATE');
    expect(readdirSync(join(folder, 'var'))).toEqual(['signing-key.pem']);
  });

  it('is followed by another, which first lies beside it', () => {
    const old = makeKeyFile(file);
    expect(useNextKey(file)).toBeUndefined();
    makeNextKey(file);
    const next = makeNextKey(file);
    expect(readKeyFile(file)?.keyId).toBe(old.keyId);
    expect(readNextKey(file)?.keyId).toBe(next.keyId);
    expect(useNextKey(file)?.keyId).toBe(next.keyId);
    expect(readKeyFile(file)?.keyId).toBe(next.keyId);
    expect(readNextKey(file)).toBeUndefined();
  });

  it('is refused in one sentence when it is something else, which is never shown', () => {
    mkdirSync(join(folder, 'var'));
    writeFileSync(file, 'a secret of another kind');
    expect(() => readKeyFile(file)).toThrow(`The file ${file} holds no private key of Ed25519 (PEM).`);
    const other = generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
    writeFileSync(file, other);
    expect(() => readKeyFile(file)).toThrow('holds no private key of Ed25519');
    expect(readFileSync(file, 'utf8')).toBe(other);
    expect(() => readKeyFile(join(folder, 'var'))).toThrow('cannot be read (EISDIR)');
    expect(() => makeKeyFile(join(file, 'inside.pem'))).toThrow(/cannot be written \((EEXIST|ENOTDIR)\)/);
  });
});
