import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DecisionsData } from './decisions.data.js';
import { Decision, DecisionRelease, PendingDecision } from './decision.entity.js';
import { DecisionGate } from './decision.gate.js';
import { DecisionsController } from './decisions.controller.js';
import { Decisions } from './decisions.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([PendingDecision, Decision, DecisionRelease])],
  controllers: [DecisionsController],
  providers: [DecisionsData, Decisions, DecisionGate],
  exports: [DecisionsData, Decisions, DecisionGate],
})
export class DecisionsModule {}
