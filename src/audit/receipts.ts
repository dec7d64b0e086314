import { statSync } from 'node:fs';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { LOGGER } from '../platform/platform.module.js';
import { refuseField } from '../platform/refusal.js';
import { sha256 } from '../platform/text.js';
import { Work, type Tx } from '../platform/work.js';
import { Audit } from './audit.service.js';
import { CONTENT, entryHash, type EntryContent } from './entry-leaf.js';
import { readKeyFile, type SecretKey } from './key-file.js';
import {
  isReceiptSigned,
  printReceipt,
  readReceipt,
  signReceipt,
  type Receipt,
  type ReceiptFacts,
} from './receipt.js';
import { RecordLog } from './record-log.js';
import { Sealer } from './sealer.js';
import { SigningKey } from './signing-key.entity.js';
import { readPublicKey, signText, type SignedHead } from './tree-head.js';

/** What a receipt that holds is worth. */
export interface CheckedReceipt {
  receipt: Receipt;
  key: SigningKey;
  /** Where its entry stands in the record, and the first head over it; null while it waits to be sealed. */
  sealed: { index: number; head: SignedHead } | null;
}

/** Signs with the installation's key: Ed25519 over the text in UTF-8, 64 bytes. */
export interface TextSigner {
  keyId: string;
  sign: (text: string) => Buffer;
}

/** What is wrong with one; words in `refusal:field.receipt.<problem>`. */
type Problem = 'form' | 'many' | 'log' | 'key' | 'retired' | 'signature' | 'missing' | 'differs';

interface Signer {
  log: string;
  key: SecretKey;
  /** Of the key's file, to notice another. */
  mark: string;
  /** By `performance.now()`. */
  until: number;
}

/** A process that did not see the key being changed goes on with the old one for so long. */
const CHANGING_MS = 10 * 60_000;
/** Which key is in use is asked again so often, and when its file has changed. */
const SIGNER_MS = 5 * 60_000;

/** Signs receipts, in any process that has the key, and checks them. */
@Injectable()
export class Receipts implements OnApplicationBootstrap {
  private signer: Signer | undefined;
  private trouble = '';

  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly audit: Audit,
    private readonly log: RecordLog,
    private readonly sealer: Sealer,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The first receipt may come before anything is sealed, or where nothing is. */
  async onApplicationBootstrap(): Promise<void> {
    try {
      if (!(await this.db.manager.exists(SigningKey))) await this.sealer.prepare();
    } catch (error) {
      this.told(error as Error);
    }
  }

  /**
   * A receipt as text. Nothing that is handed in is lost for want of a key: then there is no receipt, and the log says so.
   * Costs no statement but one every few minutes.
   */
  async sign(tx: Tx, facts: Omit<ReceiptFacts, 'log'>): Promise<string | null> {
    const signer = await this.signerNow(tx).catch((error: Error) => this.told(error));
    return signer ? printReceipt(signReceipt({ log: signer.log, ...facts }, signer.key)) : null;
  }

  /**
   * What signs other texts of the installation with the same key; their first line says what they are. Null where the key is
   * not at hand, and the log says so.
   */
  async textSigner(tx: Tx): Promise<TextSigner | null> {
    const signer = await this.signerNow(tx).catch((error: Error) => this.told(error));
    return (
      signer && {
        keyId: signer.key.keyId,
        sign: (text) => Buffer.from(signText(text, signer.key.privateKey), 'base64'),
      }
    );
  }

  /**
   * Checks what somebody has pasted. What is refused is recorded, with a hash of it.
   * @throws Refusal 422 with the field `receipt` and the {@link Problem} as `receipt.<problem>`
   */
  async check(actor: Actor, text: string): Promise<CheckedReceipt> {
    const found = await this.looked(text);
    if ('sealed' in found) return found;
    await this.work.run((tx) =>
      this.audit.record(tx, actor, {
        conferenceId: null,
        action: 'receipt.refused',
        subject: ['receipt', sha256(text)],
        after: { problem: found.problem },
      }),
    );
    throw refuseField('receipt', `receipt.${found.problem}`, undefined, found.key);
  }

  private async looked(text: string): Promise<CheckedReceipt | { problem: Problem; key?: string }> {
    const receipt = readReceipt(text);
    if (typeof receipt === 'string') return { problem: receipt };
    const epochs = await this.log.epochs();
    if (!epochs.some(({ log }) => log === receipt.log)) return { problem: 'log' };
    const key = (await this.log.keys()).find(({ keyId }) => keyId === receipt.keyId);
    if (!key) return { problem: 'key', key: receipt.keyId };
    if (!isReceiptSigned(receipt, readPublicKey(key.publicKey))) return { problem: 'signature' };
    if (key.retiredAt && Date.parse(receipt.arrived) > key.retiredAt.getTime() + CHANGING_MS)
      return { problem: 'retired', key: key.keyId };
    const [entry]: (EntryContent & { epoch: number | null; index: number })[] = await this.db.query(
      `select ${CONTENT}, e.epoch, e.leaf_index::float8 as index from audit_entry e where e.id = $1`,
      [receipt.entry],
    );
    if (!entry) return { problem: 'missing' };
    if (!isOf(receipt, entry)) return { problem: 'differs' };
    const head = entry.epoch === null ? null : await this.log.firstOver(entry.epoch, entry.index);
    return { receipt, key, sealed: head && { index: entry.index, head } };
  }

  private async signerNow({ manager, now }: Tx): Promise<Signer | null> {
    const mark = markOf(this.config.signingKeyFile);
    if (this.signer?.mark === mark && performance.now() < this.signer.until) return this.signer;
    const key = readKeyFile(this.config.signingKeyFile);
    const log = key && (await publishedIn(manager, key.keyId, new Date(now.getTime() - CHANGING_MS)));
    if (!log) throw new Error(`the key in use is not in ${this.config.signingKeyFile}`);
    this.signer = { log, key, mark, until: performance.now() + SIGNER_MS };
    this.trouble = '';
    return this.signer;
  }

  /** Every submission would tell of the same trouble. */
  private told({ message }: Error): null {
    if (message !== this.trouble)
      this.logger.error({ error: message }, 'receipts and archives cannot be signed');
    this.trouble = message;
    return null;
  }
}

/** Whether the entry is the one that was signed; what it says of the text is salted with a key that only its person's words have. */
const isOf = (receipt: Receipt, entry: EntryContent): boolean =>
  entryHash(entry).toString('hex') === receipt.entryHash && entry.subjectId === receipt.submission;

/** Changes when the file does; empty where there is none. */
function markOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? `${stat.ino} ${stat.mtimeMs} ${stat.size}` : '';
}

/** The name of the record, where this key is in use or was until just now. */
async function publishedIn(manager: EntityManager, keyId: string, since: Date): Promise<string | undefined> {
  const rows: { log: string }[] = await manager.query(
    `select p.log from record_epoch p where exists (
       select 1 from signing_key k where k.key_id = $1 and (k.retired_at is null or k.retired_at > $2))
     order by p.epoch desc limit 1`,
    [keyId, since],
  );
  return rows[0]?.log;
}
