import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import type { Actor } from '../platform/actor.js';
import { notFound } from '../platform/refusal.js';
import { Work } from '../platform/work.js';

/** What a link to stop mail is about. */
export interface Stoppable {
  /** Of the message that the link came with. */
  id: string;
  kind: string;
  conferenceId: string;
  conferenceName: string;
  /** Whether it is stopped already. */
  stopped: boolean;
}

/** People who want no more mail of a kind; the link in the mail is all they need. The only writer of its table. */
@Injectable()
export class MailStops {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly audit: Audit,
  ) {}

  /** @throws Refusal 404 */
  async one(token: string): Promise<Stoppable> {
    const [found]: Stoppable[] = await this.db.query(
      `select m.id, m.kind, c.id as "conferenceId", c.name as "conferenceName", s.address is not null as stopped
       from mail_message m join conference c on c.id = m.conference_id
       left join mail_stop s on s.conference_id = m.conference_id and s.kind = m.kind and s.address = m.recipient_address
       where m.stop_token = $1`,
      [token],
    );
    if (!found) throw notFound();
    return found;
  }

  /** No more mail of the message's kind goes from its conference to its recipient; what waits is taken back. @throws Refusal 404 */
  async stop(actor: Actor, token: string): Promise<void> {
    const { id, conferenceId } = await this.one(token);
    await this.work.run(async (tx) => {
      const added: unknown[] = await tx.manager.query(
        `insert into mail_stop (conference_id, kind, address, stopped_at)
         select conference_id, kind, recipient_address, $2 from mail_message where stop_token = $1
         on conflict do nothing returning 1`,
        [token, tx.now],
      );
      if (added.length === 0) return;
      await tx.manager.query(
        `update mail_message m set state = 'cancelled', settled_at = $2, version = m.version + 1
         from mail_message t where t.stop_token = $1 and m.conference_id = t.conference_id and m.kind = t.kind
           and m.recipient_address = t.recipient_address and m.state in ('ready', 'held', 'deferred')`,
        [token, tx.now],
      );
      await this.audit.record(tx, actor, {
        conferenceId,
        action: 'mail.stopped',
        subject: ['mail_message', id],
      });
    });
  }

  /** They want it again after all. @throws Refusal 404 */
  async resume(actor: Actor, token: string): Promise<void> {
    const { id, conferenceId } = await this.one(token);
    await this.work.run(async (tx) => {
      const [, count] = await tx.manager.query<[unknown, number]>(
        `delete from mail_stop s using mail_message m where m.stop_token = $1 and s.conference_id = m.conference_id
           and s.kind = m.kind and s.address = m.recipient_address`,
        [token],
      );
      if (count > 0)
        await this.audit.record(tx, actor, {
          conferenceId,
          action: 'mail.resumed',
          subject: ['mail_message', id],
        });
    });
  }
}
