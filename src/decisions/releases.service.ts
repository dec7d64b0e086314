import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import { RecordLog } from '../audit/record-log.js';
import type { Conference } from '../conferences/conference.entity.js';
import { Deciding } from '../conferences/deciding-settings.service.js';
import { MailKinds } from '../mail/kinds.js';
import { Outbox, type NewMessage } from '../mail/outbox.service.js';
import { MailTemplates } from '../mail/templates.service.js';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Idempotency } from '../platform/idempotency.js';
import { newId } from '../platform/ids.js';
import { notFound, Refusal } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import { ownedBy } from '../reviews/ownership.js';
import type { SubmissionAuthor } from '../submissions/submission.entity.js';
import { Submissions } from '../submissions/submissions.service.js';
import { DECISION_MAILS, decisionMail, headValues } from './decision-mails.js';
import {
  countOutcomes,
  mayDecide,
  missingWords,
  movesTo,
  recipientReasons,
  recipients,
  releaseProblems,
  textHashOf,
} from './decision-rules.js';
import type { ReleaseDto } from './decision.dto.js';
import { DecisionRelease } from './decision.entity.js';
import type { PreviewRow, ReleaseRow } from './decision.view.js';
import { Decisions } from './decisions.service.js';
import { chairOf, PendingDecisions } from './pending-decisions.service.js';
import { commentsHashOf, listHash, wordsHashOf, type StandingLine } from './release-list-rules.js';

/** Entries of the record in one statement. */
const ENTRIES_AT_ONCE = 1000;
const KINDS = DECISION_MAILS.map((mail) => mail.kind);

/** A pending decision with everything that its release would announce. */
export interface StandingRow extends StandingLine {
  title: string;
  textToAuthors: string;
  conditions: string;
  rank: number | null;
  comments: string[];
  /** Those of `comments` in its order, then those without a comment. */
  reviewers: string[];
}

