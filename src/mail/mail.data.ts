import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { needlesOf, patternOf, type ErasedPerson, withoutNeedles } from '../people/needles.js';
import { PersonKeys } from '../people/person-keys.js';
import { holdingsBy, moveColumns, type Holding, type PersonalData } from '../people/personal-data.js';
import type { Actor } from '../platform/actor.js';
import type { Tx } from '../platform/work.js';
import { hashOf, type Rendered } from './render.js';
import { openedMail, sealMail } from './sealed-mail.js';

const UNSENT = `state in ('ready', 'held', 'claimed', 'deferred')`;

/** Messages to a person, and those that name them. */
@Injectable()
export class MailData implements PersonalData {
  readonly columns = [
    'mail_message.recipient_id',
    'mail_message.sealed_for',
    'mail_hold.held_by',
    'mail_hold.released_by',
    'mail_template.edited_by',
  ];

  constructor(private readonly keys: PersonKeys) {}

  async exportOf(db: EntityManager, personId: string): Promise<Record<string, unknown[]>> {
    const key = await this.keys.forReading(personId, db);
    const rows: (Rendered & { writtenAt: Date; to: string; state: string; sealed: boolean })[] =
      await db.query(
        `select created_at as "writtenAt", recipient_typed as "to", subject, text, html, state,
         sealed_for is not distinct from $1 as sealed from mail_message
       where recipient_id = $1 order by created_at, id`,
        [personId],
      );
    return {
      mail: rows.map(({ writtenAt, to, state, sealed, ...message }) => {
        const own = sealed ? openedMail(key, message) : message;
        return { writtenAt, to, subject: own?.subject ?? '', text: own?.text ?? '', state };
      }),
    };
  }

  holdings(db: EntityManager, personId: string): Promise<Holding[]> {
    return holdingsBy(
      db,
      personId,
      'emptied',
      `select 'mail' as kind, id, conference_id as "conferenceId", null as "submissionId" from mail_message
       where recipient_id = $1 or sealed_for = $1
         or recipient_address in (select address from person_address where person_id = $1)`,
    );
  }

  /**
   * Bodies go, their hashes stay. What has yet to go out to others says the replacement instead of the name; what is sealed for
   * the person goes with their key.
   */
  async erase(tx: Tx, _actor: Actor, person: ErasedPerson): Promise<void> {
    await tx.manager.query(
      `update mail_message set text = '', html = '', subject = '', recipient_name = '', response = null,
         recipient_address = lower(id) || '@erased.invalid', recipient_typed = lower(id) || '@erased.invalid',
         state = case when ${UNSENT} then 'cancelled' else state end,
         settled_at = case when ${UNSENT} then $3 else settled_at end,
         version = case when ${UNSENT} then version + 1 else version end
       where recipient_id = $1 or recipient_address = any($2)`,
      [person.id, person.addresses, tx.now],
    );
    await tx.manager.query(`delete from mail_stop where address = any($1)`, [person.addresses]);
    await tx.manager.query(
      `update mail_attempt set response = '' where response <> '' and message_id in (
         select id from mail_message where recipient_id = $1 or recipient_address = lower(id) || '@erased.invalid')`,
      [person.id],
    );
    const needles = needlesOf(person);
    const pattern = patternOf(needles);
    if (!pattern) return;
    const waiting: { id: string; subject: string; text: string; html: string }[] = await tx.manager.query(
      `select id, subject, text, html from mail_message where ${UNSENT} and (text ~* $1 or subject ~* $1) for update`,
      [pattern],
    );
    for (const row of waiting) {
      const without = (text: string, marked = false): string =>
        withoutNeedles(text, needles, person.replacement, { marked });
      const changed = {
        subject: without(row.subject),
        text: without(row.text),
        // In HTML dots and at signs stand in elements of their own, so that no mail program makes links of them.
        html: without(row.html, true),
      };
      await tx.manager.query(
        `update mail_message set subject = $2, text = $3, html = $4, body_hash = $5,
           version = case when state = 'claimed' then version + 1 else version end,
           state = case when state = 'claimed' then 'ready' else state end, claimed_at = null where id = $1`,
        [row.id, changed.subject, changed.text, changed.html, hashOf(changed)],
      );
    }
    await tx.manager.query(
      `update mail_message set text = '', html = '', subject = regexp_replace(subject, $1, $2, 'gi')
       where not ${UNSENT} and (text ~* $1 or subject ~* $1)`,
      [pattern, person.replacement],
    );
    await tx.manager.query(`update mail_message set response = null where response ~* $1`, [pattern]);
    await tx.manager.query(`update mail_attempt set response = '' where response ~* $1`, [pattern]);
  }

  async move(tx: Tx, _actor: Actor, fromId: string, intoId: string): Promise<void> {
    await this.sealAnew(tx, fromId, intoId);
    await moveColumns(tx, this.columns, fromId, intoId);
  }

  /** What was sealed while somebody was protected can be read with the key of the one who stays. */
  private async sealAnew(tx: Tx, fromId: string, intoId: string): Promise<void> {
    const rows: (Rendered & { id: string })[] = await tx.manager.query(
      `select id, subject, text, html from mail_message where sealed_for = $1 for update`,
      [fromId],
    );
    if (rows.length === 0) return;
    const [from, into] = [await this.keys.of(tx, fromId), await this.keys.of(tx, intoId)];
    if (!from || !into) return;
    for (const { id, ...row } of rows) {
      const message = openedMail(from, row);
      // Secret bodies are taken out once they were sent, and are vouched for as they were.
      if (!message || message.text === '') continue;
      const sealed = sealMail(into, message);
      await tx.manager.query(
        `update mail_message set subject = $2, text = $3, html = $4, body_hash = $5, version = version + 1,
           state = case when state = 'claimed' then 'ready' else state end,
           claimed_at = case when state = 'claimed' then null else claimed_at end where id = $1`,
        [id, sealed.subject, sealed.text, sealed.html, sealed.bodyHash],
      );
    }
  }
}
