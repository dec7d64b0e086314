import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { MAIL_LOCALES } from '../mail/catalogue.js';
import { LANGUAGE_NAMES } from '../mail/templates.service.js';
import { People } from '../people/people.service.js';
import type { Actor } from '../platform/actor.js';
import { OneOf } from '../platform/fields.js';
import { Allow, Who, type ConcordRequest } from '../platform/policy.js';
import { parse } from '../platform/validate.js';
import { Work } from '../platform/work.js';
import { formOf, pick } from './form.js';
import { Pages, withProblem, type Again } from './pages.js';
import { paths } from './view.js';
import { languagePage } from './views/language.view.js';

export class LanguageDto {
  @OneOf(MAIL_LOCALES) language: string;
}

/** The language in which a person gets their mail. */
@Controller('me/language')
export class LanguagePages {
  constructor(
    private readonly pages: Pages,
    private readonly people: People,
    private readonly work: Work,
  ) {}

  @Get()
  @Allow('signedIn')
  async show(@Req() request: ConcordRequest, @Res() reply: FastifyReply, @Who() actor: Actor): Promise<void> {
    this.pages.send(reply, await this.render(request, actor));
  }

  @Post()
  @Allow('signedIn')
  async save(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Body() body: unknown,
  ): Promise<void> {
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const { language } = parse(LanguageDto, pick(formOf(body), ['language']));
        await this.work.run((tx) => this.people.speak(tx, actor, actor.personId!, language));
        return `${paths.language}?done=saved`;
      },
      (again) => this.render(request, actor, again),
    );
  }

  private async render(request: ConcordRequest, actor: Actor, again?: Again): Promise<string> {
    const view = withProblem(await this.pages.view(request), again);
    return languagePage(view, {
      language: (await this.people.byId(actor.personId!)).locale,
      languages: MAIL_LOCALES.map((value) => ({ value, label: LANGUAGE_NAMES[value] })),
      ...(again && { errors: again.errors }),
    });
  }
}
