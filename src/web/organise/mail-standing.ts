import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { MailHolds } from '../../mail/holds.service.js';
import { serverName } from '../../mail/server-state.js';
import { CONFIG, type Config } from '../../platform/config.js';
import type { MailStanding } from '../views/mail-standing.js';
import { Frame, nameIn } from './frame.js';

/** Whether mail goes out, and if not, why: holds, and trouble with the mail server. */
@Injectable()
export class MailStandings {
  constructor(
    private readonly db: DataSource,
    private readonly holds: MailHolds,
    private readonly frame: Frame,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @param conferenceId null for the installation's own holds alone. */
  async of(conferenceId: string | null): Promise<MailStanding> {
    const open = await this.holds.open(conferenceId);
    const names = await this.frame.names(open.map(({ heldBy }) => heldBy));
    const servers: { trouble: string; since: Date }[] = this.config.smtpUrl
      ? await this.db.query(
          `select trouble, troubled_since as since from mail_server where name = $1 and trouble is not null`,
          [serverName(this.config.smtpUrl)],
        )
      : [];
    return {
      holds: open.map((hold) => ({
        everywhere: hold.conferenceId === null,
        reason: hold.reason,
        at: hold.heldAt,
        by: nameIn(names, hold.heldBy),
      })),
      server: servers[0] ?? null,
    };
  }
}
