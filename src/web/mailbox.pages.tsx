import { Controller, Get, Inject, Optional, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { MAILBOX, type Mailbox } from '../mail/mailbox.js';
import { fold } from '../platform/fold.js';
import { Allow, type ConcordRequest } from '../platform/policy.js';
import { notFound } from '../platform/refusal.js';
import { isLocal } from './local.js';
import { Pages } from './pages.js';
import { mailboxMessagePage, mailboxPage } from './views/mailbox.view.js';

const LISTED = 200;

/** The mailbox of the embedded default, read on loopback only; elsewhere these pages do not exist. */
@Controller('mailbox')
export class MailboxPages {
  constructor(
    private readonly pages: Pages,
    @Optional() @Inject(MAILBOX) private readonly mailbox: Mailbox | undefined,
  ) {}

  @Get()
  @Allow('anyone')
  async list(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Query('q') q: unknown,
  ): Promise<void> {
    const mailbox = this.open(request);
    const wanted = typeof q === 'string' ? q.slice(0, 200) : '';
    const all = await mailbox.list();
    const found = wanted
      ? all.filter((line) => fold(`${line.to} ${line.subject}`).includes(fold(wanted)))
      : all;
    const rows = found.slice(0, LISTED).map((line) => ({
      id: line.id,
      at: line.at,
      to: { name: '', address: line.to },
      subject: line.subject,
      start: '',
    }));
    const view = await this.pages.view(request);
    this.pages.send(
      reply,
      mailboxPage(view, { zone: 'UTC', rows, total: all.length, ...(wanted && { q: wanted }) }),
    );
  }

  @Get(':id')
  @Allow('anyone')
  async one(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Param('id') id: string,
  ): Promise<void> {
    const message = await this.open(request).read(id);
    if (!message) throw notFound();
    const [, name = '', address = message.from] = /^(.*?) <([^<>]+)>$/.exec(message.from) ?? [];
    const links = [...new Set(message.text.match(/https?:\/\/[^\s<>"]+[^\s<>".,;:!?)]/g) ?? [])];
    const messageId = message.headers
      .find((header) => /^message-id:/i.test(header))
      ?.slice('message-id:'.length)
      .trim();
    this.pages.send(
      reply,
      mailboxMessagePage(await this.pages.view(request), {
        zone: 'UTC',
        id: message.id,
        at: message.at,
        from: { name, address },
        to: { name: '', address: message.to },
        subject: message.subject,
        text: message.text,
        messageId: messageId ?? '',
        links,
      }),
    );
  }

  private open(request: ConcordRequest): Mailbox {
    if (!this.mailbox || !isLocal(request)) throw notFound();
    return this.mailbox;
  }
}
