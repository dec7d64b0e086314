import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Conference } from '../conferences/conference.entity.js';
import { ConferenceGate } from '../conferences/conference.gate.js';
import { MailKinds } from '../mail/kinds.js';
import { MailMessage } from '../mail/mail-message.entity.js';
import { MAIL_STATES, type MailState } from '../mail/mail-rules.js';
import { MailLine, mailLine, MailView, mailView } from '../mail/mail.view.js';
import { Outbox } from '../mail/outbox.service.js';
import type { Actor } from '../platform/actor.js';
import { Answers, pageOf } from '../platform/answers.js';
import { Line, OneOf } from '../platform/fields.js';
import { limitOf, PageQuery } from '../platform/paging.js';
import { Allow, Subject, Who } from '../platform/policy.js';
import { MailGate } from './organise/mail.gate.js';
import { MailQueries } from './organise/mail.queries.js';

export class MailListQuery extends PageQuery {
  @OneOf(MAIL_STATES, { optional: true }) state?: MailState;
  @Line(200, { optional: true }) q?: string;
}

/** What a person says became of a message of which the machine cannot know. */
export class SettleMailDto {
  @OneOf(['handed_over', 'resend']) as: 'handed_over' | 'resend';
}

/** The outbox of a conference, for its organisers. */
@Controller('api/v1')
export class MailController {
  constructor(
    private readonly outbox: Outbox,
    private readonly queries: MailQueries,
    private readonly kinds: MailKinds,
  ) {}

  @Get('conferences/:slug/mail')
  @Allow(ConferenceGate, 'inspect')
  @Answers(pageOf(MailLine))
  async list(@Who() actor: Actor, @Subject() conference: Conference, @Query() query: MailListQuery) {
    const { items, next } = await this.outbox.list(conference.id, {
      limit: limitOf(query),
      hidden: await this.queries.hidden(actor, conference.id),
      ...(query.state && { state: query.state }),
      ...(query.q && { q: query.q }),
      ...(query.after && { after: query.after }),
    });
    return { items: items.map((row) => mailLine(row, this.secret(row))), next };
  }

  @Get('mail/:id')
  @Allow(MailGate, 'inspect')
  @Answers(MailView)
  one(@Subject() message: MailMessage): MailView {
    return mailView(message, this.secret(message));
  }

  /** A person sends a message again; the copy has a row of its own. */
  @Post('mail/:id/resend')
  @Allow(MailGate, 'organise')
  @Answers(MailView, 201)
  async resend(@Who() actor: Actor, @Subject() message: MailMessage): Promise<MailView> {
    return this.shown((await this.outbox.resend(actor, message.id)).id);
  }

  @Post('mail/:id/settle')
  @Allow(MailGate, 'organise')
  @Answers(MailView)
  async settle(
    @Who() actor: Actor,
    @Subject() message: MailMessage,
    @Body() dto: SettleMailDto,
  ): Promise<MailView> {
    return this.shown((await this.outbox.settleUncertain(actor, message.id, dto.as)).id);
  }

  private async shown(id: string): Promise<MailView> {
    const message = await this.outbox.one(id);
    return mailView(message, this.secret(message));
  }

  private secret(message: MailMessage): boolean {
    return this.kinds.get(message.kind).secret ?? false;
  }
}
