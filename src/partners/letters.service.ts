import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { SignIn, type ConfirmedListener } from '../accounts/sign-in.service.js';
import { Audit } from '../audit/audit.service.js';
import { Conference } from '../conferences/conference.entity.js';
import { Conferences } from '../conferences/conferences.service.js';
import { EntryOwners } from '../conferences/entry-owners.service.js';
import { afterOf, pageOfRows, type Page } from '../conferences/page.js';
import { MailKinds } from '../mail/kinds.js';
import { Outbox } from '../mail/outbox.service.js';
import type { IdentityChange, NameHolder } from '../people/protection.service.js';
import { personActor, type Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Idempotency } from '../platform/idempotency.js';
import { newId } from '../platform/ids.js';
import { limitOf } from '../platform/paging.js';
import { notFound, Refusal } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import { LETTER_MAILS } from './letter-mails.js';
import { LetterOfInterest } from './letter-of-interest.entity.js';
import { canMoveLetter, isTold, judgeLetter, LETTER_STATUSES, type LetterStatus } from './letter-rules.js';
import type { AnswerLetterDto, LetterDto, LetterQuery } from './letters.dto.js';

/** Letters of interest; the only writer of their table. */
@Injectable()
export class Letters implements ConfirmedListener, NameHolder {
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
    kinds.register(...LETTER_MAILS);
  }

  /**
   * Takes a letter in. It belongs to the person of its address; unless that is the actor, it is held until they
   * confirm the address, and the actor learns no more than its id.
   * @returns the id, and the letter where it is the actor's own.
   * @throws Refusal 422 `letters.closed`, `fields`
   */
  async send(
    actor: Actor,
    conference: Conference,
    input: LetterDto,
  ): Promise<{ id: string; letter: LetterOfInterest | null }> {
    const { id } = await this.work.run((tx) =>
      this.idempotency.once(tx, actor, () => this.add(tx, actor, conference, input)),
    );
    const letter = await this.db.manager.findOneBy(LetterOfInterest, { id });
    return { id, letter: letter && letter.personId === actor.personId ? letter : null };
  }

  private async add(tx: Tx, actor: Actor, conference: Conference, input: LetterDto): Promise<string> {
    const { lettersOpen } = await this.conferences.byId(conference.id, tx.manager);
    if (!lettersOpen) throw new Refusal('rule', 'letters.closed');
    const { words, problems } = judgeLetter(input.letter);
    if (problems.length > 0) throw new Refusal('rule', 'fields', { fields: problems });
    const owner = await this.owners.of(tx, actor, {
      email: input.email,
      name: input.contactName,
      affiliation: input.organisation,
      country: input.country || undefined,
    });
    const letter: LetterOfInterest = {
      id: newId(),
      conferenceId: conference.id,
      personId: owner.personId,
      organisation: input.organisation,
      country: input.country || null,
      website: input.website ?? null,
      contactName: owner.name,
      address: owner.address,
      contribution: input.contribution,
      letter: input.letter,
      wordCount: words,
      status: 'received',
      answer: null,
      answeredBy: null,
      answeredAt: null,
      heldUntil: owner.heldUntil,
      version: 1,
      createdAt: tx.arrival(actor),
    };
    await tx.manager.insert(LetterOfInterest, letter);
    await this.audit.record(tx, actor, {
      conferenceId: conference.id,
      action: 'letter.received',
      subject: ['letter_of_interest', letter.id],
      after: {
        status: letter.status,
        words,
        contribution: letter.contribution,
        held: owner.heldUntil !== null,
      },
    });
    if (owner.heldUntil) await this.signIn.mailLink(tx, owner.address, owner.typed, `/letters/${letter.id}`);
    else await this.mail(tx, 'letter_receipt', letter, conference, 'received');
    return letter.id;
  }

  /** Somebody goes by another name: rows hold it, and what stands for their address. */
  async renamed(tx: Tx, { personId, name, addresses }: IdentityChange): Promise<void> {
    await tx.manager.query(
      `update letter_of_interest set contact_name = case when address in (select alias from address_alias) then contact_name else $2 end,
         address = coalesce((select m.held from unnest($3::text[], $4::text[]) as m (former, held)
           where m.former = letter_of_interest.address), address)
       where person_id = $1`,
      [personId, name, [...addresses.keys()], [...addresses.values()]],
    );
  }

  /** Whom rows of a conference name. */
  async participants(conferenceId: string, manager: EntityManager): Promise<string[]> {
    const rows: { id: string }[] = await manager.query(
      `select distinct person_id as id from letter_of_interest where conference_id = $1 and held_until is null`,
      [conferenceId],
    );
    return rows.map(({ id }) => id);
  }

  /** A conference's letters, newest first, without those whose address nobody has confirmed. */
  async list(conference: Conference, query: LetterQuery = {}): Promise<Page<LetterOfInterest>> {
    const limit = limitOf(query);
    const [at, id] = afterOf(query);
    const builder = this.db.manager
      .createQueryBuilder(LetterOfInterest, 'l')
      .where('l.conference_id = :conferenceId and l.held_until is null', { conferenceId: conference.id })
      .orderBy('l.createdAt', 'DESC')
      .addOrderBy('l.id', 'DESC')
      .limit(limit + 1);
    if (query.status) builder.andWhere('l.status = :status', { status: query.status });
    if (at) builder.andWhere('(l.created_at, l.id) < (:at, :id)', { at, id });
    return pageOfRows(await builder.getMany(), limit);
  }

  /** How many confirmed letters of a conference are in each status. */
  async counts(conferenceId: string): Promise<Record<LetterStatus, number>> {
    const rows: { status: LetterStatus; count: number }[] = await this.db.query(
      `select status, count(*)::int as count from letter_of_interest
       where conference_id = $1 and held_until is null group by status`,
      [conferenceId],
    );
    const counts = Object.fromEntries(LETTER_STATUSES.map((status) => [status, 0])) as Record<
      LetterStatus,
      number
    >;
    for (const row of rows) counts[row.status] = row.count;
    return counts;
  }

  /** A person's own letters, newest first. */
  async mine(personId: string): Promise<LetterOfInterest[]> {
    return this.db.manager.find(LetterOfInterest, {
      where: { personId },
      order: { createdAt: 'DESC', id: 'DESC' },
      take: 200,
    });
  }

  /** @throws Refusal 404 */
  async one(id: string): Promise<LetterOfInterest> {
    const letter = await this.db.manager.findOneBy(LetterOfInterest, { id });
    if (!letter) throw notFound();
    return letter;
  }

  /**
   * The organisers' answer; `welcomed` and `declined` are mailed to the contact, and one may correct the other.
   * @throws Refusal 400 `version.missing`, 409 `state`, 412
   */
  async answer(actor: Actor, id: string, input: AnswerLetterDto): Promise<LetterOfInterest> {
    return this.work.run(async (tx) => {
      const letter = await this.lockSeen(tx, actor, id);
      const moved = await this.move(tx, actor, letter, input.status, {
        answer: input.text ?? null,
        answeredBy: actor.personId,
        answeredAt: isTold(input.status) ? tx.now : null,
      });
      if (isTold(moved.status)) {
        await this.outbox.supersede(tx, [id], ['letter_answered']);
        const conference = await this.conferences.byId(letter.conferenceId, tx.manager);
        await this.mail(tx, 'letter_answered', moved, conference, `v${moved.version}`);
      }
      return moved;
    });
  }

  /** Its sender takes the letter back. @throws Refusal 400 `version.missing`, 409 `state`, 412 */
  async withdraw(actor: Actor, id: string): Promise<LetterOfInterest> {
    return this.work.run(async (tx) => {
      const letter = await this.lockSeen(tx, actor, id);
      return this.move(tx, actor, letter, 'withdrawn', { answeredAt: null });
    });
  }

  /** The person has confirmed an address: their letters stand, and the receipts go out. */
  async confirmHeld(tx: Tx, personId: string): Promise<void> {
    const [rows] = await tx.manager.query<[{ id: string }[], number]>(
      `update letter_of_interest set held_until = null
       where person_id = $1 and held_until > $2 returning id`,
      [personId, tx.now],
    );
    for (const { id } of rows) {
      const letter = await tx.manager.findOneByOrFail(LetterOfInterest, { id });
      const conference = await this.conferences.byId(letter.conferenceId, tx.manager);
      await this.audit.record(tx, personActor(personId, [], 'sign-in'), {
        conferenceId: letter.conferenceId,
        action: 'letter.confirmed',
        subject: ['letter_of_interest', id],
      });
      if (letter.status !== 'withdrawn')
        await this.mail(tx, 'letter_receipt', letter, conference, 'received');
    }
  }

  private async move(
    tx: Tx,
    actor: Actor,
    letter: LetterOfInterest,
    to: LetterStatus,
    changes: Partial<LetterOfInterest>,
  ): Promise<LetterOfInterest> {
    if (!canMoveLetter(letter.status, to))
      throw new Refusal('conflict', 'state', { values: { from: letter.status, to } });
    const moved = { ...letter, ...changes, status: to, version: letter.version + 1 };
    await tx.manager.update(LetterOfInterest, { id: letter.id }, moved);
    await this.audit.record(tx, actor, {
      conferenceId: letter.conferenceId,
      action: `letter.${to}`,
      subject: ['letter_of_interest', letter.id],
      before: { status: letter.status },
      after: { status: to },
    });
    return moved;
  }

  private async lockSeen(tx: Tx, actor: Actor, id: string): Promise<LetterOfInterest> {
    const letter = await tx.manager.findOne(LetterOfInterest, {
      where: { id },
      lock: { mode: 'pessimistic_write' },
    });
    if (!letter) throw notFound();
    if (actor.kind === 'system') return letter;
    const seen = actor.request.seenVersion;
    if (seen === undefined) throw new Refusal('malformed', 'version.missing');
    if (seen !== letter.version)
      throw new Refusal('stale', 'stale', { values: { seen, now: letter.version } });
    return letter;
  }

  private async mail(
    tx: Tx,
    kind: 'letter_receipt' | 'letter_answered',
    letter: LetterOfInterest,
    conference: Conference,
    occasion: string,
  ): Promise<void> {
    await this.outbox.add(tx, [
      {
        kind,
        conference: { id: conference.id, name: conference.name, contactAddress: conference.contactAddress },
        to: { personId: letter.personId, address: letter.address, name: letter.contactName },
        subjectId: letter.id,
        occasion,
        values: {
          organisation: letter.organisation,
          receivedAt: `${letter.createdAt.toISOString().slice(0, 19).replace('T', ' ')} UTC`,
          wordCount: letter.wordCount,
          statusUrl: `${this.config.publicUrl}/letters/${letter.id}`,
          welcomed: letter.status === 'welcomed',
          answer: letter.answer,
        },
      },
    ]);
  }
}
