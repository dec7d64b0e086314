import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../../conferences/conference.entity.js';
import { ConferenceGate, mayOnConference } from '../../conferences/conference.gate.js';
import { MailHolds } from '../../mail/holds.service.js';
import { MailKinds } from '../../mail/kinds.js';
import { MailMessage } from '../../mail/mail-message.entity.js';
import { MAIL_STATES, type MailState } from '../../mail/mail-rules.js';
import { mailLine, mailView } from '../../mail/mail.view.js';
import { Outbox } from '../../mail/outbox.service.js';
import type { Actor } from '../../platform/actor.js';
import { Allow, KeyRequired, Subject, Who, type ConcordRequest } from '../../platform/policy.js';
import { notFound } from '../../platform/refusal.js';
import { formOf } from '../form.js';
import { formKey, Pages, type Again } from '../pages.js';
import type { View } from '../view.js';
import { mailPage, messagePage, type MessageData } from '../views/organise-mail.view.js';
import { organisePaths } from '../views/organise-parts.js';
import { Frame } from './frame.js';
import { MailStandings } from './mail-standing.js';
import { MailQueries, type MailEvent, type MailSubject } from './mail.queries.js';
import { neighbours, oneOf, present, searched, startOf } from './slice.js';

/** The outbox of a conference: what became of every mail, and what a person decides about the doubtful ones. */
@Controller('conferences/:slug/organise/mail')
export class OrganiseMailPages {
  constructor(
    private readonly pages: Pages,
    private readonly frame: Frame,
    private readonly queries: MailQueries,
    private readonly outbox: Outbox,
    private readonly kinds: MailKinds,
    private readonly holds: MailHolds,
    private readonly standings: MailStandings,
  ) {}

  @Get()
  @Allow(ConferenceGate, 'inspect')
  async list(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    const query = formOf(request.query);
    const start = startOf(query);
    const kinds = await this.queries.kinds(actor, conference.id);
    const filters = present({
      state: oneOf(query, 'state', MAIL_STATES),
      kind: oneOf(query, 'kind', kinds),
      q: searched(query),
    });
    const rows = await this.queries.rows(actor, conference.id, filters, start);
    const matching = await this.queries.matching(actor, conference.id, filters);
    const counts = await this.queries.counts(actor, conference.id);
    const standing = await this.standings.of(conference.id);
    const days = await this.queries.days(actor, conference.id, conference.timeZone);
    const view = await this.frame.view(request, conference);
    this.pages.send(
      reply,
      mailPage(view, {
        zone: conference.timeZone,
        standing,
        days,
        kinds,
        retryable: counts.refused
          ? (await this.queries.refused(actor, conference.id, this.kinds.secret())).length
          : 0,
        key: mayOnConference(actor, conference.id, 'organise') ? formKey() : null,
        filters,
        counts: MAIL_STATES.flatMap((state) => (counts[state] ? [{ state, count: counts[state] }] : [])),
        rows: rows.map((row) => {
          const line = mailLine(row, this.secret(row));
          const { id, kind, to, state, attempts } = line;
          const subject = line.protected ? view.t('protection:organiser.mailSubject') : line.subject;
          return { id, kind, subject, to: to.address, state, at: row.createdAt, attempts };
        }),
        matching,
        total: MAIL_STATES.reduce((sum, state) => sum + (counts[state] ?? 0), 0),
        ...neighbours(start, matching),
      }),
    );
  }

  @Post('hold')
  @Allow(ConferenceGate, 'organise')
  async hold(
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    await this.holds.hold(actor, conference.id);
    this.pages.redirect(reply, `${organisePaths.mail(conference.slug)}?done=mailHeld`);
  }

  @Post('release')
  @Allow(ConferenceGate, 'organise')
  async release(
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    await this.holds.release(actor, conference.id);
    this.pages.redirect(reply, `${organisePaths.mail(conference.slug)}?done=mailReleased`);
  }

  /** Sends again what was refused, as far as the organiser may know of it. */
  @Post('retry')
  @Allow(ConferenceGate, 'organise')
  @KeyRequired()
  async retry(
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    const ids = await this.queries.refused(actor, conference.id, this.kinds.secret());
    await this.outbox.resendRefused(actor, conference.id, ids);
    this.pages.redirect(reply, `${organisePaths.mail(conference.slug)}?done=mailRetried`);
  }

