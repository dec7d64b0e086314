import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import { patternOf } from '../people/needles.js';
import type { Actor } from '../platform/actor.js';
import { Storage } from '../platform/storage.js';
import type { Tx } from '../platform/work.js';

/** What must not be printed any more. */
export interface Unprintable {
  personId: string;
  /** Looked for in papers of this person's only, since they may be everyday words. */
  words: readonly string[];
  /** Looked for everywhere. */
  needles: readonly string[];
  why: 'erased' | 'protected';
}

/** Takes down volumes that name somebody who may not be named any more, so that nobody gets another copy. */
@Injectable()
export class TakeDown {
  constructor(
    private readonly db: DataSource,
    private readonly audit: Audit,
    private readonly storage: Storage,
  ) {}

  /** Deletes such builds with their files; copies that are out are out of reach. @returns ids of their conferences */
  async builds(tx: Tx, actor: Actor, { personId, words, needles, why }: Unprintable): Promise<string[]> {
    const builds: { id: string; conferenceId: string; snapshotHash: string }[] = await tx.manager.query(
      `select b.id, b.conference_id as "conferenceId", b.snapshot_hash as "snapshotHash" from proceedings_build b
       where b.snapshot::text ~* $1 or (b.snapshot::text ~* $2 and exists (
         select 1 from submission_author a where a.person_id = $3
           and jsonb_path_exists(b.snapshot, '$.sections[*].papers[*] ? (@.id == $id)', jsonb_build_object('id', a.submission_id))))
       order by b.id for update`,
      [patternOf(needles) ?? NOTHING, patternOf(words) ?? NOTHING, personId],
    );
    if (builds.length === 0) return [];
    const ids = builds.map(({ id }) => id);
    const [files] = await tx.manager.query<[{ sha256: string }[], number]>(
      `delete from proceedings_file f where build_id = any($1) returning sha256`,
      [ids],
    );
    await tx.manager.query(`delete from proceedings_build where id = any($1)`, [ids]);
    await this.audit.record(
      tx,
      actor,
      ...builds.map(({ id, conferenceId, snapshotHash }) => ({
        conferenceId,
        action: 'build.takenDown',
        subject: ['proceedings_build', id] as [string, string],
        before: { snapshotHash },
        after: { why },
      })),
    );
    tx.afterCommit(() => this.forget(files.map(({ sha256 }) => sha256)));
    return [...new Set(builds.map(({ conferenceId }) => conferenceId))];
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
}

/** Is in no text. */
const NOTHING = 'a^';
