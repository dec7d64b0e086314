import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Decision, DecisionRelease, PendingDecision } from './decision.entity.js';
import { DecisionGate } from './decision.gate.js';
import { DecisionsController } from './decisions.controller.js';
import { Decisions } from './decisions.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([PendingDecision, Decision, DecisionRelease])],
  controllers: [DecisionsController],
  providers: [Decisions, DecisionGate],
  exports: [Decisions, DecisionGate],
})
export class DecisionsModule {}
