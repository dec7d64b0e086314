import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ConferenceRetention } from './conference-retention.entity.js';
import { Consent } from './consent.entity.js';
import { Consents } from './consents.service.js';
import { MergeRequest } from './merge-request.entity.js';
import { MergesController } from './merges.controller.js';
import { Merges } from './merges.service.js';
import { RetentionController } from './retention.controller.js';
import { Retention } from './retention.service.js';
import { RightsData } from './rights.data.js';
import { Rights } from './rights.service.js';

const services = [Merges, Rights, RightsData, Retention, Consents];

/** What people may ask of their data: joining, export, erasure, consent, and how long it is kept. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([MergeRequest, Consent, ConferenceRetention])],
  controllers: [MergesController, RetentionController],
  providers: services,
  exports: services,
})
export class RightsModule {}
