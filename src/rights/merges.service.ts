import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Passkeys } from '../accounts/passkeys.service.js';
import { Proofs } from '../accounts/proofs.service.js';
import { Audit } from '../audit/audit.service.js';
import type { Conference } from '../conferences/conference.entity.js';
import { MailKinds } from '../mail/kinds.js';
import { Outbox } from '../mail/outbox.service.js';
import { lookAlikes, type Known, type LookAlikeReason } from '../people/look-alike.js';
import type { Collision, Holding } from '../people/personal-data.js';
import { People } from '../people/people.service.js';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { newId } from '../platform/ids.js';
import { notFound, Refusal } from '../platform/refusal.js';
import { sha256 } from '../platform/text.js';
import { Work, type Tx } from '../platform/work.js';
import { VISIBLE } from '../submissions/submission-list.js';
import { MergeRequest } from './merge-request.entity.js';
import { MERGE_MAILS } from './merge-mails.js';
import { needsConsent, rolesBlock, unsolved, whoStays, type Side } from './merge-rules.js';
import { previewText } from './rights-rules.js';

/** A request that nobody answers lapses. */
const REQUEST_DAYS = 14;
const DAY_MS = 86_400_000;

/** Somebody who takes part in a conference, as its organisers know them. */
export interface Participant extends Known {
  affiliation: string | null;
  /** Ways in which they take part: `author`, `reviewer`, `attendee`, `partner`, `role`. */
  parts: string[];
}

/** Two people of a conference who look alike. */
export interface Duplicate {
  one: Participant;
  other: Participant;
  reason: LookAlikeReason;
  /** What became of an earlier wish to join them. */
  request: MergeRequest['status'] | null;
}

/** What joining two people would do, as far as an organiser may see it. */
export interface MergePreview {
  from: Side;
  into: Side;
  collisions: Collision[];
  /** `now` by the organiser's click; `ask` when both agree; `protected`, `roles` and `collides` not at all; `waiting` is asked already. */
  way: 'now' | 'ask' | 'protected' | 'roles' | 'collides' | 'waiting';
  hash: string;
}

/** A request as one of the two sees it: nothing of the other. */
export interface OwnRequest {
  id: string;
  conference: string;
  agreed: boolean;
  /** The reader's account is the one that stays. */
  stays: boolean;
  status: MergeRequest['status'];
}

/** Who takes part in a conference and may be seen by the organiser `$2`; `$1` is the conference. */
const PARTICIPANTS = `
  select a.person_id as id, 'author' as part from submission_author a join submission s on s.id = a.submission_id
    where ${VISIBLE} and a.person_id is not null
  union select person_id, 'reviewer' from reviewer where conference_id = $1
  union select person_id, 'attendee' from registration where conference_id = $1 and held_until is null
  union select person_id, 'partner' from letter_of_interest where conference_id = $1 and held_until is null
  union select person_id, 'role' from role_grant where conference_id = $1 and revoked_at is null`;

/**
 * Whoever goes by another name, everywhere or in one place. What is sealed for them, and what stands for their addresses, is made
 * for one person alone; and no list may put their own name, or what stands for their address, beside that of others.
 */
const GUARDED = `(p.protected_at is not null or exists (
  select 1 from person_address g join address_alias s on s.address = g.address where g.person_id = p.id))`;

