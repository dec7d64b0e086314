import { Body, Controller, Get, Put } from '@nestjs/common';
import { Type } from '@sinclair/typebox';
import { Conference } from '../conferences/conference.entity.js';
import { ConferenceGate } from '../conferences/conference.gate.js';
import type { Actor } from '../platform/actor.js';
import { Answers } from '../platform/answers.js';
import { Allow, Subject, Who } from '../platform/policy.js';
import { RetentionDto } from './retention.dto.js';
import { Retention } from './retention.service.js';
import { RETENTION_KEYS, type RetentionDays } from './retention-rules.js';

const retentionSchema = Type.Object(
  {
    ...Object.fromEntries(RETENTION_KEYS.map((key) => [key, Type.Integer()])),
    version: Type.Integer(),
  },
  { additionalProperties: false },
);

const project = (row: RetentionDays & { version: number }) => ({
  draftsDays: row.draftsDays,
  accessNeedsDays: row.accessNeedsDays,
  lettersDays: row.lettersDays,
  mailDays: row.mailDays,
  version: row.version,
});

/** How long a conference keeps what it no longer needs; anybody may know. */
@Controller('api/v1/conferences/:slug/retention')
export class RetentionController {
  constructor(private readonly retention: Retention) {}

  @Get()
  @Allow(ConferenceGate, 'read')
  @Answers(retentionSchema)
  async read(@Subject() conference: Conference) {
    return project(await this.retention.of(conference.id));
  }

  @Put()
  @Allow(ConferenceGate, 'organise')
  @Answers(retentionSchema)
  async change(@Who() actor: Actor, @Subject() conference: Conference, @Body() dto: RetentionDto) {
    return project(await this.retention.change(actor, conference, dto));
  }
}
