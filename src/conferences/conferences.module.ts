import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Call } from './call.entity.js';
import { Conference } from './conference.entity.js';
import { ConferenceGate, OperatorGate } from './conference.gate.js';
import { ConferencesController } from './conferences.controller.js';
import { Conferences } from './conferences.service.js';
import { Criterion } from './criterion.entity.js';
import { DecidingController } from './deciding-settings.controller.js';
import { DecidingSettings } from './deciding-settings.entity.js';
import { Deciding } from './deciding-settings.service.js';
import { EntryOwners } from './entry-owners.service.js';
import { ConferenceLists } from './lists.service.js';
import { ConferenceRoles } from './roles.service.js';
import { Safeguarding } from './safeguarding.service.js';
import { Topic } from './topic.entity.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Conference, Call, Topic, Criterion, DecidingSettings])],
  controllers: [ConferencesController, DecidingController],
  providers: [
    Conferences,
    Deciding,
    EntryOwners,
    ConferenceLists,
    ConferenceRoles,
    Safeguarding,
    ConferenceGate,
    OperatorGate,
  ],
  exports: [
    Conferences,
    Deciding,
    EntryOwners,
    ConferenceLists,
    ConferenceRoles,
    Safeguarding,
    ConferenceGate,
    OperatorGate,
  ],
})
export class ConferencesModule {}