/** Joins two people who are one. */
@Injectable()
export class Merges {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly people: People,
    private readonly passkeys: Passkeys,
    private readonly proofs: Proofs,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
    kinds: MailKinds,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    kinds.register(...MERGE_MAILS);
  }

  /** People of the conference who look alike; two statements for any number of them. */
  async duplicates(actor: Actor, conference: Conference): Promise<Duplicate[]> {
    const people: Participant[] = await this.db.query(
      `select p.id, p.name, p.affiliation, a.address, array_agg(distinct part order by part) as parts
       from (${PARTICIPANTS}) found join person p on p.id = found.id
       left join person_address a on a.person_id = p.id and a.is_primary
       where p.id <> $2 and not ${GUARDED} group by p.id, p.name, p.affiliation, a.address order by lower(p.name), p.id`,
      [conference.id, actor.personId],
    );
    const pairs = lookAlikes(people);
    const requests: Pick<MergeRequest, 'fromId' | 'intoId' | 'status'>[] = await this.db.query(
      `select distinct on (least(from_id, into_id), greatest(from_id, into_id)) from_id as "fromId", into_id as "intoId", status
       from merge_request where conference_id = $1
       order by least(from_id, into_id), greatest(from_id, into_id), created_at desc`,
      [conference.id],
    );
    return pairs.map((pair) => ({
      ...pair,
      request:
        requests.find(
          ({ fromId, intoId }) =>
            [fromId, intoId].includes(pair.one.id) && [fromId, intoId].includes(pair.other.id),
        )?.status ?? null,
    }));
  }

  /** @throws Refusal 404 for anybody who does not take part here, or not visibly */
  async preview(
    actor: Actor,
    conference: Conference,
    oneId: string,
    otherId: string,
    db: EntityManager = this.db.manager,
  ): Promise<MergePreview> {
    if (oneId === otherId) throw notFound();
    const one = await this.side(actor, conference.id, oneId, db);
    const other = await this.side(actor, conference.id, otherId, db);
    const { from, into } = whoStays(one, other);
    if (from.guarded || into.guarded)
      return {
        from,
        into,
        collisions: [],
        way: 'protected',
        hash: sha256(previewText([], ['protected', from.id, into.id])),
      };
    const organiserWrites = await this.writesHere(actor, conference.id, db);
    const ask = needsConsent(from, into, organiserWrites);
    // Where the two decide themselves, what collides is told to them alone: it may lie elsewhere, or name a reviewer.
    const collisions = ask ? [] : await this.collisions(from.id, into.id, db);
    const waiting = await db.findOneBy(MergeRequest, [
      { fromId: from.id, intoId: into.id, status: 'waiting' },
      { fromId: into.id, intoId: from.id, status: 'waiting' },
    ]);
    const way = waiting
      ? 'waiting'
      : rolesBlock(from)
        ? 'roles'
        : unsolved(collisions).length > 0
          ? 'collides'
          : ask
            ? 'ask'
            : 'now';
    const hash = sha256(
      previewText(
        [...from.holdings, ...into.holdings],
        [
          way,
          `from ${from.id} ${from.name} ${from.address}`,
          `into ${into.id} ${into.name} ${into.address}`,
          ...collisions.map(({ code, submissionId }) => `${code} ${submissionId}`),
        ],
      ),
    );
    return { from, into, collisions, way, hash };
  }

  /**
   * Joins two people at once, or asks both where they have to agree.
   * @throws Refusal 404; 412 `merge.changed` when the preview is not what was seen; 409 `merge.protected`, `merge.roles`,
   *   `merge.collides`
   */
  async join(
    actor: Actor,
    conference: Conference,
    input: { one: string; other: string; hash: string },
  ): Promise<'joined' | 'asked'> {
    return this.work.run(async (tx) => {
      await this.lockBoth(tx, input.one, input.other);
      const preview = await this.preview(actor, conference, input.one, input.other, tx.manager);
      if (preview.hash !== input.hash) throw new Refusal('stale', 'merge.changed');
      if (preview.way === 'waiting') return 'asked';
      if (preview.way === 'protected') throw new Refusal('conflict', 'merge.protected');
      if (preview.way === 'roles') throw new Refusal('conflict', 'merge.roles');
      if (preview.way === 'collides') throw new Refusal('conflict', 'merge.collides');
      if (preview.way === 'ask') {
        await this.ask(tx, actor, conference, preview);
        return 'asked';
      }
      await this.carryOut(tx, actor, preview.from.id, preview.into.id, {
        conferenceId: conference.id,
        addressesMove: false,
      });
      return 'joined';
    });
  }

  private async ask(
    tx: Tx,
    actor: Actor,
    conference: Conference,
    { from, into }: MergePreview,
  ): Promise<void> {
    if (from.address === null || into.address === null) throw new Refusal('conflict', 'merge.unreachable');
    const id = newId();
    await tx.manager.insert(MergeRequest, {
      id,
      conferenceId: conference.id,
      fromId: from.id,
      intoId: into.id,
      requestedBy: actor.personId,
      status: 'waiting',
      fromAgreedAt: null,
      intoAgreedAt: null,
      createdAt: tx.now,
      expiresAt: new Date(tx.now.getTime() + REQUEST_DAYS * DAY_MS),
      settledAt: null,
    });
    await this.audit.record(tx, actor, {
      conferenceId: conference.id,
      action: 'merge.asked',
      subject: ['merge_request', id],
      after: { from: from.id, into: into.id },
    });
    await this.outbox.add(
      tx,
      [from, into].map((side) => ({
        kind: 'merge_asked',
        conference: { id: conference.id, name: conference.name, contactAddress: conference.contactAddress },
        to: { personId: side.id, address: side.address!, name: side.name },
        subjectId: id,
        occasion: side.id,
        values: { mergeUrl: `${this.config.publicUrl}/me/merges/${id}`, days: REQUEST_DAYS },
      })),
    );
  }

  /** A request as the actor, one of the two, sees it. @throws Refusal 404 */
  async own(actor: Actor, id: string): Promise<OwnRequest> {
    const rows: (MergeRequest & { conference: string; over: boolean })[] = await this.db.query(
      `select m.id, m.from_id as "fromId", m.into_id as "intoId", m.status, m.from_agreed_at as "fromAgreedAt",
         m.into_agreed_at as "intoAgreedAt", c.name as conference
       from merge_request m join conference c on c.id = m.conference_id
       where m.id = $1 and $2 in (m.from_id, m.into_id)`,
      [id, actor.personId],
    );
    const row = rows[0];
    if (!row) throw notFound();
    const stays = row.intoId === actor.personId;
    return {
      id,
      conference: row.conference,
      agreed: (stays ? row.intoAgreedAt : row.fromAgreedAt) !== null,
      stays,
      status: row.status,
    };
  }

  /**
   * One of the two agrees; with the second they are joined.
   * @throws Refusal 404; 409 `merge.settled`, `merge.protected`, `merge.roles`, `merge.collides`
   */
  async agree(actor: Actor, id: string): Promise<'waiting' | 'done'> {
    return this.work.run(async (tx) => {
      const request = await this.lockRequest(tx, actor, id);
      if (request.expiresAt <= tx.now) throw new Refusal('conflict', 'merge.settled');
      const side = request.intoId === actor.personId ? 'intoAgreedAt' : 'fromAgreedAt';
      const agreed = { ...request, [side]: tx.now };
      await tx.manager.update(MergeRequest, { id }, { [side]: tx.now });
      await this.audit.record(tx, actor, {
        conferenceId: request.conferenceId,
        action: 'merge.agreed',
        subject: ['merge_request', id],
      });
      if (!agreed.fromAgreedAt || !agreed.intoAgreedAt) return 'waiting';
      await tx.manager.update(MergeRequest, { id }, { status: 'done', settledAt: tx.now });
      await this.lockBoth(tx, request.fromId, request.intoId);
      await this.carryOut(tx, actor, request.fromId, request.intoId, {
        conferenceId: request.conferenceId,
        addressesMove: true,
      });
      return 'done';
    });
  }

  /** @throws Refusal 404; 409 `merge.settled` */
  async decline(actor: Actor, id: string): Promise<void> {
    await this.work.run(async (tx) => {
      const request = await this.lockRequest(tx, actor, id);
      await tx.manager.update(MergeRequest, { id }, { status: 'declined', settledAt: tx.now });
      await this.audit.record(tx, actor, {
        conferenceId: request.conferenceId,
        action: 'merge.declined',
        subject: ['merge_request', id],
      });
    });
  }

  /**
   * What joining would bring to somebody who has opened the link that was mailed to an address of another's: so both are theirs.
   * @returns null where the address is nobody else's
   */
  async previewOwn(
    actor: Actor,
    address: string,
    db: EntityManager = this.db.manager,
  ): Promise<{
    ownerId: string;
    /** One of the two is protected: they cannot be joined, and nothing is told. */
    guarded: boolean;
    holdings: Holding[];
    collisions: Collision[];
    hash: string;
  } | null> {
    const ownerId = (await this.people.knownBy(address, db))?.personId;
    if (!ownerId || ownerId === actor.personId) return null;
    if (await this.blocked([ownerId, actor.personId!], true, db))
      return { ownerId, guarded: true, holdings: [], collisions: [], hash: sha256('protected') };
    const holdings = await this.holdings(ownerId, db);
    const collisions = await this.collisions(ownerId, actor.personId!, db);
    return {
      ownerId,
      guarded: false,
      holdings,
      collisions,
      hash: sha256(
        previewText(
          holdings,
          collisions.map(({ code, submissionId }) => `${code} ${submissionId}`),
        ),
      ),
    };
  }

  /**
   * Joins the actor with whoever has the address of the link, which the actor has opened.
   * @throws Refusal 422 `link.*`; 412 `merge.changed`; 409 `merge.protected`, `merge.passkey`, `merge.roles`, `merge.collides`
   */
  async joinOwn(actor: Actor, secret: string, hash: string): Promise<void> {
    await this.work.run(async (tx) => {
      const link = await this.proofs.take(tx, actor.personId!, secret, 'add_address');
      const before = await this.previewOwn(actor, link.address, tx.manager);
      if (!before) throw new Refusal('stale', 'merge.changed');
      await this.lockBoth(tx, actor.personId!, before.ownerId);
      const preview = await this.previewOwn(actor, link.address, tx.manager);
      if (preview?.guarded) throw new Refusal('conflict', 'merge.protected');
      if (preview?.hash !== hash) throw new Refusal('stale', 'merge.changed');
      // A mailed link is not enough where a passkey is demanded for signing in.
      if (await this.passkeys.mustBeUsed(tx, preview.ownerId)) throw new Refusal('conflict', 'merge.passkey');
      await this.people.confirm(tx, link.address);
      await this.carryOut(tx, actor, preview.ownerId, actor.personId!, {
        conferenceId: null,
        addressesMove: true,
      });
    });
  }

  /** The one door: everything of the one becomes the other's, in one transaction, and both addresses are told. */
  private async carryOut(
    tx: Tx,
    actor: Actor,
    fromId: string,
    intoId: string,
    how: { conferenceId: string | null; addressesMove: boolean },
  ): Promise<void> {
    if (await this.blocked([fromId, intoId], how.conferenceId === null, tx.manager))
      throw new Refusal('conflict', 'merge.protected');
    const roles: unknown[] = await tx.manager.query(
      `select 1 from role_grant where person_id = $1 and revoked_at is null limit 1`,
      [fromId],
    );
    if (roles.length > 0) throw new Refusal('conflict', 'merge.roles');
    if (unsolved(await this.collisions(fromId, intoId, tx.manager)).length > 0)
      throw new Refusal('conflict', 'merge.collides');
    const moved = await this.holdings(fromId, tx.manager);
    const addresses = await this.people.addresses(fromId, tx.manager);
    const told = [...addresses, ...(await this.people.addresses(intoId, tx.manager))].filter(
      ({ isPrimary }) => isPrimary,
    );
    await this.people.personalData.each((data) => data.move(tx, actor, fromId, intoId));
    await this.people.takeAddresses(tx, fromId, how.addressesMove ? intoId : null);
    const counts = new Map<string, number>();
    for (const { kind } of moved) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const id = newId();
    await this.audit.record(tx, actor, {
      conferenceId: how.conferenceId,
      action: 'person.joined',
      subject: ['person', intoId],
      before: { from: fromId },
      after: { into: intoId, ...Object.fromEntries(counts) },
    });
    await this.outbox.add(
      tx,
      told.map(({ address }) => ({
        kind: 'people_joined',
        conference: null,
        to: { personId: intoId, address, name: '' },
        subjectId: intoId,
        occasion: id,
        values: {
          byOrganiser: !how.addressesMove,
          joinedAt: `${tx.now.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
          waysUrl: `${this.config.publicUrl}/me/addresses`,
        },
      })),
    );
  }

  private async side(actor: Actor, conferenceId: string, id: string, db: EntityManager): Promise<Side> {
    const rows: (Omit<Side, 'holdings' | 'elsewhere'> & { rolesElsewhere: boolean; protected: boolean })[] =
      await db.query(
        `select p.id, p.name, p.native_name as "nativeName", p.affiliation, p.country, p.created_at as "createdAt",
         (select a.address from person_address a where a.person_id = p.id and a.is_primary) as address,
         exists (select 1 from person_address a where a.person_id = p.id and a.confirmed_at is not null)
           or exists (select 1 from passkey k where k.person_id = p.id)
           or exists (select 1 from login_session l where l.person_id = p.id) as account,
         exists (select 1 from role_grant g where g.person_id = p.id and g.revoked_at is null
           and g.conference_id = $1) as role,
         exists (select 1 from role_grant g where g.person_id = p.id and g.revoked_at is null
           and g.conference_id is distinct from $1) as "rolesElsewhere", ${GUARDED} as guarded,
         p.protected_at is not null as protected
       from person p where p.id = $3 and p.id <> $2 and p.id in (select id from (${PARTICIPANTS}) found)`,
        [conferenceId, actor.personId, id],
      );
    const row = rows[0];
    if (!row) throw notFound();
    const { rolesElsewhere, protected: isProtected, ...side } = row;
    // Nothing but the name that others see anyhow, and none at all where they are named by it in one place only.
    if (side.guarded)
      return {
        ...side,
        name: isProtected ? side.name : '',
        nativeName: null,
        affiliation: null,
        country: null,
        address: null,
        elsewhere: false,
        holdings: [],
      };
    const all = await this.holdings(id, db);
    const elsewhere =
      rolesElsewhere || all.some((one) => one.conferenceId !== null && one.conferenceId !== conferenceId);
    const visible: { id: string }[] = await db.query(`select s.id from submission s where ${VISIBLE}`, [
      conferenceId,
      actor.personId,
    ]);
    const seen = new Set(visible.map((one) => one.id));
    return {
      ...side,
      elsewhere,
      // Of this conference alone, and nothing that hangs on a submission of the organiser's own.
      holdings: all.filter(
        (one) =>
          one.conferenceId === conferenceId &&
          one.kind !== 'mail' &&
          (one.submissionId === null || seen.has(one.submissionId)),
      ),
    };
  }

  /** Whether what is sealed for one of them stands in the way; who joins themselves may be named by another name in places. */
  private async blocked(ids: readonly string[], own: boolean, db: EntityManager): Promise<boolean> {
    const rows: unknown[] = await db.query(
      `select 1 from person p where p.id = any($1) and ${own ? 'p.protected_at is not null' : GUARDED} limit 1`,
      [ids],
    );
    return rows.length > 0;
  }

  private async writesHere(actor: Actor, conferenceId: string, db: EntityManager): Promise<boolean> {
    const rows: unknown[] = await db.query(
      `select 1 from submission s where s.conference_id = $1 and (s.created_by = $2 or exists (
         select 1 from submission_author a where a.submission_id = s.id and a.person_id = $2)) limit 1`,
      [conferenceId, actor.personId],
    );
    return rows.length > 0;
  }

  private async holdings(personId: string, db: EntityManager): Promise<Holding[]> {
    const holdings: Holding[] = [];
    await this.people.personalData.each(async (data) => {
      holdings.push(...(await data.holdings(db, personId)));
    });
    return holdings;
  }

  private async collisions(fromId: string, intoId: string, db: EntityManager): Promise<Collision[]> {
    const collisions: Collision[] = [];
    await this.people.personalData.each(async (data) => {
      collisions.push(...((await data.collisions?.(db, fromId, intoId)) ?? []));
    });
    return collisions;
  }

  /** In the order of the ids, so that two joinings cannot wait for each other. @throws Refusal 404 for who is not there any more */
  private async lockBoth(tx: Tx, one: string, other: string): Promise<void> {
    const rows: unknown[] = await tx.manager.query(
      `select 1 from person where id = any($1) and merged_into is null and erased_at is null order by id for update`,
      [[one, other]],
    );
    if (rows.length !== 2) throw notFound();
  }

  private async lockRequest(tx: Tx, actor: Actor, id: string): Promise<MergeRequest> {
    const request = await tx.manager.findOne(MergeRequest, {
      where: { id },
      lock: { mode: 'pessimistic_write' },
    });
    if (!request || ![request.fromId, request.intoId].includes(actor.personId!)) throw notFound();
    if (request.status !== 'waiting') throw new Refusal('conflict', 'merge.settled');
    return request;
  }
}
