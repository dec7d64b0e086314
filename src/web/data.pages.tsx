import { Readable } from 'node:stream';
import { Body, Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Proofs } from '../accounts/proofs.service.js';
import { People } from '../people/people.service.js';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Allow, Who, type ConcordRequest } from '../platform/policy.js';
import { Refusal } from '../platform/refusal.js';
import { parse } from '../platform/validate.js';
import { Consents } from '../rights/consents.service.js';
import { CorrectionDto } from '../rights/rights.dto.js';
import { Rights } from '../rights/rights.service.js';
import { loginSessionOf } from './browser-only.js';
import { formOf, pick, text } from './form.js';
import { formKey, Pages, withProblem, type Again } from './pages.js';
import { refusalMessage } from './problem.js';
import { forgetBrowser } from './session-cookie.js';
import { paths } from './view.js';
import { linkTroublePage } from './views/addresses.view.js';
import { dataPage, erasedPage, erasePage, type DataPageData } from './views/data.view.js';

const FIELDS = ['name', 'nativeName', 'affiliation', 'country', 'orcid'] as const;

/** What is kept about the reader: to be read, corrected, taken along, agreed to and erased. By a browser alone. */
@Controller('me/data')
export class DataPages {
  constructor(
    private readonly pages: Pages,
    private readonly people: People,
    private readonly rights: Rights,
    private readonly consents: Consents,
    private readonly proofs: Proofs,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Allow('signedIn')
  async show(@Req() request: ConcordRequest, @Res() reply: FastifyReply, @Who() actor: Actor): Promise<void> {
    this.pages.send(reply, await this.render(request, actor));
  }

  @Post()
  @Allow('signedIn')
  async correct(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Body() body: unknown,
  ): Promise<void> {
    loginSessionOf(request);
    const values = pick(formOf(body), FIELDS);
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.rights.correct(actor, parse(CorrectionDto, values));
        return `${paths.data}?done=corrected`;
      },
      async (again) => this.render(request, actor, { values, again }),
    );
  }

  @Get('export')
  @Allow('signedIn')
  take(@Req() request: ConcordRequest, @Res() reply: FastifyReply, @Who() actor: Actor): void {
    loginSessionOf(request);
    void reply
      .header('content-type', 'application/json; charset=utf-8')
      .header('content-disposition', 'attachment; filename="my-data.json"')
      .header('cache-control', 'private, no-store')
      .send(Readable.from(this.rights.exportOf(actor.personId!)));
  }

  @Post('consents')
  @Allow('signedIn')
  async consent(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Body() body: unknown,
  ): Promise<void> {
    loginSessionOf(request);
    const { conference, purpose, act } = pick(formOf(body), ['conference', 'purpose', 'act']);
    await this.consents.set(actor, conference, purpose, act === 'give');
    this.pages.redirect(reply, `${paths.data}?done=${act === 'give' ? 'consentGiven' : 'consentWithdrawn'}`);
  }

  @Post('erase')
  @Allow('signedIn')
  async askToErase(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
  ): Promise<void> {
    const secret = await this.rights.askToErase(actor, loginSessionOf(request));
    this.pages.redirect(reply, secret === null ? `${paths.data}?done=eraseAsked` : paths.dataErase(secret));
  }

  @Get('erase/:secret')
  @Allow('signedIn')
  async effects(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Param('secret') secret: string,
  ): Promise<void> {
    const view = await this.pages.view(request);
    try {
      await this.proofs.look(actor.personId!, secret, 'erase', view.now);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return this.pages.send(reply, linkTroublePage(view, refusalMessage(view.t, error)), error.status);
    }
    this.pages.send(reply, erasePage(view, { secret, ...(await this.rights.preview(actor.personId!)) }));
  }

  @Post('erase/:secret')
  @Allow('signedIn')
  async erase(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Param('secret') secret: string,
    @Body() body: unknown,
  ): Promise<void> {
    loginSessionOf(request);
    await this.pages.attemptPage(
      request,
      reply,
      async () => {
        await this.rights.erase(actor, secret, text(formOf(body), 'hash'));
        forgetBrowser(reply, this.config.publicUrl);
        return erasedPage(await this.pages.view(request));
      },
      async (again) => {
        const view = withProblem(await this.pages.view(request), again);
        if (again.refusal.kind === 'rule') return linkTroublePage(view, again.problem);
        return erasePage(view, { secret, ...(await this.rights.preview(actor.personId!)) });
      },
    );
  }

  private async render(
    request: ConcordRequest,
    actor: Actor,
    typed?: { values: DataPageData['values']; again: Again },
  ): Promise<string> {
    const view = await this.pages.view(request);
    const person = await this.people.byId(actor.personId!);
    const consents = await this.consents.asked(person.id);
    return dataPage(withProblem(view, typed?.again), {
      values: typed?.values ?? {
        name: person.name,
        nativeName: person.nativeName ?? '',
        affiliation: person.affiliation ?? '',
        country: person.country ?? '',
        orcid: person.orcid ?? '',
      },
      version: (typed && actor.request.seenVersion) ?? person.version,
      isProtected: person.protectedAt !== null,
      ...(typed && { errors: typed.again.errors }),
      named: await this.rights.namedElsewhere(person.id),
      consents: consents.map((one) => ({
        conference: one.slug,
        conferenceName: one.conference,
        purpose: one.purpose,
        text: one.text,
        givenAt: one.givenAt,
      })),
      idempotencyKey: formKey(),
    });
  }
}
