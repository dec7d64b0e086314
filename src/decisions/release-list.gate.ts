import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { hasRole, type Actor } from '../platform/actor.js';
import type { Gate } from '../platform/policy.js';
import { forbidden, notFound, notSignedIn } from '../platform/refusal.js';
import { ownedBy } from '../reviews/ownership.js';
import { ReleaseList } from './release-list.entity.js';

/**
 * SQL condition: the person may know of the list. Whoever has a submission of their own in the conference knows of the lists
 * that they froze themselves only: that another list is there, or what it leaves out, would tell them of their own decision.
 * @param list alias of the table `release_list`
 * @param person the parameter with the person's id
 */
export const maySeeList = (list: string, person: string): string =>
  `(${list}.created_by = ${person} or not exists (select 1 from submission s
     where s.conference_id = ${list}.conference_id and s.submitted_at is not null and ${ownedBy('s', person)}))`;

/** Acts on a frozen list named by `:id`: `inspect` (organisers, auditors), `decide` (chairs), both as {@link maySeeList} says. */
@Injectable()
export class ReleaseListGate implements Gate<ReleaseList> {
  constructor(private readonly db: DataSource) {}

  async pass(actor: Actor, act: string, params: Record<string, string>): Promise<ReleaseList> {
    if (actor.kind === 'guest') throw notSignedIn();
    const list = await this.db.manager
      .createQueryBuilder(ReleaseList, 'l')
      .where(`l.id = :id and ${maySeeList('l', ':person')}`, {
        id: params['id'] ?? '',
        person: actor.personId,
      })
      .getOne();
    if (!list || !hasRole(actor, list.conferenceId, 'organiser', 'auditor')) throw notFound();
    if (act === 'inspect' || (act === 'decide' && hasRole(actor, list.conferenceId, 'chair'))) return list;
    throw forbidden();
  }
}
