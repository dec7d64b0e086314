import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { opened, PersonKeys } from '../people/person-keys.js';
import { needlesOf, type ErasedPerson } from '../people/needles.js';
import {
  moveColumns,
  replaceWords,
  type Collision,
  type Holding,
  type PersonalData,
} from '../people/personal-data.js';
import type { Actor } from '../platform/actor.js';
import { fold } from '../platform/fold.js';
import { Storage } from '../platform/storage.js';
import { sha256 } from '../platform/text.js';
import type { Tx } from '../platform/work.js';
import { DRAFTED, NAMED, Submissions } from './submissions.service.js';
import { countWords } from './words.js';

/** Submissions that a person started or is an author of. */
const MINE = `(s.created_by = $1 or exists (select 1 from submission_author a where a.submission_id = s.id and a.person_id = $1))`;
/** Nobody else stands behind it. */
const ALONE = `not exists (select 1 from submission_author o where o.submission_id = s.id
  and o.person_id is distinct from $1 and not (o.person_id is null and o.address = any($2)))`;

/** Submissions, their authors and who made which version. */
@Injectable()
export class SubmissionsData implements PersonalData {
  readonly columns = [
    'submission.created_by',
    'submission_author.person_id',
    'submission_version.by_person',
    'paper.uploaded_by',
  ];

  constructor(
    private readonly db: DataSource,
    private readonly submissions: Submissions,
    private readonly keys: PersonKeys,
    private readonly storage: Storage,
  ) {}

  async exportOf(db: EntityManager, personId: string): Promise<Record<string, unknown[]>> {
    const key = await this.keys.forReading(personId, db);
    const authorOf: { secret: string | null }[] = await db.query(
      `select submission_id as submission, position, name, native_name as "nativeName", affiliation, ror, country, address, orcid,
         corresponding, presenting, secret
       from submission_author where person_id = $1 order by submission_id`,
      [personId],
    );
    return {
      submissions: await db.query(
        `select s.id, c.name as conference, s.status, s.title, s.abstract, s.word_count as words, s.text_hash as "textHash",
           s.created_at as "createdAt", s.submitted_at as "submittedAt", s.withdrawn_at as "withdrawnAt",
           s.withdrawal_reason as "withdrawalReason"
         from submission s join conference c on c.id = s.conference_id where ${MINE} order by s.created_at, s.id`,
        [personId],
      ),
      versions: await db.query(
        `select v.submission_id as submission, v.version, v.at, v.status, v.title, v.abstract, v.text_hash as "textHash",
           v.by_person is not distinct from $1 as "byYou"
         from submission_version v join submission s on s.id = v.submission_id where ${MINE} order by v.submission_id, v.version`,
        [personId],
      ),
      // What stood there before the person was protected is told to themselves.
      authorOf: authorOf.map(({ secret, ...row }) => {
        const before = opened(key, NAMED, secret);
        return before === undefined ? row : { ...row, sealed: JSON.parse(before) as unknown };
      }),
      papers: await db.query(
        `select p.submission_id as submission, p.version, p.pages, p.size, p.sha256, p.uploaded_at as "uploadedAt",
           p.uploaded_by = $1 as "byYou"
         from paper p join submission s on s.id = p.submission_id where ${MINE} order by p.submission_id, p.version`,
        [personId],
      ),
    };
  }

  async holdings(db: EntityManager, personId: string): Promise<Holding[]> {
    const rows: (Omit<Holding, 'kind' | 'fate'> & { status: string; alone: boolean })[] = await db.query(
      `select s.id, s.conference_id as "conferenceId", s.id as "submissionId", s.status, ${ALONE} as alone
       from submission s where ${MINE}`,
      [personId, await addressesOf(db, personId)],
    );
    return rows.map(({ status, alone, ...row }) => ({
      ...row,
      kind: status === 'draft' ? 'draft' : alone ? 'submission' : 'authorship',
      fate: status === 'draft' ? 'deleted' : 'emptied',
    }));
  }

  async namesOf(db: EntityManager, personId: string): Promise<string[]> {
    const rows: { name: string }[] = await db.query(
      `select distinct unnest(array[name, native_name]) as name from submission_author where person_id = $1`,
      [personId],
    );
    const key = await this.keys.forReading(personId, db);
    const sealed: { secret: string }[] = await db.query(
      `select secret from submission_author where person_id = $1 and secret is not null`,
      [personId],
    );
    const before = sealed.flatMap(({ secret }): (string | null)[] => {
      const words = JSON.parse(opened(key, NAMED, secret) ?? '{}') as Record<string, string | null>;
      return [words['name'] ?? null, words['nativeName'] ?? null];
    });
    return [...rows.map((row) => row.name), ...before.filter((name) => name !== null)];
  }

