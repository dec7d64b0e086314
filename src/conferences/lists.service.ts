import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.service.js';
import type { Actor } from '../platform/actor.js';
import { Refusal } from '../platform/refusal.js';
import { Work } from '../platform/work.js';
import { planList, sameScale } from './conference-rules.js';
import { Conference } from './conference.entity.js';
import type { CriteriaDto, TopicsDto } from './conferences.dto.js';
import { Conferences } from './conferences.service.js';
import { Criterion } from './criterion.entity.js';
import { writeCriteria, writeTopics } from './list-writers.js';

/** A conference's ordered lists: its topics and its call's criteria. */
@Injectable()
export class ConferenceLists {
  constructor(
    private readonly work: Work,
    private readonly audit: Audit,
    private readonly conferences: Conferences,
  ) {}

  /** Replaces the list of topics: named ids stay, the others retire. @throws Refusal 412, 422 */
  async replaceTopics(actor: Actor, conference: Conference, input: TopicsDto): Promise<Conference> {
    return this.work.run(async (tx) => {
      await this.conferences.takeVersion(tx, actor, conference.id);
      const existing = await this.conferences.allTopicsOf(conference.id, tx.manager);
      const plan = planList('topics', existing, input.topics);
      if (plan.problems.length > 0) throw new Refusal('rule', 'fields', { fields: plan.problems });
      await writeTopics(tx, conference.id, input.topics, plan.retired);
      await this.audit.record(tx, actor, {
        conferenceId: conference.id,
        action: 'topics.replaced',
        subject: ['conference', conference.id],
        before: { topics: existing.filter((topic) => !topic.retiredAt).length },
        after: { topics: input.topics.length },
      });
      return this.conferences.byId(conference.id, tx.manager);
    });
  }

  /**
   * Replaces the list of criteria: named ids stay, the others retire. Once reviewing has started only words may change.
   * @throws Refusal 409 `criteria.frozen`, 412, 422
   */
  async replaceCriteria(actor: Actor, conference: Conference, input: CriteriaDto): Promise<Conference> {
    return this.work.run(async (tx) => {
      await this.conferences.takeVersion(tx, actor, conference.id);
      const call = await this.conferences.callOf(conference.id, tx.manager, 'for update');
      const existing = await tx.manager.find(Criterion, {
        where: { callId: call.id },
        order: { position: 'ASC' },
      });
      const inForce = existing.filter((criterion) => !criterion.retiredAt);
      const plan = planList('criteria', existing, input.criteria);
      if (plan.problems.length > 0) throw new Refusal('rule', 'fields', { fields: plan.problems });
      if (call.reviewingSince && !sameScale(inForce, input.criteria))
        throw new Refusal('conflict', 'criteria.frozen');
      await writeCriteria(tx, call.id, input.criteria, plan.retired);
      await this.audit.record(tx, actor, {
        conferenceId: conference.id,
        action: 'criteria.replaced',
        subject: ['call', call.id],
        before: { criteria: inForce.map(({ id, weight }) => ({ id, weight })) },
        after: { criteria: input.criteria.length },
      });
      return this.conferences.byId(conference.id, tx.manager);
    });
  }
}
