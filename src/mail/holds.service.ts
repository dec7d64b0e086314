import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import type { Actor } from '../platform/actor.js';
import { newId } from '../platform/ids.js';
import { Work, type Tx } from '../platform/work.js';
import { MailHold } from './mail-order.entity.js';

/**
 * SQL: whether a message `m` has to wait for a person. Sign-in links written since pass: without them nobody could come in to end
 * the hold.
 */
export const ON_HOLD = `exists (select 1 from mail_hold h where h.released_at is null
  and (h.conference_id is null or h.conference_id = m.conference_id)
  and not (m.kind = 'sign_in' and m.created_at >= h.held_at))`;

/** Brings the states in line with the holds there are: what waits for its turn waits for a person, or the other way round. */
export const ALIGN_HOLDS = `update mail_message m
  set state = case when m.state = 'held' then 'ready' else 'held' end, version = version + 1
  where m.state in ('ready', 'deferred', 'held') and (m.state = 'held') <> ${ON_HOLD}`;

/** Stops mail, of a conference or of the whole installation, and lets it go again. Nothing is lost meanwhile. */
@Injectable()
export class MailHolds {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly audit: Audit,
  ) {}

  /** The holds that a conference's mail waits for, the installation's first; with null the installation's own. */
  async open(conferenceId: string | null): Promise<MailHold[]> {
    return this.db.query(
      `select id, conference_id as "conferenceId", reason, held_at as "heldAt", held_by as "heldBy"
       from mail_hold where released_at is null and (conference_id is null or conference_id = $1)
       order by conference_id nulls first`,
      [conferenceId],
    );
  }

  /** Stops mail; where it is stopped already nothing changes. @param conferenceId null for the installation's. */
  async hold(actor: Actor, conferenceId: string | null): Promise<void> {
    await this.work.run((tx) => this.holdIn(tx, actor, conferenceId, 'person'));
  }

  /** After a restore all mail waits for a person: what the backup holds as unsent may have gone out since. */
  async holdAfterRestore(actor: Actor): Promise<void> {
    await this.work.run((tx) => this.holdIn(tx, actor, null, 'restore'));
  }

  /** Lets mail go again; where it is not stopped nothing changes. */
  async release(actor: Actor, conferenceId: string | null): Promise<void> {
    await this.work.run(async (tx) => {
      const [rows] = await tx.manager.query<[{ id: string; reason: string }[], number]>(
        `update mail_hold set released_at = $2, released_by = $3
         where released_at is null and conference_id is not distinct from $1 returning id, reason`,
        [conferenceId, tx.now, actor.personId],
      );
      for (const { id, reason } of rows) {
        await tx.manager.query(ALIGN_HOLDS);
        await this.audit.record(tx, actor, {
          conferenceId,
          action: 'mail.released',
          subject: ['mail_hold', id],
          before: { reason },
        });
      }
    });
  }

  private async holdIn(
    tx: Tx,
    actor: Actor,
    conferenceId: string | null,
    reason: MailHold['reason'],
  ): Promise<void> {
    const rows: { id: string }[] = await tx.manager.query(
      `insert into mail_hold (id, conference_id, reason, held_at, held_by) values ($1, $2, $3, $4, $5)
       on conflict do nothing returning id`,
      [newId(), conferenceId, reason, tx.now, actor.personId],
    );
    // How many messages that were is not said: an organiser who is an author could reckon with it.
    for (const { id } of rows) {
      await tx.manager.query(ALIGN_HOLDS);
      await this.audit.record(tx, actor, {
        conferenceId,
        action: 'mail.held',
        subject: ['mail_hold', id],
        after: { reason },
      });
    }
  }
}
