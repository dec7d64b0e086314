import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { needlesOf, patternOf, type ErasedPerson } from '../people/needles.js';
import { holdingsBy, moveColumns, type Holding, type PersonalData } from '../people/personal-data.js';
import type { Actor } from '../platform/actor.js';
import { Storage } from '../platform/storage.js';
import type { Tx } from '../platform/work.js';

/** Builds that somebody asked for, and volumes that name an author. */
@Injectable()
export class ProceedingsData implements PersonalData {
  readonly columns = ['proceedings_build.requested_by'];

  constructor(
    private readonly db: DataSource,
    private readonly storage: Storage,
  ) {}

  async exportOf(db: EntityManager, personId: string): Promise<Record<string, unknown[]>> {
    return {
      builds: await db.query(
        `select c.name as conference, b.status, b.created_at as "createdAt" from proceedings_build b
         join conference c on c.id = b.conference_id where b.requested_by = $1 order by b.created_at`,
        [personId],
      ),
    };
  }

  holdings(db: EntityManager, personId: string): Promise<Holding[]> {
    return holdingsBy(
      db,
      personId,
      'deleted',
      `select 'build' as kind, b.id, b.conference_id as "conferenceId", null as "submissionId" from proceedings_build b
       where exists (select 1 from submission_author a where a.person_id = $1
         and jsonb_path_exists(b.snapshot, '$.sections[*].papers[*] ? (@.id == $id)', jsonb_build_object('id', a.submission_id)))`,
    );
  }

  /**
   * Volumes that were made with the name are taken down, so that nobody gets another copy; a new build prints the same papers
   * without it. Copies that are out are out of reach.
   */
  async erase(tx: Tx, _actor: Actor, person: ErasedPerson): Promise<void> {
    const pattern = patternOf(needlesOf(person));
    if (!pattern) return;
    const builds: { id: string }[] = await tx.manager.query(
      `select id from proceedings_build where snapshot::text ~* $1 for update`,
      [pattern],
    );
    const ids = builds.map(({ id }) => id);
    const [files] = await tx.manager.query<[{ sha256: string }[], number]>(
      `delete from proceedings_file f where build_id = any($1) returning sha256`,
      [ids],
    );
    await tx.manager.query(`delete from proceedings_build where id = any($1)`, [ids]);
    tx.afterCommit(() => this.forget(files.map(({ sha256 }) => sha256)));
  }

  /** Equal files are kept once: one that another build leads to stays. */
  private async forget(files: readonly string[]): Promise<void> {
    const used: { sha256: string }[] = await this.db.query(
      `select sha256 from proceedings_file where sha256 = any($1)
       union select unnest(array[sha256, clean_sha256]) from paper where sha256 = any($1) or clean_sha256 = any($1)`,
      [files],
    );
    const kept = new Set(used.map(({ sha256 }) => sha256));
    for (const sha256 of new Set(files)) if (!kept.has(sha256)) await this.storage.remove(sha256);
  }

  async move(tx: Tx, _actor: Actor, fromId: string, intoId: string): Promise<void> {
    await moveColumns(tx, this.columns, fromId, intoId);
  }
}
