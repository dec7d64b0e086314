import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { SignIn, type ConfirmedListener } from '../accounts/sign-in.service.js';
import { Audit } from '../audit/audit.service.js';
import { Conference } from '../conferences/conference.entity.js';
import { Conferences } from '../conferences/conferences.service.js';
import { EntryOwners, type EntryOwner } from '../conferences/entry-owners.service.js';
import { afterOf, pageOfRows, type Page } from '../conferences/page.js';
import { MailKinds } from '../mail/kinds.js';
import { Outbox } from '../mail/outbox.service.js';
import { givesAway } from '../people/identity.js';
import { isStandIn } from '../people/stand-in.js';
import type { IdentityChange, NameHolder } from '../people/protection.service.js';
import { personActor, type Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { violates } from '../platform/database.js';
import { translator } from '../platform/i18n.js';
import { Idempotency } from '../platform/idempotency.js';
import { newId } from '../platform/ids.js';
import { limitOf } from '../platform/paging.js';
import { notFound, Refusal, refuseField } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import { REGISTRATION_MAILS } from './registration-mails.js';
import {
  daysInWords,
  interpretationProblem,
  onSecond,
  ownName,
  type Attendance,
} from './registration-rules.js';
import { Registration } from './registration.entity.js';
import type { ChangeRegistrationDto, RegistrationDto, RegistrationQuery } from './registrations.dto.js';

type MailOf = 'registration_confirmation' | 'registration_changed' | 'registration_cancelled';

/** Registrations of attendees; the only writer of their table. */
@Injectable()
export class Registrations implements ConfirmedListener, NameHolder {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly idempotency: Idempotency,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly signIn: SignIn,
    private readonly conferences: Conferences,
    private readonly owners: EntryOwners,
    @Inject(CONFIG) private readonly config: Config,
    kinds: MailKinds,
  ) {
    kinds.register(...REGISTRATION_MAILS);
  }

  /**
   * Registers the person of the address. Unless that is the actor, it is held until they confirm the address, and the
   * actor learns no more than an id: not even whether the person is registered already.
   * @returns the id, and the registration where it is the actor's own.
   * @throws Refusal 409 `registration.exists` to the person themselves, 422 `registration.closed`, `fields`
   */
  async register(
    actor: Actor,
    conference: Conference,
    input: RegistrationDto,
  ): Promise<{ id: string; registration: Registration | null }> {
    try {
      const { id } = await this.work.run((tx) =>
        this.idempotency.once(tx, actor, () => this.add(tx, actor, conference, input)),
      );
      const registration = await this.db.manager.findOneBy(Registration, { id });
      return {
        id,
        registration: registration && registration.personId === actor.personId ? registration : null,
      };
    } catch (error) {
      // Two registrations of one person at the same moment: the other one was first.
      if (!violates(error, 'registration_once')) throw error;
      if (actor.kind === 'guest') return { id: newId(), registration: null };
      throw new Refusal('conflict', 'registration.exists');
    }
  }

  private async add(tx: Tx, actor: Actor, conference: Conference, input: RegistrationDto): Promise<string> {
    const { registrationOpen, interpretation } = await this.conferences.byId(conference.id, tx.manager);
    if (!registrationOpen) throw new Refusal('rule', 'registration.closed');
    const problem = interpretationProblem(input.interpretation, interpretation);
    if (problem) throw new Refusal('rule', 'fields', { fields: [problem] });
    if (input.publicName && givesAway(input.publicName, [input.name, input.email]))
      throw refuseField('publicName', 'givesAway', undefined, input.publicName);
    const owner = await this.owners.of(tx, actor, {
      email: input.email,
      name: input.name,
      publicName: input.publicName,
      affiliation: input.affiliation,
      country: input.country || undefined,
    });
    const existing = await tx.manager.findOne(Registration, {
      where: { conferenceId: conference.id, personId: owner.personId, status: 'registered' },
      lock: { mode: 'pessimistic_write' },
    });
    const course = onSecond(existing, owner.heldUntil === null);
    if (course === 'refuse')
      throw new Refusal('conflict', 'registration.exists', { values: { id: existing!.id } });
    if (course === 'keepSilently') {
      await this.signIn.mailLink(tx, owner.address, owner.typed, `/registrations/${existing!.id}`);
      return newId();
    }
    if (course === 'replace') await this.end(tx, actor, existing!, 'registration.replaced');
    return this.insert(tx, actor, conference, input, owner);
  }

  private async insert(
    tx: Tx,
    actor: Actor,
    conference: Conference,
    input: RegistrationDto,
    owner: EntryOwner,
  ): Promise<string> {
    const registration: Registration = {
      id: newId(),
      conferenceId: conference.id,
      personId: owner.personId,
      name: owner.name,
      affiliation: input.affiliation ?? null,
      country: input.country || null,
      address: owner.address,
      attendance: input.attendance,
      interpretation: input.interpretation ?? null,
      accessNeeds: input.accessNeeds || null,
      status: 'registered',
      heldUntil: owner.heldUntil,
      version: 1,
      createdAt: tx.arrival(actor),
      cancelledAt: null,
    };
    await tx.manager.insert(Registration, registration);
    await this.audit.record(tx, actor, {
      conferenceId: conference.id,
      action: 'registration.made',
      subject: ['registration', registration.id],
      after: { status: 'registered', attendance: registration.attendance, held: owner.heldUntil !== null },
    });
    if (owner.heldUntil)
      await this.signIn.mailLink(tx, owner.address, owner.typed, `/registrations/${registration.id}`);
    else await this.mail(tx, 'registration_confirmation', registration, 'registered');
    return registration.id;
  }

  /** Somebody goes by another name: rows hold it, and what stands for their address. */
  async renamed(tx: Tx, { personId, name, addresses }: IdentityChange): Promise<void> {
    await tx.manager.query(
      `update registration set name = case when address in (select alias from address_alias) then name else $2 end,
         address = coalesce((select m.held from unnest($3::text[], $4::text[]) as m (former, held)
           where m.former = registration.address), address)
       where person_id = $1`,
      [personId, name, [...addresses.keys()], [...addresses.values()]],
    );
  }

  /** Whom rows of a conference name. */
  async participants(conferenceId: string, manager: EntityManager): Promise<string[]> {
    const rows: { id: string }[] = await manager.query(
      `select distinct person_id as id from registration where conference_id = $1 and held_until is null`,
      [conferenceId],
    );
    return rows.map(({ id }) => id);
  }

  /** A conference's registrations, newest first, without those whose address nobody has confirmed. */
  async list(conference: Conference, query: RegistrationQuery = {}): Promise<Page<Registration>> {
    const limit = limitOf(query);
    const [at, id] = afterOf(query);
    const builder = this.db.manager
      .createQueryBuilder(Registration, 'r')
      .where('r.conference_id = :conferenceId and r.held_until is null', { conferenceId: conference.id })
      .orderBy('r.createdAt', 'DESC')
      .addOrderBy('r.id', 'DESC')
      .limit(limit + 1);
    if (query.status) builder.andWhere('r.status = :status', { status: query.status });
    if (query.attendance) builder.andWhere('r.attendance = :attendance', { attendance: query.attendance });
    if (at) builder.andWhere('(r.created_at, r.id) < (:at, :id)', { at, id });
    return pageOfRows(await builder.getMany(), limit);
  }

  /** How many are registered and confirmed, by attendance and by language of interpretation. */
  async counts(
    conferenceId: string,
  ): Promise<{ attendance: Record<Attendance, number>; interpretation: Record<string, number> }> {
    const rows: { attendance: Attendance; interpretation: string | null; count: number }[] =
      await this.db.query(
        `select attendance, interpretation, count(*)::int as count from registration
       where conference_id = $1 and status = 'registered' and held_until is null group by attendance, interpretation`,
        [conferenceId],
      );
    const attendance: Record<Attendance, number> = { in_person: 0, online: 0 };
    const interpretation: Record<string, number> = {};
    for (const row of rows) {
      attendance[row.attendance] += row.count;
      if (row.interpretation)
        interpretation[row.interpretation] = (interpretation[row.interpretation] ?? 0) + row.count;
    }
    return { attendance, interpretation };
  }

  /** A person's own registrations, newest first. */
  async mine(personId: string): Promise<Registration[]> {
    return this.db.manager.find(Registration, {
      where: { personId },
      order: { createdAt: 'DESC', id: 'DESC' },
      take: 200,
    });
  }

  /** @throws Refusal 404 */
  async one(id: string): Promise<Registration> {
    const registration = await this.db.manager.findOneBy(Registration, { id });
    if (!registration) throw notFound();
    return registration;
  }

  /** @throws Refusal 400 `version.missing`, 409 `registration.cancelled`, 412, 422 */
  async change(actor: Actor, id: string, input: ChangeRegistrationDto): Promise<Registration> {
    return this.work.run(async (tx) => {
      const registration = await this.lockSeen(tx, actor, id);
      const conference = await this.conferences.byId(registration.conferenceId, tx.manager);
      const changes = changesOf(input);
      // A protected person's name is changed in one place, for all.
      if (isStandIn(registration.address)) delete changes.name;
      // What was offered when it was chosen may stay.
      const problem =
        changes.interpretation !== registration.interpretation &&
        interpretationProblem(changes.interpretation, conference.interpretation);
      if (problem) throw new Refusal('rule', 'fields', { fields: [problem] });
      const changed = { ...registration, ...changes, version: registration.version + 1 };
      await tx.manager.update(Registration, { id }, changed);
      await this.audit.record(tx, actor, {
        conferenceId: registration.conferenceId,
        action: 'registration.changed',
        subject: ['registration', id],
        before: { version: registration.version, attendance: registration.attendance },
        after: { version: changed.version, attendance: changed.attendance, fields: Object.keys(changes) },
      });
      if (!changed.heldUntil) await this.mail(tx, 'registration_changed', changed, `v${changed.version}`);
      return changed;
    });
  }

  /** @throws Refusal 400 `version.missing`, 409 `registration.cancelled`, 412 */
  async cancel(actor: Actor, id: string): Promise<Registration> {
    return this.work.run(async (tx) => {
      const registration = await this.lockSeen(tx, actor, id);
      const cancelled = await this.end(tx, actor, registration, 'registration.cancelled');
      if (!cancelled.heldUntil) await this.mail(tx, 'registration_cancelled', cancelled, 'cancelled');
      return cancelled;
    });
  }

  /** The person has confirmed an address: their registrations stand, and the confirmations go out. */
  async confirmHeld(tx: Tx, personId: string): Promise<void> {
    const [rows] = await tx.manager.query<[{ id: string }[], number]>(
      `update registration set held_until = null
       where person_id = $1 and held_until > $2 and status = 'registered' returning id`,
      [personId, tx.now],
    );
    await tx.manager.query(
      `update registration r set name = p.name, address = a.address
       from person p join person_address a on a.person_id = p.id and a.is_primary
       where r.id = any($2) and p.id = $1 and p.protected_at is not null`,
      [personId, rows.map(({ id }) => id)],
    );
    for (const { id } of rows) {
      const registration = await tx.manager.findOneByOrFail(Registration, { id });
      await this.audit.record(tx, personActor(personId, [], 'sign-in'), {
        conferenceId: registration.conferenceId,
        action: 'registration.confirmed',
        subject: ['registration', id],
      });
      await this.mail(tx, 'registration_confirmation', registration, 'registered');
    }
  }

  // What somebody wrote about their access needs is of no use to anybody once they do not come.
  private async end(tx: Tx, actor: Actor, registration: Registration, action: string): Promise<Registration> {
    const ended: Registration = {
      ...registration,
      status: 'cancelled',
      accessNeeds: null,
      cancelledAt: tx.now,
      version: registration.version + 1,
    };
    await tx.manager.update(Registration, { id: registration.id }, ended);
    await this.audit.record(tx, actor, {
      conferenceId: registration.conferenceId,
      action,
      subject: ['registration', registration.id],
      before: { status: 'registered' },
      after: { status: 'cancelled' },
    });
    return ended;
  }

  /** Locks a registration that is not cancelled and whose latest version the actor has seen. */
  private async lockSeen(tx: Tx, actor: Actor, id: string): Promise<Registration> {
    const registration = await tx.manager.findOne(Registration, {
      where: { id },
      lock: { mode: 'pessimistic_write' },
    });
    if (!registration) throw notFound();
    if (actor.kind !== 'system') {
      const seen = actor.request.seenVersion;
      if (seen === undefined) throw new Refusal('malformed', 'version.missing');
      if (seen !== registration.version)
        throw new Refusal('stale', 'stale', { values: { seen, now: registration.version } });
    }
    if (registration.status === 'cancelled') throw new Refusal('conflict', 'registration.cancelled');
    return registration;
  }

  private async mail(tx: Tx, kind: MailOf, registration: Registration, occasion: string): Promise<void> {
    const conference = await this.conferences.byId(registration.conferenceId, tx.manager);
    const t = translator('en');
    await this.outbox.add(tx, [
      {
        kind,
        conference: { id: conference.id, name: conference.name, contactAddress: conference.contactAddress },
        to: { personId: registration.personId, address: registration.address, name: registration.name },
        subjectId: registration.id,
        occasion,
        values: {
          name: registration.name,
          attendance: t(`register:modes.${registration.attendance}`),
          interpretation: registration.interpretation && ownName(registration.interpretation),
          when: daysInWords(conference.startsOn, conference.endsOn, 'en') ?? null,
          venue: conference.venue || null,
          statusUrl: `${this.config.publicUrl}/registrations/${registration.id}`,
        },
      },
    ]);
  }
}

/** What a change writes: absent stays, the empty string clears. */
function changesOf(input: ChangeRegistrationDto): Partial<Registration> {
  return {
    ...(input.name !== undefined && { name: input.name }),
    ...(input.affiliation !== undefined && { affiliation: input.affiliation || null }),
    ...(input.country !== undefined && { country: input.country || null }),
    ...(input.attendance !== undefined && { attendance: input.attendance }),
    ...(input.interpretation !== undefined && { interpretation: input.interpretation || null }),
    ...(input.accessNeeds !== undefined && { accessNeeds: input.accessNeeds || null }),
  };
}
