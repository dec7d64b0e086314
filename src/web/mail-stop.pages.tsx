import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { MailStops } from '../mail/stops.service.js';
import type { Actor } from '../platform/actor.js';
import { Allow, Who, type ConcordRequest } from '../platform/policy.js';
import { formOf } from './form.js';
import { Pages } from './pages.js';
import { paths } from './view.js';
import { mailStopPage } from './views/mail-stop.view.js';

/** Where mail of a kind can be stopped without signing in: by whoever has the mail, or their mail program (RFC 8058). */
@Controller('mail/stop/:token')
export class MailStopPages {
  constructor(
    private readonly pages: Pages,
    private readonly stops: MailStops,
  ) {}

  /** Looking at it changes nothing: scanners follow links. */
  @Get()
  @Allow('anyone')
  async show(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Param('token') token: string,
  ): Promise<void> {
    const found = await this.stops.one(token);
    this.pages.send(reply, mailStopPage(await this.pages.view(request), { ...found, token }));
  }

  /** A mail program is not sent on to another page: RFC 8058 wants the answer at once. */
  @Post()
  @Allow('anyone')
  async stop(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Param('token') token: string,
    @Body() body: unknown,
  ): Promise<void> {
    await this.stops.stop(actor, token);
    if ('List-Unsubscribe' in formOf(body)) await this.show(request, reply, token);
    else this.pages.redirect(reply, paths.mailStop(token));
  }

  @Post('resume')
  @Allow('anyone')
  async resume(
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Param('token') token: string,
  ): Promise<void> {
    await this.stops.resume(actor, token);
    this.pages.redirect(reply, paths.mailStop(token));
  }
}
