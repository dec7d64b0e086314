import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import { Type } from '@sinclair/typebox';
import type { FastifyReply } from 'fastify';
import { Conference } from '../conferences/conference.entity.js';
import { ConferenceGate } from '../conferences/conference.gate.js';
import { Conferences } from '../conferences/conferences.service.js';
import type { Page } from '../conferences/page.js';
import type { Actor } from '../platform/actor.js';
import { Answers, pageOf } from '../platform/answers.js';
import { Allow, KeyRequired, Subject, Who } from '../platform/policy.js';
import { LetterGate } from './letter.gate.js';
import { LetterOfInterest } from './letter-of-interest.entity.js';
import { heldSchema, letterSchema, letterView, type HeldView, type LetterView } from './letter.view.js';
import { AnswerLetterDto, LetterDto, LetterQuery } from './letters.dto.js';
import { Letters } from './letters.service.js';

@Controller('api/v1')
export class LettersController {
  constructor(
    private readonly letters: Letters,
    private readonly conferences: Conferences,
  ) {}

  @Post('conferences/:slug/letters-of-interest')
  @Allow(ConferenceGate, 'read')
  @KeyRequired()
  @Answers(Type.Union([letterSchema, heldSchema]), 201)
  async send(
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() input: LetterDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LetterView | HeldView> {
    const { id, letter } = await this.letters.send(actor, conference, input);
    return letter ? this.answerWith(letter, reply) : { id, status: 'held' };
  }

  @Get('conferences/:slug/letters-of-interest')
  @Allow(ConferenceGate, 'partners')
  @Answers(pageOf(letterSchema))
  async list(@Subject() conference: Conference, @Query() query: LetterQuery): Promise<Page<LetterView>> {
    const page = await this.letters.list(conference, query);
    return { items: page.items.map((letter) => letterView(letter, conference.slug)), next: page.next };
  }

  @Get('me/letters-of-interest')
  @Allow('signedIn')
  @Answers(pageOf(letterSchema))
  async mine(@Who() actor: Actor): Promise<Page<LetterView>> {
    const letters = await this.letters.mine(actor.personId!);
    const conferences = await this.conferences.byIds(letters.map((letter) => letter.conferenceId));
    const slugs = new Map(conferences.map((conference) => [conference.id, conference.slug]));
    return {
      items: letters.map((letter) => letterView(letter, slugs.get(letter.conferenceId)!)),
      next: null,
    };
  }

  @Get('letters-of-interest/:id')
  @Allow(LetterGate, 'read')
  @Answers(letterSchema)
  one(
    @Subject() letter: LetterOfInterest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LetterView> {
    return this.answerWith(letter, reply);
  }

  @Post('letters-of-interest/:id/answer')
  @Allow(LetterGate, 'answer')
  @Answers(letterSchema)
  async answer(
    @Who() actor: Actor,
    @Subject() letter: LetterOfInterest,
    @Body() input: AnswerLetterDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LetterView> {
    return this.answerWith(await this.letters.answer(actor, letter.id, input), reply);
  }

  @Post('letters-of-interest/:id/withdraw')
  @Allow(LetterGate, 'withdraw')
  @Answers(letterSchema)
  async withdraw(
    @Who() actor: Actor,
    @Subject() letter: LetterOfInterest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LetterView> {
    return this.answerWith(await this.letters.withdraw(actor, letter.id), reply);
  }

  private async answerWith(letter: LetterOfInterest, reply: FastifyReply): Promise<LetterView> {
    const conference = await this.conferences.byId(letter.conferenceId);
    void reply.header('etag', `"${letter.version}"`);
    return letterView(letter, conference.slug);
  }
}
