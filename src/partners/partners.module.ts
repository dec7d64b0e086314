import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PartnersData } from './partners.data.js';
import { LetterGate } from './letter.gate.js';
import { LetterOfInterest } from './letter-of-interest.entity.js';
import { LettersController } from './letters.controller.js';
import { Letters } from './letters.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([LetterOfInterest])],
  controllers: [LettersController],
  providers: [PartnersData, Letters, LetterGate],
  exports: [PartnersData, Letters, LetterGate],
})
export class PartnersModule {}
