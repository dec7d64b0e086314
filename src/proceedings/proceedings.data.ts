import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { needlesOf, type ErasedPerson } from '../people/needles.js';
import { holdingsBy, moveColumns, type Holding, type PersonalData } from '../people/personal-data.js';
import type { Actor } from '../platform/actor.js';
import type { Tx } from '../platform/work.js';
import { TakeDown } from './take-down.service.js';

/** Builds that somebody asked for, and volumes that name an author. */
@Injectable()
export class ProceedingsData implements PersonalData {
  readonly columns = ['proceedings_build.requested_by', 'published_volume.published_by'];

  constructor(private readonly takeDown: TakeDown) {}

  async exportOf(db: EntityManager, personId: string): Promise<Record<string, unknown[]>> {
    return {
      builds: await db.query(
        `select c.name as conference, b.status, b.created_at as "createdAt" from proceedings_build b
         join conference c on c.id = b.conference_id where b.requested_by = $1 order by b.created_at`,
        [personId],
      ),
      publishedVolumes: await db.query(
        `select c.name as conference, v.version, v.published_at as "publishedAt" from published_volume v
         join conference c on c.id = v.conference_id where v.published_by = $1 order by v.published_at`,
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
  async erase(tx: Tx, actor: Actor, person: ErasedPerson): Promise<void> {
    const needles = needlesOf(person);
    await this.takeDown.builds(tx, actor, { personId: person.id, words: [], needles, why: 'erased' });
  }

  async move(tx: Tx, _actor: Actor, fromId: string, intoId: string): Promise<void> {
    await moveColumns(tx, this.columns, fromId, intoId);
  }
}
