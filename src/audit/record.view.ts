import { Type } from '@sinclair/typebox';
import { instant, orNull } from '../platform/answers.js';
import type { CheckedReceipt } from './receipts.js';
import type { SigningKey } from './signing-key.entity.js';

const strict = { additionalProperties: false };
const hash = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 in hex' });
const epoch = Type.Integer({ description: 'A new one begins after a restore from a backup' });
const size = Type.Integer({ description: 'Entries in the log of the epoch' });
const path = Type.Array(hash, { description: 'RFC 9162, section 2.1' });

export const HeadView = Type.Object(
  {
    log: Type.String({ description: "The record's own name" }),
    epoch,
    size,
    root: hash,
    at: instant,
    previous: orNull(Type.Object({ epoch, size, root: hash }, strict)),
    keyId: Type.String(),
    signature: Type.String({ description: 'Ed25519 over the lines of the head, base64' }),
  },
  { ...strict, $id: 'TreeHead' },
);

export const KeyView = Type.Object(
  {
    keyId: Type.String(),
    publicKey: Type.String({ description: 'SPKI as PEM' }),
    createdAt: instant,
    retiredAt: orNull(instant),
    endorsedBy: orNull(Type.String({ description: 'The key before it, which has signed its name' })),
    endorsement: orNull(Type.String()),
  },
  { ...strict, $id: 'RecordKey' },
);

export const keyView = (key: SigningKey): object => ({
  keyId: key.keyId,
  publicKey: key.publicKey,
  createdAt: key.createdAt.toISOString(),
  retiredAt: key.retiredAt?.toISOString() ?? null,
  endorsedBy: key.endorsedBy,
  endorsement: key.endorsement,
});

export const ConsistencyView = Type.Object(
  { kind: Type.Literal('consistency'), from: HeadView, to: HeadView, path },
  { ...strict, $id: 'ConsistencyProof' },
);

export const InclusionView = Type.Object(
  {
    kind: Type.Literal('inclusion'),
    entryId: Type.String(),
    index: Type.Integer({ description: 'Number of the entry in its epoch, from 0' }),
    leafHash: hash,
    entry: Type.Optional(
      Type.String({
        description: 'The bytes that were sealed, as canonical JSON; only for who may see the entry',
      }),
    ),
    path,
    head: HeadView,
  },
  { ...strict, $id: 'InclusionProof' },
);

export const ReceiptView = Type.Object(
  {
    submission: Type.String(),
    version: Type.Integer(),
    arrivedAt: instant,
    wordCount: Type.Integer(),
    textHash: hash,
    entry: Type.Object({ id: Type.String(), hash }, strict),
    keyId: Type.String(),
    keyRetiredAt: orNull(instant),
    sealed: orNull(
      Type.Object(
        {
          index: Type.Integer({ description: 'Number of the entry in its epoch, from 0' }),
          head: HeadView,
        },
        { ...strict, description: 'With the first head over it; null while it waits to be sealed' },
      ),
    ),
  },
  { ...strict, $id: 'CheckedReceipt' },
);

export const receiptView = ({ receipt, key, sealed }: CheckedReceipt): object => ({
  submission: receipt.submission,
  version: receipt.version,
  arrivedAt: receipt.arrived,
  wordCount: receipt.words,
  textHash: receipt.text,
  entry: { id: receipt.entry, hash: receipt.entryHash },
  keyId: key.keyId,
  keyRetiredAt: key.retiredAt?.toISOString() ?? null,
  sealed,
});
