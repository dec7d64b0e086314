import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor } from './actor.js';
import { Clock } from './clock.js';

/** One transaction: everything a change needs to leave behind goes through it. */
export interface Tx {
  manager: EntityManager;
  /** The database's time at the start of the work. */
  now: Date;
  /**
   * When the actor's request had fully arrived: the database's time minus the time since its last byte, so that
   * neither a slow commit nor a wait for a lock ever makes anybody late.
   */
  arrival(actor: Actor): Date;
  /** Runs once the transaction is committed, and only then; failures there never reach the caller. */
  afterCommit(act: () => Promise<void>): void;
}

// Serialization failure and deadlock: the transaction left nothing behind and may be tried again.
const TRY_AGAIN = new Set(['40001', '40P01']);
const TRIES = 3;

/** The one way to change state: in one transaction, tried again when PostgreSQL asks for it. */
@Injectable()
export class Work {
  constructor(
    private readonly db: DataSource,
    private readonly clock: Clock,
  ) {}

  async run<T>(act: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const after: (() => Promise<void>)[] = [];
      try {
        const result = await this.db.transaction(async (manager) => {
          const now = await this.clock.now(manager);
          // Read after the answer: the time that the question took is in the requester's favour.
          const asked = performance.now();
          return act({
            manager,
            now,
            arrival: (actor) => new Date(now.getTime() - Math.max(0, asked - actor.request.arrivedAt)),
            afterCommit: (later) => after.push(later),
          });
        });
        for (const later of after) void later().catch(() => undefined);
        return result;
      } catch (error) {
        const code = (error as { driverError?: { code?: string } }).driverError?.code ?? '';
        if (attempt >= TRIES || !TRY_AGAIN.has(code)) throw error;
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 50 * attempt));
      }
    }
  }
}
