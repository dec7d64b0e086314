import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { LoginSessions } from '../accounts/login-sessions.service.js';
import { Proofs } from '../accounts/proofs.service.js';
import { Audit } from '../audit/audit.service.js';
import { normaliseOrcid } from '../people/orcid.js';
import type { ErasedPerson } from '../people/needles.js';
import { PersonKeys } from '../people/person-keys.js';
import type { Holding } from '../people/personal-data.js';
import { People, WITHHELD } from '../people/people.service.js';
import { Person } from '../people/person.entity.js';
import { Protection } from '../people/protection.service.js';
import type { Actor } from '../platform/actor.js';
import { isSealed } from '../people/sealed.js';
import { translator } from '../platform/i18n.js';
import { notFound, Refusal, refuseField } from '../platform/refusal.js';
import { sha256 } from '../platform/text.js';
import { Work, type Tx } from '../platform/work.js';
import type { CorrectionDto } from './rights.dto.js';
import { effectsOf, previewText, type Effect, type SoleRole } from './rights-rules.js';

/** What an erasure would do, and what stands in its way. */
export interface ErasurePreview {
  effects: Effect[];
  /** Roles that nobody else holds: they have to be handed over first. */
  sole: SoleRole[];
  /** What was shown; an erasure of something else is refused. */
  hash: string;
}

/** What somebody else wrote about a person in an entry of theirs. */
export interface NamedElsewhere {
  /** Code of the submission, or the name of the conference that somebody reviews for. */
  where: string;
  kind: 'author' | 'reviewer';
  name: string;
  nativeName: string | null;
  affiliation: string | null;
  country: string | null;
  orcid: string | null;
}

