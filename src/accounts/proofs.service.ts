import { Inject, Injectable } from '@nestjs/common';
import { DataSource, MoreThan } from 'typeorm';
import { Outbox } from '../mail/outbox.service.js';
import type { IdentityChange, NameHolder } from '../people/protection.service.js';
import { CONFIG, type Config } from '../platform/config.js';
import { hashSecret, newId, newSecret } from '../platform/ids.js';
import { Refusal } from '../platform/refusal.js';
import type { Tx } from '../platform/work.js';
import { ProofLink, type ProofPurpose } from './proof-link.entity.js';

/** ASVS 5.0 6.6.3: a mailed link lives at most ten minutes. */
export const PROOF_MINUTES = 10;
/** Links that one person may have sent in the lifetime of one; beyond it nothing is sent and nothing is said. */
const LINKS_AT_ONCE = 5;

const KIND_OF = { add_address: 'address_confirm', erase: 'erasure_confirm' } as const;

/** Where the link of a purpose leads. */
const PATH_OF = { add_address: '/me/addresses/confirm', erase: '/me/data/erase' } as const;

/** Mailed links that only the person who asked for them can use, signed in and by a click: one stolen is worth nothing. */
@Injectable()
export class Proofs implements NameHolder {
  constructor(
    private readonly db: DataSource,
    private readonly outbox: Outbox,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Sends a link to an address, whoever it belongs to; not more than a few in ten minutes. */
  async mail(
    tx: Tx,
    personId: string,
    purpose: ProofPurpose,
    to: { address: string; typed: string },
  ): Promise<void> {
    // Two at once wait for one another here, so that the limit holds.
    await tx.manager.query(`select 1 from person where id = $1 for update`, [personId]);
    const recent = await tx.manager.count(ProofLink, {
      where: { personId, createdAt: MoreThan(new Date(tx.now.getTime() - PROOF_MINUTES * 60_000)) },
    });
    if (recent >= LINKS_AT_ONCE) return;
    const { id, secret } = await this.make(tx, personId, purpose, to);
    await this.outbox.add(tx, [
      {
        kind: KIND_OF[purpose],
        conference: null,
        to: { personId: null, address: to.address, name: '' },
        subjectId: id,
        occasion: 'requested',
        values: {
          proofUrl: `${this.config.publicUrl}${PATH_OF[purpose]}/${secret}`,
          minutes: PROOF_MINUTES,
        },
      },
    ]);
  }

  /** A link that is not mailed, for whoever has shown otherwise who they are; it is used in the same way. */
  async make(
    tx: Tx,
    personId: string,
    purpose: ProofPurpose,
    to: { address: string; typed: string },
  ): Promise<{ id: string; secret: string }> {
    const id = newId();
    const secret = newSecret();
    await tx.manager.insert(ProofLink, {
      id,
      secretHash: hashSecret(secret),
      personId,
      purpose,
      ...to,
      createdAt: tx.now,
      expiresAt: new Date(tx.now.getTime() + PROOF_MINUTES * 60_000),
      usedAt: null,
    });
    return { id, secret };
  }

  /**
   * Somebody goes by another name: links hold what stands for their addresses, and those to addresses that they wanted to add
   * are gone.
   */
  async renamed(tx: Tx, { personId, protects, addresses }: IdentityChange): Promise<void> {
    for (const [former, address] of addresses)
      await tx.manager.query(`update proof_link set address = $2, typed = $2 where address = $1`, [
        former,
        address,
      ]);
    if (protects) await tx.manager.delete(ProofLink, { personId, purpose: 'add_address' });
  }

  /**
   * Looks at a link without using it up.
   * @throws Refusal 422 `link.unknown` (also for another's), `link.used`, `link.expired`
   */
  async look(personId: string, secret: string, purpose: ProofPurpose, now: Date): Promise<ProofLink> {
    const link = await this.db.manager.findOneBy(ProofLink, {
      secretHash: hashSecret(secret),
      personId,
      purpose,
    });
    return stillGood(link, now);
  }

  /** Uses a link up. @throws Refusal as {@link look} */
  async take(tx: Tx, personId: string, secret: string, purpose: ProofPurpose): Promise<ProofLink> {
    const link = await tx.manager.findOne(ProofLink, {
      where: { secretHash: hashSecret(secret), personId, purpose },
      lock: { mode: 'pessimistic_write' },
    });
    const good = stillGood(link, tx.now);
    await tx.manager.update(ProofLink, { id: good.id }, { usedAt: tx.now });
    return good;
  }
}

function stillGood(link: ProofLink | null, now: Date): ProofLink {
  if (!link) throw new Refusal('rule', 'link.notYours');
  if (link.usedAt) throw new Refusal('rule', 'link.used');
  if (link.expiresAt <= now) throw new Refusal('rule', 'link.expired');
  return link;
}
