import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Conference } from '../conferences/conference.entity.js';
import { ConferenceGate } from '../conferences/conference.gate.js';
import { Conferences } from '../conferences/conferences.service.js';
import { LetterGate } from '../partners/letter.gate.js';
import { LETTER_WORDS } from '../partners/letter-rules.js';
import { LetterOfInterest } from '../partners/letter-of-interest.entity.js';
import { LetterDto } from '../partners/letters.dto.js';
import { Letters } from '../partners/letters.service.js';
import type { Actor } from '../platform/actor.js';
import { Allow, KeyRequired, Subject, Who, type ConcordRequest } from '../platform/policy.js';
import { parse } from '../platform/validate.js';
import { countWords } from '../submissions/words.js';
import { formOf, pick } from './form.js';
import { formKey, Pages, withProblem, type Again } from './pages.js';
import { paths } from './view.js';
import { letterPage, partnerPage, type LetterValues } from './views/partner.view.js';

const NAMES = [
  'organisation',
  'country',
  'website',
  'contactName',
  'email',
  'contribution',
  'letter',
] as const;

/** Letters of interest: writing one, and following it. */
@Controller()
export class PartnersPages {
  constructor(
    private readonly pages: Pages,
    private readonly conferences: Conferences,
    private readonly letters: Letters,
  ) {}

  @Get('conferences/:slug/partners')
  @Allow(ConferenceGate, 'read')
  async form(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
  ): Promise<void> {
    const values = {
      ...(pick({}, NAMES) as LetterValues),
      contactName: actor.greeting?.name ?? '',
      email: actor.greeting?.address ?? '',
    };
    this.pages.send(reply, await this.render(request, conference, values, formKey()));
  }

  @Post('conferences/:slug/partners')
  @Allow(ConferenceGate, 'read')
  @KeyRequired()
  async send(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() body: unknown,
  ): Promise<void> {
    const values = pick(formOf(body), NAMES) as LetterValues;
    await this.pages.attempt(
      request,
      reply,
      async () => {
        const { id, letter } = await this.letters.send(actor, conference, parse(LetterDto, values));
        return letter
          ? `${paths.letter(id)}?done=letterSent`
          : this.pages.heldAt(reply, conference.slug, values.email);
      },
      (again) => this.render(request, conference, values, actor.request.idempotencyKey!, again),
    );
  }

  @Get('letters/:id')
  @Allow(LetterGate, 'withdraw')
  async one(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Subject() letter: LetterOfInterest,
  ): Promise<void> {
    this.pages.send(reply, await this.status(request, letter));
  }

  @Post('letters/:id/withdraw')
  @Allow(LetterGate, 'withdraw')
  async withdraw(
    @Req() request: ConcordRequest,
    @Res() reply: FastifyReply,
    @Who() actor: Actor,
    @Subject() letter: LetterOfInterest,
  ): Promise<void> {
    await this.pages.attempt(
      request,
      reply,
      async () => {
        await this.letters.withdraw(actor, letter.id);
        return `${paths.letter(letter.id)}?done=letterWithdrawn`;
      },
      (again) => this.status(request, letter, again),
    );
  }

  private async render(
    request: ConcordRequest,
    conference: Conference,
    values: LetterValues,
    idempotencyKey: string,
    again?: Again,
  ): Promise<string> {
    const view = await this.pages.view(request, conference);
    return partnerPage(withProblem(view, again), {
      slug: conference.slug,
      organiserName: conference.organiserName,
      open: conference.lettersOpen,
      values,
      wordCount: countWords(values.letter),
      wordLimit: LETTER_WORDS,
      idempotencyKey,
      guest: request.actor.kind === 'guest',
      partners: [],
      ...(again && { errors: again.errors }),
    });
  }

  private async status(request: ConcordRequest, letter: LetterOfInterest, again?: Again): Promise<string> {
    const conference = await this.conferences.byId(letter.conferenceId);
    const view = await this.pages.view(request, conference);
    return letterPage(withProblem(view, again), {
      id: letter.id,
      organisation: letter.organisation,
      country: letter.country,
      website: letter.website,
      contactName: letter.contactName,
      email: letter.address,
      contribution: letter.contribution,
      letter: letter.letter,
      words: letter.wordCount,
      state: letter.heldUntil ? 'held' : letter.status,
      sentAt: letter.createdAt,
      zone: conference.timeZone,
      answer: letter.answer ?? '',
      can: { withdraw: letter.status !== 'withdrawn' },
      idempotencyKey: formKey(),
      version: letter.version,
    });
  }
}
