import { Body, Controller, Get, Inject, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { LoginSessions } from '../accounts/login-sessions.service.js';
import { safePath } from '../accounts/next-path.js';
import { Passkeys } from '../accounts/passkeys.service.js';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Allow, Who, type ConcordRequest } from '../platform/policy.js';
import { formOf, text } from './form.js';
import { Pages, withProblem } from './pages.js';
import { setPasskeyCookie, setSessionCookie, takePasskeyCookie } from './session-cookie.js';
import { passkeyPage } from './views/sign-in.view.js';

/** Signing in with a passkey: the device is asked by script, its answer comes as a form. */
@Controller('sign-in/passkey')
export class PasskeyPages {
  constructor(
    private readonly pages: Pages,
    private readonly passkeys: Passkeys,
    private readonly sessions: LoginSessions,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Where a mailed link leads whom it is not enough for. */
  @Get()
  @Allow('anyone')
  async page(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Query('next') next: unknown,
  ): Promise<void> {
    const view = await this.pages.view(request);
    const data = { next: safePath(typeof next === 'string' ? next : ''), origin: this.passkeys.origin };
    this.pages.send(reply, passkeyPage(view, data));
  }

  @Post('options')
  @Allow('anyone')
  async ask(@Res() reply: FastifyReply): Promise<void> {
    const { secret, options } = await this.passkeys.askToSignIn();
    setPasskeyCookie(reply, this.config.publicUrl, secret);
    void reply.header('cache-control', 'private, no-store').send(options);
  }

  @Post()
  @Allow('anyone')
  async signIn(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Body() body: unknown,
  ): Promise<void> {
    const form = formOf(body);
    const next = safePath(text(form, 'next'));
    const secret = takePasskeyCookie(request, reply, this.config.publicUrl);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const session = await this.passkeys.signIn(
          secret,
          text(form, 'answer'),
          request.headers['user-agent'] ?? '',
        );
        await this.sessions.endReplaced(request);
        setSessionCookie(reply, this.config.publicUrl, session);
        if (request.loginSessionId) await this.sessions.end(actor, request.loginSessionId);
        return next;
      },
      async (again) =>
        passkeyPage(withProblem(await this.pages.view(request), again), {
          next,
          origin: this.passkeys.origin,
        }),
    );
  }
}
