import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccountsModule } from './accounts/accounts.module.js';
import { AuditModule } from './audit/audit.module.js';
import { ConferencesModule } from './conferences/conferences.module.js';
import { DecisionsModule } from './decisions/decisions.module.js';
import { MAILBOX, type Mailbox } from './mail/mailbox.js';
import { MailModule } from './mail/mail.module.js';
import { PartnersModule } from './partners/partners.module.js';
import { PeopleModule } from './people/people.module.js';
import { databaseOptions } from './platform/database.js';
import { PlatformModule, type Surroundings } from './platform/platform.module.js';
import { ProceedingsModule } from './proceedings/proceedings.module.js';
import { RegistrationsModule } from './registrations/registrations.module.js';
import { ReviewingModule } from './reviews/reviewing.module.js';
import { ReviewsModule } from './reviews/reviews.module.js';
import { RightsModule } from './rights/rights.module.js';
import { SubmissionsModule } from './submissions/submissions.module.js';
import { WebModule } from './web/web.module.js';

/** The whole system; `web` and `worker` build the same and differ in what they start. */
@Module({})
export class AppModule {
  static with(surroundings: Surroundings & { mailbox?: Mailbox | undefined }): DynamicModule {
    const { databaseUrl, databasePoolSize } = surroundings.config;
    return {
      module: AppModule,
      imports: [
        TypeOrmModule.forRoot({
          ...databaseOptions(databaseUrl!, databasePoolSize),
          autoLoadEntities: true,
          retryAttempts: 1,
        }),
        PlatformModule.with(surroundings, [{ provide: MAILBOX, useValue: surroundings.mailbox }]),
        AuditModule,
        PeopleModule,
        MailModule,
        AccountsModule,
        ConferencesModule,
        SubmissionsModule,
        PartnersModule,
        ReviewingModule,
        ReviewsModule,
        DecisionsModule,
        RegistrationsModule,
        ProceedingsModule,
        RightsModule,
        WebModule,
      ],
    };
  }
}
