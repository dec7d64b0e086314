import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AttendanceReminder } from './attendance-reminder.entity.js';
import { AttendanceController } from './attendance.controller.js';
import { Attendance } from './attendance.service.js';
import { ChairOrganisation } from './chair-organisation.entity.js';
import { DecisionMove, DecisionMoveLine } from './decision-move.entity.js';
import { DecisionMovesController } from './decision-moves.controller.js';
import { DecisionsData } from './decisions.data.js';
import { Decision, DecisionRecipient, DecisionRelease, PendingDecision } from './decision.entity.js';
import { DecisionGate } from './decision.gate.js';
import { DecisionsController } from './decisions.controller.js';
import { Decisions } from './decisions.service.js';
import { PendingDecisions } from './pending-decisions.service.js';
import { ReleaseList, ReleaseListLine } from './release-list.entity.js';
import { ReleaseClock } from './release-clock.js';
import { ReleaseListGate } from './release-list.gate.js';
import { ReleaseListsController } from './release-lists.controller.js';
import { ReleaseLists } from './release-lists.service.js';
import { Releases } from './releases.service.js';
import { Waitlist } from './waitlist.service.js';

const SERVICES = [
  Attendance,
  Waitlist,
  DecisionsData,
  Decisions,
  PendingDecisions,
  Releases,
  ReleaseLists,
  ReleaseClock,
  DecisionGate,
  ReleaseListGate,
];

@Global()
@Module({
  imports: [
    TypeOrmModule.forFeature([
      PendingDecision,
      Decision,
      DecisionRelease,
      DecisionRecipient,
      DecisionMove,
      DecisionMoveLine,
      ReleaseList,
      ReleaseListLine,
      ChairOrganisation,
      AttendanceReminder,
    ]),
  ],
  controllers: [DecisionsController, DecisionMovesController, ReleaseListsController, AttendanceController],
  providers: SERVICES,
  exports: SERVICES,
})
export class DecisionsModule {}
