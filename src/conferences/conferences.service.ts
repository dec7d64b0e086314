import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, type EntityManager } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import { normaliseEmail } from '../people/email.js';
import { People } from '../people/people.service.js';
import { isOperator, type Actor } from '../platform/actor.js';
import { violates } from '../platform/database.js';
import { Idempotency } from '../platform/idempotency.js';
import { newId } from '../platform/ids.js';
import { Port } from '../platform/port.js';
import { notFound, Refusal, type FieldProblem } from '../platform/refusal.js';
import { limitOf, type PageQuery } from '../platform/paging.js';
import { Work, type Tx } from '../platform/work.js';
import { Call } from './call.entity.js';
import { Conference } from './conference.entity.js';
import { changeCall, facts, newCall, touchesReviewed } from './call-settings.js';
import { daysProblem, planList } from './conference-rules.js';
import type { ConferenceParts } from './conference.view.js';
import type { ChangeConferenceDto, CreateConferenceDto } from './conferences.dto.js';
import { writeCriteria, writeTopics } from './list-writers.js';
import { Criterion } from './criterion.entity.js';
import { windowState } from './deadline.js';
import { afterOf, pageOfRows, type Page } from './page.js';
import type { ReviewingStarted } from './ports.js';
import { Topic } from './topic.entity.js';
import { broken } from './who-sees-whom.js';

