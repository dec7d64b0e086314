import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Allow, Who, type ConcordRequest } from '../platform/policy.js';
import { Merges } from '../rights/merges.service.js';
import { movingOf } from '../rights/rights-rules.js';
import { Rights } from '../rights/rights.service.js';
import { loginSessionOf } from './browser-only.js';
import { Pages, withProblem, type Again } from './pages.js';
import { forgetBrowser } from './session-cookie.js';
import { paths } from './view.js';
import { mergeAskedPage } from './views/merge.view.js';

/** An organiser's question whether two accounts are one person's, as each of the two answers it. */
@Controller('me/merges')
export class MergesPages {
  constructor(
    private readonly pages: Pages,
    private readonly merges: Merges,
    private readonly rights: Rights,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get(':id')
  @Allow('signedIn')
  async show(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Param('id') id: string,
  ): Promise<void> {
    this.pages.send(reply, await this.render(request, actor, id));
  }

  @Post(':id/agree')
  @Allow('signedIn')
  async agree(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Param('id') id: string,
  ): Promise<void> {
    loginSessionOf(request);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const { stays } = await this.merges.own(actor, id);
        if ((await this.merges.agree(actor, id)) === 'waiting') return `${paths.merge(id)}?done=mergeAgreed`;
        if (stays) return `${paths.me}?done=peopleJoined`;
        // The account that was signed in here is no more.
        forgetBrowser(reply, this.config.publicUrl);
        return `${paths.signIn}?done=peopleJoined`;
      },
      (again) => this.render(request, actor, id, again),
    );
  }

  @Post(':id/decline')
  @Allow('signedIn')
  async decline(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Param('id') id: string,
  ): Promise<void> {
    loginSessionOf(request);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.merges.decline(actor, id);
        return `${paths.merge(id)}?done=mergeDeclined`;
      },
      (again) => this.render(request, actor, id, again),
    );
  }

  private async render(request: ConcordRequest, actor: Actor, id: string, again?: Again): Promise<string> {
    const asked = await this.merges.own(actor, id);
    const effects = movingOf(await this.rights.holdings(actor.personId!));
    return mergeAskedPage(withProblem(await this.pages.view(request), again), { ...asked, effects });
  }
}
