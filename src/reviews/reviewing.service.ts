import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import type { Conference } from '../conferences/conference.entity.js';
import { Conferences } from '../conferences/conferences.service.js';
import type { Actor } from '../platform/actor.js';
import { Refusal } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import type { ReviewingDto } from './reviewing.dto.js';
import { REVIEWING_DEFAULTS, scheduleOf } from './reviewing-rules.js';
import { ReviewingSettings } from './reviewing-settings.entity.js';

/** How calls review; the only writer of its table. */
@Injectable()
export class Reviewing {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly audit: Audit,
    private readonly conferences: Conferences,
  ) {}

  /** What holds for a call; version 0 while it has set nothing of its own. */
  async of(callId: string, manager: EntityManager = this.db.manager): Promise<ReviewingSettings> {
    const row = await manager.findOneBy(ReviewingSettings, { callId });
    return row ?? { callId, ...REVIEWING_DEFAULTS };
  }

  /**
   * What is absent stays. A new schedule of reminders holds from now on.
   * @throws Refusal 400 `version.missing`, 412 `stale`; 409 `response.open` for what authors have been promised
   */
  async change(actor: Actor, conference: Conference, input: ReviewingDto): Promise<ReviewingSettings> {
    return this.work.run(async (tx) => {
      const before = await this.locked(tx, actor, conference);
      const changes = Object.fromEntries(
        Object.entries(input).filter(([, value]) => value !== undefined),
      ) as Partial<ReviewingSettings>;
      const next = { ...before, ...changes, version: before.version + 1 };
      next.reminderDays = scheduleOf(next.reminderDays);
      if (JSON.stringify(next.reminderDays) !== JSON.stringify(before.reminderDays))
        next.remindersSince = tx.now;
      if (
        before.responseOpenedAt &&
        (next.responseWordLimit < before.responseWordLimit || next.responseScores !== before.responseScores)
      )
        throw new Refusal('conflict', 'response.open');
      await this.write(tx, actor, conference, before, next);
      return next;
    });
  }

  /** Opens the authors' responses, or moves their end. @throws Refusal 400 `version.missing`, 412 `stale` */
  async openResponses(
    tx: Tx,
    actor: Actor,
    conference: Conference,
    closesAt: Date,
  ): Promise<ReviewingSettings> {
    const before = await this.locked(tx, actor, conference);
    const next = {
      ...before,
      responseOpenedAt: before.responseOpenedAt ?? tx.now,
      responseClosesAt: closesAt,
      version: before.version + 1,
    };
    await this.write(tx, actor, conference, before, next);
    return next;
  }

  /** Two who change it at once wait for one another, also before there is a row. */
  private async locked(tx: Tx, actor: Actor, conference: Conference): Promise<ReviewingSettings> {
    const call = await this.conferences.callOf(conference.id, tx.manager, 'for update');
    const before = await this.of(call.id, tx.manager);
    const seen = actor.request.seenVersion;
    if (actor.kind === 'system' || seen === before.version) return before;
    if (seen === undefined) throw new Refusal('malformed', 'version.missing');
    throw new Refusal('stale', 'stale');
  }

  private async write(
    tx: Tx,
    actor: Actor,
    conference: Conference,
    before: ReviewingSettings,
    next: ReviewingSettings,
  ): Promise<void> {
    await tx.manager.upsert(ReviewingSettings, next, ['callId']);
    await this.audit.record(tx, actor, {
      conferenceId: conference.id,
      action: 'call.reviewing_changed',
      subject: ['call', next.callId],
      before: factsOf(before),
      after: factsOf(next),
    });
  }
}

/** What the record keeps: the words of scales are the organisers' own and can be seen by everybody who reviews. */
const factsOf = (row: ReviewingSettings): object => ({
  lateDays: row.lateDays,
  reminderDays: row.reminderDays,
  discussion: row.discussion,
  responseWordLimit: row.responseWordLimit,
  responseScores: row.responseScores,
  responseClosesAt: row.responseClosesAt,
  ownWords: row.overallWords.length > 0 || row.confidenceWords.length > 0,
  version: row.version,
});