/** Conferences with their calls, topics and criteria; the only writer of their tables. */
@Injectable()
export class Conferences {
  /** Called when the reviewing of a call starts. */
  readonly reviewingStarted = new Port<ReviewingStarted>();

  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly idempotency: Idempotency,
    private readonly audit: Audit,
    private readonly people: People,
  ) {}

  /** Conferences, newest first; rehearsals only for the operator. */
  async list(actor: Actor, query: PageQuery = {}): Promise<Page<ConferenceParts>> {
    const limit = limitOf(query);
    const [at, id] = afterOf(query);
    const builder = this.db.manager
      .createQueryBuilder(Conference, 'c')
      .orderBy('c.createdAt', 'DESC')
      .addOrderBy('c.id', 'DESC')
      .limit(limit + 1);
    if (!isOperator(actor)) builder.andWhere(`c.kind <> 'rehearsal'`);
    if (at) builder.andWhere('(c.created_at, c.id) < (:at, :id)', { at, id });
    const page = pageOfRows(await builder.getMany(), limit);
    return { items: await this.parts(page.items), next: page.next };
  }

  /** @throws Refusal 404 */
  async bySlug(slug: string): Promise<Conference> {
    const conference = await this.db.manager.findOneBy(Conference, { slug });
    if (!conference) throw notFound();
    return conference;
  }

  /** @throws Refusal 404 */
  async byId(id: string, manager: EntityManager = this.db.manager): Promise<Conference> {
    const conference = await manager.findOneBy(Conference, { id });
    if (!conference) throw notFound();
    return conference;
  }

  /** Several conferences at once, in no order. */
  async byIds(ids: readonly string[]): Promise<Conference[]> {
    return ids.length === 0 ? [] : this.db.manager.findBy(Conference, { id: In([...new Set(ids)]) });
  }

  /** The conference's call; in a transaction that depends on its window, read it with `lock`. */
  async callOf(
    conferenceId: string,
    manager: EntityManager = this.db.manager,
    lock?: 'for share' | 'for update',
  ): Promise<Call> {
    return manager.findOneOrFail(Call, {
      where: { conferenceId },
      ...(lock && { lock: { mode: lock === 'for share' ? 'pessimistic_read' : 'pessimistic_write' } }),
    });
  }

  /** Topics in force, in their order. */
  async topicsOf(conferenceId: string, manager: EntityManager = this.db.manager): Promise<Topic[]> {
    return manager.find(Topic, { where: { conferenceId, retiredAt: IsNull() }, order: { position: 'ASC' } });
  }

  /** Topics in force and, after them, retired ones. */
  async allTopicsOf(conferenceId: string, manager: EntityManager = this.db.manager): Promise<Topic[]> {
    return manager.find(Topic, { where: { conferenceId }, order: { position: 'ASC' } });
  }

  /** Criteria in force, in their order. */
  async criteriaOf(callId: string, manager: EntityManager = this.db.manager): Promise<Criterion[]> {
    return manager.find(Criterion, { where: { callId, retiredAt: IsNull() }, order: { position: 'ASC' } });
  }

  /** A conference with its call, topics and criteria. */
  async detail(conference: Conference): Promise<ConferenceParts> {
    return (await this.parts([conference]))[0]!;
  }

  private async parts(conferences: Conference[]): Promise<ConferenceParts[]> {
    if (conferences.length === 0) return [];
    const manager = this.db.manager;
    const ids = conferences.map((conference) => conference.id);
    const previousIds = conferences.map((conference) => conference.previousId).filter((id) => id !== null);
    const calls = await manager.findBy(Call, { conferenceId: In(ids) });
    const topics = await manager.find(Topic, {
      where: { conferenceId: In(ids), retiredAt: IsNull() },
      order: { position: 'ASC' },
    });
    const criteria = await manager.find(Criterion, {
      where: { callId: In(calls.map((call) => call.id)), retiredAt: IsNull() },
      order: { position: 'ASC' },
    });
    const previous = new Map((await this.byIds(previousIds)).map((row) => [row.id, row.slug]));
    return conferences.map((conference) => {
      const call = calls.find((row) => row.conferenceId === conference.id)!;
      return {
        conference,
        call,
        topics: topics.filter((row) => row.conferenceId === conference.id),
        criteria: criteria.filter((row) => row.callId === call.id),
        previousSlug: conference.previousId ? (previous.get(conference.previousId) ?? null) : null,
      };
    });
  }

  /**
   * Adds a conference with its call; whoever creates it becomes its organiser and chair.
   * @throws Refusal 409 `conference.exists`, 422 for dates and lists that do not fit
   */
  async create(actor: Actor, input: CreateConferenceDto): Promise<Conference> {
    try {
      return await this.work.run(async (tx) => {
        const { id } = await this.idempotency.once(tx, actor, () => this.add(tx, actor, input));
        return this.byId(id, tx.manager);
      });
    } catch (error) {
      if (violates(error, 'conference_slug_key')) throw exists('slug', input.slug);
      if (violates(error, 'conference_code_prefix_key')) throw exists('codePrefix', input.codePrefix);
      throw error;
    }
  }

  private async add(tx: Tx, actor: Actor, input: CreateConferenceDto): Promise<string> {
    const id = newId();
    const callId = newId();
    const call = newCall(input.call, input.timeZone, tx.now);
    const topics = input.topics ?? [];
    const criteria = input.criteria ?? [];
    const problems = [
      ...call.problems,
      ...planList('topics', [], topics).problems,
      ...planList('criteria', [], criteria).problems,
    ];
    const days = daysProblem(input.startsOn ?? null, input.endsOn ?? null);
    if (days) problems.push(days);
    let previousId: string | null = null;
    if (input.previous) {
      previousId = (await tx.manager.findOneBy(Conference, { slug: input.previous }))?.id ?? null;
      if (!previousId) problems.push({ field: 'previous', code: 'unknown', value: input.previous });
    }
    if (problems.length > 0) throw new Refusal('rule', 'fields', { fields: problems });

    await tx.manager.insert(Conference, {
      id,
      slug: input.slug,
      codePrefix: input.codePrefix,
      name: input.name,
      subtitle: input.subtitle ?? '',
      organiserName: input.organiserName,
      description: input.description ?? '',
      venue: input.venue ?? '',
      contactAddress: contactAddress(input.contactAddress),
      startsOn: input.startsOn ?? null,
      endsOn: input.endsOn ?? null,
      timeZone: input.timeZone,
      floorLanguage: input.floorLanguage ?? 'en',
      interpretation: input.interpretation ?? [],
      previousId,
      kind: input.kind ?? 'real',
      lettersOpen: true,
      registrationOpen: true,
      version: 1,
      createdAt: tx.now,
    });
    await tx.manager.insert(Call, {
      ...call.row,
      id: callId,
      conferenceId: id,
      version: 1,
      createdAt: tx.now,
    });
    await writeTopics(tx, id, topics, []);
    await writeCriteria(tx, callId, criteria, []);
    await this.audit.record(tx, actor, {
      conferenceId: id,
      action: 'conference.created',
      subject: ['conference', id],
      after: {
        slug: input.slug,
        kind: input.kind ?? 'real',
        topics: topics.length,
        criteria: criteria.length,
      },
    });
    if (actor.personId)
      for (const role of ['organiser', 'chair'] as const)
        await this.people.grant(tx, actor, actor.personId, role, id);
    return id;
  }

  /**
   * Changes settings, texts and the call. Moving the deadline of a call that has opened needs a reason.
   * @throws Refusal 412 when somebody else changed it meanwhile, 409 `call.reviewing` for window and blindness once
   *   reviewing has started, `call.promised.*` where somebody would be named earlier than they were told when they handed
   *   in or accepted, 422 for dates that do not fit
   */
  async update(actor: Actor, conference: Conference, input: ChangeConferenceDto): Promise<Conference> {
    return this.work.run(async (tx) => {
      const current = await this.takeVersion(tx, actor, conference.id);
      const { call: callInput, contactAddress: address, ...rest } = input;
      const changes = given({
        ...rest,
        ...(address !== undefined && { contactAddress: contactAddress(address) }),
      }) as Partial<Conference>;
      const problems: FieldProblem[] = [];
      const days = daysProblem(
        changes.startsOn === undefined ? current.startsOn : changes.startsOn,
        changes.endsOn === undefined ? current.endsOn : changes.endsOn,
      );
      if (days) problems.push(days);
      const call = await this.callOf(conference.id, tx.manager, 'for update');
      const changed = changeCall(call, callInput ?? {}, changes.timeZone ?? current.timeZone, tx.now);
      problems.push(...changed.problems);
      if (problems.length > 0) throw new Refusal('rule', 'fields', { fields: problems });
      if (call.reviewingSince && touchesReviewed(call, changed.row))
        throw new Refusal('conflict', 'call.reviewing');
      await this.keepPromises(tx, call, { ...call, ...changed.row });

      if (Object.keys(changes).length > 0)
        await tx.manager.update(Conference, { id: conference.id }, changes);
      if (callInput)
        await tx.manager.update(Call, { id: call.id }, { ...changed.row, version: call.version + 1 });
      await this.audit.record(tx, actor, {
        conferenceId: conference.id,
        action: 'conference.changed',
        subject: ['conference', conference.id],
        before: facts(current, call),
        after: {
          ...facts({ ...current, ...changes }, { ...call, ...changed.row }),
          fields: [
            ...Object.keys(changes),
            ...Object.keys(given(callInput ?? {})).map((key) => `call.${key}`),
          ],
        },
        ...(callInput?.reason && { reason: callInput.reason }),
      });
      return this.byId(conference.id, tx.manager);
    });
  }

  /**
   * Whoever handed in or agreed to review was told who would learn their name, and when. The call's row is locked, and both
   * read it under a lock of their own, so that nobody relies on a promise that is being changed.
   */
  private async keepPromises(tx: Tx, before: Call, after: Call): Promise<void> {
    const sides = broken(before, after);
    if (sides.length === 0) return;
    const [relied]: { authors: boolean; reviewers: boolean }[] = await tx.manager.query(
      `select exists (select 1 from submission where call_id = $1 and submitted_at is not null) as authors,
         exists (select 1 from reviewer r where r.conference_id = $2 and (r.status = 'accepted'
           or exists (select 1 from assignment a where a.reviewer_id = r.id))) as reviewers`,
      [before.id, before.conferenceId],
    );
    const side = sides.find((one) => relied![one]);
    if (side) throw new Refusal('conflict', `call.promised.${side}`);
  }

  /**
   * Starts the reviewing of the conference's call, once, after it has closed.
   * @throws Refusal 409 `reviewing.started` or `reviewing.callOpen`
   */
  async startReviewing(actor: Actor, conference: Conference): Promise<Conference> {
    return this.work.run(async (tx) => {
      const call = await this.callOf(conference.id, tx.manager, 'for update');
      if (call.reviewingSince) throw new Refusal('conflict', 'reviewing.started');
      const window = { opensAt: call.opensAt, closesAt: call.closesAt, graceMs: call.graceMinutes * 60_000 };
      if (windowState(window, tx.now) !== 'closed') throw new Refusal('conflict', 'reviewing.callOpen');
      const started = { ...call, reviewingSince: tx.now, version: call.version + 1 };
      await tx.manager.update(Call, { id: call.id }, { reviewingSince: tx.now, version: started.version });
      await tx.manager.increment(Conference, { id: conference.id }, 'version', 1);
      await this.audit.record(tx, actor, {
        conferenceId: conference.id,
        action: 'call.reviewing_started',
        subject: ['call', call.id],
        after: { reviewingSince: tx.now.toISOString() },
      });
      const current = await this.byId(conference.id, tx.manager);
      await this.reviewingStarted.each((listener) => listener.reviewingStarted(tx, actor, current, started));
      return current;
    });
  }

  /** Locks a conference by taking its next version; the system need not have seen the last. @throws Refusal 400 `version.missing`, 412 `stale` */
  async takeVersion(tx: Tx, actor: Actor, id: string): Promise<Conference> {
    const seen = actor.request.seenVersion;
    const version = actor.kind === 'system' ? (await this.byId(id, tx.manager)).version : seen;
    if (version === undefined) throw new Refusal('malformed', 'version.missing');
    const result = await tx.manager.update(Conference, { id, version }, { version: version + 1 });
    if (result.affected !== 1) throw new Refusal('stale', 'stale');
    return this.byId(id, tx.manager);
  }
}

const exists = (field: string, value: string): Refusal =>
  new Refusal('conflict', 'conference.exists', { fields: [{ field, code: 'taken', value }] });

/** The DTO has checked that a filled-in address is one. */
const contactAddress = (typed: string | undefined): string => (typed && normaliseEmail(typed)) || '';

/** Without what was not given. */
function given(input: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}
