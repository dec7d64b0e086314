import { createHash } from 'node:crypto';
import { leafHash } from './merkle.js';

/**
 * The bytes of an entry that are sealed: canonical JSON (RFC 8785) of all its columns but those of the sealing itself.
 * A random salt is among them, so that nobody can find an entry by guessing what it says. What a person typed (the
 * reason) enters as a hash with a salt of its own: when both are forgotten, nothing of it is left and the seal holds.
 */

/** An entry as it is read for sealing; see {@link CONTENT}. */
export interface EntryContent {
  id: string;
  conferenceId: string | null;
  /** To the microsecond, in UTC: `2027-10-31T12:00:00.000000Z`. */
  at: string;
  actorKind: string;
  actorId: string | null;
  action: string;
  subjectType: string;
  subjectId: string;
  /** JSON as PostgreSQL writes it. */
  before: string | null;
  after: string | null;
  reasonHash: string | null;
  requestId: string;
  salt: string;
}

/** The columns of {@link EntryContent} in SQL, of the table's alias `e`. */
export const CONTENT = `e.id, e.conference_id as "conferenceId",
  to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, e.actor_kind as "actorKind",
  e.actor_id as "actorId", e.action, e.subject_type as "subjectType", e.subject_id as "subjectId",
  e.before::text as before, e.after::text as after, e.reason_hash as "reasonHash", e.request_id as "requestId", e.salt`;

/** The canonical JSON of an entry; its UTF-8 is what is hashed. Keys stand in the order of their code units. */
export function entryText(entry: EntryContent): string {
  const { stringify: text } = JSON;
  return (
    `{"action":${text(entry.action)},"actorId":${text(entry.actorId)},"actorKind":${text(entry.actorKind)}` +
    `,"after":${canonicalJson(entry.after)},"at":${text(entry.at)},"before":${canonicalJson(entry.before)}` +
    `,"conferenceId":${text(entry.conferenceId)},"format":1,"id":${text(entry.id)}` +
    `,"reasonHash":${text(entry.reasonHash)},"requestId":${text(entry.requestId)},"salt":${text(entry.salt)}` +
    `,"subjectId":${text(entry.subjectId)},"subjectType":${text(entry.subjectType)}}`
  );
}

/** The hash under which an entry is a leaf of the tree. */
export const entryHash = (entry: EntryContent): Buffer => leafHash(entryText(entry));

/** What is sealed of a reason: SHA-256 of its salt and its text, in hex. */
export const hashOfReason = (salt: string, reason: string): string =>
  createHash('sha256').update(salt).update(reason, 'utf8').digest('hex');

/** Whether a text may hold a number that JavaScript cannot keep as it is written; a date in a string may look so too. */
const PERHAPS_ODD = /\d[.eE]|\d{16}/;
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
/** No string in PostgreSQL holds it, so that it can mark a number that is kept as it is written. */
const NUL = '\0';

/**
 * Canonical JSON from JSON of PostgreSQL. A number that is not written as JavaScript would write it (`1.50`, twenty
 * digits) stays as it is: rounding would hide a change.
 */
export function canonicalJson(json: string | null): string {
  if (json === null) return 'null';
  const exact = PERHAPS_ODD.test(json)
    ? json.replace(STRING_OR_NUMBER, (token) =>
        token.startsWith('"') || String(Number(token)) === token ? token : JSON.stringify(NUL + token),
      )
    : json;
  return written(JSON.parse(exact));
}

function written(value: unknown): string {
  if (typeof value === 'string') return value.startsWith(NUL) ? value.slice(1) : JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`;
  const object = value as Record<string, unknown>;
  const keys = Object.keys(object).toSorted();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${written(object[key])}`).join(',')}}`;
}
