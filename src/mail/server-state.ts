import type { DataSource } from 'typeorm';
import type { Clock } from '../platform/clock.js';

/** The Clock's time as SQL; `$1` is the Clock's offset in milliseconds. */
export const NOW = `(clock_timestamp() + make_interval(secs => $1::float8 / 1000))`;

/** Turns that are saved up while nothing is sent, in seconds of the rate. */
const SAVED_SECONDS = 5;

/** Host and port of a mail server, without what signs us in. */
export function serverName(smtpUrl: string): string {
  const { hostname, port, protocol } = new URL(smtpUrl);
  return `${hostname}:${port || (protocol === 'smtps:' ? '465' : '587')}`;
}

/** What all workers that send by one mail server share: the turns of its rate, and whether it is in trouble. */
export class ServerState {
  readonly name: string;
  /** Seconds between two messages. */
  private readonly step: number;

  /** @param rate most messages a minute, of all workers together; 0 for no limit. */
  constructor(
    private readonly db: DataSource,
    private readonly clock: Clock,
    smtpUrl: string,
    private readonly rate: number,
  ) {
    this.name = serverName(smtpUrl);
    this.step = 60 / rate;
  }

  /** Takes up to `most` turns that are free now. @returns how many; without a rate as many as were asked for. */
  async take(most: number): Promise<number> {
    if (this.rate === 0 || most === 0) return most;
    await this.add();
    const saved = Math.max(1, Math.floor(SAVED_SECONDS / this.step));
    const [rows] = await this.db.query<[{ n: number }[], number]>(
      `with s as (
         select name, greatest(coalesce(turn_at, '-infinity'), ${NOW} - make_interval(secs => $3::float8 * $5::int)) as since
         from mail_server where name = $2 for update),
       t as (
         select name, since, least($4::int, greatest(0, floor(extract(epoch from ${NOW} - since) / $3::float8)))::int as n from s)
       update mail_server m set turn_at = t.since + make_interval(secs => $3::float8 * t.n) from t
       where m.name = t.name returning t.n`,
      [this.clock.offsetMs, this.name, this.step, most, saved],
    );
    return rows[0]?.n ?? 0;
  }

  /** Gives back turns that nothing was there for. */
  async giveBack(turns: number): Promise<void> {
    if (this.rate === 0 || turns === 0) return;
    await this.db.query(
      `update mail_server set turn_at = turn_at - make_interval(secs => $2::float8) where name = $1`,
      [this.name, this.step * turns],
    );
  }

  /** Writes down that the server takes nothing from us. @returns whether nobody had known. */
  async troubled(reason: string): Promise<boolean> {
    await this.add();
    const [rows] = await this.db.query<[{ isNew: boolean }[], number]>(
      `update mail_server m set trouble = $3, troubled_since = coalesce(b.troubled_since, ${NOW})
       from (select name, troubled_since from mail_server where name = $2 for update) b
       where m.name = b.name returning b.troubled_since is null as "isNew"`,
      [this.clock.offsetMs, this.name, reason],
    );
    return rows[0]?.isNew ?? false;
  }

  /** Writes down that it takes mail. @returns whether there had been trouble. */
  async relieved(): Promise<boolean> {
    const [, count] = await this.db.query<[unknown, number]>(
      `update mail_server set trouble = null, troubled_since = null where name = $1 and trouble is not null`,
      [this.name],
    );
    return count > 0;
  }

  private async add(): Promise<void> {
    await this.db.query(`insert into mail_server (name) values ($1) on conflict do nothing`, [this.name]);
  }
}
