import { Inject, Injectable } from '@nestjs/common';
import { Brackets, DataSource, In, type EntityManager } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import { mentions } from '../people/identity.js';
import { People } from '../people/people.service.js';
import { PersonKeys, type KeyDestroyedListener, type PersonKey } from '../people/person-keys.js';
import type { IdentityChange, NameHolder } from '../people/protection.service.js';
import { isStandIn } from '../people/stand-in.js';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { decodeCursor, encodeCursor } from '../platform/cursor.js';
import { Idempotency } from '../platform/idempotency.js';
import { newId } from '../platform/ids.js';
import { Queues } from '../platform/queue.js';
import { notFound, Refusal } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import { isPlainAddress, oneLine } from './clean.js';
import { MailKinds } from './kinds.js';
import { MailMessage } from './mail-message.entity.js';
import { MAIL_STATES, RESENDABLE, type MailState } from './mail-rules.js';
import { catalogueTexts, hashOf, render, renderTexts, type MailTexts, type Rendered } from './render.js';
import { codesOnly, sealMail } from './sealed-mail.js';
import { MailTemplates } from './templates.service.js';
import { FRAME } from './wording.js';

/** A message to be written; it is rendered at once, for its one recipient. */
export interface NewMessage {
  kind: string;
  /** Null for the installation's own mail. */
  conference: { id: string; name: string; contactAddress: string } | null;
  /** The address in its identity form; the name that its owner chose, or empty. */
  to: { personId: string | null; address: string; name: string };
  /** What the message is about. */
  subjectId: string;
  /** Tells apart the messages of one kind about one subject. */
  occasion: string;
  /** The kind's variables; those named `…Url` must be links of this installation. */
  values: Record<string, unknown>;
  locale?: string;
}

export interface MailQuery {
  state?: MailState | undefined;
  /** Looked for in recipient and subject. */
  q?: string | undefined;
  /** Cursor of the page before. */
  after?: string | undefined;
  limit: number;
  /** Ids of subjects that are kept from whoever asks. */
  hidden?: readonly string[];
}

/** @throws Refusal 400 for a cursor that was changed. */
function instantOf(part: string | number | undefined): Date {
  const at = new Date(String(part));
  if (Number.isNaN(at.getTime()))
    throw new Refusal('malformed', 'malformed', { fields: [{ field: 'after', code: 'cursor' }] });
  return at;
}

/** Who is behind a stand-in; the key is null where it was destroyed. */
interface Owner {
  personId: string;
  key: PersonKey | null;
}

/** In which words a message is written, and whether any of them are a conference's own. */
interface Worded {
  locale: string;
  texts: MailTexts;
  isOwn: boolean;
}

/** Messages of one transaction that get a job each: a worker that is awake looks for the others by itself. */
const WOKEN = 50;
/** Rows per insert statement; between two of them others get their turn. */
const CHUNK = 100;

/** The outbox: what is to be sent is written in the transaction that causes it. The only writer of new messages. */
@Injectable()
export class Outbox implements NameHolder, KeyDestroyedListener {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly audit: Audit,
    private readonly idempotency: Idempotency,
    private readonly kinds: MailKinds,
    private readonly queues: Queues,
    private readonly people: People,
    private readonly keys: PersonKeys,
    private readonly templates: MailTemplates,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Renders and stores messages, and wakes the worker after the commit. A message whose kind, recipient, subject
   * and occasion are there already is left as it is.
   * @returns ids of the messages that were added, in the order given.
   * @throws Error for an unknown kind, a missing variable, a foreign link or an address that is not one mailbox.
   */
  async add(tx: Tx, messages: readonly NewMessage[]): Promise<string[]> {
    const added: string[] = [];
    for (let from = 0; from < messages.length; from += CHUNK)
      added.push(...(await this.insert(tx, messages.slice(from, from + CHUNK))));
    if (added.length > 0) tx.afterCommit(() => this.queues.wake('mail', added.slice(0, WOKEN)));
    return added;
  }