/** Export, correction and erasure of what is kept about a person. */
@Injectable()
export class Rights {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly people: People,
    private readonly protection: Protection,
    private readonly keys: PersonKeys,
    private readonly proofs: Proofs,
    private readonly sessions: LoginSessions,
    private readonly audit: Audit,
  ) {}

  /** Everything that is kept about a person, as one JSON text in parts, a list at a time. */
  async *exportOf(personId: string): AsyncGenerator<string> {
    const sources: ((db: EntityManager) => Promise<Record<string, unknown[]>>)[] = [];
    await this.people.personalData.each((data) => {
      sources.push((db) => data.exportOf(db, personId));
      return Promise.resolve();
    });
    yield '{\n"format": "concord-person-1"';
    for (const source of sources)
      for (const [name, rows] of Object.entries(await source(this.db.manager))) {
        yield `,\n${JSON.stringify(name)}: [`;
        for (const [n, row] of rows.entries()) yield `${n > 0 ? ',' : ''}\n${JSON.stringify(row)}`;
        yield ']';
      }
    yield '\n}\n';
  }

  /** What others typed about the person in their entries, at most the last 200. */
  async namedElsewhere(personId: string): Promise<NamedElsewhere[]> {
    return this.db.query(
      `select * from (
         select a.submission_id as "where", 'author' as kind, a.name, a.native_name as "nativeName", a.affiliation, a.country, a.orcid
         from submission_author a join submission s on s.id = a.submission_id
         where a.person_id = $1 and s.created_by <> $1 and s.submitted_at is not null
         union all
         select c.name, 'reviewer', r.name, null, r.affiliation, r.country, null
         from reviewer r join conference c on c.id = r.conference_id where r.person_id = $1) named
       order by kind, "where" limit 200`,
      [personId],
    );
  }

  /** What a person says of themselves; it never changes what stands in an entry that was handed in. @throws Refusal 400, 409 `protection.correct`, 412, 422 */
  async correct(actor: Actor, dto: CorrectionDto): Promise<void> {
    const orcid = dto.orcid && normaliseOrcid(dto.orcid);
    if (dto.orcid && !orcid) throw refuseField('orcid', 'orcid', undefined, dto.orcid);
    await this.work.run(async (tx) => {
      const person = await this.lock(tx, actor.personId!);
      const seen = actor.request.seenVersion;
      if (seen === undefined) throw new Refusal('malformed', 'version.missing');
      if (seen !== person.version)
        throw new Refusal('stale', 'stale', { values: { seen, now: person.version } });
      const next = {
        name: dto.name,
        nativeName: dto.nativeName ?? null,
        affiliation: dto.affiliation ?? null,
        country: dto.country ?? null,
        orcid: orcid || null,
      };
      const fields = Object.entries(next)
        .filter(([key, value]) => person[key as keyof typeof next] !== value)
        .map(([key]) => key);
      if (fields.length === 0) return;
      if (
        person.protectedAt !== null &&
        fields.some((field) => ['name', 'nativeName', 'orcid'].includes(field))
      )
        throw new Refusal('conflict', 'protection.correct');
      await tx.manager.update(Person, { id: person.id }, { ...next, version: person.version + 1 });
      await this.audit.record(tx, actor, {
        conferenceId: null,
        action: 'person.corrected',
        subject: ['person', person.id],
        before: { version: person.version },
        after: { version: person.version + 1, fields },
      });
    });
  }

  async preview(personId: string, db: EntityManager = this.db.manager): Promise<ErasurePreview> {
    const holdings = await this.holdings(personId, db);
    const sole = await this.soleRoles(personId, db);
    return {
      effects: effectsOf(holdings),
      sole,
      hash: sha256(
        previewText(
          holdings,
          sole.map(({ role, conference }) => `${role} ${conference}`),
        ),
      ),
    };
  }

  /**
   * Sends the link that shows that it is really the person who asks, not somebody at their open browser; whoever has shown a
   * passkey just now has shown it already.
   * @returns the secret of the link where none is mailed
   */
  async askToErase(actor: Actor, loginSessionId: string): Promise<string | null> {
    const shown = await this.sessions.hasFreshPasskey(loginSessionId);
    return this.work.run(async (tx) => {
      const [primary] = await this.people.addresses(actor.personId!, tx.manager);
      if (!primary) throw notFound();
      const to = {
        address: primary.address,
        // Of somebody protected what stands for the address.
        typed: isSealed(primary.typed) ? primary.address : primary.typed,
      };
      if (shown) return (await this.proofs.make(tx, actor.personId!, 'erase', to)).secret;
      await this.proofs.mail(tx, actor.personId!, 'erase', to);
      return null;
    });
  }

  /**
   * Erases the actor, who has read what it does.
   * @throws Refusal 422 `link.*`; 409 `erase.sole`; 412 `erase.changed`
   */
  async erase(actor: Actor, secret: string, seenHash: string): Promise<void> {
    await this.work.run(async (tx) => {
      await this.lock(tx, actor.personId!);
      await this.proofs.take(tx, actor.personId!, secret, 'erase');
      await this.carryOut(tx, actor, actor.personId!, seenHash);
    });
  }

  /**
   * Erases somebody who asked for it otherwise, as by mail; for the operator.
   * @param reason how the wish was received; a name or address in it is refused by nobody, so leave them out
   * @throws Refusal 404, 409 `erase.sole`
   */
  async eraseFor(actor: Actor, personId: string, reason: string): Promise<Effect[]> {
    return this.work.run(async (tx) => {
      await this.lock(tx, personId);
      return this.carryOut(tx, actor, personId, undefined, reason);
    });
  }

  private async carryOut(
    tx: Tx,
    actor: Actor,
    personId: string,
    seenHash: string | undefined,
    reason?: string,
  ): Promise<Effect[]> {
    const { effects, sole, hash } = await this.preview(personId, tx.manager);
    if (sole.length > 0) throw new Refusal('conflict', 'erase.sole');
    if (seenHash !== undefined && seenHash !== hash) throw new Refusal('stale', 'erase.changed');
    const person = await this.erased(tx, personId);
    await this.audit.record(tx, actor, {
      conferenceId: null,
      action: 'person.erased',
      subject: ['person', personId],
      after: Object.fromEntries(effects.map(({ kind, fate, count }) => [`${kind}.${fate}`, count])),
      ...(reason !== undefined && { reason }),
    });
    await this.people.personalData.each((data) => data.erase(tx, actor, person));
    // With the keys goes all that was sealed, and the salts of the record's hashes; also of those who were joined with the person.
    for (const id of await this.joinedWith(tx, personId)) await this.keys.destroy(tx, id);
    return effects;
  }

  private async erased(tx: Tx, personId: string): Promise<ErasedPerson> {
    const names: string[] = [];
    await this.people.personalData.each(async (data) => {
      names.push(...((await data.namesOf?.(tx.manager, personId)) ?? []));
    });
    const held = await this.people.addresses(personId, tx.manager);
    // Who is protected may still be named in what others wrote before.
    const revealed = await this.protection.reveal(personId, tx.manager);
    if (revealed) names.push(revealed.identity.name, revealed.identity.nativeName ?? '');
    const aliases: { alias: string }[] = await tx.manager.query(
      `select alias from address_alias where address = any($1)`,
      [held.map(({ address }) => address)],
    );
    const addresses = [
      ...held.flatMap(({ address, typed }) => (isSealed(typed) ? [address] : [address, typed])),
      ...aliases.map(({ alias }) => alias),
      ...(revealed?.addresses ?? []),
    ];
    return {
      id: personId,
      addresses: [...new Set(addresses)],
      // Others stand under this one, too.
      names: [...new Set(names)].filter((name) => name && name !== WITHHELD),
      replacement: translator('en')('rights:erasedName'),
    };
  }

  /** The person, and all who were joined with them. */
  private async joinedWith(tx: Tx, personId: string): Promise<string[]> {
    const rows: { id: string }[] = await tx.manager.query(
      `with recursive one (id) as (
         select $1::text union select p.id from person p join one on p.merged_into = one.id)
       select id from one order by id`,
      [personId],
    );
    return rows.map(({ id }) => id);
  }

  /** Everything that is the person's, or that they did. */
  async holdings(personId: string, db: EntityManager = this.db.manager): Promise<Holding[]> {
    const holdings: Holding[] = [];
    await this.people.personalData.each(async (data) => {
      holdings.push(...(await data.holdings(db, personId)));
    });
    return holdings;
  }

  /** A conference is never without an organiser and a chair, nor the installation without its operator. */
  private async soleRoles(personId: string, db: EntityManager): Promise<SoleRole[]> {
    return db.query(
      `select g.role, c.name as conference from role_grant g left join conference c on c.id = g.conference_id
       where g.person_id = $1 and g.revoked_at is null and g.role in ('operator', 'organiser', 'chair') and not exists (
         select 1 from role_grant o where o.role = g.role and o.conference_id is not distinct from g.conference_id
           and o.revoked_at is null and o.person_id <> g.person_id)
       order by c.name, g.role`,
      [personId],
    );
  }

  private async lock(tx: Tx, personId: string): Promise<Person> {
    const person = await tx.manager.findOne(Person, {
      where: { id: personId },
      lock: { mode: 'pessimistic_write' },
    });
    if (!person || person.erasedAt || person.mergedInto) throw notFound();
    return person;
  }
}