/** Announcing: the only writer of decisions and releases. */
@Injectable()
export class Releases {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly idempotency: Idempotency,
    private readonly audit: Audit,
    private readonly log: RecordLog,
    private readonly deciding: Deciding,
    private readonly submissions: Submissions,
    private readonly pending: PendingDecisions,
    private readonly decisions: Decisions,
    private readonly outbox: Outbox,
    private readonly templates: MailTemplates,
    @Inject(CONFIG) private readonly config: Config,
    kinds: MailKinds,
  ) {
    kinds.register(...DECISION_MAILS);
  }

  /** The pending decisions that the actor could announce now, by id. */
  async preview(actor: Actor, conferenceId: string): Promise<PreviewRow[]> {
    const rows = await this.standing(this.db.manager, actor, conferenceId, null);
    const mails: { id: string; mails: number }[] = await this.db.query(
      `select submission_id as id, count(distinct address)::int as mails from submission_author
       where submission_id = any($1) group by submission_id`,
      [rows.map(({ submissionId }) => submissionId)],
    );
    const { textRequired } = await this.deciding.of(conferenceId);
    const counted = new Map(mails.map((row) => [row.id, row.mails]));
    return rows.map((row) => ({
      ...row,
      mails: counted.get(row.submissionId) ?? 0,
      problem: !mayDecide(row.status, row.outcome)
        ? 'state'
        : missingWords(textRequired, row)
          ? 'words'
          : null,
    }));
  }

  /**
   * Announces the listed pending decisions, all or none, in one transaction: states, decisions with the reviewers' comments
   * as they are now, and a mail to every author.
   * @throws Refusal 409 `release.changed` naming the submissions that cannot be released, or without names when the list
   *   is not the one that was previewed; 409 `release.twoPersons` where a second chair has to confirm a frozen list;
   *   422 `release.empty`, or where neither a list nor a hash is given
   */
  async release(actor: Actor, conference: Conference, input: ReleaseDto): Promise<ReleaseRow> {
    if (!input.submissions && !input.listHash)
      throw new Refusal('rule', 'fields', { fields: [{ field: 'listHash', code: 'required' }] });
    const id = await this.work.run(async (tx) => {
      const { id: made } = await this.idempotency.once(tx, actor, async () => {
        if ((await this.deciding.of(conference.id, tx.manager)).twoPersons)
          throw new Refusal('conflict', 'release.twoPersons');
        const list = await this.lockList(tx, actor, conference, input.submissions ?? null);
        if (input.listHash !== undefined && input.listHash !== listHash(list))
          throw new Refusal('conflict', 'release.changed', { values: { submissions: [] } });
        return this.announce(tx, actor, conference, list);
      });
      return made;
    });
    const row = await this.decisions.oneRelease(actor, id);
    if (!row) throw notFound();
    return row;
  }

  /**
   * Pending decisions as they stand, without the actor's own submissions; three statements for any number of rows.
   * @param ids those wanted; null for all
   * @param lock holds submissions and pending decisions, in the order of ids
   */
  async standing(
    manager: EntityManager,
    actor: Actor,
    conferenceId: string,
    ids: readonly string[] | null,
    lock = false,
  ): Promise<StandingRow[]> {
    if (lock)
      await manager.query(
        `select 1 from submission s where s.conference_id = $1 and not ${ownedBy('s', '$2')} and ${
          ids ? 's.id = any($3)' : 'exists (select 1 from pending_decision p where p.submission_id = s.id)'
        } order by s.id for update of s`,
        ids ? [conferenceId, actor.personId, ids] : [conferenceId, actor.personId],
      );
    const rows: Omit<StandingRow, 'wordsHash' | 'commentsHash' | 'comments' | 'reviewers'>[] =
      await manager.query(
        `select p.submission_id as "submissionId", p.outcome, p.version, p.decided_at as "decidedAt", s.title, s.status,
           s.version as "submissionVersion", p.text_to_authors as "textToAuthors", p.conditions, p.rank
         from pending_decision p join submission s on s.id = p.submission_id
         where s.conference_id = $1 and not ${ownedBy('s', '$2')} and ($3::text[] is null or s.id = any($3))
         order by p.submission_id ${lock ? 'for update of p' : ''}`,
        [conferenceId, actor.personId, ids],
      );
    const comments = await this.comments(
      manager,
      rows.map((row) => row.submissionId),
    );
    return rows.map((row): StandingRow => {
      const said = comments.get(row.submissionId) ?? { comments: [], reviewers: [] };
      return { ...row, ...said, wordsHash: wordsHashOf(row), commentsHash: commentsHashOf(said.comments) };
    });
  }

  /** Locks the list and makes sure that all of it can be announced. @param ids null for everything that can be */
  async lockList(
    tx: Tx,
    actor: Actor,
    conference: Conference,
    ids: readonly string[] | null,
  ): Promise<StandingRow[]> {
    const { textRequired } = await this.deciding.of(conference.id, tx.manager);
    const rows = await this.standing(tx.manager, actor, conference.id, ids, true);
    const list = ids
      ? rows
      : rows.filter((row) => mayDecide(row.status, row.outcome) && !missingWords(textRequired, row));
    if (list.length === 0 && !ids) throw new Refusal('rule', 'release.empty');
    const byId = new Map(list.map((row) => [row.submissionId, row]));
    const problems = releaseProblems(ids ?? [...byId.keys()], byId, textRequired);
    if (problems.length > 0)
      throw new Refusal('conflict', 'release.changed', {
        fields: problems.map(({ index, submissionId, problem }) => ({
          field: `submissions[${index}]`,
          code: `release.${problem}`,
          value: submissionId,
        })),
        values: { submissions: problems.map((problem) => problem.submissionId) },
      });
    return list;
  }

  /** Makes a release of a locked list, inside a transaction of the caller's. @returns its id. */
  async announce(
    tx: Tx,
    actor: Actor,
    conference: Conference,
    list: readonly StandingRow[],
    facts: Record<string, string> = {},
  ): Promise<string> {
    const release: DecisionRelease = {
      id: newId(),
      conferenceId: conference.id,
      releasedBy: chairOf(actor),
      releasedAt: tx.now,
      listHash: listHash(list),
      size: list.length,
    };
    await tx.manager.insert(DecisionRelease, release);
    const moving = list.filter((row) => movesTo(row.status, row.outcome));
    await this.submissions.moveAll(tx, actor, new Map(moving.map((row) => [row.submissionId, row.outcome])));
    const ids = list.map((row) => row.submissionId);
    const versions = await this.versions(tx.manager, ids);
    const next = (id: string): number => (versions.get(id) ?? 0) + 1;
    const rows = await this.write(tx, release, list, next);
    await this.recordLines(tx, actor, release, list, next);
    await this.tell(tx, conference, list, rows, next, [...versions.keys()]);
    await this.pending.released(tx, ids);
    await this.audit.record(tx, actor, {
      conferenceId: conference.id,
      action: 'decisions.released',
      subject: ['decision_release', release.id],
      after: { size: release.size, listHash: release.listHash, counts: countOutcomes(list), ...facts },
    });
    return release.id;
  }

  private async versions(manager: EntityManager, ids: readonly string[]): Promise<Map<string, number>> {
    const latest: { id: string; version: number }[] = await manager.query(
      `select submission_id as id, max(version) as version from decision where submission_id = any($1) group by submission_id`,
      [ids],
    );
    return new Map(latest.map((row) => [row.id, row.version]));
  }

  /** The decisions themselves. @returns the id of each, by submission. */
  private async write(
    tx: Tx,
    release: DecisionRelease,
    list: readonly StandingRow[],
    next: (id: string) => number,
  ): Promise<Map<string, string>> {
    const made = new Map(list.map((row) => [row.submissionId, newId()]));
    await tx.manager.query(
      `insert into decision
         (id, submission_id, version, outcome, text_to_authors, conditions, rank, comments, reviewers, release_id, released_at)
       select d.id, d.submission_id, d.version, d.outcome, d.text_to_authors, d.conditions, d.rank, d.comments::jsonb,
         array(select jsonb_array_elements_text(d.reviewers::jsonb)), $10, $11
       from unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[], $9::text[])
         as d (id, submission_id, version, outcome, text_to_authors, conditions, rank, comments, reviewers)`,
      [
        [...made.values()],
        list.map((row) => row.submissionId),
        list.map((row) => next(row.submissionId)),
        list.map((row) => row.outcome),
        list.map((row) => row.textToAuthors),
        list.map((row) => row.conditions),
        list.map((row) => row.rank),
        list.map((row) => JSON.stringify(row.comments)),
        list.map((row) => JSON.stringify(row.reviewers)),
        release.id,
        release.releasedAt,
      ],
    );
    return made;
  }

  private async recordLines(
    tx: Tx,
    actor: Actor,
    release: DecisionRelease,
    list: readonly StandingRow[],
    next: (id: string) => number,
  ): Promise<void> {
    for (let from = 0; from < list.length; from += ENTRIES_AT_ONCE)
      await this.audit.record(
        tx,
        actor,
        ...list.slice(from, from + ENTRIES_AT_ONCE).map((row) => ({
          conferenceId: release.conferenceId,
          action: 'decision.released',
          subject: ['submission', row.submissionId] as [string, string],
          after: {
            version: next(row.submissionId),
            outcome: row.outcome,
            textHash: textHashOf(row.textToAuthors, row.comments, row.conditions),
            release: release.id,
          },
        })),
      );
  }

  /** Writes the mails, and for each author why; older mails of a corrected submission that have not gone out stay back. */
  private async tell(
    tx: Tx,
    conference: Conference,
    list: readonly StandingRow[],
    decisions: ReadonlyMap<string, string>,
    next: (id: string) => number,
    corrected: readonly string[],
  ): Promise<void> {
    if (corrected.length > 0) await this.outbox.supersede(tx, corrected, KINDS);
    const authors = await this.submissions.authors(
      list.map((row) => row.submissionId),
      tx.manager,
    );
    const told = list.flatMap(({ submissionId }) => {
      const people = authors.get(submissionId)!;
      const reasons = recipientReasons(people);
      return people.map(({ position, personId }, index) => ({
        decision: decisions.get(submissionId)!,
        position,
        personId,
        why: reasons[index]!,
      }));
    });
    await tx.manager.query(
      `insert into decision_recipient (decision_id, position, person_id, why)
       select * from unnest($1::text[], $2::int[], $3::text[], $4::text[])`,
      [
        told.map((row) => row.decision),
        told.map((row) => row.position),
        told.map((row) => row.personId),
        told.map((row) => row.why),
      ],
    );
    const messages = await this.messages(tx.manager, conference, list, authors, next);
    const kinds = messages.map(({ kind }) => kind);
    await this.templates.requireTranslations(tx.manager, conference.id, kinds);
    await this.outbox.add(tx, messages);
  }

  /** The mails of a list in its order, as they would be written now: one to each address of a submission's authors. */
  async messages(
    manager: EntityManager,
    conference: Conference,
    list: readonly Pick<StandingRow, 'submissionId' | 'outcome' | 'title' | 'textToAuthors' | 'conditions'>[],
    authors: ReadonlyMap<string, readonly SubmissionAuthor[]>,
    next?: (id: string) => number,
  ): Promise<NewMessage[]> {
    const ids = list.map((row) => row.submissionId);
    const versions = next ? null : await this.versions(manager, ids);
    const versionOf = next ?? ((id: string): number => (versions!.get(id) ?? 0) + 1);
    const earlier = await this.earlier(manager, ids);
    const head = headValues(await this.log.latest(manager), this.config.publicUrl);
    return list.flatMap((row) =>
      recipients(authors.get(row.submissionId) ?? []).map((author): NewMessage => ({
        kind: decisionMail(row.outcome),
        conference: { id: conference.id, name: conference.name, contactAddress: conference.contactAddress },
        to: { personId: author.personId, address: author.address, name: author.name },
        subjectId: row.submissionId,
        occasion: `decision-v${versionOf(row.submissionId)}`,
        values: {
          code: row.submissionId,
          title: row.title,
          textToAuthors: row.textToAuthors,
          conditions: row.conditions,
          earlierOn: earlier.get(`${row.submissionId} ${author.address}`) ?? '',
          statusUrl: `${this.config.publicUrl}/submissions/${row.submissionId}`,
          ...head,
        },
      })),
    );
  }

  /** The day of the last decision mail that has gone out or is about to, by submission and address. */
  private async earlier(manager: EntityManager, ids: readonly string[]): Promise<Map<string, string>> {
    const rows: { id: string; address: string; on: string }[] = await manager.query(
      `select subject_id as id, recipient_address as address, to_char(max(created_at) at time zone 'UTC', 'YYYY-MM-DD') as on
       from mail_message where subject_id = any($1) and kind = any($2)
         and state not in ('ready', 'held', 'deferred', 'superseded', 'cancelled')
       group by subject_id, recipient_address`,
      [ids, KINDS],
    );
    return new Map(rows.map((row) => [`${row.id} ${row.address}`, row.on]));
  }

  /**
   * Comments to the authors from the reviews that are handed in, in an order that tells nothing about who wrote which; and the
   * reviewers, of the comments in the same order first.
   */
  private async comments(
    manager: EntityManager,
    ids: readonly string[],
  ): Promise<Map<string, { comments: string[]; reviewers: string[] }>> {
    const rows: { id: string; comments: string[] | null; reviewers: string[] }[] = await manager.query(
      `select a.submission_id as id,
         jsonb_agg(v.comments_to_authors order by v.id) filter (where v.comments_to_authors <> '') as comments,
         jsonb_agg(a.reviewer_id order by v.comments_to_authors = '', v.id) as reviewers
       from assignment a join review v on v.assignment_id = a.id
       where a.submission_id = any($1) and a.status = 'assigned' and v.status = 'handed_in'
       group by a.submission_id`,
      [ids],
    );
    return new Map(rows.map(({ id, comments, reviewers }) => [id, { comments: comments ?? [], reviewers }]));
  }
}
