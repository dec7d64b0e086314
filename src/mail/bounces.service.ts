import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/audit.service.js';
import type { Actor } from '../platform/actor.js';
import { Work } from '../platform/work.js';
import { bounceOf } from './bounce.js';
import { codesOnly } from './sealed-mail.js';

/** Takes in what mail servers report about messages that they could not deliver after all. */
@Injectable()
export class Bounces {
  constructor(
    private readonly work: Work,
    private readonly audit: Audit,
  ) {}

  /**
   * Marks the message that a report (RFC 3464) is about as bounced. A report that is none, says "later", or is about no message
   * of ours changes nothing.
   * @returns whether a message bounced
   */
  async take(actor: Actor, report: string): Promise<boolean> {
    const bounce = await bounceOf(report);
    if (!bounce || (bounce.id === null && bounce.messageId === null)) return false;
    return this.work.run(async (tx) => {
      const found: { id: string; conferenceId: string | null; state: string; sealed: boolean }[] =
        await tx.manager.query(
          `select id, conference_id as "conferenceId", state, sealed_for is not null as sealed from mail_message
           where (id = $1 or ($1::text is null and message_id = $2)) and state in ('handed_over', 'uncertain') for update`,
          [bounce.id, bounce.messageId],
        );
      for (const { id, conferenceId, state, sealed } of found) {
        await tx.manager.query(
          `with bounced as (
             update mail_message set state = 'bounced', settled_at = $2, response = $3, version = version + 1
             where id = $1 returning id, version)
           insert into mail_attempt (message_id, version, at, state, response)
           select id, version, $2, 'bounced', $3 from bounced`,
          [id, tx.now, sealed ? codesOnly(bounce.response) : bounce.response],
        );
        await this.audit.record(tx, actor, {
          conferenceId,
          action: 'mail.bounced',
          subject: ['mail_message', id],
          before: { state },
          after: { state: 'bounced' },
        });
      }
      return found.length > 0;
    });
  }
}
