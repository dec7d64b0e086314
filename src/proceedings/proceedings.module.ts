import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ProceedingsData } from './proceedings.data.js';
import { BuildWorker } from './build.worker.js';
import { Builds } from './builds.service.js';
import { ProceedingsBuild, ProceedingsFile } from './proceedings-build.entity.js';
import { ProceedingsController } from './proceedings.controller.js';
import { BuildGate } from './proceedings.gate.js';
import { TakeDown } from './take-down.service.js';
import { Volume, VolumePaper, VolumeSection } from './volume.entity.js';
import { Volumes } from './volume.service.js';

@Global()
@Module({
  imports: [
    TypeOrmModule.forFeature([Volume, VolumeSection, VolumePaper, ProceedingsBuild, ProceedingsFile]),
  ],
  controllers: [ProceedingsController],
  providers: [TakeDown, ProceedingsData, Volumes, Builds, BuildGate, BuildWorker],
  exports: [ProceedingsData, Volumes, Builds, BuildGate, BuildWorker],
})
export class ProceedingsModule {}
