import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/**
 * The one Clock: the database's, so that every process tells the same time.
 * The offset is zero but in tests, the seed and the rehearsal.
 */
@Injectable()
export class Clock {
  offsetMs = 0;

  constructor(private readonly db: DataSource) {}

  /** The database's time now, plus the offset. */
  async now(manager: EntityManager = this.db.manager): Promise<Date> {
    const rows: { now: Date }[] = await manager.query(
      `select clock_timestamp() + make_interval(secs => $1::float8 / 1000) as now`,
      [this.offsetMs],
    );
    return rows[0]!.now;
  }
}
