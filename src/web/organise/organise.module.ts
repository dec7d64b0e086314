import { Module } from '@nestjs/common';
import { Pages } from '../pages.js';
import { Frame } from './frame.js';
import { OrganiseSubmissionsPages } from './submissions.pages.js';
import { SubmissionQueries } from './submissions.queries.js';

/** The organisers' pages and the joins they read. */
@Module({
  controllers: [OrganiseSubmissionsPages],
  providers: [Pages, Frame, SubmissionQueries],
})
export class OrganiseModule {}