  private async insert(tx: Tx, messages: readonly NewMessage[]): Promise<string[]> {
    const owners = await this.owners(tx, messages);
    const rows = this.rowsOf(messages, owners, await this.wordings(tx.manager, messages));
    const column = (name: keyof (typeof rows)[number]) => rows.map((row) => row[name]);
    const inserted: { id: string }[] = await tx.manager.query(
      `insert into mail_message (id, conference_id, kind, recipient_id, recipient_address, recipient_name, recipient_typed,
         subject_id, occasion, locale, subject, text, html, body_hash, message_id, sealed_for, stop_token, next_attempt_at, created_at,
         state, settled_at, response)
       select m.id, m.conference_id, m.kind, m.recipient_id, m.address, m.name,
         case when m.sealed_for is null then coalesce(a.typed, m.address) else m.address end,
         m.subject_id, m.occasion, m.locale, m.subject, m.text, m.html, m.body_hash, m.message_id, m.sealed_for, m.stop_token, $16::timestamptz, $16::timestamptz,
         case when s.address is null then 'ready' else 'cancelled' end, case when s.address is not null then $16::timestamptz end,
         case when s.address is not null then 'they want no more mail of this kind' end
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
         $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $17::text[]) with ordinality
         as m (id, conference_id, kind, recipient_id, address, name, subject_id, occasion, locale, subject, text, html,
           body_hash, message_id, sealed_for, stop_token, position)
       left join person_address a on a.address = m.address
       left join mail_stop s on s.conference_id = m.conference_id and s.kind = m.kind and s.address = m.address
       order by m.position
       on conflict (kind, recipient_address, subject_id, occasion) where resend_of is null do nothing
       returning id`,
      [
        column('id'),
        column('conferenceId'),
        column('kind'),
        column('recipientId'),
        column('address'),
        column('name'),
        column('subjectId'),
        column('occasion'),
        column('locale'),
        column('subject'),
        column('text'),
        column('html'),
        column('bodyHash'),
        column('messageId'),
        column('sealedFor'),
        tx.now,
        column('stopToken'),
      ],
    );
    return inserted.map(({ id }) => id);
  }

  /** Whom stand-ins among the addresses stand for, with their keys; without any there is no statement. */
  private async owners(tx: Tx, messages: readonly NewMessage[]): Promise<Map<string, Owner>> {
    const standIns = [...new Set(messages.map(({ to }) => to.address).filter(isStandIn))];
    const owners = new Map<string, Owner>();
    for (const [address, { personId }] of await this.people.known(standIns, tx.manager, tx))
      owners.set(address, { personId, key: await this.keys.of(tx, personId) });
    return owners;
  }

  /**
   * In which language and words each message is written: the recipient's, where its conference uses the language and has a text
   * in it that says what the English one says; else English.
   */
  private async wordings(
    manager: EntityManager,
    messages: readonly NewMessage[],
  ): Promise<(message: NewMessage) => Worded> {
    const ids = (all: readonly (string | null | undefined)[]): string[] => [
      ...new Set(all.filter((id): id is string => typeof id === 'string')),
    ];
    const conferences = await this.templates.ofAll(
      ids(messages.map(({ conference }) => conference?.id)),
      manager,
    );
    const spoken = [...conferences.values()].some(({ languages }) => languages.length > 1);
    const people = spoken ? ids(messages.map(({ to }) => to.personId)) : [];
    const preferred = new Map<string, string>();
    if (people.length > 0) {
      const rows: { id: string; locale: string }[] = await manager.query(
        `select id, locale from person where id = any($1)`,
        [people],
      );
      for (const { id, locale } of rows) preferred.set(id, locale);
    }
    return ({ kind, conference, to, locale }) => {
      const known = conference && conferences.get(conference.id);
      const wanted = locale ?? preferred.get(to.personId ?? '') ?? 'en';
      if (!known) return { locale: wanted, texts: catalogueTexts(wanted, kind), isOwn: false };
      const { texts, languages } = known;
      const chosen = languages.includes(wanted) && texts.speaks(kind, wanted) ? wanted : 'en';
      const isOwn = [kind, FRAME].some((one) => texts.ownIn(one, chosen) !== null);
      if (!isOwn) return { locale: chosen, texts: catalogueTexts(chosen, kind), isOwn };
      const { subject, text } = texts.inLanguage(kind, chosen)!;
      return {
        locale: chosen,
        texts: { subject, text, frame: texts.inLanguage(FRAME, chosen)!.text },
        isOwn,
      };
    };
  }

  /** What goes to a stand-in can be read with its owner's key alone; where that is destroyed, nothing goes any more. */
  private rowsOf(
    messages: readonly NewMessage[],
    owners: ReadonlyMap<string, Owner>,
    worded: (message: NewMessage) => Worded,
  ) {
    return messages.flatMap((message) => {
      const row = { ...this.rowOf(message, worded(message)), sealedFor: null as string | null };
      if (!isStandIn(message.to.address)) return [row];
      const owner = owners.get(message.to.address);
      if (!owner?.key) return [];
      return [{ ...row, ...sealMail(owner.key, row), sealedFor: owner.personId }];
    });
  }

