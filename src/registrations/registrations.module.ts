import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { RegistrationGate } from './registration.gate.js';
import { Registration } from './registration.entity.js';
import { RegistrationsController } from './registrations.controller.js';
import { Registrations } from './registrations.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Registration])],
  controllers: [RegistrationsController],
  providers: [Registrations, RegistrationGate],
  exports: [Registrations, RegistrationGate],
})
export class RegistrationsModule {}
