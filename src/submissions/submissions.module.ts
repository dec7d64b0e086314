import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SubmissionsData } from './submissions.data.js';
import { Paper } from './paper.entity.js';
import { PapersController } from './papers.controller.js';
import { Papers } from './papers.service.js';
import { Submission, SubmissionAuthor, SubmissionTopic, SubmissionVersion } from './submission.entity.js';
import { SubmissionGate } from './submission.gate.js';
import { SubmissionList } from './submission-list.js';
import { SubmissionsController } from './submissions.controller.js';
import { NamedConflict } from './named-conflict.entity.js';
import { NamedConflicts } from './named-conflicts.service.js';
import { Submissions } from './submissions.service.js';

@Global()
@Module({
  imports: [
    TypeOrmModule.forFeature([
      Submission,
      SubmissionAuthor,
      SubmissionTopic,
      SubmissionVersion,
      NamedConflict,
      Paper,
    ]),
  ],
  controllers: [SubmissionsController, PapersController],
  providers: [SubmissionsData, NamedConflicts, Submissions, SubmissionGate, SubmissionList, Papers],
  exports: [SubmissionsData, NamedConflicts, Submissions, SubmissionGate, SubmissionList, Papers],
})
export class SubmissionsModule {}
