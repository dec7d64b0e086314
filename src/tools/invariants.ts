import { createHash } from 'node:crypto';
import { hashOf } from '../mail/render.js';
import { isReservedDomain } from '../people/email.js';
import { sha256 } from '../platform/text.js';
import type { Storage } from '../platform/storage.js';
import { countWords } from '../submissions/words.js';

/** Whatever runs SQL: a DataSource or one of its query runners. */
export interface Queryable {
  query(sql: string, parameters?: unknown[]): Promise<unknown>;
}

/** Something that holds at any moment, between any two transactions. */
export interface Invariant {
  name: string;
  /** In words, as they stand beside the result. */
  meaning: string;
  /** Ids of what breaks it; empty while it holds. */
  offending(db: Queryable, storage: Storage | undefined): Promise<string[]>;
}

export interface Finding {
  name: string;
  meaning: string;
  offending: string[];
}

/** Beyond this many ids the rest is not listed. */
const LISTED = 1000;
const ROWS_AT_ONCE = 500;

/** One statement whose rows have an `id`. */
function sql(name: string, meaning: string, query: string): Invariant {
  return {
    name,
    meaning,
    async offending(db) {
      const rows = (await db.query(
        `select id from (${query}) as broken (id) order by id limit ${LISTED}`,
      )) as { id: string }[];
      return rows.map((row) => row.id);
    },
  };
}

/** A test of every row of a table, read in portions; `columns` are those that the test looks at, besides `id`. */
function each<Row extends { id: string }>(
  name: string,
  meaning: string,
  from: { table: string; columns: string; where?: string },
  holds: (row: Row) => boolean,
): Invariant {
  return {
    name,
    meaning,
    async offending(db) {
      const found: string[] = [];
      for (let after = ''; found.length < LISTED;) {
        const rows = (await db.query(
          `select id, ${from.columns} from ${from.table} as t where id > $1 and ${from.where ?? 'true'} order by id limit ${ROWS_AT_ONCE}`,
          [after],
        )) as Row[];
        found.push(...rows.filter((row) => !holds(row)).map((row) => row.id));
        if (rows.length < ROWS_AT_ONCE) break;
        after = rows.at(-1)!.id;
      }
      return found;
    },
  };
}

/** Where a submission stands, or stood before it was withdrawn. */
const STANDING = `coalesce(s.former_status, s.status)`;
/** Handed in, and not waiting for its address to be confirmed. */
const HANDED_IN = `${STANDING} <> 'draft'`;
/** States of a message that went out, may have gone out, or will. */
const NOT_TAKEN_BACK = `m.state not in ('superseded', 'cancelled')`;
const NOT_GONE_YET = `m.state in ('ready', 'held', 'claimed', 'deferred')`;
/** A decision's mail by its kind and occasion. */
const IS_DECISION_MAIL = `m.kind in ('decision_accepted', 'decision_conditionally_accepted', 'decision_waitlisted', 'decision_rejected')`;
const SPEAKS_OF = `m.subject_id = d.submission_id and m.occasion = 'decision-v' || d.version`;

/**
 * What holds at any time, in production as after every test; modelled on HotCRP's ConfInvariants. Each statement sees one
 * moment of the database, so running beside users gives no false alarm.
 */