  /** Messages as they would be written now, for whoever looks at them before; writes nothing. */
  async previews(messages: readonly NewMessage[], manager = this.db.manager): Promise<Rendered[]> {
    const worded = await this.wordings(manager, messages);
    return messages.map((message) => {
      const { subject, text, html } = this.rowOf(message, worded(message));
      return { subject, text, html };
    });
  }

  private rowOf(message: NewMessage, worded: Worded) {
    const kind = this.kinds.get(message.kind);
    if (!isPlainAddress(message.to.address)) throw new Error('A message needs exactly one plain address.');
    for (const [name, value] of Object.entries(message.values))
      if (
        name.endsWith('Url') &&
        !(typeof value === 'string' && value.startsWith(`${this.config.publicUrl}/`))
      )
        throw new Error(`"${name}" in mail of the kind "${message.kind}" is no link of this installation.`);

    const id = newId();
    const name = oneLine(message.to.name, 120);
    const stopToken = kind.optional && message.conference ? newId() + newId() : null;
    const rendered = this.rendered(worded, kind.kind, {
      ...message.values,
      ...(stopToken && { stopUrl: `${this.config.publicUrl}/mail/stop/${stopToken}` }),
      conferenceName: oneLine(message.conference?.name || this.config.mailFrom.name, 200),
      contactAddress: message.conference?.contactAddress ?? '',
      recipientName: name,
    });
    return {
      id,
      conferenceId: message.conference?.id ?? null,
      kind: kind.kind,
      recipientId: message.to.personId,
      address: message.to.address,
      name,
      subjectId: message.subjectId,
      occasion: message.occasion,
      locale: rendered.locale,
      ...rendered.message,
      bodyHash: hashOf(rendered.message),
      messageId: this.messageId(id),
      stopToken,
    };
  }

  /** An organiser's words never stop a message: where they cannot be filled, the program's take their place. */
  private rendered(
    { locale, texts, isOwn }: Worded,
    kind: string,
    values: Record<string, unknown>,
  ): { locale: string; message: Rendered } {
    if (!isOwn) return { locale, message: renderTexts(locale, texts, values) };
    try {
      return { locale, message: renderTexts(locale, texts, values, false) };
    } catch {
      return { locale: 'en', message: render('en', kind, values) };
    }
  }

  private messageId(id: string): string {
    return `<${id}@${this.config.mailFrom.address.split('@').at(-1)}>`;
  }

  /**
   * Somebody goes by another name. Where they are protected from now on, what was ever written to them is sealed, and so is what
   * tells others who they are; it still goes out where it waits. What is sealed stays sealed when protection ends.
   */
  async renamed(tx: Tx, change: IdentityChange): Promise<void> {
    const { personId, key, protects, name, addresses, words } = change;
    for (const [former, address] of addresses)
      await tx.manager.query(
        `update mail_message m set recipient_address = $2, recipient_typed = $2 where recipient_address = $1
           and (resend_of is not null or not exists (select 1 from mail_message o where o.recipient_address = $2
             and o.kind = m.kind and o.subject_id = m.subject_id and o.occasion = m.occasion and o.resend_of is null))`,
        [former, address],
      );
    // What was written to them under another name, for one place, says nothing of this one.
    await tx.manager.query(
      `update mail_message set recipient_name = $2 where recipient_id = $1
         and recipient_address not in (select alias from address_alias)`,
      [personId, name],
    );
    for (const [former, address] of addresses)
      await tx.manager.query(
        `update mail_stop s set address = $2 where address = $1 and not exists (select 1 from mail_stop o
           where o.conference_id = s.conference_id and o.kind = s.kind and o.address = $2)`,
        [former, address],
      );
    if (!protects) return;
    const rows: (Pick<MailMessage, 'id' | 'subject' | 'text' | 'html' | 'response'> & { own: boolean })[] =
      await tx.manager.query(
        `select id, subject, text, html, response,
           (recipient_id is not distinct from $1 or recipient_address = any($2)) as own
         from mail_message where sealed_for is null and (recipient_id = $1
           or recipient_address = any($2) or exists (select 1 from unnest($3::text[]) as w (word)
             where position(lower(word) in lower(subject || ' ' || text || ' ' || coalesce(response, ''))) > 0))
         for update`,
        [personId, [...addresses.values()], words],
      );
    for (const row of rows) {
      if (!row.own && !mentions(`${row.subject}\n${row.text}\n${row.response ?? ''}`, words)) continue;
      await tx.manager.update(
        MailMessage,
        { id: row.id },
        {
          ...sealMail(key, row),
          sealedFor: personId,
          ...(row.response !== null && { response: codesOnly(row.response) }),
        },
      );
      await tx.manager.query(
        `update mail_attempt set response = coalesce(substring(response from '^[245]\\d\\d'), '') where message_id = $1`,
        [row.id],
      );
    }
  }

