import { createHash, timingSafeEqual } from 'node:crypto';
import { Body, Controller, Headers, Inject, Post } from '@nestjs/common';
import { Type, type Static } from '@sinclair/typebox';
import { IsString } from 'class-validator';
import { Bounces } from '../mail/bounces.service.js';
import { systemActor } from '../platform/actor.js';
import { Answers } from '../platform/answers.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Allow } from '../platform/policy.js';
import { notFound } from '../platform/refusal.js';

/** A report as it came by mail; sent as it is with `Content-Type: message/rfc822`, or as JSON. */
export class BounceReportDto {
  @IsString() message: string;
}

const BounceTaken = Type.Object(
  { bounced: Type.Boolean({ description: 'Whether it said that a message of ours could not be delivered' }) },
  { additionalProperties: false },
);

/** Where the mail server that gets mail for the bounce address hands in its reports (RFC 3464). */
@Controller('api/v1/mail-bounces')
export class MailBouncesController {
  constructor(
    private readonly bounces: Bounces,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Not there without the secret of `BOUNCE_SECRET` in the header `X-Bounce-Secret`. */
  @Post()
  @Allow('anyone')
  @Answers(BounceTaken, 200)
  async take(
    @Headers('x-bounce-secret') secret: string | undefined,
    @Body() report: BounceReportDto,
  ): Promise<Static<typeof BounceTaken>> {
    if (!this.config.bounceSecret || !same(secret ?? '', this.config.bounceSecret)) throw notFound();
    return { bounced: await this.bounces.take(systemActor('bounce'), report.message) };
  }
}

const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
const same = (given: string, wanted: string): boolean => timingSafeEqual(hash(given), hash(wanted));
