import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/actor.js';
import { newId } from '../platform/ids.js';
import type { Tx } from '../platform/work.js';
import type { AuditEntry } from './audit-entry.entity.js';
import { entryHash, hashOfReason } from './entry-leaf.js';

/** A change, told as states, ids, counts and hashes; a person's words or names stay out. */
export interface Change {
  conferenceId: string | null;
  /** Verb in the past, as in `submission.submitted`. */
  action: string;
  /** Table of the changed row. */
  subject: [type: string, id: string];
  before?: object;
  after?: object;
  reason?: string;
}

/** The record: an entry is written in the transaction of the change that it tells of. */
@Injectable()
export class Audit {
  async record(tx: Tx, actor: Actor, ...changes: Change[]): Promise<void> {
    await this.write(tx, ...changes.map((change) => this.prepare(tx, actor, change)));
  }

  /** An entry that is still to be written, for who needs its hash beforehand; see {@link hashOfEntry}. */
  prepare(tx: Tx, actor: Actor, change: Change): AuditEntry {
    return {
      id: newId(),
      conferenceId: change.conferenceId,
      at: tx.now,
      actorKind: actor.kind,
      actorId: actor.personId,
      action: change.action,
      subjectType: change.subject[0],
      subjectId: change.subject[1],
      before: change.before ?? null,
      after: change.after ?? null,
      ...reasonOf(change),
      requestId: actor.request.id,
      salt: newSalt(),
      epoch: null,
      leafIndex: null,
    };
  }

  async write(tx: Tx, ...entries: AuditEntry[]): Promise<void> {
    const rows = entries.map((entry) => [
      entry.id,
      entry.conferenceId,
      entry.at,
      entry.actorKind,
      entry.actorId,
      entry.action,
      entry.subjectType,
      entry.subjectId,
      entry.before && JSON.stringify(entry.before),
      entry.after && JSON.stringify(entry.after),
      entry.reason,
      entry.reasonSalt,
      entry.reasonHash,
      entry.requestId,
      entry.salt,
    ]);
    const marks = rows.map(
      (row, at) => `(${row.map((_, column) => `$${at * row.length + column + 1}`).join(', ')})`,
    );
    // Every change pays for this one, and SQL is cheaper than entities: "bench audit" shows what it costs.
    await tx.manager.query(
      `insert into audit_entry (id, conference_id, at, actor_kind, actor_id, action, subject_type, subject_id,
         before, after, reason, reason_salt, reason_hash, request_id, salt) values ${marks.join(', ')}`,
      rows.flat(),
    );
  }
}

/** The hash under which an entry will be sealed, in hex; the same as of what the database gives back. */
export function hashOfEntry(entry: AuditEntry): string {
  const json = (value: object | null): string | null => value && JSON.stringify(value);
  return entryHash({
    ...entry,
    // A Date has milliseconds, and the database keeps microseconds.
    at: entry.at.toISOString().replace('Z', '000Z'),
    before: json(entry.before),
    after: json(entry.after),
  }).toString('hex');
}

const newSalt = (): string => randomBytes(16).toString('hex');

function reasonOf({ reason }: Change): Pick<AuditEntry, 'reason' | 'reasonSalt' | 'reasonHash'> {
  if (reason === undefined) return { reason: null, reasonSalt: null, reasonHash: null };
  const reasonSalt = newSalt();
  return { reason, reasonSalt, reasonHash: hashOfReason(reasonSalt, reason) };
}
