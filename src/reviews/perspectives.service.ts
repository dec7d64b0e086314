import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { opened, PersonKeys } from '../people/person-keys.js';
import type { Actor } from '../platform/actor.js';
import { Refusal } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import { AssignmentRule, Perspective } from './assignment-rule.entity.js';
import type { PerspectiveGroup } from './balance.js';
import { Reviewer } from './reviewer.entity.js';

/** What a reviewer may declare for one conference, and has. */
export interface PerspectiveForm {
  /** Id of the invitation. */
  id: string;
  conference: { slug: string; name: string };
  groups: PerspectiveGroup[];
  /** Id of the declared group, or null. */
  declared: string | null;
}

const about = (reviewerId: string): string => `perspective ${reviewerId}`;

/**
 * What reviewers privately declare about themselves: the only reader and writer of its table. It leaves in two ways: to the
 * person, and to the loader of a run, in numbers. The record says nothing of it, not even that something changed: when
 * somebody declared, beside what two runs proposed before and after, would tell what.
 */
@Injectable()
export class Perspectives {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly keys: PersonKeys,
  ) {}

  /** The person's places as an accepted reviewer in conferences that ask. */
  async forms(actor: Actor): Promise<PerspectiveForm[]> {
    const rows: {
      id: string;
      slug: string;
      name: string;
      groups: PerspectiveGroup[];
      sealed: string | null;
    }[] = await this.db.query(
      `select r.id, c.slug, c.name, k.groups, p.sealed
         from reviewer r join conference c on c.id = r.conference_id join assignment_rule k on k.conference_id = c.id
         left join perspective p on p.reviewer_id = r.id
         where r.person_id = $1 and r.status = 'accepted' and k.groups is not null order by r.invited_at desc, r.id`,
      [actor.personId],
    );
    if (rows.length === 0) return [];
    const key = await this.keys.forReading(actor.personId!);
    return rows.map(({ id, slug, name, groups, sealed }) => {
      const declared = opened(key, about(id), sealed);
      return {
        id,
        conference: { slug, name },
        groups,
        // A group that the conference has given up counts for nothing, and is shown as nothing declared.
        declared: groups.some((group) => group.id === declared) ? declared! : null,
      };
    });
  }

  /** Whether a conference for which the person reviews asks. */
  async isAsked(actor: Actor): Promise<boolean> {
    const rows: unknown[] = await this.db.query(
      `select 1 from reviewer r join assignment_rule k on k.conference_id = r.conference_id
       where r.person_id = $1 and r.status = 'accepted' and k.groups is not null limit 1`,
      [actor.personId],
    );
    return rows.length > 0;
  }

  /**
   * Declares a group, another one, or none any more.
   * @throws Refusal 409 `perspective.notAsked` where the conference has no groups or the invitation is not accepted; 422 for
   *   a group that is none of the conference's.
   */
  async declare(reviewer: Reviewer, group: string | null): Promise<void> {
    await this.work.run(async (tx) => {
      const rule = await tx.manager.findOneBy(AssignmentRule, { conferenceId: reviewer.conferenceId });
      const current = await tx.manager.findOneOrFail(Reviewer, {
        where: { id: reviewer.id },
        lock: { mode: 'pessimistic_read' },
      });
      if (group === null) {
        await tx.manager.delete(Perspective, { reviewerId: reviewer.id });
        return;
      }
      if (!rule?.groups || current.status !== 'accepted')
        throw new Refusal('conflict', 'perspective.notAsked');
      if (!rule.groups.some(({ id }) => id === group))
        throw new Refusal('rule', 'fields', { fields: [{ field: 'group', code: 'unknown', value: group }] });
      const key = await this.keys.of(tx, current.personId);
      if (!key) throw new Refusal('conflict', 'perspective.notAsked');
      await tx.manager.upsert(
        Perspective,
        { reviewerId: reviewer.id, sealed: key.seal(about(reviewer.id), group) },
        ['reviewerId'],
      );
    });
  }

  /** For the loader of a run: the index of each reviewer's group; those who are missing have declared nothing that counts. */
  async indexes(
    manager: EntityManager,
    conferenceId: string,
    groups: readonly PerspectiveGroup[],
  ): Promise<Map<string, number>> {
    const rows: { id: string; personId: string; dataKey: string | null; sealed: string }[] =
      await manager.query(
        `select r.id, r.person_id as "personId", h.data_key as "dataKey", p.sealed
         from perspective p join reviewer r on r.id = p.reviewer_id join person h on h.id = r.person_id
         where r.conference_id = $1`,
        [conferenceId],
      );
    const found = new Map<string, number>();
    for (const { id, personId, dataKey, sealed } of rows) {
      const declared = opened(this.keys.unwrap(personId, dataKey), about(id), sealed);
      const index = groups.findIndex((group) => group.id === declared);
      if (index >= 0) found.set(id, index);
    }
    return found;
  }

  /** Drops whatever these people have declared. */
  async forget(tx: Tx, personIds: readonly string[]): Promise<void> {
    await tx.manager.query(
      `delete from perspective p using reviewer r where r.id = p.reviewer_id and r.person_id = any($1)`,
      [personIds],
    );
  }

  /** What a person has declared, for their own export. */
  async exportOf(manager: EntityManager, personId: string): Promise<{ conference: string; group: string }[]> {
    const rows: { id: string; name: string; groups: PerspectiveGroup[] | null; sealed: string }[] =
      await manager.query(
        `select r.id, c.name, k.groups, p.sealed
         from perspective p join reviewer r on r.id = p.reviewer_id join conference c on c.id = r.conference_id
         left join assignment_rule k on k.conference_id = c.id where r.person_id = $1 order by r.invited_at, r.id`,
        [personId],
      );
    const key = rows.length > 0 ? await this.keys.forReading(personId, manager) : null;
    return rows.flatMap(({ id, name, groups, sealed }) => {
      const declared = opened(key, about(id), sealed);
      const group = groups?.find((one) => one.id === declared);
      return group ? [{ conference: name, group: group.name }] : [];
    });
  }
}
