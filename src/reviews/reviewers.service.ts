import { Inject, Injectable } from '@nestjs/common';
import { DataSource, In, type EntityManager } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import type { Conference } from '../conferences/conference.entity.js';
import { Conferences } from '../conferences/conferences.service.js';
import { MailKinds } from '../mail/kinds.js';
import { Outbox } from '../mail/outbox.service.js';
import { normaliseRor } from '../people/ror.js';
import { People } from '../people/people.service.js';
import type { IdentityChange, NameHolder } from '../people/protection.service.js';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { decodeCursor, encodeCursor } from '../platform/cursor.js';
import { Idempotency } from '../platform/idempotency.js';
import { newId } from '../platform/ids.js';
import { limitOf, type PageQuery } from '../platform/paging.js';
import { Port } from '../platform/port.js';
import { notFound, Refusal, refuseField } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import { Assignment } from './assignment.entity.js';
import { ownedBy } from './ownership.js';
import { INVITATION_MAIL, mailInstant } from './review-mails.js';
import type { AcceptInvitationDto, DeclineInvitationDto, InviteReviewerDto } from './reviewer.dto.js';
import { Reviewer, ReviewerTopic } from './reviewer.entity.js';
import type { Invitation, ReviewerRow } from './reviewer.view.js';

const USUAL_LOAD = 6;

/** `$2` is the viewer: work on their own submissions is not counted. */
const ROWS = `select r.id, r.conference_id as "conferenceId", r.person_id as "personId", r.name, r.affiliation, r.country,
    r.address, r.status, r.max_load as "maxLoad", r.invited_by as "invitedBy", r.invited_at as "invitedAt",
    r.answered_at as "answeredAt", r.decline_reason as "declineReason", r.version,
    coalesce((select jsonb_agg(t.topic_id order by t.topic_id) from reviewer_topic t where t.reviewer_id = r.id), '[]') as topics,
    work.load, work."handedIn"
  from reviewer r cross join lateral (
    select count(*)::int as load, (count(*) filter (where v.status = 'handed_in'))::int as "handedIn"
    from assignment a join submission s on s.id = a.submission_id left join review v on v.assignment_id = a.id
    where a.reviewer_id = r.id and a.status = 'assigned' and s.status <> 'withdrawn' and not ${ownedBy('s', '$2')}) work
  where r.conference_id = $1`;

/** Who must know when a reviewer says something else of themselves. */
export interface ReviewerChanged {
  reviewerChanged(tx: Tx, actor: Actor, reviewerId: string): Promise<void>;
}