  /**
   * Drafts go. A submission of theirs alone is withdrawn, its text, in every version, replaced, and its papers deleted; its
   * decisions, reviews and entries stay. One with co-authors stays as it is, with its papers, without this author's name.
   */
  async erase(tx: Tx, actor: Actor, person: ErasedPerson): Promise<void> {
    await this.removePapers(
      tx,
      `select id from submission s where (status = 'draft' and created_by = $1) or (${MINE} and ${ALONE})`,
      [person.id, person.addresses],
    );
    await tx.manager.query(`delete from submission where status = 'draft' and created_by = $1`, [person.id]);
    const alone: { id: string; status: string }[] = await tx.manager.query(
      `select s.id, s.status from submission s where ${MINE} and ${ALONE} order by s.id for update`,
      [person.id, person.addresses],
    );
    for (const { id, status } of alone) {
      if (status !== 'withdrawn') await this.submissions.move(tx, actor, id, 'withdrawn', { reason: '' });
      const text = person.replacement;
      await tx.manager.query(
        `with emptied as (update submission_version set title = $2, abstract = $2, word_count = $3, text_hash = $4
           where submission_id = $1)
         update submission set title = $2, abstract = $2, word_count = $3, text_hash = $4, search_text = '',
           withdrawal_reason = '', updated_at = $5 where id = $1`,
        [id, text, countWords(text), sha256(`${text}\n${text}`), tx.now],
      );
    }
    const touched: { id: string; title: string; abstract: string; corresponding: boolean }[] =
      await tx.manager.query(
        `select s.id, s.title, s.abstract, a.corresponding from submission_author a join submission s on s.id = a.submission_id
         where a.person_id = $1 or a.address = any($2) order by s.id for update`,
        [person.id, person.addresses],
      );
    // Somebody else whom mail reaches becomes the corresponding author.
    await tx.manager.query(
      `update submission_author set corresponding = false
       where (person_id = $1 or address = any($2)) and corresponding and exists (select 1 from submission_author o
         where o.submission_id = submission_author.submission_id and o.address <> all($2))`,
      [person.id, person.addresses],
    );
    await tx.manager.query(
      `update submission_author a set corresponding = true from (
         select distinct on (o.submission_id) o.id from submission_author o
         where o.submission_id = any($1) and o.address <> all($2) and not exists (
           select 1 from submission_author c where c.submission_id = o.submission_id and c.corresponding)
         order by o.submission_id, o.position) next where a.id = next.id`,
      [touched.map(({ id }) => id), person.addresses],
    );
    await tx.manager.query(
      `update submission_author set person_id = null, name = $3, native_name = null, affiliation = null, ror = null, country = null,
         address = null, orcid = null, secret = null, protected = false where person_id = $1 or address = any($2)`,
      [person.id, person.addresses, person.replacement],
    );
    await tx.manager.query(`delete from named_conflict where address = any($1)`, [person.addresses]);
    await replaceWords(
      tx,
      ['named_conflict.name', 'named_conflict.reason', 'submission.withdrawal_reason'],
      needlesOf(person),
      person.replacement,
    );
    const authors = await this.submissions.authors(
      touched.map(({ id }) => id),
      tx.manager,
    );
    for (const { id, title, abstract } of touched)
      await tx.manager.query(`update submission set search_text = $2 where id = $1`, [
        id,
        fold([title, ...authors.get(id)!.map((author) => author.name), abstract].join(' ')),
      ]);
  }

  async collisions(db: EntityManager, fromId: string, intoId: string): Promise<Collision[]> {
    const rows: { id: string; conferenceId: string }[] = await db.query(
      `select s.id, s.conference_id as "conferenceId" from submission s
       join submission_author a on a.submission_id = s.id and a.person_id = $1
       join submission_author b on b.submission_id = s.id and b.person_id = $2 order by s.id`,
      [fromId, intoId],
    );
    return rows.map(({ id, conferenceId }) => ({
      code: 'coauthors',
      conferenceId,
      submissionId: id,
      solved: false,
    }));
  }

  async move(tx: Tx, _actor: Actor, fromId: string, intoId: string): Promise<void> {
    await this.sealAnew(tx, fromId, intoId);
    await moveColumns(tx, this.columns, fromId, intoId);
  }

  /** Drafts can be read with the key of the one who stays. */
  private async sealAnew(tx: Tx, fromId: string, intoId: string): Promise<void> {
    const rows: { id: string; secret: string }[] = await tx.manager.query(
      `select a.id, a.secret from submission_author a join submission s on s.id = a.submission_id
       where s.created_by = $1 and a.person_id is null and a.secret is not null for update of a`,
      [fromId],
    );
    if (rows.length === 0) return;
    const [from, into] = [await this.keys.of(tx, fromId), await this.keys.of(tx, intoId)];
    for (const { id, secret } of rows) {
      const words = opened(from, DRAFTED, secret);
      await tx.manager.query(`update submission_author set secret = $2 where id = $1`, [
        id,
        words === undefined ? null : (into?.seal(DRAFTED, words) ?? null),
      ]);
    }
  }

  private async removePapers(tx: Tx, which: string, parameters: unknown[]): Promise<void> {
    const [gone] = await tx.manager.query<[{ sha256: string; clean: string }[], number]>(
      `delete from paper where submission_id in (${which}) returning sha256, clean_sha256 as clean`,
      parameters,
    );
    tx.afterCommit(() =>
      this.forget([...new Set(gone.flatMap(({ sha256: whole, clean }) => [whole, clean]))]),
    );
  }

  /** Equal files are kept once: one that something else leads to stays. */
  private async forget(files: readonly string[]): Promise<void> {
    const used: { sha256: string }[] = await this.db.query(
      `select sha256 from paper where sha256 = any($1) union select clean_sha256 from paper where clean_sha256 = any($1)
       union select sha256 from proceedings_file where sha256 = any($1)`,
      [files],
    );
    const kept = new Set(used.map(({ sha256: file }) => file));
    for (const file of files) if (!kept.has(file)) await this.storage.remove(file);
  }
}

async function addressesOf(db: EntityManager, personId: string): Promise<string[]> {
  const rows: { address: string }[] = await db.query(
    `select address from person_address where person_id = $1`,
    [personId],
  );
  return rows.map(({ address }) => address);
}
