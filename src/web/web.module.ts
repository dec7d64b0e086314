import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { Pages } from './pages.js';
import { ProblemFilter } from './problem.filter.js';
import { PublicPages } from './public.pages.js';
import { SubmissionsPages } from './submissions.pages.js';

/** Pages, health, and what joins modules. */
@Module({
  controllers: [HealthController, PublicPages, SubmissionsPages],
  providers: [Pages, ProblemFilter],
})
export class WebModule {}
