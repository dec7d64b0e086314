import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ConferenceRetention } from './conference-retention.entity.js';
import { Consent } from './consent.entity.js';
import { MergeRequest } from './merge-request.entity.js';

/** What people may ask of their data: joining, export, erasure, consent, and how long it is kept. */
@Global()
@Module({ imports: [TypeOrmModule.forFeature([MergeRequest, Consent, ConferenceRetention])] })
export class RightsModule {}
