import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ProceedingsData } from './proceedings.data.js';
import { BuildWorker } from './build.worker.js';
import { Builds } from './builds.service.js';
import { Oai } from './oai.service.js';
import { ProceedingsBuild, ProceedingsFile } from './proceedings-build.entity.js';
import { ProceedingsController } from './proceedings.controller.js';
import { BuildGate } from './proceedings.gate.js';
import { Publications } from './publications.service.js';
import { PublishedPaper, PublishedVolume } from './published.entity.js';
import { TakeDown } from './take-down.service.js';
import { Volume, VolumePaper, VolumeSection } from './volume.entity.js';
import { Volumes } from './volume.service.js';

@Global()
@Module({
  imports: [
    TypeOrmModule.forFeature([
      Volume,
      VolumeSection,
      VolumePaper,
      ProceedingsBuild,
      ProceedingsFile,
      PublishedPaper,
      PublishedVolume,
    ]),
  ],
  controllers: [ProceedingsController],
  providers: [TakeDown, ProceedingsData, Volumes, Builds, BuildGate, BuildWorker, Oai, Publications],
  exports: [ProceedingsData, Volumes, Builds, BuildGate, BuildWorker, Oai, Publications],
})
export class ProceedingsModule {}
