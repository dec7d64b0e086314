import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { RegistrationsData } from './registrations.data.js';
import { RegistrationGate } from './registration.gate.js';
import { Registration } from './registration.entity.js';
import { RegistrationsController } from './registrations.controller.js';
import { Registrations } from './registrations.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Registration])],
  controllers: [RegistrationsController],
  providers: [RegistrationsData, Registrations, RegistrationGate],
  exports: [RegistrationsData, Registrations, RegistrationGate],
})
export class RegistrationsModule {}
