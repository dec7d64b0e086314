import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import type { Conference } from '../conferences/conference.entity.js';
import { Conferences } from '../conferences/conferences.service.js';
import type { Actor } from '../platform/actor.js';
import { Refusal } from '../platform/refusal.js';
import { Work } from '../platform/work.js';
import type { Submission } from '../submissions/submission.entity.js';
import { AssignmentRule, PanelSize } from './assignment-rule.entity.js';
import type { AssignmentSettingsDto, PanelSizeDto } from './assignment-settings.dto.js';
import { ruleProblems, type PerspectiveGroup } from './balance.js';
import { ownedBy } from './ownership.js';

/** A panel of another size than the call's. */
export interface SizedPanel {
  submissionId: string;
  title: string;
  places: number;
}

/** How a conference composes its panels; the only writer of its tables. */
@Injectable()
export class AssignmentSettings {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly audit: Audit,
    private readonly conferences: Conferences,
  ) {}

  /** The rules of a conference; the defaults, of version 0, where nobody has set any. */
  async of(conferenceId: string): Promise<AssignmentRule> {
    const rule = await this.db.manager.findOneBy(AssignmentRule, { conferenceId });
    return rule ?? { ...NO_RULES, conferenceId };
  }

  /**
   * Sets all rules anew.
   * @throws Refusal 412 `stale`; 422 `fields` for what no panel could ever keep
   */
  async set(actor: Actor, conference: Conference, input: AssignmentSettingsDto): Promise<AssignmentRule> {
    await this.work.run(async (tx) => {
      await tx.manager.query(
        `insert into assignment_rule (conference_id, version) values ($1, 0) on conflict do nothing`,
        [conference.id],
      );
      const current = await tx.manager.findOneOrFail(AssignmentRule, {
        where: { conferenceId: conference.id },
        lock: { mode: 'pessimistic_write' },
      });
      const seen = actor.request.seenVersion;
      if (seen !== undefined && seen !== current.version) throw new Refusal('stale', 'stale');
      const row = {
        leastLoad: input.leastLoad ?? 0,
        groups: input.groups && input.groups.length > 0 ? groupsOf(input, current.groups ?? []) : null,
        mostOfParty: input.mostOfParty ?? null,
        outsideAtLeast: input.outsideAtLeast ?? 0,
        version: current.version + 1,
      };
      const call = await this.conferences.callOf(conference.id, tx.manager);
      const problems = ruleProblems(row.groups, row, call.reviewsPerSubmission);
      if (problems.length > 0) throw new Refusal('rule', 'fields', { fields: problems });
      await tx.manager.update(AssignmentRule, { conferenceId: conference.id }, row);
      const facts = ({ groups, ...rest }: Partial<AssignmentRule>) => ({
        ...rest,
        groups: groups?.map(({ id, counts }) => ({ id, counts })) ?? null,
      });
      const { conferenceId: _conference, ...before } = current;
      await this.audit.record(tx, actor, {
        conferenceId: conference.id,
        action: 'assignment_settings.changed',
        subject: ['conference', conference.id],
        before: facts(before),
        after: facts(row),
      });
    });
    return this.of(conference.id);
  }

  /** Panels of another size, without those that are hidden from the viewer. */
  async sizes(actor: Actor, conferenceId: string): Promise<SizedPanel[]> {
    return this.db.query(
      `select z.submission_id as "submissionId", s.title, z.places
       from panel_size z join submission s on s.id = z.submission_id
       where s.conference_id = $1 and not ${ownedBy('s', '$2')} order by z.submission_id`,
      [conferenceId, actor.personId],
    );
  }

  /** Gives a panel a size of its own, or the call's again. */
  async size(actor: Actor, submission: Submission, { places }: PanelSizeDto): Promise<number | null> {
    await this.work.run(async (tx) => {
      const before = await tx.manager.findOneBy(PanelSize, { submissionId: submission.id });
      if ((before?.places ?? null) === (places ?? null)) return;
      if (places === undefined) await tx.manager.delete(PanelSize, { submissionId: submission.id });
      else await tx.manager.upsert(PanelSize, { submissionId: submission.id, places }, ['submissionId']);
      await this.audit.record(tx, actor, {
        conferenceId: submission.conferenceId,
        action: 'panel.sized',
        subject: ['submission', submission.id],
        before: { places: before?.places ?? null },
        after: { places: places ?? null },
      });
    });
    return places ?? null;
  }
}

const NO_RULES: Omit<AssignmentRule, 'conferenceId'> = {
  leastLoad: 0,
  groups: null,
  mostOfParty: null,
  outsideAtLeast: 0,
  version: 0,
};

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** Groups that were there keep their ids; new ones get one of the same length. */
function groupsOf(
  { groups = [] }: AssignmentSettingsDto,
  before: readonly PerspectiveGroup[],
): PerspectiveGroup[] {
  const known = new Set(before.map(({ id }) => id));
  return groups.map(({ id, name, counts }) => {
    const kept = id !== undefined && known.delete(id) ? id : undefined;
    return {
      id: kept ?? Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join(''),
      name,
      counts: counts as PerspectiveGroup['counts'],
    };
  });
}
