import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Type } from '@sinclair/typebox';
import { Conference } from '../conferences/conference.entity.js';
import { ConferenceGate } from '../conferences/conference.gate.js';
import type { Actor } from '../platform/actor.js';
import { Answers, orNull, pageOf } from '../platform/answers.js';
import { Allow, Subject, Who } from '../platform/policy.js';
import { JoinDto, PairQuery } from './merges.dto.js';
import type { Side } from './merge-rules.js';
import { Merges, type Participant } from './merges.service.js';
import { movingOf } from './rights-rules.js';

const strict = { additionalProperties: false };

const participantSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    address: orNull(Type.String()),
    affiliation: orNull(Type.String()),
    parts: Type.Array(Type.String()),
  },
  strict,
);
const duplicateSchema = Type.Object(
  {
    one: participantSchema,
    other: participantSchema,
    reason: Type.String(),
    request: orNull(Type.String()),
  },
  strict,
);
const sideSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    nativeName: orNull(Type.String()),
    affiliation: orNull(Type.String()),
    country: orNull(Type.String()),
    address: orNull(Type.String()),
    holdings: Type.Array(Type.Object({ kind: Type.String(), count: Type.Integer() }, strict)),
  },
  strict,
);
const previewSchema = Type.Object(
  {
    from: sideSchema,
    into: sideSchema,
    collisions: Type.Array(
      Type.Object({ code: Type.String(), submission: orNull(Type.String()), solved: Type.Boolean() }, strict),
    ),
    way: Type.String({ description: 'now, ask, waiting, protected, roles or collides' }),
    hash: Type.String(),
  },
  strict,
);

const participant = ({ id, name, address, affiliation, parts }: Participant) => ({
  id,
  name,
  address,
  affiliation,
  parts,
});

const sideOf = ({ id, name, nativeName, affiliation, country, address, holdings }: Side) => ({
  id,
  name,
  nativeName,
  affiliation,
  country,
  address,
  holdings: movingOf(holdings).map(({ kind, count }) => ({
    kind,
    count,
  })),
});

/** People of a conference who may be one. */
@Controller('api/v1/conferences/:slug')
export class MergesController {
  constructor(private readonly merges: Merges) {}

  @Get('duplicates')
  @Allow(ConferenceGate, 'inspect')
  @Answers(pageOf(duplicateSchema))
  async duplicates(@Who() actor: Actor, @Subject() conference: Conference) {
    const pairs = await this.merges.duplicates(actor, conference);
    return {
      items: pairs.map(({ one, other, reason, request }) => ({
        one: participant(one),
        other: participant(other),
        reason,
        request,
      })),
      next: null,
    };
  }

  @Get('merges/preview')
  @Allow(ConferenceGate, 'inspect')
  @Answers(previewSchema)
  async preview(@Who() actor: Actor, @Subject() conference: Conference, @Query() query: PairQuery) {
    const { from, into, collisions, way, hash } = await this.merges.preview(
      actor,
      conference,
      query.one,
      query.other,
    );
    return {
      from: sideOf(from),
      into: sideOf(into),
      collisions: collisions.map(({ code, submissionId, solved }) => ({
        code,
        submission: submissionId,
        solved,
      })),
      way,
      hash,
    };
  }

  @Post('merges')
  @Allow(ConferenceGate, 'organise')
  @Answers(Type.Object({ done: Type.String({ description: 'joined or asked' }) }, strict))
  async join(@Who() actor: Actor, @Subject() conference: Conference, @Body() dto: JoinDto) {
    return { done: await this.merges.join(actor, conference, dto) };
  }
}
