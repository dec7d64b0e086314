import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { Clock } from '../platform/clock.js';
import { LOGGER } from '../platform/platform.module.js';
import { verifyRecord, type Finding } from './verify.js';

const FIRST_AFTER_MS = 60_000;
const EVERY_MS = 60 * 60_000;
/** Any number will do, as long as every Concord process uses the same. */
const LOCK = 7_203_117;
const FACT = 'record.check';
/** So many findings are kept with the result. */
const KEPT = 20;

/** What came of the last check of the whole record. */
export interface CheckResult {
  at: Date;
  entries: number;
  heads: number;
  seconds: number;
  found: number;
  findings: Finding[];
}

/** Checks the whole record every hour, as `concord audit verify` does, so that its page can say how it went. */
@Injectable()
export class RecordCheck {
  private stopped = false;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly db: DataSource,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  start(): void {
    this.checkAgain(FIRST_AFTER_MS);
  }

  /** Lets a check under way finish. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private checkAgain(afterMs: number): void {
    this.timer = setTimeout(() => {
      this.running = this.check()
        .then(() => undefined)
        .catch((error: Error) =>
          this.logger.warn({ error: error.message }, 'the record could not be checked'),
        )
        .finally(() => {
          if (!this.stopped) this.checkAgain(EVERY_MS);
        });
    }, afterMs);
  }

  /** Checks everything and keeps the result. @returns null where another process is checking */
  async check(): Promise<CheckResult | null> {
    const session = this.db.createQueryRunner();
    try {
      const [row]: { mine: boolean }[] = await session.query(`select pg_try_advisory_lock($1) as mine`, [
        LOCK,
      ]);
      if (!row!.mine) return null;
      const from = performance.now();
      const { entries, heads, found, findings } = await verifyRecord(this.db);
      const seconds = Math.round((performance.now() - from) / 100) / 10;
      const result = { entries, heads, seconds, found, findings: findings.slice(0, KEPT) };
      const at = await this.clock.now();
      await this.db.query(
        `insert into installation_fact (key, value, at) values ($1, $2, $3)
         on conflict (key) do update set value = excluded.value, at = excluded.at`,
        [FACT, JSON.stringify(result), at],
      );
      if (found > 0)
        this.logger.error(
          { found, first: findings[0]?.message },
          'the record is not as it was sealed: run "concord audit verify"',
        );
      return { ...result, at };
    } finally {
      await session.query(`select pg_advisory_unlock($1)`, [LOCK]).catch(() => undefined);
      await session.release();
    }
  }

  /** @returns null before the first check */
  async last(): Promise<CheckResult | null> {
    const rows: { at: Date; value: Omit<CheckResult, 'at'> }[] = await this.db.query(
      `select at, value from installation_fact where key = $1`,
      [FACT],
    );
    return rows[0] ? { ...rows[0].value, at: rows[0].at } : null;
  }
}
