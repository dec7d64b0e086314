import { Client } from 'pg';
import type { DataSource } from 'typeorm';

const AGAIN_MS = 1000;

/**
 * Says in the database that this process is there: a shared advisory lock that its own connection holds for as long as it
 * lives. PostgreSQL lets go of it when the process ends in any way.
 */
export class Presence {
  private client: Client | undefined;
  private ended = false;
  private again: NodeJS.Timeout | undefined;

  /**
   * @param name of what is held
   * @param back called when the connection was lost and is there again: what was true before may not be any more
   */
  constructor(
    private readonly db: DataSource,
    private readonly name: string,
    private readonly back: () => Promise<void>,
  ) {}

  async begin(): Promise<void> {
    const client = new Client({
      connectionString: (this.db.options as { url: string }).url,
      application_name: 'concord presence',
      keepAlive: true,
    });
    client.on('error', () => undefined);
    await client.connect();
    await client.query(`select pg_advisory_lock_shared(hashtextextended($1, 0))`, [this.name]);
    this.client = client;
    client.once('end', () => this.lost());
  }

  /** Whether no other process is there; if so, none can come until this one ends. */
  async alone(): Promise<boolean> {
    const { rows } = await this.client!.query<{ alone: boolean }>(
      `select pg_try_advisory_lock(hashtextextended($1, 0)) as alone`,
      [this.name],
    );
    return rows[0]!.alone;
  }

  async end(): Promise<void> {
    this.ended = true;
    clearTimeout(this.again);
    await this.client?.end();
    this.client = undefined;
  }

  private lost(): void {
    if (this.ended) return;
    this.again = setTimeout(() => {
      this.begin()
        .then(this.back)
        .catch(() => this.lost());
    }, AGAIN_MS).unref();
  }
}
