import { Body, Controller, Get, Post } from '@nestjs/common';
import { Type } from '@sinclair/typebox';
import { Conference } from '../conferences/conference.entity.js';
import { ConferenceGate } from '../conferences/conference.gate.js';
import type { Actor } from '../platform/actor.js';
import { Answers, instant, orNull } from '../platform/answers.js';
import { Allow, Subject, Who } from '../platform/policy.js';
import { MoveDto, type MoveLineDto } from './decision.dto.js';
import { PendingDecisions, type Wanted } from './pending-decisions.service.js';

const strict = { additionalProperties: false };
const movesSchema = Type.Object(
  {
    items: Type.Array(Type.Object({ id: Type.String(), movedAt: instant, size: Type.Integer() }, strict), {
      description: "The caller's own moves that can be undone, latest first",
    }),
  },
  { ...strict, $id: 'DecisionMoves' },
);
const madeSchema = Type.Object(
  { id: orNull(Type.String()) },
  { ...strict, $id: 'DecisionMove', description: 'Null: nothing was changed' },
);
const undoneSchema = Type.Object(
  { undone: Type.Integer() },
  { ...strict, $id: 'UndoneMove', description: 'How many submissions got back what they had before' },
);

/** Pending decisions of many submissions at once, and taking back the last ones. */
@Controller('api/v1/conferences/:slug/decision-moves')
export class DecisionMovesController {
  constructor(private readonly pending: PendingDecisions) {}

  @Get()
  @Allow(ConferenceGate, 'decide')
  @Answers(movesSchema)
  async list(@Who() actor: Actor, @Subject() conference: Conference) {
    const moves = await this.pending.undoable(actor, conference.id);
    return {
      items: moves.map(({ id, movedAt, size }) => ({ id, movedAt: movedAt.toISOString(), size })),
    };
  }

  @Post()
  @Allow(ConferenceGate, 'decide')
  @Answers(madeSchema, 201)
  async move(@Who() actor: Actor, @Subject() conference: Conference, @Body() { moves }: MoveDto) {
    return { id: await this.pending.move(actor, conference.id, moves.map(wantedOf)) };
  }

  @Post('undo')
  @Allow(ConferenceGate, 'decide')
  @Answers(undoneSchema)
  async undo(@Who() actor: Actor, @Subject() conference: Conference) {
    return { undone: await this.pending.undo(actor, conference.id) };
  }
}

function wantedOf({ submission, outcome, version, ...words }: MoveLineDto): Wanted {
  return {
    id: submission.toUpperCase(),
    outcome: outcome ?? null,
    seenVersion: version,
    words: Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined)),
  };
}
