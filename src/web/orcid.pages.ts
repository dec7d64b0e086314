import { Body, Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { LoginSessions } from '../accounts/login-sessions.service.js';
import { safePath } from '../accounts/next-path.js';
import { OrcidSignIn } from '../accounts/orcid-sign-in.service.js';
import { SignIn } from '../accounts/sign-in.service.js';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Allow, Who, type ConcordRequest } from '../platform/policy.js';
import { forbidden, notFound } from '../platform/refusal.js';
import { formOf, text } from './form.js';
import { Pages, withProblem } from './pages.js';
import { clearOrcidCookie, orcidCookie, setOrcidCookie, setSessionCookie } from './session-cookie.js';
import { paths } from './view.js';
import { orcidAddressPage, orcidClaimPage, orcidRefusedPage } from './views/orcid.view.js';

/** Signing in by ORCID: there and back, and for an iD that nobody is known by the way over a confirmed address. */
@Controller('sign-in/orcid')
export class OrcidPages {
  constructor(
    private readonly pages: Pages,
    private readonly orcid: OrcidSignIn,
    private readonly signIn: SignIn,
    private readonly sessions: LoginSessions,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post()
  @Allow('anyone')
  async start(@Res() reply: FastifyReply, @Body() body: unknown): Promise<void> {
    const { secret, location } = await this.orcid.startSignIn(safePath(text(formOf(body), 'next')));
    setOrcidCookie(reply, this.config.publicUrl, secret);
    this.pages.redirect(reply, location);
  }

  /** Where ORCID sends the browser back to. */
  @Get('callback')
  @Allow('anyone')
  async callback(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
  ): Promise<void> {
    this.offered();
    const secret = orcidCookie(request);
    clearOrcidCookie(reply);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const query = request.url.split('?').slice(1).join('?');
        const browser = request.headers['user-agent'] ?? '';
        const outcome = await this.orcid.finish(actor, secret, query, browser);
        switch (outcome.kind) {
          case 'linked':
            return `${paths.ways}?done=orcidLinked`;
          case 'passkey':
            return `${paths.passkeySignIn}?next=${encodeURIComponent(outcome.next)}`;
          case 'first':
            setOrcidCookie(reply, this.config.publicUrl, outcome.secret);
            return paths.orcidAddress;
          case 'signed_in':
            setSessionCookie(reply, this.config.publicUrl, outcome.sessionSecret);
            if (request.loginSessionId) await this.sessions.end(actor, request.loginSessionId);
            return outcome.next;
        }
      },
      async ({ problem }) =>
        orcidRefusedPage(await this.pages.view(request), {
          problem,
          linking: actor.personId !== null,
        }),
    );
  }

  @Get('address')
  @Allow('anyone')
  async addressForm(@Req() request: ConcordRequest, @Res() reply: FastifyReply): Promise<void> {
    this.offered();
    const waiting = await this.orcid.waiting(orcidCookie(request));
    if (!waiting) return this.pages.redirect(reply, paths.signIn);
    const view = await this.pages.view(request);
    this.pages.send(reply, orcidAddressPage(view, { orcid: waiting.orcid!, values: { email: '' } }));
  }

  /** Sends the same link as any sign-in; it leads back to where the iD is linked. */
  @Post('address')
  @Allow('anyone')
  async address(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Body() body: unknown,
  ): Promise<void> {
    this.offered();
    const waiting = await this.orcid.waiting(orcidCookie(request));
    if (!waiting) return this.pages.redirect(reply, paths.signIn);
    const email = text(formOf(body), 'email').trim();
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.signIn.request(email, paths.orcidClaim);
        const sent = new URLSearchParams({ email, next: paths.orcidClaim });
        return `/sign-in/sent?${sent.toString()}`;
      },
      async (again) =>
        orcidAddressPage(withProblem(await this.pages.view(request), again), {
          orcid: waiting.orcid!,
          values: { email },
          errors: again.errors,
        }),
    );
  }

  @Get('finish')
  @Allow('signedIn')
  async claimForm(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
  ): Promise<void> {
    this.offered();
    const waiting = await this.orcid.waiting(orcidCookie(request));
    // The link was opened in another browser: signed in is signed in, and the iD can be linked there.
    if (!waiting) return this.pages.redirect(reply, paths.ways);
    const view = await this.pages.view(request);
    const address = actor.greeting?.address ?? '';
    const data = { orcid: waiting.orcid!, address, next: waiting.nextPath };
    this.pages.send(reply, orcidClaimPage(view, data));
  }

  @Post('finish')
  @Allow('signedIn')
  async claim(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
  ): Promise<void> {
    this.offered();
    const sessionId = request.loginSessionId;
    if (!sessionId) throw forbidden('browserOnly');
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const next = await this.orcid.claim(actor, sessionId, orcidCookie(request));
        clearOrcidCookie(reply);
        return next;
      },
      async ({ problem }) => orcidRefusedPage(await this.pages.view(request), { problem, linking: true }),
    );
  }

  private offered(): void {
    if (!this.orcid.isOffered) throw notFound();
  }
}
