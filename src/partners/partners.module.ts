import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LetterGate } from './letter.gate.js';
import { LetterOfInterest } from './letter-of-interest.entity.js';
import { LettersController } from './letters.controller.js';
import { Letters } from './letters.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([LetterOfInterest])],
  controllers: [LettersController],
  providers: [Letters, LetterGate],
  exports: [Letters, LetterGate],
})
export class PartnersModule {}
