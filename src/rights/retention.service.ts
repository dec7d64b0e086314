import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import type { Conference } from '../conferences/conference.entity.js';
import { systemActor, type Actor } from '../platform/actor.js';
import { Clock } from '../platform/clock.js';
import { LOGGER } from '../platform/platform.module.js';
import { Refusal } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import { ConferenceRetention } from './conference-retention.entity.js';
import type { RetentionDto } from './retention.dto.js';
import { INSTALLATION_DAYS, RETENTION_DEFAULTS, type RetentionDays } from './retention-rules.js';

const FIRST_AFTER_MS = 2 * 60_000;
const LOOK_EVERY_MS = 60 * 60_000;
const DAY_MS = 86_400_000;
const FACT = 'retention.last';

/** The days of a conference beside it, the defaults where it has set none. */
const DAYS = `coalesce((select k.KEY from conference_retention k where k.conference_id = c.id), DEFAULT)`;
const days = (column: string, key: keyof RetentionDays): string =>
  `make_interval(days => ${DAYS.replace('KEY', column).replace('DEFAULT', String(RETENTION_DEFAULTS[key]))})`;

/** What is due in conferences: a statement that removes it and returns `conference_id` for each; `$1` is now. */
const CONFERENCE_STEPS: Record<string, string> = {
  drafts: `delete from submission s using call l, conference c
    where s.status = 'draft' and l.id = s.call_id and c.id = s.conference_id
      and l.closes_at + ${days('drafts_days', 'draftsDays')} < $1 returning s.conference_id`,
  unconfirmedSubmissions: `delete from submission s where s.held_until < $1
      and not exists (select 1 from assignment a where a.submission_id = s.id)
      and not exists (select 1 from volume_paper p where p.submission_id = s.id)
      and not exists (select 1 from pending_decision d where d.submission_id = s.id)
      and not exists (select 1 from decision d where d.submission_id = s.id) returning s.conference_id`,
  unconfirmedRegistrations: `delete from registration where held_until < $1 returning conference_id`,
  unconfirmedLetters: `delete from letter_of_interest where held_until < $1 returning conference_id`,
  accessNeeds: `update registration r set access_needs = null from conference c
    where c.id = r.conference_id and r.access_needs is not null
      and c.ends_on + 1 + ${days('access_needs_days', 'accessNeedsDays')} < $1 returning r.conference_id`,
  letters: `delete from letter_of_interest l using conference c
    where c.id = l.conference_id and l.status in ('declined', 'withdrawn')
      and coalesce(l.answered_at, l.created_at) + ${days('letters_days', 'lettersDays')} < $1 returning l.conference_id`,
  mail: `update mail_message m set text = '', html = '' from conference c
    where c.id = m.conference_id and m.text <> '' and m.settled_at + ${days('mail_days', 'mailDays')} < $1
    returning m.conference_id`,
};

const ago = (count: number): string => `$1::timestamptz - interval '${count} days'`;

/** What is due in the installation itself. */
const INSTALLATION_STEPS: Record<string, string> = {
  signInLinks: `delete from sign_in_link where expires_at < ${ago(INSTALLATION_DAYS.links)} returning 1`,
  confirmations: `delete from proof_link where expires_at < ${ago(INSTALLATION_DAYS.links)} returning 1`,
  attempts: `delete from orcid_attempt where expires_at < $1 returning 1`,
  challenges: `delete from webauthn_challenge where expires_at < $1 returning 1`,
  sessions: `delete from login_session where least(revoked_at, expires_at) < ${ago(INSTALLATION_DAYS.sessions)} returning 1`,
  tokens: `delete from access_token where least(revoked_at, expires_at) < ${ago(INSTALLATION_DAYS.sessions)} returning 1`,
  repeats: `delete from idempotency_key where created_at < ${ago(INSTALLATION_DAYS.repeats)} returning 1`,
  merges: `update merge_request set status = 'lapsed', settled_at = $1 where status = 'waiting' and expires_at < $1 returning 1`,
  mail: `update mail_message set text = '', html = '' where conference_id is null and text <> ''
    and settled_at < ${ago(RETENTION_DEFAULTS.mailDays)} returning 1`,
};

/** How long things are kept, and the daily removal of what is due. */
@Injectable()
export class Retention {
  private stopped = false;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly clock: Clock,
    private readonly audit: Audit,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** What holds in a conference; version 0 while it has set nothing of its own. */
  async of(conferenceId: string): Promise<RetentionDays & { version: number }> {
    const row = await this.db.manager.findOneBy(ConferenceRetention, { conferenceId });
    return row ?? { ...RETENTION_DEFAULTS, version: 0 };
  }