  /** What was sealed for them is dropped; what waits is taken back. */
  async keyDestroyed(tx: Tx, personId: string): Promise<void> {
    await tx.manager.query(
      `update mail_message set subject = '', text = '', html = '',
         state = case when settled_at is null and state <> 'sending' then 'cancelled' else state end,
         settled_at = case when state = 'sending' then null else coalesce(settled_at, $2) end,
         version = case when state = 'sending' then version else version + 1 end
       where sealed_for = $1`,
      [personId, tx.now],
    );
  }

  /** Takes back what has not gone out yet about subjects, because something newer takes its place. @returns how many. */
  async supersede(tx: Tx, subjectIds: readonly string[], kinds: readonly string[]): Promise<number> {
    const [, count] = await tx.manager.query<[unknown, number]>(
      `update mail_message set state = 'superseded', settled_at = $3, version = version + 1,
         text = case when kind = any($4) then '' else text end, html = case when kind = any($4) then '' else html end
       where subject_id = any($1) and kind = any($2) and state in ('ready', 'held', 'deferred')`,
      [subjectIds, kinds, tx.now, this.kinds.secret()],
    );
    return count;
  }

  /** A conference's messages, newest first. @throws Refusal 400 for a cursor that is none. */
  async list(conferenceId: string, query: MailQuery): Promise<{ items: MailMessage[]; next: string | null }> {
    const find = this.db.manager
      .createQueryBuilder(MailMessage, 'm')
      .where('m.conferenceId = :conferenceId', { conferenceId })
      .orderBy('m.createdAt', 'DESC')
      .addOrderBy('m.id', 'ASC')
      .limit(query.limit + 1);
    if (query.hidden) find.andWhere('m.subjectId <> all(:hidden)', { hidden: query.hidden });
    if (query.state) find.andWhere('m.state = :state', { state: query.state });
    if (query.q) {
      const pattern = `%${query.q.replace(/[\\%_]/g, '\\$&')}%`;
      find.andWhere(
        new Brackets((any) =>
          any
            .where('m.recipientName ilike :pattern', { pattern })
            .orWhere('m.recipientTyped ilike :pattern')
            .orWhere('m.recipientAddress ilike :pattern')
            .orWhere('(m.sealedFor is null and m.subject ilike :pattern)'),
        ),
      );
    }
    if (query.after !== undefined) {
      const [at, id] = decodeCursor(query.after, ['instant', 'text']);
      find.andWhere('(m.createdAt < :at or (m.createdAt = :at and m.id > :id))', {
        at: instantOf(at),
        id: String(id),
      });
    }
    const rows = await find.getMany();
    const items = rows.slice(0, query.limit);
    const last = items.at(-1);
    return {
      items,
      next: rows.length > query.limit && last ? encodeCursor([last.createdAt.toISOString(), last.id]) : null,
    };
  }

  /** @throws Refusal 404 */
  async one(id: string): Promise<MailMessage> {
    const row = await this.db.manager.findOneBy(MailMessage, { id });
    if (!row) throw notFound();
    return row;
  }

  /** How many messages of a conference are in each state. */
  async countsByState(conferenceId: string): Promise<Record<MailState, number>> {
    const rows: { state: MailState; count: number }[] = await this.db.query(
      `select state, count(*)::int as count from mail_message where conference_id = $1 group by state`,
      [conferenceId],
    );
    const counts = Object.fromEntries(MAIL_STATES.map((state) => [state, 0])) as Record<MailState, number>;
    for (const { state, count } of rows) counts[state] = count;
    return counts;
  }

  /**
   * A person sends a message once more: a new row with the same words. One of an `uncertain` message takes its place.
   * @returns id of the new message, and whether the same key had made it before.
   * @throws Refusal 404; 409 `mail.notResendable` in another state, `mail.resendUnderWay` while an earlier one is;
   *   422 `mail.secret` for a message whose body is not kept.
   */
  async resend(actor: Actor, id: string): Promise<{ id: string; replayed: boolean }> {
    return this.work.run((tx) => this.idempotency.once(tx, actor, () => this.copy(tx, actor, id)));
  }