/** Reviewers and their invitations; the only writer of their tables. */
@Injectable()
export class Reviewers implements NameHolder {
  /** Called when what a reviewer has in common with authors may have changed. */
  readonly changed = new Port<ReviewerChanged>();

  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly idempotency: Idempotency,
    private readonly audit: Audit,
    private readonly people: People,
    private readonly conferences: Conferences,
    private readonly outbox: Outbox,
    @Inject(CONFIG) private readonly config: Config,
    kinds: MailKinds,
  ) {
    kinds.register(INVITATION_MAIL);
  }

  /**
   * Invites a person to review. Somebody who is invited already, or has answered, stays as they are and gets no second
   * mail; only who was removed is invited anew.
   * @throws Refusal 422 for an address or a topic that cannot be.
   */
  async invite(actor: Actor, conference: Conference, input: InviteReviewerDto): Promise<ReviewerRow> {
    const id = await this.work.run(async (tx) => {
      const { id: invited } = await this.idempotency.once(tx, actor, async () => {
        const topics = await this.knownTopics(tx, conference.id, input.topics ?? []);
        const [found] = await this.people.resolve(tx, [input], () => 'email', actor);
        const { personId, address, name } = found!;
        return this.add(tx, actor, conference, { ...input, name }, topics, personId, address!);
      });
      return invited;
    });
    return this.row(actor, conference.id, id);
  }

  private async add(
    tx: Tx,
    actor: Actor,
    conference: Conference,
    input: InviteReviewerDto,
    topics: readonly string[],
    personId: string,
    address: string,
  ): Promise<string> {
    const fields = {
      name: input.name,
      affiliation: input.affiliation,
      ror: (input.ror ? normaliseRor(input.ror) : undefined) ?? null,
      country: input.country ?? null,
      address,
      status: 'invited' as const,
      maxLoad: input.maxLoad ?? USUAL_LOAD,
      invitedBy: actor.personId,
      invitedAt: tx.now,
      answeredAt: null,
      declineReason: null,
    };
    const inserted = await tx.manager
      .createQueryBuilder()
      .insert()
      .into(Reviewer)
      .values({ id: newId(), conferenceId: conference.id, personId, ...fields, version: 1 })
      .orIgnore()
      .returning('id')
      .execute();
    const added = (inserted.raw as { id: string }[])[0]?.id;
    let version = 1;
    let id = added ?? '';
    if (added === undefined) {
      const existing = await tx.manager.findOneOrFail(Reviewer, {
        where: { conferenceId: conference.id, personId },
        lock: { mode: 'pessimistic_write' },
      });
      id = existing.id;
      if (existing.status !== 'removed') return id;
      version = existing.version + 1;
      await tx.manager.update(Reviewer, { id }, { ...fields, version });
    }
    await this.writeTopics(tx, id, topics);
    await this.audit.record(tx, actor, {
      conferenceId: conference.id,
      action: 'reviewer.invited',
      subject: ['reviewer', id],
      after: { topics: topics.length, maxLoad: fields.maxLoad },
    });
    const call = await this.conferences.callOf(conference.id, tx.manager);
    await this.outbox.add(tx, [
      {
        kind: INVITATION_MAIL.kind,
        conference: { id: conference.id, name: conference.name, contactAddress: conference.contactAddress },
        to: { personId, address, name: input.name },
        subjectId: id,
        occasion: `v${version}`,
        values: {
          invitedBy: actor.personId ? (await this.people.byId(actor.personId)).name : '',
          reviewsDue: call.reviewsDueAt ? mailInstant(call.reviewsDueAt) : '',
          invitationUrl: `${this.config.publicUrl}/invitations/${id}`,
        },
      },
    ]);
    return id;
  }

  /** The invitation with its surroundings, for the invited person. */
  async invitation(reviewer: Reviewer): Promise<Invitation> {
    const conference = await this.conferences.byId(reviewer.conferenceId);
    const call = await this.conferences.callOf(reviewer.conferenceId);
    const topics = await this.topicsOf([reviewer.id]);
    return { reviewer, conference, topics: topics.get(reviewer.id)!, reviewsDueAt: call.reviewsDueAt };
  }

  /** Invitations of a person that stand, newest first. */
  async invitationsOf(personId: string): Promise<Reviewer[]> {
    return this.db.manager.find(Reviewer, {
      where: { personId, status: In(['invited', 'accepted', 'declined']) },
      order: { invitedAt: 'DESC' },
      take: 100,
    });
  }

  /**
   * The invited person accepts, also after having declined, and says what they know about and how much they will take.
   * Accepting again changes only that.
   * @throws Refusal 409 `invitation.removed` when the organisers have taken the invitation back.
   */
  async accept(actor: Actor, id: string, input: AcceptInvitationDto): Promise<Invitation> {
    const accepted = await this.work.run(async (tx) => {
      const reviewer = await this.lockOwn(tx, actor, id);
      // Whoever accepts relies on what the call says of names; it is not changed meanwhile.
      await this.conferences.callOf(reviewer.conferenceId, tx.manager, 'for share');
      const changes = {
        status: 'accepted' as const,
        maxLoad: input.maxLoad ?? reviewer.maxLoad,
        languages: await this.knownLanguages(tx, reviewer, input.languages),
        expertise: input.expertise ?? reviewer.expertise,
        ror: (input.ror ? normaliseRor(input.ror) : undefined) ?? reviewer.ror,
        answeredAt: reviewer.status === 'accepted' ? reviewer.answeredAt : tx.now,
        declineReason: null,
      };
      if (
        reviewer.status === 'accepted' &&
        input.topics === undefined &&
        changes.maxLoad === reviewer.maxLoad &&
        changes.languages.join() === reviewer.languages.join() &&
        changes.expertise === reviewer.expertise &&
        changes.ror === reviewer.ror
      )
        return reviewer;
      const next = { ...reviewer, ...changes, version: reviewer.version + 1 };
      if (input.topics)
        await this.writeTopics(tx, id, await this.knownTopics(tx, reviewer.conferenceId, input.topics));
      await tx.manager.update(Reviewer, { id }, next);
      await this.audit.record(tx, actor, {
        conferenceId: reviewer.conferenceId,
        action: 'reviewer.accepted',
        subject: ['reviewer', id],
        before: { status: reviewer.status, maxLoad: reviewer.maxLoad },
        after: { status: 'accepted', maxLoad: next.maxLoad },
      });
      await this.changed.each((listener) => listener.reviewerChanged(tx, actor, id));
      return next;
    });
    return this.invitation(accepted);
  }

  /**
   * The invited person declines, also after having accepted as long as nothing is assigned to them.
   * @throws Refusal 409 `invitation.removed`, `invitation.assigned`
   */
  async decline(actor: Actor, id: string, input: DeclineInvitationDto): Promise<Invitation> {
    const declined = await this.work.run(async (tx) => {
      const reviewer = await this.lockOwn(tx, actor, id);
      if (reviewer.status === 'declined') return reviewer;
      if (await tx.manager.existsBy(Assignment, { reviewerId: id, status: 'assigned' }))
        throw new Refusal('conflict', 'invitation.assigned');
      const next = {
        ...reviewer,
        status: 'declined' as const,
        answeredAt: tx.now,
        declineReason: input.reason ?? null,
        version: reviewer.version + 1,
      };
      await tx.manager.update(Reviewer, { id }, next);
      await this.audit.record(tx, actor, {
        conferenceId: reviewer.conferenceId,
        action: 'reviewer.declined',
        subject: ['reviewer', id],
        before: { status: reviewer.status },
        after: { status: 'declined' },
      });
      return next;
    });
    return this.invitation(declined);
  }

  /** Ends a reviewer's part in the conference; their assignments are the business of `Assignments.removeReviewer`. */
  async end(tx: Tx, actor: Actor, reviewer: Reviewer, assignmentsEnded: number): Promise<void> {
    await tx.manager.update(
      Reviewer,
      { id: reviewer.id },
      { status: 'removed', version: reviewer.version + 1 },
    );
    await this.audit.record(tx, actor, {
      conferenceId: reviewer.conferenceId,
      action: 'reviewer.removed',
      subject: ['reviewer', reviewer.id],
      before: { status: reviewer.status },
      after: { status: 'removed', assignmentsEnded },
    });
  }

  /** Somebody goes by another name: rows hold it, and what stands for their address. */
  async renamed(tx: Tx, { personId, name, addresses }: IdentityChange): Promise<void> {
    await tx.manager.query(
      `update reviewer set name = case when address in (select alias from address_alias) then name else $2 end,
         address = coalesce((select m.held from unnest($3::text[], $4::text[]) as m (former, held)
           where m.former = reviewer.address), address)
       where person_id = $1`,
      [personId, name, [...addresses.keys()], [...addresses.values()]],
    );
  }

  /** Whom rows of a conference name. */
  async participants(conferenceId: string, manager: EntityManager): Promise<string[]> {
    const rows: { id: string }[] = await manager.query(
      `select distinct person_id as id from reviewer where conference_id = $1`,
      [conferenceId],
    );
    return rows.map(({ id }) => id);
  }

  /** Reviewers by name with their loads and progress; one statement for any number of rows. */
  async list(
    actor: Actor,
    conferenceId: string,
    query: PageQuery & { status?: string } = {},
  ): Promise<{ items: ReviewerRow[]; next: string | null }> {
    const limit = limitOf(query);
    const values: unknown[] = [conferenceId, actor.personId];
    const where: string[] = [];
    if (query.status) where.push(`r.status = $${values.push(query.status)}`);
    else where.push(`r.status <> 'removed'`);
    if (query.after) {
      const [name, id] = decodeCursor(query.after, ['text', 'text']);
      values.push(name, id);
      where.push(`(r.name, r.id) > ($${values.length - 1}, $${values.length})`);
    }
    const rows: ReviewerRow[] = await this.db.query(
      `${ROWS} and ${where.join(' and ')} order by r.name, r.id limit $${values.push(limit + 1)}`,
      values,
    );
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, next: rows.length > limit && last ? encodeCursor([last.name, last.id]) : null };
  }

  /** How many reviewers have answered what. */
  async counts(conferenceId: string): Promise<Record<Reviewer['status'], number>> {
    const rows: { status: Reviewer['status']; n: number }[] = await this.db.query(
      `select status, count(*)::int as n from reviewer where conference_id = $1 group by status`,
      [conferenceId],
    );
    const counts = { invited: 0, accepted: 0, declined: 0, removed: 0 };
    for (const row of rows) counts[row.status] = row.n;
    return counts;
  }

  /** One reviewer as the list shows them. @throws Refusal 404 */
  async row(actor: Actor, conferenceId: string, id: string): Promise<ReviewerRow> {
    const rows: ReviewerRow[] = await this.db.query(`${ROWS} and r.id = $3`, [
      conferenceId,
      actor.personId,
      id,
    ]);
    if (!rows[0]) throw notFound();
    return rows[0];
  }

  /** Topics of several reviewers, in one statement. */
  async topicsOf(
    ids: readonly string[],
    manager: EntityManager = this.db.manager,
  ): Promise<Map<string, string[]>> {
    const map = new Map<string, string[]>(ids.map((id) => [id, []]));
    if (ids.length === 0) return map;
    const rows = await manager.find(ReviewerTopic, {
      where: { reviewerId: In([...ids]) },
      order: { reviewerId: 'ASC', topicId: 'ASC' },
    });
    for (const row of rows) map.get(row.reviewerId)!.push(row.topicId);
    return map;
  }

  private async lockOwn(tx: Tx, actor: Actor, id: string): Promise<Reviewer> {
    const reviewer = await tx.manager.findOne(Reviewer, {
      where: { id },
      lock: { mode: 'pessimistic_write' },
    });
    if (!reviewer || reviewer.personId !== actor.personId) throw notFound();
    if (reviewer.status === 'removed') throw new Refusal('conflict', 'invitation.removed');
    const seen = actor.request.seenVersion;
    if (seen !== undefined && seen !== reviewer.version) throw new Refusal('stale', 'stale');
    return reviewer;
  }

  /** @throws Refusal 422 for a language that no abstract of the conference may have */
  private async knownLanguages(
    tx: Tx,
    reviewer: Reviewer,
    tags: readonly string[] | undefined,
  ): Promise<string[]> {
    if (tags === undefined) return reviewer.languages;
    const { floorLanguage } = await this.conferences.byId(reviewer.conferenceId, tx.manager);
    const { languages } = await this.conferences.callOf(reviewer.conferenceId, tx.manager);
    const known = [floorLanguage, ...languages];
    const index = tags.findIndex((tag) => !known.includes(tag));
    if (index >= 0) throw refuseField(`languages[${index}]`, 'language', known.join(', '), tags[index]!);
    return [...tags];
  }

  private async knownTopics(
    tx: Tx,
    conferenceId: string,
    ids: readonly string[],
  ): Promise<readonly string[]> {
    if (ids.length === 0) return ids;
    const known = new Set(
      (await this.conferences.topicsOf(conferenceId, tx.manager)).map((topic) => topic.id),
    );
    const index = ids.findIndex((id) => !known.has(id));
    if (index >= 0)
      throw new Refusal('rule', 'fields', {
        fields: [{ field: `topics[${index}]`, code: 'unknownTopic', value: ids[index]! }],
      });
    return ids;
  }

  private async writeTopics(tx: Tx, reviewerId: string, topics: readonly string[]): Promise<void> {
    await tx.manager.delete(ReviewerTopic, { reviewerId });
    if (topics.length > 0)
      await tx.manager.insert(
        ReviewerTopic,
        topics.map((topicId) => ({ reviewerId, topicId })),
      );
  }
}
