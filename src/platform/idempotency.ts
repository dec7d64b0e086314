import { Injectable } from '@nestjs/common';
import type { Actor } from './actor.js';
import { Refusal } from './refusal.js';
import type { Tx } from './work.js';

/**
 * Makes a repeat harmless: what a key has created is remembered by its id only, and a repeat answers with that id,
 * to be authorised and projected anew. Rows live in the creating transaction, so a repeat waits for the first.
 */
@Injectable()
export class Idempotency {
  /**
   * Runs `create` unless this actor's key has created something on this route before.
   * @returns the id created now or then, and which of the two it was.
   * @throws Refusal 422 `idempotency.reused` when the key came with another body.
   */
  async once(
    tx: Tx,
    actor: Actor,
    create: () => Promise<string>,
  ): Promise<{ id: string; replayed: boolean }> {
    const { idempotencyKey: key, route, bodyHash } = actor.request;
    if (!key) return { id: await create(), replayed: false };
    const owner = actor.personId ?? 'guest';
    const inserted: unknown[] = await tx.manager.query(
      `insert into idempotency_key (owner, key, route, body_hash, created_at) values ($1, $2, $3, $4, $5)
       on conflict do nothing returning 1`,
      [owner, key, route, bodyHash ?? '', tx.now],
    );
    if (inserted.length === 0) {
      const rows: { route: string; body_hash: string; result_id: string }[] = await tx.manager.query(
        `select route, body_hash, result_id from idempotency_key where owner = $1 and key = $2`,
        [owner, key],
      );
      const earlier = rows[0]!;
      if (earlier.route !== route || earlier.body_hash !== (bodyHash ?? ''))
        throw new Refusal('rule', 'idempotency.reused');
      return { id: earlier.result_id, replayed: true };
    }
    const id = await create();
    await tx.manager.query(`update idempotency_key set result_id = $3 where owner = $1 and key = $2`, [
      owner,
      key,
      id,
    ]);
    return { id, replayed: false };
  }
}