  /** @throws Refusal 400 `version.missing`, 412 `stale` */
  async change(
    actor: Actor,
    conference: Conference,
    dto: RetentionDto,
  ): Promise<RetentionDays & { version: number }> {
    await this.work.run(async (tx) => {
      // Two who change it at once wait for one another, also before there is a row.
      await tx.manager.query(`select 1 from conference where id = $1 for update`, [conference.id]);
      const row = await tx.manager.findOneBy(ConferenceRetention, { conferenceId: conference.id });
      const before = row ?? { ...RETENTION_DEFAULTS, version: 0 };
      const seen = actor.request.seenVersion;
      if (seen === undefined) throw new Refusal('malformed', 'version.missing');
      if (seen !== before.version)
        throw new Refusal('stale', 'stale', { values: { seen, now: before.version } });
      const { draftsDays, accessNeedsDays, lettersDays, mailDays } = { ...before, ...given(dto) };
      const next = { draftsDays, accessNeedsDays, lettersDays, mailDays };
      await tx.manager.upsert(
        ConferenceRetention,
        { conferenceId: conference.id, ...next, version: before.version + 1 },
        ['conferenceId'],
      );
      const { version: _version, ...was } = { ...before };
      await this.audit.record(tx, actor, {
        conferenceId: conference.id,
        action: 'conference.retention_changed',
        subject: ['conference', conference.id],
        before: Object.fromEntries(Object.keys(next).map((key) => [key, was[key as keyof RetentionDays]])),
        after: next,
      });
    });
    return this.of(conference.id);
  }

  start(): void {
    this.lookAgain(FIRST_AFTER_MS);
  }

  /** Lets a removal under way finish. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private lookAgain(afterMs: number): void {
    this.timer = setTimeout(() => {
      this.running = this.sweepDaily()
        .catch((error: Error) =>
          this.logger.warn({ error: error.message }, 'what is due could not be removed'),
        )
        .finally(() => {
          if (!this.stopped) this.lookAgain(LOOK_EVERY_MS);
        });
    }, afterMs);
  }

  /** Removes what is due unless that was done in the last day, by whichever process. */
  async sweepDaily(): Promise<void> {
    const now = await this.clock.now();
    const claimed: unknown[] = await this.db.query(
      `insert into installation_fact (key, value, at) values ($1, '{}', $2)
       on conflict (key) do update set at = excluded.at where installation_fact.at <= $3 returning 1`,
      [FACT, now, new Date(now.getTime() - DAY_MS)],
    );
    if (claimed.length > 0) await this.sweep();
  }

  /** Removes what is due, each step in a transaction with the entry that counts it. @returns the counts by step */
  async sweep(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const [step, statement] of Object.entries(CONFERENCE_STEPS))
      await this.work.run(async (tx) => {
        const rows = await removed<{ conference_id: string }>(tx, statement);
        counts[step] = rows.length;
        const perConference = new Map<string, number>();
        for (const { conference_id: id } of rows) perConference.set(id, (perConference.get(id) ?? 0) + 1);
        for (const [conferenceId, count] of perConference) await this.tell(tx, conferenceId, step, count);
      });
    for (const [step, statement] of Object.entries(INSTALLATION_STEPS))
      await this.work.run(async (tx) => {
        const { length } = await removed(tx, statement);
        counts[`installation.${step}`] = length;
        if (length > 0) await this.tell(tx, null, step, length);
      });
    return counts;
  }

  private async tell(tx: Tx, conferenceId: string | null, step: string, count: number): Promise<void> {
    await this.audit.record(tx, systemActor('retention'), {
      conferenceId,
      action: 'retention.removed',
      subject: conferenceId === null ? ['installation', 'installation'] : ['conference', conferenceId],
      after: { [step]: count },
    });
  }
}

/** PostgreSQL's driver answers an update or delete with rows and their number. */
async function removed<Row>(tx: Tx, statement: string): Promise<Row[]> {
  const [rows] = await tx.manager.query<[Row[], number]>(statement, [tx.now]);
  return rows;
}

const given = (dto: RetentionDto): Partial<RetentionDays> =>
  Object.fromEntries(Object.entries(dto).filter(([, value]) => value !== undefined));
