import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { EmailDto } from '../accounts/address.dto.js';
import { Addresses } from '../accounts/addresses.service.js';
import { LoginSessions } from '../accounts/login-sessions.service.js';
import { Proofs } from '../accounts/proofs.service.js';
import { isStandIn } from '../people/stand-in.js';
import type { Actor } from '../platform/actor.js';
import { Allow, Who, type ConcordRequest } from '../platform/policy.js';
import { Refusal } from '../platform/refusal.js';
import { parse } from '../platform/validate.js';
import { unsolved } from '../rights/merge-rules.js';
import { Merges } from '../rights/merges.service.js';
import { movingOf } from '../rights/rights-rules.js';
import { loginSessionOf } from './browser-only.js';
import { formOf, pick, text } from './form.js';
import { formKey, Pages, withProblem, type Again } from './pages.js';
import { refusalMessage } from './problem.js';
import { paths, type View } from './view.js';
import { joinOwnPage } from './views/merge.view.js';
import { addressesPage, confirmAddressPage, linkTroublePage } from './views/addresses.view.js';

/** One's own addresses: the list, adding by a mailed link, choosing the primary one, removing. */
@Controller('me/addresses')
export class AddressesPages {
  constructor(
    private readonly pages: Pages,
    private readonly addresses: Addresses,
    private readonly proofs: Proofs,
    private readonly merges: Merges,
    private readonly sessions: LoginSessions,
  ) {}

  @Get()
  @Allow('signedIn')
  async list(@Req() request: ConcordRequest, @Res() reply: FastifyReply, @Who() actor: Actor): Promise<void> {
    this.pages.send(reply, await this.render(request, actor));
  }

  @Post()
  @Allow('signedIn')
  async add(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Body() body: unknown,
  ): Promise<void> {
    const session = loginSessionOf(request);
    const values = pick(formOf(body), ['email']);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.sessions.needFresh(session);
        await this.addresses.ask(actor, parse(EmailDto, values).email);
        return `${paths.addresses}?done=addressAsked`;
      },
      async (again) => this.render(request, actor, { email: values.email, again }),
    );
  }

  @Post('primary')
  @Allow('signedIn')
  async primary(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Body() body: unknown,
  ): Promise<void> {
    const session = loginSessionOf(request);
    await this.change(request, reply, actor, async () => {
      await this.sessions.needFresh(session);
      await this.addresses.makePrimary(actor, parse(EmailDto, pick(formOf(body), ['email'])).email);
      return `${paths.addresses}?done=addressPrimary`;
    });
  }

  @Post('remove')
  @Allow('signedIn')
  async remove(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Body() body: unknown,
  ): Promise<void> {
    const session = loginSessionOf(request);
    await this.change(request, reply, actor, async () => {
      await this.sessions.needFresh(session);
      await this.addresses.remove(actor, parse(EmailDto, pick(formOf(body), ['email'])).email);
      return `${paths.addresses}?done=addressRemoved`;
    });
  }

  /** Mail scanners follow links; only the button on this page uses one up. */
  @Get('confirm/:secret')
  @Allow('signedIn')
  async look(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Param('secret') secret: string,
  ): Promise<void> {
    const view = await this.pages.view(request);
    try {
      const link = await this.proofs.look(actor.personId!, secret, 'add_address', view.now);
      const page =
        (await this.joinPage(view, actor, secret, link)) ??
        confirmAddressPage(view, { secret, typed: link.typed });
      this.pages.send(reply, page);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.pages.send(reply, linkTroublePage(view, refusalMessage(view.t, error)), error.status);
    }
  }

  @Post('confirm/:secret')
  @Allow('signedIn')
  async confirm(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Param('secret') secret: string,
  ): Promise<void> {
    loginSessionOf(request);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.addresses.confirm(actor, secret);
        return `${paths.addresses}?done=addressAdded`;
      },
      async ({ problem }) => linkTroublePage(await this.pages.view(request), problem),
    );
  }

  /** Where the address has an account of its own, both are the reader's, who has opened the link: they can become one. */
  @Post('confirm/:secret/join')
  @Allow('signedIn')
  async join(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Param('secret') secret: string,
    @Body() body: unknown,
  ): Promise<void> {
    loginSessionOf(request);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.merges.joinOwn(actor, secret, text(formOf(body), 'hash'));
        return `${paths.addresses}?done=peopleJoined`;
      },
      async ({ problem }) => linkTroublePage(await this.pages.view(request), problem),
    );
  }

  private async joinPage(
    view: View,
    actor: Actor,
    secret: string,
    link: { address: string; typed: string },
  ): Promise<string | undefined> {
    const preview = await this.merges.previewOwn(actor, link.address);
    if (!preview) return undefined;
    return joinOwnPage(view, {
      secret,
      typed: link.typed,
      effects: movingOf(preview.holdings),
      collisions: preview.collisions,
      guarded: preview.guarded,
      possible:
        !preview.guarded &&
        unsolved(preview.collisions).length === 0 &&
        preview.holdings.every(({ kind }) => kind !== 'role'),
      hash: preview.hash,
    });
  }

  private async change(
    request: ConcordRequest,
    reply: FastifyReply,
    actor: Actor,
    act: () => Promise<string>,
  ): Promise<void> {
    await this.pages.attempt(request, reply, act, async (again) =>
      this.render(request, actor, { email: '', again }),
    );
  }

  private async render(
    request: ConcordRequest,
    actor: Actor,
    typed?: { email: string; again: Again },
  ): Promise<string> {
    const view = await this.pages.view(request);
    const addresses = await this.addresses.list(actor.personId!);
    return addressesPage(withProblem(view, typed?.again), {
      addresses: addresses.map((one) => ({
        address: one.address,
        typed: one.typed,
        primary: one.isPrimary,
        confirmed: one.confirmedAt !== null,
      })),
      isProtected: addresses.some(({ address }) => isStandIn(address)),
      form: { values: { email: typed?.email ?? '' }, ...(typed && { errors: typed.again.errors }) },
      idempotencyKey: formKey(),
    });
  }
}
