import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { OperatorGate } from '../conferences/conference.gate.js';
import { MailHolds } from '../mail/holds.service.js';
import type { MailState } from '../mail/mail-rules.js';
import type { Actor } from '../platform/actor.js';
import { Allow, Who, type ConcordRequest } from '../platform/policy.js';
import { MailStandings } from './organise/mail-standing.js';
import { formKey, Pages } from './pages.js';
import { paths } from './view.js';
import { installationMailPage } from './views/installation-mail.view.js';

/** The operator's view of all mail: whether it goes out, and how much of it stands where. No message can be read here. */
@Controller('installation/mail')
export class InstallationMailPages {
  constructor(
    private readonly pages: Pages,
    private readonly db: DataSource,
    private readonly holds: MailHolds,
    private readonly standings: MailStandings,
  ) {}

  @Get()
  @Allow(OperatorGate, 'operate')
  async show(@Req() request: ConcordRequest, @Res() reply: FastifyReply): Promise<void> {
    const standing = await this.standings.of(null);
    const counts: { state: MailState; count: number }[] = await this.db.query(
      `select state, count(*)::int as count from mail_message group by state`,
    );
    const view = await this.pages.view(request);
    this.pages.send(reply, installationMailPage(view, { zone: 'UTC', standing, counts, key: formKey() }));
  }

  @Post('hold')
  @Allow(OperatorGate, 'operate')
  async hold(@Res() reply: FastifyReply, @Who() actor: Actor): Promise<void> {
    await this.holds.hold(actor, null);
    this.pages.redirect(reply, `${paths.installationMail}?done=mailHeld`);
  }

  @Post('release')
  @Allow(OperatorGate, 'operate')
  async release(@Res() reply: FastifyReply, @Who() actor: Actor): Promise<void> {
    await this.holds.release(actor, null);
    this.pages.redirect(reply, `${paths.installationMail}?done=mailReleased`);
  }
}
