import { Inject, Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, type EntityManager } from 'typeorm';
import { SignIn, type ConfirmedListener } from '../accounts/sign-in.service.js';
import type { AuditEntry } from '../audit/audit-entry.entity.js';
import { Audit, hashOfEntry, type Change } from '../audit/audit.service.js';
import { Receipts } from '../audit/receipts.js';
import { windowState } from '../conferences/deadline.js';
import { Call } from '../conferences/call.entity.js';
import { Conference } from '../conferences/conference.entity.js';
import { Deciding } from '../conferences/deciding-settings.service.js';
import type { ReviewingStarted } from '../conferences/ports.js';
import { Topic } from '../conferences/topic.entity.js';
import { openingsOf, type Promises } from '../conferences/who-sees-whom.js';
import { MailKinds } from '../mail/kinds.js';
import { Outbox } from '../mail/outbox.service.js';
import { People, type FoundPerson } from '../people/people.service.js';
import { opened, PersonKeys, type KeyDestroyedListener, type PersonKey } from '../people/person-keys.js';
import { Protection, type IdentityChange, type NameHolder } from '../people/protection.service.js';
import { isStandIn } from '../people/stand-in.js';
import { normaliseEmail } from '../people/email.js';
import { normaliseOrcid } from '../people/orcid.js';
import { normaliseRor } from '../people/ror.js';
import { personActor, type Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config.js';
import { fold } from '../platform/fold.js';
import { Idempotency } from '../platform/idempotency.js';
import { newCode, newId } from '../platform/ids.js';
import { notFound, Refusal } from '../platform/refusal.js';
import { Port } from '../platform/port.js';
import { sha256 } from '../platform/text.js';
import { Work, type Tx } from '../platform/work.js';
import { NamedConflicts } from './named-conflicts.service.js';
import type {
  AuthorDto,
  CreateSubmissionDto,
  NamedConflictDto,
  SubmissionDto,
  WithdrawDto,
} from './submission.dto.js';
import { Paper } from './paper.entity.js';
import type { AuthorsChanged, Withdrawn } from './ports.js';
import { changedFields, REVISABLE } from './revising-rules.js';
import { Submission, SubmissionAuthor, SubmissionTopic, SubmissionVersion } from './submission.entity.js';
import { authorMails, SUBMISSION_MAILS } from './submission-mails.js';
import { EDITABLE, problemsBeforeSubmitting, problemsInDraft } from './submission-rules.js';
import { canMove, type Status } from './submission-states.js';
import { NO_WORDS, withWords, type AuthorWords } from './author-words.js';
import type { ShownAuthor, WholeSubmission } from './submission.view.js';
import { countWords } from './words.js';

/** When an author joined: who was there before keeps what was said of that, others join now. */
function joined(
  personId: string | undefined,
  joining: { before: readonly SubmissionAuthor[]; at: Date } | undefined,
): Pick<SubmissionAuthor, 'joinedAt' | 'joinedSeenAt'> {
  const former = joining?.before.find((row) => row.personId === personId);
  if (!joining || former)
    return { joinedAt: former?.joinedAt ?? null, joinedSeenAt: former?.joinedSeenAt ?? null };
  return { joinedAt: joining.at, joinedSeenAt: null };
}

/** A guest's submission waits this long for its address to be confirmed. */
const HELD_DAYS = 7;
const CODE_TRIES = 5;

/** Content of a submission as it is written: cleaned, counted, its people not yet found. */
interface Content {
  title: string;
  abstract: string;
  topics: string[];
  authors: NamedAuthor[];
  /** As given; null where it is the floor's. */
  language: string | null;
  namedConflicts: NamedConflictDto[];
}

type NamedAuthor = AuthorDto & { name: string };

/** What a line of authors is sealed as: words of a draft, and what stood there before its author was protected. */
/** What the words of a draft's author are sealed as, under the key of whoever writes it. */
export const DRAFTED = 'drafted author';
/** What an author's line said before its person was protected is sealed as, under their own key. */
export const NAMED = 'named author';

const isDrafted = (row: SubmissionAuthor): boolean => row.personId === null && row.secret !== null;

const readable = (row: SubmissionAuthor, key: PersonKey | null | undefined): ShownAuthor =>
  withWords(row, isDrafted(row) ? opened(key ?? null, DRAFTED, row.secret) : undefined);

const wordsIn = ({ name, nativeName, orcid }: SubmissionAuthor) => ({ name, nativeName, orcid });

const wordsOf = (author: NamedAuthor): AuthorWords => ({
  name: author.name,
  nativeName: author.nativeName ?? null,
  email: author.email ?? null,
  orcid: author.orcid ?? null,
  publicName: author.publicName ?? null,
  protect: author.protect ?? author.publicName !== undefined,
});

/** The public name that is asked for; whoever writes one down is protected, whether or not they also say so. */
const wishOf = ({ publicName }: NamedAuthor): string | undefined => publicName;

/** The line of somebody protected without an address, who is known by the place alone. */
const keptIn = (before: readonly ShownAuthor[], { email, name }: NamedAuthor): ShownAuthor | undefined =>
  email
    ? undefined
    : before.find(
        (row) => row.protected && row.personId !== null && row.address === null && row.name === name,
      );

/** The first author with the same address: it belongs to them. */
function firstWith(authors: readonly NamedAuthor[], { email }: NamedAuthor): number {
  const identity = email && normaliseEmail(email);
  return authors.findIndex((author) => email && author.email && normaliseEmail(author.email) === identity);
}

/** Abstracts: the only writer of their tables. */
@Injectable()
export class Submissions implements ConfirmedListener, ReviewingStarted, NameHolder, KeyDestroyedListener {
  /** Called when somebody is an author of what is handed in, or no longer. */
  readonly authorsChanged = new Port<AuthorsChanged>();
  /** Called when an author withdraws what was handed in. */
  readonly withdrawn = new Port<Withdrawn>();

  constructor(
    private readonly db: DataSource,
    private readonly work: Work,
    private readonly audit: Audit,
    private readonly deciding: Deciding,
    private readonly receipts: Receipts,
    private readonly people: People,
    private readonly protection: Protection,
    private readonly keys: PersonKeys,
    private readonly signIn: SignIn,
    private readonly outbox: Outbox,
    private readonly idempotency: Idempotency,
    private readonly namedConflicts: NamedConflicts,
    @Inject(CONFIG) private readonly config: Config,
    kinds: MailKinds,
  ) {
    kinds.register(...SUBMISSION_MAILS);
  }

  /**
   * Starts a draft or submits at once. A guest's submission counts from the click and is held until the
   * corresponding author confirms the address.
   * @throws Refusal 422 `call.closed`, `call.notOpen`, or `fields` with everything that is missing or wrong.
   */
  async create(actor: Actor, conference: Conference, dto: CreateSubmissionDto): Promise<WholeSubmission> {
    // What was written is known without reading it again; a repeat is read.
    let made: WholeSubmission | undefined;
    const id = await this.work.run(async (tx) => {
      const { id: created } = await this.idempotency.once(tx, actor, async () => {
        const call = await this.openCall(tx, actor, conference.id);
        const content = this.content(dto);
        content.language = await this.knownLanguage(tx, content, call, null);
        const topics = await this.knownTopics(tx, conference.id, content.topics);
        await this.check(tx, content, dto.status === 'submitted', call);
        const submitted = dto.status === 'submitted';
        const people = submitted ? await this.peopleOf(tx, actor, content.authors) : [];
        const guest = actor.personId === null ? await this.guestOf(tx, actor, content.authors, people) : null;
        const creator = actor.personId ?? guest!.personId;
        const { submission, entry } = await this.insert(
          tx,
          conference,
          call,
          content,
          people,
          dto.status,
          creator,
          actor,
        );
        const authors = await this.writeAuthors(tx, submission, content.authors, people);
        await this.writeTopics(tx, submission.id, topics);
        const named = await this.namedConflicts.write(tx, submission.id, content.namedConflicts);
        if (dto.status === 'submitted') await this.keepVersion(tx, actor, submission);
        await this.audit.write(tx, entry);
        if (submitted) await this.tellOfAuthors(tx, actor, submission.id, authors);
        if (guest)
          await this.signIn.mailLink(
            tx,
            guest.address,
            guest.typed,
            `/submissions/${submission.id}${dto.status === 'draft' ? '/edit' : ''}`,
          );
        else if (submission.status === 'submitted')
          await this.outbox.add(
            tx,
            authorMails('submission_receipt', { submission, conference, authors }, this.config.publicUrl),
          );
        const hidesAuthors = openingsOf(call).authors !== 'start';
        made = { submission, slug: conference.slug, hidesAuthors, topics, authors, namedConflicts: named };
        return submission.id;
      });
      return created;
    });
    return made?.submission.id === id ? made : (await this.whole([await this.one(id)]))[0]!;
  }

  /**
   * Changes the text, topics or authors while the call is open; what is not given stays.
   * A submitted abstract stays complete, and its authors get a new receipt. With `thenSubmit` a draft is handed in
   * in the same transaction.
   */
  async update(actor: Actor, id: string, dto: SubmissionDto, thenSubmit = false): Promise<Submission> {
    await this.work.run(async (tx) => {
      if (thenSubmit) await this.idempotency.once(tx, actor, () => this.change(tx, actor, id, dto, true));
      else await this.change(tx, actor, id, dto, false);
    });
    return this.one(id);
  }

  private async change(
    tx: Tx,
    actor: Actor,
    id: string,
    dto: SubmissionDto,
    thenSubmit: boolean,
  ): Promise<string> {
    const submission = await this.lockSeen(tx, actor, id);
    const revising = REVISABLE.includes(submission.status as Status) && !thenSubmit;
    if (!revising && !EDITABLE.includes(submission.status))
      throw new Refusal('conflict', 'submission.notEditable', { values: { status: submission.status } });
    const whole = (await this.whole([submission], tx.manager))[0]!;
    const call = revising
      ? await this.revisable(tx, actor, whole, dto)
      : await this.openCall(tx, actor, submission.conferenceId);
    const content = this.content(dto, whole);
    content.language = await this.knownLanguage(tx, content, call, submission.language);
    const topics = await this.knownTopics(tx, submission.conferenceId, content.topics, whole.topics);
    await this.check(tx, content, thenSubmit || submission.status !== 'draft', call, {
      id,
      authors: whole.authors,
    });
    const isDraft = submission.status === 'draft' && !thenSubmit;
    const rewritten = dto.authors !== undefined || thenSubmit;
    const people =
      rewritten && !isDraft ? await this.peopleOf(tx, actor, content.authors, whole.authors) : [];
    const next: Submission = {
      ...submission,
      ...this.text(content),
      language: content.language,
      searchText: this.searchText(content, isDraft ? [] : rewritten ? people : content.authors),
      // Handing in counts the version by itself.
      version: submission.version + (thenSubmit ? 0 : 1),
      updatedAt: tx.now,
    };
    const entry = this.audit.prepare(tx, actor, {
      conferenceId: submission.conferenceId,
      action: 'submission.changed',
      subject: ['submission', id],
      before: { version: submission.version, ...(await this.saltedHash(tx, submission)) },
      after: { version: next.version, words: next.wordCount, ...(await this.saltedHash(tx, next)) },
    });
    const handedIn = submission.status === 'submitted' || revising;
    if (handedIn) next.receipt = await this.receipt(tx, actor, next, entry);
    await tx.manager.update(Submission, { id }, next);
    if (rewritten) {
      const before = await tx.manager.findBy(SubmissionAuthor, { submissionId: id });
      await tx.manager.delete(SubmissionAuthor, { submissionId: id });
      await this.writeAuthors(
        tx,
        thenSubmit ? { ...next, status: 'submitted' } : next,
        content.authors,
        people,
        revising ? { before, at: tx.now } : undefined,
      );
    }
    if (dto.namedConflicts) await this.namedConflicts.write(tx, id, content.namedConflicts);
    if (dto.topics) {
      await tx.manager.delete(SubmissionTopic, { submissionId: id });
      await this.writeTopics(tx, id, topics);
    }
    if (handedIn) {
      await this.keepVersion(tx, actor, next);
      await this.audit.write(tx, entry);
    } else if (thenSubmit) await this.move(tx, actor, id, 'submitted');
    if (!isDraft && (rewritten || dto.namedConflicts))
      await this.tellOfAuthors(tx, actor, id, [...whole.authors, ...people]);
    if ((thenSubmit || submission.status === 'submitted') && !submission.heldUntil)
      await this.sendReceipts(tx, [id]);
    if (revising) await this.mailAuthors(tx, 'submission_changed', [id]);
    return id;
  }

  private tellOfAuthors(
    tx: Tx,
    actor: Actor,
    id: string,
    authors: readonly { personId: string | null }[],
  ): Promise<void> {
    const persons = [...new Set(authors.map(({ personId }) => personId))].filter((person) => person !== null);
    return this.authorsChanged.each((listener) => listener.authorsChanged(tx, actor, id, persons));
  }

  /**
   * Whether what is accepted may be changed like this: within the fields and the time that the conference has set. Conflicts of
   * interest are not looked at again, because the reviewing is over; authors who join are shown to the organisers.
   * @returns the call, whose word limit holds on
   * @throws Refusal 409 `submission.notEditable`, 422 `submission.revisingOver`, or `fields` naming what may not be changed
   */
  private async revisable(tx: Tx, actor: Actor, whole: WholeSubmission, dto: SubmissionDto): Promise<Call> {
    const { conferenceId, status } = whole.submission;
    const { editFields, editUntil } = await this.deciding.of(conferenceId, tx.manager);
    if (editFields.length === 0)
      throw new Refusal('conflict', 'submission.notEditable', { values: { status } });
    if (editUntil !== null && tx.arrival(actor) >= editUntil)
      throw new Refusal('rule', 'submission.revisingOver', { values: { until: editUntil } });
    const fixed = changedFields(whole, dto).filter((field) => !editFields.includes(field));
    if (fixed.length > 0)
      throw new Refusal('rule', 'fields', { fields: fixed.map((field) => ({ field, code: 'fixed' })) });
    return tx.manager.findOneByOrFail(Call, { conferenceId });
  }

  /** An organiser has looked at the authors who joined after the decision. */
  async seeJoined(actor: Actor, submission: Submission): Promise<void> {
    await this.work.run(async (tx) => {
      const [, count] = await tx.manager.query<[unknown, number]>(
        `update submission_author set joined_seen_at = $2
         where submission_id = $1 and joined_at is not null and joined_seen_at is null`,
        [submission.id, tx.now],
      );
      if (count > 0)
        await this.audit.record(tx, actor, {
          conferenceId: submission.conferenceId,
          action: 'submission.joined_authors_seen',
          subject: ['submission', submission.id],
          after: { authors: count },
        });
    });
  }

  /** Hands a complete draft in. @throws Refusal 422 with everything that is missing. */
  async submit(actor: Actor, id: string): Promise<Submission> {
    return this.update(actor, id, {}, true);
  }

  /**
   * Everything that would keep these words from being submitted now, as those of `id` where that is there already; writes nothing.
   * @throws Refusal as submitting would
   */
  async rehearse(actor: Actor, conferenceId: string, dto: SubmissionDto, id?: string): Promise<void> {
    await this.work.run(async (tx) => {
      const call = await this.openCall(tx, actor, conferenceId);
      const content = this.content(dto);
      await this.knownLanguage(tx, content, call, null);
      await this.knownTopics(tx, conferenceId, content.topics);
      await this.check(tx, content, true, call, id === undefined ? undefined : { id, authors: [] });
    });
  }

  /** Withdraws at any stage before publication and after it; everybody concerned is told. */
  async withdraw(actor: Actor, id: string, dto: WithdrawDto): Promise<Submission> {
    await this.work.run(async (tx) => {
      const submission = await this.lockSeen(tx, actor, id);
      await this.move(tx, actor, id, 'withdrawn', { reason: dto.reason ?? '' });
      if (submission.status === 'draft') return;
      await this.mailAuthors(tx, 'submission_withdrawn', [id]);
      if (submission.heldUntil !== null) return;
      const now = await this.lock(tx, id);
      await this.withdrawn.each((listener) =>
        listener.withdrawn(tx, actor, now, submission.status as Status),
      );
    });
    return this.one(id);
  }

  /** Takes a withdrawal back while the call is open. */
  async restore(actor: Actor, id: string): Promise<Submission> {
    await this.work.run(async (tx) => {
      const submission = await this.lockSeen(tx, actor, id);
      if (submission.status !== 'withdrawn')
        throw new Refusal('conflict', 'state', { values: { from: submission.status, to: 'restored' } });
      await this.openCall(tx, actor, submission.conferenceId);
      await this.move(tx, actor, id, submission.formerStatus as Status);
    });
    return this.one(id);
  }

  /**
   * The one door through which a submission changes state: locks the row, checks the table of transitions, writes,
   * keeps the history and the record.
   * @throws Refusal 409 `state` naming both states; 404.
   */
  async move(
    tx: Tx,
    actor: Actor,
    id: string,
    to: Status,
    details: { reason?: string } = {},
  ): Promise<Submission> {
    const from = await this.lock(tx, id);
    const status = from.status as Status;
    const allowed = status === 'withdrawn' ? to === from.formerStatus : canMove(status, to);
    if (!allowed) throw new Refusal('conflict', 'state', { values: { from: status, to } });
    const withdrawn = to === 'withdrawn';
    const next: Submission = {
      ...from,
      status: to,
      version: from.version + 1,
      updatedAt: tx.now,
      submittedAt: to === 'submitted' && status === 'draft' ? tx.arrival(actor) : from.submittedAt,
      withdrawnAt: withdrawn ? tx.now : null,
      withdrawalReason: withdrawn ? (details.reason ?? null) : null,
      formerStatus: withdrawn ? status : null,
    };
    const entry = this.audit.prepare(tx, actor, {
      conferenceId: from.conferenceId,
      action: `submission.${to}`,
      subject: ['submission', id],
      before: { status },
      after: { status: to, ...(await this.saltedHash(tx, next)) },
    });
    if (to === 'submitted') next.receipt = await this.receipt(tx, actor, next, entry);
    await tx.manager.update(Submission, { id }, next);
    await this.keepVersion(tx, actor, next);
    await this.audit.write(tx, entry);
    return next;
  }

  /**
   * {@link move} for many submissions at once in a fixed number of statements, all or none; for decisions and the start of
   * reviewing, never for withdrawals.
   * @throws Refusal 409 `state` naming the first that may not move; 404 when one is not there.
   */
  async moveAll(tx: Tx, actor: Actor, moves: ReadonlyMap<string, Status>): Promise<void> {
    if (moves.size === 0) return;
    const ids = [...moves.keys()];
    const rows: {
      id: string;
      status: Status;
      conferenceId: string;
      textHash: string;
      createdBy: string;
      dataKey: string | null;
    }[] = await tx.manager.query(
      `select s.id, s.status, s.conference_id as "conferenceId", s.text_hash as "textHash", s.created_by as "createdBy",
         p.data_key as "dataKey"
       from submission s join person p on p.id = s.created_by where s.id = any($1) order by s.id for update of s`,
      [ids],
    );
    for (const row of rows) this.keys.meet(tx, row.createdBy, row.dataKey);
    if (rows.length !== moves.size) throw notFound();
    for (const { id, status } of rows) {
      const to = moves.get(id)!;
      if (status === 'withdrawn' || to === 'withdrawn' || status === 'draft' || !canMove(status, to))
        throw new Refusal('conflict', 'state', { values: { id, from: status, to } });
    }
    await tx.manager.query(
      `update submission s set status = m.status, version = s.version + 1, updated_at = $3
       from unnest($1::text[], $2::text[]) as m (id, status) where s.id = m.id`,
      [ids, [...moves.values()], tx.now],
    );
    await tx.manager.query(
      `insert into submission_version (submission_id, version, status, title, abstract, word_count, text_hash, at, by_person)
       select id, version, status, title, abstract, word_count, text_hash, $2, $3 from submission where id = any($1)`,
      [ids, tx.now, actor.personId],
    );
    const entries: Change[] = [];
    for (const row of rows)
      entries.push({
        conferenceId: row.conferenceId,
        action: `submission.${moves.get(row.id)!}`,
        subject: ['submission', row.id],
        before: { status: row.status },
        after: { status: moves.get(row.id)!, ...(await this.saltedHash(tx, row)) },
      });
    for (let from = 0; from < entries.length; from += 1000)
      await this.audit.record(tx, actor, ...entries.slice(from, from + 1000));
  }

  /** Takes every submitted abstract of a call into review; one whose address nobody has confirmed yet follows when it is. */
  async reviewingStarted(tx: Tx, actor: Actor, _conference: Conference, call: Call): Promise<void> {
    const rows = await tx.manager.find(Submission, {
      where: { callId: call.id, status: 'submitted', heldUntil: IsNull() },
      select: { id: true },
    });
    await this.moveAll(tx, actor, new Map(rows.map((row) => [row.id, 'under_review'])));
  }

  /** The person has confirmed an address: what they submitted as a guest stands, and the receipts go out. */
  async confirmHeld(tx: Tx, personId: string): Promise<void> {
    const [held] = (await tx.manager.query(
      `update submission s set held_until = null from call c
       where s.created_by = $1 and s.held_until is not null and c.id = s.call_id
       returning s.id, s.status, c.reviewing_since is not null as late`,
      [personId],
    )) as [{ id: string; status: string; late: boolean }[], number];
    await this.nameConfirmed(
      tx,
      personId,
      held.map((row) => row.id),
    );
    await this.sendReceipts(
      tx,
      held.map((row) => row.id),
    );
    const late = held.filter((row) => row.late && row.status === 'submitted');
    await this.moveAll(
      tx,
      personActor(personId, [], 'sign-in'),
      new Map(late.map((row) => [row.id, 'under_review'])),
    );
  }

  async one(id: string): Promise<Submission> {
    const submission = await this.db.manager.findOneBy(Submission, { id });
    if (!submission) throw notFound();
    return submission;
  }

  /** Authors of several submissions, in order, in one statement. */
  async authors(
    ids: readonly string[],
    manager: EntityManager = this.db.manager,
  ): Promise<Map<string, SubmissionAuthor[]>> {
    const map = new Map<string, SubmissionAuthor[]>(ids.map((id) => [id, []]));
    if (ids.length === 0) return map;
    const rows = await manager.find(SubmissionAuthor, {
      where: { submissionId: In([...ids]) },
      order: { submissionId: 'ASC', position: 'ASC' },
    });
    for (const row of rows) map.get(row.submissionId)!.push(row);
    return map;
  }

  /** Submissions with their authors, topics and what is needed of conference and call: four statements for any number of rows. */
  async whole(
    submissions: readonly Submission[],
    manager: EntityManager = this.db.manager,
  ): Promise<WholeSubmission[]> {
    if (submissions.length === 0) return [];
    const ids = submissions.map((submission) => submission.id);
    const authors = await this.authors(ids, manager);
    const topics = await manager.find(SubmissionTopic, { where: { submissionId: In(ids) } });
    const named = await this.namedConflicts.of(ids, manager);
    const calls: (Promises & { id: string; slug: string })[] = await manager.query(
      `select k.id, c.slug, k.blindness, k.authors_open as "authorsOpen", k.reviewers_open as "reviewersOpen",
         k.panel_open as "panelOpen" from call k join conference c on c.id = k.conference_id where k.id = any($1)`,
      [[...new Set(submissions.map((submission) => submission.callId))]],
    );
    const byId = new Map(calls.map((call) => [call.id, call]));
    const keys = new Map<string, PersonKey | null>();
    for (const { id, createdBy } of submissions)
      if (!keys.has(createdBy) && authors.get(id)!.some(isDrafted))
        keys.set(createdBy, await this.keys.forReading(createdBy, manager));
    return submissions.map((submission) => ({
      submission,
      slug: byId.get(submission.callId)!.slug,
      hidesAuthors: openingsOf(byId.get(submission.callId)!).authors !== 'start',
      authors: authors.get(submission.id)!.map((author) => readable(author, keys.get(submission.createdBy))),
      topics: topics.filter((topic) => topic.submissionId === submission.id).map((topic) => topic.topicId),
      namedConflicts: named.get(submission.id)!,
    }));
  }

  /** Places, from 1, of a submission's authors who have linked the iD that stands there by signing in at ORCID. */
  async withConfirmedOrcid(id: string): Promise<ReadonlySet<number>> {
    const rows: { position: number }[] = await this.db.query(
      `select a.position from submission_author a join person_orcid o on o.person_id = a.person_id and o.orcid = a.orcid
       where a.submission_id = $1`,
      [id],
    );
    return new Set(rows.map(({ position }) => position));
  }

  /** What the person has written or is an author of, newest first. */
  async mine(personId: string): Promise<Submission[]> {
    return this.db.manager
      .createQueryBuilder(Submission, 's')
      .where(
        `s.created_by = :personId or exists (select 1 from submission_author a
           where a.submission_id = s.id and a.person_id = :personId and s.submitted_at is not null)`,
        { personId },
      )
      .orderBy('s.updated_at', 'DESC')
      .take(200)
      .getMany();
  }

  async history(id: string): Promise<SubmissionVersion[]> {
    return this.db.manager.find(SubmissionVersion, {
      where: { submissionId: id },
      order: { version: 'DESC' },
      take: 200,
    });
  }

  /** The row, held for the transaction. @throws Refusal 404 */
  async lock(tx: Tx, id: string): Promise<Submission> {
    const row = await tx.manager.findOne(Submission, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!row) throw notFound();
    return row;
  }

  /** Locks the row and makes sure that the actor has seen its latest version. */
  private async lockSeen(tx: Tx, actor: Actor, id: string): Promise<Submission> {
    const row = await this.lock(tx, id);
    if (actor.kind === 'system') return row;
    if (actor.request.seenVersion === undefined) throw new Refusal('malformed', 'version.missing');
    if (actor.request.seenVersion !== row.version)
      throw new Refusal('stale', 'stale', { values: { seen: actor.request.seenVersion, now: row.version } });
    return row;
  }

  /**
   * The conference's call, held open for the length of the transaction so that nobody slips past a moved deadline.
   * @throws Refusal 422 `call.closed`, `call.notOpen`
   */
  async openCall(tx: Tx, actor: Actor, conferenceId: string): Promise<Call> {
    const call = await tx.manager.findOne(Call, {
      where: { conferenceId },
      lock: { mode: 'pessimistic_read' },
    });
    if (!call) throw notFound();
    const arrival = tx.arrival(actor);
    const state = windowState(
      { opensAt: call.opensAt, closesAt: call.closesAt, graceMs: call.graceMinutes * 60_000 },
      arrival,
    );
    if (state === 'before') throw new Refusal('rule', 'call.notOpen', { values: { opensAt: call.opensAt } });
    if (state === 'closed')
      throw new Refusal('rule', 'call.closed', { values: { closesAt: call.closesAt, arrivedAt: arrival } });
    return call;
  }

  private content(dto: SubmissionDto, before?: WholeSubmission): Content {
    return {
      title: dto.title ?? before?.submission.title ?? '',
      abstract: dto.abstract ?? before?.submission.abstract ?? '',
      topics: dto.topics ?? [...(before?.topics ?? [])],
      authors:
        dto.authors?.map((author) => ({ ...author, name: author.name ?? '' })) ??
        (before?.authors ?? []).map((author) => ({
          name: author.name,
          ...(author.nativeName && { nativeName: author.nativeName }),
          ...(author.affiliation && { affiliation: author.affiliation }),
          ...(author.ror && { ror: author.ror }),
          ...(author.country && { country: author.country }),
          ...(author.address && { email: author.address }),
          ...(author.orcid && { orcid: author.orcid }),
          corresponding: author.corresponding,
          presenting: author.presenting,
          protect: author.protected,
          ...(author.publicName && { publicName: author.publicName }),
        })),
      language: dto.language ?? before?.submission.language ?? null,
      namedConflicts:
        dto.namedConflicts ??
        (before?.namedConflicts ?? []).map(({ name, affiliation, address, reason }) => ({
          name,
          ...(affiliation && { affiliation }),
          ...(address && { email: address }),
          reason,
        })),
    };
  }

  private async check(
    tx: Tx,
    content: Content,
    submitting: boolean,
    call: Call,
    before?: { id: string; authors: readonly ShownAuthor[] },
  ): Promise<void> {
    // Whoever is protected already is judged no more: their name is the public one.
    const authors = content.authors.map((author) =>
      keptIn(before?.authors ?? [], author) ? { ...author, protect: false, publicName: undefined } : author,
    );
    const candidate = { ...content, authors };
    const fields = [
      ...problemsInDraft(candidate),
      ...(submitting ? problemsBeforeSubmitting(candidate, call.wordLimit) : []),
    ];
    if (submitting && call.paper === 'required') {
      const there = before !== undefined && (await tx.manager.existsBy(Paper, { submissionId: before.id }));
      if (!there) fields.push({ field: 'paper', code: 'paper' });
    }
    if (fields.length > 0) throw new Refusal('rule', 'fields', { fields });
  }

  /**
   * The language of the text, null for the floor's. One that the call has given up may stay where it was chosen before.
   * @throws Refusal 422 `language`
   */
  private async knownLanguage(
    tx: Tx,
    { language }: Content,
    call: Call,
    before: string | null,
  ): Promise<string | null> {
    if (language === null || language === before) return language;
    const { floorLanguage } = await tx.manager.findOneByOrFail(Conference, { id: call.conferenceId });
    if (language === floorLanguage) return null;
    if (!call.languages.includes(language))
      throw new Refusal('rule', 'fields', {
        fields: [
          {
            field: 'language',
            code: 'language',
            limit: [floorLanguage, ...call.languages].join(', '),
            value: language,
          },
        ],
      });
    return language;
  }

  /** Topics of the conference; a retired one may stay where it was chosen before. */
  private async knownTopics(
    tx: Tx,
    conferenceId: string,
    ids: readonly string[],
    before: readonly string[] = [],
  ): Promise<string[]> {
    if (ids.length === 0) return [];
    const known = await tx.manager.find(Topic, {
      where: { id: In([...ids]), conferenceId },
      select: { id: true, retiredAt: true },
    });
    const fits = (id: string): boolean =>
      known.some((topic) => topic.id === id && (topic.retiredAt === null || before.includes(id)));
    const unknown = ids.findIndex((id) => !fits(id));
    if (unknown >= 0)
      throw new Refusal('rule', 'fields', {
        fields: [{ field: `topics[${unknown}]`, code: 'unknownTopic', value: ids[unknown]! }],
      });
    return [...ids];
  }

  private text(content: Content) {
    return {
      title: content.title,
      abstract: content.abstract,
      wordCount: countWords(content.abstract),
      textHash: sha256(`${content.title}\n${content.abstract}`),
    };
  }

  /** @param named the authors as rows name them; a draft is searched by nobody, and its authors are sealed */
  private searchText(content: Content, named: readonly { name: string }[]): string {
    return fold([content.title, ...named.map(({ name }) => name), content.abstract].join(' '));
  }

  /** The text's hash as the record has it: salted, so that it tells nothing once its writer's key is destroyed. */
  private async saltedHash(
    tx: Tx,
    { createdBy, textHash }: Pick<Submission, 'createdBy' | 'textHash'>,
  ): Promise<{ textHash?: string }> {
    const key = await this.keys.of(tx, createdBy);
    return key ? { textHash: key.salted(textHash) } : {};
  }

  private async insert(
    tx: Tx,
    conference: Conference,
    call: Call,
    content: Content,
    people: readonly FoundPerson[],
    status: 'draft' | 'submitted',
    createdBy: string,
    actor: Actor,
  ): Promise<{ submission: Submission; entry: AuditEntry }> {
    const row = {
      conferenceId: conference.id,
      callId: call.id,
      status,
      formerStatus: null,
      ...this.text(content),
      language: content.language,
      version: 1,
      createdBy,
      createdAt: tx.now,
      updatedAt: tx.now,
      submittedAt: status === 'submitted' ? tx.arrival(actor) : null,
      withdrawnAt: null,
      withdrawalReason: null,
      heldUntil: actor.kind === 'guest' ? new Date(tx.now.getTime() + HELD_DAYS * 86_400_000) : null,
      searchText: this.searchText(content, people),
    };
    for (let attempt = 0; attempt < CODE_TRIES; attempt += 1) {
      const submission: Submission = { id: newCode(conference.codePrefix), ...row, receipt: null };
      const entry = this.audit.prepare(tx, actor, {
        conferenceId: conference.id,
        action: `submission.${status === 'draft' ? 'drafted' : 'submitted'}`,
        subject: ['submission', submission.id],
        after: { status, words: row.wordCount, ...(await this.saltedHash(tx, row)) },
      });
      if (status === 'submitted') submission.receipt = await this.receipt(tx, actor, submission, entry);
      const result = await tx.manager
        .createQueryBuilder()
        .insert()
        .into(Submission)
        .values(submission)
        .orIgnore()
        .returning('id')
        .execute();
      if ((result.raw as unknown[]).length > 0) return { submission, entry };
    }
    throw new Error('no free code found');
  }

  private receipt(tx: Tx, actor: Actor, submission: Submission, entry: AuditEntry): Promise<string | null> {
    return this.receipts.sign(tx, {
      submission: submission.id,
      version: submission.version,
      arrived: tx.arrival(actor).toISOString(),
      words: submission.wordCount,
      text: submission.textHash,
      entry: entry.id,
      entryHash: hashOfEntry(entry),
    });
  }

  /** Whom a guest's submission belongs to: the corresponding author, who confirms the address. */
  private async guestOf(
    tx: Tx,
    actor: Actor,
    authors: readonly NamedAuthor[],
    people: readonly FoundPerson[],
  ): Promise<{ personId: string; address: string; typed: string }> {
    const index = authors.findIndex((author) => author.corresponding && author.email);
    const author = authors[index];
    if (!author?.email)
      throw new Refusal('rule', 'fields', {
        fields: [
          {
            field: `authors[${Math.max(
              0,
              authors.findIndex((one) => one.corresponding),
            )}].email`,
            code: 'correspondingEmail',
          },
        ],
      });
    const field = (): string => `authors[${index}].email`;
    const owner =
      people[firstWith(authors, author)] ??
      (await this.people.resolve(tx, [{ ...author, publicName: wishOf(author) }], field, actor))[0]!;
    const address = owner.address!;
    return { personId: owner.personId, address, typed: isStandIn(address) ? address : author.email };
  }

  /**
   * The people behind the authors of what is handed in. Whoever marks themselves as protected is so everywhere from now on.
   * @param before the authors as they stood: who is protected there keeps the name, whoever writes another one
   */
  private async peopleOf(
    tx: Tx,
    actor: Actor,
    authors: readonly NamedAuthor[],
    before: readonly ShownAuthor[] = [],
  ): Promise<FoundPerson[]> {
    await this.protectOwn(tx, actor, authors);
    // Two authors may share an address; it belongs to the first of them.
    const named = authors.map((author, index) => ({
      ...author,
      email: firstWith(authors, author) === index ? author.email : undefined,
      publicName: wishOf(author),
    }));
    const kept = authors.map((author) => keptIn(before, author));
    const asked = [...named.keys()].filter((index) => !kept[index]);
    const found = await this.people.resolve(
      tx,
      asked.map((index) => named[index]!),
      (place) => `authors[${asked[place]!}].email`,
      actor,
    );
    return authors.map((_author, index): FoundPerson => {
      const same = kept[index];
      if (same)
        return {
          personId: same.personId!,
          address: null,
          name: same.name,
          nativeName: null,
          orcid: null,
          protected: true,
        };
      const person = found[asked.indexOf(index)]!;
      const former = before.find(
        (row) => row.protected && row.address !== null && row.address === person.address,
      );
      return former && person.protected && person.personId !== actor.personId
        ? { ...person, name: former.name }
        : person;
    });
  }

  private async protectOwn(tx: Tx, actor: Actor, authors: readonly NamedAuthor[]): Promise<void> {
    if (actor.personId === null) return;
    for (const [index, author] of authors.entries()) {
      const address = author.publicName && author.email ? normaliseEmail(author.email) : undefined;
      const known = address && (await this.people.knownBy(address, tx.manager));
      if (known && known.personId === actor.personId && !known.protected)
        await this.protection.protect(
          tx,
          actor,
          known.personId,
          author.publicName!,
          `authors[${index}].publicName`,
        );
    }
  }

  /**
   * A draft's authors are only words, sealed under its writer's key; those of what is submitted are people.
   * @param people the people behind them, in their order; none for a draft
   * @param joining who was there, where those who were not are to be known as joined
   */
  private async writeAuthors(
    tx: Tx,
    submission: Submission,
    authors: readonly NamedAuthor[],
    people: readonly FoundPerson[],
    joining?: { before: readonly SubmissionAuthor[]; at: Date },
  ): Promise<ShownAuthor[]> {
    if (authors.length === 0) return [];
    const key = people.length === 0 ? await this.keys.of(tx, submission.createdBy) : null;
    const rows = authors.map((author, index): SubmissionAuthor => {
      const person = people[index];
      const sharing = people[firstWith(authors, author)];
      return {
        id: newId(),
        submissionId: submission.id,
        position: index + 1,
        personId: person?.personId ?? null,
        ...(person
          ? {
              name: person.name,
              nativeName: person.nativeName,
              address: (author.email ? sharing?.address : null) ?? null,
              orcid: person.protected ? null : ((author.orcid && normaliseOrcid(author.orcid)) ?? null),
              secret: null,
              protected: person.protected,
            }
          : { ...NO_WORDS, secret: key?.seal(DRAFTED, JSON.stringify(wordsOf(author))) ?? null }),
        affiliation: author.affiliation ?? null,
        // A draft keeps it as it is typed, so that it can be mended.
        ror: (person ? author.ror && normaliseRor(author.ror) : author.ror) ?? null,
        country: author.country ?? null,
        corresponding: author.corresponding ?? false,
        presenting: author.presenting ?? false,
        ...joined(person?.personId, joining),
      };
    });
    await tx.manager.insert(SubmissionAuthor, rows);
    return rows.map((row, index) =>
      withWords(row, row.personId === null ? JSON.stringify(wordsOf(authors[index]!)) : undefined),
    );
  }

  /** Whoever is protected and has confirmed what they sent as a guest stands there under their public name. */
  private async nameConfirmed(tx: Tx, personId: string, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await tx.manager.query(
      `update submission_author w set name = p.name, address = a.address
       from person p join person_address a on a.person_id = p.id and a.is_primary
       where w.submission_id = any($2) and w.person_id = $1 and w.protected and p.id = $1 and p.protected_at is not null`,
      [personId, ids],
    );
    await this.searchAnew(tx, ids);
  }

  /**
   * Somebody goes by another name: the lines of authors hold it. What they held is sealed, and comes back when protection ends;
   * lines in which others named them under a name of its own stay.
   */
  async renamed(tx: Tx, change: IdentityChange): Promise<void> {
    const { personId, key, protects, name, addresses } = change;
    const rows = (await tx.manager.findBy(SubmissionAuthor, { personId })) as SubmissionAuthor[];
    const aliased: { alias: string }[] = await tx.manager.query(
      `select alias from address_alias where alias = any($1)`,
      [rows.map((row) => row.address)],
    );
    const own = rows.filter((row) => !aliased.some(({ alias }) => alias === row.address));
    for (const row of own) {
      const address = row.address === null ? null : (addresses.get(row.address) ?? row.address);
      const former = opened(key, NAMED, row.secret);
      await tx.manager.update(
        SubmissionAuthor,
        { id: row.id },
        protects
          ? {
              name,
              nativeName: null,
              orcid: null,
              address,
              protected: true,
              secret: row.protected ? row.secret : key.seal(NAMED, JSON.stringify(wordsIn(row))),
            }
          : {
              ...(former === undefined
                ? { name, nativeName: change.nativeName, orcid: change.orcid }
                : (JSON.parse(former) as ReturnType<typeof wordsIn>)),
              address,
              protected: false,
              secret: null,
            },
      );
    }
    await this.searchAnew(
      tx,
      own.map((row) => row.submissionId),
    );
    await this.namedConflicts.renamed(tx, change);
  }

  /** Authors of what was handed in to a conference. */
  async participants(conferenceId: string, manager: EntityManager): Promise<string[]> {
    const rows: { id: string }[] = await manager.query(
      `select distinct a.person_id as id from submission_author a join submission s on s.id = a.submission_id
       where s.conference_id = $1 and s.submitted_at is not null and s.held_until is null and a.person_id is not null`,
      [conferenceId],
    );
    return rows.map(({ id }) => id);
  }

  /** Nobody can read any more what is dropped here. */
  async keyDestroyed(tx: Tx, personId: string): Promise<void> {
    await tx.manager.query(
      `update submission_author set secret = null where secret is not null and (person_id = $1
         or (person_id is null and submission_id in (select id from submission where created_by = $1)))`,
      [personId],
    );
  }

  /** Searches find submissions by their authors as rows name them now. */
  private async searchAnew(tx: Tx, ids: readonly string[]): Promise<void> {
    const authors = await this.authors(ids, tx.manager);
    const rows = await tx.manager.find(Submission, {
      where: { id: In([...ids]) },
      select: { id: true, title: true, abstract: true },
    });
    for (const { id, title, abstract } of rows)
      await tx.manager.update(
        Submission,
        { id },
        { searchText: fold([title, ...authors.get(id)!.map(({ name }) => name), abstract].join(' ')) },
      );
  }

  private async writeTopics(tx: Tx, submissionId: string, topics: readonly string[]): Promise<void> {
    if (topics.length > 0)
      await tx.manager.insert(
        SubmissionTopic,
        topics.map((topicId) => ({ submissionId, topicId })),
      );
  }

  private async keepVersion(tx: Tx, actor: Actor, submission: Submission): Promise<void> {
    await tx.manager.insert(SubmissionVersion, {
      submissionId: submission.id,
      version: submission.version,
      status: submission.status,
      title: submission.title,
      abstract: submission.abstract,
      wordCount: submission.wordCount,
      textHash: submission.textHash,
      at: tx.now,
      byPerson: actor.personId,
    });
  }

  /** Receipts for what was just confirmed or changed, read anew. */
  private async sendReceipts(tx: Tx, ids: readonly string[]): Promise<void> {
    await this.mailAuthors(tx, 'submission_receipt', ids, ({ status }) => status === 'submitted');
  }

  /** One mail to every author with an address; two who share one get one. */
  private async mailAuthors(
    tx: Tx,
    kind: string,
    ids: readonly string[],
    which: (submission: Submission) => boolean = () => true,
  ): Promise<void> {
    if (ids.length === 0) return;
    const rows = (await tx.manager.findBy(Submission, { id: In([...ids]) })).filter(which);
    const authors = await this.authors(ids, tx.manager);
    const conferences = await tx.manager.findBy(Conference, { id: In(rows.map((row) => row.conferenceId)) });
    const messages = rows.flatMap((submission) => {
      const conference = conferences.find((one) => one.id === submission.conferenceId)!;
      return authorMails(
        kind,
        { submission, conference, authors: authors.get(submission.id)! },
        this.config.publicUrl,
      );
    });
    await this.outbox.add(tx, messages);
  }
}
