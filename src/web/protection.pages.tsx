import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ProtectionDto } from '../conferences/safeguarding.dto.js';
import { Protection } from '../people/protection.service.js';
import type { Actor } from '../platform/actor.js';
import { Allow, Who, type ConcordRequest } from '../platform/policy.js';
import { parse } from '../platform/validate.js';
import { formOf, pick } from './form.js';
import { formKey, Pages, withProblem, type Again } from './pages.js';
import { paths } from './view.js';
import { protectionPage } from './views/protection.view.js';

/** Where a person asks for a protected identity, changes the name they go by, and takes it back. */
@Controller('me/protection')
export class ProtectionPages {
  constructor(
    private readonly pages: Pages,
    private readonly protection: Protection,
  ) {}

  @Get()
  @Allow('signedIn')
  async show(@Req() request: ConcordRequest, @Res() reply: FastifyReply, @Who() actor: Actor): Promise<void> {
    this.pages.send(reply, await this.render(request, actor));
  }

  @Post()
  @Allow('signedIn')
  async protect(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Body() body: unknown,
  ): Promise<void> {
    const values = pick(formOf(body), ['publicName']);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.protection.protectOwn(actor, parse(ProtectionDto, values).publicName);
        return `${paths.protection}?done=identityProtected`;
      },
      (again) => this.render(request, actor, again, values.publicName),
    );
  }

  @Post('end')
  @Allow('signedIn')
  async end(@Req() request: ConcordRequest, @Res() reply: FastifyReply, @Who() actor: Actor): Promise<void> {
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.protection.endOwn(actor);
        return `${paths.protection}?done=identityShown`;
      },
      (again) => this.render(request, actor, again),
    );
  }

  private async render(
    request: ConcordRequest,
    actor: Actor,
    again?: Again,
    typed?: string,
  ): Promise<string> {
    const view = await this.pages.view(request);
    const own = await this.protection.own(actor.personId!);
    return protectionPage(withProblem(view, again), {
      own: own ?? null,
      looks: own ? await this.protection.looks(actor.personId!) : [],
      publicName: typed ?? own?.publicName ?? '',
      zone: 'UTC',
      idempotencyKey: formKey(),
      ...(again && { errors: again.errors }),
    });
  }
}
