import { Inject, Injectable } from '@nestjs/common';
import { createPublicKey } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { CONFIG, type Config } from '../platform/config.js';
import { RecordTrouble } from './record-trouble.js';
import type { Tx } from '../platform/work.js';
import {
  makeKeyFile,
  makeNextKey,
  readKeyFile,
  readNextKey,
  useNextKey,
  type SecretKey,
} from './key-file.js';
import { SigningKey } from './signing-key.entity.js';
import { keyIdOf, signText, successionText } from './tree-head.js';

/**
 * The key that signs heads. Its private half lies in a file; which key is in use, and all that were, stands in the
 * database. Everything here is called by whoever holds the sealer's lock.
 */
@Injectable()
export class SigningKeys {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /**
   * The key in use; the first one is made here.
   * @throws RecordTrouble when the file here does not hold it
   */
  async current(tx: Tx): Promise<SecretKey> {
    const file = this.config.signingKeyFile;
    const inUse = await this.inUse(tx.manager);
    if (!inUse) {
      const key = readKeyFile(file) ?? makeKeyFile(file);
      await this.publish(tx, key, null);
      return key;
    }
    const key = readKeyFile(file);
    if (key?.keyId === inUse.keyId) return key;
    // The rotation was interrupted between the database and the file.
    if (readNextKey(file)?.keyId === inUse.keyId) return useNextKey(file)!;
    throw new RecordTrouble(
      key
        ? `The record is signed with the key ${inUse.keyId}, and ${file} holds ${key.keyId}: put the right key there, or take this one into use with "concord audit rotate-key".`
        : `The record is signed with the key ${inUse.keyId}, which is not in ${file}: set SIGNING_KEY_FILE to the file that all workers share, or make a new key with "concord audit rotate-key".`,
    );
  }

  /**
   * Takes another key into use: the one in the file where the database does not know it, otherwise a new one. The
   * old one signs the name of the new one where it is at hand, and stays published.
   */
  async rotate(tx: Tx): Promise<{ keyId: string; former: string | null }> {
    const file = this.config.signingKeyFile;
    const inUse = await this.inUse(tx.manager);
    const here = readKeyFile(file);
    if (here && !(await tx.manager.existsBy(SigningKey, { keyId: here.keyId }))) {
      await this.publish(tx, here, null);
      return { keyId: here.keyId, former: inUse?.keyId ?? null };
    }
    const old = here && here.keyId === inUse?.keyId ? here : undefined;
    const next = makeNextKey(file);
    await this.publish(tx, next, old ?? null);
    tx.afterCommit(async () => void useNextKey(file));
    return { keyId: next.keyId, former: inUse?.keyId ?? null };
  }

  /** Takes the key in the file into use if the database does not know it, as after a restore from before a rotation. */
  async adopt(tx: Tx): Promise<void> {
    const here = readKeyFile(this.config.signingKeyFile);
    if (here && !(await tx.manager.existsBy(SigningKey, { keyId: here.keyId })))
      await this.publish(tx, here, null);
  }

  private inUse(manager: EntityManager): Promise<SigningKey | null> {
    return manager.createQueryBuilder(SigningKey, 'k').where('k.retired_at is null').getOne();
  }

  private async publish({ manager, now }: Tx, key: SecretKey, old: SecretKey | null): Promise<void> {
    await manager.query(`update signing_key set retired_at = $1 where retired_at is null`, [now]);
    await manager.insert(SigningKey, {
      keyId: key.keyId,
      publicKey: key.publicKey,
      createdAt: now,
      retiredAt: null,
      endorsedBy: old && keyIdOf(createPublicKey(old.privateKey)),
      endorsement: old && signText(successionText(old.keyId, key.keyId), old.privateKey),
    });
  }
}
