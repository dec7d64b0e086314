import { Inject, Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import type { Conference } from '../conferences/conference.entity.js';
import { Conferences } from '../conferences/conferences.service.js';
import { Deciding } from '../conferences/deciding-settings.service.js';
import { MailKinds } from '../mail/kinds.js';
import { Outbox, type NewMessage } from '../mail/outbox.service.js';
import { People } from '../people/people.service.js';
import { personActor, type Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Idempotency } from '../platform/idempotency.js';
import { newId } from '../platform/ids.js';
import { forbidden, notFound, Refusal, refuseField } from '../platform/refusal.js';
import { Work, type Tx } from '../platform/work.js';
import { ownedBy } from '../reviews/ownership.js';
import { OUTCOMES, type Outcome } from '../submissions/submission-states.js';
import { Submissions } from '../submissions/submissions.service.js';
import { countOutcomes, recipientReasons, releaseProblems, type RecipientReason } from './decision-rules.js';
import { ChairOrganisation } from './chair-organisation.entity.js';
import { chairOf } from './pending-decisions.service.js';
import type { ChairOrganisationDto, FreezeDto } from './release-list.dto.js';
import { ReleaseList, ReleaseListLine } from './release-list.entity.js';
import { maySeeList } from './release-list.gate.js';
import { changesOf, listHash, secondProblem, type ListChange } from './release-list-rules.js';
import { RELEASE_MAILS, RELEASE_STOPPED, TEST_LETTER } from './release-mails.js';
import { Releases, type StandingRow } from './releases.service.js';

/** A letter as it will be sent, with the reason why each author is written to or not. */
export interface Letters {
  submissionId: string;
  title: string;
  outcome: Outcome;
  letters: { to: NewMessage['to']; subject: string; text: string }[];
  authors: { name: string; why: RecipientReason; position: number }[];
}

/** Lines in one insert. */
const LINES_AT_ONCE = 2000;

/** Lists that are frozen before they are released; the only writer of their tables. */
@Injectable()
export class ReleaseLists {
  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly idempotency: Idempotency,
    private readonly audit: Audit,
    private readonly people: People,
    private readonly conferences: Conferences,
    private readonly deciding: Deciding,
    private readonly submissions: Submissions,
    private readonly releases: Releases,
    private readonly outbox: Outbox,
    @Inject(CONFIG) private readonly config: Config,
    kinds: MailKinds,
  ) {
    kinds.register(...RELEASE_MAILS);
  }

  /**
   * Freezes pending decisions as they stand now, to be looked at, confirmed and released as one.
   * @throws Refusal as a release of the same decisions would be, and 422 `release.empty`
   */
  async freeze(actor: Actor, conference: Conference, input: FreezeDto): Promise<ReleaseList> {
    return this.work.run(async (tx) => {
      const { id } = await this.idempotency.once(tx, actor, async () => {
        const all = await this.releases.lockList(tx, actor, conference, input.submissions ?? null);
        const { outcomes } = input;
        const rows = outcomes ? all.filter((row) => outcomes.includes(row.outcome)) : all;
        if (rows.length === 0) throw new Refusal('rule', 'release.empty');
        const hash = listHash(rows);
        if (input.listHash !== undefined && input.listHash !== hash)
          throw new Refusal('conflict', 'release.changed', { values: { submissions: [] } });
        return this.freezeIn(tx, actor, conference, rows);
      });
      return tx.manager.findOneByOrFail(ReleaseList, { id });
    });
  }

  /** Freezes locked decisions, inside a transaction of the caller's. @returns the list's id. */
  async freezeIn(
    tx: Tx,
    actor: Actor,
    { id: conferenceId }: Conference,
    rows: readonly StandingRow[],
  ): Promise<string> {
    const createdBy = chairOf(actor);
    const id = newId();
    const hash = listHash(rows);
    await tx.manager.insert(ReleaseList, {
      id,
      conferenceId,
      status: 'open',
      listHash: hash,
      size: rows.length,
      createdBy,
      createdAt: tx.now,
      changes: [],
      version: 1,
    });
    const lines = rows.map((row): ReleaseListLine => ({
      listId: id,
      submissionId: row.submissionId,
      outcome: row.outcome,
      version: row.version,
      decidedAt: row.decidedAt,
      submissionVersion: row.submissionVersion,
      wordsHash: row.wordsHash,
      commentsHash: row.commentsHash,
    }));
    for (let from = 0; from < lines.length; from += LINES_AT_ONCE)
      await tx.manager.insert(ReleaseListLine, lines.slice(from, from + LINES_AT_ONCE));
    await this.audit.record(tx, actor, {
      conferenceId,
      action: 'release_list.frozen',
      subject: ['release_list', id],
      after: { size: rows.length, listHash: hash, counts: countOutcomes(rows) },
    });
    return id;
  }

  async one(id: string): Promise<ReleaseList | null> {
    return this.db.manager.findOneBy(ReleaseList, { id });
  }

  /** Lists of a conference that the actor may know of, newest first. */
  async list(actor: Actor, conferenceId: string): Promise<ReleaseList[]> {
    return this.db.manager
      .createQueryBuilder(ReleaseList, 'l')
      .where(`l.conference_id = :conferenceId and ${maySeeList('l', ':person')}`, {
        conferenceId,
        person: actor.personId,
      })
      .orderBy('l.created_at', 'DESC')
      .addOrderBy('l.id')
      .take(100)
      .getMany();
  }

  /** How many of each outcome lists have, by list. */
  async counts(ids: readonly string[]): Promise<Map<string, Record<Outcome, number>>> {
    const rows: { id: string; outcome: Outcome; n: number }[] = await this.db.query(
      `select list_id as id, outcome, count(*)::int as n from release_list_line where list_id = any($1) group by 1, 2`,
      [ids],
    );
    const counts = new Map(ids.map((id) => [id, countOutcomes([])]));
    for (const { id, outcome, n } of rows) counts.get(id)![outcome] = n;
    return counts;
  }

  /** What would stop an open list if it were released now. */
  async changes(actor: Actor, list: ReleaseList): Promise<ListChange[]> {
    if (list.status !== 'open') return list.changes;
    const lines = await this.db.manager.findBy(ReleaseListLine, { listId: list.id });
    const rows = await this.releases.standing(
      this.db.manager,
      actor,
      list.conferenceId,
      lines.map(({ submissionId }) => submissionId),
    );
    return changesOf(lines, new Map(rows.map((row) => [row.submissionId, row])));
  }

  /**
   * A second chair agrees to the list as it was frozen.
   * @throws Refusal 409 `list.settled`, `list.second.same`, `list.second.organisationUnknown`,
   *   `list.second.organisationSame`; 409 `list.other` when it is not the list that was seen; 409 `list.stopped`
   */
  async confirm(actor: Actor, id: string, seenHash: string): Promise<ReleaseList> {
    const confirmedBy = chairOf(actor);
    return this.settle(actor, id, async (tx, list) => {
      if (list.listHash !== seenHash) throw new Refusal('conflict', 'list.other');
      const settings = await this.deciding.of(list.conferenceId, tx.manager);
      const organisations = await tx.manager.findBy(ChairOrganisation, {
        conferenceId: list.conferenceId,
        personId: In([list.createdBy, confirmedBy]),
      });
      const of = (personId: string) => ({
        personId,
        organisation: organisations.find((row) => row.personId === personId)?.organisation,
      });
      const problem = secondProblem(settings, of(list.createdBy), of(confirmedBy));
      if (problem) throw new Refusal('conflict', `list.second.${problem}`);
      const { changes } = await this.compared(tx, actor, list);
      if (changes.length > 0) return this.stopped(tx, actor, list, changes);
      await this.put(tx, actor, list, { confirmedBy, confirmedAt: tx.now }, 'confirmed');
      return null;
    });
  }

  /**
   * Releases the list as it was frozen, all or none.
   * @throws Refusal 409 `list.settled`, `list.unconfirmed`, and `list.stopped` with what has changed: the list is closed then
   */
  async release(actor: Actor, id: string): Promise<ReleaseList> {
    return this.settle(actor, id, (tx, list) => this.releaseIn(tx, actor, list));
  }

  private async releaseIn(tx: Tx, actor: Actor, list: ReleaseList): Promise<ListChange[] | null> {
    const settings = await this.deciding.of(list.conferenceId, tx.manager);
    if (settings.twoPersons && list.confirmedBy === null) throw new Refusal('conflict', 'list.unconfirmed');
    const { changes, rows } = await this.compared(tx, actor, list);
    if (changes.length > 0) return this.stopped(tx, actor, list, changes);
    const problems = releaseProblems(
      rows.map((row) => row.submissionId),
      new Map(rows.map((row) => [row.submissionId, row])),
      settings.textRequired,
    );
    if (problems.length > 0)
      throw new Refusal('conflict', 'release.changed', {
        fields: problems.map(({ index, submissionId, problem }) => ({
          field: `submissions[${index}]`,
          code: `release.${problem}`,
          value: submissionId,
        })),
      });
    const conference = await this.conferences.byId(list.conferenceId, tx.manager);
    const releaseId = await this.releases.announce(tx, actor, conference, rows, { list: list.id });
    await this.put(tx, actor, list, { status: 'released', releaseId, settledAt: tx.now }, 'released');
    return null;
  }

  /** Sets or takes away the time at which the list is released by itself. @throws Refusal 422 for a time that has passed */
  async schedule(actor: Actor, id: string, at: Date | null): Promise<ReleaseList> {
    const scheduledBy = chairOf(actor);
    return this.settle(actor, id, async (tx, list) => {
      if (at !== null && at <= tx.now) throw refuseField('at', 'past', undefined, at.toISOString());
      const change = { dueAt: at, scheduledBy: at === null ? null : scheduledBy };
      await this.put(tx, actor, list, change, at === null ? 'unscheduled' : 'scheduled');
      return null;
    });
  }

  /** Puts the list aside; the decisions stay pending. */
  async discard(actor: Actor, id: string): Promise<ReleaseList> {
    return this.settle(actor, id, async (tx, list) => {
      await this.put(tx, actor, list, { status: 'discarded', settledAt: tx.now }, 'discarded');
      return null;
    });
  }

  /**
   * Sends letters of the list to the chair who asks: one for each outcome, or those of one submission. Authors learn nothing.
   * @returns how many were sent
   */
  async tryOut(
    actor: Actor,
    conference: Conference,
    list: ReleaseList,
    submission?: string,
  ): Promise<number> {
    const personId = chairOf(actor);
    return this.work.run(async (tx) => {
      const rows = await this.standingOf(tx, actor, list);
      const chosen = submission
        ? rows.filter((row) => row.submissionId === submission)
        : OUTCOMES.flatMap((outcome) => rows.find((row) => row.outcome === outcome) ?? []);
      if (chosen.length === 0) throw notFound();
      const authors = await this.submissions.authors(
        chosen.map((row) => row.submissionId),
        tx.manager,
      );
      const letters = await this.releases.messages(tx.manager, conference, chosen, authors);
      const [own]: { address: string; name: string }[] = await tx.manager.query(
        `select a.address, p.name from person p join person_address a on a.person_id = p.id and a.is_primary where p.id = $1`,
        [personId],
      );
      if (!own) throw forbidden();
      const occasion = newId();
      const seen = new Set<string>();
      const messages: NewMessage[] = [];
      const previews = await this.outbox.previews(letters, tx.manager);
      for (const [index, letter] of letters.entries()) {
        if (!submission && seen.has(letter.subjectId)) continue;
        seen.add(letter.subjectId);
        const { subject, text } = previews[index]!;
        messages.push({
          kind: TEST_LETTER,
          conference: letter.conference,
          to: { personId, ...own },
          subjectId: letter.subjectId,
          occasion: `${occasion}-${messages.length}`,
          values: {
            letterTo: letter.to.name,
            letterSubject: subject,
            letter: text,
            listUrl: this.urlOf(conference, list.id),
          },
        });
      }
      await this.outbox.add(tx, messages);
      await this.audit.record(tx, actor, {
        conferenceId: list.conferenceId,
        action: 'release_list.tried',
        subject: ['release_list', list.id],
        after: { letters: messages.length },
      });
      return messages.length;
    });
  }

  /**
   * Letters of a list as they would be sent now, submission by submission, with why each author gets one or none.
   * @param after the last submission of the page before
   */
  async letters(
    actor: Actor,
    conference: Conference,
    list: ReleaseList,
    page: { after: string; limit: number },
  ): Promise<{ items: Letters[]; next: string | null }> {
    const lines: { id: string }[] = await this.db.query(
      `select submission_id as id from release_list_line where list_id = $1 and submission_id > $2
       order by submission_id limit $3`,
      [list.id, page.after, page.limit],
    );
    const ids = lines.map(({ id }) => id);
    const rows = await this.releases.standing(this.db.manager, actor, list.conferenceId, ids);
    const authors = await this.submissions.authors(ids);
    const messages = await this.releases.messages(this.db.manager, conference, rows, authors);
    const previews = await this.outbox.previews(messages);
    const shown: Letters[] = [];
    for (const row of rows) {
      const people = authors.get(row.submissionId) ?? [];
      const reasons = recipientReasons(people);
      const letters: Letters['letters'] = [];
      for (const [index, message] of messages.entries()) {
        if (message.subjectId !== row.submissionId) continue;
        const { subject, text } = previews[index]!;
        letters.push({ to: message.to, subject, text });
      }
      shown.push({
        submissionId: row.submissionId,
        title: row.title,
        outcome: row.outcome,
        letters,
        authors: people.map(({ name, position }, index) => ({ name, position, why: reasons[index]! })),
      });
    }
    return { items: shown, next: ids.length === page.limit ? ids.at(-1)! : null };
  }

  /** Whom a release was for: each author with the reason, and what became of the message; without the actor's own submissions. */
  async recipients(
    actor: Actor,
    conferenceId: string,
    releaseId: string,
    page: { after: string; limit: number },
  ): Promise<ReleaseRecipient[]> {
    return this.db.query(
      `select d.submission_id as "submissionId", d.outcome, r.position, r.why, coalesce(a.name, p.name) as name,
         m.id as "mailId", m.state
       from decision d join decision_release l on l.id = d.release_id join submission s on s.id = d.submission_id
       join decision_recipient r on r.decision_id = d.id join person p on p.id = r.person_id
       left join submission_author a on a.submission_id = d.submission_id and a.person_id = r.person_id
       left join mail_message m on m.subject_id = d.submission_id and m.kind = 'decision_' || d.outcome
         and m.occasion = 'decision-v' || d.version and m.resend_of is null and m.recipient_id = r.person_id and r.why = 'author'
       where l.id = $2 and l.conference_id = $1 and not ${ownedBy('s', '$3')}
         and d.submission_id || ' ' || lpad(r.position::text, 4, '0') > $4
       order by d.submission_id || ' ' || lpad(r.position::text, 4, '0') limit $5`,
      [conferenceId, releaseId, actor.personId, page.after, page.limit],
    );
  }

  /** For which organisations the chairs of a conference act. */
  async organisations(conferenceId: string): Promise<Map<string, string>> {
    const rows = await this.db.manager.findBy(ChairOrganisation, { conferenceId });
    return new Map(rows.map((row) => [row.personId, row.organisation]));
  }

  /** Writes down for which organisation a chair acts. @throws Refusal 404 for whoever is no chair */
  async actsFor(actor: Actor, conference: Conference, input: ChairOrganisationDto): Promise<void> {
    await this.work.run(async (tx) => {
      const holders = await this.people.holders(conference.id);
      const isChair = holders.some((row) => row.personId === input.person && row.role === 'chair');
      if (!isChair) throw notFound();
      const key = { conferenceId: conference.id, personId: input.person };
      if (input.organisation)
        await tx.manager.upsert(ChairOrganisation, { ...key, organisation: input.organisation }, [
          'conferenceId',
          'personId',
        ]);
      else await tx.manager.delete(ChairOrganisation, key);
      await this.audit.record(tx, actor, {
        conferenceId: conference.id,
        action: 'chair.organisation_changed',
        subject: ['person', input.person],
        after: { known: Boolean(input.organisation) },
      });
    });
  }

  /** Ids of the lists whose time has come. */
  async due(now: Date): Promise<string[]> {
    const rows: { id: string }[] = await this.db.query(
      `select id from release_list where status = 'open' and due_at <= $1 order by due_at, id limit 100`,
      [now],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Releases a list whose time has come, in the name of the chair who set the time; where that cannot be, the chairs are told.
   * Any number of workers may try at once.
   */
  async releaseDue(id: string): Promise<void> {
    await this.work.run(async (tx) => {
      const list = await this.lock(tx, id);
      if (list.status !== 'open' || !list.dueAt || list.dueAt > tx.now || !list.scheduledBy) return;
      const actor = personActor(list.scheduledBy, [], 'schedule');
      const conference = await this.conferences.byId(list.conferenceId, tx.manager);
      const holders = await this.people.holders(list.conferenceId);
      const stands = holders.some((row) => row.personId === list.scheduledBy && row.role === 'chair');
      let unconfirmed = !stands;
      let changes: ListChange[] | null = null;
      if (stands) {
        await tx.manager.query('savepoint due');
        try {
          changes = await this.releaseIn(tx, actor, list);
        } catch (error) {
          // What is refused leaves nothing behind: the list stays open, without its time.
          if (!(error instanceof Refusal)) throw error;
          await tx.manager.query('rollback to savepoint due');
          unconfirmed = true;
        }
      }
      if (unconfirmed) await this.put(tx, actor, list, { dueAt: null, scheduledBy: null }, 'unscheduled');
      if (unconfirmed || changes) await this.tellChairs(tx, conference, list, changes ?? [], unconfirmed);
    });
  }

  private async tellChairs(
    tx: Tx,
    conference: Conference,
    list: ReleaseList,
    changes: readonly ListChange[],
    unconfirmed: boolean,
  ): Promise<void> {
    const chairs: { personId: string; name: string; address: string }[] = await tx.manager.query(
      `select p.id as "personId", p.name, a.address from role_grant g join person p on p.id = g.person_id
       join person_address a on a.person_id = p.id and a.is_primary join release_list l on l.id = $2
       where g.conference_id = $1 and g.role = 'chair' and g.revoked_at is null and ${maySeeList('l', 'p.id')}`,
      [conference.id, list.id],
    );
    await this.outbox.add(
      tx,
      chairs.map((to) => ({
        kind: RELEASE_STOPPED,
        conference: { id: conference.id, name: conference.name, contactAddress: conference.contactAddress },
        to,
        subjectId: list.id,
        occasion: `v${list.version}`,
        values: {
          size: list.size,
          changed: changes.length,
          unconfirmed,
          listUrl: this.urlOf(conference, list.id),
        },
      })),
    );
  }

  private urlOf(conference: Conference, listId: string): string {
    return `${this.config.publicUrl}/conferences/${conference.slug}/organise/decisions/lists/${listId}`;
  }

  /**
   * One change of an open list, under its lock. What stops it is kept, and refused after the commit.
   * @throws Refusal 409 `list.settled` when it is not open any more
   */
  private async settle(
    actor: Actor,
    id: string,
    act: (tx: Tx, list: ReleaseList) => Promise<ListChange[] | null>,
  ): Promise<ReleaseList> {
    const list = await this.work.run(async (tx) => {
      await this.idempotency.once(tx, actor, async () => {
        const locked = await this.lock(tx, id);
        if (locked.status !== 'open')
          throw new Refusal('conflict', 'list.settled', { values: { status: locked.status } });
        await act(tx, locked);
        return id;
      });
      return tx.manager.findOneByOrFail(ReleaseList, { id });
    });
    if (list.status === 'stopped') throw stoppedBy(list.changes);
    return list;
  }

  private async lock(tx: Tx, id: string): Promise<ReleaseList> {
    const list = await tx.manager.findOne(ReleaseList, {
      where: { id },
      lock: { mode: 'pessimistic_write' },
    });
    if (!list) throw notFound();
    return list;
  }

  /** The decisions of a list as they stand, under lock, and what differs from what was frozen. */
  private async compared(
    tx: Tx,
    actor: Actor,
    list: ReleaseList,
  ): Promise<{ rows: StandingRow[]; changes: ListChange[] }> {
    const lines = await tx.manager.find(ReleaseListLine, {
      where: { listId: list.id },
      order: { submissionId: 'ASC' },
    });
    const ids = lines.map(({ submissionId }) => submissionId);
    const rows = await this.releases.standing(tx.manager, actor, list.conferenceId, ids, true);
    return { rows, changes: changesOf(lines, new Map(rows.map((row) => [row.submissionId, row]))) };
  }

  private async standingOf(tx: Tx, actor: Actor, list: ReleaseList): Promise<StandingRow[]> {
    const lines = await tx.manager.findBy(ReleaseListLine, { listId: list.id });
    const ids = lines.map(({ submissionId }) => submissionId);
    return this.releases.standing(tx.manager, actor, list.conferenceId, ids);
  }

  private async stopped(
    tx: Tx,
    actor: Actor,
    list: ReleaseList,
    changes: ListChange[],
  ): Promise<ListChange[]> {
    await this.put(tx, actor, list, { status: 'stopped', changes, settledAt: tx.now }, 'stopped');
    return changes;
  }

  private async put(
    tx: Tx,
    actor: Actor,
    list: ReleaseList,
    change: Partial<ReleaseList>,
    act: string,
  ): Promise<void> {
    await tx.manager.update(ReleaseList, { id: list.id }, { ...change, version: list.version + 1 });
    await this.audit.record(tx, actor, {
      conferenceId: list.conferenceId,
      action: `release_list.${act}`,
      subject: ['release_list', list.id],
      before: { status: list.status },
      after: {
        status: change.status ?? list.status,
        listHash: list.listHash,
        ...(change.dueAt && { dueAt: change.dueAt.toISOString() }),
        ...(change.releaseId && { release: change.releaseId }),
        ...(change.changes && { changed: change.changes.length }),
      },
    });
  }
}

/** One author of one announced decision. */
export interface ReleaseRecipient {
  submissionId: string;
  outcome: Outcome;
  position: number;
  why: RecipientReason;
  name: string;
  mailId: string | null;
  state: string | null;
}

/** What stopped a list, line by line. */
const stoppedBy = (changes: readonly ListChange[]): Refusal =>
  new Refusal('conflict', 'list.stopped', {
    fields: changes.map(({ submissionId, change }, index) => ({
      field: `submissions[${index}]`,
      code: `listChange.${change}`,
      value: submissionId,
    })),
  });
