import { createHash, createSign, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

/** What a lying or broken device may say otherwise than a good one. */
export interface Lies {
  origin?: string;
  /** The host whose hash is signed. */
  host?: string;
  challenge?: string;
  counter?: number;
  /** The device has not made sure of the person. */
  unverified?: boolean;
  userHandle?: string;
  /** Signs something else. */
  badSignature?: boolean;
}

interface Asked {
  challenge: string;
}

const b64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64url');
const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest();

/** A device with one passkey, in software: tests of refusals need one that can lie. ES256, no attestation. */
export class Authenticator {
  readonly id = b64(randomBytes(16));
  counter = 0;
  private userHandle = '';
  private readonly privateKey: KeyObject;
  private readonly publicKey: Map<number, number | Uint8Array>;

  constructor(private readonly origin: string) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x, y } = publicKey.export({ format: 'jwk' });
    this.privateKey = privateKey;
    // COSE (RFC 9053): kty EC2, alg ES256, crv P-256, x, y.
    this.publicKey = new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, new Uint8Array(Buffer.from(x!, 'base64url'))],
      [-3, new Uint8Array(Buffer.from(y!, 'base64url'))],
    ]);
  }

  /** The answer to options for a new passkey. */
  create(options: Asked & { user: { id: string } }, lies: Lies = {}): string {
    this.userHandle = options.user.id;
    const length = Buffer.alloc(2);
    const id = Buffer.from(this.id, 'base64url');
    length.writeUInt16BE(id.length);
    const attested = [Buffer.alloc(16), length, id, Buffer.from(isoCBOR.encode(this.publicKey as never))];
    const authData = new Uint8Array(Buffer.concat([this.authData(0x40, lies), ...attested]));
    return this.answer('webauthn.create', options, lies, {
      attestationObject: b64(
        isoCBOR.encode(
          new Map<string, unknown>([
            ['fmt', 'none'],
            ['attStmt', new Map()],
            ['authData', authData],
          ]) as never,
        ),
      ),
      transports: ['internal'],
    });
  }

  /** The answer to options for signing in. */
  get(options: Asked, lies: Lies = {}): string {
    this.counter += 1;
    const authData = this.authData(0, lies);
    const clientData = this.clientData('webauthn.get', options, lies);
    const signed = Buffer.concat([authData, sha256(lies.badSignature ? 'else' : clientData)]);
    return this.answer('webauthn.get', options, lies, {
      authenticatorData: b64(authData),
      signature: createSign('sha256').update(signed).sign(this.privateKey, 'base64url'),
      userHandle: lies.userHandle ?? this.userHandle,
    });
  }

  private clientData(type: string, { challenge }: Asked, lies: Lies): string {
    return JSON.stringify({
      type,
      challenge: lies.challenge ?? challenge,
      origin: lies.origin ?? this.origin,
      crossOrigin: false,
    });
  }

  /** Hash of the host, flags (present, and verified), counter. */
  private authData(flags: number, lies: Lies): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(lies.counter ?? this.counter);
    const host = sha256(lies.host ?? new URL(this.origin).hostname);
    return Buffer.concat([host, Buffer.from([flags | (lies.unverified ? 0x01 : 0x05)]), counter]);
  }

  private answer(type: string, options: Asked, lies: Lies, response: object): string {
    return JSON.stringify({
      id: this.id,
      rawId: this.id,
      type: 'public-key',
      clientExtensionResults: {},
      response: { clientDataJSON: b64(this.clientData(type, options, lies)), ...response },
    });
  }
}
