import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import type { Actor } from '../platform/actor.js';
import { Refusal, refuseField } from '../platform/refusal.js';
import { Work } from '../platform/work.js';
import type { Conference } from './conference.entity.js';
import { dayBefore, endOfDay } from './deadline.js';
import { DECIDING_DEFAULTS, DecidingSettings } from './deciding-settings.entity.js';
import type { DecidingSettingsDto } from './deciding-settings.dto.js';

/** How conferences decide; the only writer of their settings. */
@Injectable()
export class Deciding {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly audit: Audit,
  ) {}

  /** What holds in a conference; version 0 while it has set nothing. */
  async of(conferenceId: string, manager: EntityManager = this.db.manager): Promise<DecidingSettings> {
    const row = await manager.findOneBy(DecidingSettings, { conferenceId });
    return row ?? { conferenceId, ...DECIDING_DEFAULTS };
  }

  /** @throws Refusal 400 `version.missing`, 412 `stale`, 422 for a rule of two organisations without one of two people */
  async change(actor: Actor, conference: Conference, dto: DecidingSettingsDto): Promise<DecidingSettings> {
    return this.work.run(async (tx) => {
      // Two who change it at once wait for one another, also before there is a row.
      await tx.manager.query(`select 1 from conference where id = $1 for update`, [conference.id]);
      const before = await this.of(conference.id, tx.manager);
      const seen = actor.request.seenVersion;
      if (actor.kind !== 'system') {
        if (seen === undefined) throw new Refusal('malformed', 'version.missing');
        if (seen !== before.version)
          throw new Refusal('stale', 'stale', { values: { seen, now: before.version } });
      }
      const zone = conference.timeZone;
      const next: DecidingSettings = {
        conferenceId: conference.id,
        textRequired: dto.textRequired ?? before.textRequired,
        twoPersons: dto.twoPersons ?? before.twoPersons,
        twoOrganisations: dto.twoOrganisations ?? before.twoOrganisations,
        places: dto.places === undefined ? before.places : dto.places || null,
        confirmBy: until(dto.confirmOn, before.confirmBy, zone),
        reminderDays: (dto.reminderDays ?? before.reminderDays).toSorted((a, b) => b - a),
        editFields: dto.editFields ?? before.editFields,
        editUntil: until(dto.editOn, before.editUntil, zone),
        version: before.version + 1,
      };
      if (next.twoOrganisations && !next.twoPersons) throw refuseField('twoOrganisations', 'needsTwoPersons');
      await tx.manager.upsert(DecidingSettings, next, ['conferenceId']);
      await this.audit.record(tx, actor, {
        conferenceId: conference.id,
        action: 'conference.deciding_changed',
        subject: ['conference', conference.id],
        before: factsOf(before),
        after: factsOf(next),
      });
      return next;
    });
  }
}

/** A day given becomes its exclusive end; null clears, absent stays. The DTO has checked that it is a day. */
function until(day: string | null | undefined, before: Date | null, zone: string): Date | null {
  if (day === undefined) return before;
  return day === null ? null : (endOfDay(day, zone) ?? before);
}

const factsOf = ({ conferenceId: _id, confirmBy, editUntil, ...rest }: DecidingSettings) => ({
  ...rest,
  confirmBy: confirmBy?.toISOString() ?? null,
  editUntil: editUntil?.toISOString() ?? null,
});

/** The last day before an exclusive end, in the conference's zone. */
export const lastDay = (end: Date | null, conference: Pick<Conference, 'timeZone'>): string | null =>
  end && dayBefore(end, conference.timeZone);
