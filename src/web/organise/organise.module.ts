import { Module } from '@nestjs/common';
import { Pages } from '../pages.js';
import { OrganiseAssignmentPages } from './assignment.pages.js';
import { OrganiseAssignmentSettingsPages } from './assignment-settings.pages.js';
import { AssignmentQueries } from './assignment.queries.js';
import { OrganiseDecidingPages } from './deciding.pages.js';
import { OrganisePlacesPages } from './places.pages.js';
import { OrganiseReleaseListsPages } from './release-lists.pages.js';
import { OrganiseConflictsPages } from './conflicts.pages.js';
import { OrganiseDecisionsPages } from './decisions.pages.js';
import { DecisionQueries } from './decisions.queries.js';
import { OrganiseDuplicatesPages } from './duplicates.pages.js';
import { ExportRows } from './export-rows.js';
import { OrganiseExportsPages } from './exports.pages.js';
import { Frame } from './frame.js';
import { OrganiseKeepingPages } from './keeping.pages.js';
import { OrganiseMailTextsPages } from './mail-texts.pages.js';
import { OrganiseMailPages } from './mail.pages.js';
import { MailGate } from './mail.gate.js';
import { MailStandings } from './mail-standing.js';
import { MailQueries } from './mail.queries.js';
import { OrganiseOverviewPages } from './overview.pages.js';
import { OverviewQueries } from './overview.queries.js';
import { OrganisePanelPages } from './panel.pages.js';
import { OrganisePartnersPages } from './partners.pages.js';
import { OrganiseProceedingsPages } from './proceedings.pages.js';
import { OrganiseProtectedPages } from './protected.pages.js';
import { OrganiseRecordPages } from './record.pages.js';
import { RecordQueries } from './record.queries.js';
import { OrganiseRegistrationsPages } from './registrations.pages.js';
import { RegistrationQueries } from './registrations.queries.js';
import { OrganiseReviewingPages } from './reviewing.pages.js';
import { OrganiseReviewersPages } from './reviewers.pages.js';
import { ReviewerQueries } from './reviewers.queries.js';
import { OrganiseRolesPages } from './roles.pages.js';
import { RoleQueries } from './roles.queries.js';
import { OrganiseSettingsPages } from './settings.pages.js';
import { SettingsQueries } from './settings.queries.js';
import { OrganiseSubmissionsPages } from './submissions.pages.js';
import { SubmissionQueries } from './submissions.queries.js';

/** The organisers' pages and the joins they read. */
@Module({
  controllers: [
    OrganiseOverviewPages,
    OrganiseSubmissionsPages,
    OrganisePanelPages,
    OrganiseReviewingPages,
    OrganiseReviewersPages,
    OrganiseAssignmentPages,
    OrganiseAssignmentSettingsPages,
    OrganiseConflictsPages,
    OrganiseDecisionsPages,
    OrganiseReleaseListsPages,
    OrganisePlacesPages,
    OrganiseDecidingPages,
    OrganiseMailPages,
    OrganiseMailTextsPages,
    OrganiseRegistrationsPages,
    OrganisePartnersPages,
    OrganiseProceedingsPages,
    OrganiseSettingsPages,
    OrganiseRolesPages,
    OrganiseDuplicatesPages,
    OrganiseKeepingPages,
    OrganiseExportsPages,
    OrganiseRecordPages,
    OrganiseProtectedPages,
  ],
  providers: [
    Pages,
    Frame,
    OverviewQueries,
    SubmissionQueries,
    ReviewerQueries,
    AssignmentQueries,
    DecisionQueries,
    MailQueries,
    MailStandings,
    MailGate,
    RegistrationQueries,
    SettingsQueries,
    RoleQueries,
    RecordQueries,
    ExportRows,
  ],
  exports: [MailQueries, MailStandings, MailGate, RecordQueries],
})
export class OrganiseModule {}
