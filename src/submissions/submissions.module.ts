import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SubmissionsData } from './submissions.data.js';
import { Submission, SubmissionAuthor, SubmissionTopic, SubmissionVersion } from './submission.entity.js';
import { SubmissionGate } from './submission.gate.js';
import { SubmissionList } from './submission-list.js';
import { SubmissionsController } from './submissions.controller.js';
import { Submissions } from './submissions.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Submission, SubmissionAuthor, SubmissionTopic, SubmissionVersion])],
  controllers: [SubmissionsController],
  providers: [SubmissionsData, Submissions, SubmissionGate, SubmissionList],
  exports: [SubmissionsData, Submissions, SubmissionGate, SubmissionList],
})
export class SubmissionsModule {}
