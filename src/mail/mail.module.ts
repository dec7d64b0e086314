import { Global, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Bounces } from './bounces.service.js';
import { MailHolds } from './holds.service.js';
import { MailData } from './mail.data.js';
import { MailKinds } from './kinds.js';
import { MailMessage } from './mail-message.entity.js';
import {
  MailAttempt,
  MailHold,
  MailLanguage,
  MailServer,
  MailStop,
  MailTemplate,
} from './mail-order.entity.js';
import { MailWorker } from './mail.worker.js';
import { Outbox } from './outbox.service.js';
import { MailStops } from './stops.service.js';
import { MailTemplates } from './templates.service.js';
import { render } from './render.js';

@Global()
@Module({
  imports: [
    TypeOrmModule.forFeature([
      MailMessage,
      MailHold,
      MailAttempt,
      MailServer,
      MailLanguage,
      MailTemplate,
      MailStop,
    ]),
  ],
  providers: [Bounces, MailData, MailHolds, MailKinds, MailStops, MailTemplates, Outbox, MailWorker],
  exports: [Bounces, MailData, MailHolds, MailKinds, MailStops, MailTemplates, Outbox, MailWorker],
})
export class MailModule implements OnApplicationBootstrap {
  constructor(private readonly kinds: MailKinds) {}

  /** A kind whose sample does not render would fail in somebody's transaction: the start fails instead. */
  onApplicationBootstrap(): void {
    for (const { kind, sample } of this.kinds.all())
      render('en', kind, { conferenceName: 'Example', contactAddress: '', recipientName: '', ...sample });
  }
}
