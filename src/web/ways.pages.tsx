import { Body, Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { browserWords } from '../accounts/browser-words.js';
import { isFresh, LoginSessions } from '../accounts/login-sessions.service.js';
import { AddPasskeyDto } from '../accounts/passkey.dto.js';
import { OrcidSignIn } from '../accounts/orcid-sign-in.service.js';
import { Passkeys } from '../accounts/passkeys.service.js';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Allow, Who, type ConcordRequest } from '../platform/policy.js';
import { parse } from '../platform/validate.js';
import { loginSessionOf } from './browser-only.js';
import { formOf, pick, text } from './form.js';
import { Pages, withProblem, type Again } from './pages.js';
import { setOrcidCookie, setPasskeyCookie, takePasskeyCookie } from './session-cookie.js';
import { paths } from './view.js';
import { waysPage } from './views/ways.view.js';

/** One's ways to sign in: passkeys, and the browsers that are signed in. */
@Controller('me/sign-in')
export class WaysPages {
  constructor(
    private readonly pages: Pages,
    private readonly passkeys: Passkeys,
    private readonly sessions: LoginSessions,
    private readonly orcid: OrcidSignIn,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Allow('signedIn')
  async ways(@Req() request: ConcordRequest, @Res() reply: FastifyReply, @Who() actor: Actor): Promise<void> {
    this.pages.send(reply, await this.render(request, actor));
  }

  @Post('passkeys/options')
  @Allow('signedIn')
  async ask(@Req() request: ConcordRequest, @Res() reply: FastifyReply, @Who() actor: Actor): Promise<void> {
    const { secret, options } = await this.passkeys.askToAdd(actor, loginSessionOf(request));
    setPasskeyCookie(reply, this.config.publicUrl, secret);
    void reply.header('cache-control', 'private, no-store').send(options);
  }

  @Post('passkeys')
  @Allow('signedIn')
  async add(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Body() body: unknown,
  ): Promise<void> {
    loginSessionOf(request);
    const form = formOf(body);
    const values = pick(form, ['name']);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const { name } = parse(AddPasskeyDto, values);
        await this.passkeys.add(
          actor,
          takePasskeyCookie(request, reply, this.config.publicUrl),
          name,
          text(form, 'answer'),
        );
        return `${paths.ways}?done=passkeyAdded`;
      },
      async (again) => this.render(request, actor, { name: values.name, again }),
    );
  }

  @Post('passkeys/:id/remove')
  @Allow('signedIn')
  async remove(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Param('id') id: string,
  ): Promise<void> {
    const sessionId = loginSessionOf(request);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.passkeys.remove(actor, sessionId, id);
        return `${paths.ways}?done=passkeyRemoved`;
      },
      async (again) => this.render(request, actor, { name: '', again }),
    );
  }

  /** Leads to ORCID, which sends the browser back to `sign-in/orcid/callback`. */
  @Post('orcid')
  @Allow('signedIn')
  async linkOrcid(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
  ): Promise<void> {
    const sessionId = loginSessionOf(request);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const { secret, location } = await this.orcid.startLink(actor, sessionId);
        setOrcidCookie(reply, this.config.publicUrl, secret);
        return location;
      },
      async (again) => this.render(request, actor, { name: '', again }),
    );
  }

  @Post('orcid/remove')
  @Allow('signedIn')
  async unlinkOrcid(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
  ): Promise<void> {
    const sessionId = loginSessionOf(request);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.orcid.unlink(actor, sessionId);
        return `${paths.ways}?done=orcidUnlinked`;
      },
      async (again) => this.render(request, actor, { name: '', again }),
    );
  }

  @Post('sessions/end-others')
  @Allow('signedIn')
  async endOthers(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
  ): Promise<void> {
    await this.sessions.endOthers(actor, loginSessionOf(request));
    this.pages.redirect(reply, `${paths.ways}?done=othersEnded`);
  }

  private async render(
    request: ConcordRequest,
    actor: Actor,
    typed?: { name: string; again: Again },
  ): Promise<string> {
    const view = await this.pages.view(request);
    const passkeys = await this.passkeys.list(actor.personId!);
    const sessions = await this.sessions.list(actor.personId!, view.now);
    return waysPage(withProblem(view, typed?.again), {
      address: actor.greeting?.address ?? '',
      organises: actor.grants.length > 0,
      orcid: this.orcid.isOffered
        ? {
            linked: await this.orcid.of(actor.personId!),
            kept: await this.orcid.isKeptFrom(actor.personId!),
          }
        : null,
      passkeys: passkeys.map(({ id, name, createdAt, lastUsedAt }) => ({ id, name, createdAt, lastUsedAt })),
      sessions: sessions.map(({ id, browser, createdAt, lastSeenAt }) => ({
        id,
        browser: browserWords(browser),
        createdAt,
        lastSeenAt,
        current: id === request.loginSessionId,
      })),
      fresh: sessions.some((one) => one.id === request.loginSessionId && isFresh(one, view.now)),
      form: { values: { name: typed?.name ?? '' }, ...(typed && { errors: typed.again.errors }) },
      origin: this.passkeys.origin,
      zone: 'UTC',
    });
  }
}