  @Get(':id')
  @Allow(ConferenceGate, 'inspect')
  async one(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Param('id') id: string,
  ): Promise<void> {
    this.pages.send(
      reply,
      await this.render(request, actor, conference, await this.message(actor, conference, id)),
    );
  }

  @Post(':id/resend')
  @Allow(ConferenceGate, 'organise')
  @KeyRequired()
  async resend(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Param('id') id: string,
  ): Promise<void> {
    await this.act(request, reply, actor, conference, id, 'resent', () => this.outbox.resend(actor, id));
  }

  @Post(':id/settle')
  @Allow(ConferenceGate, 'organise')
  async settle(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Param('id') id: string,
  ): Promise<void> {
    await this.act(request, reply, actor, conference, id, 'settled', () =>
      this.outbox.settleUncertain(actor, id, 'handed_over'),
    );
  }

  private async act(
    request: ConcordRequest,
    reply: FastifyReply,
    actor: Actor,
    conference: Conference,
    id: string,
    done: string,
    act: () => Promise<{ id: string }>,
  ): Promise<void> {
    const message = await this.message(actor, conference, id);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const { id: now } = await act();
        return `${organisePaths.message(conference.slug, now)}?done=${done}`;
      },
      async (again) => this.render(request, actor, conference, await this.outbox.one(message.id), again),
    );
  }

  private async message(actor: Actor, conference: Conference, id: string): Promise<MailMessage> {
    if (!(await this.queries.visible(actor, conference.id, id))) throw notFound();
    return this.outbox.one(id);
  }

  private secret(row: Pick<MailMessage, 'kind'>): boolean {
    return this.kinds.get(row.kind).secret === true;
  }

  private async render(
    request: ConcordRequest,
    actor: Actor,
    conference: Conference,
    message: MailMessage,
    again?: Again,
  ): Promise<string> {
    const view = await this.frame.view(request, conference, again);
    const { about, resentAs } = await this.queries.around(actor, message);
    const shown = mailView(message, this.secret(message));
    const events = await this.queries.events(message);
    return messagePage(view, {
      zone: conference.timeZone,
      id: shown.id,
      kind: shown.kind,
      subject: shown.protected ? view.t('protection:organiser.mailSubject') : shown.subject,
      protected: shown.protected,
      to: shown.to,
      state: shown.state,
      response: shown.response,
      attempts: shown.attempts,
      nextAttemptAt: shown.nextAttemptAt === null ? null : message.nextAttemptAt,
      messageId: shown.messageId,
      text: shown.text,
      bodyHash: shown.bodyHash,
      about: aboutOf(conference.slug, message, about),
      history: historyOf(view, message, events),
      resendOf: shown.resendOf,
      resentAs,
      resendable: shown.resendable && mayOnConference(actor, conference.id, 'organise'),
      idempotencyKey: formKey(),
      ...(again && { errors: again.errors }),
    });
  }
}

/** Where a message's subject can be seen; of what the viewer may not see, only that there is something. */
function aboutOf(slug: string, message: MailMessage, subject: MailSubject | null): MessageData['about'] {
  switch (subject?.type) {
    case 'submission':
      return { label: subject.label, href: organisePaths.submission(slug, message.subjectId) };
    case 'reviewer':
      return { label: subject.label, href: organisePaths.reviewers(slug) };
    case 'letter':
      return { label: subject.label, href: organisePaths.letter(slug, message.subjectId) };
    case 'registration':
      return { label: subject.label, href: organisePaths.registrations(slug) };
    default:
      return { label: message.subjectId, href: null };
  }
}

/** Its way: written, each attempt with the server's words, what people did, and how it stands. */
function historyOf(view: View, message: MailMessage, events: readonly MailEvent[]): MessageData['history'] {
  const { t } = view;
  const word = (state: MailState): string => t(`organise:mail.state.${state}`);
  const way: MessageData['history'][number][] = [
    { title: word('ready'), at: message.createdAt, detail: null },
  ];
  for (const { at, state, act, by, response } of events)
    way.push({
      title: state === null ? t(`mailing:act.${act}`) : word(state),
      at,
      detail: by === null ? response || null : t('mailing:by', { name: by }),
    });
  const last = events.findLast(({ state }) => state !== null)?.state;
  if (message.settledAt && message.state !== last)
    way.push({ title: word(message.state), at: message.settledAt, detail: message.response });
  if (!message.settledAt && message.sendingAt && message.state === 'sending')
    way.push({ title: word('sending'), at: message.sendingAt, detail: null });
  return way.toSorted((a, b) => a.at.getTime() - b.at.getTime());
}
