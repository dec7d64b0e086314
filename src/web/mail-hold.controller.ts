import { Body, Controller, Get, Put } from '@nestjs/common';
import { Type, type Static } from '@sinclair/typebox';
import { Conference } from '../conferences/conference.entity.js';
import { ConferenceGate, OperatorGate } from '../conferences/conference.gate.js';
import { MailHolds } from '../mail/holds.service.js';
import type { Actor } from '../platform/actor.js';
import { Answers, instant, orNull } from '../platform/answers.js';
import { Flag } from '../platform/fields.js';
import { Allow, Subject, Who } from '../platform/policy.js';

export class HoldMailDto {
  @Flag() held: boolean;
}

const since = orNull(Type.Object({ reason: Type.String(), since: instant }, { additionalProperties: false }));
const MailHoldView = Type.Object(
  {
    installation: since,
    conference: since,
  },
  { additionalProperties: false, description: 'What mail waits for; null where it goes out' },
);
type MailHoldView = Static<typeof MailHoldView>;

/** Stopping mail and letting it go. */
@Controller('api/v1')
export class MailHoldController {
  constructor(private readonly holds: MailHolds) {}

  @Get('conferences/:slug/mail-hold')
  @Allow(ConferenceGate, 'inspect')
  @Answers(MailHoldView)
  show(@Subject() conference: Conference): Promise<MailHoldView> {
    return this.standing(conference.id);
  }

  @Put('conferences/:slug/mail-hold')
  @Allow(ConferenceGate, 'organise')
  @Answers(MailHoldView)
  async set(
    @Who() actor: Actor,
    @Subject() conference: Conference,
    @Body() dto: HoldMailDto,
  ): Promise<MailHoldView> {
    await (dto.held ? this.holds.hold(actor, conference.id) : this.holds.release(actor, conference.id));
    return this.standing(conference.id);
  }

  @Get('mail-hold')
  @Allow(OperatorGate, 'operate')
  @Answers(MailHoldView)
  showAll(): Promise<MailHoldView> {
    return this.standing(null);
  }

  @Put('mail-hold')
  @Allow(OperatorGate, 'operate')
  @Answers(MailHoldView)
  async setAll(@Who() actor: Actor, @Body() dto: HoldMailDto): Promise<MailHoldView> {
    await (dto.held ? this.holds.hold(actor, null) : this.holds.release(actor, null));
    return this.standing(null);
  }

  private async standing(conferenceId: string | null): Promise<MailHoldView> {
    const open = await this.holds.open(conferenceId);
    const told = (everywhere: boolean) => {
      const hold = open.find((one) => (one.conferenceId === null) === everywhere);
      return hold ? { reason: hold.reason, since: hold.heldAt.toISOString() } : null;
    };
    return { installation: told(true), conference: told(false) };
  }
}