  private async copy(tx: Tx, actor: Actor, id: string): Promise<string> {
    const row = await this.lock(tx, id);
    if (!RESENDABLE.includes(row.state)) throw new Refusal('conflict', 'mail.notResendable');
    if (this.kinds.get(row.kind).secret) throw new Refusal('rule', 'mail.secret');
    const under: unknown[] = await tx.manager.query(
      `select 1 from mail_message where resend_of = $1 and state in ('ready', 'held', 'claimed', 'sending', 'deferred')`,
      [id],
    );
    if (under.length > 0) throw new Refusal('conflict', 'mail.resendUnderWay');

    const copyId = newId();
    await tx.manager.insert(MailMessage, this.copyOf(tx, row, copyId));
    const after = row.state === 'uncertain' ? 'superseded' : row.state;
    if (after !== row.state)
      await tx.manager.update(MailMessage, { id }, { state: after, version: row.version + 1 });
    await this.audit.record(tx, actor, {
      conferenceId: row.conferenceId,
      action: 'mail.resent',
      subject: ['mail_message', id],
      before: { state: row.state },
      after: { state: after, resentAs: copyId },
    });
    tx.afterCommit(() => this.queues.wake('mail', [copyId]));
    return copyId;
  }

  private copyOf(tx: Tx, row: MailMessage, id: string): MailMessage {
    return {
      ...row,
      id,
      resendOf: row.id,
      messageId: this.messageId(id),
      stopToken: row.stopToken === null ? null : newId() + newId(),
      state: 'ready',
      attempts: 0,
      nextAttemptAt: tx.now,
      claimedAt: null,
      sendingAt: null,
      settledAt: null,
      response: null,
      version: 1,
      createdAt: tx.now,
    };
  }

  /**
   * A person sends refused messages again, each once; those that are no longer refused, or have a copy, stay as they are.
   * @param ids of one conference; of kinds whose bodies are kept.
   */
  async resendRefused(actor: Actor, conferenceId: string, ids: readonly string[]): Promise<void> {
    await this.work.run((tx) =>
      this.idempotency.once(tx, actor, async () => {
        const copies: string[] = [];
        for (let from = 0; from < ids.length; from += CHUNK) {
          const rows = await tx.manager.find(MailMessage, {
            where: { id: In(ids.slice(from, from + CHUNK)), conferenceId, state: 'refused' },
            order: { id: 'ASC' },
            lock: { mode: 'pessimistic_write' },
          });
          const again: { id: string }[] = await tx.manager.query(
            `select resend_of as id from mail_message where resend_of = any($1)`,
            [rows.map(({ id }) => id)],
          );
          const repeated = new Set(again.map(({ id }) => id));
          const wanted = rows
            .filter(({ id }) => !repeated.has(id))
            .map((row) => this.copyOf(tx, row, newId()));
          if (wanted.length === 0) continue;
          await tx.manager.insert(MailMessage, wanted);
          await this.audit.record(
            tx,
            actor,
            ...wanted.map((copy) => ({
              conferenceId,
              action: 'mail.resent',
              subject: ['mail_message', copy.resendOf!] as [string, string],
              before: { state: 'refused' },
              after: { state: 'refused', resentAs: copy.id },
            })),
          );
          copies.push(...wanted.map(({ id }) => id));
        }
        tx.afterCommit(() => this.queues.wake('mail', copies));
        return conferenceId;
      }),
    );
  }

  /**
   * A person decides what became of an uncertain message: it has arrived, or it is to be sent again.
   * @returns id of the message that stands for it now.
   * @throws Refusal 404; 409 `mail.notUncertain`; as {@link resend}.
   */
  async settleUncertain(actor: Actor, id: string, as: 'handed_over' | 'resend'): Promise<{ id: string }> {
    return this.work.run((tx) =>
      this.idempotency.once(tx, actor, async () => {
        const row = await this.lock(tx, id);
        if (row.state !== 'uncertain') throw new Refusal('conflict', 'mail.notUncertain');
        if (as === 'resend') return this.copy(tx, actor, id);
        await tx.manager.update(
          MailMessage,
          { id },
          { state: 'handed_over', settledAt: tx.now, version: row.version + 1 },
        );
        await this.audit.record(tx, actor, {
          conferenceId: row.conferenceId,
          action: 'mail.settled',
          subject: ['mail_message', id],
          before: { state: 'uncertain' },
          after: { state: 'handed_over' },
        });
        return id;
      }),
    );
  }

  private async lock(tx: Tx, id: string): Promise<MailMessage> {
    const row = await tx.manager.findOne(MailMessage, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!row) throw notFound();
    return row;
  }
}
