import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { MailController } from './mail.controller.js';
import { MailboxPages } from './mailbox.pages.js';
import { MePages } from './me.pages.js';
import { OpenApiController } from './openapi.controller.js';
import { OrganiseModule } from './organise/organise.module.js';
import { Pages } from './pages.js';
import { PasskeyPages } from './passkey.pages.js';
import { ProblemFilter } from './problem.filter.js';
import { PartnersPages } from './partners.pages.js';
import { PublicPages } from './public.pages.js';
import { ProtectionPages } from './protection.pages.js';
import { RecordAccess, RecordEntryGate } from './record.access.js';
import { RecordController } from './record.controller.js';
import { RecordPages } from './record.pages.js';
import { RegistrationsPages } from './registrations.pages.js';
import { ReviewsPages } from './reviews.pages.js';
import { SubmissionsPages } from './submissions.pages.js';
import { WaysPages } from './ways.pages.js';

/** Pages, health, and what joins modules. */
@Module({
  imports: [OrganiseModule],
  controllers: [
    HealthController,
    OpenApiController,
    MailController,
    PublicPages,
    SubmissionsPages,
    PartnersPages,
    RegistrationsPages,
    ReviewsPages,
    MePages,
    WaysPages,
    ProtectionPages,
    PasskeyPages,
    MailboxPages,
    RecordController,
    RecordPages,
  ],
  providers: [Pages, ProblemFilter, RecordAccess, RecordEntryGate],
})
export class WebModule {}