export const INVARIANTS: readonly Invariant[] = [
  sql(
    'submission-status-agrees',
    'A submission stands where its latest announced decision has put it, and is undecided without one',
    `select s.id from submission s
     left join lateral (select outcome from decision d where d.submission_id = s.id order by version desc limit 1) d on true
     where case when d.outcome is null then ${STANDING} not in ('draft', 'submitted', 'under_review')
       when d.outcome = 'accepted' then ${STANDING} not in ('accepted', 'confirmed', 'published')
       else ${STANDING} <> d.outcome end`,
  ),
  sql(
    'submission-history-complete',
    'The newest version in the history of a submission is what its row says; drafts have no history',
    `select s.id from submission s
     left join lateral (select * from submission_version v where v.submission_id = s.id order by version desc limit 1) v on true
     where s.status <> 'draft' and (v.version, v.status, v.title, v.abstract, v.word_count, v.text_hash)
       is distinct from (s.version, s.status, s.title, s.abstract, s.word_count, s.text_hash)`,
  ),
  sql(
    'status-change-recorded',
    "Each change of a submission's status has an entry in the record, made in the same transaction",
    `select distinct v.submission_id from (
       select submission_id, status, at, lag(status) over (partition by submission_id order by version) as former
       from submission_version) v
     where v.status is distinct from v.former and not exists (select 1 from audit_entry e
       where e.subject_type = 'submission' and e.subject_id = v.submission_id and e.at = v.at and e.after ->> 'status' = v.status)`,
  ),
  each<{ id: string; title: string; abstract: string; word_count: number; text_hash: string }>(
    'text-counted-and-hashed',
    'Word count and hash of an abstract are those of its text',
    { table: 'submission', columns: 'title, abstract, word_count, text_hash' },
    (row) =>
      row.word_count === countWords(row.abstract) &&
      row.text_hash === sha256(`${row.title}\n${row.abstract}`),
  ),
  sql(
    'within-word-limit',
    'An abstract that is handed in is within a word limit that its call has had',
    `select s.id from submission s join call c on c.id = s.call_id
     where ${HANDED_IN} and s.word_count > greatest(c.word_limit, coalesce((
       select max((e.before ->> 'wordLimit')::int) from audit_entry e
       where e.subject_type = 'conference' and e.subject_id = s.conference_id and e.before ? 'wordLimit'), 0))`,
  ),
  sql(
    'one-corresponding-author',
    'A submission that is handed in has authors, of whom exactly one is the corresponding author',
    `select s.id from submission s where ${HANDED_IN} and (
       select count(*) from submission_author a where a.submission_id = s.id and a.corresponding) <> 1`,
  ),
  sql(
    'author-order',
    'Authors of a submission are numbered from 1 without a gap',
    `select a.submission_id from submission_author a group by a.submission_id
     having min(a.position) <> 1 or max(a.position) <> count(*)`,
  ),
  sql(
    'topics-of-own-conference',
    'A submission names topics of its own conference only',
    `select distinct t.submission_id from submission_topic t join submission s on s.id = t.submission_id
     join topic on topic.id = t.topic_id where topic.conference_id <> s.conference_id`,
  ),
  sql(
    'receipt-written',
    'Each author with an address has a receipt for a submission that is handed in',
    `select distinct s.id from submission s join submission_author a on a.submission_id = s.id
     where ${HANDED_IN} and s.status <> 'withdrawn' and s.held_until is null and a.address is not null and not exists (
       select 1 from mail_message m where m.subject_id = s.id and m.recipient_address = a.address
         and m.kind in ('submission_receipt', 'submission_changed'))`,
  ),
  sql(
    'decision-mail-once',
    "Each announced decision has exactly one message to each author's address, not counting what a person sent again",
    `select d.id from decision d
     join lateral (select distinct address from submission_author a
       where a.submission_id = d.submission_id and a.address is not null) a on true
     where (select count(*) from mail_message m where m.kind = 'decision_' || d.outcome and ${SPEAKS_OF}
       and m.recipient_address = a.address and m.resend_of is null) <> 1`,
  ),
  sql(
    'no-mail-without-decision',
    'No message tells of a decision that was not announced, or not so, or not to an author',
    // Somebody who was erased is an author no more; their message is empty and told of a decision that is there.
    `select m.id from mail_message m where ${IS_DECISION_MAIL} and ${NOT_TAKEN_BACK}
       and m.recipient_address not like '%@erased.invalid' and not exists (
       select 1 from decision d join submission_author a on a.submission_id = d.submission_id
       where ${SPEAKS_OF} and m.kind = 'decision_' || d.outcome and a.address = m.recipient_address)`,
  ),
  sql(
    'no-mail-of-superseded-decision',
    'No message that has yet to go out tells of a decision that a later one has replaced',
    `select m.id from mail_message m join decision d on ${SPEAKS_OF}
     where ${IS_DECISION_MAIL} and ${NOT_GONE_YET} and exists (
       select 1 from decision later where later.submission_id = d.submission_id and later.version > d.version)`,
  ),
  sql(
    'decision-versions',
    'Announced decisions of a submission are numbered from 1 without a gap',
    `select d.submission_id from decision d group by d.submission_id having min(d.version) <> 1 or max(d.version) <> count(*)`,
  ),
  sql(
    'release-complete',
    'A release holds as many decisions as it says and stands in the record',
    `select r.id from decision_release r
     where r.size <> (select count(*) from decision d where d.release_id = r.id)
       or not exists (select 1 from audit_entry e where e.subject_type = 'decision_release' and e.subject_id = r.id and e.at = r.released_at)`,
  ),
  each<{ id: string; subject: string; text: string; html: string; body_hash: string }>(
    'mail-as-released',
    'Subject and body of a message are those whose hash was kept when it was written',
    // The body of a secret message is not kept once it is settled.
    {
      table: 'mail_message',
      columns: 'subject, text, html, body_hash',
      where: `(text <> '' or html <> '' or settled_at is null)`,
    },
    (row) => hashOf(row) === row.body_hash,
  ),
  {
    name: 'example-mail-stays',
    meaning: 'Mail of an example or a rehearsal goes to reserved domains only',
    async offending(db) {
      const rows = (await db.query(
        `select m.id, m.recipient_address as address from mail_message m join conference c on c.id = m.conference_id
         where c.kind <> 'real' order by m.id`,
      )) as { id: string; address: string }[];
      return rows
        .filter((row) => !isReservedDomain(row.address))
        .map((row) => row.id)
        .slice(0, LISTED);
    },
  },
  sql(
    'review-has-assignment',
    'Each review belongs to an assignment',
    `select v.id from review v left join assignment a on a.id = v.assignment_id where a.id is null`,
  ),
  sql(
    'review-complete',
    'A review that is handed in has all its scores, from 1 to 5',
    `select v.id from review v
     join assignment a on a.id = v.assignment_id join submission s on s.id = a.submission_id join call c on c.id = s.call_id
     where v.status = 'handed_in' and (v.overall is null or v.confidence is null or v.handed_in_at is null
       or exists (select 1 from jsonb_each_text(v.scores) score where score.value !~ '^[1-5]$')
       or (v.updated_at >= c.reviewing_since and exists (
         select 1 from criterion k where k.call_id = c.id and k.retired_at is null and not v.scores ? k.id)))`,
  ),
  sql(
    'no-author-reviews',
    'Nobody is assigned to review a submission of their own, unless they became its author after the decision',
    `select a.id from assignment a join reviewer r on r.id = a.reviewer_id
     where a.status = 'assigned' and exists (select 1 from submission_author w where w.submission_id = a.submission_id and w.joined_at is null
       and (w.person_id = r.person_id or w.address = r.address))`,
  ),
  sql(
    'assignment-within-conference',
    'A reviewer is assigned to submissions of their own conference only, having accepted to review',
    `select a.id from assignment a join reviewer r on r.id = a.reviewer_id join submission s on s.id = a.submission_id
     where a.status = 'assigned' and (r.conference_id <> s.conference_id or r.status <> 'accepted')`,
  ),
  sql(
    'pending-decision-possible',
    'A decision is pending for submissions only that are handed in',
    `select p.submission_id from pending_decision p join submission s on s.id = p.submission_id where ${STANDING} = 'draft'`,
  ),
  each<{ id: string; letter: string; word_count: number }>(
    'letter-counted',
    'The word count of a letter of interest is that of its text',
    { table: 'letter_of_interest', columns: 'letter, word_count' },
    (row) => row.word_count === countWords(row.letter),
  ),
  sql(
    'idempotency-result',
    'Each idempotency key that is kept leads to what it has created',
    `select owner || ' ' || key from idempotency_key where result_id is null`,
  ),
  sql(
    'build-has-files',
    'A build that is done has files',
    `select b.id from proceedings_build b where b.status = 'done'
       and not exists (select 1 from proceedings_file f where f.build_id = b.id)`,
  ),
  {
    name: 'build-files-stored',
    meaning: 'The files of builds and the papers are in the storage, byte for byte',
    async offending(db, storage) {
      if (!storage) return [];
      const rows = (await db.query(
        `select build_id || ' ' || name as id, sha256, size from proceedings_file
         union all select submission_id || ' paper ' || version, sha256, size from paper
         union all select submission_id || ' copy of paper ' || version, clean_sha256, clean_size from paper order by 1`,
      )) as { id: string; sha256: string; size: number }[];
      const found: string[] = [];
      for (const row of rows) if (!(await stored(storage, row.sha256, row.size))) found.push(row.id);
      return found.slice(0, LISTED);
    },
  },
];

/**
 * Checks every invariant.
 * @param storage where files are kept; without it they are not looked at
 */
export async function checkInvariants(db: Queryable, storage?: Storage): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name, meaning, offending } of INVARIANTS)
    findings.push({ name, meaning, offending: await offending(db, storage) });
  return findings;
}

async function stored(storage: Storage, sha: string, size: number): Promise<boolean> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const part of storage.stream(sha)) {
      hash.update(part as Buffer);
      bytes += (part as Buffer).length;
    }
  } catch {
    return false;
  }
  return bytes === size && hash.digest('hex') === sha;
}
