import { Module } from '@nestjs/common';
import { AddressesPages } from './addresses.pages.js';
import { BidsPages } from './bids.pages.js';
import { DataPages } from './data.pages.js';
import { HealthController } from './health.controller.js';
import { MailController } from './mail.controller.js';
import { InstallationMailPages } from './installation-mail.pages.js';
import { MailBouncesController } from './mail-bounces.controller.js';
import { MailHoldController } from './mail-hold.controller.js';
import { LanguagePages } from './language.pages.js';
import { MailStopPages } from './mail-stop.pages.js';
import { MailboxPages } from './mailbox.pages.js';
import { MePages } from './me.pages.js';
import { MergesPages } from './merges.pages.js';
import { OpenApiController } from './openapi.controller.js';
import { OrcidPages } from './orcid.pages.js';
import { OrganiseModule } from './organise/organise.module.js';
import { Pages } from './pages.js';
import { PanelPages } from './panel.pages.js';
import { PasskeyPages } from './passkey.pages.js';
import { PerspectivesPages } from './perspectives.pages.js';
import { PrivacyPages } from './privacy.pages.js';
import { ProblemFilter } from './problem.filter.js';
import { PartnersPages } from './partners.pages.js';
import { OaiController, ProceedingsPages } from './proceedings.pages.js';
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
    ProceedingsPages,
    OaiController,
    SubmissionsPages,
    PartnersPages,
    RegistrationsPages,
    ReviewsPages,
    PerspectivesPages,
    PanelPages,
    BidsPages,
    MePages,
    WaysPages,
    AddressesPages,
    DataPages,
    MergesPages,
    PrivacyPages,
    ProtectionPages,
    PasskeyPages,
    OrcidPages,
    InstallationMailPages,
    MailHoldController,
    MailBouncesController,
    MailStopPages,
    LanguagePages,
    MailboxPages,
    RecordController,
    RecordPages,
  ],
  providers: [Pages, ProblemFilter, RecordAccess, RecordEntryGate],
})
export class WebModule {}
